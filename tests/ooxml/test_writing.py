"""What is written into a cell, and what the table around it says then."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from io import BytesIO

import pytest
from lxml import etree

from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    SHEET,
    TABLE,
    book,
    parts,
    read,
    replaced,
    updated,
)
from workbook.merge.model import Notes, Plan
from workbook.merge.ranges import Range
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.budget import Budget
from workbook.ooxml.calculated_columns import Filling
from workbook.ooxml.package import Package
from workbook.ooxml.styles import Formats
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid
from workbook.ooxml.writing import (
    Cells,
    append_rows,
    forget_result,
    set_number,
    set_text,
    write_updates,
)

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NS = f"{{{NAMESPACE}}}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
OLD = "<f>A1</f><v>7</v><is><t>old</t></is><extLst/>"


def cell(
    inner: str = OLD, attributes: str = 't="str" cm="1" vm="2" s="3" r="B2"'
) -> etree._Element:
    return etree.fromstring(f'<c xmlns="{NAMESPACE}" {attributes}>{inner}</c>')


def said(of: etree._Element) -> tuple[dict[str, str], list[str]]:
    """Return the attributes of a cell, and what is in it."""
    return {str(k): str(v) for k, v in of.attrib.items()}, [
        etree.QName(each).localname for each in of
    ]


def test_a_text_replaces_all_that_was_in_a_cell_but_its_style_and_extensions() -> None:
    there = cell()
    set_text(there, NS, "Ann", Counter())
    assert said(there) == ({"t": "inlineStr", "s": "3", "r": "B2"}, ["is", "extLst"])
    assert "".join(there.itertext()) == "Ann"
    set_text(there, NS, "", Counter())
    assert said(there) == ({"s": "3", "r": "B2"}, ["extLst"])


def test_so_does_a_number() -> None:
    there = cell()
    set_number(there, NS, 46350.5)
    assert said(there) == ({"s": "3", "r": "B2"}, ["v", "extLst"])
    assert there.findtext(f"{NS}v") == "46350.5"


def test_of_a_result_that_is_forgotten_the_formula_stays() -> None:
    there = cell("<f>A1</f><v>7</v>", 't="str" s="3"')
    forget_result(there, NS)
    assert said(there) == ({"s": "3"}, ["f"])


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [("Ann", False), ("An n", False), (" Ann", True), ("Ann ", True), ("An\nn", True)],
)
def test_blanks_and_lines_that_programs_would_drop_are_marked(text: str, is_kept: bool) -> None:
    there = cell("")
    set_text(there, NS, text, Counter())
    held = there.find(f"{NS}is/{NS}t")
    assert held is not None
    assert (held.text, held.get(SPACE)) == (text, "preserve" if is_kept else None)


@pytest.mark.parametrize(
    ("text", "held"),
    [("_x0041_", "_x005F_x0041_"), ("a_xyz", "a_xyz"), ("a\x07b", "a_x0007_b"), ("ü😀", "ü😀")],
)
def test_what_a_part_cannot_hold_is_escaped(text: str, held: str) -> None:
    there = cell("")
    set_text(there, NS, text, Counter())
    assert "".join(there.itertext()) == held


OURS = {"id": 0, "name": 1, "knownBy": 2, "time": 3}
AT = "2026-11-20T10:15:00"
LIKE_ID = Filling(3, "B2&1", 2, is_array=False, metadata=None, moves=True)


def written(
    updates: Mapping[int, Mapping[int, str]] | None = None,
    filled: Sequence[int] = (),
    appended: Sequence[Mapping[int, str]] = (),
    *,
    since_1904: bool = False,
) -> Cells:
    """Return what writes this into a table."""
    notes = Notes([], {}, [], (), [], [], [], [], [], [], None, 0, Counter())
    plan = Plan(OURS, updates or {}, filled, appended, (), notes)
    return Cells(plan, Formats(Package(BytesIO(book()))), since_1904=since_1904)


def sheet(rows: str, columns: str = "", *, added: int = 0) -> tuple[Table, Grid]:
    """Return a table in B1:E3 and its sheet, whose new rows may get so many bytes beside contacts."""
    text = f'<worksheet xmlns="{NAMESPACE}">{columns}<sheetData>{rows}</sheetData></worksheet>'
    grid = Grid(text.encode(), "sheet1.xml", Budget(0, 0, 0, 0, added))
    ref = Range(2, 1, 5, 3)
    return Table(
        "Contacts", "Sheet1", "table1.xml", "sheet1.xml", ref, etree.Element("table")
    ), grid


def shown(grid: Grid) -> dict[str, str]:
    """Return what the cells of a sheet hold, formulas with "=" and their results."""
    cells = [cell for _, row in grid.rows(1, 99) for _, cell in grid.cells(row)]
    return {
        cell.get("r", ""): "".join(
            ("=" if each.tag == f"{NS}f" else "") + "".join(map(str, each.itertext()))
            for each in cell
        )
        for cell in cells
    }


def in_styles(grid: Grid) -> dict[str, str | None]:
    return {cell.get("r", ""): cell.get("s") for _, row in grid.rows(1, 99) for cell in row}


def long(size: int) -> Filling:
    """Return a formula of so many characters."""
    return Filling(3, "1" * size, 2, is_array=False, metadata=None, moves=False)


@pytest.mark.parametrize(
    ("title", "text", "kind", "held"),
    [
        ("id", "7", "inlineStr", "7"),
        ("name", AT, "inlineStr", AT),
        ("knownBy", "12", None, "12"),
        ("knownBy", "twelve", "inlineStr", "twelve"),
        ("knownBy", "²", "inlineStr", "²"),
        ("knownBy", "", None, ""),
        ("time", "12", "inlineStr", "12"),
        ("time", "soon", "inlineStr", "soon"),
        ("time", "", None, ""),
    ],
)
def test_a_number_is_written_where_a_column_has_numbers_and_else_a_text(
    title: str, text: str, kind: str | None, held: str
) -> None:
    there = cell("")
    written().put(there, NS, OURS[title], text)
    assert (there.get("t"), "".join(there.itertext()), there.get("s")) == (kind, held, "3")


@pytest.mark.parametrize(("since_1904", "days"), [(False, 46346), (True, 44884)])
def test_a_time_is_written_as_days_that_show_as_a_date(since_1904: bool, days: int) -> None:
    there = cell("", 't="str"')
    cells = written(since_1904=since_1904)
    cells.put(there, NS, OURS["time"], "2026-11-20T12:00:00")
    assert said(there) == ({"s": cells.formats.dated("0")}, ["v"])
    assert cells.formats.dated("0") != "0"
    assert there.findtext(f"{NS}v") == f"{days}.5"


def test_what_had_to_be_escaped_is_noted() -> None:
    cells = written()
    for text in ("Ann", "_x0041_", "a\x07b"):
        cells.put(cell(""), NS, OURS["name"], text)
    assert cells.plan.notes.altered.total() == 2


def test_new_values_go_into_the_rows_below_the_header() -> None:
    table, grid = sheet('<row r="2"><c r="A2"><v>5</v></c><c r="B2"><v>6</v></c></row>')
    write_updates(written({1: {0: "a", 3: "b"}, 0: {0: "c"}}), table, grid, {})
    assert shown(grid) == {"A2": "5", "B2": "c", "B3": "a", "E3": "b"}


def test_formulas_beside_new_values_forget_their_results() -> None:
    line = '<c r="F{0}" t="str"><f>B{0}</f><v>old</v></c><c r="G{0}" t="b"><v>1</v></c>'
    table, grid = sheet("".join(f'<row r="{at}">{line.format(at)}</row>' for at in (2, 3)))
    write_updates(written({1: {0: "new"}}), table, grid, {})
    assert shown(grid) == {"F2": "=B2old", "G2": "1", "B3": "new", "F3": "=B3", "G3": "1"}
    assert [grid.cell(3, column).get("t") for column in (6, 7)] == [None, "b"]


def test_blank_rows_that_get_somebody_get_the_formulas_of_their_columns() -> None:
    table, grid = sheet('<row r="3"><c r="C3"><v>5</v></c></row>')
    fillings = {1: LIKE_ID, 2: LIKE_ID, 3: None}
    write_updates(written({0: {0: "a"}, 1: {0: "b"}}, filled=[1]), table, grid, fillings)
    assert {at: text for at, text in shown(grid).items() if text} == {
        "B2": "a", "B3": "b", "C3": "5", "D3": "=B3&1",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("fillings", "bytes_a_row"),
    [
        ({}, 0),
        ({2: long(2_008)}, 0),
        ({2: long(2_009)}, 1),
        ({1: long(1_000), 2: long(1_000), 3: None}, 32),
    ],
)
def test_formulas_of_blank_rows_are_paid_as_far_as_they_are_far_more_than_contacts(
    fillings: dict[int, Filling | None], bytes_a_row: int
) -> None:
    filled = written({0: {0: "a"}, 1: {0: "b"}}, filled=[0, 1])
    write_updates(filled, *sheet("", added=2 * bytes_a_row), fillings)
    with pytest.raises(BrokenPart, match=r"table1\.xml.*far more than contacts"):
        write_updates(filled, *sheet("", added=2 * bytes_a_row - 1), fillings)


def test_new_rows_come_below_the_table_with_cells_for_what_they_have() -> None:
    table, grid = sheet('<row r="3"><c r="B3"><v>1</v></c></row>')
    new = [{1: "Ann", 0: "a", 2: ""}, {0: "b"}]
    append_rows(written(appended=new), table, grid, {3: None}, ["0"] * 4)
    assert shown(grid) == {"B3": "1", "B4": "a", "C4": "Ann", "B5": "b"}


def test_new_cells_have_the_styles_of_their_columns_be_they_blank_or_not() -> None:
    table, grid = sheet("", '<cols><col min="3" max="4" style="7"/></cols>')
    append_rows(written(appended=[{0: "a"}]), table, grid, {}, ["8", "7", "0", "9"])
    assert in_styles(grid) == {"B4": "8", "D4": None, "E4": "9"}


def test_no_style_of_a_row_shows_through_a_new_one() -> None:
    table, grid = sheet('<row r="4" s="5" customFormat="1"/>', added=120)
    append_rows(written(appended=[{1: "a"}, {0: "b"}]), table, grid, {}, ["0", "0", "5", "0"])
    assert in_styles(grid) == {"B4": None, "C4": None, "E4": None, "B5": None, "D5": "5"}


def test_new_rows_get_the_formulas_of_their_columns() -> None:
    table, grid = sheet("")
    fillings = {2: LIKE_ID, 3: None}
    append_rows(written(appended=[{0: "a"}, {}]), table, grid, fillings, ["0"] * 4)
    assert shown(grid) == {"B4": "a", "D4": "=B4&1", "D5": "=B5&1"}


@pytest.mark.parametrize(
    ("row", "fillings", "styles", "cost"),
    [
        ("", {}, "0000", 0),
        ("", {2: long(1_968), 3: None}, "0000", 0),
        ("", {2: long(1_969)}, "0000", 2),
        ("", {2: long(1_930)}, "7070", 4),
        ('<row r="4" s="5" customFormat="1"/>', {}, "0005", 120),
    ],
)
def test_what_new_rows_get_is_paid_as_far_as_it_is_far_more_than_contacts(
    row: str, fillings: dict[int, Filling | None], styles: str, cost: int
) -> None:
    new = written(appended=[{0: "a"}, {0: "b"}])
    append_rows(new, *sheet(row, added=cost), fillings, styles)
    with pytest.raises(BrokenPart, match=r"table1\.xml.*far more than contacts"):
        append_rows(new, *sheet(row, added=cost - 1), fillings, styles)


def test_filter_sorting_and_the_used_range_reach_over_new_rows() -> None:
    sorting = (
        '<autoFilter ref="A1:E3"/><sortState ref="A2:E3"><sortCondition ref="B2:B3"/>'
        '<sortCondition ref="B2:B2"/></sortState>'
    )
    there = replaced(book(), {TABLE: lambda text: re.sub("<autoFilter[^>]*/>", sorting, text)})
    after = parts(updated(there, ANN, BOB, EVE)[0])
    assert re.findall(r' ref="([^"]+)"', after[TABLE].decode()) == [
        "A1:E4", "A1:E4", "A2:E4", "B2:B4", "B2:B2",
    ]  # fmt: skip
    assert b'<dimension ref="A1:E4"' in after[SHEET]


def test_a_table_that_waits_for_its_first_row_waits_no_more() -> None:
    waiting = replaced(
        book([(None,) * 5]), {TABLE: lambda text: text.replace(" ref=", ' insertRow="1" ref=', 1)}
    )
    after, _ = updated(waiting, ANN)
    assert b"insertRow" not in parts(after)[TABLE]
    assert read(after)[1][1] == "Ann"
