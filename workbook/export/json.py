"""A table as JSON: an array of objects, one to a line, with the columns' titles as keys."""

from __future__ import annotations

from itertools import islice
from typing import BinaryIO

import msgspec

from workbook.contacts.columns import Table
from workbook.contacts.contact import BATCH

_encode_lines = msgspec.json.Encoder().encode_lines


def write(table: Table, out: BinaryIO) -> None:
    """Write the table to a stream, in UTF-8, a batch at a time."""
    rows, before = iter(table.rows), b"[\n"
    while batch := list(islice(rows, BATCH)):
        lines = _encode_lines([dict(zip(table.header, row, strict=True)) for row in batch])
        # within a value a line break is written \n, so each one here stands between two rows
        out.write(before + lines.rstrip(b"\n").replace(b"\n", b",\n"))
        before = b",\n"
    out.write(b"\n]\n" if before == b",\n" else b"[]\n")
