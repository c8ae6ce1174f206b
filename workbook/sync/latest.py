"""Get an account's contacts: the last good list if it is young enough, else a new one."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings
from workbook.contacts import identity
from workbook.contacts.changes import Tally
from workbook.contacts.contact import Contact, ContactList, IdKind, id_kind
from workbook.contacts.difference import Difference
from workbook.errors import ADVICE, ContactsError, EmptyList, NoAccount, NoSnapshot, NotReady
from workbook.green_api.login import staleness
from workbook.merge.model import Missing
from workbook.store import database, pairs, snapshots
from workbook.store.snapshots import Snapshot
from workbook.sync import history
from workbook.sync.guard import Loss
from workbook.sync.recording import RecordResult, Trust, record

if TYPE_CHECKING:
    from workbook.green_api.client import Client

SAMPLE = 500  # people whose ids tell what the others' are like
FLAWED = (
    "GREEN-API's answer had rows that are no contacts; they were left out, and nobody was marked "
    "as missing or removed because of it."
)
LID_MODE = (
    "The instance has enableLidMode on: numbers are hidden and most phone-book names are missing "
    "then. Switch it off in the GREEN-API console, or look numbers up: getcontacts resolve"
)
STILL = timedelta(days=1)  # a list that is the same for so long may be an old one
PATIENCE = 10.0  # seconds for a question that is a courtesy
FORGOTTEN = (
    "The database became larger than max_database_mib: the history until {:%Y-%m-%d %H:%M} was "
    "deleted. To keep more: getcontacts config set max_database_mib 8192."
)
ENDLESS = (
    "What changed in this list is kept for ever on this computer, also of people who left. "
    "To limit it: getcontacts config set history_days 400. This is told once."
)
PAUSE = 5.0  # seconds before an answer that lost too much is asked for again


class Latest(msgspec.Struct, frozen=True):
    """A list that may be shown, one row a person; `calls`: how many lists were asked for.

    `changes` since the list before; None for a first list, or where nothing was fetched. `loss`:
    contacts that are missing from the answer and stay in the list. `hint` is a sentence or "", and
    so is `stale`: the list may be an old one. `dropped_before`: rows that were left out of the list
    before, by reason. `forgotten`: until when history was deleted for want of room. `before`: when
    the list before was fetched. `endless`: it has to be told that history is kept for ever.
    """

    snapshot: Snapshot
    calls: int = 0
    changes: Tally | None = None
    loss: Loss | None = None
    hint: str = ""
    stale: str = ""
    dropped_before: Counter[str] = msgspec.field(default_factory=Counter)
    forgotten: datetime | None = None
    before: datetime | None = None
    endless: bool = False

    def told(
        self, altered: Counter[str] | None = None, unfit: Counter[str] | None = None
    ) -> tuple[list[str], list[str]]:
        """Return what a user is told of this list, in a file as on a sheet: news, then warnings.

        By reason: `altered` values that the place they were written to made different, `unfit` rows
        that it cannot hold. Rows that were left out are a warning the first time.
        """
        news, loss = "", "" if self.loss is None else self.loss.sentence()
        if self.changes is not None and (self.changes or not loss):
            said = self.changes.sentence()  # of lists: a file may be older than the one before
            news = f"Since the list before: {said[0].lower()}{said[1:]}"
        dropped = self.snapshot.dropped + (unfit or Counter())
        left_out = counted_reasons(dropped, "row was left out", "rows were left out")
        changes = self.snapshot.altered + (altered or Counter())
        changed = counted_reasons(changes, "value changed", "values changed")
        flawed = FLAWED if self.snapshot.flawed else ""
        is_new = bool(self.snapshot.dropped - self.dropped_before)
        usual, unusual = [left_out, flawed], [*self.doubts(), ENDLESS * self.endless]
        if is_new:
            usual, unusual = [], [*unusual, left_out, flawed]
        return [*filter(None, (news, *usual, changed))], [*filter(None, unusual)]

    def doubts(self) -> list[str]:
        """Return why the list may be another one than the account has now."""
        loss = "" if self.loss is None else self.loss.sentence()
        cut = "" if self.forgotten is None else FORGOTTEN.format(self.forgotten.astimezone())
        return [*filter(None, (loss, self.stale, self.hint, cut))]

    def missing(self, wished: Missing) -> Missing:
        """Return what may be done with rows of missing people, as wished or nothing."""
        return Missing.KEEP if self.snapshot.flawed else wished


def counted_reasons(reasons: Counter[str], one: str, more: str) -> str:
    """Return "3 rows were left out: 2 …, 1 ….", "" for none."""
    if not (total := reasons.total()):
        return ""
    each = ", ".join(f"{count:,} {reason}" for reason, count in reasons.items())
    return f"{total:,} {one if total == 1 else more}: {each}."


def latest(
    account: Account,
    max_age: float = 0.0,
    *,
    budget: float | None = None,
    ca_bundle: Path | None = None,
    on_bytes: Callable[[int], None] | None = None,
    tell: Callable[[str], None] = lambda _: None,
    accept_loss: bool = False,
    new_list: Callable[[], ContactList] = ContactList,
) -> Latest:
    """Return the last good list if it is younger than `max_age` seconds, else fetch a new one.

    `budget`: seconds for the whole fetch. `on_bytes` is called with the number of bytes that have
    arrived, `tell` with a sentence about each wait. `accept_loss`: believe a list from which many
    are missing. `new_list` makes the list that contacts are added to as they arrive. Raises the
    errors of exit codes 2 to 9; the last good list then stays.
    """
    if max_age > 0:
        young = snapshots.last_good(account.id_instance)
        if young is not None and young.younger_than(max_age):
            return Latest(_merged(account.id_instance, young))
    from workbook.green_api.client import Client  # requests takes a tenth of a second to import

    rules = settings.load()
    with Client(account, budget=budget, ca_bundle=ca_bundle, tell=tell) as client:
        fetch = partial(_fetched, client, account, on_bytes, new_list)
        snapshot = fetch()
        trust = Trust.BELIEVE if accept_loss else Trust.REFUSE
        recorded = record(account.id_instance, snapshot, trust, rules)
        state = ""
        if recorded.refused:
            tell("Many are missing, asking again")
            recorded, state = _second_opinion(client, account, rules, fetch, snapshot)
        hint = _hint(client, recorded, rules)
        stale = staleness(state or _state_if_suspect(client, account, recorded))
        calls = client.calls
    snapshot, since, loss = recorded.snapshot, recorded.before, recorded.loss
    told = Latest(
        snapshot, calls, None, loss, hint, stale, recorded.dropped_before, recorded.forgotten,
        since, recorded.endless,
    )  # fmt: skip
    del recorded  # its difference holds the list before
    news = None if since is None else history.tally(account.id_instance, since)
    return replace(told, snapshot=_merged(account.id_instance, snapshot), changes=news)


def whose(alias: str | None = None) -> Account:
    """Return the account whose lists are asked for, without its token.

    An account that was logged out is found by its lists. Raises what `accounts.identify` raises.
    """
    try:
        return accounts.identify(alias)
    except NoAccount as error:
        unknown = error
    match snapshots.accounts_with_lists(alias):
        case [(name, id_instance)]:
            return Account(name, "", id_instance, "")
    raise unknown


def last_time(account: Account) -> datetime | None:
    """Return when the last good list came: whenever that was asked for, changed or not."""
    with database.reading() as connection:
        return snapshots.last_time(connection, account.id_instance)


def last_good(account: Account) -> Snapshot:
    """Return the last good list, however old; raises NoSnapshot."""
    found = kept(account.id_instance)
    if found is None:
        raise NoSnapshot(account.alias)
    return found


def kept(instance: str) -> Snapshot | None:
    """Return the last good list of an instance, None where there is none."""
    found = snapshots.last_good(instance)
    return found and _merged(instance, found)


def _merged(instance: str, snapshot: Snapshot) -> Snapshot:
    same = pairs.replacements_of(instance)
    return replace(snapshot, contacts=identity.merge_duplicates(snapshot.contacts, same))


def _second_opinion(
    client: Client,
    account: Account,
    rules: Settings,
    fetch: Callable[[], Snapshot],
    first: Snapshot,
) -> tuple[RecordResult, str]:
    """Ask again for a list that lost too much, and record what can be believed of both answers.

    Return with that the state of the instance, or "" if it was not asked for.
    """
    second = None
    if client.left() >= PAUSE + 1:
        time.sleep(PAUSE)
        with suppress(ContactsError):  # the first answer is still there
            second = fetch()
    if second is not None:
        recorded = record(account.id_instance, second, Trust.REFUSE, rules)
        if not recorded.refused:
            return recorded, ""
        first = max(first, second, key=lambda each: len(each.contacts))
    if (state := _state(client)) in ADVICE:
        raise NotReady(state)
    return record(account.id_instance, first, Trust.DOUBT, rules), state


def _state_if_suspect(client: Client, account: Account, recorded: RecordResult) -> str:
    """Return the state if the list is doubted or was the same for a day, "" otherwise."""
    fetched = recorded.snapshot.fetched
    if not recorded.loss and history.changed_within(account.id_instance, fetched, STILL):
        return ""
    client.renew(min(client.left(), PATIENCE))
    return _state(client)


def _fetched(
    client: Client,
    account: Account,
    on_bytes: Callable[[int], None] | None,
    new_list: Callable[[], ContactList],
) -> Snapshot:
    try:
        answer = client.contacts(on_bytes, new_list)
    except EmptyList:
        answer = None
    if answer is None:
        raise _why_empty(client, account)
    now = datetime.now(UTC)
    return Snapshot(account.alias, now, answer.contacts, answer.dropped, answer.altered)


def _why_empty(client: Client, account: Account) -> ContactsError:
    """Return the reason for an empty list: an instance that is not authorized sends one (209)."""
    if (state := _state(client)) in ADVICE:
        return NotReady(state)
    with database.reading() as connection:
        kept = snapshots.last_time(connection, account.id_instance)
    return EmptyList(f"{kept.astimezone():%Y-%m-%d %H:%M}" if kept else "")


def _state(client: Client) -> str:
    try:
        return client.state()
    except ContactsError:
        return "authorized"


def _hint(client: Client, recorded: RecordResult, rules: Settings) -> str:
    """Return a sentence if the list looks like enableLidMode and the service says that it is on.

    Source: green-api/issues 1125.
    """
    if recorded.before is None:
        suspected = mostly_hidden(islice(recorded.snapshot.contacts, SAMPLE))
    else:
        suspected = phone_book_gone(recorded.difference, rules.shrink_people)
    try:
        return LID_MODE if suspected and client.settings().hides_numbers else ""
    except ContactsError:
        return ""


def mostly_hidden(contacts: Iterable[Contact]) -> bool:
    """Return whether most people of a list, or of its beginning, have hidden numbers."""
    people = [contact for contact in contacts if contact.type == "user"]
    return 2 * _hidden(people) > len(people)


def phone_book_gone(difference: Difference, people: int) -> bool:
    """Return whether at least so many people became hidden or lost their contactName at once.

    That is what `enableLidMode` does to a list (green-api/issues 1125).
    """
    # hashes, as they may be the ids of everybody
    named = {hash(was.id) for was in difference.ended if was.contact_name}
    nameless = sum(hash(now.id) in named for now in difference.began if not now.contact_name)
    return max(nameless, _hidden(difference.newcomers)) >= max(1, people)


def _hidden(people: Iterable[Contact]) -> int:
    return sum(id_kind(c.id) is IdKind.HIDDEN and not c.phone_number for c in people)
