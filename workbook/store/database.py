"""Open the database: private to its owner, with the present schema; each use is a transaction.

The modules beside this one read and write its tables.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from workbook.accounts import settings
from workbook.errors import HomeNotWritable, NotWritable
from workbook.files import privacy
from workbook.files.lock_wait import begin
from workbook.store import schema

NAME = "contacts.sqlite3"
BUSY_SECONDS = 30.0
DAMAGED = "it is damaged; delete this file and repeat (your accounts are kept elsewhere)"
BROKEN = "the database of kept lists is busy or broken; try again"

Connection = sqlite3.Connection

opening = threading.Lock()  # one thread at a time


class _Shared:
    """One connection for all threads; each use has it alone."""

    def __init__(self) -> None:
        self.uses = 0  # of `shared`, which may be nested
        self.user = 0  # the thread that has it now
        self.lock = threading.Lock()
        self.open: tuple[Path, tuple[int, int] | None, Connection] | None = None

    def connection(self) -> Connection:
        """Return the connection, a new one where the file is another one now."""
        file = path()
        if self.open is None or self.open[:2] != (file, _identity(file)):
            self.close()
            connection = _connection()
            self.open = (file, _identity(file), connection)
        return self.open[2]

    def close(self) -> None:
        if self.open is not None:
            self.open[2].close()
            self.open = None


_shared = _Shared()


@contextmanager
def shared() -> Iterator[None]:
    """Keep one connection for everything that is done in the block, by whatever thread.

    To open and to close the database takes ten times as long as what is done with it.
    """
    _shared.uses += 1
    try:
        yield
    finally:
        _shared.uses -= 1
        if not _shared.uses:
            with _shared.lock:
                _shared.close()


_folders: list[Path] = []  # the last one has the database, else the home
_lists: list[Path] = []  # the last one has the lists, else the database itself


@contextmanager
def kept_in(folder: Path) -> Iterator[None]:
    """Keep what this process does in the block in another folder, which has nothing but that."""
    _folders.append(folder)
    try:
        yield
    finally:
        _folders.remove(folder)


@contextmanager
def lists_from(file: Path) -> Iterator[None]:
    """Read lists and history from another database in the block; all else goes to ours."""
    _lists.append(file)
    try:
        yield
    finally:
        _lists.remove(file)


def copied_to(file: Path) -> None:
    """Copy the database into a new file, as one state of it."""
    with opened() as connection, closing(sqlite3.connect(file)) as copy:
        connection.backup(copy)


def add_lists(file: Path) -> None:
    """Take over the lists and the history of other instances from a database."""
    with opened() as connection:
        connection.execute("ATTACH ? AS other", (str(file),))
        for table in schema.LISTS:
            connection.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")  # noqa: S608 - our own names


def path() -> Path:
    """Return where the database is or will be."""
    return (_folders[-1] if _folders else settings.home()) / NAME


@contextmanager
def opened() -> Iterator[Connection]:
    """Open the database for one piece of work, committed at the end or rolled back as a whole.

    Raises NotWritable when the folder, the disk or the file do not let us.
    """
    problem = ""
    try:
        with _one() as connection, connection:
            yield connection
    except (sqlite3.Error, OSError) as error:
        problem = why(error)
    if problem:
        raise HomeNotWritable(str(path()), problem)


@contextmanager
def reading() -> Iterator[Connection]:
    """Open the database to read one state of it, whatever others write meanwhile; as `opened`."""
    with opened() as connection:
        connection.execute("BEGIN")
        yield connection


@contextmanager
def writing() -> Iterator[Connection]:
    """Open the database to change it, while nobody else can change it; as `opened`."""
    with opened() as connection:
        begin(connection, "IMMEDIATE", BUSY_SECONDS)
        yield connection


@contextmanager
def _one() -> Iterator[Connection]:
    if not _shared.uses or _shared.user == threading.get_ident():  # a use within a use
        with closing(_connection()) as connection:
            yield connection
        return
    with _shared.lock:
        _shared.user = threading.get_ident()
        try:
            yield _shared.connection()
        finally:
            _shared.user = 0


def _connection() -> Connection:
    with opening:
        while True:
            if (connection := _connected()) is not None:
                return connection


def _connected() -> Connection | None:
    """Return a connection, None where a purge has deleted the file or its folder meanwhile."""
    try:
        file = _made()
        before = _identity(file)
        connection = sqlite3.connect(file, timeout=BUSY_SECONDS, check_same_thread=False)
    except FileNotFoundError:
        return None
    except sqlite3.OperationalError:
        if path().parent.exists():
            raise
        return None
    try:
        _migrate(connection)
        if _lists:
            _look_into(connection, _lists[-1])
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error) and _identity(file) != before:
            return None
        raise
    if before is not None and _identity(file) == before:
        return connection
    connection.close()
    return None


def _look_into(connection: Connection, file: Path) -> None:
    """Let the names of the tables of lists mean those of another file, for this connection."""
    connection.execute("ATTACH ? AS lists", (str(file),))
    for table in schema.LISTS:
        connection.execute(f"CREATE TEMP VIEW {table} AS SELECT * FROM lists.{table}")  # noqa: S608 - our own names


def _identity(file: Path) -> tuple[int, int] | None:
    with suppress(FileNotFoundError):
        found = file.stat()
        return found.st_dev, found.st_ino
    return None


def _made() -> Path:
    file = path()
    if not file.exists() and not _folders:
        settings.made_home()
    privacy.ensure(file)
    return file


def _migrate(connection: Connection) -> None:
    done = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA temp_store = MEMORY")  # no contact goes to the folder for such files
    if done == len(schema.MIGRATIONS):
        return
    if done > len(schema.MIGRATIONS):
        raise HomeNotWritable(str(path()), "it is of a newer getcontacts; update this one")
    connection.execute("PRAGMA journal_mode = WAL")
    with connection:
        begin(connection, "IMMEDIATE", BUSY_SECONDS)
        done = connection.execute("PRAGMA user_version").fetchone()[0]
        for script in schema.MIGRATIONS[done:]:
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(schema.MIGRATIONS)}")


def used(connection: Connection) -> int:
    """Return how many bytes of the file are in use; what was deleted is free for what comes."""
    pages, free, size = (
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("page_count", "freelist_count", "page_size")
    )
    return int((pages - free) * size)


def scrub() -> None:
    """Write the database anew, so that nothing deleted is left in it or in its log.

    Raises NotWritable, also when another program keeps on reading an older state.
    """
    with opened() as connection:
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
        return DAMAGED
    if isinstance(error, PermissionError):
        return "denied"
    return BROKEN
