"""people.yaml: a company's departments, people, glossary and example questions, as written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ragportal.common.errors import InvalidInput
from ragportal.tenants.models import Role


@dataclass(frozen=True, slots=True)
class DepartmentEntry:
    """`parent` is the name of the department it lies in, None at the top; parents come first."""

    name: str
    parent: str | None


@dataclass(frozen=True, slots=True)
class PersonEntry:
    """`about`: a sentence for the sign-in page."""

    email: str
    name: str
    department: str
    roles: tuple[Role, ...]
    about: str


@dataclass(frozen=True, slots=True)
class CompanyFile:
    """What the file says. Each person's department is one of `departments`."""

    slug: str
    name: str
    departments: tuple[DepartmentEntry, ...]
    people: tuple[PersonEntry, ...]
    glossary: dict[str, str]
    examples: tuple[str, ...]


def read_company(path: Path) -> CompanyFile:
    """Read people.yaml. Raises InvalidInput naming the file and what is wrong in it."""
    try:
        said: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read: {error.strerror}.") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InvalidInput(f"{path} is not YAML: {error}") from error
    try:
        company = CompanyFile(
            slug=said["tenant"]["slug"],
            name=said["tenant"]["name"],
            departments=tuple(_departments(said.get("departments", []), None)),
            people=tuple(_person(entry) for entry in said["people"]),
            glossary=dict(said.get("glossary", {})),
            examples=tuple(said.get("examples", ())),
        )
    except KeyError as error:
        raise InvalidInput(f"{path} lacks {error}.") from error
    except (AttributeError, TypeError, ValueError) as error:
        raise InvalidInput(f"{path} does not have the form its README.md describes: {error}.") from error
    _check_departments(company, path)
    return company


def _check_departments(company: CompanyFile, path: Path) -> None:
    known = {department.name for department in company.departments}
    for person in company.people:
        if person.department not in known:
            raise InvalidInput(
                f"{path}: {person.email} is in an unknown department {person.department!r}.",
                kept="Nothing was loaded.",
                todo="Name it under `departments`.",
            )


def _departments(entries: list[dict[str, Any]], parent: str | None) -> Iterator[DepartmentEntry]:
    for entry in entries:
        yield DepartmentEntry(entry["name"], parent)
        yield from _departments(entry.get("departments", []), entry["name"])


def _person(entry: dict[str, Any]) -> PersonEntry:
    return PersonEntry(
        email=entry["email"].lower(),
        name=entry["name"],
        department=entry["department"],
        roles=tuple(Role(role) for role in entry["roles"]),
        about=entry.get("about", ""),
    )
