"""Decide whether a list can be believed, compared with the last good one. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from workbook.contacts.contact import Contact, Contacts, IdKind, by_type, id_kind
from workbook.contacts.difference import Difference

ALL = "all"  # people and groups together; the service has no type of this name
LID_MODE = (
    "The instance has enableLidMode on: numbers are hidden and most phone-book names are missing "
    "then. Switch it off in the GREEN-API console, or look numbers up: getcontacts resolve"
)


class Limits(msgspec.Struct, frozen=True):
    """A list is doubted if it lost more than `percent` and at least `people`."""

    percent: int = 30
    people: int = 20


class Loss(msgspec.Struct, frozen=True):
    """How many contacts are missing from an answer that is not believed, of how many `before`."""

    missing: int
    before: int

    def sentence(self) -> str:
        """Return what a user is told."""
        return (
            f"{self.missing:,} of {self.before:,} missing; nobody was removed. GREEN-API's answer "
            "seems incomplete: repeat later or scan the QR code again. If they are really gone, "
            "say so once: getcontacts export --accept-loss"
        )


def lost_too_much(before: Contacts, difference: Difference, limits: Limits) -> bool:
    """Return whether an answer lost too much to be believed at once.

    Compare net losses, missing minus new: an account that changes all its ids has lost nobody.
    Each type is compared, and all together (all groups missing: green-api/issues 24, 919).
    """
    net = _by_type(difference.missing)
    net.subtract(_by_type(difference.newcomers))
    suspects = {kind: lost for kind, lost in net.items() if lost >= max(1, limits.people)}
    had = _by_type(before)
    return any(100 * lost > limits.percent * had[kind] for kind, lost in suspects.items())


def _by_type(contacts: Contacts) -> Counter[str]:
    counts = by_type(contacts)
    counts[ALL] = counts.total()
    return counts


def mostly_hidden(contacts: Iterable[Contact]) -> bool:
    """Return whether most people of a list, or of its beginning, have hidden numbers."""
    people = [contact for contact in contacts if contact.type == "user"]
    return 2 * _hidden(people) > len(people)


def phone_book_gone(difference: Difference, limits: Limits) -> bool:
    """Return whether many people became hidden or lost their contactName at once.

    That is what `enableLidMode` does to a list (green-api/issues 1125).
    """
    # hashes, as they may be the ids of everybody
    named = {hash(was.id) for was in difference.ended if was.contact_name}
    nameless = sum(hash(now.id) in named for now in difference.began if not now.contact_name)
    return max(nameless, _hidden(difference.newcomers)) >= max(1, limits.people)


def _hidden(people: Iterable[Contact]) -> int:
    return sum(id_kind(c.id) is IdKind.HIDDEN and not c.phone_number for c in people)
