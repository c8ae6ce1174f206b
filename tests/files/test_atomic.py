"""A part file put in its place, and what is told where the system refuses."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.hosts.windows import DENIED, IN_USE, hold, refused
from workbook.errors import NotWritable
from workbook.files import atomic
from workbook.files.system_errors import unwritable


def test_a_part_in_another_folder_takes_its_place_and_leaves_nothing(tmp_path: Path) -> None:
    place, folder = tmp_path / "inner" / "file", tmp_path / "parts"
    place.parent.mkdir()
    folder.mkdir()
    with atomic.part_file(place, folder) as part:
        part.file.write(b"new")
        assert [each.name for each in place.parent.iterdir()] == []
        part.sync()
        part.replace_target(None)
    assert place.read_bytes() == b"new"
    assert list(folder.iterdir()) == []


def test_a_part_that_is_not_put_in_its_place_is_gone(tmp_path: Path) -> None:
    with atomic.part_file(tmp_path / "file") as part:
        part.file.write(b"new")
    assert list(tmp_path.iterdir()) == []


def test_every_writer_waits_a_second_for_another_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    hold(monkeypatch, tmp_path / "file")
    with pytest.raises(NotWritable, match="open in Excel"):
        atomic.write(tmp_path / "file", b"new")
    assert 0.9 < sum(waits) < 1.1


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (PermissionError(13, "Permission denied"), "denied"),
        (OSError(30, "Read-only file system"), "denied"),
        (OSError(28, "No space left on device"), "full"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_what_the_system_says_becomes_what_to_do(error: OSError, why: str) -> None:
    assert unwritable(Path("x"), error).why == why


@pytest.mark.parametrize("error", [refused(), refused(DENIED), refused(IN_USE)])
def test_a_file_another_program_has_open_is_told_as_open(
    error: OSError, monkeypatch: pytest.MonkeyPatch
) -> None:
    hold(monkeypatch, Path("x"))
    assert unwritable(Path("x"), error).why == "open"
    assert unwritable(Path("y"), refused()).why == "denied"
