"""Bring the sheet Summary of a workbook up to date, unless somebody has rearranged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping

from workbook.contacts.summary import Summary
from workbook.export import summary_lines
from workbook.export.summary_lines import ACCOUNTS, HEAD, NAME, TYPES, Kind, Lines
from workbook.merge.ranges import LAST_ROW, Range
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.column_widths import widen
from workbook.ooxml.package import Package
from workbook.ooxml.reading import counts_from_1904
from workbook.ooxml.styles import Formats
from workbook.ooxml.summary_charts import drawn_over, redirect
from workbook.ooxml.summary_layout import (
    LABELS,
    WIDE,
    WIDEST,
    Layout,
    Line,
    is_ours,
    layout,
    lines_for,
    lines_of,
    taken,
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


OTHERS = (
    'The sheet "Summary" speaks of other accounts, too, so its numbers were left as they are; '
    "--all-accounts brings all of them up to date."
)


def update_summary(
    package: Package,
    texts: Texts,
    told: Callable[[bool], Summary],
    former: Collection[str] = (),
) -> list[str]:
    """Write the numbers of a list into our sheet; return a sentence where it cannot show them.

    `told` returns them, with what is known of the past where the argument is True; `former`: under
    which aliases their accounts were shown before. A sheet that is not ours, or shows another
    account, is left alone.
    """
    if (found := _found(package, texts)) is None:
        return []
    part, grid, there = found
    old, over = layout(there), [*taken(grid, there), *drawn_over(package, part, WIDEST)]
    lines = summary_lines.of(told(width_of(there) == WIDE), over)
    new = layout(lines_for(lines, since_1904=counts_from_1904(package)))
    if old is None or new is None or max(new.lines) > LAST_ROW:
        return [REARRANGED]
    if not old.accounts <= {*new.accounts, *former}:
        return [OTHERS] if len(old.accounts) > 1 else []
    _write(package, grid, old, new, lines)
    package.put(part, *grid.written())
    redirect(package, part, old, new)
    return []


def tells_otherwise(package: Package, texts: Texts, problems: Mapping[str, str]) -> bool:
    """Tell whether our sheet says something else of an account than its problem of now."""
    if not problems or (found := _found(package, texts)) is None:
        return False
    old = layout(found[2])
    told = old.problems if old is not None else {}
    return any(told.get(alias, now) != now for alias, now in problems.items())


def _found(package: Package, texts: Texts) -> tuple[str, Grid, Mapping[int, Line]] | None:
    """Return the part of our sheet, its grid and its lines; None where there is no such sheet."""
    part = dict(sheets(package)).get(NAME)
    if part is None:
        return None
    grid = Grid(package.read(part), part, package.budget)
    lines = lines_of(grid, texts)
    return (part, grid, lines) if is_ours(lines) else None


def _write(package: Package, grid: Grid, old: Layout, new: Layout, lines: Lines) -> None:
    styles = _styles(package, grid, old, lines) if old.blocks != new.blocks else {}
    for row in sorted({*old.lines, *new.lines}):
        line = new.lines.get(row, ())
        left_over = [""] * (len(old.lines.get(row, ())) - len(line))
        for column, value in enumerate((*line, *left_over), 1):
            cell = grid.cell(row, column)
            if styles and row > len(HEAD):
                set_style(cell, styles.get((row, column), BY_DEFAULT))
            if isinstance(value, str):
                set_text(cell, grid.ns, value, Counter())
            else:
                set_number(cell, grid.ns, value)
    if ACCOUNTS in new.blocks.keys() - old.blocks.keys():
        widen(grid, summary_lines.WIDE)
    reach_over(grid, Range(LABELS, 1, max(map(len, new.lines.values())), max(new.lines)))


def _styles(
    package: Package, grid: Grid, old: Layout, lines: Lines
) -> Mapping[tuple[int, int], str]:
    """Return the styles of cells below the head for blocks that begin or end in other rows."""
    heading, line = old.blocks[TYPES][0] - 1, old.blocks[TYPES][0]
    formats = Formats(package)
    rule = formats.like(grid.style(heading, 2), code="#,##0", horizontal="right", shrinkToFit="1")
    looks = {
        Kind.LABEL: grid.style(line, 1),
        Kind.COUNT: grid.style(line, 2),
        Kind.CHANGE: grid.style(line, 3),
        Kind.TIME: formats.dated(BY_DEFAULT),
        Kind.NOTE: formats.like(BY_DEFAULT, horizontal="left", indent="1"),
        Kind.HEADING: grid.style(heading, 1),
        Kind.RULE: rule,
        Kind.OVER_NOTES: formats.like(rule, horizontal="left", indent="1"),
    }
    formats.put()
    return {
        (row, column): looks.get(kind, BY_DEFAULT)
        for row, cells in lines.cells()
        for column, (kind, _) in enumerate(cells, 1)
    }
