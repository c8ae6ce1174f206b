"""The lines of the sheet Summary as XML: its rows, and what its charts show; no openpyxl.

So a kept skeleton fits any number of lines: the list of the next day has others, and a run that had
to ask openpyxl for them took half as long again at 1,000 contacts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from workbook.contacts import times
from workbook.contacts.columns import safe_text
from workbook.export.shared_strings import SharedStrings
from workbook.export.sheet_xml import escape, markup
from workbook.export.summary_lines import ACCOUNTS, NAME, WIDE, WIDTHS, Block, Kind, Lines, Value
from workbook.merge.ranges import letters

_DIMENSION = re.compile(rb'<dimension ref="[^"]*"\s*/>')
_DATA = re.compile(rb"<sheetData\s*/>|<sheetData>\s*</sheetData>")
_SHOWN = re.compile(rb'<f>([AB])</f>(.{,200}?)<ptCount val="0"\s*/>')  # column A has the labels

DAY = timedelta(days=1)


def sheet_xml(
    part: bytes, lines: Lines, styles: Sequence[int], strings: SharedStrings
) -> Iterator[bytes]:
    """Go through the part of the sheet with these lines in it."""
    rows = dict(lines.cells())
    reach = f"A1:{letters(max(map(len, rows.values())))}{max(rows)}".encode()
    head, tail = _DATA.split(_DIMENSION.sub(b'<dimension ref="%b"/>' % reach, part))
    yield head + _columns(lines) + b"<sheetData>"
    for row, cells in rows.items():
        xml = [_cell(at, row, cell, styles, strings) for at, cell in enumerate(cells, start=1)]
        yield b'<row r="%d">%b</row>' % (row, b"".join(xml))
    yield b"</sheetData>" + tail


def _columns(lines: Lines) -> bytes:
    widths = WIDE if any(block.title == ACCOUNTS for block in lines.blocks) else WIDTHS
    each = (
        b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (at, at, width)
        for at, width in widths.items()
    )
    return b"<cols>%b</cols>" % b"".join(each)


def _cell(
    column: int,
    row: int,
    cell: tuple[Kind, Value],
    styles: Sequence[int],
    strings: SharedStrings,
) -> bytes:
    kind, value = cell
    begin = f'<c r="{letters(column)}{row}" s="{styles[kind]}"'.encode()
    if value == "":
        return begin + b"/>" if kind is Kind.RULE else b""
    if isinstance(value, str):
        return b'%b t="s"><v>%b</v></c>' % (begin, strings.numbers([_text(value)])[0])
    number = (value - times.DAY_0) / DAY if isinstance(value, datetime) else value
    return b"%b><v>%.16g</v></c>" % (begin, number)


def _text(text: str) -> bytes:
    """Return a text that stays one, whatever it looks like, as XML has it between tags."""
    return markup(escape(safe_text(text, Counter()).encode(), Counter()))


def chart_xml(part: bytes, block: Block) -> bytes:
    """Return the part of a chart that shows these lines.

    It has a copy of them, for previews draw it from that, since they calculate nothing.
    """

    def shown(found: re.Match[bytes]) -> bytes:
        column = found[1].decode()
        reference = f"'{NAME}'!${column}${block.rows[0]}:${column}${block.rows[-1]}".encode()
        points = [_point(at, line[column == "B"]) for at, line in enumerate(block.lines)]
        count = b'<ptCount val="%d"/>' % len(points)
        return b"<f>%b</f>%b%b%b" % (reference, found[2], count, b"".join(points))

    return _SHOWN.sub(shown, part)


def _point(at: int, value: Value) -> bytes:
    return b'<pt idx="%d"><v>%b</v></pt>' % (at, _text(str(value)))
