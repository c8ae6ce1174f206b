"""One run of `export`: what it was asked for, the list it got, the report of what it did."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.contacts.columns import HISTORICAL, Origin
from workbook.contacts.contact import Contacts, by_type, counted, select
from workbook.export.formats import Wishes, fitting
from workbook.export.source_date_epoch import clamped
from workbook.merge.model import Missing
from workbook.sync import history
from workbook.sync.latest import Latest, last_good, latest

STDOUT = "-"


class Run(msgspec.Struct, frozen=True):
    """Everything one run of `export` was asked for.

    `missing`, `backup` and `adopt` go with an update.
    """

    out: str
    wishes: Wishes
    kind: str | None = None
    count: int | None = None
    sort: str | None = None
    overwrite: bool = False
    offline: bool = False
    quiet: bool = False
    ca_bundle: Path | None = None
    accept_loss: bool = False
    missing: Missing = Missing.KEEP
    backup: bool = False
    adopt: bool = False
    started: float = msgspec.field(default_factory=time.monotonic)


class ExportInput(msgspec.Struct, frozen=True):
    """The list a run works with, what it takes of it, and how many the format cannot hold."""

    latest: Latest
    chosen: Contacts
    origin: Origin
    unfit: int = 0


class Report(msgspec.Struct, frozen=True):
    """What a run did, as `--json` tells it; `update` only where a file was brought up to date."""

    account: str
    fetched: str
    out: str
    format: str
    rows: dict[str, int]
    dropped: dict[str, int]
    altered: dict[str, int]
    changes: dict[str, int]
    missing: int
    told: tuple[str, ...]
    calls: int
    seconds: float
    update: Mapping[str, object] | None = None

    def as_json(self) -> str:
        """Return the report as one JSON object."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        if self.update is None:
            del fields["update"]
        return json.dumps({**fields, "total": sum(self.rows.values())})


def get(
    run: Run, account: Account, on_bytes: Callable[[int], None], titles: Iterable[str] = ()
) -> ExportInput:
    """Fetch the list, or take the last good one, and select from it.

    `titles` are columns that will be filled beside those the run was asked for.
    """
    newest = _latest(run, account, on_bytes)
    snapshot = newest.snapshot
    wanted = select(snapshot.contacts, run.kind, run.count, run.sort)
    chosen = fitting(wanted, run.wishes.format)
    origin = Origin(account.alias, clamped(snapshot.fetched))
    if not HISTORICAL.isdisjoint((*run.wishes.columns, *titles)):
        origin = replace(origin, seen=history.seen(account.id_instance, snapshot.fetched))
    return ExportInput(newest, chosen, origin, len(wanted) - len(chosen))


def _latest(run: Run, account: Account, on_bytes: Callable[[int], None]) -> Latest:
    if not run.offline:
        return latest(
            account, ca_bundle=run.ca_bundle, on_bytes=on_bytes, accept_loss=run.accept_loss
        )
    kept = last_good(account)
    when = f"{kept.fetched.astimezone():%Y-%m-%d %H:%M}"
    console.note(f"This is the list of {when}, {kept.age_text} old.", run.quiet)
    return Latest(kept)


def report(
    run: Run,
    got: ExportInput,
    altered: Counter[str],
    update: Mapping[str, object] | None = None,
    told: Sequence[str] = (),
) -> Report:
    """Return what the run did."""
    newest, snapshot = got.latest, got.latest.snapshot
    return Report(
        account=got.origin.account,
        fetched=snapshot.fetched.isoformat(timespec="seconds"),
        out=run.out,
        format=run.wishes.format,
        rows=dict(by_type(got.chosen).most_common()),
        dropped=dict(+Counter({**snapshot.dropped, "without a phone to call": got.unfit})),
        altered=dict(+(snapshot.altered + altered)),
        changes=newest.changes.counted() if newest.changes else {},
        missing=newest.loss.missing if newest.loss else 0,
        told=(*told, *newest.sentences()),
        calls=newest.calls,
        seconds=round(time.monotonic() - run.started, 3),
        update=update,
    )


def tell(report: Report, quiet: bool) -> None:
    """Say on stderr what was done, and what is not exactly as it was sent."""
    if report.update is None:
        console.note(_whats_where(report), quiet)
    for told in report.told:
        console.note(told, quiet)
    for one, more, counts in (
        ("row was left out", "rows were left out", report.dropped),
        ("value changed", "values changed", report.altered),
    ):
        if counts:
            what = one if sum(counts.values()) == 1 else more
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in counts.items())
            console.note(f"{sum(counts.values()):,} {what}: {reasons}.", quiet)


def _whats_where(report: Report) -> str:
    kinds = ", ".join(f"{n:,} {kind or 'of no type'}" for kind, n in report.rows.items())
    count = sum(report.rows.values())
    are = "is" if count == 1 else "are"
    where = "went to standard output" if report.out == STDOUT else f"{are} in {report.out}"
    return f"{counted(count)}{kinds and f' ({kinds})'} {where}."
