from ragportal.common.tenancy import use_tenant
from ragportal.common.work.claiming import claim
from ragportal.common.work.enqueueing import enqueue
from ragportal.common.work.retrying import failed
from ragportal.common.work.selectors import WorkCount, all_dead_letters, dead_letters, is_at_work, work_counts
from tests.factories.people import make_tenant


def test_counts_are_by_queue_and_state(tenant):
    assert work_counts() == []
    for name in ("note", "note", "chore"):
        enqueue(name, arguments={})
    claim("ingest")
    assert work_counts() == [
        WorkCount("ingest", "running", 1),
        WorkCount("ingest", "waiting", 1),
        WorkCount("maintenance", "waiting", 1),
    ]


def test_a_tenant_sees_its_own_dead_letters(tenant):
    enqueue("note", arguments={})
    failed(claim("ingest"), "No.", permanent=True)
    with use_tenant(make_tenant("quay").pk):
        enqueue("note", arguments={})
        failed(claim("ingest"), "No, again.", permanent=True)
        assert [letter.reason for letter in dead_letters()] == ["No, again."]
    assert [letter.reason for letter in dead_letters()] == ["No."]
    assert [letter.reason for letter in all_dead_letters()] == ["No, again.", "No."]


def test_work_is_at_work_while_it_waits_or_runs(tenant):
    assert not is_at_work(name="note", key="one")
    enqueue("note", arguments={}, key="one")
    assert is_at_work(name="note", key="one") and not is_at_work(name="note", key="two")
    running = claim("ingest")
    assert is_at_work(name="note", key="one")
    failed(running, "No.", permanent=True)
    assert not is_at_work(name="note", key="one")
