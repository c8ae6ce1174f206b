"""Which blocks are written: everything that changed, nothing that must stay, and few of them."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from addin.shared import blocks
from addin.shared.blocks import Block, SheetTable, Work
from workbook.merge.model import ExistingTable

OURS = {"id": 1, "name": 2, "type": 4}
HEADER = ("notes", "id", "name", "tick", "type")


def there(rows: int, foreign: Iterable[tuple[int, int]] = ()) -> SheetTable:
    texts = [[f"{row}{title}" for title in HEADER] for row in range(rows)]
    return SheetTable(ExistingTable(HEADER, texts), dict.fromkeys(foreign, "=1"))


def over(table: SheetTable, updates: dict[int, dict[int, str]]) -> list[Block]:
    return [*blocks.over(table, Work(OURS, updates))]


def test_a_block_reaches_from_the_first_changed_row_to_the_last() -> None:
    assert over(there(9), {2: {2: "A"}, 4: {1: "B"}}) == [
        Block(2, 1, [["2id", "A"], ["3id", "3name"], ["B", "4name"]])
    ]


def test_each_group_of_neighbouring_columns_has_its_block_ids_first() -> None:
    found = over(there(3), {0: {4: "user"}, 1: {1: "x"}})
    assert found == [Block(1, 1, [["x", "1name"]]), Block(0, 4, [["user"]])]
    ours = {"type": 0, "id": 3}
    work = Work(ours, {}, [{0: "user", 3: "x"}])
    assert [*blocks.below(there(2), work)] == [Block(2, 3, [["x"]]), Block(2, 0, [["user"]])]


def test_a_formula_between_is_written_around() -> None:
    assert over(there(5, [(2, 2)]), {0: {1: "A"}, 4: {2: "B"}}) == [
        Block(0, 1, [["A", "0name"]]),
        Block(4, 1, [["4id", "B"]]),
    ]


def test_beside_a_formula_only_what_changed_is_written() -> None:
    assert over(there(3, [(1, 2)]), {1: {1: "A"}}) == [Block(1, 1, [["A"]])]


def test_rows_that_hold_a_formula_come_in_their_order() -> None:
    changed = {row: {1: "A"} for row in (16, 3, 9)}
    found = over(there(17, [(row, 2) for row in changed]), changed)
    assert [block.row for block in found] == [3, 9, 16]


def test_a_number_that_changes_is_written_as_any_other_cell() -> None:
    assert over(there(2, [(1, 2)]), {1: {2: "A"}}) == [Block(1, 1, [["1id", "A"]])]


def test_new_rows_get_blanks_where_there_is_nothing() -> None:
    work = Work(OURS, {}, [{1: "x"}, {1: "y", 2: "Y"}])
    assert next(blocks.below(there(7), work)) == Block(7, 1, [["x", ""], ["y", "Y"]])


def test_cells_of_new_rows_are_filled_column_by_column_and_no_cell_between() -> None:
    lines = [{3: "a", 0: "n"}, {3: "b"}, {}, {3: "d"}]
    assert [*blocks.down(there(5), lines)] == [
        Block(5, 3, [["a"], ["b"]]),
        Block(8, 3, [["d"]]),
        Block(5, 0, [["n"]]),
    ]


def test_under_a_filter_they_are_filled_cell_by_cell() -> None:
    filtered = replace(there(5), filtered=True)
    assert [*blocks.down(filtered, [{3: "a"}, {3: "b"}])] == [
        Block(5, 3, [["a"]]),
        Block(6, 3, [["b"]]),
    ]


TIMES = {"id": 0, "fetched": 1, "name": 2}


def timed(*fetched: str, formulas: Iterable[tuple[int, int]] = ()) -> SheetTable:
    """Return a table of so many rows; each time is a number on the sheet, as Excel has it."""
    rows = [[f"{at}id", time, f"{at}name"] for at, time in enumerate(fetched)]
    numbers = {(at, 1): "46344.5" for at in range(len(rows))}
    return SheetTable(ExistingTable((*TIMES,), rows, formulas=frozenset(formulas)), numbers)


def times_written(table: SheetTable) -> list[Block]:
    """Return what is written where the times of the first row and of the last one change."""
    updates = {row: {1: "2026-11-21"} for row in (0, len(table.existing.rows) - 1)}
    return [*blocks.over(table, Work(TIMES, updates))]


@pytest.mark.parametrize("between", ["2026-11-20T10:15:00", ""])
def test_times_are_a_block_by_themselves_and_those_between_are_written_again(between: str) -> None:
    assert times_written(timed("", between, "")) == [
        Block(0, 1, [["2026-11-21"], [between], ["2026-11-21"]], times=True)
    ]


@pytest.mark.parametrize(("between", "formulas"), [("soon", []), ("2026-11-20", [(1, 1)])])
def test_what_is_no_time_and_what_a_formula_says_is_written_around(
    between: str, formulas: list[tuple[int, int]]
) -> None:
    assert times_written(timed("", between, "", formulas=formulas)) == [
        Block(0, 1, [["2026-11-21"]], times=True),
        Block(2, 1, [["2026-11-21"]], times=True),
    ]


def test_cell_by_cell_is_all_of_it_and_ids_come_first() -> None:
    work = Work(OURS, {1: {4: "user", 1: "A"}}, [{2: "Y", 1: "y"}])
    assert [*blocks.single(there(2), work)] == [
        Block(1, 1, [["A"]]),
        Block(1, 4, [["user"]]),
        Block(2, 1, [["y"]]),
        Block(2, 2, [["Y"]]),
    ]


@pytest.mark.parametrize(("numbers", "runs"), [([], []), ([3, 1, 2, 7], [(1, 4), (7, 8)])])
def test_runs_are_numbers_without_a_gap(numbers: list[int], runs: list[tuple[int, int]]) -> None:
    assert blocks.runs(numbers) == [range(*run) for run in runs]


rows = st.integers(0, 11)
places = st.tuples(rows, st.sampled_from([*OURS.values()]))


@given(
    updates=st.dictionaries(places, st.just("new"), max_size=20),
    foreign=st.sets(places, max_size=6),
    formulas=st.sets(places, max_size=6),
)
def test_every_change_is_written_and_nothing_else_becomes_another_text(
    updates: dict[tuple[int, int], str],
    foreign: set[tuple[int, int]],
    formulas: set[tuple[int, int]],
) -> None:
    table = there(12, foreign | formulas)
    wished: dict[int, dict[int, str]] = {}
    for (row, column), text in updates.items():
        if (row, column) not in formulas:  # as a plan leaves them
            wished.setdefault(row, {})[column] = text
    written = {
        (block.row + down, block.column + right): text
        for block in over(table, wished)
        for down, line in enumerate(block.texts)
        for right, text in enumerate(line)
    }
    for (row, column), text in written.items():
        assert column in OURS.values()
        assert text == wished.get(row, {}).get(column, table.existing.rows[row][column])
        assert (row, column) not in table.foreign or column in wished.get(row, {})
    assert {(row, column) for row in wished for column in wished[row]} <= written.keys()


@given(st.sets(rows, min_size=1))
def test_without_anything_foreign_there_is_one_block_for_each_group(changed: set[int]) -> None:
    found = over(there(12), {row: {1: "x", 4: "y"} for row in changed})
    assert [block.column for block in found] == [1, 4]


def test_what_stands_in_the_users_columns_parts_no_block() -> None:
    notes = [(row, 0) for row in range(5)]
    assert len(over(there(5, notes), {0: {1: "A"}, 4: {2: "B"}})) == 1
