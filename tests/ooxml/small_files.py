"""Files of a few parts, as short as can be, for tests of what reads them."""

from __future__ import annotations

from io import BytesIO

from tests.ooxml.update_files import zipped
from workbook.merge.ranges import Range, parse
from workbook.ooxml.markup import parsed
from workbook.ooxml.package import Package
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

SHEET, TABLE, BOOK = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/workbook.xml"
RELS = {
    "": "_rels/.rels",
    BOOK: "xl/_rels/workbook.xml.rels",
    SHEET: "xl/worksheets/_rels/sheet1.xml.rels",
}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'{MAIN} xmlns:r="{_OFFICE}"'

Arrow = tuple[str, str] | tuple[str, str, str]  # kind, target, more attributes


def arrows(*there: Arrow) -> str:
    """Return a list of relationships with the ids r1, r2, ..."""
    listed = "".join(
        f'<Relationship Id="r{at}" Type="x/{kind}" Target="{target}" {"".join(more)}/>'
        for at, (kind, target, *more) in enumerate(there, 1)
    )
    return f"<Relationships>{listed}</Relationships>"


def package(parts: dict[str, str]) -> Package:
    """Return an opened file of these parts."""
    return Package(BytesIO(zipped({name: text.encode() for name, text in parts.items()})))


def workbook(sheet: str = "", around: str = "", *others: tuple[str, str]) -> dict[str, str]:
    """Return the parts of a workbook with one sheet, "People"; `others` are where it leads, too."""
    sheets = '<sheets><sheet name="People" sheetId="1" r:id="r1"/></sheets>'
    return {
        RELS[""]: arrows(("officeDocument", BOOK)),
        BOOK: f"<workbook {NAMESPACES}>{around}{sheets}</workbook>",
        RELS[BOOK]: arrows(("worksheet", "worksheets/sheet1.xml"), *others),
        SHEET: sheet or worksheet(""),
    }


def worksheet(rows: str, after: str = "") -> str:
    """Return a sheet of these rows."""
    return f"<worksheet {NAMESPACES}><sheetData>{rows}</sheetData>{after}</worksheet>"


def grid(rows: str, after: str = "") -> Grid:
    """Return the grid of a sheet of these rows."""
    return Grid(worksheet(rows, after).encode(), SHEET)


def table(ref: str, *titles: str, more: str = "", formulas: dict[str, str] | None = None) -> Table:
    """Return a table `Contacts` on the sheet; `more` are attributes of it."""
    columns = "".join(
        f'<tableColumn id="{at}" name="{title}">{_formula((formulas or {}).get(title, ""))}'
        "</tableColumn>"
        for at, title in enumerate(titles, 1)
    )
    text = f'<table {MAIN} ref="{ref}" {more}><tableColumns>{columns}</tableColumns></table>'
    return Table("Contacts", "People", TABLE, SHEET, area(ref), parsed(text.encode(), TABLE))


def _formula(text: str) -> str:
    return text and f"<calculatedColumnFormula>{text}</calculatedColumnFormula>"


def area(text: str) -> Range:
    """Return the range of a text such as A1:B2."""
    found = parse(text)
    assert found is not None
    return found
