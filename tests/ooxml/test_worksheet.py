"""The cells of a sheet, by row and column: as they stand, as they are edited, and as they are kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.merge.ranges import letters
from workbook.merge.refusals import BrokenPart
from workbook.ooxml import worksheet
from workbook.ooxml.budget import Budget
from workbook.ooxml.worksheet import Grid, column_of, set_style

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
AROUND = '<sheetFormatPr/><cols><col min="2" max="3" style="7"/></cols>'

Cells = dict[tuple[int, int], str]
ROW, COLUMN = st.integers(1, 9), st.integers(1, 5)
PLACES = st.tuples(ROW, COLUMN)
CELLS = st.dictionaries(PLACES, st.sampled_from(["a", "b"]), max_size=9)
EDITS = st.lists(st.tuples(PLACES, st.sampled_from(["x", "y"])), max_size=9)


def sheet(rows: str, around: str = "", prefix: str = "") -> Grid:
    """Return a sheet of these rows."""
    names, p = f'xmlns{":" if prefix else ""}{prefix}="{NAMESPACE}"', prefix and f"{prefix}:"
    text = f"<{p}worksheet {names}>{around}<{p}sheetData>{rows}</{p}sheetData></{p}worksheet>"
    return Grid(text.encode(), "sheet1.xml")


def written(cells: Cells, named: bool) -> str:
    """Return rows of cells; where nothing is named, blank ones stand for what would be left out."""
    if not named:
        rows = range(1, 1 + max((row for row, _ in cells), default=0))
        columns = range(1, 1 + max((column for _, column in cells), default=0))
        line = [[f"<v>{cells.get((row, at), '')}</v>" for at in columns] for row in rows]
        return "".join(f"<row>{''.join(f'<c>{v}</c>' for v in each)}</row>" for each in line)
    text = ""
    for row in sorted({row for row, _ in cells}):
        mine = sorted(column for at, column in cells if at == row)
        each = (f'<c r="{letters(at)}{row}"><v>{cells[row, at]}</v></c>' for at in mine)
        text += f'<row r="{row}" spans="1:5">{"".join(each)}</row>'
    return text


def shown(grid: Grid) -> Cells:
    return {
        (row, column): cell.findtext("{*}v", "")
        for row, holder in grid.rows(1, 99)
        for column, cell in grid.cells(holder)
        if cell.findtext("{*}v")
    }


@pytest.fixture(autouse=True, scope="module")
def pieces_of_two_rows() -> object:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(worksheet, "ROWS", 2)
        yield


@given(CELLS, st.booleans(), st.sampled_from(["", "x"]), EDITS)
def test_cells_are_found_edited_and_kept_as_in_a_dictionary(
    cells: Cells, named: bool, prefix: str, edits: list[tuple[tuple[int, int], str]]
) -> None:
    rows = written(cells, named)
    for tag in ("row", "c", "v") if prefix else ():
        rows = rows.replace(f"<{tag}", f"<{prefix}:{tag}").replace(f"</{tag}", f"</{prefix}:{tag}")
    grid, model = sheet(rows, prefix=prefix), dict(cells)
    assert shown(grid) == model
    for place, value in edits:
        cell = grid.cell(*place)
        for child in cell:
            cell.remove(child)
        cell.append(cell.makeelement(f"{grid.ns}v", {}))
        cell[0].text = model[place] = value
        there = grid.found(*place)
        assert there is not None
        assert there.findtext("{*}v") == value
    assert shown(grid) == model
    again = Grid(b"".join(grid.written()), "sheet1.xml")
    assert shown(again) == model
    assert b"".join(again.written()) == b"".join(grid.written())
    touched = {row for (row, _), _ in edits}
    for row, holder in again.rows(1, 99):
        assert row not in touched or [*again.cells(holder)] == sorted(again.cells(holder))


@given(CELLS, PLACES)
def test_what_the_file_does_not_mention_is_not_found(cells: Cells, place: tuple[int, int]) -> None:
    grid = sheet(written(cells, named=True))
    there = grid.found(*place)
    assert (there is not None) == (place in cells)
    assert there is None or there.findtext("{*}v") == cells[place]


@given(st.integers(1, 9), st.integers(1, 9))
def test_rows_are_those_from_one_number_to_another(first: int, last: int) -> None:
    grid = sheet(written(dict.fromkeys([(row, 1) for row in (2, 3, 4, 7, 8)], "a"), named=True))
    assert [row for row, _ in grid.rows(first, last)] == [
        row for row in (2, 3, 4, 7, 8) if first <= row <= last
    ]


def test_a_cell_is_shown_in_its_own_style_or_that_of_its_row_or_of_its_column() -> None:
    rows = (
        '<row r="1"><c r="A1" s="4"/><c r="B1"/></row>'
        '<row r="2" s="5" customFormat="1"/><row r="3" s="5"/><row r="4" customFormat="1"/>'
    )
    grid = sheet(rows, AROUND)
    assert [grid.style(1, column) for column in (1, 2, 3, 4)] == ["4", "0", "7", "0"]
    assert [grid.style(row, 2) for row in (2, 3, 4, 5)] == ["5", "7", "0", "7"]
    assert [grid.row_style(row) for row in (1, 2, 3, 4, 5)] == [None, "5", None, "0", None]
    assert [grid.column_style(column) for column in (1, 2, 3, 4)] == ["0", "7", "7", "0"]


def test_a_new_cell_has_the_style_it_would_show_and_its_row_no_false_hint() -> None:
    grid = sheet('<row r="1" spans="1:1"><c r="A1"/></row>', AROUND)
    assert [grid.cell(1, column).get("s") for column in (1, 2, 3)] == [None, "7", "7"]
    assert grid.row(1).get("spans") is None
    assert [cell.get("r") for cell in grid.row(1)] == ["A1", "B1", "C1"]


def test_the_style_of_every_cell_is_not_written() -> None:
    cell = sheet('<row r="1"><c r="A1" s="4"/></row>').cell(1, 1)
    set_style(cell, "0")
    assert "s" not in cell.attrib
    set_style(cell, "3")
    assert cell.get("s") == "3"


@pytest.mark.parametrize(("zero", "rest"), [("", False), ('zeroHeight="1"', True)])
def test_rows_are_hidden_one_by_one_or_all_that_are_not_mentioned(zero: str, rest: bool) -> None:
    rows = '<row r="2" hidden="1"/><row r="3"/><row r="4" hidden="0"/>'
    grid = sheet(rows, f"<sheetFormatPr {zero}/>")
    assert [grid.hides(row) for row in (1, 2, 3, 4, 5)] == [rest, True, False, False, rest]
    assert not sheet(rows).hides(9)


@pytest.mark.parametrize(
    ("rows", "has"),
    [
        ("", False),
        ('<row r="1"><c><v>1</v></c></row>', False),
        ('<row r="1"><c><f>A2</f></c></row><row r="4"/><row r="5"/>', True),
        ('<row r="1"/><row r="2"/><row r="3"><c><f/></c></row>', True),
        ('<row r="1"><c><foo/></c></row>', False),
    ],
)
def test_a_formula_in_any_row_is_noticed(rows: str, has: bool) -> None:
    assert sheet(rows).has_formulas == has


def test_a_formula_that_was_just_written_is_noticed() -> None:
    grid = sheet('<row r="1"><c r="A1"/></row>')
    grid.cell(1, 1).append(grid.root.makeelement(f"{grid.ns}f", {}))
    assert grid.has_formulas


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="2"/><row r="1"/>',
        '<row r="2"/><row r="2"/>',
        '<row r="0"/>',
        '<row r="x"/>',
        '<row r="12345678"/>',
        "<c/><row/>",
        "<row/><x/>",
    ],
)
def test_rows_out_of_order_or_beside_something_else_are_refused(rows: str) -> None:
    with pytest.raises(BrokenPart):
        shown(sheet(rows))


@pytest.mark.parametrize(
    "cells", ['<c r="B1"/><c r="A1"/>', '<c r="A1"/><c r="A1"/>', '<c r="1"/>', '<c r="ABCD1"/>']
)
def test_cells_out_of_order_are_refused(cells: str) -> None:
    with pytest.raises(BrokenPart, match="cells out of order"):
        shown(sheet(f'<row r="1">{cells}</row>'))


def numbers(grid: Grid, first: int = 1, last: int = 9_999_999) -> list[list[int]]:
    """Return the numbers of rows, by pieces."""
    return [[*of_rows] for of_rows, _ in grid.pieces(first, last)]


def grid_of(text: str) -> Grid:
    return Grid(text.encode(), "sheet1.xml")


def around(inner: str, names: str = "") -> str:
    return f'<worksheet xmlns="{NAMESPACE}"{names}>{inner}</worksheet>'


@pytest.mark.parametrize(
    ("name", "column"),
    [("A", 1), ("Z", 26), ("AA", 27), ("XFD", 16_384), ("", 0), ("AAAA", 0), ("É", 0), ("A1", 0)],
)
def test_a_column_is_named_by_up_to_three_letters(name: str, column: int) -> None:
    assert column_of(name) == column


def test_what_a_sheet_may_take_is_its_own_or_that_of_its_file() -> None:
    budget = Budget(1, 2, 3, 4, 5)
    text = around("<sheetData/>").encode()
    assert Grid(text, "sheet1.xml", budget).budget is budget
    assert Grid(text, "sheet1.xml").budget == Budget.of(len(text))


def test_a_sheet_without_rows_gets_its_first_one() -> None:
    for data in ("<sheetData/>", "<sheetData></sheetData>", "<sheetData> \n</sheetData>"):
        grid = grid_of(around(f"<a/>{data}<b/>"))
        assert (numbers(grid), grid.found(1, 1), grid.hides(1)) == ([], None, False)
        grid.cell(3, 2)
        assert b"".join(grid.written()).endswith(
            b'<a/><sheetData><row r="3"><c r="B3"/></row></sheetData><b/></worksheet>'
        )


def test_rows_that_nobody_edits_keep_their_bytes() -> None:
    declared = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?>\n"
    kept = "<row r = '1' ><c  r='A1'></c></row>\n<row r='2'/>\n<row r='3' />"
    for before in ("", declared):
        grid = grid_of(before + around(f"<sheetData x='1'>{kept}<row r='4'/></sheetData>"))
        grid.row(4).set("ht", "9")
        after = f'<sheetData x="1">{kept}<row r="4" ht="9"/></sheetData></worksheet>'
        assert b"".join(grid.written()) == (declared + around("")).encode().replace(
            b"</worksheet>", after.encode()
        )


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("<!-- <sheetData><row r='9'/></sheetData> --><sheetData>{}</sheetData>", "utf-8"),
        ("<sheetData>{}</sheetData><?x <sheetData></sheetData> ?>", "utf-8"),
        ("<sheetData>{}<!-- <row r='9'> --></sheetData>", "utf-8"),
        ("<sheetData><?x <row r='9'> ?>{}</sheetData>", "utf-8"),
        ("<sheetData>{}</sheetData>", "utf-16"),
        ("<sheetData>{}</sheetData>", "iso-8859-1"),
    ],
)
def test_rows_are_only_where_a_parser_finds_some(data: str, encoding: str) -> None:
    row = "<row r='1'><c r='A1'><v>ü</v></c></row>"
    declared = "" if encoding == "utf-16" else f'<?xml version="1.0" encoding="{encoding}"?>'
    grid = Grid((declared + around(data.format(row))).encode(encoding), "sheet1.xml")
    assert (numbers(grid), shown(grid)) == ([[1]], {(1, 1): "ü"})


@pytest.mark.parametrize(
    "inner",
    [
        "", "<sheetdata/>", "<sheetData>", '<sheetData><row r="1"/>', "<sheetData>x</sheetData>",
        '<sheetData>x<row r="1"/></sheetData>', "<sheetData/><sheetData>",
    ],
)  # fmt: skip
def test_what_is_no_sheet_of_rows_is_refused(inner: str) -> None:
    with pytest.raises(BrokenPart, match=r"sheet1\.xml"):
        grid_of(around(inner))


def test_rows_are_given_in_pieces_of_so_many_as_far_as_they_are_asked_for() -> None:
    grid = sheet("".join(f'<row r="{at}"/>' for at in (2, 4, 6, 8, 10)))
    assert numbers(grid) == [[2, 4], [6, 8], [10]]
    assert [numbers(grid, *each) for each in ((5, 5), (4, 4), (6, 6), (1, 1), (11, 12))] == [
        [], [[2, 4]], [[6, 8]], [], [],
    ]  # fmt: skip
    assert [row for row, _ in grid.rows(4, 6)] == [4, 6]
    assert b"".join(data for _, data in grid.pieces(3, 7)) == b"".join(
        b'<row r="%d"/>' % at for at in (2, 4, 6, 8)
    )


def test_what_was_edited_is_in_the_bytes_of_its_piece() -> None:
    grid = sheet('<row r="1"/><row r="2"/>')
    grid.cell(2, 1)
    assert [data for _, data in grid.pieces(1, 2)] == [b'<row r="1"/><row r="2"><c r="A2"/></row>']


def test_rows_that_are_added_come_in_pieces_as_well_and_in_their_order() -> None:
    grid = sheet("")
    for at in (3, 5, 7, 9, 4, 1, 11):
        grid.row(at)
    assert numbers(grid) == [[1, 3, 4, 5], [7, 9], [11]]
    assert [row for row, _ in grid.rows(1, 99)] == [1, 3, 4, 5, 7, 9, 11]
    assert numbers(Grid(b"".join(grid.written()), "sheet1.xml")) == [[1, 3], [4, 5], [7, 9], [11]]


@pytest.mark.parametrize(("spare", "pieces"), [(0, [[1, 2]]), (1, [[1], [2]])])
def test_a_piece_has_a_mebibyte_at_most(spare: int, pieces: list[list[int]]) -> None:
    size = (1_048_576 - 2 * len('<row r="1"></row>')) // 2
    grid = sheet(f'<row r="1">{" " * size}</row><row r="2">{" " * (size + spare)}</row>')
    assert numbers(grid) == pieces


def test_a_row_with_far_more_than_a_row_can_have_is_refused() -> None:
    cells = "<c/>" * (32 * 16_384 - 3)  # beside "<row", "=" and "</row"
    assert numbers(sheet(f'<row r="1">{cells}</row>')) == [[1]]
    with pytest.raises(BrokenPart, match="a row with more than a sheet has columns"):
        sheet(f'<row r="1">{cells}</row>'.replace("<c/>", "<c a=''/>", 1))


def test_a_sheet_with_very_many_namespaces_is_refused() -> None:
    for count, is_held in ((99, True), (100, False)):  # beside its own
        text = around("<sheetData/>", "".join(f' xmlns:n{at}="u"' for at in range(count)))
        if is_held:
            assert numbers(grid_of(text)) == []
        else:
            with pytest.raises(BrokenPart, match="very many namespaces"):
                grid_of(text)


@pytest.mark.parametrize(
    ("spans", "styles"),
    [
        ('<col style="7"/>', ["7", "0", "0"]),
        ('<col min="2" style="7"/>', ["0", "0", "0"]),
        ('<col min="2" max="3" style="7"/>', ["0", "7", "7"]),
        ('<col max="2"/><col min="3" max="3" style="7"/>', ["0", "0", "7"]),
        ('<col max="2" style="7"/><col min="2" max="3" style="8"/>', ["7", "8", "8"]),
    ],
)
def test_a_column_has_the_style_of_the_last_span_that_covers_it(
    spans: str, styles: list[str]
) -> None:
    grid = sheet("", f"<cols>{spans}</cols>")
    assert [grid.column_style(column) for column in (1, 2, 3)] == styles


def test_spans_may_cover_all_columns_twice() -> None:
    twice = '<col min="1" max="999999999" style="7"/>' * 2
    assert sheet("", f"<cols>{twice}</cols>").column_style(16_384) == "7"
    with pytest.raises(BrokenPart, match="widths of the same columns many times"):
        sheet("", f'<cols>{twice}<col style="7"/></cols>')


def test_the_largest_number_that_a_row_can_have_has_seven_digits() -> None:
    assert numbers(sheet('<row r="9999999"/>')) == [[9_999_999]]
    assert numbers(sheet("<row/><row/><row r='9'/><row/>")) == [[1, 2], [9, 10]]


@pytest.mark.parametrize("p", ["", "x:", "y:"])
def test_a_sheet_may_declare_its_namespace_more_than_once(p: str) -> None:
    rows = f'<{p}row r="1"><{p}c r="A1"/></{p}row><{p}row r="5"><{p}c r="A5"/></{p}row>'
    names = f'xmlns:x="{NAMESPACE}" xmlns="{NAMESPACE}" xmlns:y="{NAMESPACE}"'
    grid = grid_of(f"<{p}worksheet {names}><{p}sheetData>{rows}</{p}sheetData></{p}worksheet>")
    assert [row for row, _ in grid.rows(1, 9)] == [1, 5]
    grid.cell(3, 2).append(grid.root.makeelement(f"{grid.ns}f", {}))
    assert grid.has_formulas
    grid.cell(5, 3)
    there = Grid(b"".join(grid.written()), "sheet1.xml").rows(1, 9)
    assert [[cell.get("r") for cell in row] for _, row in there] == [["A1"], ["B3"], ["A5", "C5"]]


def test_rows_of_a_sheet_with_long_namespaces_are_edited_as_well() -> None:
    names = "".join(f' xmlns:n{at}="{"u" * 99}{at}"' for at in range(50))
    grid = grid_of(around('<sheetData><row r="1"><c r="B1" s="4"/></row></sheetData>', names))
    assert (grid.style(1, 2), grid.found(1, 1), grid.found(2, 2)) == ("4", None, None)
    grid.cell(1, 1)
    grid.cell(2, 2)
    assert [[cell.get("r") for cell in row] for _, row in grid.rows(1, 9)] == [["A1", "B1"], ["B2"]]


def test_a_formula_in_a_sheet_with_prefixes_is_noticed() -> None:
    assert sheet('<x:row r="1"><x:c><x:f>1</x:f></x:c></x:row>', prefix="x").has_formulas
    assert not sheet('<x:row r="1"><x:c><f>1</f></x:c></x:row>', prefix="x").has_formulas


def test_a_long_row_is_a_piece_of_its_own_wherever_it_is() -> None:
    cells = "<c/>" * (32 * 16_384 - 2)
    with pytest.raises(BrokenPart, match="a row with more than a sheet has columns"):
        sheet(f'<row r="1"/><row r="2">{cells}</row>')


def test_several_rows_may_have_more_signs_than_one() -> None:
    long = f"<c><v>{'=' * 270_000}</v></c>"
    assert numbers(sheet(f'<row r="1">{long}</row><row r="2">{long}</row>')) == [[1, 2]]
