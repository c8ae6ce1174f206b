"""Refresh in a workbook: what is written, what stays, and what becomes of a person's notes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest
import xlwings as xw
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from addin.excel import workbook_memory, writing
from tests.hosts.excel_data import Excel, SheetData
from tests.hosts.excel_engine import running
from tests.hosts.excel_tables import (
    ANN,
    BOB,
    EVE,
    HEADER,
    MAIN,
    OTHER,
    contents,
    lay,
    make,
    person,
    refresh,
    row,
)
from tests.store import lists
from workbook.accounts import settings
from workbook.accounts.settings import Settings
from workbook.contacts.contact import NO_CONTACT, Contact
from workbook.contacts.identity import GROUP, Pair
from workbook.errors import WrongUsage
from workbook.merge.refusals import IdsAreFormulas, SecondAccount
from workbook.merge.remarks import remarks
from workbook.store import managed_tables, pairs
from workbook.store.managed_tables import ManagedTable

WRITING = {"Range.Value, written", "Range.NumberFormat", "ListObject.Resize", "Range.Insert"}
ANNA = person(101, "Anna")


def seen(number: float) -> datetime:
    """Return the time of that day's list as a cell shows it."""
    return lists.day(number).astimezone().replace(tzinfo=None)


def timed(excel: Excel, data: SheetData, folder: Path, *rows: Sequence[object]) -> None:
    """Lay a table with times that the command wrote into it; Ann is known for a day longer."""
    excel.full_name = str(folder / "people.xlsx")
    titles = (*HEADER, "firstSeen", "lastSeen")
    managed_tables.remember(
        folder / "people.xlsx", "Contacts", ManagedTable("1101000001", "main", titles)
    )
    lay(data, ["id", "name", "firstSeen", "lastSeen"], *rows)
    lists.came(0, ANN)
    lists.came(1, ANN, BOB)


class TestRows:
    def test_a_known_person_is_updated_and_a_newcomer_comes_below(self, data: SheetData) -> None:
        lay(data, [*HEADER, "notes"], row(BOB, "owes 5"), row(ANN, "met in May"))
        done = refresh(ANNA, EVE, BOB)
        assert contents(data) == [row(BOB, "owes 5"), row(ANNA, "met in May"), row(EVE, None)]
        assert (done.changed, done.new, done.sheet) == (1, 1, "Sheet1")

    def test_notes_stay_with_the_person_after_the_user_sorted(self, data: SheetData) -> None:
        made = lay(data, [*HEADER, "notes"], row(ANN, "tea"), row(BOB, "owes 5"), row(EVE, 7.0))
        data.sort(made, "name", reverse=True)
        refresh(BOB, ANNA, person(103, "Eva"))
        assert contents(data, "name", "notes") == [["Eva", 7.0], ["Bob", "owes 5"], ["Anna", "tea"]]

    def test_columns_moved_and_several_columns_apart_get_their_own_values(
        self, data: SheetData
    ) -> None:
        header = ["type", "notes", "id", "tick", "contactName", "name"]
        lay(data, header, ["user", "mine", ANN.id, True, None, "Ann"], at=(3, 2))
        refresh(person(101, "Anna", "Anna Berg"), BOB)
        assert contents(data) == [
            ["user", "mine", ANN.id, True, "Anna Berg", "Anna"],
            ["user", None, BOB.id, None, None, "Bob"],
        ]

    def test_columns_of_the_user_are_never_written_whatever_they_are_called(
        self, data: SheetData
    ) -> None:
        lay(data, ["id", "name", "phone", "status"], [ANN.id, "Ann", "ask her", "friend"])
        refresh(ANNA, BOB)
        assert contents(data)[0] == [ANN.id, "Anna", "ask her", "friend"]
        assert contents(data)[1] == [BOB.id, "Bob", None, None]

    def test_a_row_that_the_user_added_stays_as_it_is(self, data: SheetData) -> None:
        mine = ["no id at all", 42.0, None, None]
        lay(data, HEADER, row(ANN), mine, row(BOB))
        refresh(ANNA, person(102, "Bo"))
        assert contents(data) == [row(ANNA), mine, row(person(102, "Bo"))]

    def test_a_formula_in_a_cell_of_ours_is_left_and_told(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN), [BOB.id, "=UPPER([@id])", None, "user"], row(EVE))
        done = refresh(ANNA, person(102, "Bo", "Bo Berg"), person(103, "Eva"))
        assert contents(data, "name", "contactName") == [
            ["Anna", None],
            ["=UPPER([@id])", "Bo Berg"],
            ["Eva", None],
        ]
        assert done.left == ("B3",)

    def test_formulas_beside_fill_down_by_excels_own_table(self, data: SheetData) -> None:
        made = lay(data, ["id", "name", "up"], [ANN.id, "Ann", "=UPPER([@name])"])
        made.formulas["up"] = "=UPPER([@name])"
        refresh(ANN, BOB)
        assert contents(data, "name", "up") == [
            ["Ann", "=UPPER([@name])"],
            ["Bob", "=UPPER([@name])"],
        ]

    def test_a_column_that_a_formula_fills_is_the_users(self, data: SheetData) -> None:
        lay(data, HEADER, [ANN.id, "=UPPER([@id])", None, "user"])
        refresh(person(101, "Ann", "Ann Berg"))
        assert contents(data) == [[ANN.id, "=UPPER([@id])", "Ann Berg", "user"]]

    def test_only_our_columns_get_the_text_format(self, data: SheetData) -> None:
        lay(data, ["id", "notes", "name"], [ANN.id, 5.0, "Ann"])
        refresh(ANNA, BOB)
        assert [data.cell(3, column).format for column in (1, 2, 3)] == ["@", "General", "@"]

    @pytest.mark.parametrize("name", ["007", "=1+1", "+49 151", "'a", "TRUE", "1E5"])
    def test_a_name_stays_text_whatever_it_looks_like(self, data: SheetData, name: str) -> None:
        lay(data, HEADER, row(ANN))
        refresh(person(101, name), person(102, name))
        assert [(data.cell(at, 2).value, data.cell(at, 2).formula) for at in (2, 3)] == [
            (name, ""),
            (name, ""),
        ]

    def test_blank_rows_at_the_end_are_filled_before_the_table_grows(self, data: SheetData) -> None:
        lay(data, HEADER, row(ANN), [None] * 4, [None] * 4)
        refresh(ANN, BOB, EVE, person(104, "Flo"))
        assert contents(data, "name") == [["Ann"], ["Bob"], ["Eve"], ["Flo"]]

    def test_an_empty_table_is_filled(self, data: SheetData) -> None:
        lay(data, [*HEADER, "notes"])
        refresh(ANN, BOB)
        assert contents(data) == [row(ANN, None), row(BOB, None)]

    def test_a_person_with_another_id_keeps_row_and_notes(self, data: SheetData) -> None:
        hidden = Contact("102388094480549@lid", "Jo", "", "user")
        lay(data, [*HEADER, "notes"], row(hidden, "plays football"))
        pairs.keep(MAIN.id_instance, [Pair(hidden.id, EVE.id, GROUP, lists.day(0))])
        done = refresh(EVE)
        assert contents(data) == [row(EVE, "plays football")]
        assert done.moved == {hidden.id: EVE.id}


class TestNothingToDo:
    def test_a_list_that_changes_nothing_writes_nothing(
        self, excel: Excel, data: SheetData
    ) -> None:
        lay(data, [*HEADER, "notes"], row(ANN, "tea"), row(BOB, 5.0))
        excel.calls.clear()
        done = refresh(BOB, ANN)
        assert not WRITING & {*excel.calls}
        assert not done.written

    def test_ids_that_became_numbers_are_known_and_left(
        self, excel: Excel, data: SheetData
    ) -> None:
        lay(data, HEADER, [10_000_001.0, "Max", None, "user"])
        refresh(Contact("10000001", "Max", "", "user"))
        assert contents(data) == [[10_000_001.0, "Max", None, "user"]]
        assert not WRITING & {*excel.calls}

    def test_a_refusal_touches_nothing(self, excel: Excel, data: SheetData) -> None:
        lay(data, ["id", "name"], ["=A1", "Ann"])
        with pytest.raises(IdsAreFormulas):
            refresh(ANNA)
        assert contents(data) == [["=A1", "Ann"]]
        assert not WRITING & {*excel.calls}

    def test_a_refusal_changes_nothing_of_what_is_remembered(
        self, excel: Excel, data: SheetData, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(writing, "PATIENCE", 0)
        lay(data, HEADER, row(ANN)).filtered = True
        with pytest.raises(WrongUsage, match="filtered"):
            refresh(ANNA)
        assert workbook_memory.recall(xw.Book.caller(), "Contacts") == ManagedTable()

    def test_a_new_table_that_is_refused_leaves_the_last_refresh_to_undo(
        self, excel: Excel, data: SheetData
    ) -> None:
        lay(data, HEADER, row(ANN))
        refresh(ANNA)
        data.tables[0].name, excel.names["Contacts"] = "Other", "=1"
        with pytest.raises(WrongUsage, match="Name Manager"):
            make(BOB, account=OTHER)
        assert workbook_memory.last_refresh(xw.Book.caller()) is not None
        assert workbook_memory.recall(xw.Book.caller(), "Contacts").alias == "main"


class TestMissing:
    def gone(self) -> None:
        """Let Bob be missing from three lists in a row."""
        for number, who in enumerate(([ANN, BOB], [ANN], [ANN], [ANN])):
            lists.came(number, *who)

    def test_nobody_is_removed_unless_that_was_set(self, data: SheetData) -> None:
        self.gone()
        lay(data, HEADER, row(ANN), row(BOB))
        done = refresh(ANN)
        assert contents(data) == [row(ANN), row(BOB)]
        assert (done.removed, done.unseen) == (0, (BOB.id,))

    def test_rows_of_people_three_times_missing_are_removed_where_that_was_set(
        self, data: SheetData
    ) -> None:
        self.gone()
        settings.save(Settings(missing="remove"))
        lay(data, HEADER, row(BOB), row(ANN), row(EVE))
        assert refresh(ANNA).removed == 1
        assert contents(data) == [row(ANNA), row(EVE)], "Eve was never confirmed to be gone"

    def test_nobody_is_removed_by_an_answer_with_a_row_that_is_no_contact(
        self, data: SheetData
    ) -> None:
        self.gone()
        settings.save(Settings(missing="remove"))
        lay(data, HEADER, row(BOB), row(ANN))
        assert refresh(ANN, dropped=Counter({NO_CONTACT: 1})).removed == 0
        assert contents(data) == [row(BOB), row(ANN)]
        assert refresh(ANN).removed == 1

    def test_a_row_in_which_the_user_wrote_is_never_removed(self, data: SheetData) -> None:
        self.gone()
        settings.save(Settings(missing="remove"))
        lay(data, [*HEADER, "notes"], row(BOB, "owes 5"), row(ANN, None))
        assert refresh(ANN).removed == 0
        assert contents(data, "notes") == [["owes 5"], [None]]

    def test_it_is_removed_where_that_was_set_too(self, data: SheetData) -> None:
        self.gone()
        settings.save(Settings(missing="remove", remove_noted=True))
        lay(data, [*HEADER, "notes"], row(BOB, "owes 5"), row(ANN, "tea"))
        assert refresh(ANN).removed == 1
        assert contents(data) == [row(ANN, "tea")]

    def test_without_removing_no_row_with_notes_is_removed_either(self, data: SheetData) -> None:
        self.gone()
        settings.save(Settings(missing="keep", remove_noted=True))
        lay(data, [*HEADER, "notes"], row(BOB, "owes 5"), row(ANN, "tea"))
        assert refresh(ANN).removed == 0

    def test_nobody_is_removed_while_a_filter_hides_rows(self, data: SheetData) -> None:
        self.gone()
        settings.save(Settings(missing="remove"))
        lay(data, HEADER, row(BOB), row(ANN)).filtered = True
        done = refresh(ANN)
        assert done.removed == 0
        assert "the table is filtered" in done.notices[0]

    def test_a_newcomer_in_a_filtered_table_is_told_with_the_way_to_see_him(
        self, data: SheetData
    ) -> None:
        lay(data, HEADER, row(ANN)).filtered = True
        assert refresh(ANN).notices == ()
        done = refresh(ANN, BOB)
        assert done.new == 1
        assert done.notices[0].endswith("To see them, clear the filter (Data, Clear).")

    def test_people_are_marked_in_a_status_column_of_ours_where_that_was_set(
        self, excel: Excel
    ) -> None:
        settings.save(Settings(missing="mark"))
        data = make(ANN, BOB)
        self.gone()
        refresh(ANN)
        assert contents(data, "name", "status")[1] == ["Bob", "not seen"]
        assert contents(data, "statusDate") == [[None], [seen(0)]]

    def test_a_status_column_of_the_user_is_never_marked(self, data: SheetData) -> None:
        settings.save(Settings(missing="mark"))
        lay(data, [*HEADER, "status"], row(ANN, "friend"), row(BOB, None))
        done = refresh(ANNA)
        assert contents(data, "status") == [["friend"], [None]]
        assert any("--columns basic,status" in said for said in remarks(done))


class TestAccounts:
    def test_a_second_account_is_refused_for_a_table_without_accounts(self, excel: Excel) -> None:
        data = make(ANN)
        with pytest.raises(SecondAccount, match=r'belongs to "main".*rows of "other"'):
            refresh(BOB, account=OTHER)
        assert contents(data) == [row(ANN)]

    def test_a_table_the_user_made_belongs_to_who_filled_it_first(self, data: SheetData) -> None:
        lay(data, HEADER)
        refresh(ANN)
        with pytest.raises(SecondAccount):
            refresh(BOB, account=OTHER)

    def test_whose_a_table_is_outlives_excel(
        self, excel: Excel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        excel.full_name = str(tmp_path / "people.xlsx")
        make(ANN)
        monkeypatch.setattr(workbook_memory, "_unsaved", {})
        with pytest.raises(SecondAccount):
            refresh(BOB, account=OTHER)

    def test_whose_a_table_is_outlives_the_first_save(self, excel: Excel, tmp_path: Path) -> None:
        make(ANN)
        excel.full_name = str(tmp_path / "people.xlsx")
        with pytest.raises(SecondAccount):
            refresh(BOB, account=OTHER)
        refresh(BOB)
        assert managed_tables.recall(tmp_path / "people.xlsx", "Contacts").alias == "main"

    def test_another_workbook_is_not_taken_for_the_one_that_was_saved(
        self, excel: Excel, tmp_path: Path
    ) -> None:
        data = make(ANN)
        excel.full_name, excel.window = str(tmp_path / "people.xlsx"), 2
        refresh(BOB, account=OTHER)
        assert contents(data, "name") == [["Ann"], ["Bob"]]

    def test_a_status_column_written_before_the_first_save_is_ours(
        self, excel: Excel, tmp_path: Path
    ) -> None:
        settings.save(Settings(missing="mark"))
        data = make(ANN, BOB)
        excel.full_name = str(tmp_path / "people.xlsx")
        refresh(ANN)
        assert contents(data, "status")[1] == ["not seen"]

    def test_columns_that_the_command_wrote_are_ours_in_excel_too(
        self, excel: Excel, data: SheetData, tmp_path: Path
    ) -> None:
        excel.full_name = str(tmp_path / "people.xlsx")
        titles = (*HEADER, "phone", "firstSeen")
        managed_tables.remember(
            tmp_path / "people.xlsx", "Contacts", ManagedTable("1101000001", "main", titles)
        )
        lay(data, ["id", "phone", "firstSeen"], [ANN.id, None, None])
        lists.came(0, ANN)
        refresh(ANN)
        [[phone, first]] = contents(data, "phone", "firstSeen")
        assert phone == "+12025550101"
        assert first == seen(0)

    def test_times_are_dates_in_cells_and_are_not_written_twice(
        self, excel: Excel, data: SheetData, tmp_path: Path
    ) -> None:
        timed(
            excel,
            data,
            tmp_path,
            [ANN.id, "Ann", f"{lists.day(0).astimezone():%Y-%m-%d %H:%M:%S %z}", None],
        )
        refresh(ANN, BOB)
        assert contents(data, "firstSeen") == [[seen(0)], [seen(1)]]
        assert data.cell(3, 3).format == "yyyy-mm-dd hh:mm"
        excel.calls.clear()
        assert not refresh(ANN, BOB).written
        assert not WRITING & excel.counted().keys()

    def test_a_text_of_the_users_among_the_times_stays_a_text(
        self, excel: Excel, data: SheetData, tmp_path: Path
    ) -> None:
        wrong = datetime(2020, 1, 1)
        gone = [EVE.id, "Eve", "@ school", None]
        ann, bob = [ANN.id, "Ann", wrong, None], [BOB.id, "Bob", wrong, None]
        timed(excel, data, tmp_path, ann, gone, bob)
        refresh(ANN, BOB)
        assert contents(data, "firstSeen") == [[seen(0)], ["@ school"], [seen(1)]]

    def test_rows_of_other_accounts_are_left_and_never_missing(
        self, excel: Excel, data: SheetData, tmp_path: Path
    ) -> None:
        excel.full_name = str(tmp_path / "people.xlsx")
        owned = ManagedTable("1101000001", "main", (*HEADER, "account"))
        managed_tables.remember(tmp_path / "people.xlsx", "Contacts", owned)
        lay(data, ["id", "name", "account"], [ANN.id, "Ann", "other"], [BOB.id, "Bob", "main"])
        done = refresh(ANNA)
        assert contents(data) == [
            [ANN.id, "Ann", "other"],
            [BOB.id, "Bob", "main"],
            [ANN.id, "Anna", "main"],
        ]
        assert done.unseen == (BOB.id,)


cells = st.one_of(
    st.none(), st.text(st.characters(codec="utf-8"), max_size=3), st.floats(0, 9), st.just("=1")
)


@limits(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations([*HEADER, "notes", "tick"]),
    rows=st.lists(
        st.tuples(st.integers(1, 12), cells, cells), max_size=8, unique_by=lambda r: r[0]
    ),
    listed=st.lists(
        st.tuples(st.integers(1, 12), st.text("abc=", max_size=2)), unique_by=lambda c: c[0]
    ),
)
def test_whatever_stands_in_a_table_every_note_stays_with_its_person(
    home: Path,
    order: list[str],
    rows: list[tuple[int, object, object]],
    listed: list[tuple[int, str]],
) -> None:
    with running() as excel:
        data = excel.sheets[0]
        there = [
            {
                **dict(zip(HEADER, row(person(number, "old")), strict=True)),
                "notes": one,
                "tick": two,
            }
            for number, one, two in rows
        ]
        lay(data, order, *[[line[title] for title in order] for line in there])
        workbook_memory.remember(xw.Book.caller(), "Contacts", ManagedTable.of(MAIN, HEADER))
        before = contents(data, "id", "notes", "tick") if rows else []
        refresh(*[person(number, name) for number, name in listed])
        after = contents(data, "id", "notes", "tick")
        assert after[: len(before)] == before
        assert {line[0] for line in after} >= {person(number).id for number, _ in listed}
        excel.calls.clear()
        refresh(*[person(number, name) for number, name in listed])
        assert not WRITING & {*excel.calls}
