"""A module that ends as its arguments say: LOG STATUS, or LOG parent to start a child and wait."""

import os
import subprocess
import sys
import time
from pathlib import Path


def main() -> None:
    log, how = Path(sys.argv[1]), sys.argv[2]
    with log.open("a") as out:
        if how == "parent":
            child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
            out.write(f"{os.getpid()}\n{child.pid}\n")
        else:
            out.write("begun\n")
    if how == "parent":
        time.sleep(300)
    sys.exit(int(how))


if __name__ == "__main__":
    main()
