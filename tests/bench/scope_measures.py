"""The company of bench_scope: one person in many groups, most rules within reach."""

import random
from collections.abc import Callable

from django.utils import timezone

from ragportal.access import services
from ragportal.access.asker import Situation
from ragportal.access.models import (
    AccessRule,
    Channel,
    Classification,
    Grant,
    GroupMember,
    Principal,
    ReaderSet,
    RuleReaderSet,
)
from ragportal.access.scope import scope_cache, scope_for
from ragportal.access.selectors import asker_of
from ragportal.common.tenancy import use_tenant
from ragportal.tenants.models import Membership, Tenant, User

RULES, SETS, GROUPS, OWN_GROUPS = 50_000, 60_000, 5_000, 300
GRANTS_A_SET = 2
SHARE_OF_OWN = 0.75
"""Of the grants this share goes to one of the person's groups."""


def measure(told: Callable[..., None]) -> None:
    """Make the company and time `scope_for` in it."""
    tenant = Tenant.objects.create(slug="bench", name="Bench")
    with use_tenant(tenant.pk):
        membership, groups, sets = _make_company(random.Random(20261122))
        asker, web = asker_of(membership), Situation(Channel.WEB)

        def ask() -> None:
            scope_for(asker, web)

        def change(number: int) -> None:
            services.grant(reader_set=sets[number], principal=groups[0])

        told("scope from nothing", 300, ask, 9, lambda _: scope_cache().clear())
        told("scope unchanged", None, ask, 50, lambda _: None)
        told("scope after one access change", 10, ask, 50, change)


def _make_company(chance: random.Random) -> tuple[Membership, list[Principal], list[ReaderSet]]:
    account = User.objects.create_user("ada@bench.example", name="Ada", email_verified_at=timezone.now())
    membership = Membership.objects.create(user=account)
    groups = Principal.objects.bulk_create(
        Principal(source_id=1, kind="group", key=f"group-{number}") for number in range(GROUPS)
    )
    ada = Principal.objects.create(source_id=1, kind="user", key=account.email, email=account.email)
    services.link_people()
    # Two thirds directly, one third through another group.
    direct, nested = groups[: OWN_GROUPS * 2 // 3], groups[OWN_GROUPS * 2 // 3 : OWN_GROUPS]
    GroupMember.objects.bulk_create(
        [GroupMember(group=group, member=ada) for group in direct]
        + [GroupMember(group=outer, member=inner) for outer, inner in zip(nested, direct, strict=False)]
    )
    sets = ReaderSet.objects.bulk_create(ReaderSet(source_id=1, name=f"1:hash:{number}") for number in range(SETS))
    _grant(chance, sets, groups)
    _make_rules(chance, sets)
    return membership, groups, sets


def _grant(chance: random.Random, sets: list[ReaderSet], groups: list[Principal]) -> None:
    pairs = {
        (number, chance.randrange(OWN_GROUPS if chance.random() < SHARE_OF_OWN else GROUPS))
        for number in range(SETS)
        for _ in range(GRANTS_A_SET)
    }
    Grant.objects.bulk_create(
        (Grant(reader_set=sets[one], principal=groups[group]) for one, group in sorted(pairs)), batch_size=5_000
    )


def _make_rules(chance: random.Random, sets: list[ReaderSet]) -> None:
    """Every fifth rule demands two reader sets, the others one."""
    services.note_access_as_of(source_id=1, as_of=timezone.now())
    rules = AccessRule.objects.bulk_create(
        (
            AccessRule(
                source_id=1,
                classification=chance.choice(Classification.values),
                set_count=2 if number % 5 == 0 else 1,
                digest=str(number),
            )
            for number in range(RULES)
        ),
        batch_size=5_000,
    )
    RuleReaderSet.objects.bulk_create(
        (RuleReaderSet(rule=rule, reader_set=one) for rule in rules for one in chance.sample(sets, rule.set_count)),
        batch_size=5_000,
    )
