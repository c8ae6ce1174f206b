"""What a user reads after an update, a sentence for each thing that matters; it prints nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from workbook.update.report import UpdateReport

SHOWN = 5  # places named before the rest is only counted


def sentences(report: UpdateReport) -> list[str]:
    """Return what was done and what the user should know, most important first."""
    return [_outcome(report), *_people(report), *_cells(report), *report.notices]


def _outcome(report: UpdateReport) -> str:
    where = f'Table {report.table} on sheet "{report.sheet}"'
    if not report.written:
        return f"{where}: nothing to change."
    return f"{where}: {report.changed} updated, {report.new} new."


def _people(report: UpdateReport) -> Iterator[str]:
    if report.unseen:
        yield f"{len(report.unseen)} not in the list any more; nobody was removed."
    if report.moved:
        yield f"{len(report.moved)} with another id than before; their rows and notes went along."
    if report.twins:
        pairs = [f"{other} (kept up: {kept})" for kept, other in report.twins]
        yield f"More than one row of the same person, left as they are: rows {_some(pairs)}."
    if report.nameless:
        rows = [str(row) for row in report.nameless]
        yield f"Rows without an id, left as they are: {_some(rows)}."


def _cells(report: UpdateReport) -> Iterator[str]:
    if report.left:
        yield f"Cells that hold a formula of yours, not written: {_some(report.left)}."
    if report.absent:
        yield (
            f"Not in the table: {', '.join(report.absent)}. "
            "A new column with that title is filled by the next update that names it."
        )
    if report.altered:
        values = "1 value" if report.altered.total() == 1 else f"{report.altered.total()} values"
        yield f"{values} not exactly as sent: {', '.join(sorted(report.altered))}."


def _some(places: Sequence[str]) -> str:
    more = len(places) - SHOWN
    return ", ".join(places[:SHOWN]) + (f" and {more} more" if more > 0 else "")
