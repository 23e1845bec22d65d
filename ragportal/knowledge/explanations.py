"""Why a person may or may not read one document: its own state, then its access rule."""

from ragportal.access.asker import Asker, Situation
from ragportal.access.explanations import Condition, Explanation, explain_rule
from ragportal.common.errors import InvalidInput, NotFound
from ragportal.knowledge.models import Document

LISTED_MATCHES = 5


def find_document(*, name: str) -> Document:
    """The document of the current tenant with this id at its source, number, or title (in that order).

    Raises NotFound, and InvalidInput where several documents bear the name. For administrators: it
    finds documents whoever may read them.
    """
    candidates: list[dict[str, str | int]] = [{"external_id": name}, {"title": name}, {"title__iexact": name}]
    if name.isascii() and name.isdigit():
        candidates.insert(1, {"pk": int(name)})
    for wanted in candidates:
        found = list(Document.objects.filter(**wanted).select_related("source", "access_rule")[: LISTED_MATCHES + 1])
        if len(found) == 1:
            return found[0]
        if found:
            listed = "; ".join(f"{one.pk}: {one.external_id} in {one.source}" for one in found[:LISTED_MATCHES])
            raise InvalidInput(f"Several documents are called {name!r}: {listed}.", todo="Give the number instead.")
    raise NotFound(
        f"There is no document {name!r}.", todo="Give its id at the source (for files: the path in the folder)."
    )


def explain_document(*, asker: Asker, document: Document, situation: Situation) -> Explanation:
    """Why this asker may or may not find the document now."""
    container = document.container
    rule = explain_rule(asker=asker, rule=(container or document).access_rule, situation=situation)
    own = [
        Condition(True, "The document is not removed.")
        if document.removed_at is None
        else Condition(False, f"The document was removed at {document.removed_at:%Y-%m-%d %H:%M} UTC."),
        Condition(True, "Its text is published.")
        if document.current_version_id is not None
        else Condition(False, "No text of it has been published yet."),
    ]
    return Explanation(
        allowed=rule.allowed and all(condition.holds for condition in own), conditions=(*own, *rule.conditions)
    )
