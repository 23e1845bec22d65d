"""The web pages. The tenant stands in the address of every page, never only in the session."""

from django.urls import path

from ragportal.portal.views import ask, document, sign_in, start

urlpatterns = [
    path("", start.home, name="home"),
    path("sign-in", sign_in.SignIn.as_view(), name="sign_in"),
    path("sign-out", sign_in.SignOut.as_view(), name="sign_out"),
    path("<slug:tenant>/ask", ask.ask, name="ask"),
    path("<slug:tenant>/documents/<int:document_id>", document.show, name="document"),
    path("<slug:tenant>/documents/<int:document_id>/why", document.why, name="document_why"),
]
