"""Find the person whom a user means by an id or a phone, and all that is known of that person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import chain

import msgspec

from workbook.contacts import lookup
from workbook.contacts.changes import Change
from workbook.contacts.contact import Contact, phone
from workbook.contacts.identity import Pair, groups
from workbook.contacts.lookup import ids_meant, phones_meant
from workbook.errors import WrongUsage
from workbook.store import database, pairs, snapshots, versions
from workbook.store.database import Connection
from workbook.sync import history


class Person(msgspec.Struct, frozen=True):
    """One person in all lists of an account, with every id, change and pair of ids.

    `contact`: as it is now, or was last. `here`: whether it is in the list.
    """

    contact: Contact
    ids: tuple[str, ...]
    first_seen: datetime
    last_seen: datetime
    here: bool
    changes: list[Change]
    pairs: list[Pair]


def find(instance: str, wanted: str, country: str = "") -> Person | None:
    """Return the person with this id or phone, who may have left the list; None for a stranger.

    `country`: ISO region of numbers without a country code. Raises WrongUsage for a number that
    may be of two people.
    """
    with database.reading() as connection:
        past = history.past_of(connection, instance, ids_of(connection, instance, wanted, country))
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


def ids_of(
    connection: Connection, instance: str, wanted: str, country: str = "", *, surely: bool = False
) -> set[str]:
    """Return all ids of the person that is meant, none for a stranger.

    An id goes before a phone. Raises WrongUsage for a number that may be of two people; with
    `surely` even if one of them is likelier.
    """
    links = pairs.pairs_of(connection, instance)
    phones = chain.from_iterable(phones_meant(wanted, country))
    meant = set(ids_meant(wanted)).union(*chain.from_iterable(map(_kept_as, phones)))
    known = _known(connection, instance, links, meant)
    decide = lookup.find_all if surely else lookup.find
    found = decide(
        wanted,
        country,
        lambda id_: _ids({id_}, known, links),
        lambda digits: next(
            filter(None, (_ids(ids, known, links) for ids in _kept_as(digits))), None
        ),
    )
    if len(found) > 1:
        raise WrongUsage(
            f"This may be {' or '.join(found.values())}, and both are in the lists. "
            f"Give the id of the one you mean: {' or '.join(map(min, found))}."
        )
    return set(next(iter(found), ()))


def _kept_as(digits: str) -> tuple[set[str], ...]:
    """Return what may have these digits, the likeliest first: a phone, then each other kind of id.

    A phone and a hidden number of the same digits are two people.
    """
    phones = {f"+{digits}", f"{digits}@c.us", f"{digits}@s.whatsapp.net"}
    return phones, {digits}, {f"{digits}@lid"}, {f"{digits}@g.us"}


def _known(
    connection: Connection, instance: str, links: Iterable[Pair], meant: set[str]
) -> dict[str, set[str]]:
    """Return, for each of these ids and phones that is known, the ids that have it."""
    ids = versions.among(connection, instance, meant)
    ids |= {id_ for pair in links for id_ in (pair.former, pair.present)} & meant
    known = {id_: {id_} for id_ in ids}
    snapshot = snapshots.snapshot_of(connection, instance)
    for contact in snapshot.contacts if snapshot else ():
        if contact.id in meant:
            known[contact.id] = {contact.id}
        if contact.phone_number and (number := f"+{contact.phone_number}") in meant:
            known.setdefault(number, set()).add(contact.id)
    return known


def _ids(
    meant: set[str], known: Mapping[str, set[str]], links: Iterable[Pair]
) -> frozenset[str] | None:
    """Return all ids of whoever has one of these ids or phones, None for nobody."""
    found = frozenset().union(*(known[each] for each in meant & known.keys()))
    return found.union(*(ids for ids in groups(links) if ids & found)) or None
