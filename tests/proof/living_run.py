"""A running installation beside a folder that people change all the time, killed now and then: is every answer right?

    python -m tests.proof.living_run [--minutes 60] [--kills 5] [--pages 60] [--seed N] [--filler FOLDER]

Starts `manage.py run` in a throw-away data folder with the real model, adds a folder with a manifest, then changes
files, readers and groups at random. After each sync people of the demo company ask for what they may and may not
read; while a sync runs, nobody may be told what they could read neither before nor after the change. At the end the
whole state is compared with that of a new installation that read the last state of the folder undisturbed.
Linux only, as it finds the processes through /proc. Prints what happened, and ends with status 1 at the first fault.
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
from threading import Thread

from tests.factories.installation import Installation, Run
from tests.factories.process_tree import command_of
from tests.factories.web_visitor import WebVisitor
from tests.proof.living_folder import LivingFolder, Page
from tests.proof.starting import started

PEOPLE = [
    f"{name}@norvane.example"
    for name in ("ada.moreau", "owen.clarke", "priya.raman", "jonas.lindqvist", "marit.halvorsen")
]
SOURCE = "Living folder"
QUESTIONS_A_CHANGE = 6
VICTIMS = {"worker": "running.worker", "clock": "running.clock", "web": " serve", "supervisor": ""}
LONGEST_WAIT = 180.0


class Fault(Exception):
    """Something was shown that must not be, or was lost."""


class LivingRun:
    """The installation under test, its people signed in, and what they were told."""

    def __init__(self, folder: Path, living: LivingFolder, chance: random.Random, filler: Path | None) -> None:
        self.counts: Counter[str] = Counter()
        self._living = living
        self._chance = chance
        self._installation = Installation(folder, settings="ragportal.settings.embedded")
        self._words = [f"--docs={filler}"] if filler else []
        self._run = self._start()
        self._installation.manage(
            "add_source", "--tenant", "norvane", "--name", SOURCE, "files", f"path={living.folder}", "readers="
        )
        self.settle()

    def settle(self) -> None:
        """Return when a sync that began after this call is done."""
        end = time.monotonic() + LONGEST_WAIT
        said = ""
        while time.monotonic() < end:
            done = self._installation.try_manage("sync", "--tenant", "norvane", "--json", SOURCE)
            if done.returncode == 0:
                state = json.loads(done.stdout)["state"]
                if state == "done":
                    return
                if state == "held":
                    self.counts["held deletions"] += 1
                    self._installation.manage("sync", "--tenant", "norvane", "--confirm-deletions", SOURCE)
                    return
            said = done.stderr or done.stdout
            self.counts["syncs tried again"] += 1
            time.sleep(1.0)
        raise Fault(f"No sync came to its end: {said[-400:]}")

    def change_and_ask(self) -> str:
        """One change, questions while its sync runs, questions when it is done."""
        before = self._readable()
        what = self._living.change()
        after = self._readable()
        syncing = Thread(target=self.settle)
        syncing.start()
        while syncing.is_alive():
            self._ask_meanwhile(before, after)
        syncing.join()
        for _ in range(QUESTIONS_A_CHANGE):
            self._ask_settled(self._chance.choice(self._living.pages), self._chance.choice(PEOPLE))
        return what

    def ask_everything(self) -> None:
        """Every person about every page."""
        for page in self._living.pages:
            for person in PEOPLE:
                self._ask_settled(page, person)

    def kill(self) -> str:
        """Kill one process for good at a random moment; the supervisor is started again, the others are its task."""
        victim = self._chance.choice(list(VICTIMS))
        processes = [(child, command_of(child)) for child in self._run.children]
        if victim == "supervisor":
            self._run.stop(signal.SIGKILL)
            self._run = self._start()
            return victim
        named = [child for child, command in processes if VICTIMS[victim] in command]
        if not named:
            raise Fault(f"There is no {victim} among {processes}.")
        os.kill(self._chance.choice(named), signal.SIGKILL)
        self._sign_in()
        return victim

    def state(self) -> dict[str, object]:
        return state_of(self._installation)

    def end(self) -> None:
        self._run.stop()
        self._installation.end()

    def _start(self) -> Run:
        run = started(self._installation, *self._words)
        self._run = run
        self._sign_in()
        return run

    def _sign_in(self) -> None:
        self._visitors: dict[str, WebVisitor] = {}
        for person in PEOPLE:
            visitor = self._run.visitor()
            visitor.wait_until_there(LONGEST_WAIT)
            visitor.sign_in(person, self._run.password)
            self._visitors[person] = visitor

    def _readable(self) -> dict[tuple[str, str], set[str]]:
        """The codes that each person may be told of each page now."""
        return {
            (page.name, person): {page.code} if self._living.may_read(page, person) else set()
            for page in self._living.pages
            for person in PEOPLE
        }

    def _ask_meanwhile(self, before: dict[tuple[str, str], set[str]], after: dict[tuple[str, str], set[str]]) -> None:
        page, person = self._chance.choice(self._living.pages), self._chance.choice(PEOPLE)
        told = self._told(page, person)
        self.counts["questions while syncing"] += 1
        allowed = before[page.name, person] | after[page.name, person]
        if told - allowed:
            raise Fault(f"{person} was told {told - allowed} of the {page.name}, allowed were {allowed}.")

    def _ask_settled(self, page: Page, person: str) -> None:
        told = self._told(page, person)
        self.counts["questions"] += 1
        expected = {page.code} if self._living.may_read(page, person) else set()
        self.counts["answers expected"] += bool(expected)
        if expected and not told and self._finds(page, person):
            self.counts["found but not said"] += 1  # a matter of answering, not of access or loss
        elif told != expected:
            raise Fault(f"{person} was told {told} of the {page.name}, not {expected}; it lies at {page.path}.")

    def _finds(self, page: Page, person: str) -> bool:
        """Whether a search shows the page's newest code."""
        words = ("search", page.question, "--as", person, "--tenant", "norvane", "--json")
        return any(page.code in hit["text"] for hit in json.loads(self._installation.manage(*words))["hits"])

    def _told(self, page: Page, person: str) -> set[str]:
        shown = self._visitors[person].post("/norvane/ask", question=page.question)
        return {code for code in page.codes if code in shown}


def state_of(installation: Installation) -> dict[str, object]:
    """See tests/factories/installation_state.py; the documents of the living folder alone."""
    code = "from tests.factories.installation_state import tell; tell('norvane')"
    state: dict[str, object] = json.loads(installation.manage("shell", "-v0", "-c", code))
    documents = state["documents"]
    assert isinstance(documents, dict)
    state["documents"] = {name: one for name, one in documents.items() if name.startswith(SOURCE)}
    state["groups"] = []
    return state


def undisturbed_state(folder: Path, living: LivingFolder) -> dict[str, object]:
    """Of a new installation that read the folder as it is now, once."""
    installation = Installation(folder, settings="ragportal.settings.embedded")
    installation.manage("migrate", "-v0", "--database", "default")
    installation.manage("migrate", "-v0", "--database", "ledger")
    installation.manage("load_company")
    words = ("add_source", "--tenant", "norvane", "--name", SOURCE, "files", f"path={living.folder}", "readers=")
    installation.manage(*words)
    installation.manage("sync", "--tenant", "norvane", SOURCE)
    return state_of(installation)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--kills", type=int, default=5)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--filler", type=Path, help="a folder that is taken in beside it, readable by every member")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    with tempfile.TemporaryDirectory(prefix="living-") as place:
        folder = Path(place)
        for name in ("docs", "run", "undisturbed"):
            (folder / name).mkdir()
        living = LivingFolder(folder / "docs", PEOPLE, chance, arguments.pages)
        run = LivingRun(folder / "run", living, chance, arguments.filler)
        try:
            keep_changing(run, arguments.minutes * 60, arguments.kills)
            run.settle()
            run.ask_everything()
            compare(run.state(), undisturbed_state(folder / "undisturbed", living))
        finally:
            run.end()
    say(f"Every answer was right. {dict(run.counts)}")


def keep_changing(run: LivingRun, seconds: float, kills: int) -> None:
    start = time.monotonic()
    killed = changes = 0
    while (passed := time.monotonic() - start) < seconds:
        what = run.change_and_ask()
        changes += 1
        if passed > (killed + 1) * seconds / (kills + 1):
            what += f"; killed {run.kill()}"
            killed += 1
        say(f"{passed:6.0f} s  {changes:4d}  {what}")


def compare(state: dict[str, object], undisturbed: dict[str, object]) -> None:
    for part, expected in undisturbed.items():
        if state[part] != expected:
            raise Fault(f"The {part} differ from an undisturbed installation's: {state[part]} against {expected}")


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
