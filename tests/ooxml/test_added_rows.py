"""What is told of rows that come to a table: no room, no formula, hidden, under a chart, filtered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from io import BytesIO

import pytest

from tests.ooxml.sheet_and_table import sheet, table
from tests.ooxml.update_files import zipped
from workbook.merge.model import ExistingTable
from workbook.ooxml.calculated_columns import Filling, Fillings
from workbook.ooxml.checks import Room
from workbook.ooxml.package import Package
from workbook.ooxml.report import about_rows, no_room
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

FILTERED = '<autoFilter ref="A1:B3"><filterColumn colId="0"/></autoFilter>'
PLAIN = table("A1:B3")  # rows 2 and 3
NOTHING = sheet("")
WRITTEN = Filling(1, "1", 2, is_array=False, metadata=None, moves=False)
UNKNOWN = "The new rows have no formula in {}: it is not clear which one, "
OVER = "A chart, picture or box lies over the new rows; move it aside."


def drawn(*anchors: str, damaged: bool = False) -> Package:
    """Return a file with two drawings on its sheet: one that is damaged or blank, and these."""
    arrows = "".join(
        f'<Relationship Id="{name}" Type="x/drawing" Target="{name}.xml"/>' for name in "ab"
    )
    return Package(
        BytesIO(
            zipped(
                {
                    "xl/worksheets/_rels/sheet1.xml.rels": f"<r xmlns='r'>{arrows}</r>".encode(),
                    "xl/worksheets/a.xml": b"<" if damaged else b"<d/>",
                    "xl/worksheets/b.xml": f"<x:d xmlns:x='d'>{''.join(anchors)}</x:d>".encode(),
                }
            )
        )
    )


def anchor(first: tuple[int, int] | None, last: tuple[int, int] | None) -> str:
    """Return what lies from one column and row to another, counted from 0."""
    corners = "".join(
        f"<x:{name}><x:col>{at[0]}</x:col><x:row>{at[1]}</x:row></x:{name}>"
        for name, at in (("from", first), ("to", last))
        if at is not None
    )
    return f"<x:twoCellAnchor>{corners}</x:twoCellAnchor>"


def told(
    rows: Sequence[int],
    there: Table = PLAIN,
    grid: Grid = NOTHING,
    formulas: Fillings | None = None,
    kept_out: Collection[int] = (),
    existing: ExistingTable | None = None,
    package: Package | None = None,
) -> list[str]:
    known = existing or ExistingTable(["id", "name"], [["1", "Ann"], ["2", "Bob"]])
    return [*about_rows(package or drawn(), there, grid, known, formulas or {}, kept_out, rows)]


@pytest.mark.parametrize(
    ("people", "words"),
    [
        (1, "1 new person has no room below the table, for a cell is in the way. "),
        (2, "2 new people have no room below the table, for a cell is in the way. "),
        (1000, "1,000 new people have no room below"),
    ],
)
def test_people_without_room_are_told_with_what_is_in_the_way(people: int, words: str) -> None:
    (sentence,) = no_room(people, Room(0, "a cell"))
    assert sentence.startswith(words)


def test_where_all_have_room_nothing_is_told() -> None:
    assert [*no_room(0, Room(0, "a cell"))] == []


@pytest.mark.parametrize("rows", [[], [3], [4], [3, 4]])
def test_of_plain_rows_nothing_is_told(rows: list[int]) -> None:
    assert told(rows, formulas={1: WRITTEN}) == []


class TestFormulas:
    def test_that_could_send_a_row_away_are_left_out_and_told(self) -> None:
        (sentence,) = told([3], kept_out={1, 0}, formulas={1: None, 0: None})
        assert sentence.startswith("The new rows have no formula in id, name: it can send")
        assert told([], kept_out={1}) == []

    def test_that_are_not_clear_are_told_in_the_order_of_their_names(self) -> None:
        there = ExistingTable(["name", "id"], [["Ann", "1"]])
        (sentence,) = told([3], formulas={0: None, 1: None}, existing=there)
        assert sentence.startswith(UNKNOWN.format("id, name"))

    def test_that_are_left_out_are_not_called_unclear_as_well(self) -> None:
        first, second = told([4], kept_out={1}, formulas={0: None, 1: None})
        assert first.startswith("The new rows have no formula in name: it can send")
        assert second.startswith(UNKNOWN.format("id"))

    def test_that_only_the_last_row_knows_are_told_where_a_row_is_added(self) -> None:
        there = ExistingTable(["id", "name"], [["1", ""], ["2", ""]], formulas={(0, 0), (1, 1)})
        (sentence,) = told([4], existing=there)
        assert sentence.startswith("The new rows have no formula in name: the table does not know")
        assert told([3], existing=there) == []


class TestHiddenRows:
    GRID = '<row r="3" hidden="1"/><row r="4" hidden="1"/><row r="5"/>'

    @pytest.mark.parametrize(
        ("rows", "who"),
        [
            ([3, 5], "1 new person is in hidden rows: 3."),
            ([3, 4], "2 new people are in hidden rows: 3, 4."),
        ],
    )
    def test_are_told_with_those_in_them(self, rows: list[int], who: str) -> None:
        way = "To see them, show these rows (Format, Unhide)."
        assert told(rows, grid=sheet(self.GRID)) == [f"{who} {way}"]

    def test_of_a_filter_are_shown_by_clearing_it(self) -> None:
        filtered = table("A1:B3", inside=FILTERED)
        (sentence,) = told([3], filtered, sheet(self.GRID))
        assert sentence.endswith("To see them, clear the filter (Data, Clear).")


class TestWhatAddedRowsMeet:
    @pytest.mark.parametrize(
        ("first", "last", "over"),
        [
            ((0, 3), (0, 3), True),
            ((1, 3), (1, 3), True),
            ((0, 0), (9, 9), True),
            ((0, 0), (1, 2), False),
            ((0, 4), (1, 9), False),
            ((2, 3), (9, 3), False),
            (None, (0, 3), True),
            ((0, 3), None, False),
        ],
    )
    def test_what_lies_over_them_is_told(
        self, first: tuple[int, int] | None, last: tuple[int, int] | None, over: bool
    ) -> None:
        far = anchor((40, 40), (50, 50))
        found = told([4], package=drawn(far, anchor(first, last)))
        assert found == [OVER] * over

    def test_a_corner_that_is_no_number_is_the_first_cell(self) -> None:
        odd = anchor((0, 3), (0, 3)).replace("<x:col>0<", "<x:col>-1<", 1).replace(">3<", ">3a<", 1)
        assert told([4], table("A1:A3", "id"), package=drawn(odd)) == [OVER]

    def test_totals_that_go_down_are_met_as_well(self) -> None:
        there = table("B1:C4", totalsRowCount="1")
        for row, over in ((2, False), (3, True), (4, True), (5, False)):
            found = told([4], there, package=drawn(anchor((1, row), (1, row))))
            assert found == [OVER] * over

    def test_a_row_within_the_table_was_there_before(self) -> None:
        everywhere = drawn(anchor((0, 0), (9, 9)))
        assert told([3], package=everywhere) == []
        assert told([3, 4], package=everywhere) == [OVER]

    def test_a_damaged_drawing_or_one_with_other_anchors_is_passed_over(self) -> None:
        other = anchor((0, 0), (9, 9)).replace("twoCellAnchor", "oneCellAnchor")
        assert told([4], package=drawn(other, damaged=True)) == []
        assert told([4], package=drawn(anchor((0, 0), (9, 9)), damaged=True)) == [OVER]

    def test_a_filter_that_does_not_hide_them_yet_is_told_last(self) -> None:
        filtered = table("A1:B3", inside=FILTERED)
        found = told([4], filtered, package=drawn(anchor((0, 0), (9, 9))))
        assert found[0] == OVER
        assert found[1].startswith("The table is filtered, and new rows show anyway")
        assert told([3], filtered) == []
        assert told([4], table("A1:B3", inside='<autoFilter ref="A1:B3"/>')) == []
