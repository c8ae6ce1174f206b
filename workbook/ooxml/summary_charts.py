"""The charts on our sheet of numbers, made to show the rows and values of now."""

from __future__ import annotations

from collections.abc import Sequence

from lxml import etree

from workbook.export.summary_lines import COUNTRIES, MOST_TYPES, NAME, TYPES
from workbook.merge.ranges import Range, letters, parse
from workbook.ooxml.markup import written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, reached
from workbook.ooxml.summary_layout import COUNTS, LABELS, Layout


def redirect(package: Package, sheet_part: str, old: Layout, new: Layout) -> None:
    """Let the charts that showed our blocks show their new ranges and values."""
    for drawing in reached(package, sheet_part, "drawing"):
        for chart in reached(package, drawing, "chart"):
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
            values = [str(new.lines[row][shown.left - 1]) for row in now]
            if shown == _within(shown.left, now) and _holds(reference, values):
                return False
            column = letters(shown.left)
            formula.text = f"{sheet}!${column}${now[0]}:${column}${now[-1]}"
            _copy(reference, values)
            return True
    return False


def _within(column: int, rows: range) -> Range:
    return Range(column, rows[0], column, rows[-1])


def _holds(reference: etree._Element, values: Sequence[str]) -> bool:
    """Tell whether the copy of its cells that a chart may keep holds these values."""
    copies = reference.iterchildren("{*}strCache", "{*}numCache")
    return all([v.text or "" for v in copy.iterfind("{*}pt/{*}v")] == values for copy in copies)


def _moves(old: Layout, new: Layout) -> list[tuple[range, range]]:
    """Return which rows were in a chart and which are now."""
    types = [(old.blocks[TYPES][:MOST_TYPES], new.blocks[TYPES][:MOST_TYPES])]
    if COUNTRIES in old.blocks and COUNTRIES in new.blocks:
        return [*types, (old.blocks[COUNTRIES], new.blocks[COUNTRIES])]
    return types


def _copy(reference: etree._Element, values: Sequence[str]) -> None:
    """Put the values into the copy that a chart keeps of its cells."""
    for copy in reference.iterchildren("{*}strCache", "{*}numCache"):
        for point in list(copy.iterchildren("{*}ptCount", "{*}pt")):
            copy.remove(point)
        ns = str(copy.tag).rpartition("}")[0] + "}"
        points = [etree.Element(f"{ns}ptCount", {"val": str(len(values))})]
        for at, value in enumerate(values):
            point = etree.Element(f"{ns}pt", {"idx": str(at)})
            etree.SubElement(point, f"{ns}v").text = value
            points.append(point)
        first = 1 if len(copy) and str(copy[0].tag).endswith("}formatCode") else 0
        copy[first:first] = points
