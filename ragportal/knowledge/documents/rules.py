"""The access rules of many documents: most of them share a few."""

from connectors.base import DocumentAccess
from ragportal.access.models import AccessRule
from ragportal.access.services import narrowed_rule, rule_for
from ragportal.knowledge.models import Document


class RuleLookup:
    """`rule_for` for the documents of one batch, asked once for each different access.

    A container whose readers are told differently within the batch is asked for again each time it changes,
    so that the last reading counts. Make a new one for each batch.
    """

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id
        self._rules: dict[DocumentAccess, AccessRule] = {}
        self._containers: dict[tuple[str, str], object] = {}

    def rule(self, access: DocumentAccess) -> AccessRule:
        """The rule for this access; its reader sets hold what `access` says."""
        for readers in access.reader_sets:
            if readers.container is not None:
                if self._containers.get(readers.container, readers.principals) != readers.principals:
                    self._rules.clear()
                self._containers[readers.container] = readers.principals
        if access not in self._rules:
            self._rules[access] = rule_for(source_id=self._source_id, access=access)
        return self._rules[access]


def narrow(document: Document, rule: AccessRule) -> bool:
    """Put the document's text, as it is now, under both its rule and `rule`; True if that changed the object.

    The caller saves it. Rights that are lost count from then on, rights that are gained wait for the new text.
    """
    if document.access_rule_id == rule.pk:
        return False
    narrowed = narrowed_rule(first=document.access_rule, second=rule)
    if narrowed.pk == document.access_rule_id:
        return False
    document.access_rule = narrowed
    return True
