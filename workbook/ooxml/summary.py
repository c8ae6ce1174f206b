"""Bring the sheet Summary of a workbook up to date, unless somebody has rearranged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from workbook.contacts.summary import Summary
from workbook.export.summary_lines import HEAD, NAME, TYPES
from workbook.merge.ranges import Range
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.package import Package
from workbook.ooxml.summary_charts import redirect
from workbook.ooxml.summary_layout import (
    COUNTS,
    LABELS,
    Layout,
    is_ours,
    layout,
    lines_for,
    lines_of,
)
from workbook.ooxml.table_growth import reach_over
from workbook.ooxml.table_part import sheets
from workbook.ooxml.worksheet import BY_DEFAULT, Grid, set_style
from workbook.ooxml.writing import set_number, set_text

REARRANGED = (
    'The sheet "Summary" was rearranged, so its numbers were left as they are, '
    "those of an earlier list."
)


def update_summary(package: Package, texts: Texts, summary: Summary) -> list[str]:
    """Write these numbers into our sheet; return a sentence where it cannot show them.

    A sheet that is not ours, or shows another account, is left alone.
    """
    part = dict(sheets(package)).get(NAME)
    if part is None:
        return []
    grid = Grid(package.read(part), part, package.budget)
    lines = lines_of(grid, texts)
    if not is_ours(lines):
        return []
    old, new = layout(lines), layout(lines_for(summary))
    if old is None or new is None:
        return [REARRANGED]
    if old.account != new.account:
        return []
    _write(grid, old, new)
    package.put(part, grid.written())
    redirect(package, part, old, new)
    return []


def _write(grid: Grid, old: Layout, new: Layout) -> None:
    styles = _styles(grid, old, new) if old.blocks != new.blocks else {}
    for row in sorted({*old.lines, *new.lines}):
        for column, value in zip((LABELS, COUNTS), new.lines.get(row, ("", "")), strict=True):
            cell = grid.cell(row, column)
            if (row, column) in styles:
                set_style(cell, styles[row, column])
            if isinstance(value, str):
                set_text(cell, grid.ns, value, Counter())
            else:
                set_number(cell, grid.ns, value)
    reach_over(grid, Range(LABELS, 1, COUNTS, max(new.lines)))


def _styles(grid: Grid, old: Layout, new: Layout) -> Mapping[tuple[int, int], str]:
    """Return the styles of cells below the head for blocks that begin or end in other rows."""
    line = old.blocks[TYPES][0]
    headings = {rows[0] - 1 for rows in new.blocks.values()}
    styles = {}
    for row in {*old.lines, *new.lines} - {*range(1, len(HEAD) + 1)}:
        for column in (LABELS, COUNTS):
            like = grid.style(line - 1 if row in headings else line, column)
            styles[row, column] = like if row in new.lines else BY_DEFAULT
    return styles
