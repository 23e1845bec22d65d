"""One at a time, and no lock outlives its process for long."""

import os
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from integrations.index.base import IndexBatch, IndexFence, IndexFenced
from ragportal.common.engines import the_index
from ragportal.common.tenancy import use_tenant
from ragportal.knowledge.models import WorkLock
from ragportal.knowledge.troubles import explained_troubles
from ragportal.knowledge.work_lock import (
    AlreadyRunning,
    held_fences,
    locked_now,
    source_transaction,
    source_work,
    work_lock,
)
from tests.factories.people import make_tenant


def test_a_second_one_is_refused_and_told_who_is_at_it(tenant):
    with work_lock("source 1", "A sync of Handbook"):
        told = rf"A sync of Handbook is already running .*process {os.getpid()}"
        with pytest.raises(AlreadyRunning, match=told), work_lock("source 1", "A sync of Handbook"):
            pass
        with work_lock("source 2", "A sync of Wiki"):
            pass
        assert locked_now() == {"source 1"}
    assert locked_now() == set()


def test_it_is_given_back_when_the_work_fails(tenant):
    with pytest.raises(ValueError), work_lock("index", "Work"):
        raise ValueError
    assert locked_now() == set()


def test_the_lock_of_a_dead_process_is_taken_over(tenant):
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    with work_lock("index", "Work"):
        WorkLock.objects.update(process=dead.pid)
        with work_lock("index", "Work"):
            assert WorkLock.objects.get().process == os.getpid()


def test_a_process_elsewhere_may_live(tenant):
    with work_lock("index", "Work"):
        WorkLock.objects.update(host="another machine", process=1)
        with pytest.raises(AlreadyRunning, match="another machine"), work_lock("index", "Work"):
            pass
        with work_lock("index", "Work", take_over=True):
            assert WorkLock.objects.get().process == os.getpid()


def test_a_step_is_refused_once_the_lock_was_taken_over(tenant):
    with work_lock(source_work(1), "A sync"):
        with source_transaction(1):
            pass
        with work_lock(source_work(1), "A sync", take_over=True), source_transaction(1):
            pass
        with pytest.raises(AlreadyRunning, match="taken over"), source_transaction(1):
            pass
    with pytest.raises(AlreadyRunning), source_transaction(1):
        pass


def test_a_lease_that_is_over_frees_the_lock(tenant):
    with work_lock("index", "Work"):
        WorkLock.objects.update(host="another machine", lease_until=timezone.now() - timedelta(seconds=1))
        assert locked_now() == set()
        with work_lock("index", "Work"):
            assert WorkLock.objects.get().process == os.getpid()
        assert locked_now() == set()  # what the first holder leaves is not his any more


def test_the_fence_rises_for_ever_and_by_name(tenant):
    seen = []
    for name in ("index", "index", "source 1", "index"):
        with work_lock(name, "Work"):
            seen += held_fences()
    with use_tenant(make_tenant("quay").pk), work_lock("index", "Work"):
        seen += held_fences()
    assert [fence.name for fence in seen] == ["index", "index", "source 1", "index", "index"]
    first, second, _, third, _ = (fence.number for fence in seen)
    assert first < second < third
    assert held_fences() == ()


def test_all_locks_of_the_thread_are_shown_to_the_index(tenant):
    with work_lock("index", "Work"), work_lock(source_work(1), "A sync"):
        assert {fence.name for fence in held_fences()} == {"index", "source 1"}


def test_the_fence_rises_after_the_database_was_put_back_to_an_earlier_state(tenant):
    with work_lock("index", "Work"):
        [before] = held_fences()
    WorkLock.objects.update(fence=0)
    with work_lock("index", "Work"):
        assert held_fences()[0].number > before.number


def test_the_fence_rises_though_the_clock_was_put_back(tenant):
    with work_lock("index", "Work"):
        pass
    WorkLock.objects.update(fence=2**50)
    with work_lock("index", "Work"):
        assert held_fences() == (IndexFence("index", 2**50 + 1),)


def test_the_index_refuses_whoever_was_overtaken(tenant):
    with work_lock("index", "Work"):
        slow = held_fences()
        with work_lock("index", "Work", take_over=True):
            the_index().write(IndexBatch(fences=held_fences()))
        with pytest.raises(IndexFenced):
            the_index().write(IndexBatch(fences=slow))
        with pytest.raises(AlreadyRunning, match="taken over"), explained_troubles():
            the_index().set_rules([], slow)


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_the_lock_is_held(tenant, settings):
    settings.WORK_LEASE_SECONDS = 0.4
    with work_lock("index", "Work"):
        WorkLock.objects.update(host="another machine")
        time.sleep(0.8)
        with pytest.raises(AlreadyRunning), work_lock("index", "Work"):
            pass
    assert WorkLock.objects.get().process == 0


def test_whoever_was_overtaken_frees_nothing_at_his_end(tenant):
    with work_lock("index", "Work"):
        WorkLock.objects.update(host="another machine", fence=F("fence") + 1)
    assert locked_now() == {"index"}
