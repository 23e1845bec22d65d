"""What happens to a document that breaks its parser, and to the one after it."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest

from ragportal.common.errors import Unavailable
from ragportal.knowledge.parsing.document import ParsingFailed
from ragportal.knowledge.parsing.process import parser_process
from ragportal.knowledge.parsing.process.limits import ParserLimits
from ragportal.knowledge.parsing.process.parser_process import ParserProcess

TROUBLED = "tests.factories.troubled_parser"
LIMITS = ParserLimits(memory_mb=256, seconds=1, characters=100_000)


@pytest.fixture(scope="module")
def parser():
    process = ParserProcess(LIMITS, TROUBLED)
    yield process
    process.close()


def read(parser, name="x.txt", body=b"words"):
    return parser.read(body, "", name)


class TestADocument:
    def test_comes_back_with_all_that_the_child_says_of_it(self, parser):
        parsed = read(parser, body="Größe".encode())
        assert (parsed.title, parsed.text, parsed.notes) == ("Title", "Größe", ("A note.",))
        assert [(block.start, block.end) for block in parsed.blocks] == [(0, 5)]
        assert [(one.name, one.body) for one in parsed.attachments] == [("a.bin", b"\x00\xff"), ("b.txt", b"words")]

    def test_that_has_no_text_gives_the_reason_and_ends_nothing(self, parser):
        before = read(parser) and parser.process_id
        with pytest.raises(ParsingFailed, match=r"^The reason\.$"):
            read(parser, "fail")
        assert read(parser).text == "words"
        assert parser.process_id == before

    def test_may_be_large(self, parser):
        assert len(read(parser, body=b"x" * 99_000).text) == 99_000

    @pytest.mark.parametrize(
        ("trouble", "reason"),
        [
            ("eat", "more than 256 MB of memory"),
            ("segfault", "made the parser crash"),
            ("abort", "made the parser crash"),
            ("raise", r"could not be parsed \(IndexError\)"),
            ("write", "made the parser crash|could not be parsed"),
            ("exit", "ended from outside while it read this document, twice"),
        ],
    )
    def test_that_breaks_the_parser_has_a_named_reason_and_harms_no_other(self, parser, trouble, reason):
        with pytest.raises(ParsingFailed, match=reason):
            read(parser, trouble)
        assert read(parser).text == "words"

    @pytest.mark.parametrize("trouble", ["sleep", "stop"])
    def test_that_takes_long_is_given_up(self, parser, trouble, monkeypatch):
        monkeypatch.setattr(parser_process, "WAITING", 0.3)
        with pytest.raises(ParsingFailed, match="longer than 0.3 seconds"):
            read(parser, trouble)
        monkeypatch.undo()
        assert read(parser).text == "words"

    def test_has_its_own_share_of_the_processor(self, parser, monkeypatch):
        monkeypatch.setattr(parser_process, "WAITING", 60)
        with pytest.raises(ParsingFailed, match="more than 1 seconds of the processor"):
            read(parser, "spin")
        assert read(parser).text == "words"

    def test_with_too_much_text_is_refused_while_it_is_read(self, parser):
        before = read(parser) and parser.process_id
        with pytest.raises(ParsingFailed, match="more than 100,000 characters"):
            read(parser, "flood")
        assert read(parser) and parser.process_id == before

    def test_may_make_a_library_talk_to_standard_output(self, parser):
        assert read(parser, "talk").text == "survived"


class TestTheChild:
    def test_is_started_once_and_knows_neither_django_nor_our_environment(self, parser, monkeypatch):
        monkeypatch.setenv("RAGPORTAL_SECRET_KEY", "x" * 50)
        parser.close()
        modules = read(parser, "modules").text.split()
        child = parser.process_id
        assert "ragportal.knowledge.parsing.formats" in modules
        assert not {"django", "celery", "numpy", "py3langid"} & set(modules)
        assert "RAGPORTAL_SECRET_KEY" not in read(parser, "environment").text
        assert parser.process_id == child

    def test_takes_little_memory(self, parser):
        read(parser)
        assert psutil.Process(parser.process_id).memory_full_info().uss < 100_000_000

    @pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV])
    def test_that_was_killed_between_two_documents_is_replaced(self, parser, sent):
        read(parser)
        killed = psutil.Process(parser.process_id)
        killed.send_signal(sent)
        killed.wait(5)
        assert read(parser).text == "words"
        assert parser.process_id != killed.pid

    def test_that_was_killed_amid_a_document_leaves_it_to_another(self, parser):
        read(parser)
        killed = psutil.Process(parser.process_id)
        killed.suspend()
        with ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(read, parser, body=b"x" * 90_000)
            killed.kill()
            assert len(waiting.result(10).text) == 90_000

    def test_serves_threads_in_turn(self, parser):
        with ThreadPoolExecutor(8) as pool:
            texts = [str(number) for number in range(64)]
            assert [p.text for p in pool.map(lambda text: read(parser, body=text.encode()), texts)] == texts

    def test_ends_when_it_is_closed(self, parser):
        read(parser)
        child = psutil.Process(parser.process_id)
        parser.close()
        assert not child.is_running()
        assert parser.process_id is None

    def test_ends_with_a_parent_that_was_killed(self):
        code = (
            "import time; from tests.unit.ragportal.knowledge.parsing.process.test_parser_process import *\n"
            "p = ParserProcess(LIMITS, TROUBLED); read(p); print(p.process_id, flush=True); time.sleep(60)"
        )
        environment = {**os.environ, "PYTHONPATH": os.getcwd()}
        with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, env=environment) as parent:
            child = psutil.Process(int(parent.stdout.readline()))
            parent.kill()
        child.wait(5)
        assert not child.is_running()

    def test_is_not_shared_with_a_forked_process(self, parser):
        read(parser)
        child = parser.process_id
        forked = os.fork()
        if forked == 0:
            try:
                same = read(parser).text == "words" and parser.process_id == child
                parser.close()
                os._exit(1 if same else 0)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 0
        assert read(parser).text == "words"
        assert parser.process_id == child

    def test_that_does_not_start_is_no_documents_fault(self):
        started = time.monotonic()
        with pytest.raises(Unavailable, match="does not start"):
            read(ParserProcess(LIMITS, "tests.factories.no_such_parser"))
        assert time.monotonic() - started < 30
