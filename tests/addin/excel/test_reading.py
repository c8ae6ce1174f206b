"""A table on a sheet as Refresh reads it, and what keeps Refresh from touching it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from addin.excel import excel_objects, reading
from tests.hosts.excel_data import SheetData
from tests.hosts.excel_engine import running
from tests.hosts.excel_tables import ANN, BOB, HEADER, lay, row, table
from workbook.errors import ContactsError
from workbook.merge.model import ExistingTable
from workbook.merge.refusals import (
    FilledByQuery,
    IdTitleMissing,
    MergedCells,
    SheetProtected,
    TitleTwice,
)


def test_titles_and_texts_are_read_and_blanks_are_no_text(data: SheetData) -> None:
    lay(data, [*HEADER, "notes"], row(ANN, "met in May"), row(BOB, None), at=(4, 3))
    assert reading.read(table()).existing == ExistingTable(
        (*HEADER, "notes"),
        [[ANN.id, "Ann", "", "user", "met in May"], [BOB.id, "Bob", "", "user", ""]],
        [],
        frozenset(),
    )


def test_an_empty_table_has_no_rows(data: SheetData) -> None:
    lay(data, HEADER)
    assert reading.read(table()).existing.rows == ()


def test_a_table_of_one_cell_is_read(data: SheetData) -> None:
    lay(data, ["id"], [ANN.id])
    assert reading.read(table()).existing.rows == [[ANN.id]]


def test_numbers_are_read_with_their_digits_and_known_to_be_no_text(data: SheetData) -> None:
    lay(data, ["id", "notes"], [10_000_001.0, 7.5], ["10000002", datetime(2026, 11, 23)])
    there = reading.read(table())
    assert [line[0] for line in there.existing.rows] == ["10000001", "10000002"]
    assert there.existing.rows[0][1] == "7.5"
    assert there.foreign == {
        (0, 0): "10000001",
        (0, 1): "7.5",
        (1, 1): "46349",
    }


def test_an_error_value_is_something(data: SheetData) -> None:
    lay(data, ["id", "notes"], [ANN.id, None])
    data.cell(2, 2).formula = "#N/A"  # what Range.Formula says of it; its value is an error
    there = reading.read(table())
    assert there.existing.rows == [[ANN.id, "#N/A"]]
    assert there.foreign == {(0, 1): "#N/A"}


def test_text_that_looks_like_a_formula_is_text(data: SheetData) -> None:
    lay(data, ["id", "name"], [ANN.id, None])
    data.cell(2, 2).value = "=1+1"
    there = reading.read(table())
    assert there.existing.rows == [[ANN.id, "=1+1"]]
    assert (there.existing.formulas, there.foreign) == (frozenset(), {})


def test_a_column_of_formulas_is_the_tables_own_and_reads_as_blank(data: SheetData) -> None:
    lay(data, ["id", "up"], [ANN.id, "=UPPER([@id])"], [BOB.id, "=UPPER([@id])"])
    there = reading.read(table())
    assert there.existing.calculated == ["up"]
    assert there.existing.rows == [[ANN.id, ""], [BOB.id, ""]]
    assert there.existing.formulas == frozenset()


def test_formulas_here_and_there_are_told_with_what_they_show(data: SheetData) -> None:
    lay(data, ["id", "name"], [ANN.id, "=A1"], [BOB.id, "Bob"])
    there = reading.read(table())
    assert there.existing.formulas == {(0, 1)}
    assert there.existing.rows[0] == [ANN.id, "shown"]


def test_a_row_of_totals_is_no_row_of_the_list(data: SheetData) -> None:
    made = lay(data, HEADER, row(ANN), ["total", "=COUNTA(B2:B2)", None, None])
    made.totals = True
    assert len(reading.read(table()).existing.rows) == 1


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (lambda data: setattr(data, "protected", True), SheetProtected),
        (lambda data: setattr(data, "merged", True), MergedCells),
        (lambda data: setattr(data.tables[0], "source", 3), FilledByQuery),
        (lambda data: setattr(data.tables[0], "headers", False), ContactsError),
        (lambda data: setattr(data.cell(1, 1), "value", "ident"), IdTitleMissing),
        (lambda data: setattr(data.cell(1, 2), "value", "type"), TitleTwice),
    ],
)
def test_what_speaks_against_touching_a_table_is_told(
    data: SheetData, change: Callable[[SheetData], None], refusal: type[ContactsError]
) -> None:
    lay(data, HEADER, row(ANN))
    change(data)
    with pytest.raises(refusal, match="Nothing was changed"):
        reading.check(table())


def test_merged_cells_are_told_with_their_place(data: SheetData) -> None:
    lay(data, HEADER, row(ANN), at=(4, 3))
    data.merged = True
    with pytest.raises(MergedCells, match="in C4:F5"):
        reading.check(table())


def test_a_filter_on_any_table_of_the_sheet_counts(data: SheetData) -> None:
    lay(data, HEADER, row(ANN))
    other = lay(data, ["x"], ["y"], at=(1, 9))
    other.name = "Other"
    assert not excel_objects.is_filtered(table())
    other.filtered = True
    assert excel_objects.is_filtered(table())


def test_reading_takes_as_many_calls_for_ten_rows_as_for_ten_thousand() -> None:
    calls = []
    for count in (10, 10_000):
        with running() as excel:
            lay(excel.sheets[0], [*HEADER, "notes"], *[row(ANN, "x")] * count)
            reading.read(table())
            calls.append(excel.counted())
    assert calls[0] == calls[1]
