"""The database of what is kept here: opened, private to its owner, brought to the present schema.

What stands in its tables is the business of `snapshots` (snapshot, piece), `past.versions`
(version, absence), `people.pairs` (pair, asked), `green_api.pace`, `written` and `ownership`.
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from workbook.accounts import settings
from workbook.errors import HomeNotWritable, NotWritable
from workbook.files.lock_wait import begin

NAME = "contacts.sqlite3"
BUSY_SECONDS = 30.0

# One entry per version of the schema; PRAGMA user_version counts the ones that were run.
MIGRATIONS = (
    """
    CREATE TABLE snapshot (
        instance TEXT PRIMARY KEY, alias TEXT NOT NULL, fetched TEXT NOT NULL,
        length INTEGER NOT NULL, dropped TEXT NOT NULL, altered TEXT NOT NULL);
    CREATE TABLE piece (
        instance TEXT NOT NULL, position INTEGER NOT NULL, body BLOB NOT NULL,
        PRIMARY KEY (instance, position)) WITHOUT ROWID;
    CREATE TABLE pace (
        instance TEXT NOT NULL, method TEXT NOT NULL, free_at REAL NOT NULL,
        PRIMARY KEY (instance, method)) WITHOUT ROWID;
    CREATE TABLE written (
        path TEXT NOT NULL, sha256 TEXT NOT NULL, PRIMARY KEY (path, sha256)) WITHOUT ROWID;
    """,
    """
    ALTER TABLE snapshot ADD COLUMN first TEXT NOT NULL DEFAULT '';
    UPDATE snapshot SET first = fetched;
    CREATE TABLE version (
        instance TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL, first_seen TEXT NOT NULL,
        valid_from TEXT NOT NULL, last_seen TEXT, valid_to TEXT,
        PRIMARY KEY (instance, id, valid_from)) WITHOUT ROWID;
    CREATE INDEX version_from ON version (instance, valid_from);
    CREATE INDEX version_to ON version (instance, valid_to) WHERE valid_to IS NOT NULL;
    CREATE TABLE absence (
        instance TEXT NOT NULL, id TEXT NOT NULL, believed INTEGER NOT NULL,
        last_seen TEXT NOT NULL, since TEXT NOT NULL, counted TEXT NOT NULL,
        times INTEGER NOT NULL, PRIMARY KEY (instance, id)) WITHOUT ROWID;
    CREATE TABLE pair (
        instance TEXT NOT NULL, former TEXT NOT NULL, present TEXT NOT NULL,
        source TEXT NOT NULL, found TEXT NOT NULL,
        PRIMARY KEY (instance, former)) WITHOUT ROWID;
    CREATE TABLE asked (
        instance TEXT NOT NULL, id TEXT NOT NULL, at TEXT NOT NULL,
        PRIMARY KEY (instance, id)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE owned (
        book TEXT NOT NULL, name TEXT NOT NULL, instance TEXT NOT NULL, alias TEXT NOT NULL,
        titles TEXT NOT NULL, PRIMARY KEY (book, name)) WITHOUT ROWID;
    """,
    """
    CREATE TABLE wrote (
        book TEXT NOT NULL, name TEXT NOT NULL, alias TEXT NOT NULL, instance TEXT NOT NULL,
        PRIMARY KEY (book, name, alias)) WITHOUT ROWID;
    INSERT INTO wrote SELECT book, name, alias, instance FROM owned;
    """,
)

Connection = sqlite3.Connection

opening = threading.Lock()  # one thread at a time


def path() -> Path:
    """Return where the database is or will be."""
    return settings.home() / NAME


@contextmanager
def opened() -> Iterator[Connection]:
    """Open the database for one piece of work, committed at the end or rolled back as a whole.

    Raises NotWritable when the folder, the disk or the file do not let us.
    """
    problem = ""
    try:
        with closing(_connection()) as connection, connection:
            yield connection
    except (sqlite3.Error, OSError) as error:
        problem = why(error)
    if problem:
        raise HomeNotWritable(str(path()), problem)


@contextmanager
def writing() -> Iterator[Connection]:
    """Open the database to change it, with nobody else changing it meanwhile; else as `opened`."""
    with opened() as connection:
        begin(connection, "IMMEDIATE", BUSY_SECONDS)
        yield connection


def _connection() -> Connection:
    with opening:
        while True:
            if (connection := _connected()) is not None:
                return connection


def _connected() -> Connection | None:
    """Return a connection, None where a purge has deleted the file meanwhile."""
    file = _made()
    before = _identity(file)
    connection = sqlite3.connect(file, timeout=BUSY_SECONDS)
    try:
        _migrate(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error) and _identity(file) != before:
            return None
        raise
    if before is not None and _identity(file) == before:
        return connection
    connection.close()
    return None


def _identity(file: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = file.stat()
        return found.st_dev, found.st_ino
    return None


def _made() -> Path:
    file = path()
    if not file.exists():
        settings.made_home()
        os.close(os.open(file, os.O_CREAT | os.O_RDWR, 0o600))
    return file


def _migrate(connection: Connection) -> None:
    done = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("PRAGMA synchronous = NORMAL")
    if done == len(MIGRATIONS):
        return
    if done > len(MIGRATIONS):
        raise HomeNotWritable(str(path()), "it is of a newer getcontacts; update this one")
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        begin(connection, "IMMEDIATE", BUSY_SECONDS)
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in MIGRATIONS[done:]:
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def scrub() -> None:
    """Write the database anew, so that nothing deleted is left in it or in its log.

    Raises NotWritable, also when another program keeps on reading an older state.
    """
    with opened() as connection:
        connection.execute("PRAGMA temp_store = MEMORY")
        connection.execute("VACUUM")
        busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        why = "another program is reading it; repeat, or traces of what was deleted stay in it"
        raise NotWritable(str(path()), why)


def text_of(moment: datetime) -> str:
    """Return a time as it is kept: UTC, in a form whose order is that of time."""
    return moment.astimezone(UTC).isoformat()


def why(error: sqlite3.Error | OSError) -> str:
    """Return what to tell about a database that did not do what it should."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code == sqlite3.SQLITE_FULL:
        return "full"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return "denied"
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
        return "it is damaged; delete this file and repeat (your accounts are kept elsewhere)"
    if isinstance(error, PermissionError):
        return "denied"
    return "the database of kept lists is busy or broken; try again"
