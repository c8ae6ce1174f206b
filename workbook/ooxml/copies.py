"""Copies of cells that charts and pivot tables keep: brought up to date where the cells changed.

A chart's copy that cannot be told is taken out: Excel and LibreOffice read the cells on opening. A
pivot table has to be refreshed, which only Excel does.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress

import msgspec
from lxml import etree

from workbook.merge.dependencies import WIDE, Node
from workbook.merge.formulas import tokens
from workbook.merge.ranges import Range
from workbook.merge.references import Reference, references
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.markup import is_true, local, namespace, whole, written
from workbook.ooxml.package import Package
from workbook.ooxml.reading import texts_of
from workbook.ooxml.relationships import charts, looked_at, reached, readable, workbook_part
from workbook.ooxml.table_part import sheets
from workbook.ooxml.worksheet import Grid

_NOWHERE = Range(0, 0, 0, 0)  # no formula reads a copy
_TEXTS, _NUMBERS = frozenset({"s", "str", "inlineStr"}), frozenset({"", "n"})
_KINDS = {"strCache": _TEXTS, "numCache": _NUMBERS}


class Copy(msgspec.Struct, frozen=True):
    """What a chart or a pivot table keeps of other cells; `formula` says of which ones.

    `holder` is the element around a chart's copy, or the one that names a pivot table's source.
    """

    part: str
    formula: str
    holder: etree._Element

    @property
    def node(self) -> Node:
        """Return it as what reads cells."""
        return Node("", 0, _NOWHERE, self.formula, bool(self.caches))

    @property
    def caches(self) -> list[etree._Element]:
        """Return the elements with a chart's copy; newer kinds of charts (cx) have levels."""
        return [each for each in self.holder if local(each).endswith(("Cache", "lvl"))]


def copies(package: Package) -> list[Copy]:
    """Return what charts and pivot tables keep of cells of this workbook."""
    return [*_of_charts(package), *_of_pivots(package)]


def pivot_sources(package: Package) -> Iterator[tuple[str, etree._Element]]:
    """Yield what names cells of this workbook that pivot tables show, with the part it is in."""
    caches = reached(package, workbook_part(package), "pivotCacheDefinition")
    for part, root in readable(package, caches):
        for source in root.iter("{*}worksheetSource", "{*}rangeSet"):
            if not any(str(name).endswith("}id") for name in source.attrib):  # of another workbook
                yield part, source


def renew(package: Package, old: Iterable[Copy]) -> Iterator[str]:
    """Bring copies of changed cells up to date; yield what a user should know of pivot tables."""
    values = _Values(package)
    pivots: dict[str, etree._Element] = {}
    for copy in old:
        root = copy.holder.getroottree().getroot()
        if local(copy.holder) in ("worksheetSource", "rangeSet"):
            pivots[copy.part] = root
        elif values.put_into(copy):
            package.put(copy.part, written(root))
    fixed = {*_on_protected_sheets(package)}
    waiting = {part: root for part, root in pivots.items() if part not in fixed}
    for part, root in waiting.items():
        if not is_true(root.get("refreshOnLoad")):
            root.set("refreshOnLoad", "1")
            package.put(part, written(root))
    if waiting:
        show = "A pivot table shows" if len(waiting) == 1 else f"{len(waiting):,} pivot tables show"
        yield f"{show} the old list until Excel opens the workbook, which refreshes that."
    if len(pivots) > len(waiting):
        yield (
            "A pivot table on a protected sheet shows the old list: unprotect the sheet in Excel, "
            "then press Refresh All (Data)."
        )


def _of_charts(package: Package) -> Iterator[Copy]:
    for part, root in readable(package, charts(package)):
        for formula in root.iter("{*}f"):
            holder = formula.getparent()
            copy = Copy(part, formula.text or "", holder) if holder is not None else None
            if copy is not None and copy.caches:
                yield copy


def _of_pivots(package: Package) -> Iterator[Copy]:
    for part, source in pivot_sources(package):
        sheet = source.get("sheet", "").replace("'", "''")
        yield Copy(part, source.get("name") or f"'{sheet}'!{source.get('ref')}", source)


def _on_protected_sheets(package: Package) -> Iterator[str]:
    """Yield the caches of pivot tables that Excel cannot refresh, and would complain about."""
    for _, sheet in sheets(package):
        pivots = [*reached(package, sheet, "pivotTable")]
        root = looked_at(package, sheet) if pivots else None
        protection = root.find("{*}sheetProtection") if root is not None else None
        if protection is not None and is_true(protection.get("sheet")):
            for pivot in pivots:
                yield from reached(package, pivot, "pivotCacheDefinition")


class _Values:
    """The cells of a workbook as charts copy them."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._parts = {name.casefold(): part for name, part in sheets(package)}
        self._grids: dict[str, tuple[Grid, Texts]] = {}

    def put_into(self, copy: Copy) -> bool:
        """Write the values of now into a chart's copy, or take it out; tell whether it changed."""
        changed = False
        for cache in copy.caches:
            kinds, values = _KINDS.get(local(cache)), None
            with suppress(BrokenPart):
                values = self._of(copy.formula, kinds) if kinds else None
            if values is None:
                copy.holder.remove(cache)
            elif _points(cache) == values:
                continue
            else:
                _write(cache, *values)
            changed = True
        return changed

    def _of(self, formula: str, kinds: Collection[str]) -> tuple[int, dict[int, str]] | None:
        """Return how many cells there are, and by their number the values of those with one.

        None where it cannot be told: several areas, hidden rows, results that are not known, cells
        of other kinds.
        """
        at = _line(formula)
        if at is None or (part := self._parts.get(at.sheet.casefold())) is None:
            return None
        (grid, texts), cells = self._read(part), at.cells
        if any(grid.hides(row) for row in range(cells.top, cells.bottom + 1)):
            return None
        values: dict[int, str] = {}
        for row, holder in grid.rows(cells.top, cells.bottom):
            for column, cell in grid.cells(holder):
                if cells.left <= column <= cells.right and len(cell):
                    text = texts.of(cell)
                    if not text or not text.isprintable() or cell.get("t", "n") not in kinds:
                        return None
                    values[row - cells.top + column - cells.left] = text
        return 1 + cells.bottom - cells.top + cells.right - cells.left, values

    def _read(self, part: str) -> tuple[Grid, Texts]:
        if part not in self._grids:
            grid = Grid(self._package.read(part), part, self._package.budget)
            self._grids[part] = grid, texts_of(self._package, grid)
        return self._grids[part]


def _line(formula: str) -> Reference | None:
    """Return the one column or row of cells that a formula is, None where it is anything else."""
    found = tokens(formula) or []
    read = [*references(found)]
    if len(read) != 1 or len(found) > 2 + read[0].last - read[0].first:  # and its sheet
        return None
    [at] = read
    width, height = at.cells.right - at.cells.left, at.cells.bottom - at.cells.top
    return at if not (width and height) and width + height < WIDE else None


def _points(cache: etree._Element) -> tuple[int, dict[int, str]]:
    count = cache.find("{*}ptCount")
    points = cache.iterfind("{*}pt")
    return (
        0 if count is None else whole(count, "val", 0),
        {whole(point, "idx", 0): point.findtext("{*}v", "") for point in points},
    )


def _write(cache: etree._Element, count: int, values: Mapping[int, str]) -> None:
    for point in [*cache.iterchildren("{*}ptCount", "{*}pt")]:
        cache.remove(point)
    ns = namespace(cache)
    points = [etree.Element(f"{ns}ptCount", {"val": str(count)})]
    for at, value in values.items():
        point = etree.Element(f"{ns}pt", {"idx": str(at)})
        etree.SubElement(point, f"{ns}v").text = value
        points.append(point)
    first = 1 if len(cache) and local(cache[0]) == "formatCode" else 0
    cache[first:first] = points
