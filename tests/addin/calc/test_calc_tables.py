"""Tables in a real Calc: filtered, with totals, on hidden sheets, and large."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.addin.calc.people import ANNA, BEN, CLUB, ZOE
from tests.hosts.calc import Calc
from tests.hosts.libreoffice import needs_uno
from workbook.simulator import people
from workbook.simulator.simulator import Simulator

ONLY_GROUPS = """
field = uno.createUnoStruct("com.sun.star.sheet.TableFilterField")
field.Field, field.StringValue, field.IsNumeric = 3, "group", False
field.Operator = uno.Enum("com.sun.star.sheet.FilterOperator", "EQUAL")
found = cells("Contacts", "A1:D4").createFilterDescriptor(True)
found.ContainsHeader = True
found.setFilterFields((field,))
cells("Contacts", "A1:D4").filter(found)
"""


@needs_uno
class TestUnusualTables:
    def test_who_is_filtered_out_is_changed_and_a_newcomer_is_in_sight(
        self, calc: Calc, service: Simulator
    ) -> None:
        calc.press("refresh")
        calc.run(ONLY_GROUPS)
        assert not calc.value("cells('Contacts', 'A2').Rows.IsVisible")
        service.contacts = [ANNA | {"name": "Ann"}, BEN, CLUB, ZOE]
        calc.press("refresh")
        assert calc.cells("B2:B5") == [["Ann"], ["Ben"], ["Football"], ["Zoe"]]
        assert calc.value("cells('Contacts', 'A5').Rows.IsVisible")

    def test_new_people_come_above_the_row_of_totals(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.enter("A5:B5", ["Total", "=COUNTA(B2:B4)"])
        calc.name_table(4, 5)
        calc.run("doc.DatabaseRanges.getByName('Contacts').TotalsRow = True")
        service.contacts = [ANNA, BEN, CLUB, ZOE]
        calc.press("refresh")
        assert calc.cells("A5:A7") == [[ZOE["id"]], ["Total"], [""]]

    def test_a_mailed_table_out_of_sight_is_named_and_filled_only_if_allowed(
        self, calc: Calc, service: Simulator, tmp_path: Path
    ) -> None:
        file, mailed = tmp_path / "mine.ods", tmp_path / "mailed.ods"
        calc.press("refresh")
        calc.run("doc.Sheets.getByName('Contacts').IsVisible = False")
        calc.save(file)
        calc.run("close()")
        shutil.copy(file, mailed)
        calc.open(mailed)
        service.contacts = [ANNA | {"name": "Ann"}, BEN, CLUB]
        assert 'hidden sheet "Contacts"' in calc.press("refresh")
        assert calc.cells("B2") == [["Anna"]]
        calc.allow()
        asked = next(text for text, mode in reversed(calc.messages()) if mode == "question")
        assert "A table on a sheet that is not shown may be filled, too: Contacts." in asked
        calc.press("refresh")
        assert calc.cells("B2") == [["Ann"]]


@needs_uno
class TestLargeTables:
    def test_more_rows_need_no_more_operations(self, calc: Calc, service: Simulator) -> None:
        needed = []
        for many in (2_000, 20_000):
            crowd = json.loads(people.crowd(many))
            service.contacts = [ANNA, BEN, CLUB, *crowd]
            calc.press("refresh")
            service.contacts = [
                ANNA | {"name": "Ann"},
                BEN,
                CLUB,
                *crowd,
                ZOE | {"id": f"{many}@c.us"},
            ]
            before = calc.asked("ok")
            assert "1 new" in calc.press("refresh")
            needed.append(calc.asked("ok") - before)
            calc.run("close()")
            calc.new()
        assert needed[0] == needed[1] < 100
