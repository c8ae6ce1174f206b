"""Refresh of a table with rows of several accounts, in a real Calc."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.addin.calc.people import ANNA
from tests.cli.command import getcontacts
from tests.cli.fleet import fleet
from tests.hosts.calc import office
from tests.hosts.libreoffice import needs_uno
from workbook.simulator.scenarios import Scenario


@needs_uno
def test_all_accounts_come_up_to_date_in_one_step_that_undo_takes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    berlin = Scenario(description="", rows=lambda: [ANNA])
    shop = Scenario(description="", rows=lambda: [ANNA | {"name": "Ann"}])
    made = tmp_path / "all.xlsx"
    with fleet({"berlin": berlin, "shop": shop}, monkeypatch):
        assert getcontacts("export", str(made), "--all-accounts").code == 0
        with office(tmp_path, os.environ) as calc:
            calc.open(made)
            calc.enter("C2:C3", ["before"], ["before"])
            told = calc.press("refresh")
            assert told.startswith('2 contacts, 0 new, on the sheet "Contacts", from "berlin", "s')
            assert [[a, name] for a, _, name in calc.cells("A2:C3")] == [
                ["berlin", "Anna"],
                ["shop", "Ann"],
            ]
            assert "2 rows put back." in calc.press("undo")
            assert calc.cells("C2:C3") == [["before"], ["before"]]
