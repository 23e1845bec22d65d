"""Office Open XML: parts of a package and how they refer to each other."""

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from ragportal.knowledge.parsing.archives import Archive
from ragportal.knowledge.parsing.building import one_line
from ragportal.knowledge.parsing.document import Block, ParsingFailed
from ragportal.knowledge.parsing.xml import Element, local_name, parse_xml

_NO_TITLE = re.compile(
    r"(?:microsoft )?(?:word|powerpoint|excel|document|dokument|slide|folie|untitled|unbenannt|title|titel|book|mappe)?"
    r"[\s\d-]*(?:presentation|präsentation|document|dokument)?\d*|.*\.[a-z]{3,4}|\(anonymous\)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Relation:
    """`kind`: the last part of its type, e.g. "styles". `target`: the name of a part."""

    kind: str
    target: str


Relations = Mapping[str, Relation]


def related(relations: Relations, kind: str) -> str:
    """The first part of this kind; "" where there is none."""
    return next((relation.target for relation in relations.values() if relation.kind == kind), "")


class Package:
    """The parts of one file. Raises ParsingFailed where a part is damaged."""

    def __init__(self, body: bytes) -> None:
        self.archive = Archive(body)
        self.main = self.only("", "officeDocument")
        if not self.archive.has(self.main):
            raise ParsingFailed("The file is damaged or incomplete: its main part is missing.")

    def part(self, name: str) -> Element | None:
        """The root element of a part; None where there is none."""
        return parse_xml(self.archive.read(name)) if name and self.archive.has(name) else None

    def relations(self, name: str) -> Relations:
        """What a part ("" = the package) refers to inside the file, by relationship id."""
        folder, file = posixpath.split(name)
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        relations: dict[str, Relation] = {}
        for relation in () if root is None else root:
            target = unquote(relation.get("Target") or "").replace("\\", "/")
            if target and relation.get("TargetMode") != "External":
                whole = posixpath.normpath(posixpath.join("/", folder, target))
                kind = (relation.get("Type") or "").rpartition("/")[2]
                relations[relation.get("Id") or ""] = Relation(kind, whole.lstrip("/"))
        return relations

    def only(self, name: str, kind: str) -> str:
        """The part of this kind that a part refers to; "" where there is none."""
        return related(self.relations(name), kind)

    def title(self) -> str:
        """As the file's properties say it; "" for none and for names that programs make up."""
        root = self.part(self.only("", "core-properties"))
        return next((real_title(child.text or "") for child in _children(root) if local_name(child) == "title"), "")


def real_title(stated: str) -> str:
    """A title on one line; "" where it is a file name or a program's stand-in such as "PowerPoint-Präsentation"."""
    title = one_line(stated)
    return "" if _NO_TITLE.fullmatch(title) else title


def opening_title(text: str, blocks: Sequence[Block]) -> str:
    """The heading that a document opens with, if all others are below it; else ""."""
    if not blocks or blocks[0].kind != "heading":
        return ""
    levels = [block.level for block in blocks[1:] if block.kind == "heading"]
    return one_line(text[: blocks[0].end]) if all(level > blocks[0].level for level in levels) else ""


def _children(root: Element | None) -> list[Element]:
    return [] if root is None else list(root)
