"""The command `export`: arguments into one run of fetch, select, write, and its report."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import click

from workbook import accounts, changes, files, history, refresh
from workbook import export as exporting
from workbook.accounts import Account
from workbook.cli import console, options
from workbook.contacts import select
from workbook.errors import WrongUsage
from workbook.export import Wishes
from workbook.refresh import Latest
from workbook.snapshots import Snapshot
from workbook.table import HISTORICAL, Origin, titles

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Run:
    """Everything one run of `export` was asked for."""

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


@dataclass(frozen=True, slots=True)
class Report:
    """What a run did, as `--json` tells it."""

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

    def as_json(self) -> str:
        """Return the report as one JSON object."""
        fields = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({**fields, "total": sum(self.rows.values())}, ensure_ascii=False)

    def sentence(self) -> str:
        """Return what was done, for people."""
        total = sum(self.rows.values())
        kinds = ", ".join(f"{count:,} {kind or 'of no type'}" for kind, count in self.rows.items())
        return f"{total:,} contacts ({kinds}) are in {self.out}."


@click.command(short_help="Write the contacts into a file.")
@click.argument("out", default="contacts.xlsx")
@click.option("--format", "named", type=click.Choice(exporting.FORMATS), help="Else by the ending.")
@click.option("--type", "kind", type=click.Choice(["user", "group"]), help="Only people or groups.")
@click.option("--count", type=int, metavar="N", help="The first N after filter and sort.")
@click.option(
    "--columns", default="basic", metavar="LIST", help="basic, full, or titles: id,name,…"
)
@click.option("--sort", metavar="COLUMN", help="id, name, contactName, type or label.")
@options.account
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@click.option("--offline", is_flag=True, help="Write the last good list without asking.")
@click.option("--accept-loss", is_flag=True, help="Believe a list from which many are missing.")
@click.option("--no-summary", is_flag=True, help="Leave out the sheet Summary (xlsx).")
@click.option("--rtl/--ltr", default=None, help="Turn the sheet around (else as most names are).")
@click.option("--json", "as_json", is_flag=True, help="Report the run as JSON on stdout.")
@options.ca_bundle
@options.quiet
@options.verbose
def export(
    out: str, named: str | None, kind: str | None, count: int | None, columns: str,
    sort: str | None, account: str | None, overwrite: bool, offline: bool, accept_loss: bool,
    no_summary: bool, rtl: bool | None, as_json: bool, ca_bundle: Path | None, quiet: bool,
    verbose: bool,
) -> None:  # fmt: skip
    """getcontacts export contacts.xlsx

    Ask GREEN-API for all contacts and write them to OUT (default contacts.xlsx, - for stdout).

    A file that was changed since getcontacts wrote it is never replaced unasked, and an empty
    answer never replaces a list.
    """
    console.talk(verbose)
    if as_json and out == STDOUT:
        raise WrongUsage("--json reports on stdout, so OUT cannot be - at the same time.")
    wishes = Wishes(exporting.format_of(out, named), titles(columns), not no_summary, rtl)
    select([], kind, count, sort)  # what it refuses is refused before any call
    run = Run(
        out, wishes, kind, count, sort, overwrite, offline, quiet or as_json, ca_bundle, accept_loss
    )
    report = perform(run, accounts.find(account))
    if as_json:
        click.echo(report.as_json())
    else:
        tell(report, quiet)


def perform(run: Run, account: Account) -> Report:
    """Fetch, select and write; raises the errors of exit codes 2 to 9, the old file intact."""
    started = time.monotonic()
    target = None
    if run.out == STDOUT:
        _refuse_terminal(run.wishes.format)
    else:
        target = files.checked(run.out, overwrite=run.overwrite)
    exporting.warm_up(run.wishes.format)
    with console.progress(run.quiet) as (on_bytes, doing):
        latest = _latest(run, account, on_bytes)
        snapshot = latest.snapshot
        chosen = select(snapshot.contacts, run.kind, run.count, run.sort)
        doing(f"Writing {len(chosen):,} contacts")
        write = partial(exporting.write, chosen, _origin(run, account, snapshot), run.wishes)
        if target is None:
            altered = write(sys.stdout.buffer)
            sys.stdout.buffer.flush()
        else:
            altered = files.replace(target, write, overwrite=run.overwrite)
    return Report(
        account=account.alias,
        fetched=snapshot.fetched.isoformat(timespec="seconds"),
        out=run.out,
        format=run.wishes.format,
        rows=dict(Counter(contact.type for contact in chosen).most_common()),
        dropped=dict(+snapshot.dropped),
        altered=dict(+(snapshot.altered + altered)),
        changes=changes.counted(latest.changes or ()),
        missing=latest.loss.missing if latest.loss else 0,
        told=tuple(latest.sentences()),
        calls=latest.calls,
        seconds=round(time.monotonic() - started, 3),
    )


def _latest(run: Run, account: Account, on_bytes: Callable[[int], None]) -> Latest:
    if not run.offline:
        return refresh.latest(
            account, ca_bundle=run.ca_bundle, on_bytes=on_bytes, accept_loss=run.accept_loss
        )
    kept = Latest(refresh.last_good(account))
    minutes = kept.snapshot.age() / 60
    age = f"{minutes:.0f} minutes" if minutes < 120 else f"{minutes / 60:.0f} hours"
    age = age if minutes < 48 * 60 else f"{minutes / 60 / 24:.0f} days"
    console.note(
        f"This is the list of {kept.snapshot.fetched.astimezone():%Y-%m-%d %H:%M}, {age} old.",
        run.quiet,
    )
    return kept


def _origin(run: Run, account: Account, snapshot: Snapshot) -> Origin:
    if HISTORICAL.isdisjoint(run.wishes.columns):
        return Origin(account.alias, snapshot.fetched)
    seen = history.seen(account.id_instance, snapshot.fetched)
    return Origin(account.alias, snapshot.fetched, seen)


def _refuse_terminal(format_name: str) -> None:
    if format_name == "xlsx" and sys.stdout.isatty():
        raise WrongUsage("A workbook is no text for a terminal; redirect it or name a file.")


def tell(report: Report, quiet: bool) -> None:
    """Say on stderr what was done, and what is not exactly as it was sent."""
    console.note(report.sentence(), quiet)
    for told in report.told:
        console.note(told, quiet)
    for what, counts in (
        ("rows were left out", report.dropped),
        ("values changed", report.altered),
    ):
        if counts:
            reasons = ", ".join(f"{count:,} {reason}" for reason, count in counts.items())
            console.note(f"{sum(counts.values()):,} {what}: {reasons}.", quiet)
