"""Which person of ours is which user of a source."""

from collections.abc import Iterable
from datetime import datetime

from ragportal.access.changes import Kind, note_changes
from ragportal.access.models import IdentityLink, MembersAudience, Principal
from ragportal.common.rows import tenant_transaction
from ragportal.tenants.models import Membership


def link_people(*, source_id: int | None = None) -> int:
    """Link every unlinked user, of one source or all, to the member who has proven the same e-mail address.

    Gives the number of new links. Call it after people joined or proved an address; users that a
    source names anew are linked when they are stored.
    """
    unlinked = Principal.objects.filter(kind=Principal.Kind.USER, identity_links=None).exclude(email="")
    with tenant_transaction():
        return link_new_users(unlinked if source_id is None else unlinked.filter(source_id=source_id))


def link_new_users(principals: Iterable[Principal]) -> int:
    """Link these users where a member has proven the e-mail; a link of a former address is moved."""
    by_email = {principal.email: principal for principal in principals}
    proven = Membership.objects.filter(user__email__in=by_email, user__email_verified_at__isnull=False)
    for membership, email in proven.values_list("id", "user__email"):
        link_person(membership_id=membership, principal=by_email[email], method=IdentityLink.Method.VERIFIED_EMAIL)
    return len(proven)


def link_person(
    *, membership_id: int, principal: Principal, method: IdentityLink.Method, valid_until: datetime | None = None
) -> None:
    """This member is that user of a source from now on (until `valid_until`); a former link of the user is replaced."""
    with tenant_transaction():
        former = IdentityLink.objects.filter(principal=principal).values_list("membership_id", flat=True).first()
        IdentityLink.objects.update_or_create(
            principal=principal,
            defaults={"membership_id": membership_id, "method": method, "valid_until": valid_until},
        )
        note_changes((Kind.PERSON, person) for person in {membership_id, former} if person is not None)


def unlink_person(*, principal: Principal) -> None:
    """Nobody of ours is that user any more."""
    with tenant_transaction():
        members = list(IdentityLink.objects.filter(principal=principal).values_list("membership_id", flat=True))
        IdentityLink.objects.filter(principal=principal).delete()
        note_changes((Kind.PERSON, member) for member in members)


def map_audience_to_members(*, source_id: int, key: str) -> None:
    """An administrator decides: this named audience of the source means every active member of the tenant."""
    with tenant_transaction():
        audience, _ = Principal.objects.get_or_create(source_id=source_id, kind=Principal.Kind.AUDIENCE, key=key)
        _, made = MembersAudience.objects.get_or_create(principal=audience)
        if made:
            note_changes([(Kind.EVERYTHING, audience.pk)])
