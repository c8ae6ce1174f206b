"""Ask the service for the phones of hidden numbers, some at a time, and keep each answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Set
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.contacts.contact import IdKind, id_kind
from workbook.contacts.identity import CHECK, GROUP, Pair, link, without_phone
from workbook.errors import NoSnapshot, SenselessAnswer
from workbook.green_api.client import Client, default_budget
from workbook.store import pairs, snapshots

AGAIN = timedelta(days=30)  # the quotas count by the month
LIMIT = 50  # checkWhatsapp may be called 100 times a month on the tariff Developer


class Progress(msgspec.Struct, frozen=True):
    """How far a run is: `asked` of `total` questions, and how many phones were `found`.

    `left`: questions for later runs. `hidden`: hidden numbers whose phone is not known yet.
    `lid_mode`: the instance is set to hide numbers.
    """

    total: int
    left: int
    hidden: int
    lid_mode: bool = False
    asked: int = 0
    found: int = 0


def look_up_numbers(
    account: Account, kind: str = "", limit: int = LIMIT, ca_bundle: Path | None = None
) -> Iterator[Progress]:
    """Ask up to `limit` questions; yield the progress before the first and after each.

    `kind`: "groups", "numbers", or "" for both. Each answer is kept at once, so a run may be
    stopped at any time. Raises NoSnapshot and the errors of exit codes 2 to 6, such as
    QuotaExceeded.
    """
    instance, now = account.id_instance, datetime.now(UTC)
    kept = snapshots.last_good(instance)
    if kept is None:
        raise NoSnapshot(account.alias)
    listed = {contact.id: None for contact in kept.contacts}
    hidden = still = without_phone(listed, pairs.known(instance))
    asking = deque(questions(listed, hidden, kind, pairs.asked_since(instance, now - AGAIN)))
    with Client(account, ca_bundle=ca_bundle) as client:
        # asked first: an answer that makes no sense ends the run here, later it is only skipped
        lid_mode = client.settings().hides_numbers
        progress = Progress(min(limit, len(asking)), len(asking), len(still), lid_mode)
        yield progress
        while asking and progress.asked < limit:
            question = asking.popleft()
            client.renew(default_budget())
            answer = _ask(client, question, now)
            ours = (pair for pair in answer if pair.former in listed or pair.present in listed)
            pairs.keep(instance, ours, question)
            still = without_phone(hidden, pairs.known(instance))
            asking = deque(questions(asking, still, kind))
            found = len(hidden) - len(still)
            progress = replace(
                progress, asked=progress.asked + 1, found=found, left=len(asking), hidden=len(still)
            )
            yield progress


def questions(
    listed: Iterable[str], hidden: Iterable[str], kind: str = "", asked: Set[str] = frozenset()
) -> list[str]:
    """Return the ids to ask about; none if no number is hidden.

    Groups come first: one group may tell many numbers.
    """
    unknown = {*hidden}
    waiting = [id_ for id_ in listed if id_ not in asked] if unknown else []
    groups = [id_ for id_ in waiting if id_kind(id_) is IdKind.GROUP]
    numbers = [id_ for id_ in waiting if id_ in unknown]
    return [*(groups if kind != "numbers" else ()), *(numbers if kind != "groups" else ())]


def _ask(client: Client, asked: str, now: datetime) -> list[Pair]:
    try:
        if id_kind(asked) is IdKind.GROUP:
            members = client.group_data(asked).participants
            answer = [link(member.id, member.lid or "", GROUP, now) for member in members]
        else:
            checked = client.check_whatsapp(asked)
            others = (checked.phone_id, checked.chat_id or "")
            answer = [link(asked, other, CHECK, now) for other in others]
    except SenselessAnswer:  # a group that was left, a number that is none
        return []
    return [pair for pair in answer if pair is not None]
