"""The command `demo`: the whole way of `export` with a simulated account, without any network."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import click

from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.cli import console, options
from workbook.cli.export import fetching
from workbook.contacts.columns import Origin, build
from workbook.errors import FileChanged, WrongUsage
from workbook.export import formats
from workbook.export.formats import Wishes
from workbook.export.run import STDOUT, Run, to_file
from workbook.sync.latest import last_good
from workbook.sync.purge import DEMO

SHOWN = 12


@click.command(short_help="Try it without an account and without a network.")
@click.argument("out", default="contacts-demo.xlsx")
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@options.quiet
@options.verbose
def demo(out: str, overwrite: bool, quiet: bool, verbose: bool) -> None:
    """getcontacts demo

    Write the contacts of a made-up account to OUT (default contacts-demo.xlsx), over real HTTP
    from a GREEN-API that runs inside this command.
    """
    from workbook.simulator.simulator import Simulator

    console.talk(verbose)
    if out == STDOUT:
        raise WrongUsage("The demonstration writes a file; name one, such as contacts-demo.xlsx.")
    with _own_home(), Simulator() as service:
        account = Account("demo", service.api_url, service.id_instance, service.token)
        run = Run(account, out, Wishes(formats.format_of(out)))
        try:
            with fetching(run, quiet=quiet) as fetch:
                done = to_file(run, fetch, overwrite=overwrite)
        except FileChanged as error:
            raise FileChanged(error.path, "demo") from None
        if not quiet:
            snapshot = last_good(account)
            rows = build(snapshot.contacts, Origin(account.alias, snapshot.fetched))
            console.preview(rows.header, islice(rows.rows, SHOWN))
    for sentence in (*done.told, *done.warnings):
        console.note(sentence, quiet)
    console.note("Next step, with your own account: getcontacts login", quiet)


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
