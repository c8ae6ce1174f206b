"""The command on Windows: its own Python, and names of folders as people have them."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZipFile

import pytest

from addin.excel.addin_info import stamp_of
from tests.cli.command import getcontacts, use
from tests.hosts.wine import Windows
from tests.windows.books import rows, take_notes
from tests.windows.conftest import INSIDE
from workbook.simulator.people import group, person
from workbook.simulator.simulator import Simulator

ANNA, BEN, TEAM = "4915100000001@c.us", "4915100000002@c.us", "120363043968066561@g.us"
FOLDERS = ["Ann Lee & Co", "100% (x)", "José Łukasz 王", "Jürgen", "שלום"]


def test_the_demo_makes_a_workbook(pc: Windows, tmp_path: Path) -> None:
    ran = pc.getcontacts("demo", tmp_path / "demo.xlsx")
    assert (ran.code, "-m workbook login" in ran.err) == (0, True), ran.err
    assert len(rows(tmp_path / "demo.xlsx")) > 100


@pytest.mark.parametrize("ending", ["csv", "json", "vcf"])
def test_an_export_has_the_same_bytes_as_on_linux(
    ending: str, pc: Windows, service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, here = tmp_path / f"there.{ending}", tmp_path / f"here.{ending}"
    ran = pc.getcontacts("export", there)
    assert ran.code == 0, ran.err
    monkeypatch.setenv("GETCONTACTS_HOME", str(tmp_path / "here"))
    use(service, monkeypatch)
    assert getcontacts("export", str(here)).code == 0
    assert there.read_bytes() == here.read_bytes()


@pytest.mark.parametrize("folder", FOLDERS)
def test_notes_stay_in_a_folder_of_any_name(
    folder: str, pc: Windows, service: Simulator, tmp_path: Path
) -> None:
    place = tmp_path / folder
    place.mkdir()
    service.contacts = [person(ANNA, "Anna"), person(BEN, "Ben"), group(TEAM, "Team")]
    user = pc.within(GETCONTACTS_HOME=place / "kept")
    assert user.getcontacts("export", place / "book.xlsx").code == 0
    take_notes(place / "book.xlsx", "likes tea", "owes 5", "our team")
    service.contacts = [group(TEAM, "Team 2"), person(BEN, "Benjamin"), person(ANNA, "Anna")]
    ran = user.getcontacts("export", place / "book.xlsx", "--update")
    assert ran.code == 0, ran.err
    found = {row[0]: row[1:] for row in rows(place / "book.xlsx")}
    assert found[BEN] == ("Benjamin", None, "user", "owes 5")
    assert found[TEAM] == ("Team 2", None, "group", "our team")
    assert (place / "kept" / "contacts.sqlite3").exists()


@pytest.mark.parametrize(
    ("console", "shown"),
    [("cp1252", "J\xfcrgen ?????"), ("cp437", "J\xfcrgen ?????"), ("utf-8", "J\xfcrgen שלום王")],
)
def test_a_console_shows_the_names_it_can_show(
    console: str, shown: str, pc: Windows, service: Simulator, tmp_path: Path
) -> None:
    service.contacts = [person(ANNA, "Jürgen")]
    pc.getcontacts("export", tmp_path / "list.csv", console=console)
    service.contacts = [person(ANNA, "Jürgen שלום王")]
    ran = pc.getcontacts("export", tmp_path / "Jürgen שלום王.csv", console=console)
    assert (ran.code, f"{shown}.csv" in ran.err) == (0, True), ran.err
    assert f'"{shown}"' in pc.getcontacts("changes", console=console).out
    assert (tmp_path / "Jürgen שלום王.csv").exists()


@pytest.mark.parametrize("user", ["Ann & 100% Łukasz", "Jürgen שלום"], indirect=True)
def test_the_add_in_is_installed_for_a_user_of_any_name(
    user: Path, pc: Windows, tmp_path: Path
) -> None:
    (tmp_path / "EXCEL.EXE").touch()
    assert pc.run(INSIDE / "excel_is_here.py", tmp_path / "EXCEL.EXE").code == 0
    assert pc.getcontacts("addin", "install").code == 0
    [file] = user.rglob("GetContacts.xlam")
    status, doctor = pc.getcontacts("addin", "status"), pc.getcontacts("doctor", console="utf-8")
    assert stamp_of(file.read_bytes()).interpreter in status.out
    assert (doctor.code, "✗" in doctor.out) == (0, False), doctor.out
    assert pc.getcontacts("addin", "remove").out == "The add-in is removed.\n"
    assert not file.exists()
    assert "XLSTART" in pc.getcontacts("addin", "status").out


def test_an_add_in_is_built_as_on_linux(pc: Windows, tmp_path: Path) -> None:
    there, here, python = tmp_path / "there.xlam", tmp_path / "here.xlam", r"C:\py\python.exe"
    ran = pc.getcontacts("addin", "build", there, "--interpreter", python)
    assert ran.code == 0, ran.err
    assert getcontacts("addin", "build", str(here), "--interpreter", python).code == 0
    with ZipFile(there) as theirs, ZipFile(here) as ours:
        assert theirs.namelist() == ours.namelist()
        assert all(theirs.read(part) == ours.read(part) for part in ours.namelist())
