"""Principals: made when a source first names them."""

from collections.abc import Iterable

from connectors.base import SourcePrincipal
from ragportal.access.models import Principal
from ragportal.access.services.people import link_new_users
from ragportal.common.rows import tenant_transaction


def principals_for(*, source_id: int, principals: Iterable[SourcePrincipal]) -> dict[SourcePrincipal, Principal]:
    """The row of each principal, made where it is missing; a changed name or e-mail is taken over.

    A new user whose e-mail a member has proven is linked to that member at once.
    """
    wanted: dict[tuple[str, str], SourcePrincipal] = {(one.kind, one.key): one for one in principals}
    with tenant_transaction():
        rows = _stored(source_id, wanted)
        missing = [one for identity, one in wanted.items() if identity not in rows]
        Principal.objects.bulk_create(
            Principal(source_id=source_id, kind=one.kind, key=one.key, name=one.name, email=one.email.lower())
            for one in missing
        )
        changed = [
            row
            for identity, one in wanted.items()
            if (row := rows.get(identity))
            and (one.name or one.email)
            and (row.name, row.email) != (one.name or row.name, one.email.lower() or row.email)
        ]
        for row in changed:
            one = wanted[row.kind, row.key]
            row.name, row.email = one.name or row.name, one.email.lower() or row.email
        Principal.objects.bulk_update(changed, ["name", "email"])
        if missing:
            rows = _stored(source_id, wanted)
        touched = [rows[one.kind, one.key] for one in missing] + changed
        link_new_users([row for row in touched if row.kind == Principal.Kind.USER and row.email])
    return {one: rows[identity] for identity, one in wanted.items()}


def _stored(source_id: int, wanted: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Principal]:
    keys = {key for _, key in wanted}
    rows = Principal.objects.filter(source_id=source_id, key__in=keys)
    return {(row.kind, row.key): row for row in rows}
