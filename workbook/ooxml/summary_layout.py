"""Where the lines of the sheet Summary are: in a workbook that is there, and in a new one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec
from lxml import etree

from workbook.contacts.columns import safe_text
from workbook.contacts.summary import Summary
from workbook.export.summary_lines import COUNTRIES, HEAD, PEOPLE, TYPES, blocks, head
from workbook.merge.ranges import LAST_ROW
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.worksheet import Grid

Line = tuple[str, str | float]

LABELS, COUNTS = 1, 2  # the columns
FORMULA = "="  # stands for whatever a formula gives

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?", re.ASCII)


class Layout(msgspec.Struct, frozen=True):
    """What stands in the first two columns: lines by row, and the rows below each heading."""

    lines: Mapping[int, Line]
    blocks: Mapping[str, range]

    @property
    def account(self) -> str:
        """Return whose numbers they are."""
        return str(self.lines[2][1])


def is_ours(lines: Mapping[int, Line]) -> bool:
    """Tell whether a sheet with these lines was once made by us."""
    return lines.get(1, ("", ""))[0] == HEAD[0]


def lines_of(grid: Grid, texts: Texts) -> dict[int, Line]:
    """Return what the first two columns of a sheet say, without blank rows."""
    lines: dict[int, Line] = {}
    for row, holder in grid.rows(1, LAST_ROW):
        cells = {at: cell for at, cell in grid.cells(holder) if at <= COUNTS}
        label, count = (_text(texts, cells.get(at)) for at in (LABELS, COUNTS))
        if label or count:
            lines[row] = (label, count)
    return lines


def lines_for(summary: Summary) -> dict[int, Line]:
    """Return the lines that a new workbook would have."""
    lines = {row: (label, _value(value)) for row, (label, value) in enumerate(head(summary), 1)}
    for row, title, counts in blocks(summary):
        lines[row] = (title, "")
        for at, (label, count) in enumerate(counts, row + 1):
            lines[at] = (safe_text(label, Counter()), count)
    return lines


def layout(lines: Mapping[int, Line]) -> Layout | None:
    """Return where the blocks are, None when the lines are not in our order any more."""
    groups = list(_groups(lines))
    labels = [[lines[row][0] for row in rows] for rows in groups]
    headings = [each[0] for each in labels[1:]]
    if not groups or groups[0][0] != 1 or tuple(labels[0]) != HEAD:
        return None
    if headings not in ([TYPES, PEOPLE], [TYPES, PEOPLE, COUNTRIES]):
        return None
    blocks = {title: rows[1:] for title, rows in zip(headings, groups[1:], strict=True)}
    shaped = all(rows and _counted(lines, rows) for rows in blocks.values())
    return Layout(lines, blocks) if shaped else None


def _counted(lines: Mapping[int, Line], rows: range) -> bool:
    return all(_NUMBER.fullmatch(str(lines[row][1])) and lines[row][0] != FORMULA for row in rows)


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


def _value(value: str | datetime | int) -> str | float:
    if isinstance(value, datetime):
        from openpyxl.utils.datetime import to_excel

        return float(to_excel(value))  # type: ignore[no-untyped-call]  # of the stubs
    return safe_text(value, Counter()) if isinstance(value, str) else value
