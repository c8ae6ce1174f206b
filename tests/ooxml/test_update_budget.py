"""What one file may cost: small files that ask for much are refused, honest ones are not."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from io import BytesIO
from zipfile import ZIP_LZMA, ZipFile

import pytest
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.test_update_refusals import refusal
from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    EVE,
    HEADER,
    SHEET,
    TABLE,
    book,
    contact,
    packed,
    read,
    replaced,
    updated,
)
from workbook.merge.model import ExistingTable
from workbook.merge.packed_rows import PackedRows
from workbook.merge.refusals import BrokenPart, NotAWorkbook
from workbook.ooxml import styles
from workbook.ooxml.budget import Budget
from workbook.ooxml.cell_formulas import cell_formulas
from workbook.ooxml.package import Package
from workbook.ooxml.table_part import sheets
from workbook.ooxml.worksheet import PIECE, Grid

RELATIONS, WORKBOOK = "xl/_rels/workbook.xml.rels", "xl/workbook.xml"
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def before(end: str, text: str) -> Callable[[str], str]:
    """Return what puts a text before the end of a part."""
    return lambda part: part.replace(end, text + end)


def counted(monkeypatch: pytest.MonkeyPatch, owner: object, name: str) -> list[object]:
    """Return what grows by the last argument at every call of a function."""
    calls: list[object] = []
    real = getattr(owner, name)

    def counting(*arguments: object) -> object:
        calls.append(arguments[-1])
        return real(*arguments)

    monkeypatch.setattr(owner, name, counting)
    return calls


def grid(rows: str, around: str = "") -> Grid:
    """Return a sheet of these rows."""
    text = f"<worksheet {NAMESPACE}>{around}<sheetData>{rows}</sheetData></worksheet>"
    return Grid(text.encode(), SHEET)


@pytest.mark.parametrize(
    ("part", "end", "element"),
    [
        (RELATIONS, "</Relationships>", "<a/>"),
        (WORKBOOK, "</workbook>", "<a/>"),
        (TABLE, "</table>", "<a/>"),
        (SHEET, "</row>", "<c/>"),
        (SHEET, "</worksheet>", '<a b="" c=""/>'),
    ],
)
def test_a_million_elements_in_a_small_file_are_refused(part: str, end: str, element: str) -> None:
    bomb = replaced(book(), {part: before(end, element * 1_000_000)})
    assert len(bomb) < 64 << 10
    assert "unpacks to more than" in str(refusal(bomb))


def test_a_million_shared_strings_in_a_small_file_are_refused() -> None:
    strings = f"<sst {NAMESPACE}>{'<si/>' * 1_000_000}</sst>"
    arrow = '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    added = {RELATIONS: before("</Relationships>", arrow)}
    bomb = replaced(book(), {**added, "xl/sharedStrings.xml": lambda _: strings})
    assert "unpacks to more than" in str(refusal(bomb))


def test_the_bytes_of_all_parts_are_counted_together() -> None:
    budget = Budget.of(1 << 10)
    assert budget.unpacks(100 << 20)
    assert not budget.unpacks(100 << 20)


@pytest.mark.parametrize("packed_bytes", [10 << 20, 30 << 20])
def test_a_full_sheet_and_its_strings_have_room(packed_bytes: int) -> None:
    budget = Budget.of(packed_bytes)
    assert budget.unpacks(256 << 20)
    assert budget.unpacks(40 << 20)
    assert budget.marks > 1_048_576 * 100


def test_names_that_share_their_packed_bytes_are_refused() -> None:
    data = bytearray(book())
    with ZipFile(BytesIO(data)) as archive:
        infos = archive.infolist()
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 4)
    struct.pack_into("<L", data, second + 42, infos[0].header_offset)
    assert isinstance(refusal(bytes(data)), NotAWorkbook)


def test_a_part_packed_in_a_way_that_no_workbook_may_is_refused() -> None:
    out = BytesIO()
    with ZipFile(BytesIO(book())) as old, ZipFile(out, "w", ZIP_LZMA) as new:
        for name in old.namelist():
            new.writestr(name, old.read(name))
    assert "is damaged" in str(refusal(out.getvalue()))


@pytest.mark.parametrize("start", ['encoding="UTF-7"', 'encoding="IBM037"'])
def test_an_encoding_in_which_elements_cannot_be_counted_is_refused(start: str) -> None:
    declared = f'<?xml version="1.0" {start}?>'
    odd = replaced(book(), {TABLE: lambda text: declared + text.partition("?>")[2]})
    assert "not XML" in str(refusal(odd))


def test_thirty_thousand_beginnings_of_rows_are_passed_over_once() -> None:
    with pytest.raises(BrokenPart, match="before its rows"):
        grid("<row " * 30_000 + "<row r='1'></row>")


def test_widths_of_all_columns_over_and_over_are_refused() -> None:
    spans = '<col min="1" max="16384" style="1"/>' * 10_000
    with pytest.raises(BrokenPart, match="many times"):
        grid("", f"<cols>{spans}</cols>")


def test_a_few_widths_that_overlap_are_taken() -> None:
    spans = '<col min="1" max="3" style="1"/><col min="2" max="2" style="2"/>'
    there = grid("", f"<cols>{spans}</cols>")
    assert [there.blank_style(1, column) for column in (1, 2, 3, 4)] == ["1", "2", "1", "0"]


def test_long_rows_are_held_one_at_a_time() -> None:
    cell = f'<c t="inlineStr"><is><t>{"x" * 30_000}</t></is></c>'
    rows = "".join(f'<row r="{at}">{cell * 20}</row>' for at in range(1, 9))
    there = grid(rows)
    held = [len(piece.data) for piece in there._pieces]
    assert max(held) <= PIECE
    assert [at for at, _ in there.rows(1, 9)] == [*range(1, 9)]


def test_a_row_with_a_million_cells_is_refused() -> None:
    with pytest.raises(BrokenPart, match="more than a sheet has columns"):
        grid(f"<row r='1'>{'<c/>' * 1_000_000}</row>")


def test_a_sheet_that_is_listed_many_times_is_read_once() -> None:
    again = '<sheet name="x" sheetId="9" r:id="rId1"/>' * 50
    named = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    listed = f'<sheets xmlns:r="{named}">{again}</sheets>'
    data = replaced(book(), {WORKBOOK: before("</workbook>", listed)})
    after, _ = updated(data, ANN, BOB)
    assert len(packed(after)) == len(packed(data))


def test_a_sheet_that_is_named_in_another_case_is_the_same_one() -> None:
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    arrow = f'<Relationship Id="x" Type="{office}/worksheet" Target="worksheets/SHEET1.xml"/>'
    again = f'<sheet xmlns:r="{office}" name="x" sheetId="9" r:id="x"/>'
    changes = {RELATIONS: before("</Relationships>", arrow), WORKBOOK: before("</sheets>", again)}
    assert [*sheets(Package(BytesIO(replaced(book(), changes))))] == [("Contacts", SHEET)]


def test_a_table_much_wider_than_what_is_in_it_is_refused() -> None:
    titles = [*HEADER, *(f"c{at}" for at in range(2_000))]
    wide = book([(f"{at}@c.us",) for at in range(500)], titles)
    assert "much larger than what is in it" in str(refusal(wide))


@pytest.mark.slow
def test_a_long_formula_shared_by_very_many_cells_is_refused() -> None:
    first = f'<f t="shared" si="0" ref="Z1:Z9000">{"+".join(["B2"] * 2_000)}</f>'
    more = '<c><f t="shared" si="0"/></c>' * 200
    there = grid(f"<row><c>{first}</c>{more}</row>")
    with pytest.raises(BrokenPart, match="very often"):
        list(cell_formulas(there, 1, 9))


@pytest.mark.slow
def test_very_many_formats_that_refer_to_the_last_row_are_refused() -> None:
    rules = "<formula>$B$2:$B$3</formula>" * 60_000
    data = replaced(book(), {SHEET: before("</worksheet>", rules)})
    with pytest.raises(BrokenPart, match="very many formulas"):
        updated(data, ANN, BOB, EVE)


def test_a_chart_to_which_ten_thousand_ways_lead_is_not_read_so_often(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def arrows(kind: str, target: str) -> str:
        return "".join(
            f'<Relationship Id="{kind}{at}" Type="x/{kind}" Target="{target}"/>'
            for at in range(100)
        )

    chart, drawing = "xl/charts/c.xml", "xl/drawings/d.xml"
    listed = f"<Relationships>{arrows('chart', '../charts/c.xml')}</Relationships>"
    data = replaced(
        book(),
        {
            "xl/worksheets/_rels/sheet1.xml.rels": before(
                "</Relationships>", arrows("drawing", "../drawings/d.xml")
            ),
            drawing: lambda _: "<d/>",
            "xl/drawings/_rels/d.xml.rels": lambda _: listed,
            chart: lambda _: "<c><f>Contacts!$B$2:$B$3</f></c>",
        },
    )
    asked = counted(monkeypatch, Package, "read")
    updated(data, ANN, BOB, EVE)
    assert asked.count(chart) <= 3
    assert asked.count("xl/drawings/_rels/d.xml.rels") <= 3


def test_a_wide_table_gives_new_rows_no_thousand_formats(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.ooxml.budget._ADDED", 100_000)
    titles = [*HEADER, *(f"c{at}" for at in range(300))]
    cells = f'<c t="inlineStr"><is><t>{ANN.id}</t></is></c>' + '<c s="1"/>' * 300
    wide = replaced(
        book([], titles),
        {
            SHEET: before("</sheetData>", f'<row r="2">{cells}</row>'),
            TABLE: lambda part: re.sub(r'ref="A1:([A-Z]+)1"', r'ref="A1:\g<1>2"', part),
        },
    )
    updated(wide, ANN, BOB)
    with pytest.raises(BrokenPart, match="far more than contacts"):
        updated(wide, ANN, *(contact(at) for at in range(10, 30)))


@pytest.mark.parametrize("blank_rows", [0, 40])
def test_a_long_formula_of_a_whole_column_is_not_written_for_everybody(
    monkeypatch: pytest.MonkeyPatch, blank_rows: int
) -> None:
    monkeypatch.setattr("workbook.ooxml.budget._ADDED", 100_000)
    long = book([ANN_ROW, *[()] * blank_rows], formulas={"notes": "+".join(["1"] * 4_000)})
    updated(long, ANN, BOB, EVE)
    with pytest.raises(BrokenPart, match="far more than contacts"):
        updated(long, *(contact(at) for at in range(1, 40)))


def test_very_long_formulas_of_whole_columns_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workbook.ooxml.budget._CHARACTERS", 1_000)
    formulas = {"notes": "+".join(["B2"] * 20_000)}
    with pytest.raises(BrokenPart, match="very long formulas"):
        updated(book(formulas=formulas), ANN, BOB, EVE)


def test_formats_for_very_many_ranges_are_refused() -> None:
    rule = f'<conditionalFormatting sqref="{"A2:E3 " * 100_000}"/>'
    with pytest.raises(BrokenPart, match="very many ranges"):
        updated(replaced(book(), {SHEET: before("</worksheet>", rule)}), ANN, BOB, EVE)


def test_a_sheet_with_a_thousand_namespaces_is_refused() -> None:
    declared = " ".join(f'xmlns:n{at}="u{at}"' for at in range(1_000))
    odd = replaced(
        book(), {SHEET: lambda part: part.replace("<worksheet", f"<worksheet {declared}")}
    )
    assert "very many namespaces" in str(refusal(odd))


def test_each_cell_format_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def dress(sheet: Worksheet) -> None:
        for cell in (cell for row in sheet["A2:BA41"] for cell in row):
            cell.fill = PatternFill("solid", f"{cell.row:06X}")

    rows = [(contact(at).id,) for at in range(1, 41)]
    titles = [*HEADER, *(f"c{at}" for at in range(48))]
    looked = counted(monkeypatch, styles, "_unpainted")
    updated(book(rows, titles, dress=dress), *(contact(at) for at in range(1, 43)))
    assert len(looked) <= 40 + len(titles)


def test_a_wide_row_is_gone_through_once_for_all_its_formulas(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    titles = [f"c{at}" for at in range(300)]
    data = book([ANN_ROW, ()], [*HEADER, *titles], formulas=dict.fromkeys(titles, "1"))
    walks = counted(monkeypatch, Grid, "cells")
    updated(data, ANN, BOB)
    assert len(walks) < 60


def test_a_table_down_to_the_last_row_has_its_blank_rows_looked_at_once() -> None:
    rows = PackedRows(1_048_575, 300)
    rows.put(0, ["1", *[""] * 299])
    there = ExistingTable(["id", *["x"] * 299], rows)
    assert [(any(row), run) for row, run in there.runs()] == [
        (True, range(1)),
        (False, range(1, 1_048_575)),
    ]


def test_a_table_of_titles_alone_gets_rows() -> None:
    after, _ = updated(book([]), ANN)
    assert read(after)[1][0] == ANN.id
