"""The command `export`: its arguments, and the way into a file or onto stdout."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import BinaryIO

import click

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.cli import console, options, streams
from workbook.cli.run import STDOUT, Report, Run, get, report, tell
from workbook.contacts import changes
from workbook.contacts.columns import Table, titles
from workbook.contacts.contact import select
from workbook.errors import WrongUsage
from workbook.export import formats, output_file
from workbook.export.formats import Wishes
from workbook.export.source_date_epoch import epoch
from workbook.merge.model import Missing
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history, latest

Write = Callable[[BinaryIO], Counter[str]]


@click.command(short_help="Write the contacts into a file, or bring one up to date.")
@click.argument("out", default="contacts.xlsx")
@click.option("--update", is_flag=True, help="Bring OUT up to date; your columns stay yours.")
@click.option(
    "--missing",
    type=click.Choice(["keep", "mark"]),
    default="keep",
    help="With --update: rows of people not in the list any more.",
)
@click.option("--backup", is_flag=True, help="With --update: keep OUT.bak.")
@click.option("--adopt", is_flag=True, help="With --update: OUT is this account's, I am sure.")
@click.option("--format", "named", type=click.Choice(formats.FORMATS), help="Else by the ending.")
@click.option("--type", "kind", type=click.Choice(["user", "group"]), help="Only people or groups.")
@click.option("--count", type=int, metavar="N", help="The first N after filter and sort.")
@click.option("--columns", default="basic", metavar="LIST", help="basic, full, or id,name,…")
@click.option("--sort", metavar="COLUMN", help="id, name, contactName, type or label.")
@options.account
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@click.option("--offline", is_flag=True, help="Write the last good list without asking.")
@click.option("--accept-loss", is_flag=True, help="Believe a list from which many are missing.")
@click.option("--changes", "with_changes", is_flag=True, help="Add a sheet of changes (xlsx).")
@click.option("--no-summary", is_flag=True, help="Leave out the sheet Summary (xlsx).")
@click.option("--rtl/--ltr", default=None, help="Turn the sheet around (else as most names are).")
@click.option("--json", "as_json", is_flag=True, help="Report the run as JSON on stdout.")
@options.ca_bundle
@options.quiet
@options.verbose
def export(
    out: str, update: bool, missing: str, backup: bool, adopt: bool, named: str | None,
    kind: str | None, count: int | None, columns: str, sort: str | None, account: str | None,
    overwrite: bool, offline: bool, accept_loss: bool, with_changes: bool, no_summary: bool,
    rtl: bool | None, as_json: bool, ca_bundle: Path | None, quiet: bool, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts export contacts.xlsx

    Ask GREEN-API for all contacts and write them to OUT (default contacts.xlsx, - for stdout).

    A file that was changed since getcontacts wrote it is never replaced unasked, and an empty
    answer never replaces a list. With --update the table in OUT is brought up to date instead: your
    own columns, formats and sheets stay as they are, and each note stays with its person.
    """
    console.talk(verbose)
    if as_json and out == STDOUT:
        raise WrongUsage("--json reports on stdout, so OUT cannot be - at the same time.")
    if not update and (backup or adopt or missing != "keep"):
        raise WrongUsage("--missing, --backup and --adopt go with --update.")
    chosen = "xlsx" if update and Path(out).suffix.lower() == ".xlsm" else named
    wishes = Wishes(
        formats.format_of(out, chosen), titles(columns), not no_summary, rtl, with_changes
    )
    if with_changes and (update or wishes.format != "xlsx"):
        raise WrongUsage("--changes adds a sheet to a new workbook; otherwise: getcontacts changes")
    epoch()  # what this and select refuse is refused before any call
    select([], kind, count, sort)
    run = Run(
        out, wishes, kind, count, sort, overwrite, offline, quiet or as_json, ca_bundle,
        accept_loss, Missing(missing), backup, adopt,
    )  # fmt: skip
    found = latest.whose(account) if offline else accounts.find(account)
    done = (_updated if update else perform)(run, found)
    if as_json:
        console.say(done.as_json())
    else:
        tell(done, quiet)


def _updated(run: Run, account: Account) -> Report:
    from workbook.cli.update import update  # lxml takes its time to import

    return update(run, account)


def perform(run: Run, account: Account) -> Report:
    """Fetch, select and write; raises the errors of exit codes 2 to 9, the old file intact."""
    target = None
    if run.out == STDOUT:
        _refuse_terminal(run.wishes.format)
    else:
        target = output_file.writable_target(run.out, overwrite=run.overwrite)
    formats.warm_up(run.wishes.format)
    with console.progress(run.quiet) as (on_bytes, doing):
        got = get(run, account, on_bytes)
        write: Write = partial(
            formats.write, got.chosen, got.origin, run.wishes, changes=_changes(run, account)
        )
        if target is not None:
            doing(f"Writing {len(got.chosen):,} contacts")
            if run.wishes.format == "xlsx":  # a later --update knows by it which columns are ours
                owned = ManagedTable.of(account, run.wishes.columns)
                write = managed_tables.noted(write, target, owned)
            altered = output_file.replace(target, write, overwrite=run.overwrite)
    if target is None:  # once the bar is gone: both may be one terminal
        with console.data() as out:
            altered = write(out)
    return report(run, got, altered)


def _changes(run: Run, account: Account) -> Table | None:
    if not run.wishes.changes:
        return None
    return changes.table(history.known_changes(account.id_instance), account.alias)


def _refuse_terminal(format_name: str) -> None:
    if format_name == "xlsx" and streams.is_terminal(sys.stdout):
        raise WrongUsage("A workbook is no text for a terminal; redirect it or name a file.")
