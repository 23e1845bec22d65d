"""How old what is known of a source's permissions may be.

`SourceAccess.as_of` says since when they are known. A source that cannot be read keeps the rights it last told: after
ACCESS_ALARM_HOURS administrators hear of it, after ACCESS_HIDDEN_DAYS nobody reads its documents until it is read anew.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Min

from ragportal.access.models import SourceAccess


def too_old(now: datetime) -> datetime:
    """Documents of a source as of this moment, or before it, are hidden."""
    return now - timedelta(days=settings.ACCESS_HIDDEN_DAYS)


def hidden_from(as_of: datetime) -> datetime:
    """When documents of a source that is not read again are hidden."""
    return as_of + timedelta(days=settings.ACCESS_HIDDEN_DAYS)


def is_alarming(as_of: datetime, now: datetime) -> bool:
    """Whether administrators should look at the source."""
    return as_of <= now - timedelta(hours=settings.ACCESS_ALARM_HOURS)


def next_hiding(now: datetime) -> datetime | None:
    """The first moment after `now` at which a source of the tenant is hidden, unless it is read again before."""
    shown = SourceAccess.objects.filter(as_of__gt=too_old(now))
    oldest: datetime | None = shown.aggregate(oldest=Min("as_of"))["oldest"]
    return None if oldest is None else hidden_from(oldest)
