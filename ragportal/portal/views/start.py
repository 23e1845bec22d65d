"""The way from the bare address to one's own company."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ragportal.tenants.models import User
from ragportal.tenants.selectors import tenants_of


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """To the ask page of the only tenant, or a choice; who is in none is told so."""
    tenants = tenants_of(request.user) if isinstance(request.user, User) else []
    if len(tenants) == 1:
        return redirect("ask", tenant=tenants[0].slug)
    return render(request, "portal/home.html", {"tenants": tenants})
