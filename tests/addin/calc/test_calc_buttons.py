"""The buttons in a real Calc that change no table, and buttons that others put into a document."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.addin.calc.people import ANNA
from tests.hosts.calc import Calc, until
from tests.hosts.libreoffice import needs_uno
from workbook.simulator.simulator import Simulator

FORM_BUTTON = """
model = doc.createInstance("com.sun.star.form.component.CommandButton")
model.ButtonType = uno.Enum("com.sun.star.form.FormButtonType", "URL")
model.TargetURL, model.Label = address, "Win a prize"
shape = doc.createInstance("com.sun.star.drawing.ControlShape")
shape.Control = model
size = uno.createUnoStruct("com.sun.star.awt.Size")
size.Width, size.Height = 4000, 1000
shape.setSize(size)
doc.Sheets.getByIndex(0).DrawPage.add(shape)
doc.CurrentController.setFormDesignMode(False)
doc.CurrentController.getControl(model).AccessibleContext.doAccessibleAction(0)
"""


@needs_uno
class TestOtherButtons:
    def test_export_writes_the_file_that_was_chosen(self, calc: Calc, tmp_path: Path) -> None:
        file = tmp_path / "all.xlsx"
        told = calc.press("export", answer=str(file))
        assert told == f"3 contacts (2 user, 1 group) are in {file}."
        rows = openpyxl.load_workbook(file)["Contacts"].values
        assert [row[0] for row in rows][:2] == ["id", ANNA["id"]]

    def test_a_choice_of_no_file_is_no_export(self, calc: Calc, service: Simulator) -> None:
        calc.press("help")
        before = len(service.calls)
        calc.run("press('export')")
        until(lambda: "Ctrl+Shift+Enter" in calc.press("help"))
        assert len(service.calls) == before

    def test_account_without_windows_names_the_command(self, calc: Calc) -> None:
        told = calc.press("account")  # there is no display
        assert told.startswith("The account window did not open")
        assert "getcontacts login" in told

    def test_check_says_what_is_wrong_and_what_to_do(self, calc: Calc, service: Simulator) -> None:
        assert calc.press("check") == "Everything is in order."
        service.scenario = "not-authorized"
        told = calc.press("check")
        service.scenario = "normal"
        assert "scan the QR code" in told


@needs_uno
class TestButtonsOfOthers:
    @pytest.mark.parametrize("word", ["refresh", "allow", "export"])
    def test_a_button_in_a_document_presses_none_of_ours(
        self, calc: Calc, service: Simulator, word: str
    ) -> None:
        calc.press("help")
        calls, told = len(service.calls), len(calc.messages())
        calc.run(FORM_BUTTON, address=f"org.getcontacts.calc:{word}")
        until(lambda: "Ctrl+Shift+Enter" in calc.press("help"))
        assert (calc.value("doc.Sheets.Count"), len(service.calls)) == (1, calls)
        assert len(calc.messages()) == told + 1, "the last help alone"
