"""Signing in with e-mail and password, and out again."""

from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.views import LoginView, LogoutView
from django.utils.translation import gettext_lazy as _


class SignInForm(AuthenticationForm):
    """Addresses are kept in lower case, so they are compared that way. One error for every reason."""

    error_messages = {  # noqa: RUF012 - Django's own name and type
        "invalid_login": _("This e-mail address and password do not fit together. Check both and try again."),
        "inactive": _("This e-mail address and password do not fit together. Check both and try again."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].label = _("E-mail address")
        self.fields["username"].widget = forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True})

    def clean_username(self) -> str:
        """The address as accounts keep it."""
        return str(self.cleaned_data["username"]).strip().lower()


class SignIn(LoginView):
    """The sign-in page; a signed-in person goes on to their own pages."""

    authentication_form = SignInForm
    template_name = "portal/sign_in.html"
    redirect_authenticated_user = True


class SignOut(LogoutView):
    """Ends the session, by POST only."""

    next_page = "sign_in"
