"""Options that several commands share, defined once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def _only_one(ctx: click.Context, param: click.Parameter, given: tuple[str, ...]) -> str | None:
    if len(given) > 1:
        raise click.BadParameter("it was given more than once; name one account.", ctx, param)
    return given[0] if given else None


def account_for(purpose: str) -> Callable[[Command], Command]:
    """Return the option --account, which may be given once."""
    return click.option("--account", metavar="A", multiple=True, callback=_only_one, help=purpose)


account = account_for("The alias of the account to use.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
strict = click.option("--strict", is_flag=True, help="End with 9 if there was a warning.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Log each call (never a URL).")
ca_bundle = click.option(
    "--ca-bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Trust these certificates (PEM) instead of the machine's.",
)
