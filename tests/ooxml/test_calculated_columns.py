"""Which formula a new row of a table gets in each column, and how it is written there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from lxml import etree

from tests.ooxml.small_books import book, part, sheet, table, the_table
from tests.ooxml.small_files import MAIN, TABLE
from workbook.merge.ranges import LAST_ROW
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.calculated_columns import Filling, fillings, withheld
from workbook.ooxml.markup import namespace
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid


def people(
    *definitions: str, cells: Mapping[str, str] | None = None, ref: str = "B2:C5"
) -> tuple[Table, Grid]:
    """Return a table whose last columns have these definitions, titles in B2 and rows below."""
    columns = [
        each if each.startswith("<") else defined(each) if each else "x" for each in definitions
    ]
    there = book(
        {"People": sheet(cells or {})},
        arrows={part(1): [("table", TABLE)]},
        **{"tables/table1": table(ref, *columns)},
    )
    return the_table(there)


def defined(formula: str, attributes: str = "") -> str:
    """Return a column that a formula fills."""
    text = f"<calculatedColumnFormula {attributes}>{formula}</calculatedColumnFormula>"
    return f'<tableColumn name="x">{text}</tableColumn>'


def filled(at: int, *definitions: str, cells: Mapping[str, str] | None = None) -> Filling | None:
    """Return the formula of one of these columns for rows down to 9."""
    return fillings(*people(*definitions, cells=cells), 9)[at]


class TestDefinitions:
    def test_each_column_has_its_own_and_one_without_has_none(self) -> None:
        found = fillings(*people("", "LEN(A3)", "1+1"), 9)
        assert found == {
            1: Filling(3, "LEN(A3)", 3, False, None, True),
            2: Filling(4, "1+1", 3, False, None, False),
        }

    def test_an_equals_sign_in_front_does_not_count(self) -> None:
        first = filled(0, "=LEN(A3)")
        assert first is not None
        assert first.text == "LEN(A3)"

    @pytest.mark.parametrize("formula", ["=", "LEN(", "1+)"])
    def test_of_one_that_cannot_be_read_nothing_is_told(self, formula: str) -> None:
        assert filled(0, formula) is None
        assert filled(0, "<tableColumn><calculatedColumnFormula/></tableColumn>") is None

    @pytest.mark.parametrize(("last", "is_told"), [(9, True), (10, False)])
    def test_nor_where_a_reference_would_leave_the_sheet(self, last: int, is_told: bool) -> None:
        there = people(f"A{LAST_ROW - 6}")
        assert (fillings(*there, last)[0] is not None) == is_told

    @pytest.mark.parametrize("length", [9, 10])
    def test_long_ones_are_paid_for(self, length: int) -> None:
        found, grid = people("1+1", "=1+2+3+4")
        grid.budget.characters = length
        if length == 10:
            assert len(fillings(found, grid, 9)) == 2
            return
        with pytest.raises(BrokenPart, match="very long formulas of whole columns") as raised:
            fillings(found, grid, 9)
        assert raised.value.part == TABLE

    @pytest.mark.parametrize(
        ("said", "is_array"), [("array='1'", True), ("array='0'", False), ("", False)]
    )
    def test_an_array_is_one_with_what_its_last_row_says_of_it(
        self, said: str, is_array: bool
    ) -> None:
        above = {"B4": '<c cm="1"/>', "C4": '<c cm="2"/>', "B5": '<c cm="3"/>', "C5": '<c cm="4"/>'}
        found = filled(1, "", defined("LEN([x])", said), cells=above)
        assert found is not None
        assert (found.is_array, found.metadata) == (is_array, "4" if is_array else None)

    @pytest.mark.parametrize("cells", [{}, {"B5": "<c/>"}])
    def test_an_array_may_have_nothing_said_of_it(self, cells: dict[str, str]) -> None:
        found = filled(0, defined("LEN([x])", "array='1'"), cells=cells)
        assert found is not None
        assert (found.is_array, found.metadata) == (True, None)


class TestDoubt:
    @pytest.mark.parametrize(
        ("formulas", "is_believed"),
        [
            (("A3", "A4", "A5"), True),
            (("A3", "A4", "1"), True),
            (("A3", "1", "2"), False),
            (("1", "2", "A5"), False),
            (("A4", "A5", "A6"), False),
            (("A3", "A3", "A3"), False),
            (("A3",), True),
            (("1",), False),
            ((), True),
            (("A3", "1"), False),
        ],
    )
    def test_one_is_believed_where_more_than_half_of_the_rows_have_it(
        self, formulas: tuple[str, ...], is_believed: bool
    ) -> None:
        cells = {f"B{row}": f"={each}" for row, each in enumerate(formulas, 3)}
        assert (filled(0, "A3", cells=cells) is not None) == is_believed

    def test_formulas_around_the_rows_do_not_count(self) -> None:
        cells = {"B2": "=1", "A3": "=1", "C3": "=1", "B6": "=1", "B7": "=1"}
        assert filled(0, "A3", cells=cells) is not None

    def test_only_the_column_that_differs_is_doubted(self) -> None:
        cells = {"B3": "=A3", "C3": "=1", "D3": "=1"}
        found = fillings(*people("A3", "A3", "1+1", cells=cells), 9)
        assert [found[at] is None for at in range(3)] == [False, True, False]

    def test_one_that_is_the_same_in_every_row_is_believed(self) -> None:
        assert filled(0, "$A$3", cells={"B3": "=1", "B4": "=2"}) is not None

    @pytest.mark.parametrize(
        ("rows", "odd", "is_believed"),
        [
            (500, ["B3"], False),
            (501, ["B3"], True),
            (501, ["B4"], False),
            (1_000, ["B3", "B4"], False),
            (1_001, ["B3", "B4"], True),
        ],
    )
    def test_of_many_rows_every_second_or_third_is_asked(
        self, rows: int, odd: list[str], is_believed: bool
    ) -> None:
        there = people("A2", cells={"B2": "=A2", **dict.fromkeys(odd, "=1")}, ref=f"B1:B{1 + rows}")
        assert (fillings(*there, 2_000)[0] is not None) == is_believed

    def test_a_table_without_rows_has_nothing_to_doubt(self) -> None:
        assert fillings(*people("A3", ref="B2:B2"), 9)[0] is not None


class TestWhatANewRowGets:
    def put(self, filling: Filling, row: int) -> str:
        cell = etree.fromstring(f"<c {MAIN}/>")
        filling.put(cell, namespace(cell), row)
        return etree.tostring(cell).decode().replace(f" {MAIN}", "")

    @pytest.mark.parametrize(("row", "text"), [(3, "A3+B$1"), (9, "A9+B$1"), (2, "A2+B$1")])
    def test_one_with_references_is_moved_to_its_row(self, row: int, text: str) -> None:
        filling = Filling(2, "A3+B$1", 3, False, None, moves=True)
        assert self.put(filling, row) == f"<c><f>{text}</f></c>"

    def test_one_without_is_written_as_it_is(self) -> None:
        assert self.put(Filling(2, "1+1", 3, False, None, moves=False), 9) == "<c><f>1+1</f></c>"

    def test_an_array_is_one_of_this_cell_alone(self) -> None:
        filling = Filling(28, "LEN([x])", 3, True, "4", moves=False)
        assert self.put(filling, 9) == '<c cm="4"><f t="array" ref="AB9">LEN([x])</f></c>'


class TestWithheld:
    @pytest.mark.parametrize(
        ("formula", "is_withheld"),
        [
            ("WEBSERVICE([x])", True),
            ("=WEBSERVICE([x])", True),
            ("=Ask([x])", True),
            ("=Other([x])", False),
            ("=1+1", False),
            ("", False),
        ],
    )
    def test_columns_that_could_send_what_they_read_are_told(
        self, formula: str, is_withheld: bool
    ) -> None:
        found, _ = people("1+1", defined(formula))
        meant = {"ask": frozenset({"WEBSERVICE"})}
        assert withheld(found, meant) == ({1} if is_withheld else set())
