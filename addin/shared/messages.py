"""What the ribbon says at the end, a line for each thing; it shows nothing itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from addin.shared.undo import Refresh, Undone
from workbook.contacts.columns import NAME
from workbook.contacts.contact import counted
from workbook.merge.model import UpdateReport
from workbook.merge.remarks import remarks, rows, some
from workbook.sync import outcome
from workbook.sync.latest import Latest, counted_reasons
from workbook.sync.many import Gathered
from workbook.sync.outcome import NAMED

NOTHING_TO_UNDO = (
    "There is no refresh of this workbook to undo. A sheet that Refresh has made is undone by "
    "deleting it."
)
NO_MEMORY = (
    "Undo refresh does not work on a Mac: there each button starts a Python of its own, which "
    "knows nothing of the refresh before. Close the workbook without saving to have it as before."
)
KEPT = "Rows of accounts that failed are as they were."
NOTHING_WRITTEN = (
    "The last press of Refresh wrote nothing into this workbook that could be undone. "
    'The button "Undo refresh" takes back the one before, if there was one.'
)


def refreshed(gathered: Sequence[Gathered], done: UpdateReport) -> str:
    """Return what a refresh of a table that was there comes to; a list of one account at least."""
    lists = [each.latest for each in gathered if each.latest is not None]
    aliases = some((f'"{got.snapshot.alias}"' for got in lists), NAMED)
    total = counted(sum(len(got.snapshot.contacts) for got in lists))
    first = f'{total}, {done.new:,} new, on the sheet "{done.sheet}", from {aliases}.'
    news, doubts = lists[0].told(done.altered) if len(gathered) == 1 else _of_all(gathered, done)
    return "\n".join([first, *remarks(done), *done.notices, *news, *done.warnings, *doubts])


def _of_all(gathered: Sequence[Gathered], done: UpdateReport) -> tuple[list[str], list[str]]:
    """Return what is told of the lists of several accounts: news, then warnings."""
    lists = [each.latest for each in gathered if each.latest is not None]
    altered = sum((got.snapshot.altered for got in lists), done.altered)
    changed = counted_reasons(altered, "value changed", "values changed")
    kept = [KEPT] if len(lists) < len(gathered) else []
    news = [*outcome.news(gathered), *filter(None, [changed])]
    return news, [*outcome.failures(gathered), *kept, *outcome.doubts(gathered)]


def made(got: Latest, name: str, altered: Counter[str]) -> str:
    """Return what a refresh comes to that has made a new sheet of this name."""
    total = counted(len(got.snapshot.contacts))
    lines = [f'{total}, on the new sheet "{name}", from "{got.snapshot.alias}".']
    if name != NAME:
        lines.append(f'The sheet "{NAME}" holds something else and was left as it is.')
    news, doubts = got.told(altered)
    return "\n".join([*lines, *news, *doubts])


def undone(past: Refresh, done: Undone) -> str:
    """Return what undoing a refresh comes to."""
    lines = [f"As before the refresh of {past.at:%H:%M}: {rows(done.restored)} put back."]
    if done.taken_away:
        lines.append(f"{rows(done.taken_away)} taken away, of new people.")
    if done.noted:
        lines.append(f"{rows(done.noted)} kept, of new people beside whom you wrote.")
    if done.brought_back:
        lines.append(f"{rows(done.brought_back)} brought back, at the end of the table.")
    if done.lost:
        lines.append(f"{rows(done.lost)} not found any more.")
    return "\n".join(lines)
