"""The access model as SQL: whose principals an asker has, and which rules they may read.

Everything that decides access runs these fragments: building a scope, patching it, and the recheck,
which embeds them in the one statement that also reads the documents. One statement is one snapshot on
SQLite and PostgreSQL alike. Only constants of this file and bound parameters enter the SQL.

Fail closed: a rule counts only if the number of its reader sets that contain the asker equals its
`set_count`, and that is above zero; an inactive person or an unverified e-mail has no principal at all; the rules of
a source whose permissions are too old, or of which nobody knows how old they are, are nobody's.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from ragportal.access.as_of import too_old
from ragportal.access.asker import Asker


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL with its parameters in order."""

    text: str
    params: tuple[str | int | datetime, ...]

    def rows(self) -> list[tuple[Any, ...]]:
        """What this piece gives where it is a whole statement."""
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.params)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


_MINE = """
mine(principal_id) AS (
    SELECT link.principal_id
      FROM access_identitylink link
      JOIN access_principal principal ON principal.id = link.principal_id
      JOIN tenants_membership person ON person.id = link.membership_id
      JOIN tenants_user account ON account.id = person.user_id
     WHERE link.tenant_id = %s AND person.tenant_id = %s AND person.id = %s
       AND person.is_active AND account.is_active
       AND (link.valid_until IS NULL OR link.valid_until > %s)
       AND (link.method = 'directory_id'
            OR (link.method = 'verified_email' AND account.email_verified_at IS NOT NULL
                AND principal.email = account.email))
    UNION
    SELECT audience.principal_id
      FROM access_membersaudience audience
      JOIN tenants_membership person ON person.tenant_id = audience.tenant_id
      JOIN tenants_user account ON account.id = person.user_id
     WHERE audience.tenant_id = %s AND person.id = %s AND person.is_active AND account.is_active
    UNION
    SELECT inside.group_id
      FROM mine
      JOIN access_groupmember inside ON inside.member_id = mine.principal_id
     WHERE inside.tenant_id = %s AND (inside.valid_until IS NULL OR inside.valid_until > %s)
)"""

# CROSS JOIN keeps SQLite from scanning all grants or rules first: an asker with few groups costs little
# however large the tenant is. PostgreSQL plans it like any join.
_ALLOWED_SETS = """
allowed_set(reader_set_id) AS (
    SELECT DISTINCT granted.reader_set_id
      FROM mine
     CROSS JOIN access_grant granted
     WHERE granted.principal_id = mine.principal_id AND granted.tenant_id = %s
       AND (granted.valid_until IS NULL OR granted.valid_until > %s)
)"""

RULE_ATTRIBUTES = "rule.classification, rule.department_id, rule.department_is_unknown, rule.source_id"
"""The columns of policies.RuleAttributes, in its order, of a rule under the alias `rule`."""

_READABLE_RULES = f"""
SELECT rule.id, {RULE_ATTRIBUTES}
  FROM (SELECT part.rule_id, COUNT(*) AS satisfied
          FROM allowed_set
         CROSS JOIN access_rulereaderset part
         WHERE part.reader_set_id = allowed_set.reader_set_id
         GROUP BY part.rule_id) got
  JOIN access_accessrule rule ON rule.id = got.rule_id
 WHERE rule.tenant_id = %s AND rule.set_count > 0 AND rule.set_count = got.satisfied
   AND rule.source_id IN (SELECT source_id FROM access_sourceaccess WHERE tenant_id = %s AND as_of > %s)"""  # noqa: S608 - constants of this file

_RULE_IS_READABLE = """(
    {rule}.set_count > 0 AND {rule}.set_count = (
        SELECT COUNT(*)
          FROM access_rulereaderset part
         WHERE part.rule_id = {rule}.id AND EXISTS (
             SELECT 1 FROM access_grant granted
              WHERE granted.reader_set_id = part.reader_set_id AND granted.tenant_id = {rule}.tenant_id
                AND (granted.valid_until IS NULL OR granted.valid_until > %s)
                AND granted.principal_id IN (SELECT principal_id FROM mine)))
    AND EXISTS (
        SELECT 1 FROM access_sourceaccess told
         WHERE told.tenant_id = {rule}.tenant_id AND told.source_id = {rule}.source_id AND told.as_of > %s)
)"""

_FIRST_EXPIRY = """
SELECT MIN(valid_until) FROM (
    SELECT granted.valid_until
      FROM mine CROSS JOIN access_grant granted
     WHERE granted.principal_id = mine.principal_id AND granted.valid_until IS NOT NULL AND granted.valid_until > %s
    UNION ALL
    SELECT inside.valid_until
      FROM mine CROSS JOIN access_groupmember inside
     WHERE inside.member_id = mine.principal_id AND inside.valid_until IS NOT NULL AND inside.valid_until > %s
    UNION ALL
    SELECT link.valid_until
      FROM access_identitylink link
     WHERE link.membership_id = %s AND link.valid_until IS NOT NULL AND link.valid_until > %s
) used"""


def _moment(now: datetime) -> str | datetime:
    return connection.ops.adapt_datetimefield_value(now) or now


def principals_of(asker: Asker, now: datetime) -> Sql:
    """The common table `mine(principal_id)`: every principal the asker is or is in. Goes behind WITH RECURSIVE."""
    tenant, person, moment = asker.tenant_id, asker.membership_id, _moment(now)
    return Sql(_MINE, (tenant, tenant, person, moment, tenant, person, tenant, moment))


def rule_is_readable(rule: str, now: datetime) -> Sql:
    """A condition on one row of access_accessrule with the alias `rule`, for a statement that begins with `mine`.

    Made for few rows: it costs a look-up for each reader set of each row. `rule` is the caller's own alias.
    """
    return Sql(_RULE_IS_READABLE.format(rule=rule), (_moment(now), _moment(too_old(now))))


def readable_rules(asker: Asker, now: datetime) -> Sql:
    """The statement that lists (rule id, *RULE_ATTRIBUTES) of all rules the asker may read."""
    mine, moment = principals_of(asker, now), _moment(now)
    return Sql(
        f"WITH RECURSIVE {mine.text}, {_ALLOWED_SETS} {_READABLE_RULES}",
        (*mine.params, asker.tenant_id, moment, asker.tenant_id, asker.tenant_id, _moment(too_old(now))),
    )


def own_principals(asker: Asker, now: datetime) -> Sql:
    """The statement that lists the asker's principals, nested groups included."""
    mine = principals_of(asker, now)
    return Sql(f"WITH RECURSIVE {mine.text} SELECT principal_id FROM mine", mine.params)  # noqa: S608 - constants of this file


def readable_among(asker: Asker, now: datetime, rules: Collection[int]) -> Sql:
    """The statement that lists (rule id, *RULE_ATTRIBUTES, readable now) of some rules."""
    mine, readable = principals_of(asker, now), rule_is_readable("rule", now)
    marks = ", ".join(["%s"] * len(rules)) or "NULL"
    return Sql(
        f"WITH RECURSIVE {mine.text}"  # noqa: S608 - constants of this file, and marks for parameters
        f" SELECT rule.id, {RULE_ATTRIBUTES}, {readable.text}"
        f" FROM access_accessrule rule WHERE rule.tenant_id = %s AND rule.id IN ({marks})",
        (*mine.params, *readable.params, asker.tenant_id, *rules),
    )


def first_expiry(asker: Asker, now: datetime) -> Sql:
    """The statement that gives the first moment after `now` at which the asker loses a link, membership or grant."""
    mine, moment = principals_of(asker, now), _moment(now)
    return Sql(
        f"WITH RECURSIVE {mine.text} {_FIRST_EXPIRY}",
        (*mine.params, moment, moment, asker.membership_id, moment),
    )
