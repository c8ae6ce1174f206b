"""The charts on our sheet of numbers, made to show the rows of now; `copies` has the values."""

from __future__ import annotations

from lxml import etree

from workbook.export.summary_lines import COUNTRIES, GROWTH, MOST_TYPES, NAME, TYPES
from workbook.merge.ranges import Range, letters, parse
from workbook.ooxml.markup import written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import all_reached, looked_at, reached
from workbook.ooxml.summary_layout import COUNTS, LABELS, Layout


def redirect(package: Package, sheet_part: str, old: Layout, new: Layout) -> None:
    """Let the charts that showed our blocks show their new ranges."""
    for chart in all_reached(package, reached(package, sheet_part, "drawing"), "chart"):
        root = looked_at(package, chart)
        references = root.iter("{*}strRef", "{*}numRef") if root is not None else ()
        moved = [_redirect(reference, old, new) for reference in references]
        if root is not None and any(moved):
            package.put(chart, written(root))


def _redirect(reference: etree._Element, old: Layout, new: Layout) -> bool:
    formula = reference.find("{*}f")
    if formula is None:
        return False
    sheet, _, cells = (formula.text or "").rpartition("!")
    shown = parse(cells) if sheet.strip("'") == NAME else None
    if shown is None or shown.left not in (LABELS, COUNTS):
        return False
    for before, now in _moves(old, new):
        if shown == _within(shown.left, before):
            column = letters(shown.left)
            formula.text = f"{sheet}!${column}${now[0]}:${column}${now[-1]}"
            return before != now
    return False


def _within(column: int, rows: range) -> Range:
    return Range(column, rows[0], column, rows[-1])


def _moves(old: Layout, new: Layout) -> list[tuple[range, range]]:
    """Return which rows were in a chart and which are now."""
    types = [(old.blocks[TYPES][:MOST_TYPES], new.blocks[TYPES][:MOST_TYPES])]
    shown = [title for title in (COUNTRIES, GROWTH) if title in old.blocks and title in new.blocks]
    return [*types, *((old.blocks[title], new.blocks[title]) for title in shown)]
