"""The commands `changes` and `history`: what is known of the past, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click
import msgspec

from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.cli import console, options
from workbook.contacts.changes import SHEET, Change, day, sentence, table
from workbook.contacts.contact import label
from workbook.errors import WrongUsage
from workbook.export import output_file
from workbook.export.selection import moment
from workbook.files.source_date_epoch import told as as_told
from workbook.sync import latest, person
from workbook.sync.history import is_first_list, known_changes
from workbook.sync.person import Person

ONE_LIST = (
    "There is one list yet and so nothing to compare it with; "
    "after the next getcontacts export, changes are told here."
)
NAMED = 5  # people who are offered where a name was given


@click.command(short_help="Tell who came, went or changed.")
@click.option("--since", metavar="DATE", help="From that day or time on, such as 2026-11-20.")
@click.option("--last", is_flag=True, help="Only what changed last.")
@options.as_json
@click.option("--csv", "as_csv", is_flag=True, help="Print csv on stdout.")
@click.option("--xlsx", "out", metavar="OUT", help="Write a workbook.")
@click.option("--overwrite", is_flag=True, help="Replace OUT even if it was changed.")
@options.account
@options.quiet
def changes(
    since: str | None, last: bool, as_json: bool, as_csv: bool, out: str | None, overwrite: bool,
    account: str | None, quiet: bool,
) -> None:  # fmt: skip
    """getcontacts changes --since 2026-11-20

    Tell what the lists that were fetched showed: new, renamed, saved, unsaved, not seen since a
    day, back, number revealed. Nothing is asked of GREEN-API.
    """
    if (since is not None) + last > 1 or as_json + as_csv + (out is not None) > 1:
        raise WrongUsage("Give one of --since and --last, and one of --json, --csv and --xlsx.")
    found = latest.whose(account)
    console.speak_of(found)
    latest.last_good(found)  # what was never fetched has no past
    told = _chosen(found, since, last)
    if as_json or as_csv:
        _print(told, found, as_json)
    elif out is not None:
        _write(told, found, out, overwrite)
        console.note(f"Changes in {out}: {len(told):,}.", quiet)
    else:
        for change in told:
            console.say(line(change))
        console.note(ONE_LIST if is_first_list(found.id_instance) else sentence(told), quiet)


def _chosen(account: Account, since: str | None, last: bool) -> list[Change]:
    # a day begins with its first moment, and changes are told that came after a time
    after = None if since is None else moment(since) - timedelta(microseconds=1)
    told = known_changes(account.id_instance, after)
    return [change for change in told if change.at == told[-1].at] if last else told


def line(change: Change) -> str:
    """Return one change as a line for people."""
    what = f"{change.at.astimezone():%Y-%m-%d %H:%M}  {change.words}: {label(change.contact)}"
    where = "" if change.contact.id == label(change.contact) else f" ({change.contact.id})"
    values = f'  "{change.before}" -> "{change.after}"' if change.column else ""
    return console.shown(f"{what}{where}{values}")


def _print(told: Sequence[Change], account: Account, as_json: bool) -> None:
    from workbook.export import csv, json

    write = json.write if as_json else partial(csv.write, mark=False)
    with console.data() as file:
        write(table(told, account.alias, as_told), file)


def _write(told: Sequence[Change], account: Account, out: str, overwrite: bool) -> None:
    from workbook.export import xlsx

    def write(file: BinaryIO) -> None:
        xlsx.write(table(told, account.alias, as_told), file, name=SHEET)

    def kept(place: Path) -> None:
        console.note(output_file.kept_as(place))

    target = output_file.writable_target(out, overwrite=overwrite)
    output_file.replace(target, write, overwrite=overwrite, kept=kept, instance=account.id_instance)


@click.command(short_help="Tell all that is known of one person.")
@click.argument("id_or_phone")
@options.as_json
@options.account
def history(id_or_phone: str, as_json: bool, account: str | None) -> None:
    """getcontacts history +4915100000001

    Tell since when somebody is in the lists, under which ids, and every change. Nothing is asked
    of GREEN-API.
    """
    found = latest.whose(account)
    console.speak_of(found)
    latest.last_good(found)
    known = person.find(found.id_instance, id_or_phone, settings.load().country)
    if known is None:
        raise _unknown(found, id_or_phone)
    if as_json:
        console.say_json(_facts(known))
        return
    for text in _told(known):
        console.say(console.shown(text))


def _unknown(account: Account, wanted: str) -> WrongUsage:
    """Say that nobody is meant, and who may be where a name was given."""
    said = f'Nobody with "{console.shown(wanted)}" is in the lists of "{account.alias}".'
    if any(c.isdecimal() for c in wanted):
        return WrongUsage(said)
    sought = wanted.casefold()
    contacts = latest.last_good(account).contacts
    named = (c for c in contacts if sought in f"{c.contact_name}\n{c.name}".casefold())
    meant = ", ".join(f"{label(c)} ({c.id})" for c in islice(named, NAMED))
    hint = f" Perhaps: {console.shown(meant)}." if meant else ""
    return WrongUsage(f"{said} An id or a phone is needed, not a name.{hint}")


def _facts(known: Person) -> dict[str, object]:
    return {
        "id": known.contact.id,
        "label": label(known.contact),
        "ids": list(known.ids),
        "pairs": msgspec.to_builtins(known.pairs),
        "first_seen": known.first_seen,
        "last_seen": known.last_seen,
        "listed": known.here,
        "changes": [_change(each) for each in known.changes],
    }


def _change(change: Change) -> dict[str, object]:
    return {
        "time": change.at,
        "change": str(change.kind),
        "id": change.contact.id,
        "column": change.column,
        "before": change.before,
        "after": change.after,
    }


def _told(known: Person) -> Iterable[str]:
    yield label(known.contact)
    for id_ in known.ids:
        yield f"  {id_}"
    for pair in known.pairs:
        yield f"  {pair.former} is {pair.present} ({pair.source}, {day(pair.found)})"
    here = "" if known.here else ", not in the list any more"
    yield f"  first seen {day(known.first_seen)}, last seen {day(known.last_seen)}{here}"
    for change in known.changes:
        yield f"  {line(change)}"
