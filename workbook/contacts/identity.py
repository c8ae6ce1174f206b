"""Which ids belong to one person, as the service says; equal names are only a hint."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import chain, combinations

import msgspec
from msgspec import structs
from msgspec.structs import replace

from workbook.contacts.contact import (
    Contact,
    ContactList,
    Contacts,
    IdKind,
    id_kind,
    phone_digits,
)
from workbook.contacts.matching import Persons, successors
from workbook.contacts.packing import unpacked
from workbook.contacts.phone_numbers import without_device

FEW = 5
MOVED, NUMBER, GROUP, CHECK, USER = (
    "newChatId", "phoneNumber", "getGroupData", "checkWhatsapp", "you"
)  # fmt: skip


class Pair(msgspec.Struct, frozen=True):
    """Two ids of one person: `present` has replaced `former`; `source` says who told it."""

    former: str
    present: str
    source: str
    found: datetime

    @property
    def reveals(self) -> bool:
        """Tell whether `present` is a phone."""
        return id_kind(self.present) is IdKind.PHONE


def link(one: str, other: str, source: str, found: datetime) -> Pair | None:
    """Return the pair of two ids of one person; None if they cannot be one person.

    The hidden number becomes `former`, its phone `present`; of two hidden numbers the first is
    `former`.
    """
    one, other = without_device(one), without_device(other)
    if one == other or id_kind(one) not in _PEOPLE or id_kind(other) not in _PEOPLE:
        return None
    if id_kind(one) is IdKind.PHONE:
        one, other = other, one
    return Pair(one, other, source, found) if id_kind(one) is IdKind.HIDDEN else None


_PEOPLE = (IdKind.PHONE, IdKind.HIDDEN)


def from_contacts(contacts: Iterable[Contact], found: datetime) -> list[Pair]:
    """Return the pairs of contacts that name a newChatId, or the phoneNumber of a hidden number.

    A phone that is named for several hidden numbers is nobody's: not all of them can have it.
    """
    telling = [c for c in contacts if c.new_chat_id or c.phone_number]
    hidden = [c for c in telling if id_kind(c.id) is IdKind.HIDDEN]
    bearers = Counter(c.phone_number for c in hidden)
    pairs = chain(
        (link(c.id, c.new_chat_id, MOVED, found) for c in telling if c.new_chat_id),
        (
            link(c.id, f"{c.phone_number}@c.us", NUMBER, found)
            for c in hidden
            if bearers[c.phone_number] == 1
        ),
    )
    return [pair for pair in pairs if pair is not None]


def from_list(contacts: ContactList, found: datetime) -> list[Pair]:
    """Return the same of a whole list; only pieces that name such an id become contacts."""
    naming = [piece for piece in contacts.pieces if _names_another(unpacked(piece))]
    return from_contacts(ContactList(naming), found)


def _names_another(rows: bytes) -> bool:
    return b"newChatId" in rows or b"phoneNumber" in rows


def extend(pair: Pair, replaced_by: Mapping[str, str]) -> Pair | None:
    """Return the pair so changed that no id is replaced by two others; None if it is not new."""
    passed = successors(pair.former, replaced_by)
    if pair.present in passed or pair.former in successors(pair.present, replaced_by):
        return None
    if not _is_phone(passed[-1]):
        return replace(pair, former=passed[-1])
    if pair.reveals:  # another phone than before
        return replace(pair, former=passed[-2])
    return replace(pair, former=pair.present, present=passed[-1])


def replacements(pairs: Iterable[Pair]) -> dict[str, str]:
    """Return a map from each former id to the id that replaced it."""
    return {pair.former: pair.present for pair in pairs}


def groups(pairs: Iterable[Pair]) -> list[frozenset[str]]:
    """Return the set of ids of each person who has more than one."""
    ids: dict[str, set[str]] = defaultdict(set)
    for former, present in replacements(pairs).items():
        mine = ids[former] | ids[present] | {former, present}
        ids.update(dict.fromkeys(mine, mine))
    return list(dict.fromkeys(map(frozenset, ids.values())))


def merge_duplicates(contacts: ContactList, replaced_by: Mapping[str, str]) -> ContactList:
    """Return the list with one row a person, under the id that counts.

    Names that this row lacks are taken from the person's other rows; a hidden number gets its
    phone if that is known.
    """
    rows = _rows(contacts, replaced_by)
    if not rows:
        return contacts
    now = (rows.get(contact.id, contact) for contact in contacts)
    return ContactList.pack(contact for contact in now if contact is not None)


def _rows(contacts: Contacts, replaced_by: Mapping[str, str]) -> dict[str, Contact | None]:
    """Return, by id, the rows that change where a person has several ids; None: leave it out."""
    known = {*replaced_by, *replaced_by.values()}
    listed = {contact.id: contact for contact in contacts if contact.id in known} if known else {}
    persons = Persons(listed, replaced_by)
    duplicates: dict[str, list[Contact]] = defaultdict(list)
    for id_, contact in listed.items():
        duplicates[persons.of(id_)].append(contact)
    rows: dict[str, Contact | None] = dict.fromkeys(listed)
    for id_, mine in duplicates.items():
        rows[id_] = _filled(listed[id_], mine, successors(id_, replaced_by)[-1])
    return {id_: row for id_, row in rows.items() if row is not listed[id_]}


def _filled(contact: Contact, duplicates: Iterable[Contact], last: str) -> Contact:
    filled = _named(contact, duplicates)
    if not _is_phone(contact.id) and not contact.phone_number:
        filled = structs.replace(filled, phone_number=phone_digits(Contact(last)))
    return contact if filled == contact else filled


def _named(contact: Contact, duplicates: Iterable[Contact]) -> Contact:
    names = [(contact.name, contact.contact_name), *((t.name, t.contact_name) for t in duplicates)]
    return structs.replace(
        contact,
        name=next((name for name, _ in names if name), ""),
        contact_name=next((saved for _, saved in names if saved), ""),
    )


def merged(duplicates: Sequence[Contact], replaced_by: Mapping[str, str]) -> Contact:
    """Return the one row of a person: the id that counts, and names from all rows.

    `duplicates`: every entry of this person in the list. The phone stays empty.
    """
    listed = {contact.id: contact for contact in duplicates}
    return _named(listed[Persons(listed, replaced_by).of(duplicates[0].id)], duplicates)


def under_another_id(
    missing: Iterable[Contact], listed: Iterable[Contact], pairs: Iterable[Pair]
) -> set[str]:
    """Return the missing ids whose person is in the list under another id."""
    wanted = {contact.id for contact in missing}
    mine = [ids for ids in groups(pairs) if ids & wanted]
    partners = frozenset().union(*mine)
    here = {contact.id for contact in listed if contact.id in partners} if partners else set()
    return {id_ for ids in mine if ids & here for id_ in ids & wanted}


def without_phone(ids: Iterable[str], pairs: Iterable[Pair]) -> list[str]:
    """Return the hidden numbers among these ids whose phone is not known."""
    known = {id_ for mine in groups(pairs) if any(map(_is_phone, mine)) for id_ in mine}
    return [id_ for id_ in ids if id_.endswith("@lid") and id_ not in known]


def maybe_same(
    contacts: Iterable[Contact], pairs: Iterable[Pair]
) -> Iterator[tuple[Contact, Contact]]:
    """Yield pairs of a hidden number and another contact of the same name, for the user to decide.

    A name that more than FEW contacts have says nothing.
    """
    persons = {id_: ids for ids in groups(pairs) for id_ in ids}
    told: set[frozenset[str]] = set()
    for people in _namesakes(contacts):
        for one, other in combinations(people, 2) if len(people) <= FEW else ():
            both = frozenset((one.id, other.id))
            if not (all(map(_is_phone, both)) or both <= persons.get(one.id, both - both)):
                if both not in told:
                    yield (other, one) if _is_phone(one.id) else (one, other)
                told.add(both)


def _namesakes(contacts: Iterable[Contact]) -> Iterable[list[Contact]]:
    bearers: dict[str, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if id_kind(contact.id) in _PEOPLE:
            names = {contact.name.strip().casefold(), contact.contact_name.strip().casefold()}
            for name in names - {""}:
                bearers[name].append(contact)
    return bearers.values()


def _is_phone(contact_id: str) -> bool:
    return id_kind(contact_id) is IdKind.PHONE
