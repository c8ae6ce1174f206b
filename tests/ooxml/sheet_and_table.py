"""A sheet and a table of a few lines, for tests of what edits one of them alone."""

from __future__ import annotations

from workbook.merge.ranges import parse
from workbook.ooxml.markup import parsed
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET_PART, TABLE_PART = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml"


def sheet(rows: str, before: str = "", behind: str = "") -> Grid:
    """Return a sheet of these rows, with what stands before and behind them."""
    data = f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{behind}</worksheet>'
    return Grid(data.encode(), SHEET_PART)


def table(ref: str, titles: str = "id name", *, inside: str = "", **attributes: str) -> Table:
    """Return a table called Contacts; `inside` stands before its columns."""
    columns = "".join(
        f'<tableColumn id="{at}" name="{title}"/>' for at, title in enumerate(titles.split(), 1)
    )
    stated = "".join(f' {name}="{value}"' for name, value in attributes.items())
    root = parsed(
        f'<table xmlns="{MAIN}" ref="{ref}"{stated}>{inside}'
        f"<tableColumns>{columns}</tableColumns></table>".encode(),
        TABLE_PART,
    )
    cells = parse(ref)
    assert cells is not None
    return Table("Contacts", "Sheet", TABLE_PART, SHEET_PART, cells, root)


def texts(grid: Grid) -> dict[str, str]:
    """Return the formulas with "=", else the values, of all cells by their place."""
    return {
        cell.get("r", ""): f"={found}"
        if (found := cell.findtext("{*}f", ""))
        else cell.findtext("{*}v", "")
        for _, row in grid.rows(1, 1 << 20)
        for _, cell in grid.cells(row)
    }
