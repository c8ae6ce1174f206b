"""A user's own file brought up to date: in one step, and never against another program."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import pytest

from tests.hosts.windows import hold
from workbook.errors import ChangedMeanwhile, FileChanged, NotWritable, WrongUsage
from workbook.export import output_file


def new(out: BinaryIO) -> None:
    out.write(b"new")


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Leave a file with notes in it."""
    path = tmp_path / "book.xlsx"
    path.write_bytes(b"old")
    return path


def test_the_new_content_takes_the_place_of_the_old(book: Path) -> None:
    path, content = output_file.read_for_update(str(book))
    output_file.save_update(path, content, new)
    assert book.read_bytes() == b"new"
    assert [each.name for each in book.parent.iterdir() if each.is_file()] == ["book.xlsx"]


def test_the_same_content_leaves_the_file_untouched(book: Path) -> None:
    path, content = output_file.read_for_update(str(book))
    before = book.stat().st_ino
    output_file.save_update(path, content, lambda out: out.write(b"old"), kept=Path)
    assert book.stat().st_ino == before
    assert not book.with_name("book.xlsx.bak").exists()


def test_a_backup_keeps_the_old_content_and_its_mode(book: Path) -> None:
    book.chmod(0o640)
    mode = book.stat().st_mode
    path, content = output_file.read_for_update(str(book))
    output_file.save_update(path, content, new, kept=Path)
    kept = book.with_name("book.xlsx.bak")
    assert kept.read_bytes() == b"old"
    assert kept.stat().st_mode == book.stat().st_mode == mode


def update(book: Path, words: bytes) -> Path:
    """Update the book to these words; return where its old content is kept."""
    places: list[Path] = []
    path, content = output_file.read_for_update(str(book))
    output_file.save_update(path, content, lambda out: out.write(words), kept=places.append)
    [place] = places
    return place


def test_a_later_backup_takes_the_place_of_our_own_earlier_one(book: Path) -> None:
    assert update(book, b"first") == update(book, b"second") == book.with_name("book.xlsx.bak")
    assert book.with_name("book.xlsx.bak").read_bytes() == b"first"


def test_a_backup_replaces_no_file_that_is_not_ours(book: Path) -> None:
    theirs = book.with_name("book.xlsx.bak")
    theirs.write_bytes(b"theirs")
    assert update(book, b"first") == update(book, b"second") == book.with_name("book.xlsx.bak1")
    assert theirs.read_bytes() == b"theirs"
    book.with_name("book.xlsx.bak1").write_bytes(b"changed by them")
    assert update(book, b"third") == book.with_name("book.xlsx.bak2")


def test_a_backup_is_not_written_through_a_link(book: Path) -> None:
    theirs = book.with_name("theirs")
    theirs.write_bytes(b"theirs")
    book.with_name("book.xlsx.bak").symlink_to(theirs)
    update(book, b"new")
    assert theirs.read_bytes() == b"theirs"


def test_what_was_saved_meanwhile_is_not_lost(book: Path) -> None:
    path, content = output_file.read_for_update(str(book))
    book.write_bytes(b"saved in Excel meanwhile")
    with pytest.raises(ChangedMeanwhile):
        output_file.save_update(path, content, new)
    assert book.read_bytes() == b"saved in Excel meanwhile"


def test_a_file_with_notes_in_it_never_counts_as_ours(book: Path) -> None:
    output_file.replace(book, new, overwrite=True)
    path, content = output_file.read_for_update(str(book))
    output_file.save_update(path, content, lambda out: out.write(b"with notes"))
    with pytest.raises(FileChanged):
        output_file.writable_target(str(book))


def test_an_update_that_fails_leaves_the_old_file_alone(book: Path) -> None:
    def half(out: BinaryIO) -> None:
        out.write(b"half")
        raise OSError(28, "No space left on device")

    path, content = output_file.read_for_update(str(book))
    with pytest.raises(NotWritable, match="disk is full"):
        output_file.save_update(path, content, half, kept=Path)
    assert [each.name for each in book.parent.iterdir() if each.is_file()] == ["book.xlsx"]
    assert book.read_bytes() == b"old"


@pytest.mark.parametrize("name", ["missing.xlsx", "."])
def test_only_a_file_that_is_there_can_be_updated(
    name: str, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(book.parent)
    with pytest.raises(WrongUsage, match="There is no file"):
        output_file.read_for_update(name)


def test_a_file_that_is_open_in_excel_is_told(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, book)
    with pytest.raises(NotWritable, match="open in Excel"):
        output_file.read_for_update(str(book))
