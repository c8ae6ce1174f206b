"""The formulas in the cells of a sheet: where they stand, and what those say that share one."""

from __future__ import annotations

import pytest

from workbook.merge.refusals import BrokenPart
from workbook.ooxml.budget import Budget
from workbook.ooxml.cell_formulas import CellFormula, cell_formulas
from workbook.ooxml.worksheet import Grid

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
MASTER = '<c r="B2"><f t="shared" si="0" ref="B2:C4">A1+$A$1</f></c>'
SHARED = '<f t="shared" si="0"/>'


def sheet(*rows: str, characters: int = 1_000) -> Grid:
    """Return a sheet of the cells of each row, which can read so many characters of formulas."""
    lines = "".join(f'<row r="{at}">{cells}</row>' for at, cells in enumerate(rows, 1))
    text = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{lines}</sheetData></worksheet>'
    return Grid(text.encode(), "sheet1.xml", Budget(0, 0, 0, characters, 0))


def told(grid: Grid, first: int = 1, last: int = 9) -> list[tuple[int, int, str | None]]:
    return [(each.row, each.column, each.text) for each in cell_formulas(grid, first, last)]


def only(formula: str) -> CellFormula:
    """Return the formula of a sheet that has one."""
    [found] = cell_formulas(sheet(f'<c r="A1">{formula}</c>'), 1, 1)
    return found


def test_formulas_are_told_from_top_to_bottom_with_their_places() -> None:
    grid = sheet('<c r="A1"/><c r="B1"><f>A1</f></c><c r="D1"><f>B1</f></c>', '<c r="A2"><f/></c>')
    assert told(grid) == [(1, 2, "A1"), (1, 4, "B1"), (2, 1, None)]
    assert told(grid, 2, 2) == [(2, 1, None)]


def test_a_cell_that_shares_a_formula_has_it_moved_to_its_own_place() -> None:
    grid = sheet("", MASTER + f'<c r="C2">{SHARED}</c>', "", f'<c r="B4">{SHARED}</c>')
    assert told(grid) == [(2, 2, "A1+$A$1"), (2, 3, "B1+$A$1"), (4, 2, "A3+$A$1")]


def test_formulas_of_other_numbers_are_shared_by_others() -> None:
    other = '<c r="C2"><f t="shared" si="1" ref="C2:C3">SUM(1)</f></c>'
    later = f'<c r="B3">{SHARED}</c><c r="C3"><f t="shared" si="1"/></c>'
    assert told(sheet("", MASTER + other, later))[2:] == [(3, 2, "A2+$A$1"), (3, 3, "SUM(1)")]


def test_a_formula_of_its_own_is_what_a_cell_has_though_it_names_a_shared_one() -> None:
    own = '<c r="B3"><f t="shared" si="0">D9</f></c>'
    assert told(sheet("", MASTER, own, f'<c r="B4">{SHARED}</c>'))[1:] == [
        (3, 2, "D9"), (4, 2, "A3+$A$1"),
    ]  # fmt: skip


def test_what_is_shared_cannot_be_told_without_the_first_cell_that_has_it() -> None:
    grid = sheet("", MASTER, f'<c r="B3">{SHARED}</c>', f'<c r="B4">{SHARED}</c>')
    assert told(grid, 3, 4) == [(3, 2, None), (4, 2, None)]


def test_what_would_leave_the_sheet_when_it_is_moved_cannot_be_told() -> None:
    assert told(sheet("", MASTER, f'<c r="A3">{SHARED}</c>'))[1] == (3, 1, None)


@pytest.mark.parametrize(
    ("formula", "group", "length"),
    [
        ('<f t="shared" si="3">A1</f>', "3", 2),
        ('<f t="array" ref="A1" si="3">A1+1</f>', None, 4),
        ("<f/>", None, 0),
    ],
)
def test_a_formula_has_a_length_and_belongs_to_a_group_if_it_is_shared(
    formula: str, group: str | None, length: int
) -> None:
    found = only(formula)
    assert (found.group, found.length) == (group, length)


@pytest.mark.parametrize(
    ("formula", "attributes"),
    [
        ('<f t="shared" si="0" ref="A1:A2" ca="1"/>', {"ca": "1"}),
        ('<f t="shared" si="0"/>', {}),
        ('<f t="array" ref="A1">B1</f>', {"t": "array", "ref": "A1"}),
    ],
)
def test_a_formula_that_is_spelled_out_is_shared_no_more(
    formula: str, attributes: dict[str, str]
) -> None:
    found = only(formula)
    found.spell_out("B2")
    assert (found.element.text, dict(found.element.attrib)) == ("B2", attributes)


def test_shared_formulas_are_read_as_long_as_there_are_characters_for_them() -> None:
    rows = "", MASTER, f'<c r="B3">{SHARED}</c>', f'<c r="B4">{SHARED}</c>'
    assert len(told(sheet(*rows, characters=14))) == 3  # "A1+$A$1" twice
    with pytest.raises(BrokenPart, match=r"sheet1\.xml.*shares long formulas very often"):
        told(sheet(*rows, characters=13))
