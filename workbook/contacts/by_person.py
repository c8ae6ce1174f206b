"""The people of several accounts, each of them once, and which accounts know them; no I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from workbook.contacts.columns import Listed, Origin
from workbook.contacts.contact import Contact
from workbook.contacts.matching import successors


def by_person(lists: Iterable[Listed], replaced_by: Mapping[str, str]) -> Listed:
    """Return each person of several lists once, as the list with the fullest names has them.

    Of equally full ones the first counts. `replaced_by`: the id that followed another one, as all
    accounts know it together. The time is that of the oldest list, the history that of the list
    that the names are of.
    """
    whole, known = tuple(lists), defaultdict[str, list[str]](list)
    people: dict[str, tuple[Contact, Origin]] = {}
    for each in whole:
        for contact in each.contacts:
            person = _person(contact.id, replaced_by)
            if each.origin.account not in known[person][-1:]:
                known[person].append(each.origin.account)
            if person not in people or _fullness(contact) > _fullness(people[person][0]):
                people[person] = (contact, each.origin)
    rows = [_under(person, contact) for person, (contact, _) in people.items()]
    origin = Origin(
        f"{len(whole):,} accounts",
        min(each.origin.fetched for each in whole),
        lambda person: people[person][1].seen(people[person][0].id),
        lambda person: known[person],
    )
    return Listed(rows, origin)


def _person(id_: str, replaced_by: Mapping[str, str]) -> str:
    return successors(id_, replaced_by)[-1] if id_ in replaced_by else id_


def _fullness(contact: Contact) -> tuple[int, int]:
    """Order by how many names there are; the one in the phone book says more than the other."""
    return bool(contact.name) + bool(contact.contact_name), bool(contact.contact_name)


def _under(person: str, contact: Contact) -> Contact:
    return contact if contact.id == person else replace(contact, id=person)
