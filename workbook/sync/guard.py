"""Decide whether a list can be believed, compared with the last good one. No I/O."""

from __future__ import annotations

from collections import Counter

import msgspec


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


def lost_too_much(had: Counter[str], lost: Counter[str], limits: Limits) -> bool:
    """Return whether an answer lost too much to be believed at once; by type, of how many it had.

    Each type is compared, and all together (all groups missing: green-api/issues 24, 919).
    """
    each = [(lost[kind], had[kind]) for kind in lost] + [(lost.total(), had.total())]
    return any(
        missing >= max(1, limits.people) and 100 * missing > limits.percent * before
        for missing, before in each
    )
