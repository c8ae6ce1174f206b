"""The same workbook as other programs would spell it: its parts rewritten, its meaning unchanged."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable
from io import BytesIO

from lxml import etree

from tests.ooxml.update_files import parts, replaced, zipped
from workbook.merge.ranges import letters, parse

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    f"{OFFICE}/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
    "http://schemas.openxmlformats.org/drawingml/2006": "http://purl.oclc.org/ooxml/drawingml",
}
WORKBOOK, TYPES = "xl/workbook.xml", "[Content_Types].xml"
BOOK_RELS = "xl/_rels/workbook.xml.rels"
PIVOT, CACHE = "xl/pivotTables/pivotTable1.xml", "xl/pivotCache/pivotCacheDefinition1.xml"

Dialect = Callable[[bytes], bytes]


def _matching(data: bytes, pattern: str) -> list[str]:
    return [name for name in parts(data) if re.fullmatch(pattern, name)]


def _each(data: bytes, pattern: str, change: Callable[[str], str]) -> bytes:
    return replaced(data, dict.fromkeys(_matching(data, pattern), change))


SHEETS = r"xl/worksheets/sheet\d+\.xml"
SPREADSHEET = rf"{SHEETS}|xl/tables/table\d+\.xml|xl/workbook\.xml|xl/sharedStrings\.xml"


def prefixed(data: bytes) -> bytes:
    """Give every element a prefix, as the Open XML SDK does."""

    def change(text: str) -> str:
        text = re.sub(r"<(/?)(?=[A-Za-z]+[\s/>])", r"<\1x:", text)
        return text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')

    return _each(data, SPREADSHEET, change)


def strict(data: bytes) -> bytes:
    """Say everything in the namespaces of ISO/IEC 29500 Strict."""

    def change(text: str) -> str:
        for ours, theirs in STRICT.items():
            text = text.replace(ours, theirs)
        return text.replace("<workbook ", '<workbook conformance="strict" ', 1)

    return _each(data, r".*\.(xml|rels)", change)


def _rows(change: Callable[[etree._Element], None]) -> Dialect:
    def dialect(data: bytes) -> bytes:
        texts = parts(data)
        for name in _matching(data, SHEETS):
            root = etree.fromstring(texts[name])
            change(root)
            texts[name] = etree.tostring(root, encoding="UTF-8", xml_declaration=True)
        return zipped(texts)

    return dialect


def _cells_without_r(root: etree._Element) -> None:
    for row in root.iter("{*}row"):
        row.attrib.pop("spans", None)
        there = {parse(cell.get("r", "")): cell for cell in row}
        columns = {at.left: cell for at, cell in there.items() if at is not None}
        for column in range(1, max(columns, default=0) + 1):
            cell = columns.get(column)
            row.append(row.makeelement(str(row.tag)[:-3] + "c") if cell is None else cell)
        for cell in row:
            cell.attrib.pop("r", None)


def _rows_without_r(root: etree._Element) -> None:
    _cells_without_r(root)
    data = root.find("{*}sheetData")
    assert data is not None
    last = 0
    for row in list(data):
        number = int(row.attrib.pop("r"))
        for _ in range(last + 1, number):
            row.addprevious(row.makeelement(row.tag))
        last = number


def _pretty(root: etree._Element) -> None:
    etree.indent(root)


def _spaces_kept(root: etree._Element) -> None:
    for each in root.iter("{*}sheetData", "{*}row"):
        each.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _remarks(root: etree._Element) -> None:
    for row in root.iter("{*}row"):
        row.insert(0, etree.Comment(' <c r="A1"><v>9</v></c> '))
    root.insert(0, etree.ProcessingInstruction("made", "by=somebody"))


def _shared(root: etree._Element) -> None:
    """Let the formulas of the table's last column share one."""
    cells = [cell for cell in root.iter("{*}c") if re.fullmatch(r"H[4-9]", cell.get("r", ""))]
    for cell in cells if len(cells) == 6 else ():
        formula = cell.find("{*}f")
        assert formula is not None
        formula.attrib.update({"t": "shared", "si": "0"})
        if cell is cells[0]:
            formula.set("ref", "H4:H9")
            formula.text = "G4*2"
        else:
            formula.text = None


def shared_formulas(data: bytes) -> bytes:
    """Spell the formula of the whole column out once, and let the table say the same."""
    definition = re.compile(r"(<calculatedColumnFormula>).*?(<)")
    there = _rows(_shared)(data)
    return _each(there, r"xl/tables/table1\.xml", lambda text: definition.sub(r"\1G4*2\2", text))


def excel_365(data: bytes) -> bytes:
    """Add what Excel of today writes: ids of revisions, descents, a path for the author's eyes."""
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/2009/9/ac" '
        'xmlns:x15="http://schemas.microsoft.com/office/spreadsheetml/2010/11/main" '
        'xmlns:xr="http://schemas.microsoft.com/office/spreadsheetml/2014/revision" '
    )
    path = (
        '<mc:AlternateContent><mc:Choice Requires="x15"><x15ac:absPath url="C:\\" '
        'xmlns:x15ac="http://schemas.microsoft.com/office/spreadsheetml/2010/11/ac"/>'
        "</mc:Choice></mc:AlternateContent>"
    )
    uid = 'xr:uid="{00000000-0001-0000-0000-000000000000}" '

    def change(text: str) -> str:
        known = r'\s(?:xmlns:(?:mc|x14ac|xr|x15)|mc:Ignorable|x14ac:dyDescent)="[^"]*"'
        text = re.sub(known, "", text)
        ignored = f'{spaces}mc:Ignorable="x14ac xr x15" '
        named = {"worksheet": uid, "table": uid, "workbook": ""}
        text = re.sub(
            r"<(worksheet|table|workbook)\s",
            lambda at: f"<{at[1]} {ignored}{named[at[1]]}",
            text,
            count=1,
        )
        text = re.sub(r"<row(?=\s)", '<row x14ac:dyDescent="0.25"', text)
        return re.sub(r"(?=<bookViews|<sheets>)", lambda _: path, text, count=1)

    return _each(data, rf"{SHEETS}|xl/tables/table\d+\.xml|xl/workbook\.xml", change)


def utf_16(data: bytes) -> bytes:
    """Write sheets, tables and shared strings as UTF-16."""
    texts = parts(data)
    for name in _matching(data, SPREADSHEET):
        text = re.sub(r"^\s*<\?xml.*?\?>", "", texts[name].decode())
        texts[name] = f'<?xml version="1.0" encoding="UTF-16"?>{text}'.encode("utf-16")
    return zipped(texts)


def marked_utf_8(data: bytes) -> bytes:
    """Begin every part with a byte order mark."""
    texts = parts(data)
    return zipped(
        {
            name: b"\xef\xbb\xbf" + text if name.endswith((".xml", ".rels")) else text
            for name, text in texts.items()
        }
    )


def backslashes(data: bytes) -> bytes:
    """Write targets as paths of Windows."""

    def change(text: str) -> str:
        return re.sub(
            r'(Target=")([^":]*)(")', lambda at: at[1] + at[2].replace("/", "\\") + at[3], text
        )

    return _each(data, r"xl/.*\.rels", change)


def absolute(data: bytes) -> bytes:
    """Write targets from the root of the package, as openpyxl does, in other letters."""

    def change(text: str) -> str:
        return re.sub(r'Target="(?!/)(worksheets/)', r'Target="/XL/\1', text)

    return _each(data, re.escape(BOOK_RELS), change)


def chained(data: bytes) -> bytes:
    """Add an order of calculation, as Excel keeps one."""
    cells = [
        f'<c r="{cell.get("r")}" i="{number}"/>'
        for number, name in enumerate(_matching(data, SHEETS), 1)
        for cell in etree.fromstring(parts(data)[name]).iter("{*}c")
        if cell.find("{*}f") is not None
    ]
    part = f'<calcChain xmlns="{MAIN}">{"".join(cells)}</calcChain>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
    return _with_part(data, "xl/calcChain.xml", part, kind, BOOK_RELS, "calcChain")


def pivoted(data: bytes) -> bytes:
    """Add a pivot table of the table, as Excel writes one, on the sheet Other."""
    fields = "".join(
        f'<cacheField name="{name}" numFmtId="0"><sharedItems/></cacheField>'
        for name in ("id", "name", "contactName", "type", "notes", "amount", "twice")
    )
    blank = '<pivotField showAll="0"/>'
    cache = (
        f'<pivotCacheDefinition xmlns="{MAIN}" saveData="0" createdVersion="6" '
        f'refreshedVersion="6" minRefreshableVersion="3"><cacheSource type="worksheet">'
        f'<worksheetSource name="Contacts"/></cacheSource><cacheFields count="7">{fields}'
        "</cacheFields></pivotCacheDefinition>"
    )
    pivot = (
        f'<pivotTableDefinition xmlns="{MAIN}" name="Sums" cacheId="7" dataCaption="Values" '
        'createdVersion="6" updatedVersion="6" minRefreshableVersion="3">'
        '<location ref="D1:D2" firstHeaderRow="1" firstDataRow="1" firstDataCol="0"/>'
        f'<pivotFields count="7">{5 * blank}<pivotField dataField="1" showAll="0"/>{blank}'
        "</pivotFields>"
        '<rowItems count="1"><i/></rowItems><colItems count="1"><i/></colItems>'
        '<dataFields count="1"><dataField name="Sum of amount" fld="5"/></dataFields>'
        "</pivotTableDefinition>"
    )
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivot{}+xml".format
    data = _with_part(
        data, CACHE, cache, kind("CacheDefinition"), BOOK_RELS, "pivotCacheDefinition"
    )
    on_other = "xl/worksheets/_rels/sheet3.xml.rels"
    data = _with_part(data, PIVOT, pivot, kind("Table"), on_other, "pivotTable")
    to_cache = "xl/pivotTables/_rels/pivotTable1.xml.rels"
    data = _with_part(data, CACHE, cache, "", to_cache, "pivotCacheDefinition")
    listed = f'<pivotCaches><pivotCache cacheId="7" xmlns:q="{OFFICE}/relationships" q:id="rIdNew"/></pivotCaches>'
    return _each(
        data,
        re.escape(WORKBOOK),
        lambda t: re.sub(r"(<calcPr[^>]*/>|(?=</workbook>))", rf"\1{listed}", t, count=1),
    )


def _with_part(data: bytes, part: str, text: str, kind: str, rels: str, relation: str) -> bytes:
    """Return a workbook with a part and what leads to it from the part that `rels` belongs to."""
    arrow = f'<Relationship Id="rIdNew" Type="{OFFICE}/relationships/{relation}" Target="/{part}"/>'
    empty = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
    override = f'<Override PartName="/{part}" ContentType="{kind}"/>' if kind else ""
    return replaced(
        data,
        {
            part: lambda _: f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{text}',
            rels: lambda t: (
                (t or empty)
                .replace("</Relationships>", f"{arrow}</Relationships>")
                .replace("/>\n</Rel", "/></Rel")
            ),
            TYPES: lambda t: t.replace("</Types>", f"{override}</Types>"),
        },
    )


def streamed(data: bytes) -> bytes:
    """Pack it as a program does that writes into a pipe: stored, sizes after the bytes."""
    out = BytesIO()

    class Pipe(BytesIO):
        def seekable(self) -> bool:
            return False

        def tell(self) -> int:
            raise OSError

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:
        archive.comment = b"made by somebody"
        for name, text in parts(data).items():
            archive.writestr(name, text)
    out.write(pipe.getvalue())
    return out.getvalue()


DIALECTS: dict[str, Dialect] = {
    "as it is": lambda data: data,
    "prefixed": prefixed,
    "strict": strict,
    "cells without r": _rows(_cells_without_r),
    "rows without r": _rows(_rows_without_r),
    "indented": _rows(_pretty),
    "spaces kept": _rows(_spaces_kept),
    "remarks among rows": _rows(_remarks),
    "shared formulas": shared_formulas,
    "Excel 365": excel_365,
    "UTF-16": utf_16,
    "UTF-8 with a mark": marked_utf_8,
    "backslashes": backslashes,
    "absolute targets": absolute,
    "with a calculation chain": chained,
    "with a pivot table": pivoted,
    "streamed zip": streamed,
}


def spelled(data: bytes, names: Iterable[str]) -> bytes:
    """Return a workbook in several dialects at once, one after the other."""
    for name in names:
        data = DIALECTS[name](data)
    return data


def place(row: int, column: int) -> str:
    """Return the name of a cell."""
    return f"{letters(column)}{row}"
