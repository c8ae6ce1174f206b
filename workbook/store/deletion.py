"""Delete an account, a person or the whole database with its file."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator, Set
from contextlib import closing, suppress
from pathlib import Path

from workbook.errors import ContactsError, NotWritable
from workbook.files.lock_wait import begin
from workbook.files.system_errors import undeletable
from workbook.store import database, runs, snapshots
from workbook.store.database import Connection
from workbook.store.schema import ACCOUNT, PERSON

PATIENCE = 2.0  # seconds; longer than one call takes its turn
ENDS = ("", "-wal", "-shm")


def delete_account(connection: Connection, instance: str) -> None:
    """Delete all rows of an account, within the caller's transaction.

    Files of before, of which it is not known whose contacts are in them, are forgotten, too: one of
    another account then counts as changed once.
    """
    connection.execute("DELETE FROM written WHERE instance = ''")
    for table, columns in _tables(connection):
        if ACCOUNT in columns:
            sql = f'DELETE FROM "{table}" WHERE {ACCOUNT} = ?'  # noqa: S608 - our own names
            connection.execute(sql, (instance,))
    runs.drop_empty(connection)


def delete_person(connection: Connection, instance: str, ids: Set[str]) -> None:
    """Delete all rows about these ids of one person, within the caller's transaction."""
    snapshots.take_out(connection, instance, ids)
    for table, columns in _tables(connection):
        for column in PERSON & columns:
            sql = f'DELETE FROM "{table}" WHERE {ACCOUNT} = ? AND {column} = ?'  # noqa: S608 - as above
            connection.executemany(sql, [(instance, id_) for id_ in ids])


def _tables(connection: Connection) -> Iterator[tuple[str, set[str]]]:
    """Yield each table's name with the names of its columns, as the database itself has them."""
    names = "SELECT name FROM sqlite_master WHERE type = 'table'"
    for (table,) in connection.execute(names).fetchall():
        columns = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
        yield table, {name for (name,) in columns}


def remove(file: Path) -> None:
    """Delete a database with its file.

    If another process has it open, keep the file and delete everything but the call slots: calls
    would come too fast without these, and what is written into a deleted file is lost.
    Raises NotWritable, NotDeleted.
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
    """Delete all rows but the call slots, and leave nothing of them in the file."""
    connection.execute("PRAGMA temp_store = MEMORY")
    begin(connection, "IMMEDIATE", database.BUSY_SECONDS)
    for table, _ in _tables(connection):
        if table != "pace":
            connection.execute(f'DELETE FROM "{table}"')  # noqa: S608 - from its own schema
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_ours_alone(connection: Connection) -> bool:
    """Wait until no call slot lies ahead, then lock the file; return whether that was possible."""
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
