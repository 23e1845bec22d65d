"""The folder of --docs as a source."""

import os

import pytest

from ragportal.access.models import MembersAudience
from ragportal.common.errors import InvalidInput
from ragportal.knowledge.models import Source
from ragportal.portal.running.docs_folder import folder_source, readable_folder


def folder_in(place, *parts):
    folder = place.joinpath(*parts)
    folder.mkdir(parents=True)
    return readable_folder(str(folder))


@pytest.mark.parametrize("typed", ["missing", "file.md"])
def test_what_is_no_folder_is_refused_by_name(tmp_path, typed):
    (tmp_path / "file.md").write_text("")
    with pytest.raises(InvalidInput, match=typed) as refused:
        readable_folder(str(tmp_path / typed))
    assert refused.value.kept == "Nothing was started."


def test_what_no_disk_can_have_is_refused():
    with pytest.raises(InvalidInput):
        readable_folder("a\0b")


def test_a_folder_of_others_is_refused(tmp_path):
    folder = folder_in(tmp_path, "closed")
    folder.chmod(0)
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65_534)  # root may read everything
    try:
        with pytest.raises(InvalidInput, match="Permission denied"):
            readable_folder(str(folder))
    finally:
        os.seteuid(mine)


def test_the_same_folder_is_the_same_source_however_it_is_typed(tenant, tmp_path, monkeypatch):
    folder = folder_in(tmp_path, "notes")
    (tmp_path / "link").symlink_to(folder)
    monkeypatch.chdir(tmp_path)
    typed = [str(folder), f"{folder}/", "notes", "./notes/../notes", "link"]
    sources = {folder_source(folder=readable_folder(text)).pk for text in typed}
    assert len(sources) == 1
    assert Source.objects.get().name == "notes"


def test_two_folders_of_one_name_are_two_sources(tenant, tmp_path):
    first, second = (folder_source(folder=folder_in(tmp_path, parent, "notes")) for parent in "ab")
    assert (first.name, second.name) == ("notes", "notes 2")


def test_every_member_may_read_it(tenant, tmp_path):
    source = folder_source(folder=folder_in(tmp_path, "notes"))
    assert source.config["readers"] == "members"
    assert MembersAudience.objects.count() == 1


def test_a_source_of_the_same_folder_with_its_own_readers_is_another_one(tenant, tmp_path):
    folder = folder_in(tmp_path, "notes")
    Source.objects.create(name="notes", kind="files", config={"path": str(folder), "readers": ""})
    assert folder_source(folder=folder).name == "notes 2"


@pytest.mark.parametrize(("name", "called"), [("x" * 200, "x" * 90), ("a\nb", "ab")])
def test_odd_names_become_names_of_sources(tenant, tmp_path, name, called):
    assert folder_source(folder=folder_in(tmp_path, name)).name == called
