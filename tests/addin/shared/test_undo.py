"""Undo refresh: our columns as they were, by id, and whatever the user did meanwhile stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import xlwings as xw
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from addin.excel import workbook_memory
from addin.shared.undo import Undone
from tests.hosts.excel_data import Excel, SheetData
from tests.hosts.excel_side import started
from tests.hosts.excel_tables import (
    ANN,
    BOB,
    EVE,
    HEADER,
    MAIN,
    contents,
    lay,
    make,
    person,
    refresh,
    row,
    table,
    undo,
)
from tests.store import lists
from workbook.accounts import settings
from workbook.accounts.settings import Settings
from workbook.contacts.contact import Contact
from workbook.contacts.identity import GROUP, Pair
from workbook.merge.refusals import IdTitleMissing, SheetProtected
from workbook.store import pairs
from workbook.store.managed_tables import ManagedTable

ANNA, BO, FLO = person(101, "Anna"), person(102, "Bo"), person(104, "Flo")


class TestRows:
    def test_changed_rows_are_as_before_and_new_ones_gone(self, data: SheetData) -> None:
        lay(data, [*HEADER, "notes"], row(ANN, "tea"), row(BOB, None))
        refresh(ANNA, BO, EVE, FLO)
        assert undo() == Undone(restored=2, taken_away=2, brought_back=0, noted=0, lost=0)
        assert contents(data) == [row(ANN, "tea"), row(BOB, None)]

    def test_rows_are_found_again_after_the_user_sorted(self, data: SheetData) -> None:
        made = lay(data, [*HEADER, "notes"], row(ANN, "tea"), row(BOB, "owes 5"))
        refresh(ANNA, BO, FLO)
        data.sort(made, "name", reverse=True)
        undo()
        assert contents(data) == [row(BOB, "owes 5"), row(ANN, "tea")]

    def test_a_new_row_in_which_the_user_wrote_stays(self, data: SheetData) -> None:
        lay(data, [*HEADER, "notes"], row(ANN, None))
        refresh(ANN, EVE, FLO)
        data.cell(3, 5).enter("met in May")
        assert undo() == Undone(restored=0, taken_away=1, brought_back=0, noted=1, lost=0)
        assert contents(data) == [row(ANN, None), row(EVE, "met in May")]

    def test_a_new_row_in_which_only_a_formula_filled_down_goes(self, data: SheetData) -> None:
        made = lay(data, ["id", "name", "up"], [ANN.id, "Ann", "=U"])
        made.formulas["up"] = "=U"
        refresh(ANN, EVE)
        assert undo().taken_away == 1
        assert contents(data) == [[ANN.id, "Ann", "=U"]]

    def test_a_new_row_in_which_the_user_corrected_a_name_stays(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANN, EVE)
        data.cell(3, 3).enter("Eve Berg")
        assert undo().noted == 1
        assert contents(data, "contactName") == [[None], ["Eve Berg"]]

    def test_what_the_user_wrote_over_ours_since_then_stays(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        refresh(person(101, "Anna", "Anna Berg"))
        data.cell(2, 2).enter("Annie")
        undo()
        assert contents(data) == [[ANN.id, "Annie", None, "user"]]

    def test_a_formula_the_user_put_into_a_cell_of_ours_stays(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN), row(BOB))
        refresh(ANNA, BO)
        cell = data.cell(2, 2)
        cell.formula = "=UPPER([@id])"
        undo()
        assert contents(data, "name") == [["=UPPER([@id])"], ["Bob"]]

    def test_blank_rows_that_were_filled_are_blank_again(self, data: SheetData) -> None:
        lay(data, [*HEADER, "notes"], row(ANN, None), [None] * 5, [None] * 5)
        refresh(ANN, BOB, EVE)
        data.cell(4, 5).enter("mine")
        assert undo() == Undone(restored=0, taken_away=1, brought_back=0, noted=1, lost=0)
        assert contents(data) == [row(ANN, None), [None] * 5, row(EVE, "mine")]

    def test_removed_people_come_back_at_the_end(self, data: SheetData) -> None:
        for number, who in enumerate(([ANN, BOB], [ANN], [ANN], [ANN])):
            lists.came(number, *who)
        settings.save(Settings(missing="remove"))
        lay(data, [*HEADER, "notes"], row(BOB, None), row(ANN, "tea"))
        refresh(ANNA)
        assert undo() == Undone(restored=1, taken_away=0, brought_back=1, noted=0, lost=0)
        assert contents(data) == [row(ANN, "tea"), row(BOB, None)]

    def forced(self) -> None:
        """Let Bob be missing from three lists, and rows be removed whatever stands in them."""
        for number, who in enumerate(([ANN, BOB], [ANN], [ANN], [ANN])):
            lists.came(number, *who)
        settings.save(Settings(missing="remove", remove_noted=True))

    def test_a_removed_row_comes_back_with_what_the_user_had_in_it(self, data: SheetData) -> None:
        self.forced()
        mine = ["007", 7.5, True, "=1+1", None]
        lay(data, [*HEADER, *"abcde"], row(BOB, *mine), row(ANN, *[None] * 5))
        refresh(ANN)
        assert contents(data) == [row(ANN, *[None] * 5)]
        undo()
        assert contents(data)[1] == row(BOB, *mine)
        assert data.cell(3, 5).value == "007"
        assert data.cell(3, 6).format == "General"

    def test_its_formulas_point_to_the_row_in_which_they_stand_now(self, data: SheetData) -> None:
        self.forced()
        formulas = ["=B2&$B$1&[@name]", "=Sheet2!mine"]
        lay(
            data, [*HEADER, "a", "b"], row(BOB, *formulas), row(ANN, None, None), row(EVE, 1.0, 2.0)
        )
        refresh(ANN, EVE)
        undo()
        assert contents(data, "a", "b")[2] == ["=B4&$B$1&[@name]", "=Sheet2!mine"]

    def test_a_number_stays_one_where_the_column_has_become_text(self, data: SheetData) -> None:
        self.forced()
        lay(data, [*HEADER, "owes"], row(BOB, 5.0), row(ANN, None))
        refresh(ANN)
        data.cell(3, 5).format = "@"
        undo()
        assert contents(data, "owes") == [[None], [5.0]]

    def test_what_stood_in_a_column_that_the_user_took_away_stays_away(
        self, data: SheetData
    ) -> None:
        self.forced()
        mine = ["tea", "=1+1", "owes 5"]
        lay(data, [*HEADER, *"abc"], row(BOB, *mine), row(ANN, None, None, None))
        refresh(ANN)
        data.tables[0].area = replace(data.tables[0].area, columns=4)
        undo()
        assert contents(data) == [row(ANN), row(BOB)]
        assert data.values("E3:G3") == [[None, None, None]]

    def test_a_column_that_the_table_fills_is_left_to_it(self, data: SheetData) -> None:
        self.forced()
        made = lay(data, ["id", "up", "notes"], [BOB.id, "=U", "x"], [ANN.id, "=U", None])
        made.formulas["up"] = "=U"
        refresh(ANN)
        made.formulas["up"] = "=V"
        undo()
        assert contents(data) == [[ANN.id, "=U", None], [BOB.id, "=V", "x"]]

    def test_under_a_filter_they_come_back_cell_by_cell(self, data: SheetData) -> None:
        self.forced()
        made = lay(data, [*HEADER, "notes", "owes"], row(BOB, "x", 5.0), row(ANN, None, None))
        refresh(ANN)
        made.filtered = True
        undo()
        assert contents(data)[1] == row(BOB, "x", 5.0)

    def test_a_person_whose_id_changed_has_the_former_one_again(self, data: SheetData) -> None:
        hidden = Contact("102388094480549@lid", "Jo", "", "user")
        lay(data, [*HEADER, "notes"], row(hidden, "plays football"))
        pairs.keep(MAIN.id_instance, [Pair(hidden.id, EVE.id, GROUP, lists.day(0))])
        refresh(EVE)
        undo()
        assert contents(data) == [row(hidden, "plays football")]

    def test_of_two_rows_of_one_person_the_one_that_was_written_is_put_back(
        self, data: SheetData
    ) -> None:
        made = lay(data, [*HEADER, "notes"], row(ANN, "tea"), row(ANN, None))
        refresh(ANNA)
        data.sort(made, "name")
        undo()
        assert contents(data, "name", "notes") == [["Ann", None], ["Ann", "tea"]]

    def test_of_two_rows_with_one_id_that_both_changed_since_none_is_touched(
        self, data: SheetData
    ) -> None:
        lay(data, HEADER, row(ANN), row(ANN))
        refresh(ANNA)
        for line in (2, 3):
            data.cell(line, 3).enter("mine")
        assert undo() == Undone(restored=0, taken_away=0, brought_back=0, noted=0, lost=1)
        assert contents(data, "name", "contactName") == [["Anna", "mine"], ["Ann", "mine"]]

    def test_columns_the_user_moved_meanwhile_are_found(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN), row(BOB))
        refresh(ANNA, BO)
        for line in range(1, 4):
            data.cells[line, 2], data.cells[line, 4] = data.cells[line, 4], data.cells[line, 2]
        undo()
        assert contents(data, "name", "type") == [["Ann", "user"], ["Bob", "user"]]

    def test_rows_the_user_deleted_are_counted_and_nothing_else(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN), row(BOB))
        refresh(ANNA, BO)
        data.cell(2, 1).enter("somebody else")
        assert undo() == Undone(restored=1, taken_away=0, brought_back=0, noted=0, lost=1)


class TestPlace:
    def test_what_made_way_for_new_rows_comes_back_up(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        data.cell(4, 1).enter("my line")
        refresh(ANN, BOB, EVE)
        undo()
        assert data.values("A4:A6") == [["my line"], [None], [None]]

    def test_what_stands_below_a_row_of_totals_comes_back_up(self, data: SheetData) -> None:
        made = lay(data, HEADER, row(ANN), ["Total", None, None, None])
        made.totals = True
        data.cell(9, 1).enter("far")
        refresh(ANN, BOB, EVE)
        undo()
        assert data.values("A3:A3") == [["Total"]]
        assert data.values("A9:A9") == [["far"]]

    def test_what_had_not_moved_does_not_move(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        data.cell(9, 1).enter("far")
        refresh(ANN, BOB, EVE)
        undo()
        assert data.values("A9:A9") == [["far"]]


class TestOnce:
    def test_a_refresh_is_undone_once(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANNA)
        undo()
        assert workbook_memory.last_refresh(xw.Book.caller()) is None

    def test_a_refresh_that_changes_nothing_leaves_the_one_before_to_undo(
        self, data: SheetData
    ) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANNA)
        refresh(ANNA)
        undo()
        assert contents(data) == [row(ANN)]

    def test_each_workbook_has_its_own(self, excel: Excel, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANNA)
        excel.full_name, excel.window = "Book2", 2
        assert workbook_memory.last_refresh(xw.Book.caller()) is None

    def test_a_workbook_that_was_saved_since_then_is_the_same(
        self, excel: Excel, data: SheetData, tmp_path: Path
    ) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANNA)
        excel.full_name = str(tmp_path / "people.xlsx")
        undo()
        assert contents(data) == [row(ANN)]
        assert workbook_memory.last_refresh(xw.Book.caller()) is None

    def test_a_sheet_that_was_made_is_nothing_to_undo(self, excel: Excel) -> None:
        make(ANN)
        assert workbook_memory.last_refresh(xw.Book.caller()) is None

    def test_a_refusal_touches_nothing_and_can_be_repeated(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANNA)
        data.protected = True
        with pytest.raises(SheetProtected):
            undo()
        data.protected = False
        data.cell(1, 1).enter("ident")
        with pytest.raises(IdTitleMissing):
            undo()
        data.cell(1, 1).enter("id")
        assert undo().restored == 1


names = st.text("ab", max_size=2)
numbers = st.integers(1, 9)


@limits(max_examples=60)
@given(
    there=st.dictionaries(numbers, st.tuples(names, st.sampled_from(["", "mine"]))),
    listed=st.dictionaries(numbers, names),
    seed=st.randoms(use_true_random=False),
)
def test_whatever_a_refresh_did_and_however_the_user_sorted_it_all_comes_back(
    there: dict[int, tuple[str, str]], listed: dict[int, str], seed: Random
) -> None:
    with pytest.MonkeyPatch.context() as patch, started(patch) as excel:
        data = excel.sheets[0]
        rows = [row(person(at, name), note or None) for at, (name, note) in there.items()]
        lay(data, [*HEADER, "notes"], *rows)
        before = contents(data)
        workbook_memory.remember(xw.Book.caller(), "Contacts", ManagedTable.of(MAIN, ()))
        refresh(*[person(at, name) for at, name in listed.items()])
        shuffled = contents(data)
        seed.shuffle(shuffled)
        for down, values in enumerate(shuffled, 2):
            for right, value in enumerate(values, 1):
                data.cell(down, right).value = value
        if workbook_memory.last_refresh(xw.Book.caller()):
            undo()
        after = contents(data) if table().data_body_range else []
        assert sorted(map(str, after)) == sorted(map(str, before if rows else []))
