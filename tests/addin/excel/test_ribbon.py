"""The buttons as a user meets them: against the simulator, in an Excel that is made up."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import wait
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import openpyxl
import pytest
import xlwings as xw

from addin.excel import machine, ribbon
from addin.shared import launch
from tests.cli.command import getcontacts
from tests.hosts.excel_data import Excel
from tests.hosts.excel_engine import running
from tests.hosts.excel_side import (
    ANNA,
    CROWD,
    GETCONTACT,
    excel_account,
    keep_a_list,
    requests,
    restart,
)
from tests.hosts.excel_tables import contents
from tests.simulator.scenarios import EVERY
from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.contacts.columns import BASIC
from workbook.simulator.people import lid_of
from workbook.simulator.quirks import QUIRKS
from workbook.simulator.simulator import Simulator
from workbook.store import managed_tables
from workbook.sync.doctor import FINE
from workbook.sync.latest import Latest, last_good, latest

WHERE = ', on the sheet "Contacts", from "environment".'


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with excel_account(monkeypatch) as simulator:
        yield simulator


def told(excel: Excel) -> str:
    """Return what the one message box of this run said."""
    [(said, _)] = excel.alerts
    excel.alerts.clear()
    return said


def test_refresh_puts_the_list_onto_a_new_sheet_and_says_so(
    service: Simulator, excel: Excel
) -> None:
    ribbon.refresh()
    assert excel.alerts == [
        ('5 contacts, on the new sheet "Contacts", from "environment".', "info")
    ]
    assert excel.sheet("Contacts").values("A1:D2") == [
        ["id", "name", "contactName", "type"],
        [ANNA, "Anna", "Anna Berg", "user"],
    ]


def test_a_second_refresh_says_who_is_new(service: Simulator, excel: Excel) -> None:
    service.contacts = CROWD[:3]
    ribbon.refresh()
    service.contacts = CROWD
    excel.alerts.clear()
    ribbon.refresh()
    assert told(excel) == f"5 contacts, 2 new{WHERE}\nSince the list before: 2 new."
    assert requests(service) == 2


def test_a_list_that_lost_too_much_removes_nobody_and_says_so(
    service: Simulator, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = [{**CROWD[0], "id": f"49151000{number:05}@c.us"} for number in range(60)]
    service.contacts = crowd
    ribbon.refresh()
    excel.alerts.clear()
    service.contacts = crowd[:10]
    monkeypatch.setattr(ribbon, "BUDGET", 8)
    ribbon.refresh()
    assert f"60 contacts, 0 new{WHERE}\n50 of 60 missing; nobody was removed." in told(excel)


def test_refresh_tells_the_new_sheets_name_when_the_usual_one_is_taken(service: Simulator) -> None:
    with running("Contacts") as excel:
        excel.sheet("Contacts").cell(1, 1).enter("mine")
        ribbon.refresh()
        assert told(excel) == (
            '5 contacts, on the new sheet "Contacts 2", from "environment".\n'
            'The sheet "Contacts" holds something else and was left as it is.'
        )


def test_refresh_says_what_is_not_exactly_as_it_was_sent(
    monkeypatch: pytest.MonkeyPatch, excel: Excel
) -> None:
    long = {**CROWD[0], "name": "x" * 40_000}
    with excel_account(monkeypatch, [long]):
        ribbon.refresh()
    assert "1 value changed: 1 longer than a cell, cut." in told(excel)


def test_refresh_says_which_rows_were_left_out_as_the_command_does(
    monkeypatch: pytest.MonkeyPatch, excel: Excel
) -> None:
    with excel_account(monkeypatch, [CROWD[0], CROWD[0], {**CROWD[0], "id": ""}]):
        ribbon.refresh()
        ribbon.refresh()
    first, second = (said for said, _ in excel.alerts)
    assert first.endswith("2 rows were left out: 1 junk id, 1 same id again.")
    assert second.endswith("2 rows were left out: 1 junk id, 1 same id again.")


def test_names_that_look_like_formulas_stay_text_on_the_sheet(
    monkeypatch: pytest.MonkeyPatch, excel: Excel
) -> None:
    with excel_account(monkeypatch, QUIRKS):
        ribbon.refresh()
    cells = excel.sheet("Contacts").cells.values()
    assert [cell.formula for cell in cells if cell.formula] == []
    assert "=cmd|'/C calc'!A0" in {cell.value for cell in cells}


def test_the_status_bar_says_what_is_going_on_and_is_given_back(
    service: Simulator, excel: Excel
) -> None:
    ribbon.refresh()
    assert excel.said == ["Contacts: asking GREEN-API…", "Contacts: writing the table…", False]


@pytest.mark.parametrize("scenario", ["quota", "expired", "forbidden-html", "null-body"])
def test_what_goes_wrong_is_one_sentence_and_the_sheet_stays(
    service: Simulator, excel: Excel, scenario: str
) -> None:
    ribbon.refresh()
    before = excel.sheet("Contacts").values("A1:D6")
    excel.alerts.clear()
    service.scenario = EVERY[scenario]
    ribbon.refresh()
    [(said, mode)] = excel.alerts
    assert mode == "critical"
    assert "Traceback" not in said
    assert service.token not in said
    assert excel.sheet("Contacts").values("A1:D6") == before
    assert excel.said[-1] is False


def test_an_empty_list_never_replaces_the_rows(
    service: Simulator, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    ribbon.refresh()
    excel.alerts.clear()
    monkeypatch.setattr(ribbon, "BUDGET", 8)
    service.scenario = EVERY["empty"]
    ribbon.refresh()
    assert "empty list" in told(excel)
    assert excel.sheet("Contacts").values("A2:A2") == [[ANNA]]


@pytest.mark.parametrize("breaks_at", ["Range.NumberFormat", "Range.Value, written"])
def test_when_excel_refuses_the_screen_and_the_status_bar_are_given_back(
    service: Simulator, excel: Excel, breaks_at: str
) -> None:
    excel.breaks_at = breaks_at
    ribbon.refresh()
    assert told(excel).startswith("Excel refused that.")
    assert (excel.painting, excel.calculating, excel.said[-1]) == (True, "automatic", False)


def test_what_speaks_against_it_is_told_before_anything_is_asked(
    service: Simulator, excel: Excel
) -> None:
    ribbon.refresh()
    excel.alerts.clear()
    excel.sheet("Contacts").protected = True
    ribbon.refresh()
    assert told(excel).startswith('The sheet "Contacts" is protected.')
    ribbon.undo()
    assert told(excel).startswith("There is no refresh of this workbook to undo.")
    assert requests(service) == 1


def test_notes_beside_the_list_stay_and_undo_takes_a_refresh_back(
    service: Simulator, excel: Excel
) -> None:
    service.contacts = CROWD[:3]
    ribbon.refresh()
    data = excel.sheet("Contacts")
    data.tables[0].area = replace(data.tables[0].area, columns=5)
    for line, text in enumerate(["notes", "tea", "owes 5", "pays"], 1):
        data.cell(line, 5).enter(text)
    before = contents(data)
    service.contacts = [{**CROWD[0], "contactName": "Anna Vogt"}, *CROWD[1:]]
    excel.alerts.clear()
    ribbon.refresh()
    assert told(excel).startswith(f"5 contacts, 2 new{WHERE}")
    assert contents(data, "contactName", "notes")[0] == ["Anna Vogt", "tea"]
    data.sort(data.tables[0], "name", reverse=True)
    ribbon.undo()
    assert "1 row put back.\n2 rows taken away" in told(excel)
    assert sorted(map(str, contents(data))) == sorted(map(str, before))
    ribbon.undo()
    assert told(excel).startswith("There is no refresh of this workbook to undo.")


def test_who_is_hidden_now_with_the_phone_beside_it_keeps_row_and_notes(
    service: Simulator, excel: Excel
) -> None:
    service.contacts = CROWD[:3]
    ribbon.refresh()
    data = excel.sheet("Contacts")
    data.tables[0].area = replace(data.tables[0].area, columns=5)
    for line, text in enumerate(["notes", "tea", "owes 5", "pays"], 1):
        data.cell(line, 5).enter(text)
    number = str(CROWD[1]["id"]).partition("@")[0]
    hidden = {**CROWD[1], "id": lid_of(number), "phoneNumber": int(number)}
    service.contacts = [CROWD[0], hidden, CROWD[2]]
    ribbon.refresh()
    assert contents(data, "id", "notes") == [
        [CROWD[0]["id"], "tea"],
        [hidden["id"], "owes 5"],
        [CROWD[2]["id"], "pays"],
    ]


def test_ctrl_z_undoes_what_the_last_press_wrote_and_nothing_older(
    service: Simulator, excel: Excel
) -> None:
    ribbon.refresh()
    service.contacts = [{**CROWD[0], "name": "Anni"}]
    ribbon.refresh()
    ribbon.refresh()
    excel.alerts.clear()
    ribbon.undo_last_press()
    assert told(excel).startswith("The last press of Refresh wrote nothing into this workbook")
    assert contents(excel.sheet("Contacts"), "name")[0] == ["Anni"]
    ribbon.undo()
    assert contents(excel.sheet("Contacts"), "name")[0] == ["Anna"]


def test_ctrl_z_right_after_a_refresh_undoes_it_once(service: Simulator, excel: Excel) -> None:
    ribbon.refresh()
    service.contacts = [{**CROWD[0], "name": "Anni"}]
    ribbon.refresh()
    excel.alerts.clear()
    ribbon.undo_last_press()
    assert "1 row put back" in told(excel)
    ribbon.undo_last_press()
    assert told(excel).startswith("The last press of Refresh wrote nothing into this workbook")


def test_ctrl_z_after_a_refresh_that_failed_undoes_no_older_one(
    service: Simulator, excel: Excel
) -> None:
    ribbon.refresh()
    service.contacts = [{**CROWD[0], "name": "Anni"}]
    ribbon.refresh()
    service.scenario = EVERY["expired"]
    ribbon.refresh()
    ribbon.undo_last_press()
    assert contents(excel.sheet("Contacts"), "name")[0] == ["Anni"]


def test_on_a_mac_a_press_is_for_the_workbook_in_front_since_none_is_named(
    service: Simulator, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "system", lambda: "Darwin")
    monkeypatch.setattr(xw.Book, "caller", lambda: pytest.fail("no workbook was named"))
    ribbon.refresh()
    assert told(excel) == '5 contacts, on the new sheet "Contacts", from "environment".'


@pytest.mark.parametrize("press", [ribbon.undo, ribbon.undo_last_press])
def test_on_a_mac_undo_says_that_it_cannot_work_there(
    service: Simulator,
    excel: Excel,
    monkeypatch: pytest.MonkeyPatch,
    press: Callable[[], None],
) -> None:
    monkeypatch.setattr(machine, "system", lambda: "Darwin")
    ribbon.refresh()
    excel.alerts.clear()
    restart(monkeypatch)
    press()
    assert told(excel).startswith("Undo refresh does not work on a Mac")


def test_an_error_halfway_says_in_which_state_the_sheet_is(
    service: Simulator, excel: Excel
) -> None:
    ribbon.refresh()
    excel.alerts.clear()
    service.contacts = [{**CROWD[0], "name": "Anni"}]
    excel.breaks_at = "Range.Value, written"
    ribbon.refresh()
    said = told(excel)
    assert said.startswith("Excel refused that.")
    assert "each still belongs to its person. Undo refresh puts them back" in said
    assert (excel.painting, excel.calculating, excel.said[-1]) == (True, "automatic", False)


def test_a_second_account_is_refused_in_one_sentence(service: Simulator, excel: Excel) -> None:
    ribbon.refresh()
    excel.alerts.clear()
    before = contents(excel.sheet("Contacts"))
    with Simulator(contacts=CROWD[:1], rate=0, id_instance="1101000002") as other:
        accounts.save(Account("other", other.api_url, other.id_instance, other.token))
        excel.names["getcontacts_account"] = '="other"'
        ribbon.refresh()
    assert 'no column "account" to tell the rows of "other" apart' in told(excel)
    assert contents(excel.sheet("Contacts")) == before


def test_our_own_formulas_may_be_calculated_while_rows_are_written(
    service: Simulator, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=60)
    shown = []
    excel.on_write = lambda: shown.append(GETCONTACT(ANNA))
    service.contacts = [{**CROWD[0], "contactName": "Anna Vogt"}]
    ribbon.refresh()
    assert {*shown} == {"Anna Vogt"}
    assert requests(service) == 2


def test_formulas_show_at_once_what_a_refresh_has_brought(service: Simulator, excel: Excel) -> None:
    assert GETCONTACT(ANNA) == "Anna Berg"
    service.contacts = [{**CROWD[0], "contactName": "Anna Vogt"}]
    ribbon.refresh()
    assert GETCONTACT(ANNA) == "Anna Vogt"
    assert requests(service) == 2


def test_a_setting_of_the_instance_that_hides_names_is_told(
    service: Simulator, excel: Excel
) -> None:
    service.contacts, service.scenario = None, EVERY["lid-mode"]
    ribbon.refresh()
    assert "enableLidMode" in told(excel)


def test_the_workbook_may_name_the_account_and_nothing_else(
    service: Simulator, excel: Excel
) -> None:
    accounts.save(Account("Second", service.api_url, service.id_instance, service.token))
    excel.names["getcontacts_account"] = '="second"'
    excel.names["GREEN_API_URL"] = '="https://evil.example"'
    ribbon.refresh()
    assert told(excel).startswith("5 contacts")
    excel.names["getcontacts_account"] = '="nobody"'
    ribbon.refresh()
    assert told(excel).startswith('There is no account "nobody" here; known: Second.')


def test_without_an_account_the_button_to_press_is_named(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    restart(monkeypatch)
    ribbon.refresh()
    assert 'the button "Account…"' in told(excel)


def test_a_bug_is_one_sentence_without_its_words(
    service: Simulator, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(service.token)

    monkeypatch.setattr(ribbon, "latest", broken)
    ribbon.refresh()
    said = told(excel)
    assert said.startswith("This is a bug in getcontacts (RuntimeError at test_ribbon.py:")
    assert service.token not in said


@pytest.fixture
def dead_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[Event]:
    """Let no fetch go on before the test lets go, as slow DNS does; Excel waits for a moment."""
    gate = Event()

    def held(*given: Any, **options: Any) -> Latest:
        assert gate.wait(20), "the test never let go"
        return latest(*given, **{**options, "budget": 20})

    monkeypatch.setattr(ribbon, "latest", held)
    monkeypatch.setattr(ribbon, "BUDGET", 0.01)
    yield gate
    gate.set()
    wait(ribbon._given_up.values(), 20)


def test_a_refresh_ends_after_its_budget_whatever_the_network_does(
    service: Simulator, excel: Excel, dead_network: Event
) -> None:
    ribbon.refresh()
    assert told(excel) == (
        "GREEN-API at 127.0.0.1 could not be reached: it did not answer in time; try again later."
    )
    assert [sheet.name for sheet in xw.books.active.sheets] == ["Sheet1"]
    assert excel.said[-1] is False


def test_an_export_ends_after_its_budget_and_leaves_no_file(
    service: Simulator, excel: Excel, dead_network: Event, tmp_path: Path
) -> None:
    excel.chosen_file = str(tmp_path / "out.xlsx")
    ribbon.export()
    assert "did not answer in time" in told(excel)
    assert list(tmp_path.glob("out*")) == []


def test_what_a_given_up_refresh_brings_is_kept_and_taken_by_the_next(
    service: Simulator, excel: Excel, dead_network: Event
) -> None:
    ribbon.refresh()
    assert "did not answer in time" in told(excel)
    dead_network.set()
    wait(ribbon._given_up.values(), 20)
    assert len(last_good(accounts.find()).contacts) == 5
    ribbon.refresh()
    assert told(excel) == '5 contacts, on the new sheet "Contacts", from "environment".'
    assert requests(service) == 1


def test_a_second_press_waits_for_the_fetch_that_goes_on(
    service: Simulator, excel: Excel, dead_network: Event
) -> None:
    ribbon.refresh()
    ribbon.refresh()
    assert len(excel.alerts) == 2
    dead_network.set()
    wait(ribbon._given_up.values(), 20)
    assert requests(service) == 1


def test_export_asks_for_a_name_and_writes_a_workbook(
    service: Simulator, excel: Excel, tmp_path: Path
) -> None:
    excel.chosen_file = str(tmp_path / "out")
    ribbon.export()
    assert excel.asked_for_file == ["contacts.xlsx"]
    assert told(excel) == f"5 contacts (4 user, 1 group) are in {tmp_path / 'out.xlsx'}."
    rows = list(openpyxl.load_workbook(tmp_path / "out.xlsx")["Contacts"].values)
    assert rows[1] == (ANNA, "Anna", "Anna Berg", "user")
    assert excel.said[-1] is False


def test_an_exported_workbook_is_known_when_it_is_opened_and_refreshed(
    service: Simulator, excel: Excel, tmp_path: Path
) -> None:
    excel.chosen_file = str(tmp_path / "out.xlsx")
    ribbon.export()
    owned = managed_tables.recall(tmp_path / "out.xlsx", "Contacts")
    assert (owned.instance, owned.titles) == (service.id_instance, BASIC)


def test_an_export_without_a_name_does_nothing(service: Simulator, excel: Excel) -> None:
    ribbon.export()
    assert (excel.alerts, service.calls) == ([], [])


@pytest.mark.parametrize(("answer", "kept"), [("no", True), ("yes", False)])
def test_an_export_replaces_a_file_of_the_users_only_when_told_to(
    service: Simulator, excel: Excel, tmp_path: Path, answer: str, kept: bool
) -> None:
    path = tmp_path / "mine.xlsx"
    path.write_bytes(b"mine")
    excel.chosen_file, excel.answers = str(path), [answer]
    ribbon.export()
    assert "Replace it?" in excel.alerts[0][0]
    assert (path.read_bytes() == b"mine") is kept
    assert (requests(service) == 0) is kept


def test_an_export_replaces_another_accounts_list_only_when_told_to(
    service: Simulator, excel: Excel, tmp_path: Path
) -> None:
    excel.chosen_file, excel.answers = str(tmp_path / "out.xlsx"), ["no"]
    ribbon.export()
    with Simulator(contacts=CROWD[:1], rate=0, id_instance="1101000002") as other:
        accounts.save(Account("other", other.api_url, other.id_instance, other.token))
        excel.names["getcontacts_account"] = '="other"'
        ribbon.export()
        assert other.calls == []
    assert "not this account's last export. Replace it?" in excel.alerts[-1][0]


def test_an_export_over_our_own_last_one_asks_nothing_and_tells_what_the_command_tells(
    monkeypatch: pytest.MonkeyPatch, excel: Excel, tmp_path: Path
) -> None:
    excel.chosen_file = str(tmp_path / "again.xlsx")
    with excel_account(monkeypatch, [*CROWD, CROWD[0]]):
        ribbon.export()
        ribbon.export()
        command = getcontacts("export", excel.chosen_file)
    (first, _), (second, _) = excel.alerts
    left_out = "1 row was left out: 1 same id again."
    assert first == f"5 contacts (4 user, 1 group) are in {excel.chosen_file}.\n{left_out}"
    assert f"{second}\n" == command.stderr


def test_an_export_that_fails_leaves_the_old_file(
    service: Simulator, excel: Excel, tmp_path: Path
) -> None:
    excel.chosen_file = str(tmp_path / "out.xlsx")
    ribbon.export()
    before = (tmp_path / "out.xlsx").read_bytes()
    service.scenario = EVERY["expired"]
    ribbon.export()
    assert "renew it" in excel.alerts[-1][0]
    assert (tmp_path / "out.xlsx").read_bytes() == before


def test_where_excel_cannot_ask_the_file_goes_to_the_desktop(
    service: Simulator, excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    (tmp_path / "Desktop").mkdir()
    excel.has_dialog = False
    ribbon.export()
    assert (
        told(excel)
        == f"5 contacts (4 user, 1 group) are in {tmp_path / 'Desktop' / 'contacts.xlsx'}."
    )


def test_account_opens_one_window_in_a_process_of_its_own(
    excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = [sys.executable, "-c", "import sys; sys.stdin.read()"]
    with subprocess.Popen(words, stdin=subprocess.PIPE) as window:
        monkeypatch.setattr(launch, "account_window", lambda: window)
        ribbon.account()
        assert excel.alerts == []
        ribbon.account()
        assert told(excel) == "The account window is open already."
    ribbon.account()
    assert excel.alerts == []


def test_check_says_the_one_next_step(service: Simulator, excel: Excel) -> None:
    service.scenario = EVERY["expired"]
    ribbon.check()
    assert "renew it" in told(excel)
    service.scenario = EVERY["normal"]
    ribbon.check()
    assert told(excel) == FINE


def test_check_ends_with_its_budget_whatever_the_network_does(
    service: Simulator, excel: Excel, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    monkeypatch.setattr("workbook.sync.doctor.checks", lambda *_: gate.wait(20))
    monkeypatch.setattr(ribbon, "CHECK_BUDGET", 0.01)
    ribbon.check()
    gate.set()
    assert told(excel) == ribbon.NO_END


def test_help_shows_formulas_with_both_separators_and_the_macro(excel: Excel) -> None:
    ribbon.help()
    said = told(excel)
    assert '=GETCONTACT(A2, "name")' in said
    assert '=GETCONTACT(A2; "name")' in said
    assert "\nGetContacts.xlam!RefreshSheet\n" in said
    assert "README" in said
    assert len(said) < 1_000
