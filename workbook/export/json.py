"""A table as JSON: objects, one to a line, in an array or, for pipelines, without one (JSONL)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import BinaryIO

import msgspec

from workbook.contacts.columns import KNOWN_BY, Row, Table
from workbook.contacts.contact import BATCH

SAVED = "saved"

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


def write_lines(table: Table, out: BinaryIO) -> None:
    """Write an object to each line, typed: null for nothing, true and false for yes and no."""
    rows = iter(table.rows)
    while batch := list(islice(rows, BATCH)):
        out.write(_encode_lines([_typed(table.header, row) for row in batch]))


def _typed(header: Sequence[str], row: Row) -> dict[str, str | bool | int | None]:
    typed: dict[str, str | bool | int | None] = {
        title: text or None for title, text in zip(header, row, strict=True)
    }
    if typed.get(SAVED) is not None:
        typed[SAVED] = typed[SAVED] == "yes"
    if (known_by := typed.get(KNOWN_BY)) is not None:
        typed[KNOWN_BY] = int(known_by)
    return typed
