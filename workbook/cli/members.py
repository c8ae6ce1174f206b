"""The command `members`: who is in which group, as a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from workbook.accounts import accounts
from workbook.cli import console, groups, options
from workbook.cli.exporting import advice
from workbook.cli.updating import Updating, updates
from workbook.contacts.members import HEADER
from workbook.errors import WrongUsage
from workbook.export import formats
from workbook.export.many import nothing_written
from workbook.export.members import Bring, MembersRun, Written, nothing_came, to_file, to_stream
from workbook.export.run import PLACE, STDOUT
from workbook.merge.model import ACCOUNT, MEMBERS, UpdateOptions
from workbook.sync import members as members_of
from workbook.sync import outcome
from workbook.sync.latest import latest
from workbook.sync.many import Gathered
from workbook.sync.members import Known

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
@options.yes
@updates
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@options.account
@options.many
@options.ca_bundle
@options.quiet
@options.verbose
def members(
    out: str, wanted: tuple[str, ...], named: str | None, max_age: float, yes: bool,
    updating: Updating, overwrite: bool, account: str | None, ca_bundle: Path | None,
    all_accounts: bool, patterns: tuple[str, ...], jobs: int, failed: str, quiet: bool,
    verbose: bool,
) -> None:  # fmt: skip
    """getcontacts members members.xlsx

    Ask GREEN-API who is in each group of the list, one a second, and write group, groupName, id,
    name, contactName, phone and role (owner, admin) to OUT (default members.xlsx, - for stdout).
    It may be stopped at any time; the next run goes on from there.

    With --update the table Members in OUT is brought up to date instead, and what you wrote beside
    somebody stays beside them, in that group. A group that refused keeps its rows.

    With --all-accounts or --accounts 'shop-*' one file takes the members of all, with a column
    account. If some fail, the others are written, and the exit code is 10.
    """
    console.talk(verbose)
    updating.check(out, overwrite=overwrite)
    form = formats.format_of(out, updating.format(out, named))
    if form not in FORMATS:
        raise WrongUsage(f"Members are no contacts to call; write {', '.join(FORMATS)}.")
    if all_accounts or patterns:
        if account is not None or wanted:
            raise WrongUsage("--account and --group go with one account, not several.")
        if PLACE in out:
            raise WrongUsage(f"Members of all accounts go into one file; leave {PLACE} out of OUT.")
        chosen = tuple(accounts.matching(patterns))
        several = groups.Several(chosen, jobs, failed == "keep", ca_bundle, quiet)
        _of_several(several, out, form, updating, max_age, yes=yes, overwrite=overwrite)
        return
    found = accounts.find(account)
    console.speak_of(found)

    def bring() -> Sequence[Known]:
        contacts = latest(found, YOUNG, ca_bundle=ca_bundle).snapshot.contacts
        those = members_of.chosen(contacts, wanted)
        asking = members_of.due(found.id_instance, those, max_age)
        groups.check_many(len(asking), yes)
        with console.progress(quiet) as (_, doing):
            groups.ask(found, asking, ca_bundle, doing, quiet)
        return [members_of.known(found.without_token(), contacts, those)]

    run = MembersRun((found.without_token(),), out, form)
    came, told = _written(run, bring, updating, overwrite=overwrite)
    _tell(came, out, quiet, told)


def _of_several(
    several: groups.Several, out: str, form: str, how: Updating, max_age: float, *,
    yes: bool, overwrite: bool,
) -> None:  # fmt: skip
    """Write the members of several accounts. Raises Exit with the code where some failed."""
    gathered: list[Gathered] = []

    def bring() -> Sequence[Known]:
        became, known = several.bring(YOUNG, max_age, yes=yes)
        gathered.extend(became)
        return known

    run = MembersRun(several.chosen, out, form, (ACCOUNT, *HEADER))
    came, told = _written(run, bring, how, overwrite=overwrite)
    if outcome.all_failed(gathered):
        console.note(nothing_written(out), several.quiet)
    else:
        _tell(came, out, several.quiet, told)
    for sentence in outcome.failures(gathered):
        console.warn(sentence)
    if code := outcome.exit_code(gathered):
        raise click.exceptions.Exit(code)


def _written(run: MembersRun, bring: Bring, how: Updating, *, overwrite: bool) -> Written:
    """Write the members; return them, and sentences on what became of a file that was there."""
    if run.out == STDOUT:
        came = bring()
        if nothing_came(came):
            return came, ()
        with console.data() as file:
            to_stream(run, came, file, mark=False)
        return came, ()
    if not how.update:
        with advice(run.chosen[0].id_instance, MEMBERS):
            return to_file(run, bring, overwrite=overwrite)
    from workbook.ooxml import members_run  # lxml takes its time to import

    marks = how.missing.marks
    added = (*(title for title in run.titles if title == ACCOUNT), *marks)
    titles = (*run.titles, *marks)
    options = UpdateOptions(titles, how.missing, adopt=how.adopt, added=added, kind=MEMBERS)
    return members_run.update(
        run,
        bring,
        options,
        backup=how.backup,
        recalculate=how.recalculate,
        force_open=how.force_open,
    )


def _tell(came: Sequence[Known], out: str, quiet: bool, told: Sequence[str]) -> None:
    known = [group for each in came for group in each.groups]
    rows = sum(len(each.members) for each in came)
    where = "went to standard output" if out == STDOUT else f"are in {out}"
    console.note(f"{members_of.counted(rows, known)} {where}.", quiet)
    for sentence in told:
        console.note(sentence, quiet)
    for sentence in members_of.refusals(known):
        console.warn(sentence)
