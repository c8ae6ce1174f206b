"""Ask who is in groups, with progress; what came is kept however it ends, and that is told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import click

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.cli.edge import INTERRUPTED
from workbook.errors import QuotaExceeded, WrongUsage
from workbook.sync import members

MANY = 100  # calls that nobody makes by mistake: they count on some tariffs
GOES_ON = "What came is kept; the next run goes on from there."
WEEK = 7 * 86_400.0  # seconds for which an answer is used again

yes = click.option("--yes", is_flag=True, help="Ask more than 100 groups who is in them.")


def check_many(calls: int, yes: bool) -> None:
    """Raise WrongUsage for many calls that nobody has agreed to."""
    if calls > MANY and not yes:
        raise WrongUsage(
            f"{calls:,} groups are to be asked, a call each, {calls // 60 + 1:,} "
            "minutes in all. If you want that, add --yes; a few of them: "
            "getcontacts members --group ID"
        )


def ask(
    account: Account,
    groups: Sequence[str],
    ca_bundle: Path | None,
    doing: Callable[[str], None],
    quiet: bool,
) -> None:
    """Ask about these groups. Raises Exit where somebody stops it, and as `members.look_up`."""
    try:
        for progress in members.look_up(account, groups, ca_bundle):
            doing(f"Group {progress.asked + 1:,} of {progress.total:,}")
    except KeyboardInterrupt:
        console.note(f"Stopped. {GOES_ON}", quiet)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except QuotaExceeded:
        console.note(GOES_ON, quiet)
        raise
