"""The log of access changes: rising numbers, nothing missed, cut behind."""

from ragportal.access import changes
from ragportal.access.changes import Kind, changes_since, current_number, note_changes
from ragportal.access.models import AccessChange


def test_numbers_rise_by_one_for_each_write(tenant):
    assert current_number() == 0
    note_changes([(Kind.RULE, 1), (Kind.RULE, 2)])
    note_changes([(Kind.READER_SET, 3)])
    assert current_number() == 2
    assert sorted(changes_since(0)) == [("reader_set", 3), ("rule", 1), ("rule", 2)]
    assert changes_since(1) == [("reader_set", 3)]


def test_no_change_takes_no_number(tenant):
    note_changes([])
    assert current_number() == 0


def test_a_log_that_was_cut_says_so(tenant, monkeypatch):
    monkeypatch.setattr(changes, "KEPT_CHANGES", 3)
    for number in range(5):
        note_changes([(Kind.RULE, number)])
    assert changes_since(1) is None
    assert changes_since(2) is not None


def test_a_log_that_is_cut_while_it_is_read_is_not_taken_for_a_whole_one(tenant, monkeypatch):
    for number in range(5):
        note_changes([(Kind.RULE, number)])
    original = changes.current_number

    def cut_behind():
        number = original()
        AccessChange.objects.filter(number__lte=4).delete()
        return number

    monkeypatch.setattr(changes, "current_number", cut_behind)
    assert sorted(changes_since(1)) == [("rule", 1), ("rule", 2), ("rule", 3), ("rule", 4)]
