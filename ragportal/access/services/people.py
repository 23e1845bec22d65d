"""Which person of ours is which user of a source."""

from collections.abc import Iterable
from datetime import datetime

from ragportal.access.changes import Kind, note_changes, take_turn
from ragportal.access.models import IdentityLink, MembersAudience, Principal
from ragportal.common.rows import tenant_transaction
from ragportal.tenants.models import Membership

Method = IdentityLink.Method


def link_people(*, source_id: int | None = None) -> int:
    """Link every unlinked user, of one source or all, to the member who has proven the same e-mail address.

    Gives the number of new links. Call it after people joined or proved an address; users that a
    source names anew are linked when they are stored.
    """
    unlinked = Principal.objects.filter(kind=Principal.Kind.USER, identity_links=None).exclude(email="")
    with tenant_transaction():
        take_turn()
        return link_new_users(unlinked if source_id is None else unlinked.filter(source_id=source_id))


def link_new_users(principals: Iterable[Principal]) -> int:
    """Link these users where a member has proven the e-mail; returns the number of new or moved links.

    A link by directory id is stronger and stays whatever address a profile shows; a link to the same member
    stays as it is, its end included.
    """
    users = list(principals)
    proven = dict(
        Membership.objects.filter(
            user__email__in={user.email for user in users}, user__email_verified_at__isnull=False
        ).values_list("user__email", "id")
    )
    known = {link.principal_id: link for link in IdentityLink.objects.filter(principal__in=users)}
    linked = 0
    for user in users:
        member, link = proven.get(user.email), known.get(user.pk)
        is_settled = link is not None and (link.method == Method.DIRECTORY_ID or link.membership_id == member)
        if member is not None and not is_settled:
            link_person(membership_id=member, principal=user, method=Method.VERIFIED_EMAIL)
            linked += 1
    return linked


def link_person(
    *, membership_id: int, principal: Principal, method: Method, valid_until: datetime | None = None
) -> None:
    """This member is that user of a source from now on (until `valid_until`); a former link of the user is replaced."""
    with tenant_transaction():
        take_turn()
        former = IdentityLink.objects.filter(principal=principal).values_list("membership_id", flat=True).first()
        IdentityLink.objects.update_or_create(
            principal=principal,
            defaults={"membership_id": membership_id, "method": method, "valid_until": valid_until},
        )
        note_changes((Kind.PERSON, person) for person in {membership_id, former} if person is not None)


def map_audience_to_members(*, source_id: int, key: str) -> None:
    """An administrator decides: this named audience of the source means every active member of the tenant."""
    with tenant_transaction():
        take_turn()
        audience, _ = Principal.objects.get_or_create(source_id=source_id, kind=Principal.Kind.AUDIENCE, key=key)
        _, made = MembersAudience.objects.get_or_create(principal=audience)
        if made:
            note_changes([(Kind.EVERYTHING, audience.pk)])
