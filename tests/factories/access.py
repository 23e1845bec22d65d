"""Principals, reader sets and rules of a made-up source, through the product's own services."""

from collections.abc import Iterable

from connectors.base import DocumentAccess, SourceGroup, SourcePrincipal
from connectors.base import ReaderSet as SourceReaderSet
from ragportal.access.asker import Asker, Situation
from ragportal.access.models import AccessRule, Channel, Principal
from ragportal.access.scope import scope_for
from ragportal.access.services import principals_for, rule_for

SOURCE = 7
ADA, BEN = "ada@harbour.example", "ben@harbour.example"
WEB = Situation(Channel.WEB)


def user(email: str) -> SourcePrincipal:
    return SourcePrincipal("user", email, email=email)


def group(name: str) -> SourcePrincipal:
    return SourcePrincipal("group", name, name=name)


def members_of(name: str, *members: SourcePrincipal) -> SourceGroup:
    return SourceGroup(group(name), frozenset(members))


def readers(*principals: SourcePrincipal, container: tuple[str, str] | None = None) -> SourceReaderSet:
    return SourceReaderSet(frozenset(principals), container)


def make_rule(
    *reader_sets: Iterable[SourcePrincipal] | SourceReaderSet, classification: str = "", department: str = ""
) -> AccessRule:
    """The rule that demands every one of these reader sets."""
    sets = tuple(one if isinstance(one, SourceReaderSet) else readers(*one) for one in reader_sets)
    return rule_for(source_id=SOURCE, access=DocumentAccess(sets, classification, department))


def allowed(asker: Asker, situation: Situation = WEB) -> frozenset[int]:
    """The ids of the rules in the asker's scope."""
    return scope_for(asker, situation).allowed.ids


def stored(principal: SourcePrincipal) -> Principal:
    """The row of a principal, made where it is missing."""
    return principals_for(source_id=SOURCE, principals=[principal])[principal]
