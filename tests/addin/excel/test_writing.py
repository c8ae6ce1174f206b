"""How values get onto a sheet: where Excel needs room, under filters, in few calls, and failing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from addin.excel import workbook_memory, writing
from tests.hosts.excel_data import Area, Excel, SheetData, TableData, com_error
from tests.hosts.excel_engine import running
from tests.hosts.excel_tables import (
    ANN,
    BOB,
    EVE,
    HEADER,
    contents,
    lay,
    people,
    person,
    refresh,
    row,
    undo,
)
from workbook.errors import WrongUsage
from workbook.merge.refusals import SheetFull

ANNA, FLO = person(101, "Anna"), person(104, "Flo")


class TestRoom:
    def test_what_stands_below_a_table_is_pushed_down(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        data.cell(4, 1).enter("my line")
        data.cell(4, 2).formula = '=""'
        data.cell(4, 7).enter("beside")
        refresh(ANN, BOB, EVE)
        assert contents(data) == [row(ANN), row(BOB), row(EVE)]
        assert data.values("A6:B6") == [["my line", '=""']]
        assert data.values("G4:G4") == [["beside"]]

    def test_what_is_far_enough_below_stays_where_it_is(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        data.cell(9, 1).enter("far")
        refresh(ANN, BOB, EVE)
        assert data.values("A9:A9") == [["far"]]

    def test_new_rows_come_above_the_row_of_totals(self, data: SheetData) -> None:
        made = lay(
            data, ["id", "name", "up"], [ANN.id, "Ann", "=U"], ["Total", None, "=SUBTOTAL(1)"]
        )
        made.totals, made.formulas = True, {"up": "=U"}
        refresh(ANN, BOB, EVE)
        assert contents(data, "name", "up") == [["Ann", "=U"], ["Bob", "=U"], ["Eve", "=U"]]
        assert data.values("A5:C5") == [["Total", None, "=SUBTOTAL(1)"]]

    def test_a_wider_table_below_is_not_torn_apart(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        data.tables.append(TableData("Other", Area(4, 2, 3, 6)))
        data.cell(4, 2).enter("head")
        with pytest.raises(com_error) as told:
            refresh(ANNA, BOB, EVE)
        assert told.value.__notes__ == ["Nothing was changed."]
        assert contents(data) == [row(ANN)]
        assert data.tables[1].area == Area(4, 2, 3, 6)

    def test_what_made_way_goes_back_when_the_table_may_not_grow(
        self, excel: Excel, data: SheetData
    ) -> None:
        lay(data, HEADER, row(ANN))
        data.cell(3, 1).enter("my line")
        excel.breaks_at = "ListObject.Resize"
        with pytest.raises(com_error):
            refresh(ANN, BOB)
        assert data.values("A3:A4") == [["my line"], [None]]

    def test_a_sheet_that_is_full_is_told_before_anything_is_written(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN), at=(1_048_574, 1))
        with pytest.raises(SheetFull):
            refresh(ANNA, BOB, EVE)
        assert contents(data) == [row(ANN)]

    def test_excel_that_adds_no_rows_above_the_totals_is_told(
        self, data: SheetData, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = lay(data, HEADER, row(ANN), ["Total", None, None, None])
        made.totals = True
        monkeypatch.setattr(SheetData, "insert", lambda *_: None)
        with pytest.raises(WrongUsage, match="Hide the total row"):
            refresh(ANNA, BOB)
        assert contents(data) == [row(ANN)]


class TestFilters:
    def hidden(self, data: SheetData) -> TableData:
        """Lay a table of three, of whom a filter hides the second."""
        made = lay(data, [*HEADER, "notes"], row(ANN, "a"), row(BOB, "b"), row(EVE, "c"))
        made.filtered = True
        data.hidden_rows.add(3)
        return made

    def test_a_block_over_hidden_rows_would_end_up_in_other_ones(self, data: SheetData) -> None:
        self.hidden(data)
        data.enter(Area(2, 2, 3, 1), [["A"], ["B"], ["C"]])
        assert contents(data, "name") == [["A"], ["Bob"], ["A"]]

    def test_every_value_gets_to_its_person_whatever_is_hidden(self, data: SheetData) -> None:
        self.hidden(data)
        data.hidden_columns.update((1, 3))
        lists = [ANNA, person(102, "Bo", "Bo Berg"), person(103, "Eva", "Eva Berg"), FLO]
        refresh(*lists)
        assert contents(data) == [
            row(lists[0], "a"),
            row(lists[1], "b"),
            row(lists[2], "c"),
            row(FLO, None),
        ]

    def test_rows_hidden_without_a_filter_are_written_in_one_block(
        self, excel: Excel, data: SheetData
    ) -> None:
        self.hidden(data).filtered = False
        excel.calls.clear()
        refresh(ANNA, person(102, "Bo"), person(103, "Eva"))
        assert contents(data, "name", "notes") == [["Anna", "a"], ["Bo", "b"], ["Eva", "c"]]
        assert excel.counted()["Range.Value, written"] == 1

    def test_too_much_to_write_one_by_one_is_refused_with_advice(
        self, data: SheetData, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "PATIENCE", 3)
        self.hidden(data)
        with pytest.raises(
            WrongUsage, match=r"4 new values.*Clear the filter.*Nothing was changed"
        ):
            refresh(ANNA, BOB, EVE, FLO)
        assert contents(data, "name") == [["Ann"], ["Bob"], ["Eve"]]

    def test_new_rows_are_not_taken_away_again_under_a_filter(self, data: SheetData) -> None:
        made = lay(data, HEADER, row(ANN))
        refresh(ANN, BOB)
        made.filtered = True
        with pytest.raises(WrongUsage, match="cannot be taken away"):
            undo()
        made.filtered = False
        assert undo().taken_away == 1


class TestCalls:
    def test_as_many_calls_for_ten_rows_as_for_five_hundred(self) -> None:
        assert self.calls(10, 10) == self.calls(500, 500)
        assert self.calls(5, 10) == self.calls(5, 500)
        assert sum(self.calls(5, 10).values()) < 60

    def calls(self, before: int, after: int) -> Counter[str]:
        """Count the calls where everybody changes, in three groups of columns."""
        with running() as excel:
            header = ["type", "notes", "id", "name", "tick", "contactName"]
            old = [["user", "mine", each.id, "old", True, None] for each in people(before)]
            lay(excel.sheets[0], header, *old)
            refresh(*people(after))
            assert contents(excel.sheets[0], "name", "notes")[before - 1] == [
                f"Name {before}",
                "mine",
            ]
            return excel.counted()

    def test_taking_it_back_takes_as_many_calls_however_many_rows(self) -> None:
        assert self.calls_back(10) == self.calls_back(500)

    def calls_back(self, count: int) -> Counter[str]:
        """Count the calls where everybody changed, and as many came."""
        with running() as excel:
            lay(excel.sheets[0], HEADER, *[[each.id, "old"] + [None] * 2 for each in people(count)])
            refresh(*people(2 * count))
            excel.calls.clear()
            undo()
            assert contents(excel.sheets[0], "name") == [["old"]] * count
            return excel.counted()


class TestFailing:
    """Each call to Excel fails in turn; nothing may end up beside another person."""

    notes = ((ANN, "tea"), (BOB, "owes 5"), (EVE, "c"))

    def table(self, data: SheetData) -> None:
        header = ["type", "notes", "id", "name", "up", "contactName"]
        lines = [["user", note, who.id, who.name, "=U", None] for who, note in self.notes]
        lay(data, header, *lines).formulas["up"] = "=U"
        data.cell(6, 1).enter("below")

    def press(self) -> None:
        refresh(ANNA, person(103, "Eva", "Eva Berg"), person(102, "Bo"), FLO, *people(3))

    def fail_at(self, call: int, after: Callable[[Excel, com_error], None]) -> bool:
        """Let a call fail and look at what is left; tell whether there was such a call."""
        with running() as excel:
            self.table(excel.sheets[0])
            excel.fuse = call
            try:
                self.press()
            except com_error as error:
                excel.fuse = None
                after(excel, error)
                return True
            return False

    def test_every_note_stays_with_its_person_and_excel_is_given_back(self) -> None:
        def check(excel: Excel, _: com_error) -> None:
            notes = dict(contents(excel.sheets[0], "id", "notes"))
            assert {who.id: notes[who.id] for who, _ in self.notes} == {
                who.id: note for who, note in self.notes
            }
            assert (excel.painting, excel.events, excel.calculating) == (True, True, "automatic")

        assert sum(self.fail_at(call, check) for call in range(100)) > 30

    def test_the_error_says_whether_anything_may_have_been_written(self) -> None:
        with running() as untouched:
            self.table(untouched.sheets[0])
            before = contents(untouched.sheets[0])

        def check(excel: Excel, error: com_error) -> None:
            changed = contents(excel.sheets[0]) != before
            notes = getattr(error, "__notes__", [])
            assert not changed or notes == [writing.HALFWAY]
            said.update(notes)

        said: set[str] = set()
        assert sum(self.fail_at(call, check) for call in range(100)) > 30
        assert said == {writing.HALFWAY, "Nothing was changed."}

    def test_a_refresh_afterwards_completes_it(self) -> None:
        with running() as whole:
            self.table(whole.sheets[0])
            self.press()
            wanted = contents(whole.sheets[0])

        def check(excel: Excel, _: com_error) -> None:
            self.press()
            assert contents(excel.sheets[0]) == wanted

        assert sum(self.fail_at(call, check) for call in range(100)) > 30

    def test_undo_afterwards_puts_everything_back(self, monkeypatch: pytest.MonkeyPatch) -> None:
        def check(excel: Excel, _: com_error) -> None:
            if workbook_memory._refreshes:
                undo()
            left = [line for line in contents(excel.sheets[0]) if any(line[:4])]
            assert [line[:4] for line in left] == [
                ["user", note, who.id, who.name] for who, note in self.notes
            ]

        for call in range(100):
            monkeypatch.setattr(workbook_memory, "_refreshes", {})
            self.fail_at(call, check)
