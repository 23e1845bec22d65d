"""A folder that people keep changing: what is in it, who may read it, and what each of them must be told.

Each file states one number ("The code of the amber falcon is 483920."), so an answer tells which version was read.
"""

import random
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from connectors.files.config import DEFAULT_MANIFEST

COLOURS = "amber azure coral crimson emerald golden indigo ivory olive pearl scarlet silver".split()
ANIMALS = "badger beaver falcon heron lynx marten otter panther plover raven stoat walrus".split()
FOLDERS = ("north", "south", "east/inner", "west")
SUFFIXES = (".md", ".txt", ".html", ".csv")


@dataclass
class Page:
    """One file, or one that was deleted (`path` None). `readers`: people and groups; `codes`: all it ever stated."""

    name: str
    path: str | None
    suffix: str
    readers: frozenset[str]
    code: str = ""
    codes: set[str] = field(default_factory=set)

    @property
    def question(self) -> str:
        return f"What is the code of the {self.name}?"


class LivingFolder:
    """Changes files and manifest on disk, and knows the truth about them. `people`: e-mail addresses."""

    def __init__(self, folder: Path, people: list[str], chance: random.Random, pages: int) -> None:
        self.folder = folder
        self.people = people
        self.groups = {name: self._some_people(chance) for name in ("crew", "office")}
        self.pages: list[Page] = []
        self._chance = chance
        names = [f"{colour} {animal}" for colour in COLOURS for animal in ANIMALS]
        for name in chance.sample(names, pages):
            page = Page(name, None, chance.choice(SUFFIXES), self._some_readers())
            self.pages.append(page)
            self.restore(page)
        self._write_manifest()

    def change(self) -> str:
        """Make one random change; says which."""
        living = [page for page in self.pages if page.path is not None]
        gone = [page for page in self.pages if page.path is None]
        kind = self._chance.choice(("edit", "edit", "move", "delete", "restore", "readers", "readers", "group", "many"))
        if kind == "restore" and gone:
            self.restore(page := self._chance.choice(gone))
        elif kind == "group":
            return self._change_group()
        elif kind == "many":
            for page in self._chance.sample(living, min(5, len(living))):
                self._edit(page)
            return "edited 5 files"
        else:
            page = self._chance.choice(living)
            {"move": self._move, "delete": self._delete, "readers": self._give}.get(kind, self._edit)(page)
        self._write_manifest()
        return f"{kind}: {page.name}"

    def may_read(self, page: Page, person: str) -> bool:
        """Whether this person may read the page at the source now."""
        granted = {reader for reader in page.readers if reader in self.groups and person in self.groups[reader]}
        return page.path is not None and (person in page.readers or bool(granted))

    def restore(self, page: Page) -> None:
        """Write the page (again), with a new code."""
        page.path = self._free_path(page)
        self._edit(page)

    def _edit(self, page: Page) -> None:
        assert page.path is not None
        page.code = str(self._chance.randrange(100_000, 1_000_000))
        page.codes.add(page.code)
        file = self.folder / page.path
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_name(f".{file.name}.part")
        draft.write_text(_content(page))
        draft.replace(file)

    def _move(self, page: Page) -> None:
        assert page.path is not None
        old, page.path = self.folder / page.path, self._free_path(page)
        new = self.folder / page.path
        new.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(old, new)

    def _delete(self, page: Page) -> None:
        assert page.path is not None
        (self.folder / page.path).unlink()
        page.path = None

    def _give(self, page: Page) -> None:
        page.readers = self._some_readers()

    def _change_group(self) -> str:
        name = self._chance.choice(sorted(self.groups))
        self.groups[name] = self._some_people(self._chance)
        self._write_manifest()
        return f"members of {name}"

    def _free_path(self, page: Page) -> str:
        number = self._chance.randrange(10_000)
        return f"{self._chance.choice(FOLDERS)}/{page.name.replace(' ', '-')}-{number}{page.suffix}"

    def _some_people(self, chance: random.Random) -> frozenset[str]:
        return frozenset(chance.sample(self.people, chance.randint(1, len(self.people) - 1)))

    def _some_readers(self) -> frozenset[str]:
        return frozenset(self._chance.sample([*self.people, *self.groups], self._chance.randint(1, 3)))

    def _named(self, reader: str) -> str:
        return f"group:{reader}" if reader in self.groups else reader

    def _write_manifest(self) -> None:
        """In one step, as half a manifest says something else than the whole one."""
        told = {
            "groups": {name: sorted(members) for name, members in self.groups.items()},
            "documents": [
                {"pattern": page.path, "readers": [self._named(one) for one in sorted(page.readers)]}
                for page in self.pages
                if page.path is not None
            ],
        }
        draft = self.folder / f".{DEFAULT_MANIFEST}.part"
        draft.write_text(yaml.safe_dump(told))
        draft.replace(self.folder / DEFAULT_MANIFEST)


def _content(page: Page) -> str:
    fact = f"The code of the {page.name} is {page.code}."
    about = f"The {page.name} is looked after by the keepers, who write its code down."
    return {
        ".md": f"# {page.name.title()}\n\n{fact}\n\n{about}\n",
        ".txt": f"{page.name.title()}\n\n{fact}\n\n{about}\n",
        ".html": f"<html><body><h1>{page.name.title()}</h1><p>{fact}</p><p>{about}</p></body></html>",
        ".csv": f"Animal,Statement\nThe {page.name},{fact}\n",
    }[page.suffix]
