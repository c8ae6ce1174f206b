"""Refresh of a table in which several accounts have rows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import xlwings as xw
from msgspec.structs import replace

from addin.excel import allowing, ribbon, workbook_memory
from addin.shared import messages
from tests.cli.fleet import fleet
from tests.hosts.excel_data import Excel, SheetData
from tests.hosts.excel_side import restart
from tests.hosts.excel_tables import contents, lay
from workbook.accounts import accounts, settings
from workbook.simulator.scenarios import Scenario
from workbook.simulator.simulator import Simulator
from workbook.store import consents
from workbook.store.managed_tables import ManagedTable
from workbook.sync import consent

ANNA, BEN = "4915100000001@c.us", "4915100000002@c.us"
HEADER = ["account", "id", "name", "contactName", "type", "notes"]


def serving(*names: tuple[str, str]) -> Scenario:
    rows = [{"id": id_, "name": name, "type": "user"} for id_, name in names]
    return Scenario(description="", rows=lambda: rows)


def open_book(excel: Excel, service: Simulator, *seen: str) -> SheetData:
    """Open a workbook of berlin's with rows of others, too, of which it may see those."""
    data, excel.full_name = excel.sheets[0], "/books/all.xlsx"
    lay(data, HEADER, *(
        [alias, ANNA, "before", None, "user", f"of {alias}"] for alias in ("berlin", "secret", "shop")
    ))  # fmt: skip
    book = xw.Book.caller()
    workbook_memory.remember(
        book, "Contacts", ManagedTable.of(accounts.identify("berlin"), HEADER[:5])
    )
    place = allowing.caller(book).place
    for each in accounts.matching(seen):
        consent.allow(place, each.id_instance)
    return data


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    shop = serving((ANNA, "Ann"), (BEN, "Ben"))
    with fleet(
        {"berlin": serving((ANNA, "Anna")), "secret": serving((ANNA, "X")), "shop": shop},
        monkeypatch,
    ) as service:
        restart(monkeypatch)
        accounts.make_default("berlin")
        yield service


def test_each_account_that_the_workbook_may_see_is_brought_up_to_date(
    service: Simulator, excel: Excel
) -> None:
    data = open_book(excel, service, "shop")
    ribbon.refresh()
    assert contents(data, "account", "id", "name", "notes") == [
        ["berlin", ANNA, "Anna", "of berlin"],
        ["secret", ANNA, "before", "of secret"],
        ["shop", ANNA, "Ann", "of shop"],
        ["shop", BEN, "Ben", None],
    ]
    [(said, mode)] = excel.alerts
    assert said.startswith('3 contacts, 1 new, on the sheet "Sheet1", from "berlin", "shop".')
    assert "secret" not in said
    assert mode == "info"


def test_undo_puts_each_row_back_where_two_are_of_one_person(
    service: Simulator, excel: Excel
) -> None:
    data = open_book(excel, service, "shop")
    before = contents(data)
    ribbon.refresh()
    ribbon.undo()
    assert contents(data)[:3] == before
    assert "2 rows put back." in excel.alerts[-1][0]


def test_the_rows_of_an_account_that_fails_stay_and_that_is_told(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenarios: dict[str, str | Scenario] = {
        "berlin": serving((ANNA, "Anna")),
        "secret": "500",
        "shop": "renewed-token",
    }
    with fleet(scenarios, monkeypatch) as service:
        restart(monkeypatch)
        accounts.make_default("berlin")
        data = open_book(excel, service, "shop")
        ribbon.refresh()
    assert contents(data, "name") == [["Anna"], ["before"], ["before"]]
    said = excel.alerts[0][0]
    assert said.startswith('1 contact, 0 new, on the sheet "Sheet1", from "berlin".')
    assert "1 account failed (shop). GREEN-API refused" in said
    assert messages.KEPT in said


def test_an_account_that_we_filled_there_before_needs_no_consent(
    service: Simulator, excel: Excel
) -> None:
    data = open_book(excel, service, "shop")
    ribbon.refresh()
    assert consents.take_back(allowing.caller(xw.Book.caller()).place)
    data.cells[4, 3].value = "old"
    ribbon.refresh()
    assert contents(data, "name")[2] == ["Ann"]


def test_no_default_account_is_needed_where_the_table_names_its_own(
    service: Simulator, excel: Excel
) -> None:
    data = open_book(excel, service, "shop")
    settings.update(lambda stored: replace(stored, default=""))
    ribbon.refresh()
    assert contents(data, "name") == [["Anna"], ["before"], ["Ann"], ["Ben"]]


def test_a_column_account_of_the_users_own_brings_no_other_account_in(
    service: Simulator, excel: Excel
) -> None:
    data, excel.full_name = excel.sheets[0], "/books/own.xlsx"
    lay(data, HEADER, ["shop", ANNA, "before", None, "user", "mine"])
    book = xw.Book.caller()
    berlin = ManagedTable.of(accounts.identify("berlin"), HEADER[1:5])
    workbook_memory.remember(book, "Contacts", berlin)
    consent.allow(allowing.caller(book).place, accounts.identify("shop").id_instance)
    ribbon.refresh()
    assert contents(data) == [["shop", ANNA, "Anna", None, "user", "mine"]]


def test_on_a_hidden_sheet_an_account_needs_that_the_sheet_was_named(
    service: Simulator, excel: Excel
) -> None:
    data = open_book(excel, service, "shop")
    data.visible = 0
    ribbon.refresh()
    assert contents(data, "name") == [["Anna"], ["before"], ["before"]]
    place = allowing.caller(xw.Book.caller()).place
    consent.allow(place, accounts.identify("shop").id_instance, [data.name])
    ribbon.refresh()
    assert contents(data, "name") == [["Anna"], ["before"], ["Ann"], ["Ben"]]


def test_many_that_fail_of_one_cause_are_told_together_and_change_nothing(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ("berlin", "secret", "shop")
    with fleet(dict.fromkeys(names, "renewed-token"), monkeypatch) as service:
        restart(monkeypatch)
        accounts.make_default("berlin")
        data = open_book(excel, service, *names)
        ribbon.refresh()
    [(said, mode)] = excel.alerts
    assert said.startswith("3 accounts failed (berlin, secret, shop). GREEN-API refused")
    assert said.endswith("Nothing was changed.")
    assert mode == "critical"
    assert contents(data, "name") == [["before"]] * 3


def test_undo_finds_a_row_whose_account_was_renamed_and_not_written(
    service: Simulator, excel: Excel
) -> None:
    data = open_book(excel, service, "shop")
    accounts.rename("shop", "store")
    excel.breaks_at = "Range.Value, written"
    ribbon.refresh()
    excel.breaks_at = ""
    ribbon.undo()
    assert "not found any more" not in excel.alerts[-1][0]
    assert contents(data, "account", "name")[2] == ["shop", "before"]


def test_the_calls_into_excel_do_not_grow_with_the_rows(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    for count in (3, 300):
        crowd = [(f"49151{at:08}@c.us", "Name") for at in range(count)]
        with fleet(
            {"berlin": serving(*crowd), "secret": serving(), "shop": serving(*crowd)}, monkeypatch
        ) as service:
            restart(monkeypatch)
            data = open_book(excel, service, "shop")
            excel.calls.clear()
            ribbon.refresh()
            assert len(contents(data)) == 1 + 2 * count
            calls.append(len(excel.calls))
            data.tables.clear()
            data.cells.clear()
    assert calls[0] == calls[1]
