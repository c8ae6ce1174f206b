"""Rows read from their bytes give what a parser gives, and what a parser refuses is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.merge.refusals import BrokenPart
from workbook.ooxml import row_texts
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.row_texts import Cell
from workbook.ooxml.worksheet import Grid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
AC = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac"
SHARED = ("first", "second")

Read = list[tuple[int, list[Cell]]] | str


def sheet(rows: str) -> bytes:
    around = f'<worksheet xmlns="{MAIN}" xmlns:x14ac="{AC}"><sheetData>'
    return f"{around}{rows}</sheetData></worksheet>".encode("utf-8", "surrogatepass")


def read(rows: str, *, plainly: bool) -> Read:
    """Return what stands in the columns A to C of the rows 1 to 9, or a refusal."""
    with pytest.MonkeyPatch.context() as patch:
        if not plainly:
            patch.setattr(row_texts, "_plain", lambda _: None)
        try:
            grid = Grid(sheet(rows), "sheet")
            texts = Texts(grid.ns, SHARED)
            found = row_texts.row_texts(grid, range(1, 10), range(1, 4), texts)
            return [(at, [*cells]) for at, cells in found]
        except BrokenPart as refusal:
            return str(refusal)


TEXTS = st.one_of(
    st.sampled_from(
        ["0", "1", "1.50", "7.0", "1E3", "", " a ", "&amp;lt;", "&quot;x&gt;", "&#10;"]
    ),
    st.sampled_from(["_x0041_", "]]>", "&nope;", "a&b", "\r", "\n", "\x01", "\ufffe", "\ud800"]),
    st.text(st.characters(exclude_characters="<&"), max_size=4),
)
SAID = st.one_of(
    st.sampled_from(["", ' s="1"', ' t="s"', ' t="inlineStr"', ' s="2" t="str"', ' t="b"']),
    st.sampled_from([' t="e"', ' t="s" s="3"', ' s="1" s="1"', ' x="1"', " s='1'", '  s="1"']),
    st.sampled_from([' s="1"t="s"', ' s="&#49;"', " s", ' xmlns="u"']),
)
FORMULAS = st.one_of(
    st.sampled_from(["", "<f>A1/2</f>", '<f t="shared" si="0"/>', '<f ca="1">NOW()</f>']),
    st.sampled_from(["<f>A1&gt;2</f>", "<fx>1</fx>", "<f", '<f a="1"/>']),
)
HELD = st.one_of(
    st.builds("{}<v>{}</v>".format, FORMULAS, TEXTS),
    st.builds("<is><t>{}</t></is>".format, TEXTS),
    st.builds('<is><t xml:space="preserve">{}</t></is>'.format, TEXTS),
    st.builds("<is><r><t>{}</t></r></is>".format, TEXTS),
    st.sampled_from(["", "<v/>", "<v></v>", "<v/><f>1</f>", "<!-- -->", "<v>1</v><v>2</v>"]),
)
CELLS = st.builds('<c r="{}1"{}>{}</c>'.format, st.sampled_from("AABBCDd1"), SAID, HELD)
BLANK = st.builds('<c r="B1"{}/>'.format, SAID)
OF_ROWS = st.sampled_from(
    ["", ' spans="1:9" x14ac:dyDescent="0.25"', ' x15:y="1"', ' ht="1" ht="1"', ' hidden="1"']
)


@st.composite
def rows(draw: st.DrawFn) -> str:
    """Some rows in order, of which any may be spelled in an odd way."""
    lines = draw(st.lists(st.lists(st.one_of(CELLS, CELLS, BLANK), max_size=3), max_size=3))
    return draw(st.sampled_from(["", "\n"])).join(
        f'<row r="{number}"{draw(OF_ROWS)}>{"".join(cells)}</row>'
        for number, cells in enumerate(lines, 1)
    )


@given(rows())
def test_rows_read_from_bytes_are_those_that_a_parser_reads(spelled: str) -> None:
    assert read(spelled, plainly=True) == read(spelled, plainly=False)


@given(HELD, SAID)
def test_a_cell_read_from_bytes_is_the_one_that_a_parser_reads(held: str, said: str) -> None:
    spelled = f'<row r="1"><c r="A1"{said}>{held}</c></row>'
    assert read(spelled, plainly=True) == read(spelled, plainly=False)


def test_what_programs_write_is_read_from_bytes() -> None:
    excel = '<row r="1" spans="1:3" x14ac:dyDescent="0.25"><c r="A1" s="1" t="s"><v>1</v></c></row>'
    calc = '<row r="2" customFormat="false" ht="12.8"><c r="B2" s="0"><v>7.0</v></c></row>'
    ours = '<row r="3"><c r="C3" t="inlineStr"><is><t>a &amp; b</t></is></c></row>'
    grid = Grid(sheet(excel + calc + ours), "sheet")
    plain = row_texts._Plain(grid, range(1, 4), Texts(grid.ns, SHARED))
    ((_, data),) = grid.pieces(1, 3)
    assert plain.lines(data) == [[(1, "second", False)], [(2, "7", False)], [(3, "a & b", False)]]


def both(rows: str) -> Read:
    """Return what is read either way, which has to be the same."""
    plainly, by_parser = read(rows, plainly=True), read(rows, plainly=False)
    assert plainly == by_parser
    return plainly


def plainly(rows: str) -> list[list[Cell]] | None:
    """Return what is read from bytes, None where that is left to a parser."""
    grid = Grid(sheet(rows), "sheet")
    ((_, data),) = grid.pieces(1, 99)
    return row_texts._Plain(grid, range(1, 4), Texts(grid.ns, SHARED)).lines(data)


@pytest.mark.parametrize(
    ("cells", "texts"),
    [
        ('<c r="A1"><v>7</v></c><c r="D1"><v>8</v></c>', [(1, "7", False)]),
        ('<c r="A1" s="1"/><c r="C1"><v>7</v></c>', [(3, "7", False)]),
        ('<c r="B1"><f>A1</f></c><c r="C1" t="str"/>', [(2, "", True)]),
        ('<c r="B1" t="str"><f>A1</f><v>x</v></c>', [(2, "x", True)]),
        ('<c r="A1" t="inlineStr"><is><t/></is></c><c r="B1"><v/></c>', []),
        ('<c r="A1" t="inlineStr"><v>7</v></c>', []),
        ('<c r="A1" t="str"><is><t>x</t></is></c>', []),
        ('<c r="A1" t="inlineStr"><is><t>a&amp;lt;&lt;_x0041_</t></is></c>', [(1, "a&lt;<A", False)]),
        ('<c r="A1" t="s"><v>1</v></c><c r="B1" t="b"><v>1</v></c>', [
            (1, "second", False), (2, "TRUE", False),
        ]),
    ],
)  # fmt: skip
def test_a_row_is_those_of_its_cells_that_hold_something(cells: str, texts: list[Cell]) -> None:
    assert both(f'<row r="1">{cells}</row>') == [(1, texts)]


def test_rows_are_those_that_are_asked_for() -> None:
    rows = [f'<row r="{at}"><c r="A{at}"><v>{at}</v></c></row>' for at in (9, 10)]
    assert both("".join(rows)) == [(9, [(1, "9", False)])]
    grid = Grid(sheet("".join(rows)), "sheet")
    for none in (range(1, 9), range(10, 10), range(11, 20)):
        assert [*row_texts.row_texts(grid, none, range(1, 4), Texts(grid.ns, ()))] == []


def test_no_other_piece_of_a_sheet_is_read() -> None:
    rows = "".join(f'<row r="{at}"/>' for at in range(1, 501)) + '<row r="501">&nope;</row>'
    grid = Grid(sheet(rows), "sheet")
    asked = [
        row_texts.row_texts(grid, range(1, end), range(1, 4), Texts("", ())) for end in (501, 502)
    ]
    assert [at for at, _ in asked[0]] == [*range(1, 501)]
    with pytest.raises(BrokenPart):
        [*asked[1]]


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1"><c r="B1"/><c r="A1"/></row>',
        '<row r="1"><c r="A1"/><c r="A1"/></row>',
        '<row r="1" s="1" s="1"/>',
        '<row r="1"><c r="A1" s="1" s="1"/></row>',
        '<row r="1"><c r="A1"><f t="x" t="x">1</f></c></row>',
        '<row r="1" x15:y="1"/>',
        '<row r="1"><c r="A1" x14ac:y="1" x15:y="1"/></row>',
        '<row r="1"><c r="A1"><f y:z="1">1</f></c></row>',
        '<row r="1"><c r="A1"><v>\x01</v></c></row>',
        '<row r="1"><c r="A1"><v>\ufffe</v></c></row>',
        '<row r="1"><c r="A1"><v>\ud800</v></c></row>',
        '<row r="1"><c r="A1"><v>&nope;</v></c></row>',
    ],
)
def test_what_a_parser_refuses_is_refused_without_one(rows: str) -> None:
    assert "sheet" in str(both(rows))


def test_a_prefix_that_is_not_declared_is_refused() -> None:
    data = sheet('<row r="1" x14ac:dyDescent="1"/>').replace(f' xmlns:x14ac="{AC}"'.encode(), b"")
    grid = Grid(data, "sheet")
    with pytest.raises(BrokenPart):
        [*row_texts.row_texts(grid, range(1, 10), range(1, 4), Texts(grid.ns, ()))]


@pytest.mark.parametrize("other", [MAIN, "u"])
def test_rows_are_those_of_the_namespace_of_their_sheet(other: str) -> None:
    cells = '<row r="1"><c r="A1"><v>7</v></c></row>'
    around = f'<x:worksheet xmlns:x="{MAIN}" xmlns="{other}"><sheetData>{cells}</sheetData>'
    data = f"{around}</x:worksheet>".encode()
    if other != MAIN:
        with pytest.raises(BrokenPart):
            Grid(data, "sheet")
    else:
        grid = Grid(data, "sheet")
        found = row_texts.row_texts(grid, range(1, 10), range(1, 4), Texts(grid.ns, ()))
        assert [(at, [*each]) for at, each in found] == [(1, [(1, "7", False)])]


@pytest.mark.parametrize(
    ("row", "cell", "formula"),
    [
        ("", "", ""),
        ("", "", "<f>A1</f>"),
        (
            ' spans="1:3" s="1" customFormat="1" ht="9" hidden="1"',
            ' s="1"',
            '<f t="array" ref="A1"/>',
        ),
        (' customHeight="1" outlineLevel="1" collapsed="1"', ' t="n"', '<f t="shared" si="0"/>'),
        (' x14ac:dyDescent="0.25"', ' s="1" t="n" cm="1" vm="1" ph="1"', '<f ca="1">NOW()</f>'),
    ],
)
def test_what_programs_say_of_rows_and_cells_needs_no_parser(
    row: str, cell: str, formula: str
) -> None:
    text = f'<row r="1"{row}><c r="A1"{cell}>{formula}<v>7</v></c></row>'
    assert plainly(text) == [[(1, "7", formula != "")]]


def test_rows_on_lines_of_their_own_need_no_parser() -> None:
    row = '<row r="{}"><c r="A1"><v>1</v></c></row>'
    assert plainly(f"{row.format(1)}\n  {row.format(2)}\n") == [[(1, "1", False)]] * 2


@pytest.mark.parametrize(
    "row",
    [
        '<row r="1" y="1"/>', '<row r="1" s="&#49;"/>', "<row r='1'/>", '<row  r="1"/>', '<row r="1" s/>',
        '<row r="1"><c r="A1" y="1"/></row>', '<row r="1"><c/></row>', '<row r="1"><c r="a1"/></row>',
        '<row r="1"><c r="A1"><f y="1">1</f></c></row>', '<row r="1"><c r="A1"><v y="1">1</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><f>1</f></c></row>', '<row r="1"><c r="A1"><is><r/></is></c></row>',
        '<row r="1"><c r="A1"><v>&#49;</v></c></row>', '<row r="1"><c r="A1" s="\n"/></row>',
    ],
)  # fmt: skip
def test_what_is_spelled_in_an_odd_way_is_left_to_a_parser(row: str) -> None:
    assert plainly(row) is None


def test_a_blank_cell_asks_for_no_shared_text() -> None:
    grid = Grid(sheet('<row r="1"><c r="A1" t="s"/></row>'), "sheet")
    texts = Texts(grid.ns, (), missing="sharedStrings.xml")
    assert [
        [*cells] for _, cells in row_texts.row_texts(grid, range(1, 2), range(1, 4), texts)
    ] == [[]]
