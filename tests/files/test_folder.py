"""Which links are followed on the way to a file, and what becomes of a folder that is swapped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.other_user import NOBODY, as_root, common_folder
from workbook.errors import ForeignLink
from workbook.files import folder

pytestmark = pytest.mark.skipif(not folder.HANDLES, reason="Windows has no such handles")


@pytest.fixture
def shared() -> Iterator[Path]:
    """Make a folder in which everybody may do anything."""
    with common_folder(0o777) as made:
        yield made


def link(path: Path, target: Path | str, owner: int) -> Path:
    path.symlink_to(target)
    os.chown(path, owner, owner, follow_symlinks=False)
    return path


@pytest.mark.parametrize(
    "way", ["a/../b", "./b", "inner/../../{name}/b", "to-b", "by-inner/../b", "whole"]
)
def test_a_path_is_resolved_as_the_system_does(way: str, tmp_path: Path) -> None:
    (tmp_path / "inner" / "deep").mkdir(parents=True)
    (tmp_path / "by-inner").symlink_to("inner")
    (tmp_path / "to-b").symlink_to("by-inner/../b")
    (tmp_path / "whole").symlink_to(tmp_path / "to-b")
    path = tmp_path / way.format(name=tmp_path.name)
    assert folder.resolved(path) == path.resolve() == tmp_path.resolve() / "b"


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        folder.resolved(tmp_path / "a" / "file")


@as_root
@pytest.mark.parametrize("way", ["lists/contacts.xlsx", "lists"])
def test_a_link_of_somebody_else_is_not_followed_where_others_can_write(
    way: str, shared: Path, tmp_path: Path
) -> None:
    link(shared / "lists", tmp_path, NOBODY)
    with pytest.raises(ForeignLink, match=r"lists is a link that another user made.* Name the"):
        folder.resolved(shared / way)


@as_root
def test_a_link_of_ones_own_is_followed_everywhere(shared: Path, tmp_path: Path) -> None:
    link(shared / "lists", tmp_path, os.geteuid())
    assert folder.resolved(shared / "lists") == tmp_path.resolve()


@as_root
def test_a_link_of_somebody_else_is_followed_where_only_we_can_write(tmp_path: Path) -> None:
    (tmp_path / "really").mkdir()
    assert folder.resolved(link(tmp_path / "lists", "really", NOBODY)).name == "really"


@as_root
def test_in_a_folder_of_somebody_else_his_link_is_not_followed(shared: Path) -> None:
    shared.chmod(0o755)
    os.chown(shared, NOBODY, NOBODY)
    with pytest.raises(ForeignLink):
        folder.resolved(link(shared / "lists", "/", NOBODY))


def test_an_open_folder_stays_the_same_whatever_its_name_leads_to(tmp_path: Path) -> None:
    place, other = tmp_path / "place", tmp_path / "other"
    place.mkdir()
    other.mkdir()
    with folder.opened(place) as opened:
        place.rename(tmp_path / "moved")
        place.symlink_to(other)
        os.close(opened.open("file", os.O_WRONLY | os.O_CREAT))
    assert (tmp_path / "moved" / "file").exists()
    assert not (other / "file").exists()


def test_no_file_of_a_folder_is_opened_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "link").symlink_to("file")
    with folder.opened(tmp_path) as opened, pytest.raises(OSError, match="symbolic links"):
        opened.open("link", os.O_RDONLY)


def test_a_link_laid_after_its_path_was_resolved_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place, other = tmp_path / "place", tmp_path / "other"
    other.mkdir()
    place.symlink_to(other)
    monkeypatch.setattr(folder, "resolved", lambda path: path)
    with pytest.raises(NotADirectoryError), folder.opened(place):
        pass
