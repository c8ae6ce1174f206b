"""Keep the pace of calls across all processes of this computer; nothing is sent here."""

from __future__ import annotations

import time
from collections.abc import Callable

from workbook.store import database

INTERVAL = 1.05  # seconds; the service allows one a second and counts arrivals, which jitter
FASTER = {"checkwhatsapp": INTERVAL / 10, "getavatar": INTERVAL / 10}  # ten a second
LONGEST_QUEUE = 60.0  # seconds; a longer wait means that the clock was set back


def _nothing() -> None:
    """Do nothing: the instance is ours to ask."""


before_call: Callable[[], None] = _nothing  # a worker of a fleet may have lost its shard meanwhile


def turn(instance: str, method: str, patience: float) -> float | None:
    """Take the next free slot for a method of an instance; return the seconds until it starts.

    Returns None, and takes no slot, when that would be `patience` seconds or more.
    """
    with database.writing() as connection:
        now, here = time.time(), time.monotonic()  # not before: the lock may have taken a while
        row = connection.execute(
            "SELECT free_at FROM pace WHERE instance = ? AND method = ?", (instance, method)
        ).fetchone()
        wait = max(0.0, row[0] - now) if row else 0.0
        if wait > LONGEST_QUEUE:
            wait = 0.0
        if wait >= patience:
            return None
        connection.execute(
            "INSERT OR REPLACE INTO pace VALUES (?, ?, ?)",
            (instance, method, now + wait + FASTER.get(method, INTERVAL)),
        )
    return max(0.0, here + wait - time.monotonic())
