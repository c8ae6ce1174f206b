"""What changed about a contact: the kinds of change, a sentence, a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from workbook.contacts.columns import Row, Table, safe_text, time_text
from workbook.contacts.contact import Contact, label, phone

HEADER = ("time", "change", "id", "label", "column", "before", "after", "lastSeen", "account")


class Kind(StrEnum):
    """The words for changes, in the order of a sentence."""

    NEW = "new"
    BACK = "back"
    RENAMED = "renamed"
    SAVED = "saved"
    UNSAVED = "unsaved"
    REVEALED = "number revealed"
    MOVED = "id changed"
    GONE = "not seen"


class Change(msgspec.Struct, frozen=True, gc=False):
    """One change; `at` is the time of the list that showed it first (aware).

    `contact`: after the change, or as it was last if it is gone. `column`, `before`, `after`: the
    value that changed, if one did. `last_seen`: for contacts that are gone or came back.
    """

    at: datetime
    kind: Kind
    contact: Contact
    column: str = ""
    before: str = ""
    after: str = ""
    last_seen: datetime | None = None

    @property
    def words(self) -> str:
        """Return what happened in words, "not seen since 2026-11-20" for instance."""
        if self.kind is Kind.GONE and self.last_seen is not None:
            return f"{self.kind} since {day(self.last_seen)}"
        return str(self.kind)


def values_changed(was: Contact, now: Contact, at: datetime) -> Iterator[Change]:
    """Yield the differences between two states of one contact that a user wants to know."""
    if was.contact_name != now.contact_name:
        kind = Kind.RENAMED if was.contact_name and now.contact_name else Kind.SAVED
        kind = kind if now.contact_name else Kind.UNSAVED
        yield Change(at, kind, now, "contactName", was.contact_name, now.contact_name)
    if was.name != now.name:
        yield Change(at, Kind.RENAMED, now, "name", was.name, now.name)
    if was.username != now.username:
        yield Change(at, Kind.RENAMED, now, "username", was.username, now.username)
    if now.phone_number and phone(was) != phone(now):
        yield Change(at, Kind.REVEALED, now, "phone", phone(was), phone(now))


class Tally(msgspec.Struct, frozen=True):
    """How many people had each kind of change; a person counts once per kind."""

    kinds: Counter[Kind] = msgspec.field(default_factory=Counter)
    words: Counter[str] = msgspec.field(default_factory=Counter)
    order: dict[str, tuple[int, datetime]] = {}

    @classmethod
    def of(cls, parts: Iterable[Iterable[Change]]) -> Tally:
        """Count changes; all changes of one person must be in the same part."""
        tally = cls()
        for changes in parts:
            tally._add(changes)
        return tally

    def _add(self, changes: Iterable[Change]) -> None:
        kinds, words = set(), set()
        for change in changes:
            told, importance = change.words, _importance(change)
            kinds.add((change.kind, change.contact.id))
            words.add((told, change.contact.id))
            self.order[told] = min(self.order.get(told, importance), importance)
        self.kinds.update(kind for kind, _ in kinds)
        self.words.update(told for told, _ in words)

    def __bool__(self) -> bool:
        return bool(self.kinds)

    def sentence(self) -> str:
        """Return "4 new, 2 renamed, 1 not seen since 2026-11-20." or "Nothing changed."."""
        told = sorted(self.order, key=self.order.__getitem__)
        each = (f"{self.words[words]:,} {words}" for words in told)
        return f"{', '.join(each) or 'Nothing changed'}."

    def counted(self) -> dict[str, int]:
        """Return the number of people by the word for the change."""
        return {str(kind): self.kinds[kind] for kind in Kind if self.kinds[kind]}


def sentence(changes: Iterable[Change]) -> str:
    """Return one sentence with the number of people for each kind of change."""
    return Tally.of([changes]).sentence()


_IMPORTANCE = {kind: place for place, kind in enumerate(Kind)}


def _importance(change: Change) -> tuple[int, datetime]:
    return _IMPORTANCE[change.kind], change.last_seen or change.at


def table(changes: Sequence[Change], account: str) -> Table:
    """Return the table of the sheet `Changes`: one row a change, in the same order."""
    made = Table(HEADER, (), len(changes))
    made.rows = (
        [safe_text(value, made.altered) for value in _row(change, account)] for change in changes
    )
    return made


def _row(change: Change, account: str) -> Row:
    return (
        time_text(change.at),
        change.words,
        change.contact.id,
        label(change.contact),
        change.column,
        change.before,
        change.after,
        time_text(change.last_seen) if change.last_seen else "",
        account,
    )


def day(moment: datetime) -> str:
    """Return the local day."""
    return format(moment.astimezone(), "%Y-%m-%d")
