"""A contact: what its id tells, what is derived from it, and how contacts are selected."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from enum import StrEnum
from itertools import chain, islice
from operator import attrgetter
from typing import Protocol

import msgspec
from msgspec.structs import astuple

from workbook.contacts.alphabet import in_order
from workbook.contacts.dialling import dialled
from workbook.contacts.packing import packed, unpacked
from workbook.contacts.phone_numbers import country_of
from workbook.errors import WrongUsage

BATCH = 2_000
PLAIN = 100_000  # contacts of a list that are not deflated; it would take 5 % of an export
NO_CONTACT = "no contact"  # why a row was left out: it is no object, or has no id


class Contact(msgspec.Struct, frozen=True, gc=False, rename="camel", omit_defaults=True):
    """One row of getContacts, tidied: text everywhere, "" where the service said nothing.

    `phone_number` (digits) and `username` come from MAX and Telegram only; `new_chat_id` is the
    `@lid` that has replaced this one (LID FAQ of GREEN-API).
    """

    id: str
    name: str = ""
    contact_name: str = ""
    type: str = ""
    phone_number: str = ""
    username: str = ""
    new_chat_id: str = ""


class IdKind(StrEnum):
    """What an id is: a phone, a group, a hidden number, or something else."""

    PHONE = "phone"
    GROUP = "group"
    HIDDEN = "hidden"
    OTHER = "other"


_PERSON = re.compile(r"([1-9][0-9]{4,13})@(?:c\.us|s\.whatsapp\.net)", re.ASCII)
# 15 digits and more with @c.us are lids dressed as phones (green-api/issues 473)
_HIDDEN = re.compile(r"[0-9]+@lid|[0-9]{15,}@(?:c\.us|s\.whatsapp\.net)", re.ASCII)
_GROUP = re.compile(r"[0-9-]+@g\.us|-[0-9]+", re.ASCII)


def id_kind(contact_id: str) -> IdKind:
    """Tell a phone, a group and a hidden number apart by the id alone (green-api.md, 6 and 8)."""
    if _PERSON.fullmatch(contact_id):
        return IdKind.PHONE
    if _GROUP.fullmatch(contact_id):
        return IdKind.GROUP
    if _HIDDEN.fullmatch(contact_id):
        return IdKind.HIDDEN
    return IdKind.OTHER


def phone_digits(contact: Contact) -> str:
    """Return the digits of the phone as WhatsApp has them, "" for groups and hidden numbers."""
    person = _PERSON.fullmatch(contact.id)
    return person[1] if person else contact.phone_number


def phone(contact: Contact) -> str:
    """Return the phone as +E.164, as people dial it, "" for groups and hidden numbers."""
    digits = phone_digits(contact)
    return "+" + dialled(digits) if digits else ""


def country(contact: Contact) -> str:
    """Return the English name of the country of the phone, "" where there is none."""
    return country_of(phone_digits(contact))


def can_be_called(contact: Contact) -> bool:
    """Tell whether the contact is a person with a phone."""
    return contact.type != "group" and phone_digits(contact) != ""


def chat_link(contact: Contact) -> str:
    """Return the click-to-chat address, made of checked digits only, "" without a phone."""
    digits = phone_digits(contact)
    return f"https://wa.me/{digits}" if digits else ""


def saved(contact: Contact) -> str:
    """Return "yes" if the person is in the phone book, else "no"; "" for groups."""
    if contact.type == "group":
        return ""
    return "yes" if contact.contact_name else "no"


def label(contact: Contact) -> str:
    """Return the best name for a contact: contactName, else name, else phone, else id."""
    return contact.contact_name or contact.name or phone(contact) or contact.id


def fuller(one: Contact, other: Contact) -> Contact:
    """Return the one of two rows of an id that says more, the first if both say as much.

    What it does not say is taken from the other one.
    """
    first, second = (one, other) if _said(one) >= _said(other) else (other, one)
    return Contact(*(a or b for a, b in zip(astuple(first), astuple(second), strict=True)))


def _said(contact: Contact) -> int:
    return sum(map(bool, astuple(contact)))


class Contacts(Protocol):
    """Contacts that can be counted and iterated more than once."""

    def __len__(self) -> int: ...
    def __iter__(self) -> Iterator[Contact]: ...


class _Typed(msgspec.Struct, gc=False):
    """The only field of a packed contact that counting needs."""

    type: str = ""


class ContactList:
    """A whole list in packed pieces; it takes a sixth of the memory of contact objects, or less."""

    __slots__ = ("_length", "_types", "pieces")

    _encode = msgspec.msgpack.Encoder().encode
    _decode = msgspec.msgpack.Decoder(list[Contact]).decode
    _decode_types = msgspec.msgpack.Decoder(list[_Typed]).decode

    def __init__(self, pieces: Iterable[bytes] = (), length: int = 0) -> None:
        self.pieces = list(pieces)
        self._length = length
        # counted as they come: to unpack a list once more for that took 4 % of an export
        self._types: Counter[str] | None = None if self.pieces or length else Counter()

    @classmethod
    def pack(cls, contacts: Iterable[Contact]) -> ContactList:
        """Return a packed list of any contacts."""
        packed, remaining = cls(), iter(contacts)
        while batch := list(islice(remaining, BATCH)):
            packed.append(batch)
        return packed

    def append(self, batch: list[Contact]) -> None:
        """Add one more piece."""
        rows = self._encode(batch)
        self.pieces.append(rows if self._length < PLAIN else packed(rows))
        self._length += len(batch)
        if self._types is not None:
            self._types.update([contact.type for contact in batch])

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Contact]:
        return chain.from_iterable(self.batches())

    def batches(self) -> Iterator[list[Contact]]:
        """Yield the contacts piece by piece."""
        return map(self._decode, map(unpacked, self.pieces))

    def completed(self, rows: Mapping[str, Contact]) -> ContactList:
        """Return the list with each contact made fuller by the row of its id, if there is one."""
        completed = ContactList(length=len(self))
        for piece, batch in zip(self.pieces, self.batches(), strict=True):
            full = [fuller(c, rows[c.id]) if c.id in rows else c for c in batch]
            completed.pieces.append(piece if full == batch else packed(self._encode(full)))
        return completed

    def types(self) -> Counter[str]:
        """Count the types, from nothing else of a contact if they were not counted yet."""
        if self._types is None:
            pieces = map(self._decode_types, map(unpacked, self.pieces))
            self._types = Counter(each.type for piece in pieces for each in piece)
        return Counter(self._types)


def batches(contacts: Contacts) -> Iterator[list[Contact]]:
    """Go through contacts in lists of some 2,000."""
    if isinstance(contacts, ContactList):
        return contacts.batches()
    remaining = iter(contacts)
    return iter(lambda: list(islice(remaining, BATCH)), [])


def by_type(contacts: Contacts) -> Counter[str]:
    """Count the contacts of each type."""
    if isinstance(contacts, ContactList):
        return contacts.types()
    return Counter(contact.type for contact in contacts)


def counted(number: int) -> str:
    """Return "1 contact" or "1,234 contacts"."""
    return "1 contact" if number == 1 else f"{number:,} contacts"


NAMES: dict[str, Callable[[Contact], str]] = {
    "name": attrgetter("name"),
    "contactName": attrgetter("contact_name"),
    "label": label,
}
SORTS = ("id", "name", "contactName", "type")


def select(
    contacts: Contacts, kind: str | None = None, count: int | None = None, sort: str | None = None
) -> Contacts:
    """Return the contacts of one type, sorted, and of these the first `count`.

    Names are sorted by alphabet.py, empty ones last; without `sort` the service's order stays.
    Raises WrongUsage for a sort by anything but the four columns or `label`, and a count below 1.
    """
    if count is not None and count < 1:
        raise WrongUsage(f"A count of {count} selects nothing; give 1 or more.")
    if sort is not None and sort not in (*SORTS, "label"):
        raise WrongUsage(f'Cannot sort by "{sort}"; known: {", ".join((*SORTS, "label"))}.')
    if kind is None and count is None and sort is None:
        return contacts
    wanted: Iterable[Contact] = (c for c in contacts if kind is None or c.type == kind)
    if sort in NAMES:
        wanted = in_order(wanted, NAMES[sort])
    elif sort is not None:
        text = attrgetter(sort)
        wanted = sorted(wanted, key=lambda c: (not text(c), text(c).casefold()))
    return list(islice(wanted, count))
