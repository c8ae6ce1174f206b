"""The command `export`: its options, checked, then a file or stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbook.accounts import accounts, settings
from workbook.cli import console, opening, options, streams
from workbook.cli.exporting import Asking, Writing, fetching
from workbook.cli.logged import logged
from workbook.cli.updating import Updating, updates
from workbook.contacts.columns import titles
from workbook.contacts.exclusion import Exclusion
from workbook.errors import WrongUsage
from workbook.export import formats, selection
from workbook.export.formats import DELIMITERS, Wishes
from workbook.export.run import PLACE, STDOUT, Report, Run, to_stream
from workbook.files.source_date_epoch import epoch
from workbook.merge.model import UpdateOptions
from workbook.store import database, pairs
from workbook.sync.latest import Latest, whose
from workbook.sync.run_log import Commands

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
def export(
    out: str, updating: Updating, named: str | None, kind: str | None, saved: str | None,
    within: str | None, new_since: str | None, exclude: Path | None, count: int | None,
    columns: str | None,
    sort: str | None, account: str | None, all_accounts: bool, patterns: tuple[str, ...],
    jobs: int, failed: str, by: str, max_age: float, from_store: str | None, overwrite: bool,
    no_backup: bool,
    offline: bool,
    accept_loss: bool, with_changes: bool, with_members: bool, yes: bool, no_summary: bool,
    rtl: bool | None,
    delimiter: str | None, bom: bool | None, opened: bool, on_change: str,
    on_failure: str, as_json: bool, ca_bundle: Path | None,
    strict: bool, quiet: bool, verbose: bool,
) -> None:  # fmt: skip
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
    console.talk(verbose)
    if as_json and out == STDOUT:
        raise WrongUsage("--json reports on stdout, so OUT cannot be - at the same time.")
    if opened and out == STDOUT:
        raise WrongUsage("--open opens a file, so OUT cannot be - at the same time.")
    updating.check(out, overwrite=overwrite)
    update = updating.update
    if no_backup and not overwrite:
        raise WrongUsage("--no-backup goes with --overwrite.")
    across, several = by == "person", all_accounts or bool(patterns) or from_store is not None
    if across and (not several or PLACE in out):
        raise WrongUsage(
            "--by person makes one file of several accounts: "
            "getcontacts export OUT --all-accounts --by person"
        )
    form = formats.format_of(out, updating.format(out, named))
    wishes = Wishes(
        form, titles(columns or ("full" if form == "jsonl" else "basic"), across=across),
        not no_summary, rtl,
        with_changes, with_members, kind, count, sort,
        saved, selection.countries(within), new_since, _excluded(exclude),
        DELIMITERS[delimiter or ","], out != STDOUT if bom is None else bom,
    )  # fmt: skip
    if wishes.format != "csv" and (delimiter, bom) != (None, None):
        raise WrongUsage("--delimiter, --bom and --no-bom go with csv.")
    if with_changes and (update or wishes.format != "xlsx"):
        raise WrongUsage("--changes adds a sheet to a new workbook; otherwise: getcontacts changes")
    if with_members and update and exclude:
        raise WrongUsage("--exclude with --members is for new workbooks, not for --update.")
    if with_members and wishes.format != "xlsx":
        raise WrongUsage("--members adds a sheet to a workbook; otherwise: getcontacts members")
    if yes and not with_members:
        raise WrongUsage("--yes goes with --members.")
    epoch()  # what this and check refuse is refused before any call
    selection.check(wishes)
    silent = quiet or as_json
    summed_up = wishes.format == "xlsx" and wishes.summary
    asked = Asking(
        offline, max_age, ca_bundle, accept_loss, silent, with_members, yes, summed_up
    )  # fmt: skip
    added = wishes.columns if columns else ()
    wish = UpdateOptions(wishes.columns, updating.missing, adopt=updating.adopt, added=added)
    how = Writing(
        wish if update else None, overwrite, not no_backup, updating.backup,
        updating.recalculate, updating.force_open,
    )  # fmt: skip
    commands = Commands.of(on_change, on_failure)
    if from_store is not None and (offline or accept_loss or max_age):
        raise WrongUsage("--from-store asks nobody; leave --offline, --max-age, --accept-loss out.")
    if several and (account is not None or with_changes or with_members or opened):
        raise WrongUsage(
            "--account, --changes, --members and --open go with one account, not several; "
            "for the members of several: getcontacts members OUT --all-accounts"
        )
    with logged(out, commands, strict=strict) as log:
        done: Report | ManyReport
        if several:
            from workbook.cli import many, stored
            from workbook.export.many import ManyRun
        if from_store is not None:
            keep = failed == "keep"
            with stored.lists(from_store, patterns, keep=keep, quiet=silent) as (gathered, lacking):
                log.chosen = [each.account for each in gathered]
                run = ManyRun(tuple(log.chosen), out, wishes, across)
                done = log.done = many.written(run, how, lambda: gathered).lacking(lacking)
        elif several:
            log.chosen = accounts.matching(patterns)
            run = ManyRun(tuple(log.chosen), out, wishes, across)
            done = log.done = many.export(run, asked, how, jobs, keep=failed == "keep")
        else:
            log.chosen = [found := whose(account) if offline else accounts.find(account)]
            console.speak_of(found)
            one = Run(found.without_token(), out, wishes)
            done = log.done = _exported(one, fetching(found, asked, out), how)
    if as_json:
        console.say(done.as_json(round(time.monotonic() - started, 3)))
    else:
        for sentence in done.told:
            console.note(sentence, quiet)
        for sentence in done.warnings:
            console.warn(sentence)
    if opened:
        opening.open_file(out)
    if code := log.exit_code:
        raise click.exceptions.Exit(code)


def _excluded(file: Path | None) -> Exclusion | None:
    """Return who is left out, under the ids that any account knows of them. Raises WrongUsage."""
    if file is None:
        return None
    from workbook.export import exclusion_file

    return exclusion_file.read(file, settings.load().country).with_pairs(pairs.of_all())


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
