"""Numbers about a whole list: by type, by country, saved or not. Nothing is written here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice
from unicodedata import bidirectional

import msgspec

from workbook.contacts.columns import Origin
from workbook.contacts.contact import BATCH, Contact, Contacts, IdKind, id_kind, phone_digits
from workbook.contacts.phone_numbers import country_of

TOP_COUNTRIES = 10

Counts = tuple[tuple[str, int], ...]


class Summary(msgspec.Struct, frozen=True):
    """The numbers of one list, with its account and time.

    `by_type`: user and group first, then other types by their numbers, the largest first.
    `countries`: the ten with most phones, the largest first; all others are in `other_countries`.
    """

    account: str
    fetched: datetime
    total: int
    by_type: Counts
    saved: int
    unsaved: int
    hidden: int
    countries: Counts
    other_countries: int
    mostly_rtl: bool


class _Tally(msgspec.Struct):
    types: Counter[str]
    countries: Counter[str]  # of the phones
    saved: int = 0
    people: int = 0
    hidden: int = 0
    leaning: int = 0


def summarize(contacts: Contacts, origin: Origin) -> Summary:
    """Count the contacts batch by batch; memory does not grow with the list."""
    tally, remaining = _Tally(Counter(user=0, group=0), Counter()), iter(contacts)
    while batch := list(islice(remaining, BATCH)):
        _add(tally, batch)
    top, others = _ranked(tally.countries)
    return Summary(
        account=origin.account,
        fetched=origin.fetched,
        total=tally.types.total(),
        by_type=_by_type(tally.types),
        saved=tally.saved,
        unsaved=tally.people - tally.saved,
        hidden=tally.hidden,
        countries=top,
        other_countries=others,
        mostly_rtl=tally.leaning > 0,
    )


def _add(tally: _Tally, batch: list[Contact]) -> None:
    phones = [phone_digits(c) for c in batch]
    people = [c for c in batch if c.type != "group"]
    tally.types.update([c.type for c in batch])
    tally.countries.update([country_of(p) for p in phones if p])
    tally.people += len(people)
    tally.saved += sum([c.contact_name != "" for c in people])
    numberless = [c.id for c, p in zip(batch, phones, strict=True) if not p]
    tally.hidden += sum([id_kind(i) is IdKind.HIDDEN for i in numberless])
    tally.leaning += leaning(c.contact_name or c.name for c in batch)


def _by_type(types: Counter[str]) -> Counts:
    known = tuple((kind, types.pop(kind)) for kind in ("user", "group"))
    return known + tuple(types.most_common())


def _ranked(phones: Counter[str]) -> tuple[Counts, int]:
    del phones[""]
    ranked = sorted(phones.items(), key=lambda entry: (-entry[1], entry[0]))
    rest = sum(count for _, count in ranked[TOP_COUNTRIES:])
    return tuple(ranked[:TOP_COUNTRIES]), rest


def leaning(texts: Iterable[str]) -> int:
    """Return how many more texts are written right-to-left than left-to-right.

    As in the Unicode Bidirectional Algorithm (rules P2, P3) the first strong character decides; a
    text of digits and emoji alone has no direction.
    """
    return sum(map(_direction, texts))


def _direction(text: str) -> int:
    for character in text:
        if strong := _strong(character):
            return strong
    return 0


@lru_cache(4096)
def _strong(character: str) -> int:
    return {"R": 1, "AL": 1, "L": -1}.get(bidirectional(character), 0)
