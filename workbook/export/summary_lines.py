"""What the sheet Summary says: its words, its numbers and in which rows; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from workbook.contacts.summary import Numbers, Summary

NAME = "Summary"  # of the sheet
TITLE, ACCOUNT, FETCHED, CONTACTS = HEAD = (
    "Contacts from GREEN-API",
    "Account",
    "Fetched",
    "Contacts",
)
SINCE_LAST, IN_MONTH = "since last list", "in 30 days"  # beside the time, over the changes
TYPES, PEOPLE, COUNTRIES = "By type", "People", "Phones by country"
ACCOUNTS, LISTS = "Contacts by account", "Lists of"
NEW, RENAMED, GONE = "New in 30 days", "Renamed in 30 days", "Not seen lately"
GROWTH = "Growth"
COMPARED, DATED = (TYPES, PEOPLE, COUNTRIES, ACCOUNTS), (LISTS, NEW, RENAMED, GONE)
ORDER = (*COMPARED, *DATED, GROWTH)  # of the blocks
KINDS = {"user": "People", "group": "Groups", "": "Without a type"}
MOST_TYPES = 6  # in the chart; the service knows two, and seven more would not be legible

Value = str | int | datetime
Line = tuple[Value, ...]  # what stands in a row, from the left


class Block(msgspec.Struct, frozen=True):
    """A heading, its row, and the lines below it."""

    row: int
    title: str
    lines: Sequence[Line]

    @property
    def rows(self) -> range:
        """Return the rows of the lines."""
        return range(self.row + 1, self.row + 1 + len(self.lines))


class Lines(msgspec.Struct, frozen=True):
    """All of the sheet: the first rows, the blocks below, and those of them that are drawn.

    With each that is drawn comes the height of its chart in rows; they stand one below the other.
    """

    head: Sequence[Line]
    blocks: Sequence[Block]
    charts: Sequence[tuple[Block, int]]


def of(summary: Summary) -> Lines:
    """Return all that the sheet says; what can be seen better than read has a chart."""
    found = [*blocks(summary)]
    return Lines(head(summary), found, [*_drawn({block.title: block for block in found})])


def _drawn(found: Mapping[str, Block]) -> Iterator[tuple[Block, int]]:
    """Yield the blocks that get a chart: one bar says nothing.

    The line begins with the first day: an update prolongs charts, and draws none.
    """
    if GROWTH in found:
        yield found[GROWTH], 15
    if sum(line[1] != 0 for line in found[TYPES].lines) > 1:
        yield replace(found[TYPES], lines=found[TYPES].lines[:MOST_TYPES]), 9
    if COUNTRIES in found and (bars := len(found[COUNTRIES].lines)) > 1:
        yield found[COUNTRIES], 5 + 2 * bars


def head(summary: Summary) -> list[Line]:
    """Return the first rows of the sheet: a label and a value each, and over what changes are."""
    moment = summary.fetched.replace(tzinfo=None)
    over = () if summary.trend is None else (SINCE_LAST, IN_MONTH)
    total = _line(summary, CONTACTS, summary.total, lambda numbers: numbers.total)
    return [(TITLE, ""), (ACCOUNT, summary.account), (FETCHED, moment, *over), total]


def blocks(summary: Summary) -> Iterator[Block]:
    """Yield what stands below the head, with a blank row before each heading."""
    row = len(HEAD) + 2
    for title, lines in _lines(summary):
        if lines:
            yield Block(row, title, lines)
            row += len(lines) + 2


def _lines(summary: Summary) -> Iterator[tuple[str, Sequence[Line]]]:
    yield TYPES, [_type(summary, kind, count) for kind, count in summary.by_type]
    yield PEOPLE, _people(summary)
    yield COUNTRIES, _countries(summary)
    yield ACCOUNTS, [(alias, contacts) for alias, contacts, _ in summary.accounts]
    yield LISTS, [(alias, at.replace(tzinfo=None)) for alias, _, at in summary.accounts]
    if summary.trend is not None:
        trend = summary.trend
        for title, times in ((NEW, trend.new), (RENAMED, trend.renamed), (GONE, trend.gone)):
            yield title, [(label, moment.replace(tzinfo=None)) for label, moment in times]
        yield GROWTH, trend.growth


def _type(summary: Summary, kind: str, count: int) -> Line:
    return _line(summary, KINDS.get(kind, kind), count, lambda numbers: numbers.types[kind])


def _people(summary: Summary) -> list[Line]:
    return [
        _line(summary, "In the phone book", summary.saved, lambda each: each.saved),
        _line(summary, "Not in the phone book", summary.unsaved, lambda n: n.people - n.saved),
        _line(summary, "Number hidden by WhatsApp", summary.hidden, lambda each: each.hidden),
    ]


def _countries(summary: Summary) -> list[Line]:
    top = [name for name, _ in summary.countries]

    def others(numbers: Numbers) -> int:
        return sum(n for name, n in numbers.countries.items() if name and name not in top)

    lines = [_country(summary, name, count) for name, count in summary.countries]
    if summary.other_countries:
        lines.append(_line(summary, "Other countries", summary.other_countries, others))
    return lines


def _country(summary: Summary, name: str, count: int) -> Line:
    return _line(summary, name, count, lambda numbers: numbers.countries[name])


def _line(summary: Summary, label: str, count: int, of: Callable[[Numbers], int]) -> Line:
    """Return a label, its count, and how that changed; "" where it is not known."""
    if summary.trend is None:
        return (label, count)
    steps = (summary.trend.last, summary.trend.month)
    return (label, count, *("" if step is None else of(step) for step in steps))
