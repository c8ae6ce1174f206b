"""The command `members`: who is in which group, as a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import click

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.cli import console, options
from workbook.cli.edge import INTERRUPTED
from workbook.cli.updating import Updating, updates
from workbook.contacts.members import Group
from workbook.errors import QuotaExceeded, WrongUsage
from workbook.export import formats
from workbook.export.members import Bring, MembersRun, to_file, to_stream
from workbook.export.run import STDOUT
from workbook.merge.model import MEMBERS, STATUS, STATUS_DATE, Missing, UpdateOptions
from workbook.sync import members as members_of
from workbook.sync.latest import latest
from workbook.sync.members import Known

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
@updates
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@options.account
@options.ca_bundle
@options.quiet
@options.verbose
def members(
    out: str, wanted: tuple[str, ...], named: str | None, max_age: float, yes: bool,
    updating: Updating, overwrite: bool, account: str | None, ca_bundle: Path | None,
    quiet: bool, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts members members.xlsx

    Ask GREEN-API who is in each group of the list, one a second, and write group, groupName, id,
    name, contactName, phone and role (owner, admin) to OUT (default members.xlsx, - for stdout).
    It may be stopped at any time; the next run goes on from there.

    With --update the table Members in OUT is brought up to date instead, and what you wrote beside
    somebody stays beside them, in that group. A group that refused keeps its rows.
    """
    console.talk(verbose)
    updating.check(out, overwrite=overwrite)
    form = formats.format_of(out, updating.format(out, named))
    if form not in FORMATS:
        raise WrongUsage(f"Members are no contacts to call; write {', '.join(FORMATS)}.")
    found = accounts.find(account)
    console.speak_of(found)

    def bring() -> Sequence[Known]:
        contacts = latest(found, YOUNG, ca_bundle=ca_bundle).snapshot.contacts
        groups = members_of.chosen(contacts, wanted)
        asking = members_of.due(found.id_instance, groups, max_age)
        _check_many(len(asking), yes)
        _ask(found, asking, ca_bundle, quiet)
        return [members_of.known(found.without_token(), contacts, groups)]

    run = MembersRun((found.without_token(),), out, form)
    came, told = _written(run, bring, updating, overwrite=overwrite)
    _tell([group for each in came for group in each.groups], out, quiet, told)


def _written(
    run: MembersRun, bring: Bring, how: Updating, *, overwrite: bool
) -> tuple[Sequence[Known], Sequence[str]]:
    """Write the members; return them, and sentences on what became of a file that was there."""
    if run.out == STDOUT:
        came = bring()
        with console.data() as file:
            to_stream(run, came, file, mark=False)
        return came, ()
    if not how.update:
        return to_file(run, bring, overwrite=overwrite), ()
    from workbook.ooxml import members_run  # lxml takes its time to import

    marks = (STATUS, STATUS_DATE) if how.missing is Missing.MARK else ()
    titles = (*run.titles, *marks)
    options = UpdateOptions(titles, how.missing, adopt=how.adopt, added=marks, kind=MEMBERS)
    return members_run.update(
        run,
        bring,
        options,
        backup=how.backup,
        recalculate=how.recalculate,
        force_open=how.force_open,
    )


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


def _tell(known: Sequence[Group], out: str, quiet: bool, told: Sequence[str]) -> None:
    rows = sum(len(group.members) for group in known)
    refused = Counter(group.refused for group in known if group.refused)
    where = "went to standard output" if out == STDOUT else f"are in {out}"
    came = len(known) - refused.total()
    which = "1 group" if came == 1 else f"{came:,} groups"
    console.note(f"{rows:,} members of {which} {where}.", quiet)
    for sentence in told:
        console.note(sentence, quiet)
    for word, count in refused.most_common():
        groups = "1 group was" if count == 1 else f"{count:,} groups were"
        console.warn(
            f"{groups} refused with the word {word}: you may have left, or it is gone. "
            "To ask again before a week is over: --max-age 0s"
        )
