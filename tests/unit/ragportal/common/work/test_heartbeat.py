"""The thread that keeps a lease."""

import time

from django.db import OperationalError

from ragportal.common.work.heartbeat import Heartbeat


def test_it_beats_until_the_block_ends():
    beats = []
    with Heartbeat(lambda: beats.append(1) or True, lease_seconds=0.04) as heart:
        while len(beats) < 3:
            time.sleep(0.005)
        assert not heart.lost
    count = len(beats)
    time.sleep(0.05)
    assert len(beats) == count


def test_it_stops_and_says_so_when_the_lease_is_lost(caplog):
    beats = []
    with Heartbeat(lambda: bool(beats.append(1)), lease_seconds=0.04) as heart:
        while not heart.lost:
            time.sleep(0.005)
        time.sleep(0.05)
    assert len(beats) == 1
    assert "A lease was lost while its work went on." in caplog.text


def test_a_database_that_is_locked_for_a_while_is_tried_again(caplog):
    beats = []

    def renew():
        beats.append(1)
        if len(beats) == 1:
            raise OperationalError("database is locked")
        return True

    with Heartbeat(renew, lease_seconds=0.04) as heart:
        while len(beats) < 2:
            time.sleep(0.005)
        assert not heart.lost
    assert "could not be renewed: OperationalError" in caplog.text
