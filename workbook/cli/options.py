"""Options that several commands share, defined once."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar, TypeVar

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


class Age(click.ParamType):  # type: ignore[type-arg]  # generic in some versions of click
    """A time such as 90s, 30m, 1h or 2d, as seconds."""

    name = "age"
    units: ClassVar = {"": 1, "s": 1, "m": 60, "h": 3_600, "d": 86_400}

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        read = re.fullmatch(r"([0-9]{1,9})([smhd]?)", str(value).strip().lower())
        if read is None:
            self.fail(f'"{value}" is no time; write 90s, 30m, 1h or 2d.', param, ctx)
        return float(read[1]) * self.units[read[2]]


account = account_for("The alias of the account to use.")
quiet = click.option("-q", "--quiet", is_flag=True, help="Say nothing but warnings and errors.")
strict = click.option("--strict", is_flag=True, help="End with 9 if there was a warning.")
verbose = click.option("-v", "--verbose", is_flag=True, help="Log each call (never a URL).")
ca_bundle = click.option(
    "--ca-bundle",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Trust these certificates (PEM) instead of the machine's.",
)
yes = click.option("--yes", is_flag=True, help="Ask more than 100 groups who is in them.")
as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
max_age = click.option(
    "--max-age", type=Age(), default="0s", metavar="AGE", help="Use a list as young as this, as 1h."
)


def many(command: Command) -> Command:
    """Add the options about several accounts."""
    for option in (
        click.option(
            "--failed",
            type=click.Choice(["keep", "skip"]),
            default="keep",
            help="Several: write the last good list of one that failed, or nothing.",
        ),
        click.option(
            "--jobs", type=click.IntRange(1, 256), default=16, metavar="N", help="So many at once."
        ),
        click.option(
            "--accounts", "patterns", multiple=True, metavar="'A*'", help="Those whose alias fits."
        ),
        click.option("--all-accounts", is_flag=True, help="Every account, with its alias."),
    ):
        command = option(command)
    return command
