"""What a scope costs where there is much to decide.

    python -m tests.bench.bench_scope

50,000 rules, 60,000 reader sets, a person in 300 groups who may read most of it. Prints JSON lines: built
from nothing, unchanged, and with one access change before each question; milliseconds of `scope_for`.
"""

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable

from tests.bench.throwaway import throwaway_installation


def main() -> None:
    with throwaway_installation():
        importlib.import_module("tests.bench.scope_measures").measure(told)


def told(what: str, bar: float | None, run: Callable[[], None], times: int, before: Callable[[int], None]) -> None:
    """Time `run` some times, each after `before(number)`, and print median and maximum."""
    taken = []
    for number in range(times):
        before(number)
        begun = time.perf_counter()
        run()
        taken.append((time.perf_counter() - begun) * 1000)
    row = {"what": what, "median_ms": round(statistics.median(taken), 2), "max_ms": round(max(taken), 2), "bar_ms": bar}
    sys.stdout.write(json.dumps(row) + "\n")


if __name__ == "__main__":
    main()
