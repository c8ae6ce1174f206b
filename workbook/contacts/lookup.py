"""Decide whom a user means by an id or a phone; the caller says where people are kept."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from itertools import chain
from typing import TypeVar

from workbook.contacts.contact import Contact, phone_digits
from workbook.contacts.dialling import other_form
from workbook.contacts.phone_numbers import parse_phone, plain_id

Who = TypeVar("Who", bound=Hashable)


def ids_meant(text: str) -> tuple[str, ...]:
    """Return the ids that a text may be, the text as it is first."""
    return tuple(dict.fromkeys((text, text.strip(), plain_id(text))))


def phones_meant(text: str, country: str = "") -> Iterator[tuple[str, ...]]:
    """Yield the digits that a text may be: groups of equally likely ones, the likeliest first.

    `country` (ISO) is that of numbers without a prefix. The other form of a number (dialling.py)
    comes last.
    """
    number = parse_phone(text)
    if number is None:
        return
    if number.prefixed:  # most lookups need no plan, which takes its time to import
        yield (number.digits,)
    read = _different(number.digits, number.by_plan(country))
    yield read[1:] if number.prefixed else read
    yield _different(*map(other_form, read))


def _different(*digits: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(filter(None, digits)))


def find(
    text: str,
    country: str,
    by_id: Callable[[str], Who | None],
    by_phone: Callable[[str], Who | None],
) -> dict[Who, str]:
    """Return whoever may be meant, each with the id or the phone that led there.

    An id goes before a phone, a likelier phone before another. More than one: it may be either.
    """
    for id_ in ids_meant(text):
        if (who := by_id(id_)) is not None:
            return {who: id_}
    for phones in phones_meant(text, country):
        if people := _called(phones, by_phone):
            return people
    return {}


def find_all(
    text: str,
    country: str,
    by_id: Callable[[str], Who | None],
    by_phone: Callable[[str], Who | None],
) -> dict[Who, str]:
    """Return the same, with all whose phone may be meant, however unlikely."""
    found = find(text, country, by_id, by_phone)
    if {*found.values()} & {*ids_meant(text)}:
        return found
    return found | _called(chain.from_iterable(phones_meant(text, country)), by_phone)


def _called(phones: Iterable[str], by_phone: Callable[[str], Who | None]) -> dict[Who, str]:
    found: dict[Who, str] = {}
    for digits in phones:
        if (who := by_phone(digits)) is not None:
            found.setdefault(who, f"+{digits}")
    return found


class People:
    """An index of a list, made once and asked often."""

    def __init__(self, listed: Iterable[Contact]) -> None:
        self._by_id: dict[str, Contact] = {}
        self._by_phone: dict[str, Contact] = {}
        for contact in listed:
            self._by_id.setdefault(contact.id, contact)
            if digits := phone_digits(contact):
                self._by_phone.setdefault(digits, contact)

    def find(self, wanted: str, country: str = "") -> Contact | None:
        """Return who has this id or phone, None for nobody and where it may be either of two.

        `country` (ISO) is where numbers without a country code are at home.
        """
        if not wanted:
            return None
        if (contact := self._by_id.get(wanted)) is not None:
            return contact
        found = find(wanted, country, self._by_id.get, self._by_phone.get)
        return next(iter(found)) if len(found) == 1 else None
