"""The command `demo`: the whole way of `export` with a simulated account, without any network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import islice
from pathlib import Path
from zlib import crc32

import click

from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.cli import console, demo_many, opening, options
from workbook.cli.exporting import Asking, fetching
from workbook.contacts.columns import NAME, Origin, Table, build
from workbook.errors import FileChanged, WrongUsage
from workbook.export import formats, output_file
from workbook.export.formats import Wishes
from workbook.export.run import STDOUT, Report, Run, to_file
from workbook.files.shell import in_use, word
from workbook.merge.model import UpdateOptions
from workbook.store import aging, database, deletion, managed_tables, snapshots
from workbook.sync.latest import last_good
from workbook.sync.purge import DEMO

OUT = "contacts-demo.xlsx"
SHOWN = 12


@click.command(short_help="Try it without an account and without a network.")
@click.argument("out", default=OUT)
@click.option("--fresh", is_flag=True, help="Begin anew with the first day.")
@click.option("--many", type=click.IntRange(2, 12), metavar="N", help="N accounts; one fails.")
@opening.option
@options.quiet
@options.verbose
def demo(out: str, fresh: bool, many: int | None, opened: bool, quiet: bool, verbose: bool) -> None:
    """getcontacts demo

    Write the contacts of a made-up account to OUT (default contacts-demo.xlsx), over real HTTP
    from a GREEN-API that runs inside this command.

    Repeat it, and another day has passed: some people are new, one is renamed, one is not in the
    list any more. The workbook is brought up to date; what you wrote in it stays where it was.

    With --many 3 it is the contacts of three accounts in one sheet, of which one fails.
    """
    console.talk(verbose)
    if out == STDOUT:
        raise WrongUsage("The demonstration writes a file; name one, such as contacts-demo.xlsx.")
    wishes = Wishes(formats.format_of(out))
    if many is not None:
        with _own_home():
            demo_many.show(many, out, wishes, fresh=fresh, quiet=quiet)
        if opened:
            opening.open_file(out)
        return
    with _own_home():
        day, rows, done = _one_day(out, wishes, fresh, quiet)
        if not quiet and day == 1:
            console.preview(rows.header, islice(rows.rows, SHOWN))
    for sentence in (*done.told, *done.warnings):
        console.note(sentence, quiet)
    for sentence in _next_steps(day, out):
        console.note(sentence, quiet)
    if opened:
        opening.open_file(out)


def _next_steps(day: int, out: str) -> Iterator[str]:
    again = "getcontacts demo" if out == OUT else f"getcontacts demo {word(out, in_use())}"
    if day == 1 and out.endswith(".xlsx"):
        yield f"Try next: write a note beside somebody, save, close, and let a day pass: {again}"
    elif day > 1:
        yield f"This was day {day}. Another one: {again}   From the beginning: {again} --fresh"
    yield "With your own account: getcontacts login"


def _one_day(out: str, wishes: Wishes, fresh: bool, quiet: bool) -> tuple[int, Table, Report]:
    """Fetch the list of the next day of this file, and bring it there."""
    from workbook.ooxml import update_run
    from workbook.simulator.people import day_of, on_day
    from workbook.simulator.simulator import Simulator

    with Simulator(id_instance=_instance(out)) as service:
        account = Account("demo", service.api_url, service.id_instance, service.token)
        run, made = Run(account.without_token(), out, wishes), _is_made_here(out)
        touched = made and _is_touched(out)
        with database.writing() as connection:
            if fresh or not made:
                deletion.delete_account(connection, account.id_instance)
            aging.age(connection, account.id_instance, timedelta(days=1))
        kept = snapshots.last_good(account.id_instance)
        day = 1 + day_of({contact.id for contact in kept.contacts} if kept else ())
        service.contacts = on_day(day)
        with fetching(account, Asking(quiet=quiet), out) as fetch:
            if made and not fresh and wishes.format == "xlsx":
                done = update_run.update(
                    run,
                    fetch,
                    UpdateOptions(wishes.columns),
                    backup=False,
                    recalculate=False,
                    force_open=False,
                )
            else:
                done = to_file(run, fetch, overwrite=made and fresh, backup=touched)
        listed = last_good(account)
    return day, build(listed.contacts, Origin(account.alias, listed.fetched)), done


def _instance(out: str) -> str:
    """Return an idInstance for each file, so that each has days and a history of its own."""
    return f"1101{crc32(os.fsencode(Path(out).resolve())) % 10**6:06}"


def _is_made_here(out: str) -> bool:
    """Tell whether a file is there, and a demonstration made it. Raises FileChanged for another."""
    path = Path(out).resolve()
    if not path.exists():
        return False
    if managed_tables.recall(path, NAME).instance != _instance(out):
        raise FileChanged(str(path), "demo")
    return True


def _is_touched(out: str) -> bool:
    try:
        output_file.writable_target(out)
    except FileChanged:
        return True
    return False


@contextmanager
def _own_home() -> Iterator[None]:
    """Keep the demonstration apart from the user's settings, lists and environment."""
    mine = {"GETCONTACTS_HOME": str(settings.home() / DEMO)}
    before = {name: os.environ.pop(name, None) for name in _LOOKED_AT}
    os.environ.update(mine)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


_LOOKED_AT = (
    "GETCONTACTS_HOME",
    "GETCONTACTS_RETRY_SECONDS",
    "GREEN_API_URL",
    "GREEN_API_ID_INSTANCE",
    "GREEN_API_TOKEN_INSTANCE",
)
