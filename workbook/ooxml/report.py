"""What the user should know about rows that an update adds to a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from workbook.merge.model import ExistingTable, Plan
from workbook.merge.report import Place, UpdateReport, reported
from workbook.ooxml.calculated_columns import Fillings
from workbook.ooxml.external_references import covers, left_behind
from workbook.ooxml.package import Package
from workbook.ooxml.table_part import Table


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


def _about_rows(
    package: Package,
    table: Table,
    existing: ExistingTable,
    formulas: Fillings,
    plan: Plan,
) -> Iterator[str]:
    if unclear := _names(existing, {at for at, filling in formulas.items() if filling is None}):
        yield (
            f"The new rows have no formula in {unclear}: it is not clear which one, for most rows "
            "have another formula than the table says, or it cannot be read. Fill it down once."
        )
    if not plan.appended:
        return
    behind = left_behind(package, table)
    if behind:
        yield (
            f"Not in the new rows: {', '.join(behind)}; they refer to plain cells. "
            "Let them refer to the table to grow with it."
        )
    if undefined := _names(existing, _undefined(existing)):
        yield (
            f"The new rows have no formula in {undefined}: the table does not know it as a "
            "formula of the whole column. Fill it down in Excel once."
        )
    if covers(package, table, len(plan.appended)):
        yield "A chart, picture or box lies over the new rows; move it aside."
    if table.root.find("{*}autoFilter/{*}filterColumn") is not None:
        yield "The table is filtered, and new rows show anyway until you reapply the filter."


def _undefined(existing: ExistingTable) -> set[int]:
    """Return the columns in which the last row has a formula that the table does not define."""
    last = len(existing.rows) - 1
    return {column for row, column in existing.formulas if row == last}


def _names(existing: ExistingTable, columns: Collection[int]) -> str:
    return ", ".join(sorted(existing.header[at] for at in columns))
