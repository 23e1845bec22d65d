"""The fences of an index folder, in a small file beside its generations: a rebuild does not forget them."""

import json
from collections.abc import Sequence
from pathlib import Path

from integrations.index.base import IndexDamaged, IndexFence
from integrations.index.embedded.files import replace_file
from integrations.index.fences import raised_fences

FENCES = "fences.json"


def raise_fences(index: Path, fences: Sequence[IndexFence], *, forget_damaged: bool = False) -> None:
    """Remember these fences, durably and before the write that they belong to. The caller holds the write lock.

    Raises IndexFenced, OSError, and IndexDamaged where the file cannot be read and is not to be begun anew.
    """
    if not fences:
        return
    try:
        known = _known(index)
    except IndexDamaged:
        if not forget_damaged:
            raise
        known = {}
    raised = raised_fences(known, fences)
    if raised != known:
        replace_file(index / FENCES, json.dumps(raised).encode())


def _known(index: Path) -> dict[str, int]:
    try:
        content = json.loads((index / FENCES).read_bytes())
        return {str(name): int(number) for name, number in content.items()}
    except FileNotFoundError:
        return {}
    except (AttributeError, TypeError, ValueError) as error:
        raise IndexDamaged(f"{FENCES} of the index cannot be read: {error}.") from error
