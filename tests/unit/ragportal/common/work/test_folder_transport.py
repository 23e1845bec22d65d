"""Messages as files: whole or not at all, once each, and rubbish harms nobody."""

import stat
from concurrent.futures import ThreadPoolExecutor
from queue import Empty

import pytest
from kombu import Connection

from ragportal.common.work.folder_transport import Transport


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "broker"


@pytest.fixture
def connect(folder):
    opened = []

    def connect():
        opened.append(Connection("folder://", transport=Transport, transport_options={"folder": folder}))
        return opened[-1]

    yield connect
    for connection in opened:
        connection.close()


def test_messages_come_in_their_order_and_by_queue(connect, folder):
    with connect().SimpleQueue("sync") as sync, connect().SimpleQueue("ingest") as ingest:
        for number in range(3):
            sync.put({"number": number})
        ingest.put({"number": 9})
        assert sync.qsize() == 3
        assert [sync.get(timeout=1).payload["number"] for _ in range(3)] == [0, 1, 2]
        with pytest.raises(Empty):
            sync.get_nowait()
        assert ingest.get(timeout=1).payload == {"number": 9}
    assert not list(folder.iterdir())


def test_the_folder_is_the_owners_alone(connect, folder):
    folder.mkdir(mode=0o755)
    connect().channel()
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_files_that_are_no_message_are_dropped(connect, folder):
    with connect().SimpleQueue("sync") as queue:
        (folder / "000-empty.sync").write_text("")
        (folder / "001-half.sync").write_text('{"body": "eyJ')
        (folder / "002-bytes.sync").write_bytes(b"\xff\xfe")
        (folder / "003-list.sync").write_text("[1, 2]")
        (folder / "004-else.sync").write_text('{"properties": {}, "body": ""}')
        (folder / "005-body.sync").write_text(
            '{"properties": {"body_encoding": "base64", "delivery_tag": 1}, "body": "e"}'
        )
        queue.put({"number": 1})
        assert queue.get(timeout=1).payload == {"number": 1}
    assert not list(folder.iterdir())


def test_a_queue_can_be_emptied(connect):
    with connect().SimpleQueue("sync") as queue:
        for _ in range(3):
            queue.put({})
        assert queue.clear() == 3 and queue.qsize() == 0


def test_each_of_many_messages_reaches_one_of_several_readers(connect):
    readers, messages = 4, 200

    def read(_):
        got = []
        with connect().SimpleQueue("sync") as queue:
            while len(got) < messages:
                try:
                    got.append(queue.get(timeout=0.2).payload["number"])
                except Empty:
                    return got
        return got

    with ThreadPoolExecutor(readers + 1) as pool:
        reading = [pool.submit(read, number) for number in range(readers)]
        with connect().SimpleQueue("sync") as queue:
            for number in range(messages):
                queue.put({"number": number})
        got = [number for one in reading for number in one.result()]
    assert sorted(got) == list(range(messages))
