"""Formulas all over a workbook that refer to plain cells of a table which gets rows.

What grows with the table, and what stays and is told, as `getcontacts` decides it:

| where it stands                                   | grows if it covers exactly      |
|---------------------------------------------------|---------------------------------|
| a formula in a cell, a total, a sparkline         | all data rows of some columns   |
| a formula in a row of the table                   | the same, its rows with "$"     |
| a formula beside such a row                       | the same, unless one of the two |
|                                                   | rows has a "$": a running total |
| a name, a dropdown, a conditional format, a chart | the same, its rows with "$"     |
| the source of a pivot table                       | the titles and all data rows    |
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import suppress

import msgspec
from lxml import etree
from msgspec.structs import replace

from workbook.merge.ranges import LAST_ROW, parse
from workbook.merge.references import ALIKE, ANY, FIXED, Followed, Growth, followed
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.budget import Budget
from workbook.ooxml.cell_formulas import CellFormula, cell_formulas
from workbook.ooxml.copies import pivot_sources
from workbook.ooxml.markup import local, parsed, written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import charts, looked_at, reached, readable, workbook_part
from workbook.ooxml.table_part import Table, sheets
from workbook.ooxml.worksheet import Grid

_RULES = ("{*}formula", "{*}formula1", "{*}formula2", "{*}f")  # also of extensions
_MANY = (
    ("a formula", "formulas"),
    ("a chart", "charts"),
    ("a pivot table", "pivot tables"),
    ("a sparkline", "sparklines"),
    ("a dropdown or format", "dropdowns or formats"),
)
_FILTERED = "_xlnm._FilterDatabase"  # Excel's own, for a filter


class Told(msgspec.Struct):
    """What grew with the table and what stayed, in words that name one of a kind, and how many."""

    grown: Counter[str] = msgspec.field(default_factory=Counter)
    stayed: Counter[str] = msgspec.field(default_factory=Counter)

    def add(self, other: Told) -> None:
        """Count what another one counts, too."""
        self.grown.update(other.grown)
        self.stayed.update(other.stayed)

    def note(self, what: str, done: Followed) -> None:
        """Count one more of these."""
        self.grown[what] += done.grew
        self.stayed[what] += done.stayed

    def sentences(self) -> Iterator[str]:
        """Yield what a user should know."""
        if grown := _in_words(self.grown):
            yield f"These covered all rows of the table, and the new ones now too: {grown}."
        if stayed := _in_words(self.stayed):
            yield (
                f"Not in the new rows: {stayed}; they refer to plain cells. "
                "Let them refer to the table to grow with it."
            )


def follow(package: Package, table: Table, grid: Grid, growth: Growth) -> Told:
    """Let references to all data rows grow, and those to the row of totals go down with it.

    `grid` is the table's own sheet, and is changed in place as the table is; other parts are put.
    """
    told = Told()
    seen: set[str] = set()
    for name, part in sheets(package):
        if part == table.sheet_part:
            _follow_on_sheet(grid, growth, name, told)
        else:
            with suppress(BrokenPart):  # a sheet that is damaged is not ours to mend
                other, there = Grid(package.read(part), part, package.budget), Told()
                if _follow_on_sheet(other, growth, name, there):
                    package.put(part, *other.written())
                told.add(there)
        for listed in reached(package, part, "table"):
            if listed.casefold() in seen:
                continue
            seen.add(listed.casefold())
            root = table.root if listed == table.part else looked_at(package, listed)
            if root is not None and _follow_definitions(package.budget, root, growth, name):
                package.put(listed, written(root))
    _follow_names(package, growth, told)
    _follow_charts(package, growth, told)
    _follow_pivots(package, growth, told)
    return told


def _follow_on_sheet(grid: Grid, growth: Growth, home: str, told: Told) -> int:
    changed = _follow_in_cells(grid, growth, home, told)
    for rule in grid.root.iter(*_RULES):
        holder = rule.getparent()
        is_sparkline = holder is not None and local(holder) == "sparkline"
        done = _paid(grid.budget, growth, rule.text or "", home, ANY if is_sparkline else FIXED)
        kind = "a sparkline" if is_sparkline else "a dropdown or format"
        told.note(f"{kind} on {home}", done)
        changed += _written(rule, done)
    return changed


def _follow_in_cells(grid: Grid, growth: Growth, home: str, told: Told) -> int:
    """Change the formulas of a sheet's cells; those that share one are spelled out where needed."""
    if not grid.has_formulas:
        return 0
    own = home.casefold() == growth.sheet.casefold()
    changes: dict[tuple[int, int], str] = {}
    groups: set[str] = set()
    for each in cell_formulas(grid, 1, LAST_ROW):
        if each.text and growth.may_concern(each.text):
            beside = own and growth.body.top <= each.row <= growth.body.bottom
            grows = _growing(growth, each) if own else ANY
            done = _paid(grid.budget, growth, each.text, home, grows)
            told.note(f"a formula on {home}", replace(done, stayed=done.stayed and not beside))
            if done.text is not None:
                changes[each.row, each.column] = done.text
                groups.update(filter(None, [each.group]))
    for each in cell_formulas(grid, 1, LAST_ROW) if changes else ():
        text = changes.get((each.row, each.column), each.text)
        if text is not None and ((each.row, each.column) in changes or each.group in groups):
            grid.row(each.row)  # so that it is written
            each.spell_out(text)
    return len(changes)


def _growing(growth: Growth, at: CellFormula) -> Collection[int]:
    """Return which ranges of a formula on the table's sheet grow.

    One in a row of the table may be a running total, which has one corner fixed.
    """
    if not growth.body.top <= at.row <= growth.body.bottom:
        return ANY
    return FIXED if growth.body.left <= at.column <= growth.body.right else ALIKE


def _follow_definitions(budget: Budget, root: etree._Element, growth: Growth, home: str) -> int:
    """Change what a table says of its columns and totals; cells tell the user of it."""
    changed = 0
    for formula in root.iter("{*}calculatedColumnFormula", "{*}totalsRowFormula"):
        grows = FIXED if local(formula) == "calculatedColumnFormula" else ANY
        done = _paid(budget, growth, formula.text or "", home, grows)
        changed += _written(formula, done)
    return changed


def _follow_names(package: Package, growth: Growth, told: Told) -> None:
    part = workbook_part(package)
    root = parsed(package.read(part), part)
    changed = 0
    for name in root.iterfind("{*}definedNames/{*}definedName"):
        title = name.get("name", "")
        done = _paid(package.budget, growth, name.text or "", "", FIXED)
        changed += _written(name, done)
        if title != _FILTERED:
            shown = title.removeprefix("_xlnm.")
            told.note(f'the name "{shown.replace("_", " ") if shown != title else title}"', done)
    if changed:
        package.put(part, written(root))


def _follow_charts(package: Package, growth: Growth, told: Told) -> None:
    for part, root in readable(package, charts(package)):
        formulas = [*root.iter("{*}f")]
        done = [_paid(package.budget, growth, each.text or "", "", FIXED) for each in formulas]
        grew, stayed = any(each.grew for each in done), any(each.stayed for each in done)
        told.note("a chart", Followed(None, grew and not stayed, stayed))
        if sum([*map(_written, formulas, done)]):
            package.put(part, written(root))


def _follow_pivots(package: Package, growth: Growth, told: Told) -> None:
    for part, source in pivot_sources(package):
        cells = parse(source.get("ref", ""))
        if cells is None or source.get("sheet") != growth.sheet:
            continue
        if growth.grown(replace(cells, top=cells.top + 1)) is not None:
            source.set("ref", str(replace(cells, bottom=cells.bottom + growth.new)))
            package.put(part, written(source))
            told.grown["a pivot table"] += 1
        elif growth.ends_with_data(cells):
            told.stayed["a pivot table"] += 1


def _paid(
    budget: Budget, growth: Growth, formula: str, home: str, grows: Collection[int]
) -> Followed:
    """Return what becomes of a formula, paid from the budget; raise BrokenPart if it is spent."""
    if not growth.may_concern(formula):
        return Followed(None, False, False)
    if not budget.reads(len(formula)):
        raise BrokenPart("workbook", "has very many formulas that refer to the table's last row")
    return followed(growth, formula, home, grows)


def _in_words(counts: Counter[str]) -> str:
    """Return how many there are of each kind; a name is one, whatever its scopes."""
    return ", ".join(
        f"{count:,} {what.replace(one, many, 1)}" if count > 1 and one else what
        for what, count in counts.items()
        if count
        for one, many in [next((pair for pair in _MANY if what.startswith(pair[0])), ("", ""))]
    )


def _written(element: etree._Element, done: Followed) -> bool:
    if done.text is not None:
        element.text = done.text
    return done.text is not None
