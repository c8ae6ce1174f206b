"""Files on Windows that other programs have open, that two runs want, that a killed run left."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.hosts.wine import Windows
from tests.windows.books import rows, take_notes
from tests.windows.conftest import INSIDE
from workbook.files.atomic import SUFFIX
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator


@pytest.fixture
def target(pc: Windows, service: Simulator, tmp_path: Path) -> Path:
    """Return a workbook that was exported, and in which its user wrote."""
    service.contacts = [person("4915100000001@c.us", "Anna")]
    assert pc.getcontacts("export", tmp_path / "book.xlsx").code == 0
    take_notes(tmp_path / "book.xlsx", "likes tea")
    service.contacts = [person("4915100000001@c.us", "Anna B.")]
    return tmp_path / "book.xlsx"


@contextmanager
def held(pc: Windows, file: Path, how: str) -> Iterator[None]:
    """Let another program have a file open."""
    running = pc.start(INSIDE / "hold.py", file, how)
    try:
        assert running.process.stdout is not None
        assert running.process.stdout.readline().strip() == b"held"
        yield
        running.end()
    finally:
        running.kill()


def crowd(count: int) -> list[dict[str, object]]:
    return [person(f"49151{number:08}@c.us", f"Name {number}") for number in range(count)]


def litter(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if SUFFIX in each.name)


@pytest.mark.parametrize("how", ["excel", "alone", "shared"])
def test_a_workbook_that_is_open_elsewhere_stays_as_it_is(
    how: str, pc: Windows, target: Path
) -> None:
    before = target.read_bytes()
    with held(pc, target, how):
        update, anew = (
            pc.getcontacts("export", target, f"--{word}") for word in ("update", "overwrite")
        )
    assert (update.code, "it is open in Excel or another program" in update.err) == (8, True)
    assert (anew.code, "it is open in Excel or another program" in anew.err) == (8, True)
    assert (target.read_bytes(), litter(target.parent)) == (before, [])
    assert pc.getcontacts("export", target, "--update").code == 0
    assert rows(target)[1] == ("4915100000001@c.us", "Anna B.", None, "user", "likes tea")


def test_an_add_in_that_excel_has_open_is_neither_replaced_nor_removed(
    machine: Windows, user: Path
) -> None:
    assert machine.getcontacts("addin", "install").code == 0
    [file] = user.rglob("GetContacts.xlam")
    file.write_bytes(before := file.read_bytes() + b" of another version")
    with held(machine, file, "excel"):
        again, removed = (machine.getcontacts("addin", word) for word in ("install", "remove"))
    assert (again.code, removed.code, file.read_bytes()) == (8, 8, before)
    assert all("close it there and repeat" in each.err for each in (again, removed))
    assert machine.getcontacts("addin", "remove").code == 0
    assert not file.exists()


def test_of_two_exports_on_one_target_each_ends_well_or_says_why_not(
    pc: Windows, service: Simulator, tmp_path: Path
) -> None:
    service.contacts = crowd(3_000)
    out = tmp_path / "list.xlsx"
    for _ in range(3):
        both = [pc.start("-m", "workbook", "export", out, "--overwrite") for _ in "12"]
        ended = [each.end() for each in both]
        assert {each.code for each in ended} <= {0, 8}, [each.err for each in ended]
        assert 0 in {each.code for each in ended}
        assert len(rows(out)) == 3_001
        assert litter(tmp_path) == []


def test_what_a_killed_run_left_is_cleared_by_the_next(
    pc: Windows, service: Simulator, tmp_path: Path
) -> None:
    service.contacts = crowd(30_000)
    out = tmp_path / "list.xlsx"
    running = pc.start("-m", "workbook", "export", out)
    while not litter(tmp_path):
        assert running.process.poll() is None, "it was too fast to be killed"
        time.sleep(0.01)
    running.kill()
    assert (litter(tmp_path) != [], out.exists()) == (True, False)
    service.contacts = [person("4915100000001@c.us", "Anna")]
    assert pc.getcontacts("export", out, "--accept-loss").code == 0
    assert (len(rows(out)), litter(tmp_path)) == (2, [])
