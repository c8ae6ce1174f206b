"""Remove the stored results of formulas that an update has made out of date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

import msgspec
from lxml import etree

from workbook.merge.dependencies import WIDE, Area, NamedTable, Node, Sheets, reached
from workbook.merge.ranges import LAST_ROW, Range, parse
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.cell_formulas import CellFormula, cell_formulas
from workbook.ooxml.copies import Copy, copies
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, workbook_part
from workbook.ooxml.table_part import Table, sheets, tables
from workbook.ooxml.worksheet import Grid
from workbook.ooxml.writing import forget_result


class Forgotten(msgspec.Struct, frozen=True):
    """How many results were forgotten, and on which sheets old ones may stay ("": in charts).

    `cells`: by sheet, where formulas show a result that is new. `copies`: what charts and pivot
    tables keep of changed cells.
    """

    results: int
    sheets: tuple[str, ...]
    unsure: tuple[str, ...]
    cells: Mapping[str, Sequence[Range]]
    copies: Sequence[Copy]


def grids(package: Package, table: Table, grid: Grid) -> dict[str, Grid]:
    """Return the worksheets with formulas by their names; damaged ones are left out."""
    found = {}
    for name, part in sheets(package):
        with suppress(BrokenPart):
            there = (
                grid if part == table.sheet_part else Grid(package.read(part), part, package.budget)
            )
            if there.has_formulas:
                found[name] = there
    return found


def forget_results(
    package: Package, there: Mapping[str, Grid], changed: Iterable[Area]
) -> Forgotten:
    """Take the results from all formulas that reach changed cells; formulas stay.

    `there` are all worksheets with formulas, and are changed in place.
    """
    kept = copies(package)
    in_cells = [node for name, grid in there.items() for node in _nodes(name, grid)]
    nodes = [*in_cells, *(each.node for each in kept)]
    known = Sheets(_named_tables(package), names(package), package.budget.reads)
    sources = [known.sources(node.text, node.sheet) for node in nodes]
    old, complete = reached(nodes, sources, changed)
    doubtful = [node for at, node in enumerate(nodes) if not sources[at].is_sure and at not in old]
    near, _ = reached(nodes, sources, [(node.sheet, node.shown) for node in doubtful])
    left = [*doubtful, *(nodes[at] for at in near - old), *(() if complete else nodes)]
    unsure = {node.sheet for node in left if node.has_result}

    shown: dict[str, list[Range]] = defaultdict(list)
    for node in (nodes[at] for at in old if at < len(in_cells)):
        shown[node.sheet].append(node.shown)
    counts = {name: _forget(there[name], areas) for name, areas in shown.items()}
    named = tuple(name for name in there if counts.get(name))
    may_be_old = tuple(name for name in (*there, "") if name in unsure)
    old_copies = [each for at, each in enumerate(kept, len(in_cells)) if at in old]
    return Forgotten(sum(counts.values()), named, may_be_old, shown, old_copies)


def put_grids(package: Package, there: Mapping[str, Grid], chosen: Iterable[str]) -> None:
    """Put the worksheets of the chosen names into the package."""
    parts = dict(sheets(package))
    for name in chosen:
        package.put(parts[name], *there[name].written())


def about_results(done: Forgotten, computed: str = "") -> Iterator[str]:
    """Yield what a user should know of results that are gone, and of those that may be old.

    `computed`: what computing them came to.
    """
    if computed:
        yield computed
    if done.results and not computed.startswith("Computed"):
        results = "1 result" if done.results == 1 else f"{done.results:,} results"
        yield (
            f"Forgotten as of the old list: {results} of formulas on {', '.join(done.sheets)}. "
            "Excel and LibreOffice compute them on opening; programs that only read stored "
            "results find none there until one of the two has saved the workbook."
        )
    if done.unsure:
        named = ", ".join(filter(None, done.unsure))
        where = [f"on {named}"] * bool(named) + ["in charts"] * ("" in done.unsure)
        yield (
            f"Results {' and '.join(where)} may be of the old list until Excel or "
            "LibreOffice opens the workbook: some formulas there find their cells only then."
        )


def _nodes(sheet: str, grid: Grid) -> Iterator[Node]:
    for each in cell_formulas(grid, 1, LAST_ROW):
        text = None if each.element.get("t") == "dataTable" else each.text
        has_result = bool(each.cell.findtext(f"{grid.ns}v"))
        yield Node(sheet, each.row, _shown(each), text, has_result)


def _shown(formula: CellFormula) -> Range:
    """Return where a formula shows results: its own cell, or all cells of an array."""
    own = Range(formula.column, formula.row, formula.column, formula.row)
    is_array = formula.element.get("t") in ("array", "dataTable")
    return (parse(formula.element.get("ref", "")) if is_array else None) or own


class Places:
    """The cells of many areas; one area may be as large as a sheet."""

    def __init__(self, areas: Iterable[Range]) -> None:
        self._columns: dict[int, set[int]] = defaultdict(set)
        self._wide: list[Range] = []
        for area in dict.fromkeys(areas):
            if area.size > WIDE:
                self._wide.append(area)
                continue
            for row in range(area.top, area.bottom + 1):
                self._columns[row].update(range(area.left, area.right + 1))

    def cells(self, grid: Grid) -> Iterator[tuple[int, int, etree._Element]]:
        """Yield row, column and cell of those that a sheet mentions."""
        for row, holder in grid.rows(1, LAST_ROW):
            columns = self._columns.get(row, ())
            wide = [area for area in self._wide if area.top <= row <= area.bottom]
            if columns or wide:
                for column, cell in grid.cells(holder):
                    if column in columns or any(at.left <= column <= at.right for at in wide):
                        yield row, column, cell


def _forget(grid: Grid, areas: Iterable[Range]) -> int:
    """Take the values from these cells, and return how many had one."""
    forgotten = 0
    for row, _, cell in Places(areas).cells(grid):
        values = [*cell.iterchildren(f"{grid.ns}v")]
        if values:
            grid.row(row)  # so that it is written
            forget_result(cell, grid.ns)
            forgotten += any(value.text for value in values)
    return forgotten


def _named_tables(package: Package) -> dict[str, NamedTable]:
    return {
        each.name: NamedTable(each.sheet, each.ref, each.body, tuple(each.titles))
        for each in tables(package)
    }


def names(package: Package) -> dict[str, list[str]]:
    """Return the texts of all defined names by name; one may have several, for sheets."""
    texts: dict[str, list[str]] = defaultdict(list)
    root = looked_at(package, workbook_part(package))
    found = root.iterfind("{*}definedNames/{*}definedName") if root is not None else ()
    for each in found:
        texts[each.get("name", "")].append(each.text or "")
    return texts
