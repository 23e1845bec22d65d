"""How well the product finds: `python -m tests.bench.bench_retrieval --data FOLDER [--set NAME …]`.

FOLDER holds data sets in BEIR layout; each is measured by `manage.py evaluate_retrieval` on its test queries. One JSON
object a line, with what that command prints and whether fused reaches the better part (`noise`: the standard error
of nDCG@10 is about .02 on 300 queries, so a difference below it means nothing).
"""

import argparse
import json
import subprocess
import sys
import time
from pathlib import Path

MANAGE = Path(__file__).parents[2] / "manage.py"
SETS = ("scifact", "multihop", "xquad")
BARS = {"scifact": 0.72, "multihop": 0.77, "xquad": 0.975}


def measure(folder: Path, name: str) -> dict[str, object]:
    """One data set through the command, in a process of its own as an operator would run it."""
    started = time.perf_counter()
    command = [sys.executable, str(MANAGE), "evaluate_retrieval", str(folder / name), "--json"]
    finished = subprocess.run(command, stdout=subprocess.PIPE, check=True)
    result = json.loads(finished.stdout)
    ndcg = {part: measured["ndcg@10"] for part, measured in result["parts"].items()}
    return {
        "bench": "retrieval",
        "set": name,
        **result,
        "bar": BARS.get(name),
        "fused_minus_better_part": round(ndcg["fused"] - max(ndcg["bm25"], ndcg["dense"]), 4),
        "seconds": round(time.perf_counter() - started, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--set", dest="sets", action="append", help="measure only this set; may be repeated")
    options = parser.parse_args()
    for name in options.sets or SETS:
        sys.stdout.write(json.dumps(measure(options.data, name)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
