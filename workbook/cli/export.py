"""The command `export`: its options, then a file or stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbook.accounts import accounts
from workbook.cli import console, opening, options, streams
from workbook.cli.export_options import Given
from workbook.cli.exporting import Writing, fetching
from workbook.cli.logged import Log, logged
from workbook.cli.updating import updates
from workbook.errors import WrongUsage
from workbook.export import formats
from workbook.export.formats import DELIMITERS, Wishes
from workbook.export.run import STDOUT, Report, Run, to_stream
from workbook.store import database
from workbook.sync.latest import Latest, whose

if TYPE_CHECKING:
    from workbook.export.many import ManyReport


@click.command(short_help="Write the contacts into a file, or bring one up to date.")
@click.argument("out", default="contacts.xlsx")
@updates
@click.option("--format", "named", type=click.Choice(formats.FORMATS), help="Else by the ending.")
@click.option("--type", "kind", type=click.Choice(["user", "group"]), help="Only people or groups.")
@click.option("--saved", type=click.Choice(["yes", "no"]), help="Only who is in the phone book.")
@click.option("--country", "within", metavar="LIST", help="Only phones of these: DE,IL,…")
@click.option("--new-since", metavar="DATE", help="Only who came since; last: in the last list.")
@click.option(
    "--exclude",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Leave out the people in this file (ids, phones, or a column of them).",
)
@click.option("--count", type=int, metavar="N", help="The first N after filter and sort.")
@click.option("--columns", metavar="LIST", help="basic (the default), full, or id,name,…")
@click.option("--sort", metavar="COLUMN", help="id, name, contactName, type or label.")
@options.account
@options.many
@click.option(
    "--by",
    type=click.Choice(["account", "person"]),
    default="account",
    help="With several: a row a person, and which accounts know them.",
)
@options.max_age
@click.option("--from-store", metavar="URL", help="The lists that a fleet run left (fleet run).")
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@click.option("--no-backup", is_flag=True, help="With --overwrite: keep nothing of OUT.")
@click.option("--offline", is_flag=True, help="Write the last good list without asking.")
@click.option("--accept-loss", is_flag=True, help="Believe a list from which many are missing.")
@click.option("--changes", "with_changes", is_flag=True, help="Add a sheet of changes (xlsx).")
@click.option("--members", "with_members", is_flag=True, help="Add a sheet of members (xlsx).")
@options.yes
@click.option("--no-summary", is_flag=True, help="Leave out the sheet Summary (xlsx).")
@click.option("--rtl/--ltr", default=None, help="Turn the sheet around (else as most names are).")
@click.option(
    "--delimiter",
    type=click.Choice([*DELIMITERS]),
    help="Between fields (csv); else a comma.",
)
@click.option("--bom/--no-bom", default=None, help="Begin a csv with U+FEFF (else only a file).")
@opening.option
@click.option("--on-change", default="", metavar="CMD", help="Run this if anything changed.")
@click.option("--on-failure", default="", metavar="CMD", help="Run this if the exit code is not 0.")
@click.option("--json", "as_json", is_flag=True, help="Report the run as JSON on stdout.")
@options.ca_bundle
@options.strict
@options.quiet
@options.verbose
def export(**given: Any) -> None:
    """getcontacts export contacts.xlsx

    Ask GREEN-API for all contacts and write them to OUT (default contacts.xlsx, - for stdout).

    A file that was changed since getcontacts wrote it is never replaced unasked, and an empty
    answer never replaces a list. With --update the table in OUT is brought up to date instead: your
    own columns, formats and sheets stay as they are, and each note stays with its person.

    With --all-accounts or --accounts 'shop-*' one file takes the contacts of all, with a column
    account; {account} in OUT makes a file each. If some fail, the others are written, and the exit
    code is 10. --sort and --count are for each account. With --by person each person has one row.
    """
    started = time.monotonic()
    asked = Given(**given)
    console.talk(asked.verbose)
    wishes = asked.wishes()
    with logged(asked.out, asked.commands, strict=asked.strict) as log:
        done = log.done = _written(asked, wishes, log)
    if asked.as_json:
        console.say(done.as_json(round(time.monotonic() - started, 3)))
    else:
        for sentence in done.told:
            console.note(sentence, asked.quiet)
        for sentence in done.warnings:
            console.warn(sentence)
    if asked.opened:
        opening.open_file(asked.out)
    if code := log.exit_code:
        raise click.exceptions.Exit(code)


def _written(asked: Given, wishes: Wishes, log: Log) -> Report | ManyReport:
    """Write the lists of one account or of several; `log` hears whose they are."""
    how = asked.writing(wishes)
    if asked.several:
        return _of_several(asked, wishes, how, log)
    found = whose(asked.account) if asked.offline else accounts.find(asked.account)
    console.speak_of(found)
    run = Run(found.without_token(), asked.out, wishes)
    log.chosen = [run.account]
    return _exported(run, fetching(found, asked.asking(wishes), asked.out), how)


def _of_several(asked: Given, wishes: Wishes, how: Writing, log: Log) -> ManyReport:
    from workbook.cli import many, stored
    from workbook.export.many import ManyRun

    keep = asked.failed == "keep"
    if asked.from_store is None:
        log.chosen = accounts.matching(asked.patterns)
        run = ManyRun(tuple(log.chosen), asked.out, wishes, asked.across)
        return many.export(run, asked.asking(wishes), how, asked.jobs, keep=keep)
    lists = stored.lists(asked.from_store, asked.patterns, keep=keep, quiet=asked.silent)
    with lists as (gathered, lacking):
        log.chosen = [each.account for each in gathered]
        run = ManyRun(tuple(log.chosen), asked.out, wishes, asked.across)
        return many.written(run, how, lambda: gathered).lacking(lacking)


def _exported(
    run: Run, asking: AbstractContextManager[Callable[[], Latest]], how: Writing
) -> Report:
    with database.shared():
        if run.out == STDOUT:
            return _printed(run, asking)
        with asking as fetch:
            return how.file(run, fetch)


def _printed(run: Run, asking: AbstractContextManager[Callable[[], Latest]]) -> Report:
    if run.wishes.format == "xlsx" and streams.is_terminal(sys.stdout):
        raise WrongUsage("A workbook is no text for a terminal; redirect it or name a file.")
    formats.warm_up(run.wishes.format)
    with asking as fetch:
        got = fetch()
    with console.data() as file:  # once the bar is gone: both may be one terminal
        return to_stream(run, got, file)
