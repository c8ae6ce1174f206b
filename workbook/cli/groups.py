"""Ask who is in groups, with progress; what came is kept however it ends, and that is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from itertools import count
from pathlib import Path

import click
import msgspec

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.cli.edge import INTERRUPTED
from workbook.errors import QuotaExceeded, WrongUsage
from workbook.sync import many_members, members
from workbook.sync.latest import latest
from workbook.sync.many import Gathered, gather
from workbook.sync.members import Known

MANY = 100  # calls that nobody makes by mistake: they count on some tariffs
GOES_ON = "What came is kept; the next run goes on from there."
WEEK = 7 * 86_400.0  # seconds for which an answer is used again


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
    with told_how_to_go_on(quiet):
        for progress in members.look_up(account, groups, ca_bundle):
            doing(f"Group {progress.asked + 1:,} of {progress.total:,}")


@contextmanager
def told_how_to_go_on(quiet: bool) -> Iterator[None]:
    """Tell that what came is kept, where the block is stopped or a quota is used up."""
    try:
        yield
    except KeyboardInterrupt:
        console.note(f"Stopped. {GOES_ON}", quiet)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except QuotaExceeded:
        console.note(GOES_ON, quiet)
        raise


class Several(msgspec.Struct, frozen=True):
    """Several accounts, `jobs` at once; `keep`: with what is kept of those that fail."""

    chosen: tuple[Account, ...]
    jobs: int
    keep: bool
    ca_bundle: Path | None
    quiet: bool

    def bring(
        self, list_age: float, max_age: float, *, yes: bool
    ) -> tuple[list[Gathered], list[Known]]:
        """Return what became of each account, and what is known of their groups.

        A list younger than `list_age` and an answer younger than `max_age` seconds are used again.
        """
        with console.progress(self.quiet) as (_, doing), told_how_to_go_on(self.quiet):
            doing(f"{len(self.chosen):,} accounts")
            fetch = partial(latest, max_age=list_age, ca_bundle=self.ca_bundle)
            lists = gather(self.chosen, fetch, jobs=self.jobs, keep=self.keep)
            due = many_members.due(lists, max_age)
            total, asked = sum(map(len, due.values())), count(1)
            check_many(total, yes)
            gathered = many_members.ask(
                self.chosen,
                lists,
                due,
                jobs=self.jobs,
                ca_bundle=self.ca_bundle,
                on_group=lambda: doing(f"{next(asked):,} of {total:,} groups"),
            )
        if any(isinstance(each.failure, QuotaExceeded) for each in gathered):
            console.note(GOES_ON, self.quiet)
        return gathered, many_members.known(lists, gathered, keep=self.keep)
