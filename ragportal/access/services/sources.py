"""Since when the permissions of a source are known."""

from datetime import datetime, timedelta

from django.utils import timezone

from ragportal.access.as_of import too_old
from ragportal.access.changes import Kind, note_changes
from ragportal.access.models import SourceAccess
from ragportal.common.rows import tenant_transaction

CLOCKS_DIFFER = timedelta(hours=1)


def note_access_as_of(*, source_id: int, as_of: datetime) -> None:
    """Whatever lets somebody read a document of the source was read there at `as_of` or later.

    An earlier moment than the known one changes nothing. Documents that were hidden for being too old are shown again.
    """
    with tenant_transaction():
        known = SourceAccess.objects.select_for_update().filter(source_id=source_id).first()
        if known is not None and known.as_of >= as_of:
            return
        SourceAccess.objects.update_or_create(source_id=source_id, defaults={"as_of": as_of})
        # Whoever made a scope a moment ago, by another clock, may have found it hidden.
        if known is None or known.as_of <= too_old(timezone.now()) + CLOCKS_DIFFER:
            note_changes([(Kind.EVERYTHING, source_id)])


def begin_access(*, source_id: int) -> None:
    """The first rule of a source is made of what was read there now."""
    SourceAccess.objects.get_or_create(source_id=source_id, defaults={"as_of": timezone.now()})
