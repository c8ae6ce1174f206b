"""The people of several accounts, each of them once, and which accounts know them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache

from msgspec.structs import replace

from workbook.contacts.columns import Listed, Origin, People, Together
from workbook.contacts.contact import Contact, select
from workbook.contacts.matching import successors
from workbook.store import persons
from workbook.store.persons import Found

Row = tuple[Contact, Origin]


@contextmanager
def by_person(whole: Together, replaced_by: Mapping[str, str]) -> Iterator[People]:
    """Give each person of several lists once, as the list with the fullest names has them.

    Of equally full ones the first counts. `replaced_by`: the id that followed another one, as all
    accounts know it together. The time is that of the oldest list, the history that of the list
    that the names are of. They are there until the block ends.
    """
    with persons.grouped(_seen(whole.lists, replaced_by)) as (count, found):
        yield People(lambda: _rows(whole.lists, replaced_by, found), count, whole)


def chosen(people: People, count: int | None, sort: str | None) -> People:
    """Return the first of these people in an order, as `select` has it. Raises WrongUsage."""
    if count is None and sort is None:
        return people
    origins = {contact.id: origin for contact, origin in people.rows()}
    contacts = select(people, None, count, sort)
    return People(lambda: ((c, origins[c.id]) for c in contacts), len(contacts), people)


def _seen(
    lists: Sequence[Listed], replaced_by: Mapping[str, str]
) -> Iterator[tuple[bytes, int, int]]:
    for number, each in enumerate(lists):
        for contact in each.contacts:
            person = person_of(contact.id, replaced_by).encode(errors="surrogatepass")
            yield person, _fullness(contact), number


def _rows(lists: Sequence[Listed], replaced_by: Mapping[str, str], found: Found) -> Iterator[Row]:
    """Yield the rows that were found, each with what its list knows of it."""

    @lru_cache(4096)
    def aliases(numbers: str) -> tuple[str, ...]:
        each = sorted({int(number) for number in numbers.split(",")})
        return tuple(lists[number].origin.account for number in each)

    oldest = min(each.origin.fetched for each in lists)
    fullest = found()
    at, numbers = next(fullest, (-1, ""))
    each_row = ((contact, each.origin) for each in lists for contact in each.contacts)
    for row, (contact, origin) in enumerate(each_row):
        if row == at:
            person = person_of(contact.id, replaced_by)
            yield _under(person, contact), _origin(contact.id, origin, oldest, aliases(numbers))
            at, numbers = next(fullest, (-1, ""))


def _origin(id_: str, listed: Origin, oldest: datetime, knowing: Sequence[str]) -> Origin:
    """Return what is known of one person: the past of the id under which the list has them."""
    return Origin(listed.account, oldest, lambda _: listed.seen(id_), lambda _: knowing)


def person_of(id_: str, replaced_by: Mapping[str, str]) -> str:
    """Return the id of the person with this id: the last one that followed it."""
    return successors(id_, replaced_by)[-1] if id_ in replaced_by else id_


def _fullness(contact: Contact) -> int:
    """Order by how many names there are; the one in the phone book says more than the other."""
    return bool(contact.name) + 2 * bool(contact.contact_name)


def _under(person: str, contact: Contact) -> Contact:
    return contact if contact.id == person else replace(contact, id=person)
