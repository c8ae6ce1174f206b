"""Wait until no other process writes to a database, in short steps so that Ctrl-C works."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

STEP = 100  # milliseconds; Ctrl-C does not end SQLite's own wait


def locked(path: Path, seconds: float) -> sqlite3.Connection:
    """Return a connection that holds the lock of a file until it is closed or its process ends.

    Raises sqlite3.Error, after `seconds` where another process holds it.
    """
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        begin(connection, "EXCLUSIVE", seconds)
    except sqlite3.Error:
        connection.close()
        raise
    return connection


def begin(connection: sqlite3.Connection, kind: str, seconds: float) -> None:
    """Begin a transaction (`kind`: IMMEDIATE or EXCLUSIVE) once no other process has one.

    Raises sqlite3.OperationalError: at once for any other trouble, after `seconds` for that.
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
        if not is_busy(error) or time.monotonic() >= end:
            raise
        return False
    return True


def is_busy(error: sqlite3.Error) -> bool:
    """Tell whether another process holds the lock; else there is other trouble."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_BUSY  # with any detail
