"""No tenant in context is an error, never "all": for every model of a tenant, now and later."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from ragportal.common.rows import TenantManager, TenantRow, tenant_transaction
from ragportal.common.tenancy import NoCurrentTenant, use_tenant
from ragportal.tenants.models import Department, GlossaryTerm, Membership, Tenant
from tests.factories.people import make_department, make_member, make_tenant

PRODUCT = [model for model in apps.get_models() if model.__module__.startswith("ragportal.")]
TENANT_ROWS = [model for model in PRODUCT if issubclass(model, TenantRow)]
BELONG_TO_NO_TENANT = {"tenants.User", "tenants.Tenant"}
GUARDIANS = {"knowledge.SourceUserPermission", "knowledge.SourceGroupPermission"}  # found through their source
CLAIMED_ACROSS_TENANTS = {"common.WorkItem"}  # by workers; its `objects` see the current tenant's rows only
OUTLIVE_THEIR_TENANT = {"audit.AuditRecord", "audit.AuditPayload", "audit.ChainHead", "costs.UsageRecord"}
QUERIES = {
    "all": lambda rows: rows.all(),
    "filter": lambda rows: rows.filter(pk=1),
    "exclude": lambda rows: rows.exclude(pk=1),
    "get": lambda rows: rows.get(pk=1),
    "first": lambda rows: rows.first(),
    "count": lambda rows: rows.count(),
    "exists": lambda rows: rows.exists(),
    "none": lambda rows: rows.none(),
    "values_list": lambda rows: rows.values_list("pk"),
    "raw": lambda rows: rows.raw("SELECT 1"),
    "using": lambda rows: rows.using("default"),
    "create": lambda rows: rows.create(tenant_id=1),
    "get_or_create": lambda rows: rows.get_or_create(pk=1),
    "update_or_create": lambda rows: rows.update_or_create(pk=1),
    "bulk_create": lambda rows: rows.bulk_create([rows.model(tenant_id=1)]),
    "bulk_update": lambda rows: rows.bulk_update([rows.model(pk=1, tenant_id=1)], ["tenant"]),
    "in_bulk": lambda rows: rows.in_bulk([1]),
    "update": lambda rows: rows.update(tenant_id=1),
    "delete": lambda rows: rows.filter(pk=1).delete(),
}
INSTANCE_STEPS = {
    "save": lambda row: row.save(),
    "save as new": lambda row: row.save(force_insert=True),
    "delete": lambda row: row.delete(),
    "refresh": lambda row: row.refresh_from_db(),
}


def label(model: type[models.Model]) -> str:
    return model._meta.label


def instance(model: type[models.Model]) -> Any:
    """A row in hand, as if read before; every foreign key names row 1."""
    keys = {field.attname: 1 for field in model._meta.concrete_fields if field.is_relation}
    return model(**{"pk": 1, **keys})


def related(model: type[models.Model]) -> list[Any]:
    """Relations from `model` to a tenant's rows, both directions."""
    return [field for field in model._meta.get_fields() if field.is_relation and _is_tenant_row(field.related_model)]


def _is_tenant_row(model: Any) -> bool:
    return isinstance(model, type) and issubclass(model, TenantRow)


RELATIONS = [
    pytest.param(model, field, id=f"{label(model)}.{field.name}") for model in PRODUCT for field in related(model)
]


def test_every_model_belongs_to_a_tenant_or_stands_on_a_list():
    others = {label(model) for model in PRODUCT if model not in TENANT_ROWS}
    assert others == BELONG_TO_NO_TENANT | GUARDIANS | CLAIMED_ACROSS_TENANTS | OUTLIVE_THEIR_TENANT


class TestWithoutATenant:
    """No database is allowed here: the error comes before any query."""

    @pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
    @pytest.mark.parametrize("model", TENANT_ROWS, ids=label)
    def test_a_query_raises(self, model, query):
        for manager in (model._default_manager, model._base_manager):
            with pytest.raises(NoCurrentTenant):
                query(manager)

    @pytest.mark.parametrize("step", INSTANCE_STEPS.values(), ids=INSTANCE_STEPS.keys())
    @pytest.mark.parametrize("model", TENANT_ROWS, ids=label)
    def test_a_step_of_a_row_in_hand_raises(self, model, step):
        with pytest.raises(NoCurrentTenant):
            step(instance(model))

    @pytest.mark.parametrize("model", TENANT_ROWS, ids=label)
    def test_a_new_row_raises(self, model):
        with pytest.raises(NoCurrentTenant):
            model()

    @pytest.mark.parametrize(("model", "field"), RELATIONS)
    def test_a_related_look_up_raises(self, model, field):
        name = field.get_accessor_name() if field.auto_created else field.name
        if name is None or name.endswith("+"):
            return  # related_name="+": there is no way back
        with pytest.raises(NoCurrentTenant):
            found = getattr(instance(model), name)
            found.all()

    def test_a_transaction_raises(self):
        with pytest.raises(NoCurrentTenant), tenant_transaction():
            raise AssertionError("the block must not be entered")

    def test_the_relations_were_found(self):
        assert {"tenants.Membership.department", "tenants.Department.members"} <= {param.id for param in RELATIONS}

    @pytest.mark.parametrize("model", TENANT_ROWS, ids=label)
    def test_every_manager_is_the_tenants(self, model):
        managers = [*model._meta.managers, model._base_manager, model._default_manager]
        assert all(isinstance(manager, TenantManager) for manager in managers)


@pytest.mark.django_db
class TestOtherTenants:
    @pytest.fixture(autouse=True)
    def two_tenants(self):
        self.ours, self.theirs = make_tenant("ours"), make_tenant("theirs")
        with use_tenant(self.theirs.pk):
            self.their_department = make_department("hr")
            self.their_member = make_member(department=self.their_department)
        with use_tenant(self.ours.pk):
            yield

    def test_their_rows_are_not_there(self):
        assert not Department.objects.exists()
        with pytest.raises(Department.DoesNotExist):
            Department.objects.get(pk=self.their_department.pk)

    def test_a_new_row_is_ours(self):
        assert make_department().tenant == self.ours

    def test_updates_and_deletes_miss_them(self):
        assert Department.objects.update(name="taken") == 0
        assert GlossaryTerm.objects.all().delete()[0] == 0
        assert Membership.objects.filter(pk=self.their_member.pk).delete()[0] == 0
        with use_tenant(self.theirs.pk):
            assert Department.objects.get().name == "HR" and Membership.objects.exists()

    def test_a_look_up_from_their_row_finds_nothing(self):
        assert not self.their_department.members.exists()
        fresh = Membership(pk=self.their_member.pk, tenant=self.theirs, department_id=self.their_department.pk)
        with pytest.raises(Department.DoesNotExist):
            _ = fresh.department

    def test_a_prefetch_finds_ours_alone(self):
        make_member("bo@ours.example")
        tenants = {tenant.slug: tenant for tenant in Tenant.objects.prefetch_related("memberships")}
        assert [len(tenants[slug].memberships.all()) for slug in ("ours", "theirs")] == [1, 0]

    def test_a_row_in_hand_cannot_be_deleted_from_another_tenant(self):
        with pytest.raises(NoCurrentTenant):
            self.their_member.delete()
        with use_tenant(self.theirs.pk):
            assert Membership.objects.exists()
