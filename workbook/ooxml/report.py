"""Tell the user about the rows that an update adds to a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from lxml import etree

from workbook.merge.model import ExistingTable
from workbook.merge.ranges import Range
from workbook.merge.remarks import some
from workbook.ooxml.calculated_columns import Fillings
from workbook.ooxml.checks import Room
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, reached
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid


def no_room(people: int, room: Room) -> Iterator[str]:
    """Yield a sentence where new people got no row."""
    if people:
        who = "1 new person has" if people == 1 else f"{people:,} new people have"
        yield (
            f"{who} no room below the table, for {room.obstacle} is in the way. Move that away "
            "and repeat, or use Refresh in Excel, which inserts rows."
        )


def about_rows(
    package: Package,
    table: Table,
    grid: Grid,
    existing: ExistingTable,
    formulas: Fillings,
    kept_out: Collection[int],
    rows: Sequence[int],
) -> Iterator[str]:
    """Yield a sentence on each thing that new people's rows do not have or that they meet.

    `kept_out`: columns whose formula could send them away. `rows`: their numbers on the sheet, in
    order; those below the table are added.
    """
    if kept_out and rows:
        yield (
            f"The new rows have no formula in {_names(existing, kept_out)}: it can send what "
            "stands in the row away, and getcontacts did not make this workbook. "
            "If you want that, fill it down once."
        )
    nothing = {at for at, filling in formulas.items() if filling is None}
    if unclear := _names(existing, nothing - {*kept_out}):
        yield (
            f"The new rows have no formula in {unclear}: it is not clear which one, for most rows "
            "have another formula than the table says, or it cannot be read. Fill it down once."
        )
    if hidden := [row for row in rows if grid.hides(row)]:
        who = "1 new person is" if len(hidden) == 1 else f"{len(hidden):,} new people are"
        filtered = table.root.find("{*}autoFilter/{*}filterColumn") is not None
        way = "clear the filter (Data, Clear)" if filtered else "show these rows (Format, Unhide)"
        yield f"{who} in hidden rows: {some(map(str, hidden))}. To see them, {way}."
    added = [row for row in rows if row > table.body.bottom]
    if not added:
        return
    if undefined := _names(existing, _undefined(existing)):
        yield (
            f"The new rows have no formula in {undefined}: the table does not know it as a "
            "formula of the whole column. Fill it down in Excel once."
        )
    if _covers(package, table, len(added)):
        yield "A chart, picture or box lies over the new rows; move it aside."
    if table.root.find("{*}autoFilter/{*}filterColumn") is not None:
        yield "The table is filtered, and new rows show anyway until you reapply the filter."


def _undefined(existing: ExistingTable) -> set[int]:
    """Return the columns in which the last row has a formula that the table does not define."""
    last = len(existing.rows) - 1
    return {column for row, column in existing.formulas if row == last}


def _names(existing: ExistingTable, columns: Collection[int]) -> str:
    return ", ".join(sorted(existing.header[at] for at in columns))


def _covers(package: Package, table: Table, new: int) -> bool:
    """Tell whether a chart, picture or box lies over the rows that are added."""
    ref = table.ref
    rows = Range(ref.left, table.body.bottom + 1, ref.right, ref.bottom + new)
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
