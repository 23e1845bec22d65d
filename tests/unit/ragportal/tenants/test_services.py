import json

import pytest
from django.db import connections

from ragportal.audit.models import AuditPayload, AuditRecord
from ragportal.common.errors import InvalidInput, NotFound, Unavailable
from ragportal.common.tenancy import NoCurrentTenant, current_tenant_id, use_tenant
from ragportal.tenants import services
from ragportal.tenants.models import Department, ExampleQuestion, GlossaryTerm, Membership, Role, Tenant, User
from tests.factories.people import make_department, make_member, make_tenant

PASSWORD = "correct horse battery"


def roles_of(membership):
    return set(membership.roles.values_list("role", flat=True))


def last_audit():
    row = AuditRecord.objects.filter(tenant_id=current_tenant_id()).order_by("sequence").last()
    return row.action, json.loads(row.subjects)


def add(email="ada@harbour.example", **changes):
    form = {"name": "Ada", "department": None, "roles": [Role.EMPLOYEE], "email_verified": True}
    return services.add_member(email=email, **{**form, **changes})


@pytest.mark.django_db(databases=["default", "ledger"])
class TestCreateTenant:
    def test_makes_a_company_and_needs_no_current_tenant(self):
        tenant = services.create_tenant(slug=" harbour ", name=" Harbour Ltd ")
        assert (tenant.slug, tenant.name) == ("harbour", "Harbour Ltd")
        with use_tenant(tenant.pk):
            assert last_audit() == ("tenant.created", {"slug": "harbour"})

    @pytest.mark.parametrize(("slug", "name"), [("", "Harbour"), ("two words", "Harbour"), ("taken", "T"), ("ok", " ")])
    def test_refuses_what_does_not_fit(self, slug, name):
        make_tenant("taken")
        with pytest.raises(InvalidInput, match=r"(slug|name): .* Nothing was changed\."):
            services.create_tenant(slug=slug, name=name)
        assert Tenant.objects.count() == 1 and not AuditRecord.objects.exists()


class TestCreateDepartment:
    def test_makes_a_tree(self, tenant):
        hr = services.create_department(slug="hr", name="People")
        pay = services.create_department(slug="pay", name="Payroll", parent=hr, actor_id=9)
        assert list(hr.children.all()) == [pay]
        assert last_audit() == ("department.created", {"department": pay.pk, "parent": hr.pk})
        assert AuditRecord.objects.get(sequence=2).actor_id == 9

    def test_refuses_a_short_name_twice(self, tenant):
        make_department("hr")
        with pytest.raises(InvalidInput, match="already a department with this short name"):
            services.create_department(slug="hr", name="People")

    def test_refuses_a_parent_of_another_company(self, tenant):
        with use_tenant(make_tenant("theirs").pk):
            theirs = make_department("hr")
        with pytest.raises(InvalidInput, match="parent"):
            services.create_department(slug="pay", name="Payroll", parent=theirs)

    def test_refuses_without_a_tenant(self):
        with pytest.raises(NoCurrentTenant):
            services.create_department(slug="hr", name="People")


class TestAddMember:
    def test_a_new_person_gets_an_account(self, tenant):
        hr = make_department("hr")
        member = add(" Ada@Harbour.Example ", department=hr, roles=[Role.OWNER, Role.SECURITY], password=PASSWORD)
        assert (member.user.email, member.user.name, member.department) == ("ada@harbour.example", "Ada", hr)
        assert member.is_active and member.user.check_password(PASSWORD) and member.user.email_verified_at
        assert roles_of(member) == {"owner", "security"}

    def test_the_record_holds_ids_and_its_payload_the_words(self, tenant):
        member = add(roles=[Role.OWNER, Role.SECURITY])
        subjects = {"membership": member.pk, "department": None, "roles": ["owner", "security"]}
        assert last_audit() == ("member.added", subjects)
        assert json.loads(AuditPayload.objects.get().body) == {"email": "ada@harbour.example", "name": "Ada"}

    def test_without_a_password_nobody_signs_in_with_one(self, tenant):
        assert not add().user.has_usable_password()

    def test_without_proof_the_address_is_not_verified(self, tenant):
        assert add(email_verified=False).user.email_verified_at is None

    @pytest.mark.parametrize(
        ("changes", "words"),
        [
            ({"email": "no address"}, "email: "),
            ({"email": ""}, "email: "),
            ({"name": " "}, "name: "),
            ({"roles": []}, "at least one role"),
            ({"roles": ["king"]}, "role: "),
            ({"password": "short"}, "too short"),
            ({"password": "ada@harbour.example"}, "similar"),
        ],
    )
    def test_refuses_what_does_not_fit_and_keeps_nothing(self, tenant, changes, words):
        with pytest.raises(InvalidInput, match=words):
            add(**changes)
        assert not User.objects.exists() and not Membership.objects.exists() and not AuditRecord.objects.exists()

    def test_refuses_a_department_of_another_company(self, tenant):
        with use_tenant(make_tenant("theirs").pk):
            theirs = make_department("hr")
        with pytest.raises(InvalidInput, match="department"):
            add(department=theirs)

    def test_refuses_somebody_who_is_in(self, tenant):
        add()
        with pytest.raises(InvalidInput, match="already in this company"):
            add("ADA@harbour.example")

    def test_nothing_is_kept_when_the_audit_fails(self, tenant, settings):
        make_department_audited = services.create_department(slug="hr", name="People")
        settings.AUDIT_KEY = "k" * 50
        with pytest.raises(Unavailable):
            add(department=make_department_audited)
        assert not User.objects.exists()


class TestAddMemberWithAnAccount:
    @pytest.fixture
    def elsewhere(self, tenant):
        with use_tenant(make_tenant("theirs").pk):
            return make_member(password=PASSWORD)

    def test_joins_with_the_name_and_password_they_have(self, elsewhere):
        member = add(name="Somebody else")
        assert member.user == elsewhere.user and member.tenant != elsewhere.tenant
        user = User.objects.get()
        assert user.name == "Ada" and user.check_password(PASSWORD)

    def test_refuses_to_set_their_password(self, elsewhere):
        with pytest.raises(InvalidInput, match="Leave the password out"):
            add(password="another good password")
        assert User.objects.get().check_password(PASSWORD)

    def test_refuses_an_account_whose_address_was_never_proven(self, elsewhere):
        User.objects.update(email_verified_at=None)
        with pytest.raises(InvalidInput, match="never proven"):
            add(email_verified=True)
        assert User.objects.get().email_verified_at is None

    def test_refuses_a_closed_account(self, elsewhere):
        User.objects.update(is_active=False)
        with pytest.raises(InvalidInput, match="closed"):
            add()


class TestDeactivateMember:
    def test_takes_a_person_out_and_back(self, tenant):
        member = make_member(roles=[Role.FINANCE])
        services.deactivate_member(membership=member)
        assert not Membership.objects.get().is_active
        assert last_audit() == ("member.deactivated", {"membership": member.pk})
        services.reactivate_member(membership=member)
        assert Membership.objects.get().is_active and roles_of(member) == {"finance"}
        assert last_audit() == ("member.reactivated", {"membership": member.pk, "roles": ["finance"]})

    def test_the_last_owner_stays(self, tenant):
        owner = make_member(roles=[Role.OWNER])
        gone = make_member("gone@harbour.example", roles=[Role.OWNER])
        services.deactivate_member(membership=gone)
        with pytest.raises(InvalidInput, match="last owner"):
            services.deactivate_member(membership=owner)
        assert Membership.objects.get(pk=owner.pk).is_active

    def test_an_owner_of_another_company_does_not_count(self, tenant):
        owner = make_member(roles=[Role.OWNER])
        with use_tenant(make_tenant("theirs").pk):
            make_member("bo@theirs.example", roles=[Role.OWNER])
        with pytest.raises(InvalidInput, match="last owner"):
            services.deactivate_member(membership=owner)

    def test_one_of_two_owners_may_go(self, tenant):
        owner = make_member(roles=[Role.OWNER])
        make_member("bo@harbour.example", roles=[Role.OWNER])
        services.deactivate_member(membership=owner)
        assert not Membership.objects.get(pk=owner.pk).is_active

    def test_nobody_of_another_company(self, tenant):
        with use_tenant(make_tenant("theirs").pk):
            theirs = make_member()
        with pytest.raises(NotFound):
            services.deactivate_member(membership=theirs)


class TestSetDepartment:
    def test_moves_a_person(self, tenant):
        hr, it = make_department("hr"), make_department("it")
        member = make_member(department=hr)
        services.set_department(membership=member, department=it)
        assert Membership.objects.get().department == it
        subjects = {"membership": member.pk, "before": hr.pk, "department": it.pk}
        assert last_audit() == ("member.department_set", subjects)
        services.set_department(membership=member, department=None)
        assert Membership.objects.get().department is None

    def test_refuses_a_department_of_another_company(self, tenant):
        with use_tenant(make_tenant("theirs").pk):
            theirs = make_department("hr")
        with pytest.raises(InvalidInput, match="department"):
            services.set_department(membership=make_member(), department=theirs)
        assert Membership.objects.get().department is None


class TestSetRoles:
    def test_replaces_them(self, tenant):
        member = make_member(roles=[Role.EMPLOYEE, Role.FINANCE])
        services.set_roles(membership=member, roles=[Role.SECURITY, Role.FINANCE, Role.FINANCE])
        assert roles_of(member) == {"security", "finance"}
        subjects = {"membership": member.pk, "before": ["employee", "finance"], "roles": ["finance", "security"]}
        assert last_audit() == ("member.roles_set", subjects)

    @pytest.mark.parametrize("roles", [[], ["king"]])
    def test_refuses_none_and_unknown_ones(self, tenant, roles):
        member = make_member()
        with pytest.raises(InvalidInput):
            services.set_roles(membership=member, roles=roles)
        assert roles_of(member) == {"employee"}

    def test_the_last_owner_stays_one(self, tenant):
        owner = make_member(roles=[Role.OWNER])
        with pytest.raises(InvalidInput, match="last owner"):
            services.set_roles(membership=owner, roles=[Role.EMPLOYEE])
        services.set_roles(membership=owner, roles=[Role.OWNER, Role.SECURITY])
        assert roles_of(owner) == {"owner", "security"}


class TestWrittenByPeople:
    def test_a_glossary_term(self, tenant):
        term = services.add_glossary_term(acronym=" PTO ", expansion=" paid time off ")
        assert (term.acronym, term.expansion) == ("PTO", "paid time off")
        assert last_audit() == ("glossary.term_added", {"term": term.pk})

    @pytest.mark.parametrize(
        ("acronym", "expansion"), [("PTO", "again"), ("", "nothing"), ("X", ""), ("X" * 41, "long")]
    )
    def test_refuses_a_term_that_does_not_fit(self, tenant, acronym, expansion):
        services.add_glossary_term(acronym="PTO", expansion="paid time off")
        with pytest.raises(InvalidInput):
            services.add_glossary_term(acronym=acronym, expansion=expansion)
        assert GlossaryTerm.objects.count() == 1

    def test_example_questions_stand_in_the_order_given(self, tenant):
        for text in ("Which hotels?", "How many days off?", "Who approves?"):
            services.add_example_question(text=text)
        found = list(ExampleQuestion.objects.values_list("text", "position"))
        assert found == [("Which hotels?", 0), ("How many days off?", 1), ("Who approves?", 2)]
        assert last_audit()[0] == "example.question_added"

    def test_refuses_an_empty_question(self, tenant):
        with pytest.raises(InvalidInput, match="text: "):
            services.add_example_question(text=" ")


@pytest.mark.django_db(databases=["default", "ledger"], transaction=True)
def test_no_change_waits_for_the_ledger_alone():
    """Main and ledger are two files: a change and its record commit one after the other, and neither is left locked."""
    tenant = services.create_tenant(slug="harbour", name="Harbour")
    with use_tenant(tenant.pk):
        services.create_department(slug="hr", name="People")
        assert Department.objects.exists() and AuditRecord.objects.count() == 2
    assert not any(connections[alias].in_atomic_block for alias in ("default", "ledger"))
