import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from ragportal.tenants.models import Membership, User
from tests.factories.people import make_member

pytestmark = pytest.mark.django_db


class TestUser:
    def test_an_address_is_kept_in_lower_case(self):
        assert User.objects.create_user(" Ada@Harbour.Example ", name="Ada").email == "ada@harbour.example"

    def test_the_database_refuses_upper_case(self):
        with pytest.raises(IntegrityError):
            User.objects.bulk_create([User(email="Ada@harbour.example", name="Ada")])

    @pytest.mark.parametrize(("email", "name"), [("no address", "Ada"), ("", "Ada"), ("ada@harbour.example", "")])
    def test_what_does_not_fit_is_refused(self, email, name):
        with pytest.raises(ValidationError):
            User.objects.create_user(email, name=name)

    def test_a_superuser_may_use_the_admin_site(self):
        user = User.objects.create_superuser("root@harbour.example", "a good password", name="Root")
        assert user.is_staff and user.is_superuser and user.check_password("a good password")

    def test_is_shown_by_name(self):
        assert (str(User(email="a@b.example", name="Ada")), str(User(email="a@b.example"))) == ("Ada", "a@b.example")


def test_a_person_is_in_a_company_once(tenant):
    member = make_member()
    with pytest.raises(IntegrityError):
        Membership.objects.create(user=member.user)
