"""How long the base installation takes and how large it is: `python -m tests.bench.bench_install`.

Installs a copy of the committed tree into a folder of its own, by the very scripts that `make run` calls. Prints
one JSON line: seconds, and megabytes of the virtual environment with the model.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-install-") as folder:
        copy = Path(folder) / "ragportal"
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(copy)], check=True)
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RAGPORTAL_")}
        started = time.monotonic()
        for script in (["deploy/make/environment.sh", "base"], ["deploy/make/model.sh"]):
            subprocess.run(["sh", *script], cwd=copy, env=environment, check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - started
        megabytes = _megabytes(copy / ".venv") + _megabytes(copy / "var" / "models")
    row = {
        "bench": "install",
        "seconds": round(seconds),
        "bar_seconds": 180,
        "megabytes": megabytes,
        "bar_megabytes": 450,
    }
    sys.stdout.write(json.dumps(row) + "\n")


def _megabytes(folder: Path) -> int:
    """What the files take on disk."""
    return round(sum(file.lstat().st_blocks * 512 for file in folder.rglob("*") if file.is_file()) / 1e6)


if __name__ == "__main__":
    main()
