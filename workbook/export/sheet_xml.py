"""Rows of text into the XML of worksheet rows, a hundred at a time; it knows no zip and no style.

Every cell is a string, so that no text can become a formula, a link or an error value; only times,
in their own columns, are the numbers of date cells.

A hundred rows have one form, which is kept and lacks only their hundreds and their values, and the
texts of a column are escaped at once: cell by cell a contact took as many instructions for this
alone as it takes now in a whole export. The plain way is in tests/export/test_sheet_xml.py.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from workbook.contacts import times
from workbook.contacts.columns import KNOWN_BY, Block
from workbook.export.shared_strings import SharedStrings
from workbook.merge.ranges import letters

# Text of a table holds no lone surrogate, so one can stand between values. Its byte, 0xFF, is never
# in UTF-8: a whole batch is escaped at once and still comes apart where it was put together.
_BETWEEN = "\udcff"
_BETWEEN_BYTE = b"\xff"

# XML 1.0, 2.2: no control characters but tab, LF and CR, and a reader makes LF of CR
_CONTROLS = bytes({*range(32)} - {9, 10})
_UNWRITABLE = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_LOOK_ALIKE = re.compile(rb"_(?=x[0-9A-Fa-f]{4}_)")

_TEXT, _BLANK = b' t="s"><v>%b</v></c>', b"/>"
_NUMBER = b"><v>%b</v></c>"
_HUNDREDS, _NUMBER_HERE = b"\xfe", b"\xff"  # bytes that are never in UTF-8


class Rows:
    """Rows that are still to be written, column by column."""

    def __init__(self, blocks: Iterable[Block]) -> None:
        self._blocks = iter(blocks)
        self._waiting: list[list[str]] = []

    def take(self, count: int) -> Block:
        """Return the next rows, so many if there are; [] once there are none."""
        while not self._waiting or len(self._waiting[0]) < count:
            block = next(self._blocks, None)
            if block is None:
                break
            self._waiting = self._waiting or [[] for _ in block]
            for column, more in zip(self._waiting, block, strict=True):
                column += more
        taken = [column[:count] for column in self._waiting]
        for column in self._waiting:
            del column[:count]
        return taken if taken and taken[0] else []


def rows_xml(
    rows: Rows,
    numbers: range,
    header: Sequence[str],
    styles: Sequence[int],
    strings: SharedStrings,
    altered: Counter[str],
) -> Iterator[bytes]:
    """Go through the <row> elements of the next rows, as far as there are any, in pieces.

    `header` and `styles` are the titles of the columns and the styles of their cells. Values that
    had to be escaped are counted.
    """
    at = numbers.start
    while block := rows.take(min(100 - at % 100, numbers.stop - at)):
        columns = [
            _column(_values(texts, altered), title, strings)
            for texts, title in zip(block, header, strict=True)
        ]
        yield _elements(at, columns, tuple(styles))
        at += len(block[0])


def _values(texts: Sequence[str], altered: Counter[str]) -> list[bytes]:
    """Return texts as XML has them between tags."""
    joined = "\0".join(texts)  # which leaves ASCII what it is, and so thrice as fast to encode
    if joined.count("\0") == len(texts) - 1:
        whole = joined.encode().replace(b"\0", _BETWEEN_BYTE)
    else:
        whole = _BETWEEN.join(texts).encode("utf-8", "surrogateescape")
    return markup(escape(whole, altered)).split(_BETWEEN_BYTE)


def _elements(
    first: int, columns: Sequence[tuple[bytes, Sequence[bytes]]], styles: tuple[int, ...]
) -> bytes:
    width, count = len(columns), len(columns[0][1])
    alike = first if first < 100 else 100 + first % 100
    form = _form(range(alike, alike + count), styles, tuple(cell for cell, _ in columns))
    filling = [b""] * (width * count)
    for at, (_, values) in enumerate(columns):
        filling[at::width] = values
    xml = form.replace(_HUNDREDS, b"%d" % (first // 100)) % tuple(filling)
    return xml.replace(_TEXT % b"", _BLANK)


@lru_cache(64)
def _form(numbers: range, styles: tuple[int, ...], cells: tuple[bytes, ...]) -> bytes:
    """Return the form of these rows of any hundred, with a byte where the hundreds stand."""
    columns = enumerate(zip(styles, cells, strict=True), start=1)
    row = b"".join(
        b'<c r="%b%b" s="%d"%b' % (letters(at).encode(), _NUMBER_HERE, style, cell)
        for at, (style, cell) in columns
    )
    row = b'<row r="%b">%b</row>' % (_NUMBER_HERE, row)
    return b"".join([row.replace(_NUMBER_HERE, _digits(number)) for number in numbers])


def _digits(number: int) -> bytes:
    return b"%d" % number if number < 100 else b"%b%02d" % (_HUNDREDS, number % 100)


def _column(
    texts: list[bytes], title: str, strings: SharedStrings
) -> tuple[bytes, Sequence[bytes]]:
    """Return the rest of a cell's form and what fills it; a cell without text is a blank one."""
    if title in times.TITLES:
        return b"%b", [_date(text, strings) for text in texts]
    return (_NUMBER, texts) if title == KNOWN_BY else (_TEXT, strings.numbers(texts, title))


def _date(text: bytes, strings: SharedStrings) -> bytes:
    """Return the rest of a date cell; of one with text that is no time, that of a text."""
    number = times.serial(text.decode())
    if number is None:
        return _TEXT % strings.numbers([text])[0]
    return _NUMBER % repr(number).encode()


def escape(text: bytes, altered: Counter[str]) -> bytes:
    """Return UTF-8 text with Excel's own _xHHHH_ for what XML cannot hold and for look-alikes.

    0xFF stands between values; each value is counted once (ECMA-376 part 1, 22.9.2.19, ST_Xstring).
    """
    if b"_x" in text and (count := _values_with(_LOOK_ALIKE, text)):
        text = _LOOK_ALIKE.sub(b"_x005F_", text)
        altered["look-alike of an escape escaped"] += count
    if _suspicious(text) and (count := _values_with(_UNWRITABLE, text)):
        text = _UNWRITABLE.sub(_escaped, text)
        altered["control character escaped"] += count
    return text


def _suspicious(text: bytes) -> bool:
    """Tell five times sooner than the expression does that a text has nothing unwritable."""
    return len(text.translate(None, _CONTROLS)) < len(text) or b"\xef\xbf" in text


def _values_with(pattern: re.Pattern[bytes], text: bytes) -> int:
    return len({text.rfind(_BETWEEN_BYTE, 0, m.start()) for m in pattern.finditer(text)})


def _escaped(match: re.Match[bytes]) -> bytes:
    return b"_x%04X_" % ord(match[0].decode())


def markup(text: bytes) -> bytes:
    """Return text as XML has it between tags."""
    return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")
