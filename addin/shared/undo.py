"""What a refresh changed, and how to take that back whatever the user did meanwhile; no I/O.

Rows are found by their ids, for the user may have sorted, written, added or deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import msgspec

from addin.shared.blocks import Beside, SheetTable, Work
from workbook.merge.formulas import entered_in
from workbook.merge.model import ACCOUNT, ID, Cells, ExistingTable, Plan
from workbook.merge.plan import own_columns
from workbook.merge.row_edits import noted

Texts = Mapping[str, str]  # title -> text


class Removed(msgspec.Struct, frozen=True):
    """A row that was removed: our columns, and the user's, whose texts are apart from the rest.

    `entered` is what Range.Formula was in this `row` of the sheet.
    """

    ours: Texts
    texts: Texts
    entered: Texts
    row: int


class Refresh(msgspec.Struct, frozen=True):
    """A refresh as it was: rows of our columns as they were before and after it.

    `filled` were blank before, `appended` not there; `removed`, with all that stood in them, are
    not there any more. `pushed`: what stood below the table made way; the host knows that.
    """

    at: datetime
    titles: Sequence[str]
    changed: Sequence[tuple[Texts, Texts]]
    filled: Sequence[Texts]
    appended: Sequence[Texts]
    removed: Sequence[Removed]
    pushed: bool = False


class Undone(msgspec.Struct, frozen=True):
    """What taking a refresh back comes to, in rows.

    `noted`: new ones that stay, for the user wrote in them. `lost`: changed ones not found.
    """

    restored: int
    taken_away: int
    brought_back: int
    noted: int
    lost: int


def kept(there: SheetTable, plan: Plan, at: datetime) -> Refresh:
    """Return what it takes to undo a plan that is about to be carried out."""

    def texts(row: int, cells: Cells) -> Texts:
        line = there.existing.rows[row]
        return {title: cells.get(column, line[column]) for title, column in plan.ours.items()}

    changed = sorted(plan.updates.keys() - plan.filled)
    return Refresh(
        at,
        tuple(plan.ours),
        [(texts(row, {}), texts(row, plan.updates[row])) for row in changed],
        [texts(row, plan.updates[row]) for row in plan.filled],
        [{title: new.get(at, "") for title, at in plan.ours.items()} for new in plan.appended],
        [_removed(there, row, texts(row, {})) for row in plan.removed],
    )


def _removed(there: SheetTable, row: int, ours: Texts) -> Removed:
    columns = _fillable(there.existing)
    users = {title: column for title, column in columns.items() if title not in ours}
    entered = {
        title: there.foreign[row, column]
        for title, column in users.items()
        if (row, column) in there.foreign
    }
    line = there.existing.rows[row]
    texts = {title: line[column] for title, column in users.items() if title not in entered}
    return Removed(
        ours, {title: text for title, text in texts.items() if text}, entered, there.top + row
    )


def work_back(there: SheetTable, past: Refresh) -> tuple[Work, Undone]:
    """Return what to write so that our columns are as they were before a refresh.

    What the user wrote since then stays, a new row with it; other new rows are taken away, and
    removed ones come back at the end. Raises what own_columns raises.
    """
    existing = there.existing
    now = _Rows(existing, own_columns(existing, past.titles))
    changed = [(now.take(after, before), before, after) for before, after in past.changed]
    filled, appended = now.all_of(past.filled), now.all_of(past.appended)
    away = [row for row, after in appended if not now.user_wrote(row, after)]
    blanked = [(row, dict.fromkeys(after, ""), after) for row, after in filled]
    blanked = [each for each in blanked if not now.user_wrote(each[0], each[2])]
    updates = {
        row: cells
        for row, before, after in (*changed, *blanked)
        if row is not None and (cells := now.put_back(row, before, after))
    }
    back = [_placed(each.ours, now.ours) for each in past.removed]
    taken = len(away) + len(blanked)
    return Work(now.ours, updates, back, away, [*_beside(there, past)]), Undone(
        restored=sum(row in updates for row, _, _ in changed),
        taken_away=taken,
        brought_back=len(back),
        noted=len(appended) + len(filled) - taken,
        lost=sum(row is None for row, _, _ in changed),
    )


def _beside(there: SheetTable, past: Refresh) -> Iterator[Beside]:
    """Yield what the user had in the removed rows, where these come back."""
    columns = _fillable(there.existing)
    for row, each in enumerate(past.removed, there.top + len(there.existing.rows)):
        entered = {title: entered_in(text, each.row, row) for title, text in each.entered.items()}
        yield Beside(_placed(each.texts, columns), _placed(entered, columns))


def _fillable(existing: ExistingTable) -> dict[str, int]:
    """Return the columns, by title, that the table itself does not fill."""
    titles = enumerate(existing.header)
    return {title: column for column, title in titles if title not in existing.calculated}


def _placed(texts: Texts, columns: Mapping[str, int]) -> dict[int, str]:
    return {columns[title]: text for title, text in texts.items() if title in columns}


class _Rows:
    """The rows of a table, found by id and by what stands in them, each one once."""

    def __init__(self, existing: ExistingTable, ours: Mapping[str, int]) -> None:
        self.existing, self.ours = existing, ours
        self._noted = noted(existing, ours)
        self._by_id: dict[str, list[int]] = defaultdict(list)
        for row, texts in enumerate(existing.rows):
            self._by_id[texts[ours[ID]]].append(row)

    def take(self, after: Texts, before: Texts | None = None) -> int | None:
        """Return the row that a refresh left as `after`, or did not get to write (`before`)."""
        ids = dict.fromkeys(texts[ID] for texts in (after, before) if texts is not None)
        rows = [row for id_ in ids for row in self._by_id[id_] if self._is_of(row, after, before)]
        as_left = (row for row in rows if not self._differing(row, after))
        found = next(as_left, rows[0] if len(rows) == 1 else None)
        if found is not None:
            self._by_id[self.existing.rows[found][self.ours[ID]]].remove(found)
        return found

    def all_of(self, rows: Iterable[Texts]) -> list[tuple[int, Texts]]:
        """Return those of the rows that are still there."""
        found = ((self.take(after), after) for after in rows)
        return [(row, after) for row, after in found if row is not None]

    def user_wrote(self, row: int, after: Texts) -> bool:
        """Tell whether there is more in a new row than a refresh has written."""
        texts = self.existing.rows[row]
        return row in self._noted or any(texts[column] for column in self._differing(row, after))

    def put_back(self, row: int, before: Texts, after: Texts) -> dict[int, str]:
        """Return the cells to write: those that the refresh changed and nobody since then."""
        changed = {title for title in after if before[title] != after[title]}
        return {
            self.ours[title]: before[title]
            for title in changed.intersection(self.ours)
            if self.existing.rows[row][self.ours[title]] == after[title]
            and (row, self.ours[title]) not in self.existing.formulas
        }

    def _is_of(self, row: int, *states: Texts | None) -> bool:
        """Tell whether a row is of the same account, where several have rows for one id."""
        column = self.ours.get(ACCOUNT)
        accounts = {texts.get(ACCOUNT) for texts in states if texts is not None}
        return column is None or self.existing.rows[row][column] in accounts

    def _differing(self, row: int, texts: Texts) -> list[int]:
        there = self.existing.rows[row]
        places = ((column, texts.get(title)) for title, column in self.ours.items())
        return [column for column, text in places if there[column] != text]
