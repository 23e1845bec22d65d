"""How a try ends: done, again after a pause, or given up as a dead letter with its reason."""

import logging
import random
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest, Now

from ragportal.common.errors import NotFound
from ragportal.common.models import LONGEST_REASON, WorkItem
from ragportal.common.rows import tenant_transaction
from ragportal.common.work.bell import ring
from ragportal.common.work.claiming import Claim
from ragportal.common.work.clock import from_now
from ragportal.common.work.leases import still_held

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
MOST_TRIES = 5
FIRST_PAUSE_SECONDS = 5.0
PAUSE_GROWS = 4.0
LONGEST_PAUSE_SECONDS = 3600.0
BUSY_PAUSE_SECONDS = 10.0

State = WorkItem.State


def pause_after(attempts: int, *, wanted: float = 0.0) -> float:
    """Seconds before the next try: 5, 20, 80, 320 … up to an hour, each up to a half longer so that they spread.

    `wanted`: what the other side asked for, never undercut.
    """
    pause = min(FIRST_PAUSE_SECONDS * PAUSE_GROWS ** (attempts - 1), LONGEST_PAUSE_SECONDS)
    return max(pause * random.uniform(1.0, 1.5), wanted)  # noqa: S311 - spreads load, hides nothing


def done(claim: Claim) -> None:
    """The work is done; dead letters of the same key are settled by it."""
    with transaction.atomic():
        if _settled(claim, state=State.DONE, reason="") and claim.key:
            _same(claim).filter(state=State.DEAD).delete()


def failed(claim: Claim, reason: str, *, permanent: bool = False, retry_after: float = 0.0) -> None:
    """This try failed: again after a pause, or a dead letter where that is useless or was tried five times."""
    reason = reason[:LONGEST_REASON]
    if not permanent and claim.attempts < MOST_TRIES:
        _wait_again(claim, pause_after(claim.attempts, wanted=retry_after), reason=reason)
        return
    with transaction.atomic():
        if _settled(claim, state=State.DEAD, reason=reason) and claim.key:
            _same(claim).filter(state=State.DEAD).exclude(pk=claim.id).delete()
    logger.warning("Work was given up: %s, row %s, after %s tries", claim.name, claim.id, claim.attempts)


def postponed(claim: Claim, *, seconds: float = BUSY_PAUSE_SECONDS) -> None:
    """Nothing failed, somebody else is at it or this worker must end: again later, and it counts as no try."""
    _wait_again(claim, seconds, attempts=claim.attempts - 1)


def try_again(*, item_id: int) -> None:
    """Give a dead letter of the current tenant five new tries, at once. Raises NotFound where it is none."""
    with tenant_transaction():
        dead = WorkItem.objects.filter(pk=item_id, state=State.DEAD).select_for_update().first()
        if dead is None:
            raise NotFound(f"There is no work number {item_id} that was given up.", todo="`manage.py work` lists it.")
        waiting = WorkItem.objects.filter(name=dead.name, key=dead.key, state=State.WAITING)
        if dead.key and waiting.update(not_before=Now(), attempts=0):
            dead.delete()
        else:
            WorkItem.objects.filter(pk=item_id).update(
                state=State.WAITING, not_before=Now(), attempts=0, finished_at=None
            )
        transaction.on_commit(lambda: ring(dead.queue))


def _wait_again(claim: Claim, seconds: float, **changes: str | int) -> None:
    """Back among the waiting; where the same work waits already, that row takes over the tries of this one."""
    later: dict[str, Any] = {"not_before": from_now(seconds), **changes}
    with transaction.atomic():
        twin = _same(claim).filter(state=State.WAITING).select_for_update() if claim.key else None
        if twin is None or not twin.exists():
            _held_or_logged(claim, still_held(claim).update(state=State.WAITING, lease_until=None, **later))
        elif _held_or_logged(claim, still_held(claim).delete()[0]):
            tries = changes.get("attempts", claim.attempts)
            twin.update(
                attempts=Greatest(F("attempts"), tries),
                not_before=Greatest(F("not_before"), from_now(seconds)),
                **changes,
            )


def _settled(claim: Claim, *, state: State, reason: str) -> bool:
    ended = still_held(claim).update(state=state, reason=reason, lease_until=None, finished_at=Now())
    return _held_or_logged(claim, ended)


def _held_or_logged(claim: Claim, rows: int) -> bool:
    if not rows:
        logger.warning("Work ended after its lease was lost: %s, row %s", claim.name, claim.id)
    return bool(rows)


def _same(claim: Claim) -> "QuerySet[WorkItem]":
    return WorkItem.across_tenants.filter(tenant=claim.tenant_id, name=claim.name, key=claim.key)
