"""A folder that cannot be left: what is listed, what is refused, and what is told about it."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.base import SourceError
from connectors.files.client import FoundFile, Obstacle, opened_folder

NOBODY = 65534
LARGEST = 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "noise.md").write_text("noise")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "secret.md").write_text("secret")
    return folder


@pytest.fixture
def shared_root() -> Iterator[Path]:
    """A folder that another account can reach; pytest's own folders are for one account."""
    with tempfile.TemporaryDirectory() as name:
        os.chmod(name, 0o755)  # noqa: S103
        yield Path(name)


@contextmanager
def ordinary_account() -> Iterator[None]:
    """Root may read everything, so as root the rights are those of nobody for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(before)


def walk(root: Path) -> list[FoundFile | Obstacle]:
    with opened_folder(root) as folder:
        return list(folder.walk())


def paths(root: Path) -> list[str]:
    return [thing.path for thing in walk(root) if isinstance(thing, FoundFile)]


def obstacles(root: Path) -> dict[str, Obstacle]:
    return {thing.path: thing for thing in walk(root) if isinstance(thing, Obstacle)}


def found(root: Path, path: str) -> FoundFile:
    return next(thing for thing in walk(root) if isinstance(thing, FoundFile) and thing.path == path)


def read(root: Path, file: FoundFile) -> bytes:
    with opened_folder(root) as folder:
        return folder.read(file, LARGEST)


def has(root: Path, path: str) -> bool:
    with opened_folder(root) as folder:
        return folder.has(path)


class TestListing:
    def test_names_every_file_at_any_depth(self, root):
        (root / "a" / "b").mkdir(parents=True)
        (root / "a" / "b" / "deep.md").write_text("x")
        (root / "a" / "mid.md").write_text("x")
        assert paths(root) == ["noise.md", "a/mid.md", "a/b/deep.md"]

    def test_hidden_names_are_left_out(self, root):
        (root / ".git").mkdir()
        (root / ".git" / "config").write_text("x")
        (root / ".env").write_text("x")
        assert [thing.path for thing in walk(root)] == ["noise.md"]

    def test_pipes_and_sockets_are_left_out(self, root):
        os.mkfifo(root / "pipe")
        assert [thing.path for thing in walk(root)] == ["noise.md"]

    @pytest.mark.parametrize("target", ["../outside/secret.md", "../outside", "/etc/passwd", "../folder-2"])
    def test_links_that_leave_the_folder_are_refused(self, root, target):
        (root / "link").symlink_to(target)
        assert paths(root) == ["noise.md"]
        assert obstacles(root)["link"].reason == "The link leaves the folder and is not followed."
        assert obstacles(root)["link"].permanent

    @pytest.mark.parametrize("target", ["noise.md", ".", "link", "nowhere"])
    def test_links_that_stay_inside_or_run_in_circles_are_not_followed(self, root, target):
        (root / "link").symlink_to(target)
        assert paths(root) == ["noise.md"]
        assert "is not followed; what it leads to" in obstacles(root)["link"].reason

    def test_the_folder_itself_may_be_a_link(self, root):
        (root.parent / "alias").symlink_to(root)
        assert paths(root.parent / "alias") == ["noise.md"]

    def test_names_are_nfc_and_still_found_on_disk(self, root):
        (root / "cafe\u0301").mkdir()
        (root / "cafe\u0301" / "mu\u0308sli.md").write_text("oats")
        assert paths(root) == ["noise.md", "caf\u00e9/m\u00fcsli.md"]
        assert has(root, "caf\u00e9/m\u00fcsli.md")
        assert not has(root, "cafe\u0301/mu\u0308sli.md")
        assert read(root, found(root, "caf\u00e9/m\u00fcsli.md")) == b"oats"

    def test_two_spellings_of_one_name_are_reported_and_neither_is_listed(self, root):
        (root / "e\u0301.md").write_text("one")
        (root / "\u00e9.md").write_text("two")
        assert paths(root) == ["noise.md"]
        assert obstacles(root)["\u00e9.md"].permanent
        assert not obstacles(root)["\u00e9.md"].hides_documents

    def test_two_spellings_of_a_folder_are_reported_and_hide_nothing_but_equal_names(self, root):
        for folder, mine in (("e\u0301", "one"), ("\u00e9", "two")):
            (root / folder / "same").mkdir(parents=True)
            for name in (mine, "same/u\u0308", "same/\u00fc" if mine == "two" else "same/ascii"):
                (root / folder / name).write_text(folder)
        assert sorted(paths(root)) == ["noise.md", "\u00e9/one", "\u00e9/same/ascii", "\u00e9/two"]
        assert obstacles(root).keys() == {"\u00e9/", "\u00e9/same/", "\u00e9/same/\u00fc"}
        assert not any(obstacle.hides_documents for obstacle in obstacles(root).values())
        assert read(root, found(root, "\u00e9/one")) == "e\u0301".encode()
        assert all(has(root, path) for path in paths(root))
        assert not has(root, "\u00e9/three")

    def test_a_file_spelled_like_a_folder_is_another_thing(self, root):
        (root / "\u00e9").write_text("file")
        (root / "e\u0301").mkdir()
        (root / "e\u0301" / "inside.md").write_text("x")
        assert paths(root) == ["noise.md", "\u00e9", "\u00e9/inside.md"]
        assert has(root, "\u00e9/inside.md")
        assert has(root, "\u00e9")

    @pytest.mark.parametrize(("name", "shown"), [(b"caf\xe9.md", "caf\\xe9.md/"), (b"a\nb.md", "a\nb.md/")])
    def test_names_that_cannot_be_ids_are_reported(self, root, name, shown):
        (root / os.fsdecode(name)).write_text("x")
        assert paths(root) == ["noise.md"]
        assert "rename it" in obstacles(root)[shown].reason
        shown.encode()

    def test_a_name_that_cannot_be_an_id_claims_no_other_file_s(self, root):
        (root / os.fsdecode(b"caf\xe9.md")).write_text("x")
        (root / "caf\\xe9.md").write_text("x")
        assert paths(root) == ["caf\\xe9.md", "noise.md"]
        assert not obstacles(root).keys() & set(paths(root))
        assert not has(root, "caf\\xe9.md/")

    def test_paths_too_long_for_an_id_are_reported(self, root):
        folder = root / "/".join(["d" * 200] * 4)
        folder.mkdir(parents=True)
        (folder / ("f" * 195)).write_text("just fits")
        (folder / ("g" * 196)).write_text("does not")
        (folder / ("h" * 196)).mkdir()
        inside = str(folder.relative_to(root))
        assert paths(root) == ["noise.md", f"{inside}/{'f' * 195}"]
        assert {len(path) for path in obstacles(root)} == {1000}
        assert has(root, f"{inside}/{'f' * 195}")
        assert not has(root, f"{inside}/{'g' * 196}")

    def test_unusual_spaces_are_fine(self, root):
        (root / "3.45\u202fPM\u00a0x.md").write_text("x")
        assert "3.45\u202fPM\u00a0x.md" in paths(root)

    def test_a_date_outside_the_calendar_is_its_nearest_end(self, root):
        os.utime(root / "noise.md", ns=(0, -(10**18)))
        assert found(root, "noise.md").modified_at == datetime(1970, 1, 1, tzinfo=UTC)


class TestRights:
    def test_an_unreadable_file_is_reported_and_the_others_go_on(self, shared_root):
        (shared_root / "open.md").write_text("x")
        (shared_root / "closed.md").write_text("x")
        (shared_root / "closed.md").chmod(0)
        with ordinary_account():
            assert paths(shared_root) == ["open.md"]
            obstacle = obstacles(shared_root)["closed.md"]
        assert not obstacle.permanent
        assert not obstacle.hides_documents

    @pytest.mark.parametrize("mode", [0o000, 0o300])
    def test_an_unreadable_folder_hides_documents(self, shared_root, mode):
        (shared_root / "closed").mkdir()
        (shared_root / "closed").chmod(mode)
        with ordinary_account():
            obstacle = obstacles(shared_root)["closed/"]
        assert obstacle.hides_documents
        assert not obstacle.permanent

    def test_a_folder_that_may_not_be_entered_hides_documents(self, shared_root):
        (shared_root / "closed").mkdir()
        (shared_root / "closed" / "a.md").write_text("x")
        (shared_root / "closed").chmod(0o744)
        with ordinary_account():
            obstacle = obstacles(shared_root)["closed/a.md"]
            with pytest.raises(SourceError) as caught, opened_folder(shared_root) as folder:
                folder.has("closed/a.md")
        assert obstacle.hides_documents
        assert not caught.value.permanent

    def test_an_unreadable_root_is_an_error_and_no_empty_listing(self, shared_root):
        shared_root.chmod(0o300)
        with ordinary_account(), pytest.raises(SourceError) as caught:
            walk(shared_root)
        assert caught.value.permanent
        shared_root.chmod(0o755)

    def test_a_root_that_can_be_listed_no_more_is_an_error(self, root):
        with opened_folder(root) as folder:
            pass
        with pytest.raises(SourceError, match="cannot be listed"):
            list(folder.walk())

    def test_a_missing_root_is_an_error_that_may_pass(self, root):
        with pytest.raises(SourceError) as caught:
            walk(root / "none")
        assert not caught.value.permanent


class TestFingerprint:
    def test_tells_of_new_content_with_size_and_time_kept(self, root):
        before = found(root, "noise.md")
        status = (root / "noise.md").stat()
        (root / "noise.md").write_text("NOISE")
        os.utime(root / "noise.md", ns=(status.st_atime_ns, status.st_mtime_ns))
        after = found(root, "noise.md")
        assert after.modified_at == before.modified_at
        assert after.fingerprint != before.fingerprint

    def test_tells_of_another_file_in_the_place(self, root):
        before = found(root, "noise.md").fingerprint
        (root / "new.md").write_text("other")
        os.replace(root / "new.md", root / "noise.md")
        assert found(root, "noise.md").fingerprint != before

    def test_stays_when_only_read(self, root):
        before = found(root, "noise.md")
        read(root, before)
        assert found(root, "noise.md") == before


class TestReading:
    def test_a_link_put_in_the_place_of_a_file_is_not_followed(self, root):
        file = found(root, "noise.md")
        (root / "noise.md").unlink()
        (root / "noise.md").symlink_to("../outside/secret.md")
        with pytest.raises(SourceError):
            read(root, file)
        assert not has(root, "noise.md")

    def test_a_link_put_in_the_place_of_a_folder_is_not_followed(self, root):
        (root / "sub").mkdir()
        (root / "sub" / "secret.md").write_text("harmless")
        file = found(root, "sub/secret.md")
        (root / "sub").rename(root / "moved")
        (root / "sub").symlink_to("../outside")
        with pytest.raises(SourceError):
            read(root, file)
        assert not has(root, "sub/secret.md")

    def test_a_pipe_put_in_the_place_of_a_file_does_not_hold_the_reader(self, root):
        file = found(root, "noise.md")
        (root / "noise.md").unlink()
        os.mkfifo(root / "noise.md")
        with pytest.raises(SourceError, match="not a regular file"):
            read(root, file)

    @pytest.mark.parametrize(("size", "fine"), [(LARGEST, True), (LARGEST + 1, False)])
    def test_too_large_is_a_permanent_error_with_both_sizes(self, root, size, fine):
        (root / "large.md").write_bytes(b"x" * size)
        file = found(root, "large.md")
        if fine:
            assert len(read(root, file)) == size
            return
        with pytest.raises(SourceError, match=r"has 1,001 bytes; the limit is") as caught:
            read(root, file)
        assert caught.value.permanent

    def test_reads_what_is_there_now(self, root):
        file = found(root, "noise.md")
        (root / "noise.md").write_text("newer text")
        assert read(root, file) == b"newer text"

    def test_no_file_stays_open(self, root):
        before = len(os.listdir("/dev/fd"))
        (root / "sub").mkdir()
        (root / "sub" / "a.md").write_text("x")
        for _ in range(3):
            read(root, found(root, "sub/a.md"))
            has(root, "sub/none/none.md")
        assert len(os.listdir("/dev/fd")) == before


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "none.md",
        "noise.md/",
        "noise.md/x",
        "../outside/secret.md",
        "./noise.md",
        "sub//x",
        "\0",
        "\ud800",
        "sub",
    ],
)
def test_what_a_listing_would_not_find_is_not_there(root, path):
    (root / "sub").mkdir()
    assert has(root, "noise.md")
    assert not has(root, path)
