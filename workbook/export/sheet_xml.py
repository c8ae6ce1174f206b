"""Rows of text into the XML of worksheet rows, a batch at a time; it knows no zip and no style.

Every cell is a string, so that no text can become a formula, a link or an error value; only times,
in their own columns, are the numbers of date cells.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice

from workbook.contacts import times
from workbook.contacts.columns import KNOWN_BY, Row
from workbook.export.shared_strings import SharedStrings
from workbook.merge.ranges import letters

BATCH = 250  # rows, whose XML stays in the processor's cache: 2,000 at once take half as long again

# Text of a table holds no lone surrogate, so one can stand between values. Its byte, 0xFF, is never
# in UTF-8: a whole batch is escaped at once and still comes apart where it was put together.
_BETWEEN = "\udcff"
_BETWEEN_BYTE = b"\xff"

# XML 1.0, 2.2: no control characters but tab, LF and CR, and a reader makes LF of CR
_CONTROLS = bytes({*range(32)} - {9, 10})
_UNWRITABLE = re.compile(rb"[\x00-\x08\x0b-\x1f]|\xef\xbf[\xbe\xbf]")
_LOOK_ALIKE = re.compile(rb"_(?=x[0-9A-Fa-f]{4}_)")

_TEXT = b' t="s"><v>%d</v></c>'
_BLANK = b"/>"
_NUMBER = _DATE = b"><v>%b</v></c>"


def rows_xml(
    rows: Iterable[Row],
    header: Sequence[str],
    styles: Sequence[int],
    strings: SharedStrings,
    altered: Counter[str],
    first: int = 2,
) -> Iterator[bytes]:
    """Go through the <row> elements of these rows in pieces, numbered from `first`.

    `header` and `styles` are the titles of the columns and the styles of their cells. Values that
    had to be escaped are counted.
    """
    remaining = iter(rows)
    while batch := list(islice(remaining, BATCH)):
        text = _BETWEEN.join(chain.from_iterable(batch)).encode("utf-8", "surrogateescape")
        values = markup(escape(text, altered)).split(_BETWEEN_BYTE)
        width = len(styles)
        columns = [_column(values[at::width], title, strings) for at, title in enumerate(header)]
        yield _elements(columns, range(first, first + len(batch)), styles)
        first += len(batch)


def _elements(
    columns: Sequence[tuple[bytes, Sequence[object]]], numbers: range, styles: Sequence[int]
) -> bytes:
    digits = [b"%d" % number for number in numbers]
    slots = 1 + 2 * len(styles)  # the row's number; then for each cell the number and the value
    filling: list[object] = [b""] * (slots * len(digits))
    filling[0::slots] = digits
    template = b'<row r="%b">'
    for at, (style, (form, values)) in enumerate(zip(styles, columns, strict=True)):
        filling[1 + 2 * at :: slots] = digits
        filling[2 + 2 * at :: slots] = values
        template += f'<c r="{letters(at + 1)}%b" s="{style}"'.encode() + form
    return ((template + b"</row>") * len(digits)) % tuple(filling)


def _column(
    texts: list[bytes], title: str, strings: SharedStrings
) -> tuple[bytes, Sequence[object]]:
    """Return the rest of a cell's form and what fills it; a cell without text is a blank one."""
    if title in times.TITLES:
        return b"%b", [_date(text, strings) for text in texts]
    if title == KNOWN_BY:
        return _NUMBER, texts
    if b"" not in texts:
        return _TEXT, strings.numbers(texts, title)
    numbers = iter(strings.numbers([text for text in texts if text], title))
    return b"%b", [_TEXT % next(numbers) if text else _BLANK for text in texts]


def _date(text: bytes, strings: SharedStrings) -> bytes:
    """Return the rest of a date cell; of one with text that is no time, that of a text."""
    number = times.serial(text.decode())
    if number is None:
        return _TEXT % strings.numbers([text])[0] if text else _BLANK
    return _DATE % repr(number).encode()


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
