"""The cells that an update writes, row by row; `plan` decides whose a row is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from workbook.contacts import times
from workbook.contacts.columns import HISTORICAL, Origin, Row, nothing_seen
from workbook.contacts.matching import loosely
from workbook.merge.model import (
    ACCOUNT,
    ID,
    STATUS,
    STATUS_DATE,
    Cells,
    ExistingTable,
    TableMemory,
    dated,
)

FLEETING = frozenset({"fetched", "lastSeen"})  # they alone are no reason to write
NOT_SEEN = "not seen"
SINCE = f"{NOT_SEEN} since "  # and a day, where that has no column


class RowEdits:
    """Collect the cells to write, row by row."""

    def __init__(
        self, existing: ExistingTable, ours: dict[str, int], origins: Iterable[Origin]
    ) -> None:
        self.existing, self.ours = existing, ours
        # where the history was not asked, what is written of it says more than nothing
        unasked = any(origin.seen is nothing_seen for origin in origins)
        untold = HISTORICAL if unasked else frozenset()
        self.titles = tuple(title for title in ours if title not in untold)
        self.noted = noted(existing, ours)
        self.updates: dict[int, dict[int, str]] = {}
        self.moved: dict[int, str] = {}
        self.left: set[tuple[int, int]] = set()
        self.without_room = 0
        self.altered = Counter[str]()  # as in a Table
        self._dated = dated(ours)
        self._steady = self._columns(title for title in self.titles if title not in FLEETING)
        self._times = self._columns(title for title in self.titles if title in times.TITLES)

    def best(self, rows: Sequence[int], person: str) -> int:
        """Choose the row of a person that is kept up to date: the one with the user's notes."""
        if len(rows) == 1:
            return rows[0]
        ids = self.ours[ID]
        return min(
            rows,
            key=lambda row: (row not in self.noted, self.existing.rows[row][ids] != person, row),
        )

    def update(self, known: Mapping[int, Row]) -> list[int]:
        """Write each row's new values, and return the rows in which one differed.

        Nothing is written over a formula of the user's.
        """
        for row, values in known.items():
            self._update(row, values)
        return sorted(self.updates)

    def _update(self, row: int, values: Row) -> None:
        there = self.existing.rows[row]
        cells = {
            at: values[nth]
            for nth, at in self._steady
            # a time that stands there as text is that time all the same
            if there[at] != values[nth]
            and not (at in self._dated and times.wall(there[at]) == values[nth])
        }
        status = self.ours.get(STATUS)
        if status is not None and there[status].startswith(NOT_SEEN):
            cells = {**dict.fromkeys(self._status(), ""), **cells}
        self._write(row, cells)
        before = there[self.ours[ID]]
        now = self.updates.get(row, {}).get(self.ours[ID], before)
        if loosely(now) != loosely(before):
            self.moved[row] = before

    def name_owner(self, alias: str) -> None:
        """Write whose row it is into the column "account" of everybody."""
        ids, account = self.ours[ID], self.ours[ACCOUNT]
        for row, values in enumerate(self.existing.rows):
            if values[ids].strip():
                self._write(row, {account: alias})

    def place(self, newcomers: Sequence[Row]) -> tuple[list[int], list[Cells]]:
        """Give newcomers the blank rows at the end of the table, then rows below it.

        Where there is no room for all of those, none is added.
        """
        columns = [self.ours[title] for title in self.titles]
        cells = [
            {at: text for at, text in zip(columns, row, strict=True) if text} for row in newcomers
        ]
        blank = _blank_end(self.existing)[: len(cells)]
        self.updates.update(zip(blank, cells, strict=False))
        below, room = cells[len(blank) :], self.existing.room
        if room is not None and room < len(below):
            self.without_room, below = len(below), []
        return list(blank), list(below)

    def mark(self, unseen: Mapping[int, str], memory: TableMemory, origin: Origin) -> list[int]:
        """Say in our status columns since when somebody was not seen, once; return where."""
        status, *date = self._status() or (None,)
        if status is None:
            return []
        today = times.text_of(origin.fetched)

        def marked(row: int, who: str) -> bool:
            there = self.existing.rows[row]
            if there[status].startswith(NOT_SEEN) and all(there[at] for at in date):
                return False
            told = there[status].removeprefix(SINCE) if there[status].startswith(SINCE) else ""
            since = told or memory.last_seen.get(who) or origin.seen(who).last or today
            if not date:
                return self._write(row, {status: SINCE + since[:10]})
            return self._write(row, {status: NOT_SEEN, date[0]: times.wall(since)})

        return [row for row, who in unseen.items() if marked(row, who)]

    def _status(self) -> list[int]:
        """Return our column for what changed last and the one for when; none, if not the first."""
        columns = [self.ours[title] for title in (STATUS, STATUS_DATE) if title in self.ours]
        return columns if STATUS in self.ours else []

    def renew_times(self, rows: Mapping[int, Row]) -> None:
        """Write the columns that hold times into the rows of all who were seen, as date cells."""
        for row, values in rows.items() if self._times else ():
            there = self.existing.rows[row]
            self._write(row, {at: values[n] for n, at in self._times if there[at] != values[n]})

    def _write(self, row: int, cells: Cells) -> bool:
        formulas = {at for at in cells if (row, at) in self.existing.formulas}
        self.left.update((row, at) for at in formulas)
        written = {at: text for at, text in cells.items() if at not in formulas}
        if written:
            self.updates.setdefault(row, {}).update(written)
        return bool(written)

    def _columns(self, titles: Iterable[str]) -> list[tuple[int, int]]:
        """Return for each title (its place among the built values, its column in the table)."""
        return [(self.titles.index(title), self.ours[title]) for title in titles]


def noted(existing: ExistingTable, ours: Mapping[str, int]) -> frozenset[int]:
    """Return the rows in which the user wrote something: text or a formula of his own."""
    users = {*range(len(existing.header))} - {*ours.values()}
    written = {n for row, run in existing.runs() if any(row[at] for at in users) for n in run}
    return frozenset(written.union(row for row, at in existing.formulas if at in users))


def _blank_end(existing: ExistingTable) -> range:
    """Return the rows at the end in which nobody wrote anything."""
    formulas = {row for row, _ in existing.formulas}
    last, blank = len(existing.rows), None
    while last and last - 1 not in formulas:
        row = existing.rows[last - 1]
        if row is not blank and any(row):
            break
        last, blank = last - 1, row
    return range(last, len(existing.rows))
