"""Waiting for whoever else is writing to a database, in steps between which Ctrl-C is heard."""

from __future__ import annotations

import sqlite3
import time

STEP = 100  # milliseconds; SQLite's own wait lasts to its end, whatever key is pressed


def begin(connection: sqlite3.Connection, kind: str, seconds: float) -> None:
    """Begin a transaction of a kind (IMMEDIATE, EXCLUSIVE) once nobody else has one.

    Raises sqlite3.OperationalError, after so many seconds where it is only that.
    """
    end = time.monotonic() + seconds
    connection.execute(f"PRAGMA busy_timeout = {STEP}")
    while not _begun(connection, kind, end):
        pass
    connection.execute(f"PRAGMA busy_timeout = {int(1000 * seconds)}")


def _begun(connection: sqlite3.Connection, kind: str, end: float) -> bool:
    try:
        connection.execute(f"BEGIN {kind}")
    except sqlite3.OperationalError as error:
        busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY  # whatever it is busy with
        if not busy or time.monotonic() >= end:
            raise
        return False
    return True
