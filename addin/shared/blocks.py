"""Which blocks of cells are written where a table gets new values: pure, in rows and columns.

Rows and columns count from 0 within the table, without its header.
"""

from __future__ import annotations

from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain, groupby

import msgspec

from workbook.contacts.times import parsed
from workbook.merge.model import ID, Cells, ExistingTable, dated


class SheetTable(msgspec.Struct, frozen=True):
    """A table as it stands, and where its cells hold neither text nor nothing.

    `foreign`: (row, column), both from 0, of formulas, numbers, dates and errors, with what their
    Formula says. `filtered`: some rows may be hidden by a filter. `top`: the first row's on the
    sheet.
    """

    existing: ExistingTable
    foreign: Mapping[tuple[int, int], str] = {}
    filtered: bool = False
    top: int = 2


class Beside(msgspec.Struct, frozen=True):
    """The user's own cells of one row: texts, and what else he entered, as Range.Formula has it."""

    texts: Cells
    entered: Cells


class Work(msgspec.Struct, frozen=True):
    """What is to be written: as in a Plan, which is where most of it comes from.

    `beside`: what else stands in the appended rows, where these come back.
    """

    ours: Mapping[str, int]
    updates: Mapping[int, Cells]
    appended: Sequence[Cells] = ()
    removed: Sequence[int] = ()
    beside: Sequence[Beside] = ()


class Block(msgspec.Struct, frozen=True):
    """Texts side by side and below each other, and where the first of them goes.

    `times`: those that `contacts.times` can parse are to become date cells, all others texts.
    """

    row: int
    column: int
    texts: Sequence[Sequence[str]]
    times: bool = False


def over(there: SheetTable, work: Work) -> Iterator[Block]:
    """Yield the blocks that update the rows which are there, one for each group of columns.

    A block reaches from the first changed row to the last and writes again what is between. Where
    something else than text stands there, a formula for instance, it is written around that.
    """
    for group in _groups(work.ours):
        changed = [row for row in sorted(work.updates) if _meets(work.updates[row], group)]
        apart = _apart(there, work, group)
        held = frozenset(apart)
        whole = (row for row in changed if row not in held)
        for _, rows in groupby(whole, key=partial(bisect, apart)):
            yield _block(there, work, group, [*rows])
        for row in sorted(held.intersection(changed)):
            for run in runs(column for column in work.updates[row] if column in group):
                yield _block(there, work, run, [row])


def below(there: SheetTable, work: Work) -> Iterator[Block]:
    """Yield the blocks that fill the new rows, one for each group of columns."""
    for group in _groups(work.ours) if work.appended else ():
        texts = [[cells.get(column, "") for column in group] for cells in work.appended]
        yield Block(len(there.existing.rows), group.start, texts, _holds_times(work, group))


def down(there: SheetTable, lines: Sequence[Cells]) -> Iterator[Block]:
    """Yield the blocks that fill cells of new rows column by column, and no cell between."""
    first = len(there.existing.rows)
    rows_of: dict[int, list[int]] = defaultdict(list)
    for row, cells in enumerate(lines):
        for column in cells:
            rows_of[column].append(row)
    for column, rows in rows_of.items():
        for run in ([row] for row in rows) if there.filtered else runs(rows):
            yield Block(first + run[0], column, [[lines[row][column]] for row in run])


def single(there: SheetTable, work: Work) -> Iterator[Block]:
    """Yield all of it cell by cell, ids first."""
    new = enumerate(work.appended, len(there.existing.rows))
    for row, cells in chain(work.updates.items(), new):
        for column in sorted(cells, key=lambda column: column != work.ours[ID]):
            yield Block(row, column, [[cells[column]]], _holds_times(work, [column]))


def runs(numbers: Iterable[int]) -> list[range]:
    """Return numbers as runs without a gap, in their order."""
    pairs = groupby(enumerate(sorted(numbers)), key=lambda pair: pair[1] - pair[0])
    found = ([number for _, number in run] for _, run in pairs)
    return [range(run[0], run[-1] + 1) for run in found]


def _groups(ours: Mapping[str, int]) -> list[range]:
    """Return the runs of neighbouring columns, the one with the ids first; times are by themselves.

    If writing ends halfway, a new row then has an id, and is found again by it.
    """
    times = dated(ours)
    groups = [*runs({*ours.values()} - times), *runs(times)]
    return sorted(groups, key=lambda group: ours[ID] not in group)


def _holds_times(work: Work, columns: Sequence[int]) -> bool:
    return columns[0] in dated(work.ours)


def _meets(cells: Cells, group: range) -> bool:
    return any(column in group for column in cells)


def _apart(there: SheetTable, work: Work, group: range) -> list[int]:
    """Return the rows that hold what must not be written again."""
    if _holds_times(work, group):
        held = _other_than_times(there.existing, group)
    else:
        held = ((row, column) for row, column in there.foreign if column in group)
    return sorted({row for row, column in held if column not in work.updates.get(row, ())})


def _other_than_times(existing: ExistingTable, columns: range) -> Iterator[tuple[int, int]]:
    for row, texts in enumerate(existing.rows):
        for column in columns:
            is_formula = (row, column) in existing.formulas
            if is_formula or (texts[column] and parsed(texts[column]) is None):
                yield row, column


def _block(there: SheetTable, work: Work, group: range, rows: Sequence[int]) -> Block:
    """Return the block from the first of these rows to the last, changed or not."""
    span = range(rows[0], rows[-1] + 1)
    texts = [
        [
            work.updates.get(row, {}).get(column, there.existing.rows[row][column])
            for column in group
        ]
        for row in span
    ]
    return Block(span.start, group.start, texts, _holds_times(work, group))
