"""Write contacts in the format that was asked for; nothing is fetched."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import BinaryIO

import msgspec

from workbook.contacts.columns import BASIC, NAME, Origin, Table, build
from workbook.contacts.contact import Contacts, can_be_called
from workbook.contacts.exclusion import Exclusion
from workbook.contacts.summary import Trend
from workbook.errors import WrongUsage

SUFFIXES = ("xlsx", "csv", "json", "jsonl", "vcf")
FORMATS = (*SUFFIXES, "google-csv")
DELIMITERS = {",": ",", ";": ";", "tab": "\t"}  # of a csv
CALLED = ("vcf", "google-csv")  # those for people one can call


class Wishes(msgspec.Struct, frozen=True):
    """How a file should look, and who is in it: `kind`, `count` and `sort` as `select` has them.

    `saved`: "yes" or "no"; `countries`: English names; `new_since`: a day, a time or "last";
    `excluded`: who is left out.
    `summary`, `rtl` (None: as most names are written), `changes` and `members` are for workbooks;
    `delimiter` and `mark` (the byte order mark) for csv only.
    """

    format: str = "xlsx"
    columns: tuple[str, ...] = BASIC
    summary: bool = True
    rtl: bool | None = None
    changes: bool = False
    members: bool = False
    kind: str | None = None
    count: int | None = None
    sort: str | None = None
    saved: str | None = None
    countries: frozenset[str] = frozenset()
    new_since: str | None = None
    excluded: Exclusion | None = None
    delimiter: str = ","
    mark: bool = True


def format_of(out: str, named: str | None = None) -> str:
    """Return the format that was named, else the one the suffix of `out` tells.

    Raises WrongUsage.
    """
    if named is not None:
        return named
    suffix = PurePath(out).suffix.lower().removeprefix(".")
    if suffix in SUFFIXES:
        return suffix
    if out == "-":
        raise WrongUsage(f"For standard output name the format: --format {_any_of(FORMATS)}.")
    endings = _any_of([f".{each}" for each in SUFFIXES])
    raise WrongUsage(f'The ending of "{out}" tells no format; use {endings}, or --format.')


def _any_of(words: Sequence[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}"


def fitting(contacts: Contacts, format_name: str) -> Contacts:
    """Return the contacts that a format can hold: cards are for people one can call."""
    if format_name not in CALLED:
        return contacts
    return [contact for contact in contacts if can_be_called(contact)]


def warm_up(format_name: str) -> None:
    """Begin to import what a format takes, in a thread: best while the service is answering."""
    if format_name == "xlsx":
        from workbook.export import xlsx

        threading.Thread(target=xlsx.warm_up, daemon=True).start()


def write(
    contacts: Contacts,
    origin: Origin,
    wishes: Wishes,
    out: BinaryIO,
    beside: Mapping[str, Table] = {},
    trend: Trend | None = None,
) -> Counter[str]:
    """Write the contacts; return, by reason, how many values are not exactly what was sent.

    Tables `beside` get sheets of their own in a workbook, `trend` stands in its summary.
    """
    if wishes.format == "vcf":
        from workbook.export import vcard

        return vcard.write(contacts, out)
    if wishes.format == "google-csv":
        from workbook.export import google_csv

        return google_csv.write(contacts, out)
    rows = build(contacts, origin, wishes.columns)
    if wishes.format == "xlsx":
        from workbook.contacts.summary import summarize
        from workbook.export import xlsx

        summary = summarize(contacts, origin, trend) if wishes.summary else None
        xlsx.write(rows, out, summary=summary, beside=beside, rtl=wishes.rtl)
        return +rows.altered
    return write_table(rows, wishes.format, out, delimiter=wishes.delimiter, mark=wishes.mark)


def write_table(
    table: Table,
    format_name: str,
    out: BinaryIO,
    name: str = NAME,
    *,
    delimiter: str = ",",
    mark: bool = True,
) -> Counter[str]:
    """Write any table; `name` is that of a workbook's sheet. Returns as `write`."""
    if format_name == "xlsx":
        from workbook.export import xlsx

        xlsx.write(table, out, name=name)
    elif format_name == "csv":
        from workbook.export import csv

        csv.write(table, out, delimiter=delimiter, mark=mark)
    else:
        from workbook.export import json

        (json.write_lines if format_name == "jsonl" else json.write)(table, out)
    return +table.altered
