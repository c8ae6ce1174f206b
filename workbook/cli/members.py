"""The command `members`: who is in which group, as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import click

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.cli import console, options
from workbook.cli.edge import INTERRUPTED
from workbook.contacts.members import NAME, Group, table
from workbook.errors import QuotaExceeded, WrongUsage
from workbook.export import formats, output_file
from workbook.export.run import STDOUT
from workbook.store import members as kept
from workbook.sync import members as members_of
from workbook.sync.latest import latest

MANY = 100  # calls that nobody makes by mistake: they count on some tariffs
GOES_ON = "What came is kept; the next run goes on from there."
YOUNG = 3_600.0  # seconds for which a list tells the groups and names
FORMATS = [each for each in formats.FORMATS if each not in formats.CALLED]


@click.command(short_help="Write who is in which group into a file.")
@click.argument("out", default="members.xlsx")
@click.option("--group", "wanted", multiple=True, metavar="ID", help="Only this group, or several.")
@click.option("--format", "named", type=click.Choice(FORMATS), help="Else by the ending.")
@click.option(
    "--max-age",
    type=options.Age(),
    default="7d",
    metavar="AGE",
    show_default=True,
    help="Use what is kept of a group as young as this.",
)
@click.option("--yes", is_flag=True, help="Ask more than 100 groups.")
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@options.account
@options.ca_bundle
@options.quiet
@options.verbose
def members(
    out: str, wanted: tuple[str, ...], named: str | None, max_age: float, yes: bool,
    overwrite: bool, account: str | None, ca_bundle: Path | None, quiet: bool, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts members members.xlsx

    Ask GREEN-API who is in each group of the list, one a second, and write group, groupName, id,
    name, contactName, phone and role (owner, admin) to OUT (default members.xlsx, - for stdout).
    It may be stopped at any time; the next run goes on from there.
    """
    console.talk(verbose)
    form = formats.format_of(out, named)
    if form not in FORMATS:
        raise WrongUsage(f"Members are no contacts to call; write {', '.join(FORMATS)}.")
    target = None if out == STDOUT else output_file.writable_target(out, overwrite=overwrite)
    found = accounts.find(account)
    console.speak_of(found)
    contacts = latest(found, YOUNG, ca_bundle=ca_bundle).snapshot.contacts
    groups = members_of.chosen(contacts, wanted)
    asking = members_of.due(found.id_instance, groups, max_age)
    _check_many(len(asking), yes)
    _ask(found, asking, ca_bundle, quiet)
    known = kept.groups(found.id_instance, groups)
    rows = table(known, members_of.people(found.id_instance, contacts))
    if target is None:
        with console.data() as file:
            formats.write_table(rows, form, file, NAME, mark=False)
    else:
        write = partial(formats.write_table, rows, form, name=NAME)
        output_file.replace(target, write, overwrite=overwrite, instance=found.id_instance)
    _tell(known, out, quiet)


def _check_many(calls: int, yes: bool) -> None:
    """Raise WrongUsage for many calls that nobody has agreed to."""
    if calls > MANY and not yes:
        raise WrongUsage(
            f"{calls:,} groups are to be asked, a call each, {calls // 60 + 1:,} "
            "minutes in all. If you want that, add --yes; a few of them: --group ID"
        )


def _ask(account: Account, groups: Sequence[str], ca_bundle: Path | None, quiet: bool) -> None:
    try:
        with console.progress(quiet) as (_, doing):
            for progress in members_of.look_up(account, groups, ca_bundle):
                doing(f"Group {progress.asked + 1:,} of {progress.total:,}")
    except KeyboardInterrupt:
        console.note(f"Stopped. {GOES_ON}", quiet)
        raise click.exceptions.Exit(INTERRUPTED) from None
    except QuotaExceeded:
        console.note(GOES_ON, quiet)
        raise


def _tell(known: Sequence[Group], out: str, quiet: bool) -> None:
    rows = sum(len(group.members) for group in known)
    refused = Counter(group.refused for group in known if group.refused)
    where = "went to standard output" if out == STDOUT else f"are in {out}"
    came = len(known) - refused.total()
    which = "1 group" if came == 1 else f"{came:,} groups"
    console.note(f"{rows:,} members of {which} {where}.", quiet)
    for word, count in refused.most_common():
        groups = "1 group was" if count == 1 else f"{count:,} groups were"
        console.warn(
            f"{groups} refused with the word {word}: you may have left, or it is gone. "
            "To ask again before a week is over: --max-age 0s"
        )
