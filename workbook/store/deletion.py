"""The database deleted, without harm to those who are working with it; it knows no account."""

from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing, suppress
from pathlib import Path

from workbook.errors import ContactsError, NotWritable
from workbook.files.lock_wait import begin
from workbook.files.system_errors import undeletable
from workbook.store import database
from workbook.store.database import Connection

PATIENCE = 2.0  # seconds; longer than one call takes its turn
ENDS = ("", "-wal", "-shm")


def remove(file: Path) -> None:
    """Delete a database; while anybody works with it, it stays, emptied but for the turns of calls.

    Without these, calls would come too fast; and what is written into a file that was deleted
    meanwhile is lost. Raises NotWritable, NotDeleted.
    """
    if not file.exists():
        return
    problem = ""
    try:
        with database.opening, closing(_connection(file)) as connection:
            _empty(connection)
            if _is_ours_alone(connection):
                _unlink(file, connection)
    except sqlite3.OperationalError as error:
        problem = database.why(error)
    except sqlite3.DatabaseError:  # a damaged one, or none at all
        _unlink(file)
    if problem:
        raise NotWritable(str(file), problem)


def _connection(file: Path) -> Connection:
    return sqlite3.connect(file, timeout=database.BUSY_SECONDS, isolation_level=None)


def _empty(connection: Connection) -> None:
    """Delete all rows but those of turns to come, and leave nothing of them in the file."""
    connection.execute("PRAGMA temp_store = MEMORY")
    begin(connection, "IMMEDIATE", database.BUSY_SECONDS)
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    for (table,) in tables:
        if table != "pace":
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - from its own schema
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_ours_alone(connection: Connection) -> bool:
    """Wait for the last turn to be over, and lock everybody out; tell whether that was possible."""
    end = time.monotonic() + PATIENCE
    while _turns(connection) and time.monotonic() < end:
        time.sleep(0.05)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    with suppress(sqlite3.OperationalError):  # somebody has it open
        if connection.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",):
            if not _turns(connection):
                connection.execute("BEGIN EXCLUSIVE")
                return True
            connection.execute("PRAGMA journal_mode = WAL")
    return False


def _turns(connection: Connection) -> int:
    has_turns = "SELECT count(*) FROM sqlite_master WHERE name = 'pace'"
    if not connection.execute(has_turns).fetchone()[0]:
        return 0
    now = time.time()
    turns = "SELECT count(*) FROM pace WHERE free_at BETWEEN ? AND ?"
    count = connection.execute(turns, (now, now + 60)).fetchone()[0]
    return int(count)


def _unlink(file: Path, connection: Connection | None = None) -> None:
    if connection is not None and os.name == "nt":
        connection.close()  # which deletes no file that is open
    problem: ContactsError | None = None
    for end in ENDS:
        try:
            file.with_name(f"{file.name}{end}").unlink(missing_ok=True)
        except OSError as error:
            problem = undeletable(file, error)
    if problem is not None:
        raise problem
