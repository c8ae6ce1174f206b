"""The command `resolve`: the phones of hidden numbers, from the service or from the user."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import click

from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.cli import console, options
from workbook.cli.edge import INTERRUPTED
from workbook.contacts.contact import Contact, label
from workbook.contacts.identity import USER, link, maybe_same
from workbook.errors import WrongUsage
from workbook.store import pairs
from workbook.sync import latest, person
from workbook.sync.latest import LID_MODE
from workbook.sync.resolve import LIMIT, Progress, look_up_numbers

SHOWN = 200


@click.command(short_help="Look up hidden numbers.")
@click.option("--groups/--numbers", default=None, help="Only ask groups, or only single numbers.")
@click.option(
    "--limit", type=click.IntRange(1), default=LIMIT, show_default=True, help="Questions at most."
)
@click.option("--maybe", is_flag=True, help="List who may be the same, by name; ask nothing.")
@click.option("--same", nargs=2, metavar="ID ID", help="Say that two ids are one person.")
@click.option("--apart", metavar="ID", help="Undo what joins this id to another one.")
@options.account
@options.ca_bundle
@options.quiet
@options.verbose
def resolve(
    groups: bool | None, limit: int, maybe: bool, same: tuple[str, str] | None, apart: str | None,
    account: str | None, ca_bundle: Path | None, quiet: bool, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts resolve --limit 20

    Ask GREEN-API for the phones behind the hidden numbers (@lid) of the last list: through the
    groups, one a second, then number by number (100 a month on the tariff Developer). It may be
    stopped at any time; the next run goes on from there.
    """
    console.talk(verbose)
    asks_nothing = bool(same or apart or maybe)
    found = latest.whose(account) if asks_nothing else accounts.find(account)
    console.speak_of(found)
    if same:
        _join(found, *same)
    elif apart:
        _part(found, apart)
    elif maybe:
        _list_namesakes(found)
    else:
        kind = "" if groups is None else "groups" if groups else "numbers"
        _ask(found, kind, limit, ca_bundle, quiet)


def _ask(account: Account, kind: str, limit: int, ca_bundle: Path | None, quiet: bool) -> None:
    progress = None
    try:
        with console.progress(quiet) as (_, doing):
            for progress in look_up_numbers(account, kind, limit, ca_bundle):
                doing(
                    f"Question {progress.asked + 1:,} of {progress.total:,}, "
                    f"{progress.found:,} numbers found"
                )
    except KeyboardInterrupt:
        console.note("Stopped.", quiet)
        raise click.exceptions.Exit(INTERRUPTED) from None
    finally:  # whatever ended it, what was found is kept
        if progress is not None:
            _tell(progress, account, quiet)


def _tell(progress: Progress, account: Account, quiet: bool) -> None:
    if progress.lid_mode:
        console.warn(LID_MODE)
    if not (progress.hidden or progress.found):
        console.note("There are no hidden numbers in the list.", quiet)
        return
    console.note(
        f"Found {progress.found:,} of {progress.found + progress.hidden:,} hidden numbers; "
        f"questions asked: {progress.asked:,}.",
        quiet,
    )
    if progress.left:
        console.note(f"Questions left: {progress.left:,}. Run getcontacts resolve again.", quiet)
    if next(_namesakes(account), None):
        console.note("Some may be people you know: getcontacts resolve --maybe", quiet)


def _namesakes(account: Account) -> Iterator[tuple[Contact, Contact]]:
    contacts = latest.last_good(account).contacts
    return maybe_same(contacts, pairs.known(account.id_instance))


def _list_namesakes(account: Account) -> None:
    for one, other in islice(_namesakes(account), SHOWN):
        console.say(console.shown(f"{one.id}  {label(one)}  =?  {other.id}  {label(other)}"))
    console.note("If two are one person: getcontacts resolve --same ID ID")


def _join(account: Account, one: str, other: str) -> None:
    pair = link(_id(account, one), _id(account, other), USER, datetime.now(UTC))
    if pair is None:
        raise WrongUsage("Only a hidden number (@lid) can be joined with another id.")
    pairs.keep(account.id_instance, [pair])
    console.note(f"{pair.former} and {pair.present} are one person from now on.")


def _id(account: Account, wanted: str) -> str:
    known = person.find(account.id_instance, wanted, settings.load().country)
    if known is None:
        raise WrongUsage(
            f'Nobody with "{console.shown(wanted)}" is in the lists of "{account.alias}".'
        )
    return known.contact.id


def _part(account: Account, wanted: str) -> None:
    if not pairs.separate(account.id_instance, wanted):
        raise WrongUsage(f'Nothing joins "{console.shown(wanted)}" to another id.')
    console.note(f"{wanted} is a person of its own again, until GREEN-API says otherwise.")
