"""Decide whom a user means by an id or a phone; where people are kept, the caller knows."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from typing import TypeVar

from workbook.contacts.phone_numbers import parse_phone, plain_id

Who = TypeVar("Who", bound=Hashable)


def ids_meant(text: str) -> tuple[str, ...]:
    """Return the ids that a text may be, the text as it is first."""
    return tuple(dict.fromkeys((text, text.strip(), plain_id(text))))


def phones_meant(text: str, country: str = "") -> Iterator[tuple[str, ...]]:
    """Yield the digits that a text may be, those that are equally likely together.

    `country` (ISO) is that of numbers without a prefix.
    """
    number = parse_phone(text)
    if number is None:
        return
    if country and not number.prefixed:
        yield tuple(dict.fromkeys(filter(None, (number.digits, number.by_plan(country)))))
        return
    yield (number.digits,)
    if read := number.by_plan(country):
        yield (read,)


def find(
    text: str,
    country: str,
    by_id: Callable[[str], Who | None],
    by_phone: Callable[[str], Who | None],
) -> dict[Who, str]:
    """Return whoever may be meant, each with the id or the phone that led there.

    An id goes before a phone. More than one: the phone may be of either of them.
    """
    for id_ in ids_meant(text):
        if (who := by_id(id_)) is not None:
            return {who: id_}
    for phones in phones_meant(text, country):
        found = ((by_phone(digits), f"+{digits}") for digits in phones)
        if people := {who: phone for who, phone in found if who is not None}:
            return people
    return {}
