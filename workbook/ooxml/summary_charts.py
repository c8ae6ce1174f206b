"""The charts on our sheet of numbers, made to show the rows of now; `copies` has the values."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from workbook.export.summary_lines import COUNTRIES, GROWTH, MOST_TYPES, NAME, TYPES
from workbook.merge.ranges import Range, letters, parse
from workbook.ooxml.markup import written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import all_reached, looked_at, reached
from workbook.ooxml.summary_layout import COUNTS, LABELS, Layout

ROW = 190_500  # of a usual one's height, 15 points, in English Metric Units


def redirect(package: Package, sheet_part: str, old: Layout, new: Layout) -> None:
    """Let the charts that showed our blocks show their new ranges."""
    for chart in all_reached(package, reached(package, sheet_part, "drawing"), "chart"):
        if (root := looked_at(package, chart)) is not None:
            references = root.iter("{*}strRef", "{*}numRef")
            moved = [_redirect(reference, old, new) for reference in references]
            if any(moved):
                package.put(chart, written(root))


def drawn_over(package: Package, sheet_part: str, columns: int) -> Iterator[range]:
    """Yield the rows that charts, pictures and shapes cover in the first columns of a sheet."""
    for drawing in reached(package, sheet_part, "drawing"):
        root = looked_at(package, drawing)
        for anchor in root if root is not None else ():
            left, top = _place(anchor, "from/{*}col"), _place(anchor, "from/{*}row")
            if left < columns:
                bottom = max(top + _height(anchor), _place(anchor, "to/{*}row"))
                yield range(top + 1, bottom + 2)


def _place(anchor: etree._Element, what: str) -> int:
    """Return a row or column counted from 0, which is also the place of what tells none."""
    text = anchor.findtext(f"{{*}}{what}", "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 0


def _height(anchor: etree._Element) -> int:
    """Return how many rows something covers that tells its size instead of its end."""
    size = anchor.find("{*}ext")
    high = size.get("cy", "") if size is not None else ""
    return int(high) // ROW if high.isascii() and high.isdigit() and len(high) < 12 else 0


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
