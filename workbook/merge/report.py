"""What an update did, as numbers and places on the sheet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from workbook.merge.model import ExistingTable, Plan, Unmarked
from workbook.merge.ranges import letters
from workbook.merge.row_edits import ID


class UpdateReport(msgspec.Struct, frozen=True):
    """An update in numbers and places; cells and rows are named as the sheet names them.

    `written`: was anything. `changed` people have another value, `new` ones a row. `unseen`: ids
    of this account that are not in the whole list. `moved`: id before -> id now. `duplicates`: (row
    kept up to date, another row of the same person). `left`: cells of ours that hold a formula.
    `nameless`: rows without an id. `owned`: the titles that are ours in this table, to be
    remembered. `absent`: titles asked for that are not there. `lost_columns`: titles that were
    ours, over columns that hold something else now. `marked`: how many rows say from
    now on that somebody is not seen; `unmarked`: why none could. `removed`: how many rows
    of missing people are taken away. `without_room`: how many new people got no row. `notices`:
    sentences for the user; `warnings`: those that say that something is not as it was asked for.
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
    removed: int
    altered: Counter[str]
    notices: tuple[str, ...]
    without_room: int = 0
    warnings: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True):
    """Where a table is: its sheet, its name, the sheet's row and column of its first body cell."""

    sheet: str
    table: str
    top: int
    left: int


def reported(
    place: Place,
    existing: ExistingTable,
    plan: Plan,
    notices: Sequence[str] = (),
    warnings: Sequence[str] = (),
) -> UpdateReport:
    """Return the report of a plan, its rows and cells named as the sheet names them."""
    found, ids, top, left = plan.notes, plan.ours[ID], place.top, place.left
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
        removed=len(plan.removed),
        altered=found.altered,
        notices=tuple(notices),
        without_room=found.without_room,
        warnings=tuple(warnings),
    )
