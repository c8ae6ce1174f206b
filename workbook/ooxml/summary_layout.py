"""Where the lines of the sheet Summary are: in a workbook that is there, and in a new one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from lxml import etree

from workbook.contacts import times
from workbook.contacts.columns import safe_text
from workbook.export.summary_lines import (
    ACCOUNTS,
    COLUMNS,
    FORMER,
    HEAD,
    ORDER,
    PEOPLE,
    SINCE_LAST,
    TYPES,
    Lines,
    Value,
)
from workbook.merge.ranges import LAST_ROW
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.worksheet import Grid

Line = tuple[str | float, ...]

LABELS, COUNTS = 1, 2  # the columns
NARROW, WIDE = 2, 4  # columns that are ours: earlier versions told no changes
WIDEST = 1 + len(COLUMNS)  # in the lines of accounts
FORMULA = "\udcff"  # stands for whatever a formula gives; no text of a cell can be so

_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?", re.ASCII)


class Layout(msgspec.Struct, frozen=True):
    """What stands in our columns: lines by row, and the rows below each heading."""

    lines: Mapping[int, Line]
    blocks: Mapping[str, range]

    @property
    def account(self) -> str:
        """Return whose numbers they are."""
        return str(self.lines[2][1])

    @property
    def accounts(self) -> set[str]:
        """Return all whose numbers they are, the aliases of several in a block of their own."""
        former = self.blocks.get(FORMER[0], range(0))
        return {*self.problems} or {str(self.lines[row][0]) for row in former} or {self.account}

    @property
    def problems(self) -> dict[str, str]:
        """Return what is told of each of several accounts, "" for nothing."""
        rows = self.blocks.get(ACCOUNTS, range(1))[:-1]
        return {str(self.lines[row][0]): str(self.lines[row][-1]) for row in rows}


def is_ours(lines: Mapping[int, Line]) -> bool:
    """Tell whether a sheet with these lines was once made by us."""
    return 1 in lines and lines[1][0] == HEAD[0]


def width_of(lines: Mapping[int, Line]) -> int:
    """Return how many columns of a sheet with these lines are ours."""
    return WIDE if lines.get(3, ())[NARROW : NARROW + 1] == (SINCE_LAST,) else NARROW


def lines_of(grid: Grid, texts: Texts) -> dict[int, Line]:
    """Return what our columns of a sheet say, without rows in which the first two are blank."""
    read: dict[int, Line] = {}
    for row, holder in grid.rows(1, LAST_ROW):
        cells = {at: cell for at, cell in grid.cells(holder) if at <= WIDEST}
        line = tuple(_text(texts, cells.get(at)) for at in range(1, WIDEST + 1))
        if any(line[:NARROW]):
            read[row] = line
    width, accounts = width_of(read), _accounts(read)
    return {row: line if row in accounts else line[:width] for row, line in read.items()}


def _accounts(lines: Mapping[int, Line]) -> range:
    """Return the rows of accounts, with their heading."""
    of_accounts = (rows for rows in _groups(lines) if lines[rows[0]] == (ACCOUNTS, *COLUMNS))
    return next(of_accounts, range(0))


def lines_for(lines: Lines, *, since_1904: bool) -> dict[int, Line]:
    """Return these lines as values of cells, those that tell changes with blanks at their end."""
    width = max(map(len, lines.head))
    told = {row: [_value(value, since_1904) for _, value in cells] for row, cells in lines.cells()}
    return {row: (*line, *[""] * (width - len(line))) for row, line in told.items()}


def taken(grid: Grid, lines: Mapping[int, Line]) -> Iterator[range]:
    """Yield the rows with something that is not ours in columns that we use."""
    for row, holder in grid.rows(1, LAST_ROW):
        ours = len(lines.get(row, ()))
        if any(ours < at <= WIDEST and len(cell) for at, cell in grid.cells(holder)):
            yield range(row, row + 1)


def layout(lines: Mapping[int, Line]) -> Layout | None:
    """Return where the blocks are, None when the lines are not in our order any more."""
    groups = list(_groups(lines))
    labels = [[lines[row][0] for row in rows] for rows in groups]
    headings = [each[0] for each in labels[1:]]
    if not groups or groups[0][0] != 1 or tuple(labels[0]) != HEAD:
        return None
    if headings[:2] != [TYPES, PEOPLE] or headings != [each for each in ORDER if each in headings]:
        return None
    blocks = {str(title): rows[1:] for title, rows in zip(headings, groups[1:], strict=True)}
    shaped = all(rows and _counted(lines, rows, title) for title, rows in blocks.items())
    return Layout(lines, blocks) if shaped else None


def _counted(lines: Mapping[int, Line], rows: range, title: str) -> bool:
    """Tell whether the lines of a block have a label and counts, as those that we write."""
    notes = [lines[row][-1] for row in rows] if title == ACCOUNTS else []
    if notes and len(lines[rows[0]]) < WIDEST:  # somebody has changed the titles of the columns
        return False
    counts = [lines[row][1 : WIDEST - 1 if notes else None] for row in rows]
    needed = 0 if notes else 1  # an account without a list has none
    return FORMULA not in [*notes, *(lines[row][0] for row in rows)] and all(
        _NUMBER.fullmatch(str(value)) or (value == "" and at >= needed)
        for line in counts
        for at, value in enumerate(line)
    )


def _groups(lines: Mapping[int, Line]) -> Iterator[range]:
    """Yield the rows that stand together without a blank one between them."""
    start = 0
    for row in lines:
        start = start if row - 1 in lines else row
        if row + 1 not in lines:
            yield range(start, row + 1)


def _text(texts: Texts, cell: etree._Element | None) -> str:
    if cell is None:
        return ""
    return FORMULA if cell.find(texts.formula) is not None else texts.of(cell)


def _value(value: Value, since_1904: bool) -> str | float:
    if isinstance(value, datetime):
        return times.serial(value.isoformat(timespec="seconds"), since_1904=since_1904) or 0.0
    return safe_text(value, Counter()) if isinstance(value, str) else value
