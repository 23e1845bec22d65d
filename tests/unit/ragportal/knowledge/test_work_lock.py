"""One at a time, and no lock outlives its process for long."""

import os
import subprocess
import sys

import pytest

from ragportal.knowledge.models import WorkLock
from ragportal.knowledge.work_lock import AlreadyRunning, source_transaction, source_work, work_lock


def test_a_second_one_is_refused_and_told_who_is_at_it(tenant):
    with work_lock("source 1", "A sync of Handbook"):
        told = rf"A sync of Handbook is already running .*process {os.getpid()}"
        with pytest.raises(AlreadyRunning, match=told), work_lock("source 1", "A sync of Handbook"):
            pass
        with work_lock("source 2", "A sync of Wiki"):
            pass
        assert WorkLock.objects.count() == 1
    assert WorkLock.objects.count() == 0


def test_it_is_given_back_when_the_work_fails(tenant):
    with pytest.raises(ValueError), work_lock("index", "Work"):
        raise ValueError
    assert WorkLock.objects.count() == 0


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
