"""Who is at a page: every page of a tenant runs as one of its active members, or does not exist."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse

from ragportal.access.asker import Asker, Situation
from ragportal.access.models import Channel
from ragportal.access.selectors import asker_of
from ragportal.common.errors import NotFound
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership, Tenant, User
from ragportal.tenants.selectors import membership_of

Arguments = ParamSpec("Arguments")
ON_THE_WEB = Situation(Channel.WEB)


@dataclass(frozen=True, slots=True)
class Member:
    """The signed-in person at this page's tenant."""

    membership: Membership
    tenant: Tenant
    asker: Asker


def member_page(
    view: Callable[Concatenate[HttpRequest, Member, Arguments], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Run `view(request, member, …)` with the tenant of the address as the current one.

    Not signed in: to the sign-in page. An unknown tenant and one the person is no active member of: 404 alike.
    """

    @login_required
    @wraps(view)
    def page(request: HttpRequest, tenant: str, *args: Arguments.args, **kwargs: Arguments.kwargs) -> HttpResponse:
        if not isinstance(request.user, User):
            raise Http404
        try:
            membership = membership_of(email=request.user.email, tenant_slug=tenant)
        except NotFound as error:
            raise Http404 from error
        with use_tenant(membership.tenant.pk):
            member = Member(membership, membership.tenant, asker_of(membership))
            return view(request, member, *args, **kwargs)

    return page
