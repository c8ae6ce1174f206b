"""One call a second per instance and method, over all processes of this machine; no sockets."""

from __future__ import annotations

import time

from workbook import store

INTERVAL = 1.05  # seconds; the service allows one a second and counts arrivals, which jitter


def turn(instance: str, method: str) -> float:
    """Take the next free turn of a method on an instance; return the seconds until it comes."""
    now = time.time()
    with store.opened() as connection:
        connection.execute("BEGIN IMMEDIATE")
        row = connection.execute(
            "SELECT free_at FROM pace WHERE instance = ? AND method = ?", (instance, method)
        ).fetchone()
        # a clock that was set back must not make anybody wait for long
        mine = max(now, min(row[0], now + 60)) if row else now
        connection.execute(
            "INSERT OR REPLACE INTO pace VALUES (?, ?, ?)", (instance, method, mine + INTERVAL)
        )
    return mine - now
