"""Refresh of a table with rows of several accounts, in a real Calc."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addin.calc.people import ANNA
from tests.cli.command import getcontacts
from tests.cli.fleet import fleet
from tests.hosts.calc import Calc, office, until
from tests.hosts.libreoffice import needs_uno
from workbook.accounts import accounts
from workbook.files.place import place_of
from workbook.simulator.scenarios import Scenario
from workbook.sync import consent


@pytest.fixture
def calc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Calc]:
    """Run a Calc where three accounts know Anna, with a table of two of them."""
    berlin = Scenario(description="", rows=lambda: [ANNA])
    shop = Scenario(description="", rows=lambda: [ANNA | {"name": "Ann"}])
    made = tmp_path / "all.xlsx"
    with fleet({"berlin": berlin, "secret": berlin, "shop": shop}, monkeypatch):
        chosen = ("--accounts", "berlin", "--accounts", "shop")
        assert getcontacts("export", str(made), *chosen).code == 0
        with office(tmp_path, os.environ) as calc:
            calc.open(made)
            yield calc


@needs_uno
def test_all_accounts_come_up_to_date_in_one_step_that_undo_takes_back(calc: Calc) -> None:
    calc.enter("C2:C3", ["before"], ["before"])
    told = calc.press("refresh")
    assert told.startswith('2 contacts, 0 new, on the sheet "Contacts", from "berlin", "shop".')
    assert calc.cells("C2:C3") == [["Anna"], ["Ann"]]
    assert "2 rows put back." in calc.press("undo")
    assert calc.cells("C2:C3") == [["before"], ["before"]]


@needs_uno
def test_formulas_show_the_accounts_that_the_document_was_allowed(
    calc: Calc, tmp_path: Path
) -> None:
    for alias in ("berlin", "shop"):
        consent.allow(place_of(str(tmp_path / "all.xlsx")), accounts.identify(alias).id_instance)
    calc.enter("H1:H1", [f'=GETCONTACT("{ANNA["id"]}"; "accounts")'])
    calc.run("cells('Contacts', 'J1:N4').setArrayFormula('=GETCONTACTS(;;;\"*\")')")
    until(lambda: [row[0] for row in calc.cells("J1:J3")] == ["account", "berlin", "shop"], 20)
    until(lambda: calc.cells("H1:H1") == [["berlin, shop"]], 20)
