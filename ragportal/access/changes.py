"""The log of access changes: one rising number per tenant, written with the change itself.

The row lock on AccessState is held until commit, so numbers become visible in their order: who has
read number n, and then reads the changes above n, misses none.
"""

from collections.abc import Iterable

from django.db.models import F

from ragportal.access.models import AccessChange, AccessState

KEPT_CHANGES = 20_000
"""A cached scope older than this many numbers is rebuilt; the log is cut behind it."""

Kind = AccessChange.Kind


def note_changes(changes: Iterable[tuple[AccessChange.Kind, int]]) -> None:
    """Note (kind, id of the principal, reader set or rule) under the next number.

    Call it inside the transaction of the change, before or after the write. Nothing noted, nothing counted.
    """
    noted = sorted(set(changes))
    if not noted:
        return
    if not AccessState.objects.update(number=F("number") + 1):
        AccessState.objects.create(number=1)
    number = AccessState.objects.values_list("number", flat=True).get()
    AccessChange.objects.bulk_create(
        AccessChange(number=number, kind=kind, subject_id=subject) for kind, subject in noted
    )
    if number % 1_000 == 0:
        AccessChange.objects.filter(number__lte=number - KEPT_CHANGES).delete()


def current_number() -> int:
    """The number of the newest committed change; 0 before the first."""
    return AccessState.objects.values_list("number", flat=True).first() or 0


def changes_since(number: int) -> list[tuple[str, int]] | None:
    """(kind, subject id) of all changes above `number`; None where the log no longer reaches back that far."""
    if number < current_number() - KEPT_CHANGES:
        return None
    return list(AccessChange.objects.filter(number__gt=number).values_list("kind", "subject_id").distinct())
