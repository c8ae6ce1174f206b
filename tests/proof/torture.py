"""Every call that can fail, made to fail in turn: curl's torture tests, SQLite's failure injection.

The real functions are wrapped where our code meets the system: files, folders, SQLite, sockets,
keyring, Excel. A run is counted first; then it is repeated with the first, the second, … the last
of its calls failing, once or from then on. Nothing of ours is replaced by a double.
"""

from __future__ import annotations

import errno
import io
import os
import socket
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Self
from weakref import WeakSet

import pytest
from keyring.errors import KeyringLocked

from tests.accounts.keyrings import InMemory
from tests.hosts.excel_data import refuse

Error = Callable[[], BaseException]


def _system(*codes: int) -> tuple[Error, ...]:
    return tuple(partial(OSError, code, os.strerror(code)) for code in codes)


def _database(*codes: int) -> tuple[Error, ...]:
    return tuple(partial(_database_error, code) for code in codes)


def _database_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError(f"database error {code}")
    error.sqlite_errorcode = code
    return error


_READING = _system(errno.EACCES, errno.EIO)
_WRITING = _system(errno.ENOSPC, errno.EIO)
_BREAKING = _system(errno.ECONNRESET, errno.ETIMEDOUT)

# how each kind of call fails
ERRORS: dict[str, tuple[Error, ...]] = {
    "open": _system(errno.EACCES, errno.EMFILE, errno.ENOSPC),
    "read": _system(errno.EIO),
    "write": _WRITING,
    "close": _WRITING,
    "fsync": _WRITING,
    "replace": _system(errno.EACCES, errno.EIO, errno.ENOSPC),
    "unlink": _system(errno.EACCES, errno.EIO),
    "stat": _READING,
    "list": _READING,
    "chmod": _system(errno.EPERM),
    "mkdir": _system(errno.EACCES, errno.ENOSPC),
    "lock": _system(errno.ENOLCK),
    "database open": _database(sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_BUSY),
    "statement": _database(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    "rows": _database(sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CORRUPT),
    "commit": _database(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR),
    "name": (partial(socket.gaierror, socket.EAI_AGAIN, "Temporary failure in name resolution"),),
    "connect": _system(errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EHOSTUNREACH),
    "send": (*_BREAKING, *_system(errno.EPIPE)),
    "receive": _BREAKING,
    "keyring": (partial(KeyringLocked, "locked"), partial(LookupError, "no such object path")),
    "Excel": (partial(refuse, "because a test wants it"),),
}

# the calls of os that take a path, or a file that was opened by one of them
_OF_OS = {
    "open": "open",
    "fsync": "fsync",
    "replace": "replace",
    "unlink": "unlink",
    "stat": "stat",
    "lstat": "stat",
    "listdir": "list",
    "scandir": "list",
    "chmod": "chmod",
    "fchmod": "chmod",
    "mkdir": "mkdir",
}


def how_much(name: str, sample: object, whole: object) -> pytest.MarkDecorator:
    """Run a test twice: a sample when it is slow, everything when long."""
    return pytest.mark.parametrize(
        name,
        [
            pytest.param(sample, id="sample", marks=pytest.mark.slow),
            pytest.param(whole, id="whole", marks=pytest.mark.long),
        ],
    )


@dataclass(frozen=True, slots=True)
class Failure:
    """The n-th call of a kind (from 1) fails with an error; `lasting`: and all that follow it."""

    kind: str
    nth: int
    error: Error
    lasting: bool

    def concerns(self, kind: str, at: int) -> bool:
        """Tell whether the call of this kind and number fails."""
        return kind == self.kind and (at == self.nth or (self.lasting and at > self.nth))

    def __str__(self) -> str:
        since = "and every later one " if self.lasting else ""
        return f"call {self.nth} of {self.kind!r} {since}fails with {self.error()!r}"


@dataclass(eq=False)
class Torture:
    """The calls of one run below a folder, counted by kind; one of them fails where that is asked."""

    root: Path
    failure: Failure | None = None
    calls: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _files: dict[int, Path] = field(default_factory=dict)
    _sockets: WeakSet[socket.socket] = field(default_factory=WeakSet)

    def call(self, kind: str) -> None:
        """Count a call, and fail if it is its turn."""
        with self._lock:
            self.calls[kind] += 1
            at, failure = self.calls[kind], self.failure
        if failure is not None and failure.concerns(kind, at):
            raise failure.error()

    def is_inside(self, file: object, folder: int | None = None) -> bool:
        """Tell whether a file is below the folder: a path, one in an open folder, a descriptor."""
        path = self._path(file, folder)
        return path is not None and path.is_relative_to(self.root)

    def _path(self, file: object, folder: int | None) -> Path | None:
        if isinstance(file, int):
            return self._files.get(file)
        if not isinstance(file, (str, os.PathLike)):
            return None
        return self._files.get(folder or -1, Path()) / Path(file)

    @contextmanager
    def applied(self) -> Iterator[Torture]:
        """Wrap the real calls inside the block."""
        with pytest.MonkeyPatch.context() as patch:
            self._wrap_files(patch)
            self._wrap_databases(patch)
            self._wrap_sockets(patch)
            for name in ("get_password", "set_password", "delete_password"):
                self._wrap(patch, InMemory, name, "keyring", lambda _: True)
            yield self

    def _wrap(
        self, patch: pytest.MonkeyPatch, owner: Any, name: str, kind: str, concerns: Any
    ) -> None:
        real = getattr(owner, name)

        def frail(*args: Any, **kwargs: Any) -> Any:
            if args and concerns(args[0]):
                self.call(kind)
            return real(*args, **kwargs)

        patch.setattr(owner, name, frail)

    def _wrap_os(self, patch: pytest.MonkeyPatch, name: str, kind: str) -> None:
        real = getattr(os, name)

        def frail(file: Any, *args: Any, **kwargs: Any) -> Any:
            if self.is_inside(file, kwargs.get("dir_fd") or kwargs.get("src_dir_fd")):
                self.call(kind)
            return real(file, *args, **kwargs)

        patch.setattr(os, name, frail)

    def _wrap_files(self, patch: pytest.MonkeyPatch) -> None:
        for name, kind in _OF_OS.items():
            self._wrap_os(patch, name, kind)
        failing, closing = os.open, os.close

        def opened(path: Any, *args: Any, **kwargs: Any) -> int:
            handle: int = failing(path, *args, **kwargs)
            found = self._path(path, kwargs.get("dir_fd"))
            assert found is not None
            self._files[handle] = found
            return handle

        def closed(handle: int) -> None:
            self.let_go(handle)
            closing(handle)

        patch.setattr(os, "open", opened)
        patch.setattr(os, "close", closed)
        patch.setattr(io, "open", partial(_open, self, io.open))
        if os.name == "posix":
            import fcntl

            self._wrap(patch, fcntl, "flock", "lock", lambda file: self.is_inside(file.name))

    def _wrap_databases(self, patch: pytest.MonkeyPatch) -> None:
        connect = sqlite3.connect

        def connected(path: Any, *args: Any, **kwargs: Any) -> Any:
            if not self.is_inside(path):
                return connect(path, *args, **kwargs)
            self.call("database open")
            made = connect(path, *args, **kwargs, factory=_Connection)
            assert isinstance(made, _Connection)
            made.torture = self
            return made

        patch.setattr(sqlite3, "connect", connected)

    def _wrap_sockets(self, patch: pytest.MonkeyPatch) -> None:
        real = socket.socket.connect

        def connect(client: socket.socket, address: Any) -> None:
            self._sockets.add(client)  # the others are the simulator's
            self.call("connect")
            real(client, address)

        patch.setattr(socket.socket, "connect", connect)
        for kind, names in {"send": ("send", "sendall"), "receive": ("recv", "recv_into")}.items():
            for name in names:
                self._wrap_connection(patch, name, kind)
        self._wrap(patch, socket, "getaddrinfo", "name", lambda _: True)

    def _wrap_connection(self, patch: pytest.MonkeyPatch, name: str, kind: str) -> None:
        real = getattr(socket.socket, name)

        def frail(client: socket.socket, *args: Any, **kwargs: Any) -> Any:
            if client in self._sockets:
                try:
                    self.call(kind)
                except OSError:  # nothing comes over a broken connection any more
                    client.shutdown(socket.SHUT_RDWR)
                    raise
            return real(client, *args, **kwargs)

        patch.setattr(socket.socket, name, frail)

    def let_go(self, handle: int) -> None:
        """Forget a file descriptor that is closed."""
        self._files.pop(handle, None)


class _File(io.FileIO):
    """A file whose reads, writes and close can fail; of a failing write, half arrives."""

    def __init__(self, torture: Torture, *args: Any) -> None:
        self._torture = torture
        super().__init__(*args)

    def write(self, data: Any) -> int:
        try:
            self._torture.call("write")
        except OSError:
            super().write(memoryview(data)[: len(data) // 2])
            raise
        return super().write(data)

    def readinto(self, buffer: Any) -> int | None:
        self._torture.call("read")
        return super().readinto(buffer)

    def readall(self) -> bytes:
        self._torture.call("read")
        return super().readall()

    def close(self) -> None:
        was_open = not self.closed
        if was_open:
            self._torture.let_go(self.fileno())
        super().close()
        if was_open and self.writable_once:
            self._torture.call("close")

    @property
    def writable_once(self) -> bool:
        """Tell whether it was opened for writing: what is only read closes without fail."""
        return "+" in self.mode or "w" in self.mode


def _open(
    torture: Torture, real: Any, file: Any, mode: str = "r", buffering: int = -1,
    encoding: str | None = None, errors: str | None = None, newline: str | None = None,
    closefd: bool = True, opener: Any = None,
) -> Any:  # fmt: skip
    if not torture.is_inside(file):
        return real(file, mode, buffering, encoding, errors, newline, closefd, opener)
    if not isinstance(file, int):
        torture.call("open")
    raw = _File(torture, file, mode.replace("b", ""), closefd, opener)
    buffer: Any = io.BufferedReader
    if raw.writable():
        buffer = io.BufferedRandom if raw.readable() else io.BufferedWriter
    buffered = buffer(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)


class _Cursor(sqlite3.Cursor):
    connection: _Connection

    def execute(self, sql: str, values: Any = (), /) -> Self:
        self.connection.torture.call("statement")
        return super().execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> Self:
        self.connection.torture.call("statement")
        return super().executemany(sql, rows)

    def fetchone(self) -> Any:
        self.connection.torture.call("rows")
        return super().fetchone()

    def __next__(self) -> Any:
        self.connection.torture.call("rows")
        return super().__next__()


class _Connection(sqlite3.Connection):
    torture: Torture  # set as soon as it is connected

    def cursor(self, factory: Any = _Cursor) -> Any:  # and execute below, which goes around it
        return super().cursor(factory)

    def execute(self, sql: str, values: Any = (), /) -> Any:
        return self.cursor().execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Any], /) -> Any:
        return self.cursor().executemany(sql, rows)

    def __exit__(self, kind: Any, error: Any, trace: Any) -> Any:
        try:
            if kind is None:
                self.torture.call("commit")
        except sqlite3.Error as failed:  # as SQLite does where a commit fails
            super().__exit__(type(failed), failed, failed.__traceback__)
            raise
        return super().__exit__(kind, error, trace)


class ExcelCalls(list[str]):
    """What an Excel in memory was told, each call counted and able to fail.

    Those to the application itself are not: whoever cannot turn painting on again shows nothing.
    """

    def __init__(self, torture: Torture) -> None:
        super().__init__()
        self._torture = torture

    def append(self, name: str) -> None:
        """Take down a call."""
        super().append(name)
        if not name.startswith("Application."):
            self._torture.call("Excel")


def failures(calls: Counter[str], every: int | None) -> Iterator[Failure]:
    """Go through every so-manieth call of each kind with one error: which, and how long, goes round.

    None has every call, with every error, once and lasting.
    """
    for kind, count in sorted(calls.items()):
        for nth in range(1, count + 1, every or 1):
            all_of_them = [
                Failure(kind, nth, error, lasting)
                for error in ERRORS[kind]
                for lasting in (False, True)
            ]
            yield from [all_of_them[nth % len(all_of_them)]] if every else all_of_them


def counted(root: Path, run: Callable[[Torture], object]) -> Counter[str]:
    """Run once without a failure, and count."""
    torture = Torture(root)
    with torture.applied():
        run(torture)
    return torture.calls


def suffer(
    root: Path,
    run: Callable[[Torture], Any],
    check: Callable[[Failure, Any], None],
    restore: Callable[[], object],
    every: int | None,
) -> int:
    """Run with each call failing in turn, check what is left, and return how many were tried.

    `restore` puts everything back to where it was before the run.
    """
    restore()
    calls, tried = counted(root, run), 0
    wrong: list[str] = []
    for failure in failures(calls, every):
        restore()
        torture = Torture(root, failure)
        with torture.applied():
            outcome = run(torture)
        try:
            check(failure, outcome)
        except AssertionError as error:
            wrong.append(f"When {failure}: {error}")
        tried += 1
    assert not wrong, f"{len(wrong)} of {tried}:\n" + "\n".join(wrong[:20])
    return tried
