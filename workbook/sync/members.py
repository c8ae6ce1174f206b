"""Ask the service who is in each group, one group after the other, and keep each answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.contacts.columns import Origin
from workbook.contacts.contact import Contact, Contacts, IdKind, id_kind
from workbook.contacts.identity import GROUP, Pair, link, replacements
from workbook.contacts.members import ADMIN, OWNER, Group, Member, Membership, memberships
from workbook.contacts.phone_numbers import without_device
from workbook.errors import MethodRefused, WrongUsage
from workbook.files.source_date_epoch import told
from workbook.green_api.other_methods import GroupData
from workbook.store import members, pairs

if TYPE_CHECKING:
    from workbook.green_api.client import Client

EVER = datetime.min.replace(tzinfo=UTC)


class Progress(msgspec.Struct, frozen=True):
    """How far a run is: `asked` of `total` groups, of which so many were `refused`."""

    total: int
    asked: int = 0
    refused: int = 0


def chosen(contacts: Contacts, wanted: Sequence[str]) -> list[str]:
    """Return the groups of a list, all of them unless some are wanted. Raises WrongUsage."""
    listed = [contact.id for contact in contacts if id_kind(contact.id) is IdKind.GROUP]
    if strangers := [each for each in wanted if each not in listed]:
        raise WrongUsage(f"There is no group {strangers[0]!r:.60} in the list; its id is needed.")
    return [each for each in listed if each in wanted] if wanted else listed


def due(instance: str, groups: Iterable[str], max_age: float) -> list[str]:
    """Return those groups about which the service was not asked for so many seconds."""
    asked = members.asked_since(instance, datetime.now(UTC) - timedelta(seconds=max_age))
    return [each for each in groups if each not in asked]


def look_up(
    account: Account, groups: Sequence[str], ca_bundle: Path | None = None
) -> Iterator[Progress]:
    """Ask about each group; yield the progress before the first and after each.

    Each answer is kept at once, so a run may be stopped at any time, and the next one goes on.
    Raises the errors of exit codes 2 to 7.
    """
    progress = Progress(len(groups))
    yield progress
    if not groups:
        return
    from workbook.green_api.client import Client, default_budget  # as in `latest`

    with Client(account, ca_bundle=ca_bundle) as client:
        for id_ in groups:
            client.renew(default_budget())
            now = datetime.now(UTC)
            group, same = _asked(client, id_, now)
            members.keep(account.id_instance, group, same, now)
            refused = progress.refused + bool(group.refused)
            progress = replace(progress, asked=progress.asked + 1, refused=refused)
            yield progress


class Known(msgspec.Struct, frozen=True):
    """What is kept of an account's groups: those wanted, their members, and those of all groups.

    `failed`: the account could not be asked now.
    """

    account: Account
    groups: Sequence[Group]
    members: Sequence[Membership]
    everybody: Sequence[Membership]
    origin: Origin
    failed: bool = False


def known(
    account: Account, contacts: Contacts, wanted: Iterable[str], *, failed: bool = False
) -> Known:
    """Return what is kept of these groups of an account, with what its list says of people."""
    instance = account.id_instance
    groups, who = members.groups(instance, wanted), people(instance, contacts)
    every = members.groups(instance, members.asked_since(instance, EVER))
    origin = Origin(account.alias, told(members.last_asked(instance) or datetime.now(UTC)))
    mine, all_of_them = [*memberships(groups, who)], [*memberships(every, who)]
    return Known(account, groups, mine, all_of_them, origin, failed)


def known_in(account: Account, contacts: Contacts) -> Known:
    """Return what is kept of all groups in a list."""
    return known(account, contacts, chosen(contacts, ()))


def counted(rows: int, groups: Iterable[Group]) -> str:
    """Return "12 members of 2 groups"; groups that refused do not count."""
    came = sum(not group.refused for group in groups)
    members = "1 member" if rows == 1 else f"{rows:,} members"
    return f"{members} of {'1 group' if came == 1 else f'{came:,} groups'}"


def refusals(groups: Sequence[Group]) -> Iterator[str]:
    """Yield a sentence for each word with which groups were refused."""
    for word, count in Counter(each.refused for each in groups if each.refused).most_common():
        which = "1 group was" if count == 1 else f"{count:,} groups were"
        yield (
            f"{which} refused with the word {word}: you may have left, or it is gone. "
            "To ask again before a week is over: getcontacts members --max-age 0s"
        )


def people(instance: str, contacts: Contacts) -> dict[str, Contact]:
    """Return the contacts of a list by each id that is known of them."""
    found = {contact.id: contact for contact in contacts}
    for former, present in replacements(pairs.known(instance)).items():
        for id_, other in ((former, present), (present, former)):
            if id_ not in found and other in found:
                found[id_] = found[other]
    return found


def _asked(client: Client, id_: str, now: datetime) -> tuple[Group, list[Pair]]:
    try:
        data = client.group_data(id_)
    except MethodRefused as refusal:  # a group that was left, or is gone
        return Group(id_, refused=refusal.why), []
    pairs_told = [link(each.id, each.lid or "", GROUP, now) for each in data.participants]
    mine = tuple(_members(data))
    return Group(id_, data.subject or "", mine), [pair for pair in pairs_told if pair is not None]


def _members(data: GroupData) -> Iterator[Member]:
    """Yield the members; where no one is marked as the owner, whoever is named as such."""
    named = "" if any(each.is_super_admin for each in data.participants) else data.owner or ""
    for each in data.participants:
        id_, lid = without_device(each.id or each.lid or ""), without_device(each.lid or "")
        is_owner = each.is_super_admin or (named and without_device(named) in (id_, lid))
        if id_:
            yield Member(id_, lid, OWNER if is_owner else ADMIN if each.is_admin else "")
