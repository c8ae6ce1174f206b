"""Who is in which group, as rows of text; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain, islice

import msgspec

from workbook.contacts.columns import BATCH, Row, Table, safe_text
from workbook.contacts.contact import Contact, phone

NAME = "Members"  # of the sheet and its table
HEADER = ("group", "groupName", "id", "name", "contactName", "phone", "role")
OWNER, ADMIN = "owner", "admin"  # roles; nobody in particular has none


class Member(msgspec.Struct, frozen=True):
    """Somebody in a group: the id that the service gives, the hidden one if told, and the role."""

    id: str
    lid: str = ""
    role: str = ""


class Group(msgspec.Struct, frozen=True):
    """A group and its members; `refused`: the word with which the service refused them, or ""."""

    id: str
    subject: str = ""
    members: tuple[Member, ...] = ()
    refused: str = ""


def table(groups: Iterable[Group], people: Mapping[str, Contact]) -> Table:
    """Return the table of all members, each with what the list of contacts says of them.

    `people`: the contacts by each of their ids, those of groups included.
    """
    whole = tuple(groups)
    found = Table(HEADER, (), sum(len(group.members) for group in whole))
    rows = chain.from_iterable(_rows(group, people) for group in whole)
    found.rows = _safe(rows, found)
    return found


def _rows(group: Group, people: Mapping[str, Contact]) -> Iterator[Row]:
    listed = people.get(group.id)
    called = group.subject or (listed.name if listed else "")
    for member in group.members:
        alone = Contact(member.id, "", "", "user")
        known = people.get(member.id) or people.get(member.lid) or alone
        number = phone(alone) or phone(known)
        yield group.id, called, member.id, known.name, known.contact_name, number, member.role


def _safe(rows: Iterator[Row], of: Table) -> Iterator[Row]:
    while batch := list(islice(rows, BATCH)):
        yield from ([safe_text(value, of.altered) for value in row] for row in batch)
