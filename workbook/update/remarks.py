"""What a user should know of rows and cells in a table that was brought up to date; no output."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from workbook.update.report import UpdateReport

SHOWN = 5  # rows or cells named in a sentence


def remarks(done: UpdateReport) -> Iterator[str]:
    """Yield a sentence on people who moved, and on each kind of thing that was left alone."""
    if done.moved:
        who = "1 person has" if len(done.moved) == 1 else f"{len(done.moved):,} people have"
        yield f"{who} another id now; rows and notes went along."
    if done.twins:
        pairs_of_rows = _some(f"{one} and {other}" for one, other in done.twins)
        yield f"Two rows are one person's, the first is kept up to date: {pairs_of_rows}."
    if done.left:
        yield f"Formulas of yours in our columns were left alone: {_some(done.left)}."
    if done.nameless:
        yield f"Rows without an id were left alone: {_some(map(str, done.nameless))}."


def _some(items: Iterable[str]) -> str:
    listed = list(items)
    more = f" and {len(listed) - SHOWN:,} more" if len(listed) > SHOWN else ""
    return ", ".join(listed[:SHOWN]) + more
