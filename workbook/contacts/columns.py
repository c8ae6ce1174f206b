"""The columns: titles, order, presets; and contacts as rows of text that every format can hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, islice
from operator import attrgetter

import msgspec

from workbook.contacts import times
from workbook.contacts.contact import (
    Contact,
    Contacts,
    batches,
    chat_link,
    country,
    id_kind,
    label,
    phone,
    saved,
)
from workbook.errors import WrongUsage

NAME = "Contacts"  # of the table in a workbook, and of a sheet that is made for it
CELL_LIMIT = 32_767  # UTF-16 units in one cell (Excel specifications and limits)
BATCH = 250  # rows, whose text stays in the processor's cache and is mostly shorter than one cell's

_SURROGATE = re.compile("[\ud800-\udfff]")

Row = Sequence[str]
Block = Sequence[Sequence[str]]  # some rows, column by column


class Seen(msgspec.Struct, frozen=True):
    """When a person was in the list first and last, what changed last and when; times as text."""

    first: str = ""
    last: str = ""
    status: str = ""
    changed: str = ""


def nothing_seen(_: str) -> Seen:
    """Return no history for any id."""
    return Seen()


def known_by_none(_: str) -> Sequence[str]:
    """Return no account for any id."""
    return ()


class Origin(msgspec.Struct, frozen=True):
    """The account and time of a list: what a contact itself does not know.

    `fetched` is in the zone in which it is told. `seen` returns the history of an id; only the
    HISTORICAL columns need it. `known_by` returns which accounts have an id in their lists, for the
    columns of ACROSS.
    """

    account: str
    fetched: datetime
    seen: Callable[[str], Seen] = nothing_seen
    known_by: Callable[[str], Sequence[str]] = known_by_none


class Listed(msgspec.Struct, frozen=True):
    """Contacts of one list, and what the list knows of them.

    For a Summary: how many are `new` since the list before, None where that is not known, and in
    few words the `problem` because of which no newer list came.
    """

    contacts: Contacts
    origin: Origin
    new: int | None = None
    problem: str = ""


class Together:
    """The contacts of several lists as one; in a table each has what its own list knows.

    `absent`: the accounts of which there is no list, and in few words why.
    """

    def __init__(self, lists: Iterable[Listed], absent: Mapping[str, str] = {}) -> None:
        self.lists, self.absent = tuple(lists), absent

    @property
    def origin(self) -> Origin:
        """Return what can be said of all of them: how many, and the time of the newest."""
        newest = max(each.origin.fetched for each in self.lists)
        return Origin(f"{len(self.lists) + len(self.absent):,} accounts", newest)

    def __len__(self) -> int:
        return sum(len(each.contacts) for each in self.lists)

    def __iter__(self) -> Iterator[Contact]:
        return chain.from_iterable(each.contacts for each in self.lists)


class People(Together):
    """The people of several lists, each once; in a table each has what `rows` give beside them."""

    def __init__(
        self,
        rows: Callable[[], Iterator[tuple[Contact, Origin]]],
        length: int,
        whole: Together,
    ) -> None:
        super().__init__(whole.lists, whole.absent)
        self.rows, self._length = rows, length

    @property
    def origin(self) -> Origin:
        """Return what can be said of all of them: how many lists, and the time of the oldest."""
        oldest = min(each.origin.fetched for each in self.lists)
        return msgspec.structs.replace(super().origin, fetched=oldest)

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Contact]:
        return (contact for contact, _ in self.rows())


Value = Callable[[Contact, Origin], str]

COLUMNS: dict[str, Value] = {
    "id": lambda contact, _: contact.id,
    "name": lambda contact, _: contact.name,
    "contactName": lambda contact, _: contact.contact_name,
    "type": lambda contact, _: contact.type,
    "phone": lambda contact, _: phone(contact),
    "country": lambda contact, _: country(contact),
    "link": lambda contact, _: chat_link(contact),
    "saved": lambda contact, _: saved(contact),
    "label": lambda contact, _: label(contact),
    "idKind": lambda contact, _: id_kind(contact.id).value,
    "account": lambda _, origin: origin.account,
    "fetched": lambda _, origin: times.text_of(origin.fetched),
    "firstSeen": lambda contact, origin: origin.seen(contact.id).first,
    "lastSeen": lambda contact, origin: origin.seen(contact.id).last,
    "status": lambda contact, origin: origin.seen(contact.id).status,
    "statusDate": lambda contact, origin: origin.seen(contact.id).changed,
}

KNOWN_BY = "knownBy"  # a number
ACROSS: dict[str, Value] = {  # of a person over several accounts
    "accounts": lambda contact, origin: ", ".join(origin.known_by(contact.id)),
    KNOWN_BY: lambda contact, origin: str(len(origin.known_by(contact.id))),
}

IN_GROUP: dict[str, Value] = {  # of a Membership
    "group": lambda contact, _: getattr(contact, "group", ""),
    "groupName": lambda contact, _: getattr(contact, "group_name", ""),
    "role": lambda contact, _: getattr(contact, "role", ""),
}
_VALUES = {**COLUMNS, **ACROSS, **IN_GROUP}


def _status_and_day(contact: Contact, origin: Origin) -> str:
    """Return what changed last with its day, for a table without a column for that."""
    seen = origin.seen(contact.id)
    return f"{seen.status} {seen.changed[:10]}".strip()


_SENT: dict[str, Callable[[Contact], str]] = {
    "id": attrgetter("id"),
    "name": attrgetter("name"),
    "contactName": attrgetter("contact_name"),
    "type": attrgetter("type"),
}
HISTORICAL = frozenset({"firstSeen", "lastSeen", "status", "statusDate"})
BASIC = ("id", "name", "contactName", "type")
UNIQUE = frozenset({"id", "phone", "link"})  # their values hardly ever come twice
PRESETS = {"basic": BASIC, "full": tuple(COLUMNS)}


class Table(msgspec.Struct):
    """A header and rows of text; each row has one string a title.

    `rows` can be iterated once, or `blocks` instead of them; where `columns` is set, both are made
    of it. `altered` counts, by reason, the values that are not exactly what the service sent;
    formats add what they change themselves. It is complete when all rows were read.
    """

    header: tuple[str, ...]
    rows: Iterable[Row]
    length: int
    altered: Counter[str] = msgspec.field(default_factory=Counter)
    columns: Iterable[Block] | None = None

    def blocks(self) -> Iterator[Block]:
        """Return the rows in blocks, as far as they were not read yet."""
        if self.columns is not None:
            return iter(self.columns)
        rows = iter(self.rows)
        return iter(lambda: list(zip(*islice(rows, BATCH), strict=True)), [])


def titles(wanted: str, *, across: bool = False) -> tuple[str, ...]:
    """Return the titles of a preset or of a comma-separated list, each once, in that order.

    Case does not matter. `across`: those of ACROSS are there, too, behind all others unless named;
    `account` is not. Raises WrongUsage for an unknown title.
    """
    known = [*COLUMNS, *ACROSS] if across else [*COLUMNS]
    spelled = {title.casefold(): title for title in known}
    chosen: dict[str, None] = {}
    for word in filter(None, (part.strip() for part in wanted.split(","))):
        if word.casefold() in PRESETS:
            chosen.update(dict.fromkeys(PRESETS[word.casefold()]))
        elif word.casefold() in spelled:
            chosen[spelled[word.casefold()]] = None
        else:
            raise WrongUsage(
                f'There is no column "{word}"; known: {", ".join((*PRESETS, *known))}.'
            )
    if not chosen:
        raise WrongUsage(f"No column was named; known: {', '.join((*PRESETS, *known))}.")
    if across:
        chosen = dict.fromkeys((*chosen, *ACROSS))
        chosen.pop("account", None)
    return tuple(chosen)


def build(contacts: Contacts, origin: Origin, header: Sequence[str] = BASIC) -> Table:
    """Return the table of these contacts; its rows are made while they are read.

    Of lists that are Together, each row has the origin of its own list.
    """
    table = Table(tuple(header), (), len(contacts))
    table.columns = _safe(_raw(contacts, origin, table.header), table.altered)
    table.rows = chain.from_iterable(zip(*block, strict=True) for block in table.columns)
    return table


def with_a_row(table: Table) -> Table:
    """Return a table, with a blank row if it has none, without which a spreadsheet has no table."""
    if table.length:
        return table
    return Table(table.header, [[""] * len(table.header)], 1, table.altered)


def _raw(contacts: Contacts, origin: Origin, header: tuple[str, ...]) -> Iterator[Block]:
    if isinstance(contacts, People):
        values = [_value(title, header) for title in header]
        rows = contacts.rows()
        while some := list(islice(rows, BATCH)):
            yield [[value(contact, its) for contact, its in some] for value in values]
        return
    if isinstance(contacts, Together):
        for each in contacts.lists:
            yield from _raw(each.contacts, each.origin, header)
        return
    makers = [_maker(title, origin, header) for title in header]
    for batch in batches(contacts):
        for start in range(0, len(batch), BATCH):
            part = batch[start : start + BATCH]
            yield [[*map(maker, part)] for maker in makers]


def _maker(title: str, origin: Origin, header: tuple[str, ...]) -> Callable[[Contact], str]:
    if title in _SENT:  # what nearly everybody asks for, without a call of ours per cell
        return _SENT[title]
    value = _value(title, header)
    return lambda contact: value(contact, origin)


def _value(title: str, header: Sequence[str]) -> Value:
    if title == "status" and "statusDate" not in header:
        return _status_and_day
    return _VALUES[title]


def _safe(blocks: Iterator[Block], altered: Counter[str]) -> Iterator[Block]:
    for block in blocks:
        yield [
            column if _holdable(column) else [safe_text(value, altered) for value in column]
            for column in block
        ]


def _holdable(values: Sequence[str]) -> bool:
    """Return True if cells can hold all of these values unchanged; False means: check each one.

    Many are checked at once: a check of each of a million values would take most of a run.
    """
    text = "".join(values)
    if len(text) > CELL_LIMIT // 2 and max(map(len, values)) > CELL_LIMIT // 2:
        return False
    try:
        return text.isascii() or bool(text.encode())
    except UnicodeEncodeError:
        return False


def safe_text(value: str, altered: Counter[str]) -> str:
    """Return text that a cell can hold: U+FFFD for lone surrogates, at most 32,767 UTF-16 units.

    Text is cut between characters. Each kind of change to a value is counted once in `altered`.
    """
    if _SURROGATE.search(value):
        value = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value)
        altered["lone surrogate replaced"] += 1
    if len(value) > CELL_LIMIT // 2 and len(value.encode("utf-16-le")) > 2 * CELL_LIMIT:
        kept = value.encode("utf-16-le")[: 2 * CELL_LIMIT]
        value = kept.decode("utf-16-le", errors="ignore")
        altered["longer than a cell, cut"] += 1
    return value
