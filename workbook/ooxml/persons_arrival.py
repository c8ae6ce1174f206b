"""What comes into a table with a row for each person over several accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from workbook.contacts import times
from workbook.contacts.columns import (
    ACROSS,
    HISTORICAL,
    Listed,
    Origin,
    People,
    Seen,
    Together,
    nothing_seen,
)
from workbook.contacts.contact import Contact
from workbook.contacts.identity import replacements
from workbook.export import many
from workbook.export.formats import Wishes
from workbook.files.source_date_epoch import told
from workbook.merge.model import Arrival, Incoming, Missing, TableMemory
from workbook.store import pairs
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history
from workbook.sync.by_person import by_person, chosen, person_of
from workbook.sync.many import Gathered


def holds_persons(titles: Iterable[str]) -> bool:
    """Tell whether these are the titles of a table with a row a person over several accounts."""
    return not ACROSS.keys().isdisjoint(titles)


def arrival(
    wishes: Wishes, gathered: Sequence[Gathered], titles: Sequence[str], owned: ManagedTable
) -> Arrival:
    """Return the people of these accounts, each once, for a table with columns of these titles.

    Nobody is missing while an account has no list, or one with rows that are no contacts. Raises
    WrongUsage.
    """
    same = replacements(pairs.of_all())
    found = [each for each in gathered if each.latest is not None]
    lists = [many.listed(wishes, each, titles) for each in found]
    with by_person(Together(filter(None, lists)), same) as everybody:
        people = _in_memory(chosen(everybody, wishes.count, wishes.sort), titles)
    whole = [Contact(each) for each in _everybody(found, same)]
    unsure = any(map(_is_unsure, gathered))
    incoming = Incoming(people.contacts, people.origin, whole)
    memory = TableMemory(
        owner=people.origin.account if owned.instance else "",
        written=owned.titles,
        same=same,
        last_seen=_last_seen(found, same),
        made=owned.made,
    )
    return Arrival(incoming, memory, Missing.KEEP if unsure else None)


def _is_unsure(each: Gathered) -> bool:
    return each.failure is not None or each.latest is None or each.latest.snapshot.flawed


def _in_memory(people: People, titles: Iterable[str]) -> Listed:
    """Return people and what is known of them by id, as a plan asks for it."""
    contacts: list[Contact] = []
    known: dict[str, Sequence[str]] = {}
    past: dict[str, Seen] = {}
    asked = not HISTORICAL.isdisjoint(titles)
    for contact, origin in people.rows():
        contacts.append(contact)
        known[contact.id] = origin.known_by(contact.id)
        if asked:
            past[contact.id] = origin.seen(contact.id)
    seen = (lambda id_: past.get(id_, Seen())) if asked else nothing_seen
    whole = people.origin
    return Listed(contacts, Origin(whole.account, whole.fetched, seen, known.__getitem__))


def _everybody(found: Sequence[Gathered], same: dict[str, str]) -> set[str]:
    """Return the ids of all people of the lists, be they wanted in the table or not."""
    lists = [each.latest.snapshot.contacts for each in found if each.latest is not None]
    return {person_of(contact.id, same) for contacts in lists for contact in contacts}


def _last_seen(found: Sequence[Gathered], same: dict[str, str]) -> dict[str, str]:
    """Return when each of those who left all lists was in any of them last."""
    latest: dict[str, datetime] = {}
    for each in found:
        for id_, (moment, _) in history.gone(each.account.id_instance).items():
            person = person_of(id_, same)
            latest[person] = max(moment, latest.get(person, moment))
    return {person: times.text_of(told(moment)) for person, moment in latest.items()}
