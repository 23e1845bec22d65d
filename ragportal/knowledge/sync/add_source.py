"""Connecting a source: its form is checked, its connector looks at it, and then its row is written."""

from collections.abc import Mapping
from typing import Any

from guardian.shortcuts import assign_perm

from connectors.base import Connector, Field, SourceError
from ragportal.access.services import map_audience_to_members
from ragportal.audit import services as audit
from ragportal.common.errors import InvalidInput
from ragportal.common.rows import tenant_transaction
from ragportal.common.tenancy import current_tenant_id
from ragportal.knowledge.models import Source
from ragportal.knowledge.sync.connectors import connector_fields, open_connector
from ragportal.tenants.models import Membership

NOTHING_ADDED = "No source was added."
READERS_FIELD = "readers"
MEMBERS = "members"
"""Every connector that offers `readers=members` names its audience so: an administrator says it means every member."""


def add_source(
    *, kind: str, name: str, config: Mapping[str, Any], manager: Membership | None = None, accept_findings: bool = False
) -> Source:
    """Connect a source to the current tenant; `config` holds the values of its form, `manager` may then manage it.

    Nothing is read but what the connector's own check reads. Raises InvalidInput for a name in use, a field that does
    not fit, and, unless `accept_findings`, for whatever the check found, all of it at once.
    """
    if not name.strip() or len(name) > 100:
        raise InvalidInput("A source needs a name of 1 to 100 characters.", kept=NOTHING_ADDED)
    values = form_values(kind, connector_fields(kind), config)
    connector = _opened(kind, values)
    findings = connector.check()
    if findings and not accept_findings:
        todo = "Mend this, or add the source as it is with --anyway."
        raise InvalidInput("\n".join(findings), kept=NOTHING_ADDED, todo=todo)
    with tenant_transaction():
        if Source.objects.filter(name=name).exists():
            raise InvalidInput(f"There is already a source {name!r}.", kept=NOTHING_ADDED, todo="Choose another name.")
        source: Source = Source.objects.create(name=name, kind=kind, config=values)
        if values.get(READERS_FIELD) == MEMBERS:
            map_audience_to_members(source_id=source.pk, key=MEMBERS)
        if manager is not None:
            assign_perm("manage_source", manager.user, source)
        audit.record(
            tenant_id=current_tenant_id(),
            action="source.added",
            actor_id=manager.pk if manager else None,
            subjects={"source": source.pk, "kind": kind, "audience": values.get(READERS_FIELD, "")},
            decision="done",
        )
    return source


def form_values(kind: str, fields: tuple[Field, ...], config: Mapping[str, Any]) -> dict[str, str]:
    """The form's values with defaults filled in. Raises InvalidInput naming every field that does not fit."""
    known = {field.name: field for field in fields}
    problems = [
        f"A {kind} source has no field {name!r}; it has {', '.join(known)}." for name in sorted(config.keys() - known)
    ]
    values = {}
    for field in fields:
        value = config.get(field.name, field.default)
        values[field.name] = value
        if not isinstance(value, str):
            problems.append(f"The field {field.name!r} must be text.")
        elif field.required and not value.strip():
            problems.append(f"The field {field.name!r} is missing: {field.help}")
        elif field.choices and value not in field.choices:
            problems.append(
                f"The field {field.name!r} is {value!r}; allowed: {', '.join(filter(None, field.choices))}."
            )
    if problems:
        raise InvalidInput(" ".join(problems), kept=NOTHING_ADDED)
    return values


def _opened(kind: str, values: dict[str, str]) -> Connector:
    try:
        return open_connector(kind, values)
    except SourceError as error:
        raise InvalidInput(str(error), kept=NOTHING_ADDED) from error
