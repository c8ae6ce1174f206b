"""What the sheet Summary says: its words, its numbers and in which rows; it writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from workbook.contacts.summary import Counts, Summary

NAME = "Summary"  # of the sheet
TITLE, ACCOUNT, FETCHED, CONTACTS = HEAD = (
    "Contacts from GREEN-API",
    "Account",
    "Fetched",
    "Contacts",
)
TYPES, PEOPLE, COUNTRIES = "By type", "People", "Phones by country"
KINDS = {"user": "People", "group": "Groups", "": "Without a type"}
MOST_TYPES = 6  # in the chart; the service knows two, and seven more would not be legible

Line = tuple[str, str | datetime | int]


def head(summary: Summary) -> list[Line]:
    """Return the first rows of the sheet: a label and a value each."""
    return [
        (TITLE, ""),
        (ACCOUNT, summary.account),
        (FETCHED, summary.fetched.replace(tzinfo=None)),
        (CONTACTS, summary.total),
    ]


def blocks(summary: Summary) -> Iterator[tuple[int, str, Counts]]:
    """Yield the row of each heading, the heading, and the labels and counts below it."""
    row = len(HEAD) + 2
    for title, counts in _counts(summary).items():
        yield row, title, counts
        row += len(counts) + 2


def _counts(summary: Summary) -> Mapping[str, Counts]:
    people = (
        ("In the phone book", summary.saved),
        ("Not in the phone book", summary.unsaved),
        ("Number hidden by WhatsApp", summary.hidden),
    )
    types = tuple((KINDS.get(kind, kind), count) for kind, count in summary.by_type)
    counts: dict[str, Counts] = {TYPES: types, PEOPLE: people}
    if summary.countries:
        others = summary.other_countries
        rest = (("Other countries", others),) if others else ()
        counts[COUNTRIES] = summary.countries + rest
    return counts
