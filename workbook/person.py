"""Whom a user means by an id or by a phone, and all that is known of that person."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import chain

import msgspec

from workbook import snapshots, store
from workbook.contacts import Contact, phone
from workbook.past import history, versions
from workbook.past.changes import Change
from workbook.people import pairs
from workbook.people.identity import Pair, groups
from workbook.snapshots import Connection

_DOMAINS = ("", "@c.us", "@s.whatsapp.net", "@lid", "@g.us")


class Person(msgspec.Struct, frozen=True):
    """One person in all lists of an account: every id, when seen, what changed, who told the ids.

    `contact` as it is, or was last; `here` tells whether it is in the list.
    """

    contact: Contact
    ids: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    here: bool
    changes: list[Change]
    pairs: list[Pair]


def find(instance: str, wanted: str, country: str = "") -> Person | None:
    """Return who has this id or phone, also somebody who is gone; None for a stranger.

    `country` (ISO) is where numbers without a country code are at home.
    """
    with store.opened() as connection:
        connection.execute("BEGIN")
        past = history.read(connection, instance, ids_of(connection, instance, wanted, country))
        doubted = versions.last_seen(connection, instance, believed=False)
        now = snapshots.last_time(connection, instance) or past.first
    known = sorted(chain(*past.versions.values()), key=lambda each: each.valid_from)
    if not known:
        return None
    last = max(known, key=lambda each: (each.last_seen or now, bool(phone(each.contact))))
    seen, _ = doubted.get(last.contact.id, (last.last_seen or now, 0))
    return Person(
        contact=last.contact,
        ids=tuple(dict.fromkeys(each.contact.id for each in known)),
        first_seen=min(each.first_seen for each in known),
        last_seen=seen,
        here=last.valid_to is None,
        changes=past.changes(),
        pairs=past.pairs,
    )


def ids_of(connection: Connection, instance: str, wanted: str, country: str = "") -> set[str]:
    """Return all ids of the person that is meant, none for a stranger."""
    meant = spellings(wanted, country)
    told = pairs.read(connection, instance)
    found = versions.among(connection, instance, meant)
    found |= {id_ for pair in told for id_ in (pair.former, pair.present)} & meant
    snapshot = snapshots.read(connection, instance)
    for contact in snapshot.contacts if snapshot else ():
        if contact.id in meant or (contact.phone_number and phone(contact)[1:] in meant):
            found.add(contact.id)
    return found.union(*(ids for ids in groups(told) if ids & found))


def spellings(wanted: str, country: str = "") -> set[str]:
    """Return the ids that an id, or a phone as people write it, may stand for."""
    plain = wanted.strip()
    if "@" in plain:
        return {plain, plain.lower()}
    digits = re.sub(r"[^0-9]", "", plain).removeprefix("00")
    if country and not plain.startswith(("+", "00")):
        digits = _international(plain, country) or digits
    return {plain, *(digits + domain for domain in _DOMAINS if digits)}


def _international(number: str, country: str) -> str:
    import phonenumbers  # a tenth of a second, for those who set a country

    try:
        read = phonenumbers.parse(number, country.upper())
    except phonenumbers.NumberParseException:
        return ""
    e164: str = phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)
    return e164.removeprefix("+")
