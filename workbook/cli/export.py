"""The command `export`: its arguments, and the way into a file or onto stdout."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import click

from workbook.accounts import accounts
from workbook.cli import console, opening, options, streams
from workbook.contacts.columns import titles
from workbook.contacts.contact import select
from workbook.errors import FileChanged, WrongUsage
from workbook.export import formats
from workbook.export.csv import DELIMITERS
from workbook.export.formats import Wishes
from workbook.export.run import STDOUT, Report, Run, to_file, to_stream
from workbook.files.source_date_epoch import epoch
from workbook.merge.model import Missing, UpdateOptions
from workbook.merge.refusals import NotAWorkbook
from workbook.sync.latest import Latest, last_good, latest, whose

WARNED = 9  # with --strict


@click.command(short_help="Write the contacts into a file, or bring one up to date.")
@click.argument("out", default="contacts.xlsx")
@click.option("--update", is_flag=True, help="Bring OUT up to date, or make it; notes stay.")
@click.option(
    "--missing",
    type=click.Choice(["keep", "mark"]),
    default="keep",
    help="With --update: rows of people not in the list any more.",
)
@click.option("--backup", is_flag=True, help="With --update: keep OUT.bak.")
@click.option("--adopt", is_flag=True, help="With --update: OUT is this account's, I am sure.")
@click.option(
    "--recalculate", is_flag=True, help="With --update: let LibreOffice compute old results."
)
@click.option("--force-open", is_flag=True, help="With --update: even if OUT seems to be open.")
@click.option("--format", "named", type=click.Choice(formats.FORMATS), help="Else by the ending.")
@click.option("--type", "kind", type=click.Choice(["user", "group"]), help="Only people or groups.")
@click.option("--count", type=int, metavar="N", help="The first N after filter and sort.")
@click.option("--columns", default="basic", metavar="LIST", help="basic, full, or id,name,…")
@click.option("--sort", metavar="COLUMN", help="id, name, contactName, type or label.")
@options.account
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@click.option("--no-backup", is_flag=True, help="With --overwrite: keep nothing of OUT.")
@click.option("--offline", is_flag=True, help="Write the last good list without asking.")
@click.option("--accept-loss", is_flag=True, help="Believe a list from which many are missing.")
@click.option("--changes", "with_changes", is_flag=True, help="Add a sheet of changes (xlsx).")
@click.option("--no-summary", is_flag=True, help="Leave out the sheet Summary (xlsx).")
@click.option("--rtl/--ltr", default=None, help="Turn the sheet around (else as most names are).")
@click.option(
    "--delimiter",
    type=click.Choice([*DELIMITERS]),
    help="Between fields (csv); else a comma.",
)
@click.option("--bom/--no-bom", default=None, help="Begin a csv with U+FEFF (else only a file).")
@opening.option
@click.option("--json", "as_json", is_flag=True, help="Report the run as JSON on stdout.")
@options.ca_bundle
@options.strict
@options.quiet
@options.verbose
def export(
    out: str, update: bool, missing: str, backup: bool, adopt: bool, recalculate: bool,
    force_open: bool, named: str | None, kind: str | None, count: int | None, columns: str,
    sort: str | None, account: str | None, overwrite: bool, no_backup: bool, offline: bool,
    accept_loss: bool, with_changes: bool, no_summary: bool, rtl: bool | None,
    delimiter: str | None, bom: bool | None, opened: bool, as_json: bool, ca_bundle: Path | None,
    strict: bool, quiet: bool, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts export contacts.xlsx

    Ask GREEN-API for all contacts and write them to OUT (default contacts.xlsx, - for stdout).

    A file that was changed since getcontacts wrote it is never replaced unasked, and an empty
    answer never replaces a list. With --update the table in OUT is brought up to date instead: your
    own columns, formats and sheets stay as they are, and each note stays with its person.
    """
    started = time.monotonic()
    console.talk(verbose)
    if as_json and out == STDOUT:
        raise WrongUsage("--json reports on stdout, so OUT cannot be - at the same time.")
    if opened and out == STDOUT:
        raise WrongUsage("--open opens a file, so OUT cannot be - at the same time.")
    if update and out == STDOUT:
        raise WrongUsage("--update brings a file up to date, so OUT cannot be - at the same time.")
    if not update and (backup or adopt or recalculate or force_open or missing != "keep"):
        raise WrongUsage(
            "--missing, --backup, --adopt, --recalculate and --force-open go with --update."
        )
    if update and overwrite:
        raise WrongUsage("--update brings OUT up to date and --overwrite replaces it; give one.")
    if no_backup and not overwrite:
        raise WrongUsage("--no-backup goes with --overwrite.")
    suffix = Path(out).suffix.lower().removeprefix(".")
    if update and suffix in NotAWorkbook.reasons:
        raise NotAWorkbook(suffix)
    chosen = "xlsx" if update and suffix == "xlsm" else named
    wishes = Wishes(
        formats.format_of(out, chosen), titles(columns), not no_summary, rtl, with_changes,
        kind, count, sort,
        DELIMITERS[delimiter or ","], out != STDOUT if bom is None else bom,
    )  # fmt: skip
    if wishes.format != "csv" and (delimiter, bom) != (None, None):
        raise WrongUsage("--delimiter, --bom and --no-bom go with csv.")
    if with_changes and (update or wishes.format != "xlsx"):
        raise WrongUsage("--changes adds a sheet to a new workbook; otherwise: getcontacts changes")
    epoch()  # what this and select refuse is refused before any call
    select([], kind, count, sort)
    silent = quiet or as_json
    run = Run(whose(account) if offline else accounts.find(account), out, wishes)
    console.speak_of(run.account)
    asking = fetching(
        run, offline=offline, ca_bundle=ca_bundle, accept_loss=accept_loss, quiet=silent
    )
    if out == STDOUT:
        done = _printed(run, asking)
    else:
        with asking as fetch:
            if update:
                from workbook.ooxml import update_run  # lxml takes its time to import

                wish = UpdateOptions(wishes.columns, Missing(missing), adopt=adopt)
                done = update_run.update(
                    run,
                    fetch,
                    wish,
                    backup=backup,
                    recalculate=recalculate,
                    force_open=force_open,
                )
            else:
                with _advice(run):
                    done = to_file(run, fetch, overwrite=overwrite, backup=not no_backup)
    if as_json:
        console.say(done.as_json(round(time.monotonic() - started, 3)))
    else:
        for sentence in done.told:
            console.note(sentence, quiet)
        for sentence in done.warnings:
            console.warn(sentence)
    if opened:
        opening.open_file(out)
    if strict and done.warnings:
        raise click.exceptions.Exit(WARNED)


@contextmanager
def fetching(
    run: Run,
    *,
    offline: bool = False,
    ca_bundle: Path | None = None,
    accept_loss: bool = False,
    quiet: bool = False,
) -> Iterator[Callable[[], Latest]]:
    """Give what brings the list, and show on a terminal how far that and the writing are."""
    with console.progress(quiet) as (on_bytes, doing):

        def fetch() -> Latest:
            got = (
                _last_good(run, quiet)
                if offline
                else latest(
                    run.account,
                    ca_bundle=ca_bundle,
                    on_bytes=on_bytes,
                    tell=doing,
                    accept_loss=accept_loss,
                )
            )
            doing(f"Writing {run.out}")
            return got

        yield fetch


def _last_good(run: Run, quiet: bool) -> Latest:
    kept = last_good(run.account)
    when = f"{kept.fetched.astimezone():%Y-%m-%d %H:%M}"
    console.note(f"This is the list of {when}, {kept.age_text} old.", quiet)
    return Latest(kept, dropped_before=kept.dropped)


@contextmanager
def _advice(run: Run) -> Iterator[None]:
    """Let FileChanged name --update where that is possible, else --overwrite."""
    try:
        yield
        return
    except FileChanged as error:
        path, known = error.path, error.known
    from workbook.ooxml.update_run import has_table

    raise FileChanged(path, "update" if has_table(run, path) else "overwrite", known)


def _printed(run: Run, asking: AbstractContextManager[Callable[[], Latest]]) -> Report:
    if run.wishes.format == "xlsx" and streams.is_terminal(sys.stdout):
        raise WrongUsage("A workbook is no text for a terminal; redirect it or name a file.")
    formats.warm_up(run.wishes.format)
    with asking as fetch:
        got = fetch()
    with console.data() as file:  # once the bar is gone: both may be one terminal
        return to_stream(run, got, file)
