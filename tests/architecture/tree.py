"""The project's own files, as the house rules look at them."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("ragportal", "connectors", "integrations")


@dataclass(frozen=True)
class Module:
    """One Python file: its path from the project's root, its text and its syntax tree."""

    path: str
    text: str
    tree: ast.Module

    @classmethod
    def of(cls, path: str, text: str) -> "Module":
        return cls(path, text, ast.parse(text, path))

    @property
    def stem(self) -> str:
        return PurePosixPath(self.path).stem

    @property
    def parts(self) -> tuple[str, ...]:
        return PurePosixPath(self.path).parts

    @property
    def in_product(self) -> bool:
        return self.parts[0] in PRODUCT and "migrations" not in self.parts

    def is_any_of(self, *rooms: str) -> bool:
        """Whether the file is, or lies in a package that is, called like one of `rooms`."""
        return bool({self.stem, *self.parts[:-1]} & set(rooms))


@cache
def project_files() -> tuple[str, ...]:
    """Paths of all files that are, or would be, under version control."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(sorted(path for path in listing.split("\0") if path and (ROOT / path).is_file()))


@cache
def project_modules() -> tuple[Module, ...]:
    """Every Python file of the project."""
    return tuple(
        Module.of(path, (ROOT / path).read_text(encoding="utf-8")) for path in project_files() if path.endswith(".py")
    )
