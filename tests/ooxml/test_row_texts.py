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
