"""What refers to plain cells that end with a table, and so does not see the rows added to it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from workbook.merge.ranges import Range, parse
from workbook.ooxml.markup import parsed
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, reached, relations, workbook_part
from workbook.ooxml.table_part import Table, sheets

_REFERENCE = re.compile(
    r"(?:'((?:[^']|'')+)'|([^\s'!(),;=<>&*/+^-]+))!(\$?[A-Z]+\$?\d+:\$?[A-Z]+\$?\d+)"
)
_FILTERED = "_xlnm._FilterDatabase"


def left_behind(package: Package, table: Table) -> list[str]:
    """Return what does not grow with the table, as words: names, charts, pivot tables."""
    found = [f'the name "{name}"' for name in _names(package, table)]
    charts = sum(1 for _ in _charts(package, table))
    if charts:
        found.append("a chart" if charts == 1 else f"{charts} charts")
    pivots = sum(1 for _ in _pivots(package, table))
    if pivots:
        found.append("a pivot table" if pivots == 1 else f"{pivots} pivot tables")
    return found


def covers(package: Package, table: Table, new: int) -> bool:
    """Tell whether a chart, picture or box lies over the rows that are added."""
    ref = table.ref
    rows = Range(ref.left, ref.bottom + 1, ref.right, ref.bottom + new)
    for drawing in reached(package, table.sheet_part, "drawing"):
        root = looked_at(package, drawing)
        anchors = root.iterchildren("{*}twoCellAnchor") if root is not None else ()
        if any(_reach(anchor).meets(rows) for anchor in anchors):
            return True
    return False


def _reach(anchor: etree._Element) -> Range:
    steps = (f"{{*}}{corner}/{{*}}{name}" for corner in ("from", "to") for name in ("col", "row"))
    texts = (anchor.findtext(step, "") for step in steps)
    left, top, right, bottom = (int(text) + 1 if text.isdecimal() else 1 for text in texts)
    return Range(left, top, right, bottom)


def _names(package: Package, table: Table) -> Iterator[str]:
    part = workbook_part(package)
    for name in parsed(package.read(part), part).iterfind("{*}definedNames/{*}definedName"):
        title = name.get("name", "")
        if title != _FILTERED and _ends_with(name.text or "", table):
            yield title.removeprefix("_xlnm.").replace("_", " ") if "_xlnm." in title else title


def _charts(package: Package, table: Table) -> Iterator[str]:
    for _, sheet in sheets(package):
        for drawing in reached(package, sheet, "drawing"):
            for each in relations(package, drawing):
                if each.kind in ("chart", "chartEx") and _refers(package, each.target, table):
                    yield each.target


def _refers(package: Package, part: str, table: Table) -> bool:
    root = looked_at(package, part)
    formulas = root.iter("{*}f") if root is not None else ()
    return any(_ends_with(formula.text or "", table) for formula in formulas)


def _pivots(package: Package, table: Table) -> Iterator[str]:
    for part in reached(package, workbook_part(package), "pivotCacheDefinition"):
        root = looked_at(package, part)
        source = None if root is None else root.find("{*}cacheSource/{*}worksheetSource")
        if source is not None and source.get("sheet") == table.sheet:
            covered = parse(source.get("ref", ""))
            if covered is not None and _is_of(covered, table):
                yield part


def _ends_with(formula: str, table: Table) -> bool:
    """Tell whether a formula has a plain range on the table's sheet that ends where it ended."""
    for quoted, plain, cells in _REFERENCE.findall(formula):
        covered = parse(cells)
        here = (quoted.replace("''", "'") or plain) == table.sheet
        if here and covered is not None and _is_of(covered, table):
            return True
    return False


def _is_of(covered: Range, table: Table) -> bool:
    return covered.meets(table.ref) and covered.bottom == table.ref.bottom
