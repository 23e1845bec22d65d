"""A sync whose processes are killed again and again: is its outcome that of an undisturbed one?

    python -m tests.proof.killed_ingest FOLDER [--kills 20] [--every 8] [--seed N] [--quick]

Takes FOLDER in by `manage.py run --docs` in a throw-away data folder. Meanwhile a worker, the clock, the web server
or the supervisor is killed with SIGKILL about every `--every` seconds, and a sync is stopped by SIGSTOP, taken over by
another process, and woken. Then documents, texts, chunks, readers and what the index finds are compared with those of
a second installation that was left alone. `--quick`: with the small deterministic embedder of the tests.
Linux only, as it finds the processes through /proc. Prints what happened, and ends with status 1 where the two differ.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.factories.installation import Installation
from tests.factories.process_tree import command_of
from tests.proof.starting import started

TENANT = "norvane"
VICTIMS = {
    "sync worker": " sync ingest",
    "worker for short work": " interactive ",
    "clock": "running.clock",
    "web server": " serve",
    "supervisor": "",
}
QUESTIONS = ("what is our policy on remote work", "release process of the product", "who approves expenses")
PATIENCE = 900.0


class Differs(Exception):
    """The disturbed installation did not come to the state of the other one."""


class KilledIngest:
    """An installation that takes a folder in, and whoever disturbs it."""

    def __init__(self, installation: Installation, docs: Path, chance: random.Random) -> None:
        self.counts: Counter[str] = Counter()
        self._installation = installation
        self._docs = docs
        self._chance = chance
        self._run = started(installation, f"--docs={docs}")

    def kill(self) -> str:
        """Kill one of the processes, whichever the chance names."""
        victim = self._chance.choice(list(VICTIMS))
        if victim == "supervisor":
            self._run.process.kill()
            self._run.process.wait()
            self._run = started(self._installation, f"--docs={self._docs}")
        else:
            named = [child for child in self._run.children if VICTIMS[victim] in command_of(child)]
            if named:
                os.kill(self._chance.choice(named), signal.SIGKILL)
            else:
                victim = f"nothing, as there was no {victim} at that moment"
        self.counts[victim] += 1
        return victim

    def stop_and_take_over(self) -> str:
        """Stop the process that syncs, let another take over when its lease is over, and wake it meanwhile."""
        self._run.wait_until(self._syncing)
        time.sleep(self._chance.uniform(0.5, 2.0))
        stopped = self._syncing()
        for child in stopped:
            os.kill(child, signal.SIGSTOP)
        outcome = self.finish()
        for child in stopped:
            try:
                os.kill(child, signal.SIGCONT)
            except ProcessLookupError:
                continue
        self.counts["stopped, taken over and woken"] += 1
        return f"stopped {len(stopped)} processes; another one: {outcome}"

    def _syncing(self) -> list[int]:
        return [child for child in self._run.children if VICTIMS["sync worker"] in command_of(child)]

    def finish(self) -> str:
        """Sync by hand until a sync is done; waits where another process is still believed to be at it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            done = self._installation.try_manage("sync", "--tenant", TENANT, "--json", self._docs.name)
            if done.returncode == 0 and json.loads(done.stdout)["state"] == "done":
                return "done"
            time.sleep(2.0)
        raise Differs(f"No sync came to its end: {done.stderr[-400:]}")

    def end(self) -> None:
        self._run.stop()


def state_of(installation: Installation, source: str) -> dict[str, Any]:
    """See tests/factories/installation_state.py; numbers of rows, and the company's own documents, are not compared."""
    code = f"from tests.factories.installation_state import tell; tell({TENANT!r}, *{QUESTIONS!r})"
    state: dict[str, Any] = json.loads(installation.manage("shell", "-v0", "-c", code))
    state["documents"] = {name: one for name, one in state["documents"].items() if name.startswith(f"{source}: ")}
    return state


def undisturbed(installation: Installation, docs: Path) -> dict[str, Any]:
    """The state after one sync that was left alone."""
    for alias in ("default", "ledger"):
        installation.manage("migrate", "-v0", "--database", alias)
    installation.manage("load_company")
    installation.manage(
        "add_source", "--tenant", TENANT, "--name", docs.name, "files", f"path={docs}", "readers=members"
    )
    installation.manage("sync", "--tenant", TENANT, docs.name)
    return state_of(installation, docs.name)


def disturb(ingest: KilledIngest, chance: random.Random, kills: int, every: float) -> None:
    """Kill until the number is reached or the sync was faster."""
    start = time.monotonic()
    for number in range(1, kills + 1):
        time.sleep(chance.uniform(0.3, 1.7) * every)
        say(f"{time.monotonic() - start:6.0f} s  {number:3d}  killed {ingest.kill()}")
    say(f"{time.monotonic() - start:6.0f} s       {ingest.stop_and_take_over()}")


def compare(disturbed: dict[str, Any], other: dict[str, Any]) -> None:
    """Raises Differs naming the first difference of each kind."""
    for part, expected in other.items():
        if disturbed[part] == expected:
            continue
        if not isinstance(expected, dict):
            raise Differs(f"{part}: {disturbed[part]} against {expected}")
        names = [name for name in {**expected, **disturbed[part]} if disturbed[part].get(name) != expected.get(name)]
        first = names[0]
        raise Differs(
            f"{part}: {len(names)} differ, {first}: {disturbed[part].get(first)} against {expected.get(first)}"
        )


def prove(docs: Path, folder: Path, options: argparse.Namespace) -> Counter[str]:
    """Disturb, compare, and return what was killed how often. Raises Differs."""
    chance = random.Random(options.seed)
    settings = "tests.factories.quick_settings" if options.quick else "ragportal.settings.embedded"
    installations = []
    for name in ("disturbed", "undisturbed"):
        (folder / name).mkdir()
        installations.append(Installation(folder / name, settings=settings))
    disturbed, other = installations
    try:
        ingest = KilledIngest(disturbed, docs, chance)
        disturb(ingest, chance, options.kills, options.every)
        ingest.finish()
        ingest.end()
        expected = undisturbed(other, docs)
        state = state_of(disturbed, docs.name)
        compare(state, expected)
        say(f"Equal: {len(expected['documents'])} documents. Killed: {dict(ingest.counts)}")
        return ingest.counts
    finally:
        for installation in installations:
            installation.end()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--every", type=float, default=8.0, help="seconds between two kills, on average")
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="killed-") as folder:
        prove(options.folder.resolve(), Path(folder), options)


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
