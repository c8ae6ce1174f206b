"""A table as csv: RFC 4180, UTF-8 with the mark that Excel knows it by; no field is a formula."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache, partial
from io import StringIO
from itertools import islice
from typing import BinaryIO

from workbook.contacts.columns import Row, Table
from workbook.contacts.contact import BATCH

# OWASP, CSV Injection; ASVS 5.0, 1.2.10. Beside = + - @ their full-width and small twins, which
# Excel takes for them in East Asian settings.
_LEADS = "=+\\-@＝＋－＠﹦﹢﹣﹫"
# Spreadsheets trim blanks and drop what cannot be seen before they look for a lead.
_UNSEEN = "[\\s\x00-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]"
_AT_START = re.compile(f"(?={_UNSEEN}*[{_LEADS}])|(?=[\t\r\n])")
_NEGATIVE_NUMBER = re.compile("-[0-9]+", re.ASCII)


SEPARATORS = {",", ";"}  # at which spreadsheets take a line apart, beside tabs
GOOGLES_PHONE = "Phone 1 - Value"


@lru_cache
def _after_separator(delimiter: str) -> re.Pattern[str]:
    """Return what finds a lead behind a character that separates fields elsewhere.

    Where lists are separated by ";" Excel takes a comma's file apart there, quotes or not; a quote
    before the lead is then one of its own. A hyphen counts only before a letter or digit: so many
    names end in ;-)
    """
    separators = "".join(SEPARATORS - {delimiter})
    return re.compile(f'(?<=[{separators}\t\r\n])(?=(?:{_UNSEEN}|")*(?:(?!-)[{_LEADS}]|-\\w))')


def write(table: Table, out: BinaryIO, *, delimiter: str = ",", mark: bool = True) -> None:
    """Write the table to a stream; with `mark` it begins with U+FEFF, the byte order mark.

    Phones are digits only, ids as they are (of groups on MAX and Telegram negative numbers); any
    other text that a spreadsheet might take for a formula gets an apostrophe and is counted.
    """
    made = partial(_row, table.header, _after_separator(delimiter), table.altered)
    out.write(BOM_UTF8 * mark + _lines([table.header], delimiter))
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        out.write(_lines(map(made, batch), delimiter))


def _lines(rows: Iterable[Sequence[str]], delimiter: str) -> bytes:
    lines = StringIO()
    csv.writer(lines, delimiter=delimiter).writerows(rows)
    return lines.getvalue().encode()


def _row(
    header: Sequence[str], inner: re.Pattern[str], altered: Counter[str], row: Row
) -> list[str]:
    return [_field(title, value, inner, altered) for title, value in zip(header, row, strict=True)]


def _field(title: str, value: str, inner: re.Pattern[str], altered: Counter[str]) -> str:
    if title == "phone":
        return value.removeprefix("+")
    if title == GOOGLES_PHONE:  # plus and digits alone, which Google needs
        return value
    if title == "id" and _NEGATIVE_NUMBER.fullmatch(value):
        return value
    safe = inner.sub("'", value)
    if _AT_START.match(value):
        safe = "'" + safe
    if safe != value:
        altered["apostrophe before a possible formula"] += 1
    return safe
