"""What expires ends at its moment."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from ragportal.access.models import IdentityLink, ReaderSet
from ragportal.access.services import (
    add_group_member,
    grant,
    link_person,
    store_groups,
)
from tests.factories.access import ADA, SOURCE, allowed, group, make_rule, members_of, stored, user

MIDNIGHT = datetime(2026, 3, 3, tzinfo=UTC)


class TestExpiry:
    @pytest.mark.parametrize("what", ["group membership", "grant", "link"])
    def test_what_expires_ends_without_any_write(self, ada, what):
        rule = make_rule([group("team")])
        end = MIDNIGHT + timedelta(hours=1)
        with time_machine.travel(MIDNIGHT, tick=False) as clock:
            store_groups(source_id=SOURCE, groups=[members_of("team", user(ADA))])
            match what:
                case "group membership":
                    add_group_member(group=stored(group("team")), member=stored(user(ADA)), valid_until=end)
                case "grant":
                    grant(reader_set=ReaderSet.objects.get(), principal=stored(group("team")), valid_until=end)
                case "link":
                    link_person(
                        membership_id=ada.membership_id,
                        principal=stored(user(ADA)),
                        method=IdentityLink.Method.VERIFIED_EMAIL,
                        valid_until=end,
                    )
            assert allowed(ada) == {rule.pk}
            clock.move_to(end - timedelta(seconds=1))
            assert allowed(ada) == {rule.pk}
            clock.move_to(end)
            assert allowed(ada) == set()
