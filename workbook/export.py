"""Contacts into a file or a stream of the format that was asked for; it never fetches."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

from workbook import table
from workbook.contacts import Contacts
from workbook.errors import WrongUsage
from workbook.table import BASIC, Origin

FORMATS = ("xlsx", "csv", "json", "vcf")


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a file should look: its format, columns and what only workbooks have."""

    format: str = "xlsx"
    columns: tuple[str, ...] = BASIC
    summary: bool = True
    rtl: bool | None = None  # None: as most names are written


def format_of(out: str, named: str | None = None) -> str:
    """Return the format that was named, else the one the suffix of `out` tells.

    Raises WrongUsage.
    """
    if named is not None:
        return named
    suffix = PurePath(out).suffix.lower().removeprefix(".")
    if suffix in FORMATS:
        return suffix
    if out == "-":
        raise WrongUsage("For standard output name the format: --format xlsx, csv, json or vcf.")
    raise WrongUsage(
        f"The ending of {out} tells no format; use .xlsx, .csv, .json or .vcf, or --format."
    )


def warm_up(format_name: str) -> None:
    """Begin to import what a format takes, in a thread: best while the service is answering."""
    if format_name == "xlsx":
        from workbook.formats import xlsx

        threading.Thread(target=xlsx.warm_up, daemon=True).start()


def write(contacts: Contacts, origin: Origin, wishes: Wishes, out: BinaryIO) -> Counter[str]:
    """Write the contacts; return, by reason, how many values are not exactly what was sent."""
    if wishes.format == "vcf":
        from workbook.formats import vcard

        return vcard.write(contacts, out)
    rows = table.build(contacts, origin, wishes.columns)
    _WRITERS[wishes.format](contacts, rows, origin, wishes, out)
    return +rows.altered


def _xlsx(
    contacts: Contacts, rows: table.Table, origin: Origin, wishes: Wishes, out: BinaryIO
) -> None:
    from workbook.formats import xlsx
    from workbook.summary import summarize

    summary = summarize(contacts, origin) if wishes.summary else None
    xlsx.write(rows, out, summary=summary, rtl=wishes.rtl)


def _csv(_: Contacts, rows: table.Table, origin: Origin, wishes: Wishes, out: BinaryIO) -> None:
    from workbook.formats import csv

    csv.write(rows, out)


def _json(_: Contacts, rows: table.Table, origin: Origin, wishes: Wishes, out: BinaryIO) -> None:
    from workbook.formats import json

    json.write(rows, out)


_WRITERS = {"xlsx": _xlsx, "csv": _csv, "json": _json}
