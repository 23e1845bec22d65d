"""The folder of `--docs`: a source that every member may read."""

import os
from pathlib import Path

from ragportal.common.errors import InvalidInput
from ragportal.knowledge.models import Source
from ragportal.knowledge.sync.add_source import MEMBERS, READERS_FIELD, add_source

KIND = "files"
LONGEST_NAME = 90
NOTHING_STARTED = "Nothing was started."


def readable_folder(typed: str) -> Path:
    """The folder that was typed, absolute and without links. Raises InvalidInput where it cannot be listed."""
    if "\0" in typed:
        raise InvalidInput("The name of the folder is none that a disk can have.", kept=NOTHING_STARTED)
    folder = Path(os.path.realpath(os.path.expanduser(typed)))
    try:
        with os.scandir(folder) as entries:
            next(entries, None)
    except OSError as error:
        todo = "Give a folder that this user may read: make run DOCS=/path/to/folder"
        raise InvalidInput(
            f"The folder {folder} cannot be read: {error.strerror}.", kept=NOTHING_STARTED, todo=todo
        ) from error
    return folder


def folder_source(*, folder: Path) -> Source:
    """The current tenant's source of this very folder, added at its first use with every member as its reader.

    It is called like the folder; a second folder of that name gets a number. What its check finds (a folder that is
    still empty, a manifest with a mistake) is no obstacle: the sync that follows says it.
    """
    sources = Source.objects.filter(kind=KIND)
    for source in sources:
        if source.config.get("path") == str(folder) and source.config.get(READERS_FIELD) == MEMBERS:
            return source
    config = {"path": str(folder), READERS_FIELD: MEMBERS}
    return add_source(kind=KIND, name=_free_name(folder), config=config, accept_findings=True)


def _free_name(folder: Path) -> str:
    printable = "".join(character for character in folder.name if character.isprintable()).strip()
    wanted = printable[:LONGEST_NAME] or "Folder"
    taken = set(Source.objects.values_list("name", flat=True))
    name, number = wanted, 1
    while name in taken:
        number += 1
        name = f"{wanted} {number}"
    return name
