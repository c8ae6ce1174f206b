"""What the ribbon says at the end, a line for each thing; it shows nothing itself."""

from __future__ import annotations

from collections import Counter

from addin.shared.undo import Refresh, Undone
from workbook.contacts.columns import NAME
from workbook.contacts.contact import counted
from workbook.merge.model import UpdateReport
from workbook.merge.remarks import remarks, rows
from workbook.sync.latest import Latest

NOTHING_TO_UNDO = (
    "There is no refresh of this workbook to undo. A sheet that Refresh has made is undone by "
    "deleting it."
)
NO_MEMORY = (
    "Undo refresh does not work on a Mac: there each button starts a Python of its own, which "
    "knows nothing of the refresh before. Close the workbook without saving to have it as before."
)
NOTHING_WRITTEN = (
    "The last press of Refresh wrote nothing into this workbook that could be undone. "
    'The button "Undo refresh" takes back the one before, if there was one.'
)


def refreshed(got: Latest, done: UpdateReport) -> str:
    """Return what a refresh of a table that was there comes to."""
    where = f'on the sheet "{done.sheet}", from "{got.snapshot.alias}"'
    first = f"{_counted(got)}, {done.new:,} new, {where}."
    news, doubts = got.told(done.altered)
    return "\n".join([first, *remarks(done), *done.notices, *news, *done.warnings, *doubts])


def made(got: Latest, name: str, altered: Counter[str]) -> str:
    """Return what a refresh comes to that has made a new sheet of this name."""
    lines = [f'{_counted(got)}, on the new sheet "{name}", from "{got.snapshot.alias}".']
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


def _counted(got: Latest) -> str:
    return counted(len(got.snapshot.contacts))
