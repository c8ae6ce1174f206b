"""The buttons on Windows: xlwings' own engine and COM, message boxes read and pressed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.hosts.wine import windows_path
from tests.windows.books import rows
from tests.windows.excel_program import Excel
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator

ANNA, BEN, CARL = (f"491510000000{number}@c.us" for number in (1, 2, 3))
TITLES = ["id", "name", "contactName", "type", "notes", "twice"]
MOST = 150  # calls into Excel; each crosses to another process


def crowd(count: int) -> list[dict[str, object]]:
    return [person(f"49151{number:08}@c.us", f"Name {number}") for number in range(count)]


def undisturbed(pressed: dict[str, Any]) -> bool:
    """Tell whether Excel paints, calculates and has its status bar again."""
    return bool(pressed["as before"]) and pressed["status"][-1] is False


def test_refresh_makes_a_table_on_a_sheet_of_its_own(excel: Excel, service: Simulator) -> None:
    service.contacts = [person(ANNA, "=1+1"), person(BEN, "007")]
    pressed = excel.press("REFRESH")
    assert pressed["said"] == ['2 contacts, on the new sheet "Contacts", from "environment".']
    assert undisturbed(pressed)
    assert excel.do("table", "Contacts") == [
        TITLES[:4], [ANNA, "=1+1", None, "user"], [BEN, "007", None, "user"],
    ]  # fmt: skip


def test_notes_and_formulas_stay_with_their_people_and_undo_takes_it_back(
    excel: Excel, service: Simulator
) -> None:
    before: list[list[Any]] = [
        TITLES,
        [ANNA, "Old", None, "user", "owes 5", "=1+1"],
        [BEN, "Ben", None, "user", 7, "=2+2"],
    ]
    excel.do("lay", *before)
    service.contacts = [person(CARL, "Carl"), person(BEN, "Ben"), person(ANNA, "Anna")]
    pressed = excel.press("REFRESH")
    assert '3 contacts, 1 new, on the sheet "Sheet1"' in pressed["said"][0]
    assert undisturbed(pressed)
    after = excel.do("table")
    assert [row[1] for row in after[1:]] == ["Anna", "Ben", "Carl"]
    assert [row[4:] for row in after[1:3]] == [row[4:] for row in before[1:]]
    undone = excel.press("UNDO")
    assert "As before the refresh of" in undone["said"][0]
    assert undisturbed(undone)
    assert excel.do("table") == before


def test_the_calls_into_excel_are_few_and_do_not_grow(excel: Excel, service: Simulator) -> None:
    counts = []
    for people, columns in ((3, 1), (3, 30), (3_000, 1)):
        service.contacts = crowd(people)
        more = [f"note {number}" for number in range(columns)]
        excel.do("set", names={})
        excel.do("lay", [*TITLES[:4], *more], ["4915100000000@c.us", "Old", None, "user", *more])
        pressed = excel.press("REFRESH")
        assert f"{people:,} contacts" in pressed["said"][0]
        counts.append((pressed["calls"]["Invoke"], pressed["calls"].get("GetIDsOfNames", 0)))
        excel.press("UNDO")
    assert len({*counts}) == 1, counts
    assert sum(counts[0]) < MOST


def test_a_protected_sheet_is_told_and_stays(excel: Excel, service: Simulator) -> None:
    excel.do("lay", TITLES, [ANNA, "Old", None, "user", "owes 5", None])
    excel.do("protect", True)
    assert "protected" in excel.press("REFRESH")["said"][0]
    assert service.calls == []
    assert excel.do("table")[1][1] == "Old"


def test_export_asks_for_a_name_and_before_it_replaces_a_file(
    excel: Excel, service: Simulator, tmp_path: Path
) -> None:
    service.contacts = [person(ANNA, "Anna")]
    out = tmp_path / "Jürgen & Łukasz.xlsx"
    excel.do("set", chosen_file=windows_path(out))
    assert "1 contact" in excel.press("EXPORT")["said"][0]
    assert rows(out)[1] == (ANNA, "Anna", None, "user")
    out.write_bytes(b"theirs")
    assert "Replace it?" in excel.press("EXPORT", "no")["said"][0]
    assert out.read_bytes() == b"theirs"
    asked, told = excel.press("EXPORT", "yes")["said"]
    assert ("Replace it?" in asked, "1 contact" in told, len(rows(out))) == (True, True, 2)


def test_export_given_up_says_nothing(excel: Excel) -> None:
    assert excel.press("EXPORT")["said"] == []


def test_check_help_and_account_say_the_next_step(excel: Excel, service: Simulator) -> None:
    assert "=GETCONTACTS()" in excel.press("HELP")["said"][0]
    assert len(excel.press("CHECK")["said"]) == 1
    service.scenario = "not-authorized"
    assert excel.press("CHECK")["said"] != []
    assert "getcontacts login" in excel.press("ACCOUNT")["said"][0]  # this Python has no Tk


def test_a_token_that_is_wrong_is_told_in_a_message_box(excel: Excel, service: Simulator) -> None:
    service.scenario = "renewed-token"
    pressed = excel.press("REFRESH")
    assert (len(pressed["said"]), undisturbed(pressed)) == (1, True)
    assert service.token not in pressed["said"][0]
