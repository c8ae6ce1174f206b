"""What the sheet Summary says: its words, its numbers and in which rows; it writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import datetime
from enum import IntEnum, auto

import msgspec
from msgspec.structs import astuple, replace

from workbook.contacts.summary import Numbers, OfAccount, Summary

NAME = "Summary"  # of the sheet
TITLE, ACCOUNT, FETCHED, CONTACTS = HEAD = (
    "Contacts from GREEN-API",
    "Account",
    "Fetched",
    "Contacts",
)
SINCE_LAST, IN_MONTH = "since last list", "in 30 days"  # beside the time, over the changes
TYPES, PEOPLE, COUNTRIES = "By type", "People", "Phones by country"
NEW, RENAMED, GONE = "New in 30 days", "Renamed in 30 days", "Not seen lately"
GROWTH = "Growth"
ACCOUNTS, TOTAL, ONCE = "By account", "All accounts", "Each person once"
COLUMNS = ("contacts", "people", "groups", "saved", "new", "list of", "problem")  # of accounts
FORMER = ("Contacts by account", "Lists of")  # blocks of version 0.4.0, which ACCOUNTS replaces
ORDER = (TYPES, PEOPLE, COUNTRIES, *FORMER, NEW, RENAMED, GONE, GROWTH, ACCOUNTS)  # of the blocks
KINDS = {"user": "People", "group": "Groups", "": "Without a type"}
MOST_TYPES = 6  # in the chart; the service knows two, and seven more would not be legible
WIDTHS = {1: 34, 2: 17, 3: 14, 4: 12, 5: 3}  # of the columns, in characters
WIDE = {**WIDTHS, 5: 12, 6: 12, 7: 17, 8: 12}  # with lines of accounts
TOP = 2  # the row that charts begin at

Value = str | int | datetime
Line = tuple[Value, ...]  # what stands in a row, from the left


class Kind(IntEnum):
    """What a cell of the sheet is, which decides how it looks."""

    TITLE = 0
    LABEL = auto()
    TEXT = auto()
    TIME = auto()
    COUNT = auto()
    CHANGE = auto()
    NOTE = auto()  # as long as it likes
    HEADING = auto()
    RULE = auto()  # beside a heading: the title of a column, or nothing
    OVER_NOTES = auto()  # the same over notes


Cells = Sequence[tuple[Kind, Value]]
_OF_ACCOUNT = (Kind.LABEL, *[Kind.COUNT] * 5, Kind.TIME, Kind.NOTE)


class Block(msgspec.Struct, frozen=True):
    """A heading, its row, and the lines below it; of accounts the last one tells the total."""

    row: int
    title: str
    lines: Sequence[Line]

    @property
    def rows(self) -> range:
        """Return the rows of the lines."""
        return range(self.row + 1, self.row + 1 + len(self.lines))

    def cells(self) -> Iterator[tuple[int, Cells]]:
        """Yield what stands in each row, the heading first."""
        lines: list[Cells] = [[*map(_kind, range(len(line)), line)] for line in self.lines]
        if self.title == ACCOUNTS:
            *each, total = self.lines
            lines = [[*zip(_OF_ACCOUNT, line, strict=True)] for line in each]
            lines.append(_headed(str(total[0]), total[1:]))
            yield self.row, [*_headed(self.title, COLUMNS[:-1]), (Kind.OVER_NOTES, COLUMNS[-1])]
        else:
            yield self.row, _headed(self.title, [""] * (max(map(len, self.lines)) - 1))
        yield from zip(self.rows, lines, strict=True)


def _headed(label: str, beside: Sequence[Value]) -> Cells:
    return [(Kind.HEADING, label), *((Kind.RULE, value) for value in beside)]


def _kind(column: int, value: Value) -> tuple[Kind, Value]:
    if isinstance(value, str):
        return Kind.TEXT if column else Kind.LABEL, value
    if isinstance(value, datetime):
        return Kind.TIME, value
    return Kind.COUNT if column < 2 else Kind.CHANGE, value


class Lines(msgspec.Struct, frozen=True):
    """All of the sheet: the first rows, the blocks below, and those of them that are drawn.

    With each that is drawn comes the height of its chart in rows; they stand one below the other.
    """

    head: Sequence[Line]
    blocks: Sequence[Block]
    charts: Sequence[tuple[Block, int]]

    def cells(self) -> Iterator[tuple[int, Cells]]:
        """Yield what stands in each row."""
        (title, *_), *others = self.head
        yield 1, [(Kind.TITLE, title)]
        for row, line in enumerate(others, start=2):
            yield row, [*map(_kind, range(len(line)), line)]
        for block in self.blocks:
            yield from block.cells()


def of(summary: Summary, taken: Collection[range] | None = None) -> Lines:
    """Return all that the sheet says; what can be seen better than read has a chart.

    The lines of accounts reach as far as the charts, so they stand below them: where no rows are
    `taken`, by default those of charts in a new workbook.
    """
    found = [*blocks(summary)]
    charts = [*_drawn({block.title: block for block in found})]
    bottom = TOP + sum(height + 1 for _, height in charts)
    if accounts := _accounts(summary):
        below = found[-1].rows[-1] + 2
        row = _free(below, len(accounts), [range(TOP, bottom)] if taken is None else taken)
        found.append(Block(row, ACCOUNTS, accounts))
    return Lines(head(summary), found, charts)


def _free(row: int, lines: int, taken: Collection[range]) -> int:
    """Return the first row from this one on where a block of so many lines is by itself."""
    for each in sorted(taken, key=lambda rows: rows.start):
        if row <= each.stop and each.start <= row + lines + 1:
            row = each.stop + 1
    return row


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
    return [(TITLE, ""), (ACCOUNT, _whose(summary)), (FETCHED, moment, *over), total]


def _whose(summary: Summary) -> str:
    failed = sum(each.problem != "" for each in summary.accounts)
    return summary.account + (f", {failed:,} failed" if failed else "")


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
    if summary.trend is not None:
        trend = summary.trend
        for title, times in ((NEW, trend.new), (RENAMED, trend.renamed), (GONE, trend.gone)):
            yield title, [(label, moment.replace(tzinfo=None)) for label, moment in times]
        yield GROWTH, trend.growth


def _accounts(summary: Summary) -> list[Line]:
    """Return a line an account, and one with their total."""
    if not summary.accounts:
        return []
    kinds, new = dict(summary.by_type), [e.new for e in summary.accounts if e.new is not None]
    total = OfAccount(
        ONCE if summary.once else TOTAL,
        summary.total,
        kinds.get("user", 0),
        kinds.get("group", 0),
        summary.saved,
        sum(new) if new and not summary.once else None,
    )
    return [
        tuple("" if value is None else _local(value) for value in astuple(each))
        for each in (*summary.accounts, total)
    ]


def _local(value: Value) -> Value:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


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
