"""The command on Windows: its own Python, and names of folders as people have them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import getcontacts, use
from tests.hosts.wine import Windows
from tests.windows.books import rows, take_notes
from workbook.simulator.people import group, person
from workbook.simulator.simulator import Simulator

ANNA, BEN, TEAM = "4915100000001@c.us", "4915100000002@c.us", "120363043968066561@g.us"
FOLDERS = ["Ann Lee & Co", "100% (x)", "José Łukasz 王", "Jürgen", "שלום"]


def test_the_demo_makes_a_workbook(pc: Windows, tmp_path: Path) -> None:
    ran = pc.getcontacts("demo", tmp_path / "demo.xlsx")
    assert (ran.code, "getcontacts login" in ran.err) == (0, True), ran.err
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
