"""The buttons and formulas in a real LibreOffice Calc."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path
from threading import Event

import pytest

from addin.excel import udfs
from tests.addin.calc.people import ANNA, BEN, CLUB, row
from tests.cli.command import getcontacts, use
from tests.hosts.calc import XLSX, Calc, until
from tests.hosts.excel_side import held_back, requests
from tests.hosts.libreoffice import needs_uno
from workbook.merge.formulas import entered_in
from workbook.simulator.simulator import Simulator

# refreshes when it is opened, where its macros may run
FORM = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:ooo="http://openoffice.org/2004/office" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:dom="http://www.w3.org/2001/xml-events" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script"
 script:event-name="dom:load" xlink:href="org.getcontacts.calc:refresh" xlink:type="simple"/>
</office:event-listeners></office:scripts>
<office:body><office:spreadsheet><table:table table:name="Form"/></office:spreadsheet></office:body>
</office:document>"""


@needs_uno
class TestRefresh:
    def test_it_makes_the_table(self, calc: Calc) -> None:
        told = calc.press("refresh")
        assert told.startswith('3 contacts, on the new sheet "Contacts", from "environment".')
        head, *rows = calc.cells("A1:D4")
        assert head == ["id", "name", "contactName", "type"]
        assert rows == [row(ANNA), row(BEN), row(CLUB)]

    def test_notes_stay_with_their_people(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.enter("E1:E4", ["note"], ["about Anna"], ["about Ben"], ["about football"])
        service.contacts = [BEN | {"name": "Benedikt"}, CLUB, ANNA]
        calc.press("refresh")
        assert calc.cells("B2:B4") == [["Anna"], ["Benedikt"], ["Football"]]
        assert calc.cells("E2:E4") == [["about Anna"], ["about Ben"], ["about football"]]


@needs_uno
class TestDocuments:
    def test_none_presses_a_button_by_being_opened(
        self, calc: Calc, service: Simulator, tmp_path: Path
    ) -> None:
        form, before = tmp_path / "form.fods", len(service.calls)
        form.write_text(FORM)
        calc.open(form)
        assert calc.value("doc.Events.getByName('OnLoad')")
        calc.value("dispatch('org.getcontacts.calc:refresh')")
        until(lambda: "Ctrl+Shift+Enter" in calc.press("help"))  # when nothing else is under way
        assert (calc.value("doc.Sheets.Count"), len(service.calls)) == (1, before)

    def test_none_calls_anything_but_our_buttons(self, calc: Calc) -> None:
        assert calc.value("answers('org.getcontacts.calc:refresh')")
        for word in ("evil", "refresh?x", "__init__", "", "refresh/../undo"):
            assert not calc.value("answers(address)", address=f"org.getcontacts.calc:{word}")


@needs_uno
class TestWhatTheUserDoes:
    def test_moved_columns_are_found_by_their_titles(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.enter("A1:D1", ["name", "id", "type", "contactName"])
        for line, (id_, name, full, kind) in enumerate(calc.cells("A2:D4"), start=2):
            calc.enter(f"A{line}:D{line}", [name, id_, kind, full])
        service.contacts = [ANNA | {"name": "Ann"}, BEN, CLUB]
        calc.press("refresh")
        assert calc.cells("A2:D2") == [["Ann", ANNA["id"], "user", "Anna Berg"]]

    def test_columns_that_the_settings_want_come_at_the_right_end(
        self, calc: Calc, folder: Path
    ) -> None:
        calc.press("refresh")
        calc.enter("E1:E4", ["note"], ["about Anna"], ["about Ben"], ["about football"])
        calc.name_table(5)
        (folder / "home" / "settings.json").write_text('{"columns": "phone,firstSeen"}')
        calc.press("refresh")
        told = calc.press("refresh")
        (folder / "home" / "settings.json").write_text("{}")
        assert "3 contacts, 0 new" in told
        assert "changed," not in told
        assert calc.cells("E1:F3") == [
            ["note", "phone"],
            ["about Anna", "+4915100000001"],
            ["about Ben", "+4915100000002"],
        ]
        [[first_seen]] = calc.cells("G2")
        assert first_seen > 46_000, "a date, not a text"

    def test_formulas_of_whole_columns_fill_down(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.enter("E1:E4", ["length"], ["=LEN(B2)"], ["=LEN(B3)"], ["=LEN(B4)"])
        calc.name_table(5)
        service.contacts = [ANNA, BEN, CLUB, ANNA | {"id": "4915100000007@c.us", "name": "Q"}]
        calc.press("refresh")
        assert calc.cells("E2:E5") == [[4], [3], [8], [1]]

    def test_references_to_other_sheets_are_read_and_entered(self, calc: Calc) -> None:
        calc.press("refresh")
        calc.run("doc.Sheets.insertNewByName('My rates', 1)")
        calc.enter("A1:B3", ["1", "2"], ["3", "4"], ["5", "6"], sheet="My rates")
        calc.enter("E2:E2", ["=SUM($'My rates'.A1:$B$3;1)"])
        (formula,), place = (
            calc.call("formulas", ["Contacts", 2, 5, 1, 1]),
            ["Contacts", 4, 5, 1, 1],
        )
        assert formula == ["=SUM('My rates'!A1:$B$3;1)"]
        calc.call("enter", place, [[entered_in(formula[0], 2, 4)]])
        assert calc.value("cells('Contacts', 'E4').Formula") == "=SUM($'My rates'.A3:$B$3;1)"
        assert calc.cells("E2:E4") == [[22], [""], [12]]

    def test_what_stands_below_makes_way(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.enter("A6:A6", ["my own text"])
        service.contacts = [BEN | {"id": f"49151000001{n}@c.us"} for n in range(10, 20)]
        calc.press("refresh")
        assert calc.cells("A5:A30").count(["my own text"]) == 1
        assert len([row for row in calc.cells("B2:B30") if row == ["Ben"]]) == 11

    def test_hidden_rows_are_written_as_any_other(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.run("cells('Contacts', 'A3:A3').Rows.IsVisible = False")
        service.contacts = [each | {"name": f"{each['name']}!"} for each in (ANNA, BEN, CLUB)]
        calc.press("refresh")
        assert calc.cells("B2:B4") == [["Anna!"], ["Ben!"], ["Football!"]]

    def test_a_protected_sheet_is_refused_and_left_as_it_is(
        self, calc: Calc, service: Simulator
    ) -> None:
        calc.press("refresh")
        calc.run("doc.Sheets.getByName('Contacts').protect('')")
        service.contacts = [ANNA | {"name": "Ann"}]
        assert "protected" in calc.press("refresh")
        assert calc.cells("B2:B2") == [["Anna"]]

    def test_undo_and_redo_are_one_step_each(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        service.contacts = [ANNA | {"name": "", "contactName": "A\nB"}, CLUB | {"name": "=1+1"}]
        before = calc.cells("A1:D6")
        calc.press("refresh")
        after = calc.cells("A1:D6")
        calc.run("doc.UndoManager.undo()")
        assert calc.cells("A1:D6") == before
        calc.run("doc.UndoManager.redo()")
        assert calc.cells("A1:D6") == after
        assert calc.press("undo").startswith("As before the refresh of")
        assert calc.cells("A1:D6") == before


HOSTILE = ("=1+1", '=HYPERLINK("http://x")', "007", "+49", "-1", "@x", "'q", "TRUE", "1e5", "1/2",
           "2026-01-02", "12:30", "5%", "$5", "#REF!", "{=1}", "A\nB", "  pad", "x" * 32_767,
           "\N{RIGHT-TO-LEFT OVERRIDE}abc", "\N{GRINNING FACE}")  # fmt: skip


@needs_uno
class TestStrangers:
    def test_every_name_stays_the_text_that_came(self, calc: Calc, service: Simulator) -> None:
        service.contacts = [
            ANNA | {"id": f"491510000{n:04}@c.us", "name": name} for n, name in enumerate(HOSTILE)
        ]
        calc.press("refresh")
        service.contacts = [*service.contacts, BEN]
        calc.press("refresh")
        address = f"B2:B{len(HOSTILE) + 1}"
        assert [row[0] for row in calc.cells(address)] == list(HOSTILE)
        assert not calc.value("cells('Contacts', 'A1:D60').queryContentCells(16).Count")

    def test_a_service_that_fails_changes_nothing(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        service.scenario = "renewed-token"
        try:
            told = calc.press("refresh")
        finally:
            service.scenario = "normal"
        assert 'Or use the button "Account…" on the toolbar Contacts.' in told
        assert calc.cells("B2:B2") == [["Anna"]]


@needs_uno
class TestTheChild:
    def test_a_killed_one_is_replaced(self, calc: Calc) -> None:
        calc.press("refresh")
        (first,) = calc.children()
        os.kill(first, signal.SIGKILL)
        assert calc.press("refresh").startswith("3 contacts, 0 new")
        assert calc.children() != [first]

    def test_one_that_hangs_can_be_stopped(self, calc: Calc) -> None:
        calc.press("help")
        os.kill(calc.children()[0], signal.SIGSTOP)
        assert calc.press("refresh", answer="stop") == "Stopped. Nothing was changed."
        assert calc.press("refresh").startswith("3 contacts")

    def test_it_gets_the_environment_without_what_leads_python_astray(self, calc: Calc) -> None:
        calc.press("help")
        (pid,) = calc.children()
        names = {
            line.partition("=")[0] for line in Path(f"/proc/{pid}/environ").read_text().split("\0")
        }
        assert {"HOME", "GETCONTACTS_HOME"} <= names
        assert not {name for name in names if name.startswith(("PYTHON", "LD_", "URE_", "UNO_"))}

    def test_what_takes_long_can_be_stopped_and_calc_lives_meanwhile(
        self, calc: Calc, service: Simulator
    ) -> None:
        service.scenario = held_back(go := Event())
        try:
            said = calc.press("refresh", answer="stop")
        finally:
            go.set()
            service.scenario = "normal"
        assert said == "Stopped. Nothing was changed."
        assert calc.value("doc.Sheets.ElementNames") == ["Sheet1"]
        assert calc.press("refresh").startswith("3 contacts")

    def test_a_document_that_is_closed_meanwhile_ends_it_quietly(
        self, calc: Calc, service: Simulator
    ) -> None:
        service.scenario = held_back(go := Event())
        told = len(calc.messages())
        calc.run("press('refresh')")
        until(lambda: requests(service))
        calc.run("close()")
        calc.new()
        go.set()
        service.scenario = "normal"
        until(lambda: "Ctrl+Shift+Enter" in calc.press("help"))
        said = [text for text, _ in calc.messages()[told:]]
        assert not [text for text in said if "bug" in text or "contacts, on" in text]


@needs_uno
class TestFormulas:
    def test_they_show_nothing_before_the_document_was_allowed(self, calc: Calc) -> None:
        calc.enter("A1:A2", [f'=GETCONTACT("{ANNA["id"]}")'], ["=GETCONTACTS()"], sheet="Sheet1")
        told = until(lambda: calc.cells("A2:A2", "Sheet1")[0][0])
        assert told == "This workbook may not see your contacts yet: menu Contacts, Allow."
        assert calc.cells("A1:A1", "Sheet1") == [[""]]

    def test_they_show_the_new_list_by_themselves(self, calc: Calc, service: Simulator) -> None:
        calc.enter("A1:A2", [f'=GETCONTACT("{ANNA["id"]}"; "name")'], ["=LEN(A1)"], sheet="Sheet1")
        calc.allow()
        until(lambda: calc.cells("A1:A2", "Sheet1") == [["Anna"], [4]])
        service.contacts = [ANNA | {"name": "Annabel"}]
        calc.press("refresh")
        until(lambda: calc.cells("A1:A2", "Sheet1") == [["Annabel"], [7]])

    def test_an_array_holds_the_list(self, calc: Calc) -> None:
        calc.press("refresh")
        calc.allow()
        calc.run("cells('Sheet1', 'A1:D3').setArrayFormula('=GETCONTACTS(\"user\"; 2)')")
        until(lambda: calc.cells("A2:B3", "Sheet1") == [[ANNA["id"], "Anna"], [BEN["id"], "Ben"]])

    def test_a_thousand_cells_are_asked_for_together(self, calc: Calc) -> None:
        calc.allow()
        calc.press("refresh")
        before = calc.asked("formulas")
        rows = [[f'=GETCONTACT("{ANNA["id"]}"; "name")&{n}'] for n in range(1_000)]
        calc.enter("A1:A1000", *rows, sheet="Sheet1")
        until(lambda: calc.cells("A1000:A1000", "Sheet1") == [["Anna999"]])
        assert calc.asked("formulas") <= before + 3, "Calc may begin while they are entered"

    def test_a_cell_that_shows_nothing_is_not_asked_for_again_and_again(self, calc: Calc) -> None:
        calc.allow()
        calc.enter("A1:A2", ['=GETCONTACT("nobody")'], ["=GETCONTACTS()"], sheet="Sheet1")
        until(lambda: calc.cells("A2:A2", "Sheet1") == [["id"]])
        calc.press("help")  # the child answers one request after the other
        before = calc.asked("formulas")
        calc.press("help")
        calc.press("help")
        assert calc.asked("formulas") <= before + 4, "each button asks once for all, or twice"

    def test_the_function_wizard_tells_what_excels_does(self, calc: Calc) -> None:
        told = calc.value("described('GETCONTACT')")
        assert told["text"] == udfs.GETCONTACT.__doc__
        assert told["arguments"] == [
            ["id_or_phone", udfs.WHO],
            ["field", udfs.FIELD],
            ["account", udfs.ACCOUNT],
        ]

    def test_the_question_names_what_is_hidden(self, calc: Calc) -> None:
        calc.run("doc.Sheets.insertNewByName('Unseen', 1)")
        calc.enter("A1:A1", ["=GETCONTACTS()"], sheet="Unseen")
        calc.enter("A1:A1", ['=WEBSERVICE("http://x")'], sheet="Sheet1")
        calc.run("doc.Sheets.getByName('Unseen').IsVisible = False")
        calc.allow()
        asked = next(text for text, mode in reversed(calc.messages()) if mode == "question")
        assert "Formulas of contacts stand on sheets that are not shown: Unseen." in asked
        assert "WEBSERVICE on Sheet1 can send" in asked


@needs_uno
class TestFiles:
    def test_a_workbook_goes_from_the_command_to_calc_and_back(
        self, calc: Calc, service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        use(service, monkeypatch)
        made, noted = tmp_path / "made.xlsx", tmp_path / "noted.xlsx"
        assert getcontacts("export", str(made)).code == 0
        calc.open(made)
        calc.enter("E1:E2", ["note"], ["mine"])
        calc.name_table(5)
        service.contacts = [ANNA | {"name": "Ann"}, BEN, CLUB]
        assert "3 contacts, 0 new" in calc.press("refresh")
        calc.save(noted, XLSX)
        calc.run("close()")
        service.contacts = [ANNA | {"name": "Anne"}, BEN, CLUB, BEN | {"id": "491511@c.us"}]
        assert getcontacts("export", str(noted), "--update").code == 0
        calc.open(noted)
        assert calc.cells("B2:E2") == [["Anne", "Anna Berg", "user", "mine"]]
        assert calc.cells("A5:A5") == [["491511@c.us"]]

    def test_an_ods_is_refreshed_and_stays_allowed(
        self, calc: Calc, service: Simulator, tmp_path: Path
    ) -> None:
        file = tmp_path / "book.ods"
        calc.press("refresh")
        calc.save(file)
        calc.allow()
        calc.enter("A1:A1", [f'=GETCONTACT("{ANNA["id"]}"; "name")'], sheet="Sheet1")
        until(lambda: calc.cells("A1:A1", "Sheet1") == [["Anna"]])
        calc.save(file)
        calc.run("close()")
        calc.open(file)
        service.contacts = [ANNA | {"name": "Ann"}, CLUB]
        assert "2 contacts, 0 new" in calc.press("refresh")
        assert calc.cells("B2:B2") == [["Ann"]]
        until(lambda: calc.cells("A1:A1", "Sheet1") == [["Ann"]], 20)

    def test_a_copy_of_an_allowed_document_is_another_one(self, calc: Calc, tmp_path: Path) -> None:
        file, copy = tmp_path / "book.ods", tmp_path / "copy.ods"
        calc.save(file)
        calc.allow()
        calc.enter("A1:A1", ["=GETCONTACTS()"], sheet="Sheet1")
        until(lambda: calc.cells("A1:A1", "Sheet1") == [["id"]])
        calc.save(file)
        calc.run("close()")
        shutil.copy(file, copy)
        calc.open(copy)
        calc.run("doc.calculateAll()")
        until(lambda: "may not see" in calc.cells("A1:A1", "Sheet1")[0][0])
