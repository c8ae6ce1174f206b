"""A table made wider: columns with our titles at its right end, formatted like the rest of it.

No column of the user's moves. What they hold is written later, as in all columns of ours.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from lxml import etree
from msgspec.structs import replace

from workbook.contacts.columns import BASIC
from workbook.merge.model import ExistingTable
from workbook.merge.ranges import LAST_COLUMN, Range, parse
from workbook.merge.refusals import ColumnsInTheWay
from workbook.ooxml.checks import obstacles
from workbook.ooxml.column_widths import spans_of
from workbook.ooxml.markup import namespace, whole
from workbook.ooxml.package import Package
from workbook.ooxml.table_growth import reach_over
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid, set_style
from workbook.ooxml.writing import set_text

WIDTH = "22"  # characters
_UNLIKE = frozenset({"id", "name", "uid"})  # what two columns of a table never share


def widened(
    package: Package, table: Table, grid: Grid, there: ExistingTable, titles: Sequence[str]
) -> tuple[Table, ExistingTable]:
    """Return the table with so many more columns, blank yet. Raises ColumnsInTheWay."""
    beside = replace(table.ref, left=table.ref.right + 1, right=table.ref.right + len(titles))
    if beside.right > LAST_COLUMN:
        raise ColumnsInTheWay(tuple(titles), "the end of the sheet")
    if found := min(obstacles(package, table, grid, beside), default=None):
        raise ColumnsInTheWay(tuple(titles), found[1])
    wide = replace(table, ref=table.ref.around(beside))
    _define(table, titles, wide.ref)
    _dress(grid, table, beside, _like(table, there))
    for column, title in enumerate(titles, beside.left):
        if table.headers:
            set_text(grid.cell(table.ref.top, column), grid.ns, title, Counter())
    reach_over(grid, beside)
    rows = [[*row, *("" for _ in titles)] for row in there.rows]
    return wide, replace(there, header=[*there.header, *titles], rows=rows)


def _define(table: Table, titles: Sequence[str], ref: Range) -> None:
    """Let the table's own part list the new columns and reach over them."""
    listed, last = table.columns, table.columns[-1]
    alike = {
        str(name): value
        for name, value in last.attrib.items()
        if str(name).rpartition("}")[2] not in _UNLIKE and not str(name).startswith("totalsRow")
    }
    holder, first = last.getparent(), 1 + max(whole(column, "id", 0) for column in listed)
    assert holder is not None
    for number, title in enumerate(titles, first):
        new = {"id": str(number), "name": title, **alike}
        etree.SubElement(holder, f"{namespace(table.root)}tableColumn", new)
    holder.set("count", str(len(holder)))
    for element in table.root.iter("{*}table", "{*}autoFilter"):
        covered = parse(element.get("ref", ""))
        if covered is not None and covered.right == table.ref.right:
            element.set("ref", str(replace(covered, right=ref.right)))


def _like(table: Table, there: ExistingTable) -> int:
    """Return the column on the sheet that the new ones are to look like: the last of the four."""
    ours = [at for at, title in enumerate(there.header) if title in BASIC]
    return table.ref.left + max(ours)


def _dress(grid: Grid, table: Table, beside: Range, like: int) -> None:
    columns = range(beside.left, beside.right + 1)
    for row in range(beside.top, beside.bottom + 1):
        style = grid.style(row, like if row > table.ref.top else table.ref.right)
        for column in columns:
            if grid.blank_style(row, column) != style:
                set_style(grid.cell(row, column), style)
    for warning in grid.root.iter("{*}ignoredError"):
        if parse(warning.get("sqref", "")) == table.ref:
            warning.set("sqref", str(table.ref.around(beside)))
    _give_width(grid, beside)


def _give_width(grid: Grid, beside: Range) -> None:
    """Let the columns be wide enough for a phone or a name, unless somebody has set a width."""
    spans = spans_of(grid)
    if any(beside.meets(replace(beside, left=left, right=right)) for left, right in _ends(spans)):
        return
    after = sum(left < beside.left for left, _ in _ends(spans))
    new = {"min": str(beside.left), "max": str(beside.right), "width": WIDTH, "customWidth": "1"}
    spans.insert(after, spans.makeelement(f"{grid.ns}col", new))


def _ends(spans: etree._Element) -> Iterator[tuple[int, int]]:
    return ((whole(span, "min", 1), whole(span, "max", 1)) for span in spans)
