"""Bring the sheet Summary of a workbook up to date, unless somebody has rearranged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from workbook.contacts.summary import Summary
from workbook.export.summary_lines import COMPARED, DATED, HEAD, NAME, TYPES
from workbook.merge.ranges import Range
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.package import Package
from workbook.ooxml.reading import counts_from_1904
from workbook.ooxml.styles import Formats
from workbook.ooxml.summary_charts import redirect
from workbook.ooxml.summary_layout import (
    COUNTS,
    LABELS,
    WIDE,
    Layout,
    is_ours,
    layout,
    lines_for,
    lines_of,
    width_of,
)
from workbook.ooxml.table_growth import reach_over
from workbook.ooxml.table_part import sheets
from workbook.ooxml.worksheet import BY_DEFAULT, Grid, set_style
from workbook.ooxml.writing import set_number, set_text

REARRANGED = (
    'The sheet "Summary" was rearranged, so its numbers were left as they are, '
    "those of an earlier list."
)


def update_summary(package: Package, texts: Texts, told: Callable[[bool], Summary]) -> list[str]:
    """Write the numbers of a list into our sheet; return a sentence where it cannot show them.

    `told` returns them, with what is known of the past where the argument is True. A sheet that is
    not ours, or shows another account, is left alone.
    """
    part = dict(sheets(package)).get(NAME)
    if part is None:
        return []
    grid = Grid(package.read(part), part, package.budget)
    lines = lines_of(grid, texts)
    if not is_ours(lines):
        return []
    old = layout(lines)
    summary = told(width_of(lines) == WIDE)
    new = layout(lines_for(summary, since_1904=counts_from_1904(package)))
    if old is None or new is None:
        return [REARRANGED]
    if not new.speaks_of(old):
        return []
    _write(package, grid, old, new)
    package.put(part, grid.written())
    redirect(package, part, old, new)
    return []


def _write(package: Package, grid: Grid, old: Layout, new: Layout) -> None:
    styles = _styles(package, grid, old, new) if old.blocks != new.blocks else {}
    width = max(old.width, new.width)
    for row in sorted({*old.lines, *new.lines}):
        line = new.lines.get(row, ())
        for column, value in enumerate((*line, *[""] * (width - len(line))), 1):
            cell = grid.cell(row, column)
            if (row, column) in styles:
                set_style(cell, styles[row, column])
            if isinstance(value, str):
                set_text(cell, grid.ns, value, Counter())
            else:
                set_number(cell, grid.ns, value)
    reach_over(grid, Range(LABELS, 1, width, max(new.lines)))


def _styles(
    package: Package, grid: Grid, old: Layout, new: Layout
) -> Mapping[tuple[int, int], str]:
    """Return the styles of cells below the head for blocks that begin or end in other rows."""
    heading, line = old.blocks[TYPES][0] - 1, old.blocks[TYPES][0]
    columns = range(LABELS, new.width + 1)
    below = {*old.lines, *new.lines} - {*range(1, len(HEAD) + 1)}
    styles = {(row, column): BY_DEFAULT for row in below for column in columns}
    formats = Formats(package)
    for title, rows in new.blocks.items():
        own = columns if title in COMPARED else columns[:COUNTS]
        for column in own:
            styles[rows[0] - 1, column] = grid.style(heading, column)
            is_date = title in DATED and column == COUNTS
            like = formats.dated(BY_DEFAULT) if is_date else grid.style(line, column)
            styles.update({(row, column): like for row in rows})
    formats.put()
    return styles
