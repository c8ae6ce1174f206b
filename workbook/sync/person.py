"""Whom a user means by an id or by a phone, and all that is known of that person."""

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

    `country` (ISO) is where numbers without a country code are at home. Raises WrongUsage where a
    number may be of either of two people.
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

    An id as it stands goes before a phone. Raises WrongUsage where a phone may be of either of two,
    with `surely` also where one of them is likelier.
    """
    told = pairs.pairs_of(connection, instance)
    phones = chain.from_iterable(phones_meant(wanted, country))
    meant = set(ids_meant(wanted)).union(*map(_kept_as, phones))
    known = _known(connection, instance, told, meant)
    decide = lookup.find_all if surely else lookup.find
    found = decide(
        wanted,
        country,
        lambda id_: _ids({id_}, known, told),
        lambda digits: _ids(_kept_as(digits), known, told),
    )
    if len(found) > 1:
        raise WrongUsage(
            f"This may be {' or '.join(found.values())}, and both are in the lists. "
            f"Give the id of the one you mean: {' or '.join(map(min, found))}."
        )
    return set(next(iter(found), ()))


def _kept_as(digits: str) -> set[str]:
    """Return the phone of these digits and the ids that have it."""
    return {f"+{digits}", *(digits + domain for domain in _DOMAINS)}


def _known(
    connection: Connection, instance: str, told: Iterable[Pair], meant: set[str]
) -> dict[str, set[str]]:
    """Return, for each of these ids and phones that is known, the ids that have it."""
    ids = versions.among(connection, instance, meant)
    ids |= {id_ for pair in told for id_ in (pair.former, pair.present)} & meant
    known = {id_: {id_} for id_ in ids}
    snapshot = snapshots.snapshot_of(connection, instance)
    for contact in snapshot.contacts if snapshot else ():
        if contact.id in meant:
            known[contact.id] = {contact.id}
        if contact.phone_number and (told_number := f"+{contact.phone_number}") in meant:
            known.setdefault(told_number, set()).add(contact.id)
    return known


def _ids(
    meant: set[str], known: Mapping[str, set[str]], told: Iterable[Pair]
) -> frozenset[str] | None:
    """Return all ids of whoever has one of these ids or phones, None for nobody."""
    found = frozenset().union(*(known[each] for each in meant & known.keys()))
    return found.union(*(ids for ids in groups(told) if ids & found)) or None
