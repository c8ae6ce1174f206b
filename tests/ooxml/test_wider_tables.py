"""A table that gets columns: where they come, what they look like, and what speaks against them."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO

import pytest

from tests.ooxml.sheet_and_table import sheet, table, texts
from tests.ooxml.update_files import book
from workbook.merge.model import ExistingTable
from workbook.merge.ranges import LAST_COLUMN, Range, letters
from workbook.merge.refusals import ColumnsInTheWay
from workbook.ooxml.new_columns import widened
from workbook.ooxml.package import Package
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

PACKAGE = Package(BytesIO(book()))  # where other tables would be; there is none but the first
NEW = ("phone", "country")


def wider(
    grid: Grid, there: Table, titles: Sequence[str] = NEW, rows: Sequence[Sequence[str]] = ()
) -> tuple[Table, ExistingTable]:
    existing = ExistingTable(there.titles, [[*row] for row in rows])
    return widened(PACKAGE, there, grid, existing, titles)


def rows(*numbers: int, cells: str = "") -> str:
    return "".join(f'<row r="{at}">{cells.format(at)}</row>' for at in numbers)


def styles(grid: Grid, row: int, columns: str) -> list[str]:
    return [grid.style(row, ord(each) - 64) for each in columns]


class TestTheTable:
    def test_reaches_over_them_and_its_rows_are_blank_there(self) -> None:
        grid = sheet("", before='<dimension ref="F9:G11"/>')
        wide, existing = wider(grid, table("F9:G11"), rows=[("1", "Ann"), ("2", "Bob")])
        assert (str(wide.ref), wide.root.get("ref")) == ("F9:I11", "F9:I11")
        assert existing.header == ["id", "name", *NEW]
        assert existing.rows == [["1", "Ann", "", ""], ["2", "Bob", "", ""]]
        assert grid.root[0].get("ref") == "F9:I11"

    def test_lists_them_behind_its_own_with_numbers_of_their_own(self) -> None:
        there = table("F9:G11")
        there.columns[0].set("id", "7")
        wider(sheet(""), there)
        assert [(each.get("id"), each.get("name")) for each in there.columns] == [
            ("7", "id"),
            ("2", "name"),
            ("8", "phone"),
            ("9", "country"),
        ]
        assert there.root[0].get("count") == "4"
        assert {each.tag for each in there.columns} == {there.columns[0].tag}

    def test_lists_them_like_its_last_column_but_for_what_is_that_ones_own(self) -> None:
        there = table("F9:G11")
        own = {"totalsRowFunction": "sum", "totalsRowLabel": "all", "uniqueName": "2", "uid": "{1}"}
        own["{http://a.b/revision}uid"] = "{2}"
        there.columns[-1].attrib.update({**own, "dataDxfId": "3", "{http://a.b}x": "4"})
        wider(sheet(""), there, ["phone"])
        assert dict(there.columns[-1].attrib) == {
            "id": "3",
            "name": "phone",
            "uniqueName": "2",
            "dataDxfId": "3",
            "{http://a.b}x": "4",
        }

    @pytest.mark.parametrize(
        ("ref", "after"),
        [("F9:G11", "F9:I11"), ("G9:G11", "G9:I11"), ("F9:F11", "F9:F11"), ("", ""), ("?", "?")],
    )
    def test_filters_them_where_it_filtered_its_last_column(self, ref: str, after: str) -> None:
        there = table("F9:G11", inside=f'<autoFilter ref="{ref}"/>')
        wider(sheet(""), there)
        assert there.root[0].get("ref") == after


class TestTheirCells:
    def test_have_the_titles_in_the_header_and_nothing_below(self) -> None:
        grid = sheet("")
        wider(grid, table("F9:G11"))
        assert [cell.findtext("{*}is/{*}t") for cell in grid.row(9)] == [*NEW]
        assert [cell.get("r") for cell in grid.row(9)] == ["H9", "I9"]
        assert [*texts(grid)] == ["H9", "I9"]

    def test_have_no_titles_in_a_table_without_a_header(self) -> None:
        grid = sheet("")
        wider(grid, table("F9:G11", headerRowCount="0"))
        assert not [cell for cell in grid.row(9) if len(cell)]

    def test_look_like_the_last_of_ours_and_their_titles_like_the_last_title(self) -> None:
        cells = '<c r="F{0}" s="1"/><c r="G{0}" s="2"/><c r="H{0}" s="3"/><c r="J{0}" s="9"/>'
        grid = sheet(rows(9, 10, 11, 12, cells=cells))
        wider(grid, table("F9:H11", "id name notes"), ["phone"])
        assert [styles(grid, row, "FGHIJ") for row in (9, 10, 11, 12)] == [
            ["1", "2", "3", "3", "9"],
            ["1", "2", "3", "2", "9"],
            ["1", "2", "3", "2", "9"],
            ["1", "2", "3", "0", "9"],
        ]

    def test_are_not_made_where_they_would_look_so_anyway(self) -> None:
        grid = sheet(
            rows(10, 11, cells='<c r="G{0}" s="4"/>'),
            '<cols><col min="8" max="8" style="4"/></cols>',
        )
        wider(grid, table("F9:G11"), ["phone"])
        assert [grid.found(row, 8) is not None for row in (9, 10, 11)] == [True, False, False]

    @pytest.mark.parametrize(("ref", "after"), [("F9:G11", "F9:I11"), ("F9:G10", "F9:G10")])
    def test_are_spared_the_warnings_that_the_whole_table_is_spared(
        self, ref: str, after: str
    ) -> None:
        ignored = f'<ignoredErrors><ignoredError sqref="{ref}"/><ignoredError/></ignoredErrors>'
        grid = sheet("", behind=ignored)
        wider(grid, table("F9:G11"))
        assert [each.get("sqref") for each in grid.root[-1]] == [after, None]


class TestTheirWidth:
    def widths(self, cols: str) -> list[tuple[str | None, ...]]:
        grid = sheet("", f"<cols>{cols}</cols>" if cols else "")
        wider(grid, table("F9:G11"))
        names = ("min", "max", "width", "customWidth")
        spans = grid.root.iterfind("{*}cols/{*}col")
        return [tuple(each.get(name) for name in names) for each in spans]

    OURS = ("8", "9", "22", "1")

    def test_is_enough_for_a_name(self) -> None:
        assert self.widths("") == [self.OURS]

    @pytest.mark.parametrize(("first", "last"), [(1, 7), (7, 7), (10, 12), (10, 10)])
    def test_stands_in_the_order_of_the_columns(self, first: int, last: int) -> None:
        other = (str(first), str(last), "5", None)
        both = [other, self.OURS] if last < 8 else [self.OURS, other]
        assert self.widths(f'<col min="{first}" max="{last}" width="5"/>') == both

    def test_stands_between_those_before_and_behind(self) -> None:
        found = self.widths('<col min="1" max="2"/><col min="3" max="3"/><col min="10" max="11"/>')
        assert [each[0] for each in found] == ["1", "3", "8", "10"]

    @pytest.mark.parametrize(("first", "last"), [(8, 8), (9, 9), (1, 8), (9, 20), (1, 16384)])
    def test_is_left_where_somebody_has_set_one(self, first: int, last: int) -> None:
        assert len(self.widths(f'<col min="{first}" max="{last}" width="5"/>')) == 1

    def test_of_a_span_without_its_ends_is_that_of_the_first_column(self) -> None:
        assert [each[2] for each in self.widths('<col width="5"/>')] == ["5", "22"]
        grid = sheet("", '<cols><col width="5"/></cols>')
        wider(grid, table("A9:A11", "id"), ["name"])
        assert [each.get("min") for each in grid.root[0]] == [None, "2"]


class TestInTheirWay:
    @pytest.mark.parametrize(("spare", "fits"), [(2, True), (1, False)])
    def test_is_the_end_of_the_sheet(self, spare: int, fits: bool) -> None:
        last = LAST_COLUMN - spare
        there = table(f"{letters(last - 1)}9:{letters(last)}11")
        if fits:
            assert wider(sheet(""), there)[0].ref.right == LAST_COLUMN
        else:
            with pytest.raises(ColumnsInTheWay, match="the end of the sheet") as refused:
                wider(sheet(""), there)
            assert refused.value.titles == NEW

    @pytest.mark.parametrize("place", ["H9", "I9", "H11", "I11"])
    def test_is_what_stands_in_a_cell_of_theirs(self, place: str) -> None:
        cell = f'<row r="{place[1:]}"><c r="{place}"><v>1</v></c></row>'
        with pytest.raises(ColumnsInTheWay, match=f"something in {place} is in the way"):
            wider(sheet(cell), table("F9:G11"))

    @pytest.mark.parametrize("place", ["H8", "J9", "H12", "J11"])
    def test_is_nothing_that_stands_around(self, place: str) -> None:
        cell = f'<row r="{place[1:]}"><c r="{place}"><v>1</v></c></row>'
        assert wider(sheet(cell), table("F9:G11"))[0].ref == Range(6, 9, 9, 11)

    def test_is_the_topmost_of_several_things(self) -> None:
        cell = '<row r="10"><c r="H10"><v>1</v></c></row>'
        merged = '<mergeCells><mergeCell ref="I11:I12"/><mergeCell ref="H9:I9"/></mergeCells>'
        with pytest.raises(ColumnsInTheWay, match=r"a merged cell \(H9:I9\)"):
            wider(sheet(cell, behind=merged), table("F9:G11"))
