"""The demo company: loaded once, completed if it was interrupted, never doubled."""

from pathlib import Path

import pytest

from ragportal.access.models import AccessRule, IdentityLink
from ragportal.common.errors import InvalidInput
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge import company
from ragportal.knowledge.company import PEOPLE_FILE, demo_password, load_company
from ragportal.knowledge.company_file import read_company
from ragportal.knowledge.models import Document, DocumentFailure, Source
from ragportal.tenants.models import Department, ExampleQuestion, GlossaryTerm, Membership, MembershipRole, Tenant

ATTACHED = 1  # to a mail
DEMO = Path(__file__).parents[4] / "examples" / "company"
COUNTED = (Department, Membership, MembershipRole, GlossaryTerm, ExampleQuestion, Source, Document, IdentityLink)

pytestmark = pytest.mark.django_db(databases=["default", "ledger"])


def counts():
    with use_tenant(Tenant.objects.get().pk):
        return {model.__name__: model.objects.count() for model in COUNTED}


def test_it_is_loaded_once():
    run = load_company(folder=DEMO, password="harbour-lights-7")
    before = counts()
    assert before["Membership"] == before["IdentityLink"] == 6
    assert before["Document"] == run.added == run.seen + ATTACHED > 40
    with use_tenant(Tenant.objects.get().pk):
        assert not DocumentFailure.objects.exists()
        assert Membership.objects.get(user__name="Owen Clarke").user.check_password("harbour-lights-7")
        assert Department.objects.get(name="Controlling").parent.name == "Finance"
        assert AccessRule.objects.filter(department__name="Human Resources").exists()
    again = load_company(folder=DEMO, password="another-word-8")
    assert (again.added, again.changed, again.access_changed, counts()) == (0, 0, 0, before)


def test_an_interrupted_load_is_completed(monkeypatch):
    def interrupt(**options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(company, "add_glossary_term", interrupt)
        with pytest.raises(KeyboardInterrupt):
            load_company(folder=DEMO, password="harbour-lights-7")
    load_company(folder=DEMO, password="harbour-lights-7")
    found, glossary = counts(), read_company(DEMO / PEOPLE_FILE).glossary
    assert (found["Membership"], found["GlossaryTerm"], found["Source"]) == (6, len(glossary), 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "cannot be read"),
        ("a: [b", "is not YAML"),
        ("tenant: {slug: x, name: X}", "lacks 'people'"),
        ("just words", "does not have the form"),
        ("tenant: {slug: x, name: X}\npeople: [{email: a, name: b, department: c, roles: [king]}]", "king"),
        ("tenant: {slug: x, name: X}\npeople: [{email: a, name: b, department: c, roles: [owner]}]", "department 'c'"),
    ],
)
def test_a_folder_of_another_form(tmp_path, content, message):
    if content is not None:
        (tmp_path / "people.yaml").write_text(content)
    with pytest.raises(InvalidInput, match=message):
        load_company(folder=tmp_path, password="harbour-lights-7")
    assert not Tenant.objects.exists()


def test_the_password_is_made_once_for_an_installation(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert demo_password() == demo_password()
    assert len(demo_password()) == 16
