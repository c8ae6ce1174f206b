"""A table as csv: RFC 4180, UTF-8 with the mark by which Excel knows it; no row is a formula."""

from __future__ import annotations

import csv
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterable, Sequence
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
# Where lists are separated by ";" Excel takes a comma's file apart there, quotes or not. A hyphen
# counts only before a letter or digit: so many names end in ;-)
_AFTER_SEPARATOR = re.compile(f"(?<=[;\t\r\n])(?={_UNSEEN}*(?:(?!-)[{_LEADS}]|-\\w))")
_NEGATIVE_NUMBER = re.compile("-[0-9]+", re.ASCII)


def write(table: Table, out: BinaryIO) -> None:
    """Write the table to a stream.

    Phones are digits only, ids as they are (of groups on MAX and Telegram negative numbers); any
    other text that a spreadsheet might take for a formula gets an apostrophe and is counted.
    """
    out.write(BOM_UTF8 + _lines([table.header]))
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        out.write(_lines(_row(table.header, row, table.altered) for row in batch))


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    lines = StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue().encode()


def _row(header: Sequence[str], row: Row, altered: Counter[str]) -> list[str]:
    return [_field(title, value, altered) for title, value in zip(header, row, strict=True)]


def _field(title: str, value: str, altered: Counter[str]) -> str:
    if title == "phone":
        return value.removeprefix("+")
    if title == "id" and _NEGATIVE_NUMBER.fullmatch(value):
        return value
    return _as_text(value, altered)


def _as_text(value: str, altered: Counter[str]) -> str:
    """Return the value with apostrophes where it, or a part of it, might be read as a formula."""
    safe = _AFTER_SEPARATOR.sub("'", value)
    if _AT_START.match(value):
        safe = "'" + safe
    if safe != value:
        altered["apostrophe before a possible formula"] += 1
    return safe
