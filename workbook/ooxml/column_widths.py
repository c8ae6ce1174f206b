"""How wide the columns of a sheet are, in spans side by side (ECMA-376 part 1, 18.3.1.13)."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from lxml import etree

from workbook.ooxml.markup import whole
from workbook.ooxml.worksheet import Grid

USUAL = 9.0  # characters, of a column without a span


def spans_of(grid: Grid) -> etree._Element:
    """Return the element with the widths, made where a sheet has none."""
    ns, root = grid.ns, grid.root
    spans = root.find(f"{ns}cols")
    if spans is None:
        spans = root.makeelement(f"{ns}cols", {})
        root.insert(next(i for i, each in enumerate(root) if each.tag == f"{ns}sheetData"), spans)
    return spans


def widen(grid: Grid, widths: Mapping[int, int]) -> None:
    """Let columns be at least so wide, and leave what else is said of them."""
    spans = spans_of(grid)
    for column, width in widths.items():
        span = _alone(spans, column, grid.ns)
        if _width(span) < width:
            span.set("width", str(width))
            span.set("customWidth", "1")


def _width(span: etree._Element) -> float:
    try:
        return float(span.get("width", USUAL))
    except ValueError:
        return USUAL


def _alone(spans: etree._Element, column: int, ns: str) -> etree._Element:
    """Return the span of one column, cut out of the one that it is in, or made."""
    after = 0
    for place, span in enumerate(spans):
        first, last = whole(span, "min", 1), whole(span, "max", 1)
        if first <= column <= last:
            return _cut_out(spans, place, column, (first, last))
        after = place + 1 if last < column else after
    new = spans.makeelement(f"{ns}col", {"min": str(column), "max": str(column)})
    spans.insert(after, new)
    return new


def _cut_out(
    spans: etree._Element, place: int, column: int, ends: tuple[int, int]
) -> etree._Element:
    whole_span, (first, last) = spans[place], ends
    parts = [(first, column - 1), (column, column), (column + 1, last)]
    pieces = []
    for low, high in parts:
        piece = deepcopy(whole_span)
        piece.set("min", str(low))
        piece.set("max", str(high))
        pieces.append(piece)
    kept = [piece for piece, (low, high) in zip(pieces, parts, strict=True) if low <= high]
    spans[place : place + 1] = kept
    return pieces[1]
