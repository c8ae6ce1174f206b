"""Options that several commands share, defined once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from workbook.errors import ContactsError

Command = TypeVar("Command", bound=Callable[..., Any])


def _only_one(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> str | None:
    if len(given) > 1:
        raise click.BadParameter("it was given more than once; name one account.", ctx, param)
    return given[0] if given else None


def aliases(ctx: click.Context, param: click.Parameter, begun: str) -> list[str]:
    """Return the aliases that begin so, for the shell to complete."""
    from workbook.accounts import settings

    try:
        return [each for each in settings.load().accounts if each.startswith(begun)]
    except ContactsError:
        return []


def account_for(purpose: str) -> Callable[[Command], Command]:
    """Return the option --account, which may be given once."""
    return click.option(
        "--account", metavar="A", multiple=True, callback=_only_one, help=purpose,
        shell_complete=aliases,
    )  # fmt: skip


account = account_for("The alias of the account to use.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
strict = click.option("--strict", is_flag=True, help="End with 9 if there was a warning.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Log each call (never a URL).")
ca_bundle = click.option(
    "--ca-bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Trust these certificates (PEM) instead of the machine's.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
