"""The log of access changes: one rising number per tenant, written with the change itself.

Whoever changes access takes the tenant's turn before reading what the change rests on: the row lock on AccessState,
held until commit. So numbers become visible in their order (who has read number n, and then reads the changes above
n, misses none), no two writers decide on what the other is about to change, and none waits for another in a circle.
What finds nothing to change takes no turn: most documents of a sync fall under a rule that is there.
"""

from collections.abc import Iterable

from ragportal.access.models import AccessChange, AccessState

KEPT_CHANGES = 20_000
"""A cached scope older than this many numbers is rebuilt; the log is cut behind it."""

Kind = AccessChange.Kind


def take_turn() -> None:
    """Wait for every other change of the current tenant's access, and keep the next one waiting until this commits.

    Call it in the transaction of a change, and look after it at whatever the change is decided on: what was read
    before may have changed meanwhile.
    """
    _locked_state()


def note_changes(changes: Iterable[tuple[AccessChange.Kind, int]]) -> None:
    """Note (kind, id of the principal, reader set or rule) under the next number.

    Call it inside the transaction of the change, before or after the write. Nothing noted, nothing counted.
    """
    noted = sorted(set(changes))
    if not noted:
        return
    state = _locked_state()
    state.number += 1
    state.save(update_fields=["number"])
    AccessChange.objects.bulk_create(
        AccessChange(number=state.number, kind=kind, subject_id=subject) for kind, subject in noted
    )
    if state.number % 1_000 == 0:
        AccessChange.objects.filter(number__lte=state.number - KEPT_CHANGES).delete()


def current_number() -> int:
    """The number of the newest committed change; 0 before the first."""
    return AccessState.objects.values_list("number", flat=True).first() or 0


def changes_since(number: int) -> list[tuple[str, int]] | None:
    """(kind, subject id) of all changes above `number`; None where the log no longer reaches back that far."""
    changes = list(AccessChange.objects.filter(number__gt=number).values_list("kind", "subject_id").distinct())
    # Looked at last: if the log was cut before it was read, the number that cut it is there by now.
    return changes if number >= current_number() - KEPT_CHANGES else None


def _locked_state() -> AccessState:
    """By its row on PostgreSQL, by the file's write lock on SQLite. Two that make it first both get the same."""
    return AccessState.objects.select_for_update().get_or_create()[0]
