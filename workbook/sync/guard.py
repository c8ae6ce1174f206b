"""Decide whether a list can be believed, compared with the last good one. No I/O."""

from __future__ import annotations

from collections import Counter

import msgspec


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
