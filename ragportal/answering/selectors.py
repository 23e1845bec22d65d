"""Reading the versions that passages were cut from: a lead-in or a table's header may stand before the passage."""

from collections.abc import Iterable

from ragportal.knowledge.models import Version
from ragportal.search.results import Passage


def version_texts(*, passages: Iterable[Passage]) -> dict[int, str]:
    """The text of each passage's version, by version id; a version that was erased has no entry.

    Only for passages that a retrieval has just given this asker: all of a version is under one access rule.
    """
    wanted = {passage.version_id for passage in passages}
    return dict(Version.objects.filter(id__in=wanted).values_list("id", "text"))
