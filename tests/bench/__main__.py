"""Every number of docs/measurements.md, one bench after the other: `make bench ARGS="--data FOLDER"`.

Each bench is a process of its own and prints JSON lines; what a bench needs and did not get is said, and
left out. `--only scope,index` runs some of them. Compare ratios within one run: machines are noisy.
"""

import argparse
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bench:
    """A module of this folder. `needs`: a sub-folder of --data given as `option`; "" = the data folder itself."""

    name: str
    module: str
    option: str = ""
    needs: str | None = None


BENCHES = (
    Bench("install", "bench_install"),
    Bench("scope", "bench_scope"),
    Bench("embedder", "bench_embedder"),
    Bench("index", "bench_index"),
    Bench("search", "bench_search"),
    Bench("retrieval", "bench_retrieval", "--data", ""),
    Bench("answers", "bench_answers", "--data", ""),
    Bench("ingest", "bench_ingest", "--folder", "handbook/content"),
    Bench("sync", "bench_sync"),
    Bench("start", "bench_start"),
    Bench("workers", "bench_workers", "--data", ""),
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with scifact, multihop, xquad, handbook/content and office")
    parser.add_argument("--only", default="", help=f"some of: {', '.join(bench.name for bench in BENCHES)}")
    arguments = parser.parse_args()
    wanted = set(filter(None, arguments.only.split(",")))
    if unknown := wanted - {bench.name for bench in BENCHES}:
        parser.error(f"There is no bench {', '.join(sorted(unknown))}.")
    say(f"{platform.machine()}, Python {platform.python_version()}, {time.strftime('%Y-%m-%d')}")
    failed = [
        bench.name for bench in BENCHES if (not wanted or bench.name in wanted) and not run(bench, arguments.data)
    ]
    if failed:
        say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def run(bench: Bench, data: Path | None) -> bool:
    """Run one bench; True unless it failed."""
    if bench.needs is not None and data is None:
        say(f"# {bench.name}: left out, it needs --data")
        return True
    command = [sys.executable, "-m", f"tests.bench.{bench.module}"]
    if bench.needs is not None and data is not None:
        command += [bench.option, str((data / bench.needs).absolute())]
    say(f"# {bench.name}")
    begun = time.monotonic()
    code = subprocess.run(command, check=False).returncode
    say(f"# {bench.name}: {time.monotonic() - begun:.0f} s")
    return code == 0


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
