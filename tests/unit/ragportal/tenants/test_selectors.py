import pytest

from ragportal.common.errors import InvalidInput, NotFound
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership, User
from ragportal.tenants.selectors import find_tenant, membership_of, tenants_of
from tests.factories.people import make_department, make_member, make_tenant

EMAIL = "ada@harbour.example"


@pytest.mark.django_db
class TestTenantsAndPeople:
    """None of these needs a current tenant."""

    @pytest.fixture(autouse=True)
    def companies(self):
        self.acme, self.bolt = make_tenant("acme"), make_tenant("bolt")
        with use_tenant(self.bolt.pk):
            self.at_bolt = make_member(EMAIL, department=make_department())
            make_member("noise@bolt.example")

    def join_acme(self, **changes):
        with use_tenant(self.acme.pk):
            member = make_member(EMAIL)
            Membership.objects.update(**changes or {"is_active": True})
            return member

    def test_a_tenant_by_its_short_name(self):
        assert find_tenant("acme") == self.acme

    @pytest.mark.parametrize("slug", ["nowhere", "", "ACME", "acme "])
    def test_an_unknown_tenant(self, slug):
        with pytest.raises(NotFound, match="There is no tenant"):
            find_tenant(slug)

    def test_the_tenants_of_a_person(self):
        self.join_acme()
        assert tenants_of(self.at_bolt.user) == [self.acme, self.bolt]

    def test_not_those_they_left(self):
        self.join_acme(is_active=False)
        assert tenants_of(self.at_bolt.user) == [self.bolt]

    def test_a_closed_account_has_none(self):
        User.objects.update(is_active=False)
        assert tenants_of(User.objects.get(email=EMAIL)) == []
        with pytest.raises(NotFound):
            membership_of(email=EMAIL, tenant_slug="bolt")

    def test_the_only_membership(self, django_assert_num_queries):
        found = membership_of(email=" Ada@HARBOUR.example ", tenant_slug=None)
        assert found == self.at_bolt
        with django_assert_num_queries(0):
            assert (found.user.email, found.tenant.slug, found.department.slug) == (EMAIL, "bolt", "hr")

    def test_two_tenants_need_a_choice(self):
        at_acme = self.join_acme()
        words = f"--tenant is required because {EMAIL} is a member of acme and bolt."
        with pytest.raises(InvalidInput, match=words):
            membership_of(email=EMAIL, tenant_slug=None)
        assert membership_of(email=EMAIL, tenant_slug="acme") == at_acme
        assert membership_of(email=EMAIL, tenant_slug="bolt") == self.at_bolt

    def test_an_inactive_membership_is_no_choice(self):
        self.join_acme(is_active=False)
        assert membership_of(email=EMAIL, tenant_slug=None) == self.at_bolt
        with pytest.raises(NotFound, match="no active member of acme"):
            membership_of(email=EMAIL, tenant_slug="acme")

    @pytest.mark.parametrize(
        ("email", "slug", "words"),
        [
            ("nobody@harbour.example", None, "no active member of any tenant"),
            ("nobody@harbour.example", "bolt", "no active member of bolt"),
            (EMAIL, "acme", "no active member of acme"),
            (EMAIL, "nowhere", "There is no tenant"),
            ("", None, "no active member"),
        ],
    )
    def test_nobody_found(self, email, slug, words):
        with pytest.raises(NotFound, match=words):
            membership_of(email=email, tenant_slug=slug)
