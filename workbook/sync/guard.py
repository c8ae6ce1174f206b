"""Decide whether a list can be believed, compared with the last good one. No I/O."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import msgspec

from workbook.contacts.contact import Contact, IdKind, id_kind
from workbook.contacts.difference import Difference

FEW = 3  # less contacts than this may well all be replaced by others


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


def lost_too_much(had: Counter[str], lost: Counter[str], *, percent: int, people: int) -> bool:
    """Return whether an answer lost over `percent`, and at least `people`, of those it had.

    Each type is compared, and all together (all groups missing: green-api/issues 24, 919).
    """
    each = [(lost[kind], had[kind]) for kind in lost] + [(lost.total(), had.total())]
    return any(
        missing >= max(1, people) and 100 * missing > percent * before for missing, before in each
    )


def has_other_people(before: int, gone: Difference) -> bool:
    """Return whether a list has nobody of the one before, and nothing in it says why.

    `before`: how many there were. `gone`: the difference, without people under a known other id.
    Where the ids changed their kind at once (enableLidMode), or names are the same, it is believed.
    """
    if not FEW <= before == len(gone.missing):
        return False
    if _mostly_hidden(gone.missing) != _mostly_hidden(gone.newcomers):
        return False
    return not _mostly_alike(_names(gone.missing), _names(gone.newcomers))


def _mostly_hidden(contacts: Iterable[Contact]) -> bool:
    kinds = Counter(id_kind(contact.id) for contact in contacts)
    return kinds[IdKind.HIDDEN] > kinds[IdKind.PHONE]


def _names(contacts: Iterable[Contact]) -> set[int]:
    """Return hashes of names, as there may be a million."""
    return {hash(name) for c in contacts for name in (c.name, c.contact_name) if name}


def _mostly_alike(some: set[int], others: set[int]) -> bool:
    alike = len(some & others)
    return alike > 0 and 2 * alike >= min(len(some), len(others))
