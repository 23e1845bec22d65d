"""Principals: made when a source first names them."""

from collections.abc import Iterable

from connectors.base import SourcePrincipal
from ragportal.access.changes import take_turn
from ragportal.access.models import Principal
from ragportal.access.services.people import link_new_users
from ragportal.common.rows import tenant_transaction

Wanted = dict[tuple[str, str], SourcePrincipal]
"""By kind and key."""


def principals_for(*, source_id: int, principals: Iterable[SourcePrincipal]) -> dict[SourcePrincipal, Principal]:
    """The row of each principal, made where it is missing; a changed name or e-mail is taken over.

    A new user whose e-mail a member has proven is linked to that member at once.
    """
    wanted: Wanted = {(one.kind, one.key): one for one in principals}
    with tenant_transaction():
        rows = _stored(source_id, wanted)
        if any(_is_news(rows.get(identity), one) for identity, one in wanted.items()):
            take_turn()
            rows = _bring_to(source_id, wanted)
    return {one: rows[identity] for identity, one in wanted.items()}


def _bring_to(source_id: int, wanted: Wanted) -> dict[tuple[str, str], Principal]:
    rows = _stored(source_id, wanted)
    news = {identity: one for identity, one in wanted.items() if _is_news(rows.get(identity), one)}
    Principal.objects.bulk_create(
        Principal(source_id=source_id, kind=one.kind, key=one.key, name=one.name, email=one.email.lower())
        for identity, one in news.items()
        if identity not in rows
    )
    changed = [rows[identity] for identity in news if identity in rows]
    for row in changed:
        row.name, row.email = _called(row, wanted[row.kind, row.key])
    Principal.objects.bulk_update(changed, ["name", "email"])
    rows = _stored(source_id, wanted)
    touched = [rows[identity] for identity in news]
    link_new_users([row for row in touched if row.kind == Principal.Kind.USER and row.email])
    return rows


def _is_news(row: Principal | None, one: SourcePrincipal) -> bool:
    return row is None or (row.name, row.email) != _called(row, one)


def _called(row: Principal, one: SourcePrincipal) -> tuple[str, str]:
    """Its name and e-mail from now on; what the source leaves out stays."""
    return one.name or row.name, one.email.lower() or row.email


def _stored(source_id: int, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Principal]:
    keys = {key for _, key in wanted}
    rows = Principal.objects.filter(source_id=source_id, key__in=keys)
    return {(row.kind, row.key): row for row in rows}
