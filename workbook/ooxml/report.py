"""What an update did, and what the user should know about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from workbook.merge.model import ExistingTable, Plan, Unmarked
from workbook.merge.row_edits import ID
from workbook.ooxml.external_references import covers, left_behind
from workbook.ooxml.formulas import Fillings
from workbook.ooxml.package import Package
from workbook.ooxml.ranges import letters
from workbook.ooxml.table_part import Table


class UpdateReport(msgspec.Struct, frozen=True):
    """An update in numbers and places; cells and rows are named as the sheet names them.

    `written`: was anything. `changed` people have another value, `new` ones a row. `unseen`: ids
    of this account that are not in the whole list. `moved`: id before -> id now. `duplicates`: (row
    kept up to date, another row of the same person). `left`: cells of ours that hold a formula.
    `nameless`: rows without an id. `owned`: the titles that are ours in this table, to be
    remembered. `absent`: titles asked for that are not there. `lost_columns`: titles that were
    ours, over columns that hold something else now. `marked`: how many rows say from
    now on that somebody is not seen; `unmarked`: why none could. `notices`: sentences for the user.
    """

    sheet: str
    table: str
    written: bool
    changed: int
    new: int
    unseen: tuple[str, ...]
    moved: Mapping[str, str]
    duplicates: tuple[tuple[int, int], ...]
    left: tuple[str, ...]
    nameless: tuple[int, ...]
    owned: tuple[str, ...]
    absent: tuple[str, ...]
    lost_columns: tuple[str, ...]
    marked: int
    unmarked: Unmarked | None
    altered: Counter[str]
    notices: tuple[str, ...]


class Place(msgspec.Struct, frozen=True):
    """Where a table is: its sheet, its name, the sheet's row and column of its first body cell."""

    sheet: str
    table: str
    top: int
    left: int


def told(
    package: Package,
    table: Table,
    existing: ExistingTable,
    plan: Plan,
    formulas: Fillings,
    notices: Sequence[str],
) -> UpdateReport:
    """Return the report of a plan for a table that is still as it was, with what else is told."""
    place = Place(table.sheet, table.name, table.body.top, table.body.left)
    about = _about_rows(package, table, existing, formulas, plan)
    return reported(place, existing, plan, (*notices, *about))


def reported(
    place: Place, existing: ExistingTable, plan: Plan, notices: Sequence[str] = ()
) -> UpdateReport:
    """Return the report of a plan, its rows and cells named as the sheet names them."""
    found, ids, top, left = plan.findings, plan.ours[ID], place.top, place.left
    return UpdateReport(
        sheet=place.sheet,
        table=place.table,
        written=not plan.changes_nothing,
        changed=len(found.changed),
        new=plan.new,
        unseen=tuple(existing.rows[row][ids].strip() for row in found.unseen),
        moved={before.strip(): plan.updates[row][ids] for row, before in found.moved.items()},
        duplicates=tuple((top + kept, top + other) for kept, other in found.duplicates),
        left=tuple(f"{letters(left + column)}{top + row}" for row, column in found.left),
        nameless=tuple(top + row for row in found.nameless),
        owned=tuple(plan.ours),
        absent=tuple(found.absent),
        lost_columns=tuple(found.lost_columns),
        marked=len(found.marked),
        unmarked=found.unmarked,
        altered=found.altered,
        notices=tuple(notices),
    )


def _about_rows(
    package: Package,
    table: Table,
    existing: ExistingTable,
    formulas: Fillings,
    plan: Plan,
) -> Iterator[str]:
    if not plan.appended:
        return
    behind = left_behind(package, table)
    if behind:
        yield (
            f"Not in the new rows: {', '.join(behind)}; they refer to plain cells. "
            "Let them refer to the table to grow with it."
        )
    empty = sorted(existing.header[at] for at in _unfilled(existing, formulas))
    if empty:
        yield (
            f"The new rows have no formula in {', '.join(empty)}: the table does not know it as a "
            "formula of the whole column. Fill it down in Excel once."
        )
    if covers(package, table, len(plan.appended)):
        yield "A chart, picture or box lies over the new rows; move it aside."
    if table.root.find("{*}autoFilter/{*}filterColumn") is not None:
        yield "The table is filtered, and new rows show anyway until you reapply the filter."


def _unfilled(existing: ExistingTable, formulas: Fillings) -> set[int]:
    """Return the columns in which the last row has a formula that new rows do not get."""
    last = len(existing.rows) - 1
    single = {column for row, column in existing.formulas if row == last}
    return single | {column for column, filling in formulas.items() if filling is None}
