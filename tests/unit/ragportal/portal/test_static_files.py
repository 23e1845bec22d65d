"""Stylesheet, script and icons without any step before."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("name", "kind"),
    [("portal.css", "text/css"), ("theme.js", "text/javascript"), ("icons.svg", "image/svg+xml")],
)
def test_files_are_handed_out_whole_from_the_source(name, kind):
    answer = Client().get(f"/static/portal/{name}")
    assert answer.status_code == 200
    assert not answer.streaming
    assert answer.headers["Content-Type"].startswith(kind)
    assert int(answer.headers["Content-Length"]) == len(answer.content) > 0
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_an_unchanged_file_is_not_sent_again():
    client = Client()
    tag = client.get("/static/portal/portal.css").headers["ETag"]
    again = client.get("/static/portal/portal.css", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["../settings/base.py", "%2e%2e/%2e%2e/manage.py", "nothing.css"])
def test_nothing_else_is_handed_out(path):
    assert Client().get(f"/static/portal/{path}").status_code == 404
