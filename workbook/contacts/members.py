"""Who is in which group; no I/O."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from workbook.contacts.contact import Contact, phone_digits

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


class Membership(Contact, frozen=True, gc=False):
    """A contact in a group: what the list says of them, if they are in it, and their role there."""

    group: str = ""
    group_name: str = ""
    role: str = ""


def memberships(groups: Iterable[Group], people: Mapping[str, Contact]) -> Iterator[Membership]:
    """Yield all members of the groups.

    `people`: the contacts by each of their ids, those of groups included.
    """
    for group in groups:
        listed = people.get(group.id)
        called = group.subject or (listed.name if listed else "")
        for member in group.members:
            known = people.get(member.id) or people.get(member.lid) or Contact(member.id)
            yield Membership(
                member.id,
                known.name,
                known.contact_name,
                "user",
                phone_digits(known),
                group=group.id,
                group_name=called,
                role=member.role,
            )
