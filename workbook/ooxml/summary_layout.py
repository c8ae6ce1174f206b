"""Where the lines of the sheet Summary are: in a workbook that is there, and in a new one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain

import msgspec
from lxml import etree

from workbook.contacts import times
from workbook.contacts.columns import safe_text
from workbook.contacts.summary import Summary
from workbook.export.summary_lines import (
    ACCOUNTS,
    HEAD,
    ORDER,
    PEOPLE,
    SINCE_LAST,
    TYPES,
    Value,
    blocks,
    head,
)
from workbook.merge.ranges import LAST_ROW
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.worksheet import Grid

Line = tuple[str | float, ...]

LABELS, COUNTS = 1, 2  # the columns
NARROW, WIDE = 2, 4  # columns that are ours: earlier versions told no changes
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

    def speaks_of(self, other: Layout) -> bool:
        """Tell whether these numbers are of those accounts, or of more."""
        if ACCOUNTS not in self.blocks:
            return self.account == other.account
        aliases = [self.lines[row][0] for row in self.blocks[ACCOUNTS]]
        return ACCOUNTS in other.blocks or other.account in aliases

    @property
    def width(self) -> int:
        """Return how many columns are ours."""
        return width_of(self.lines)


def is_ours(lines: Mapping[int, Line]) -> bool:
    """Tell whether a sheet with these lines was once made by us."""
    return 1 in lines and lines[1][0] == HEAD[0]


def width_of(lines: Mapping[int, Line]) -> int:
    """Return how many columns of a sheet with these lines are ours."""
    return WIDE if lines.get(3, ())[NARROW : NARROW + 1] == (SINCE_LAST,) else NARROW


def lines_of(grid: Grid, texts: Texts) -> dict[int, Line]:
    """Return what our columns of a sheet say, without rows in which the first two are blank."""
    lines: dict[int, Line] = {}
    for row, holder in grid.rows(1, LAST_ROW):
        cells = {at: cell for at, cell in grid.cells(holder) if at <= WIDE}
        line = tuple(_text(texts, cells.get(at)) for at in range(1, WIDE + 1))
        if any(line[:NARROW]):
            lines[row] = line
    width = width_of(lines)
    return {row: line[:width] for row, line in lines.items()}


def lines_for(summary: Summary, *, since_1904: bool) -> dict[int, Line]:
    """Return the lines that a new workbook would have."""
    width = NARROW if summary.trend is None else WIDE
    lines = dict(enumerate(head(summary), 1))
    for block in blocks(summary):
        lines[block.row] = (block.title,)
        lines.update(zip(block.rows, block.lines, strict=True))
    return {
        row: (*(_value(value, since_1904) for value in line), *[""] * (width - len(line)))
        for row, line in lines.items()
    }


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
    shaped = all(rows and _counted(lines, rows) for rows in blocks.values())
    return Layout(lines, blocks) if shaped else None


def _counted(lines: Mapping[int, Line], rows: range) -> bool:
    told = chain.from_iterable(lines[row][NARROW:] for row in rows)
    return all(
        _NUMBER.fullmatch(str(lines[row][1])) and lines[row][0] != FORMULA for row in rows
    ) and all(value == "" or _NUMBER.fullmatch(str(value)) for value in told)


def _groups(lines: Mapping[int, Line]) -> Iterator[range]:
    """Yield the rows that stand together without a blank one between them."""
    start = 0
    for row in sorted(lines):
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
