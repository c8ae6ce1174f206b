"""What a user should know of rows and cells in a table that was brought up to date; no output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbook.merge.model import CONFIRMED, MEMBERS, Unmarked, UpdateReport

SHOWN = 5  # rows or cells named in a sentence
NOBODY_MARKED = {
    Unmarked.NO_COLUMN: 'the table has no column "status". To add it, run once:',
    Unmarked.NOT_OURS: (
        'the column "status" may be yours. If it is, give it another title; then run once:'
    ),
}


def remarks(done: UpdateReport) -> Iterator[str]:
    """Yield a sentence on people who moved or are missing, and on all that was left alone."""
    if done.removed:
        yield f"{rows(done.removed)} removed, of people missing from {CONFIRMED} lists in a row."
    if unseen := len(done.unseen) - done.removed:
        yield f"{rows(unseen)} kept, of people who are not in the {done.kind.within or 'list'} now."
    if done.marked:
        yield f"{rows(done.marked)} marked as not seen from now on."
    if done.unmarked:
        why = NOBODY_MARKED[done.unmarked]
        yield f"Nobody was marked as missing, for {why} {done.kind.add_status}"
    if done.moved:
        who = "1 person has" if len(done.moved) == 1 else f"{len(done.moved):,} people have"
        yield f"{who} another id now; rows and notes went along."
    if done.duplicates:
        pairs_of_rows = some(f"{one} and {other}" for one, other in done.duplicates)
        yield f"Two rows are one person's, the first is kept up to date: {pairs_of_rows}."
    if done.left:
        yield f"Formulas of yours in our columns were left alone: {some(done.left)}."
    if done.lost_columns:
        titles = ", ".join(done.lost_columns)
        contacts = f"{done.kind.update} --columns basic,{','.join(done.lost_columns)}"
        claim = done.kind.add_status if done.kind is MEMBERS else contacts
        yield (
            f"Left alone as yours, for something else than ours stands in it: {titles}. "
            f"To have that replaced, run once: {claim}"
        )
    if done.nameless:
        yield f"Rows without an id were left alone: {some(map(str, done.nameless))}."


def rows(count: int) -> str:
    """Return a number of rows in words."""
    return "1 row" if count == 1 else f"{count:,} rows"


def some(items: Iterable[str], shown: int = SHOWN) -> str:
    """Return the first of many rows or cells in words, and how many more there are."""
    listed = list(items)
    more = f" and {len(listed) - shown:,} more" if len(listed) > shown else ""
    return ", ".join(listed[:shown]) + more
