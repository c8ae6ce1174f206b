"""One file replaced in one step, and only if it is ours; it knows no format."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from workbook import store
from workbook.errors import ChangedMeanwhile, ContactsError, FileChanged, NotWritable, WrongUsage
from workbook.settings import unwritable

if TYPE_CHECKING:
    import sqlite3

Result = TypeVar("Result")

SUFFIX = ".getcontacts-part"
_SHARING_TRIES = 5  # a virus scanner lets go within a second, Excel does not


def checked(out: str, *, overwrite: bool = False) -> Path:
    """Return the file that `out` stands for, links resolved, if it may be written.

    Raises WrongUsage where it can never be, FileChanged where a file stands that is not, byte for
    byte, what we last wrote there.
    """
    path, mode = _found(out)
    if mode is not None and stat.S_ISDIR(mode):
        raise WrongUsage(f"{out} is a folder; name a file in it, such as {out}/contacts.xlsx.")
    if mode is not None and not stat.S_ISREG(mode):
        raise WrongUsage(f"{out} is no ordinary file; name another one.")
    if mode is None and not path.parent.is_dir():
        raise WrongUsage(f"There is no folder {path.parent}; make it first or name another one.")
    if mode is not None and not overwrite:
        _refuse_foreign(path)
    return path


def _found(out: str) -> tuple[Path, int | None]:
    """Return the file that a name leads to, and its mode if there is one."""
    problem: ContactsError
    try:
        path = Path(out).resolve()
        return path, path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return path, None
    except PermissionError as error:
        problem = unwritable(Path(out), error)
    except (OSError, ValueError, RuntimeError):
        problem = WrongUsage(f"{out!r} is no name for a file.")
    raise problem


def _refuse_foreign(path: Path) -> None:
    with _told(path):
        digest = _digest(path)
    if not _is_ours(path, digest):
        raise FileChanged(str(path))


def replace(path: Path, write: Callable[[BinaryIO], Result], *, overwrite: bool = False) -> Result:
    """Write a file beside `path`, put it in its place, and return what `write` returned.

    Nothing half-written is ever under the name; the mode of the old file is kept. Raises
    NotWritable, and FileChanged where the file was changed while we worked: the old file is then as
    it was, and no other one is left behind.
    """

    def put(part: Path, file: BinaryIO, digest: str) -> None:
        _remember(path, digest)
        _put_as_ours(part, file, path, digest, overwrite)

    return _swapped(path, write, put)


def read(out: str) -> tuple[Path, bytes]:
    """Return the user's own file that is to be brought up to date, links resolved.

    Raises WrongUsage where there is none, NotWritable where it could not be written afterwards.
    """
    path, mode = _found(out)
    if mode is None or not stat.S_ISREG(mode):
        raise WrongUsage(f"There is no file {out} to update; leave out --update to make it.")
    with _told(path), path.open("r+b") as file:  # a file that is open in Excel fails here
        return path, file.read()


def rewrite(
    path: Path, content: bytes, write: Callable[[BinaryIO], Result], *, backup: bool = False
) -> Result:
    """Put the user's own file, brought up to date, in its place; return what `write` returned.

    `content` is what was read. The same bytes again leave the file untouched; `backup` keeps the
    old one as .bak. It never counts as ours, for the user's notes are in it. Raises NotWritable and
    ChangedMeanwhile: the old file is then as it was.
    """
    before = hashlib.sha256(content).hexdigest()

    def put(part: Path, file: BinaryIO, digest: str) -> None:
        if digest == before:
            _discard(part, file)
            return
        with _told(path):
            if _digest(path) != before:
                raise ChangedMeanwhile(str(path))
            if backup:
                _keep_backup(path)
        _forget(path)
        with _told(path):
            _put(part, file, path)

    return _swapped(path, write, put)


def _keep_backup(path: Path) -> None:
    kept = path.with_name(f"{path.name}.bak")
    part, file = _part_beside(kept)
    try:
        with path.open("rb") as source:
            shutil.copyfileobj(source, file)
        _finished(file)
        _put(part, file, kept, mode=_mode_for(path))
    except BaseException:
        _discard(part, file)
        raise


def _swapped(
    path: Path, write: Callable[[BinaryIO], Result], put: Callable[[Path, BinaryIO, str], None]
) -> Result:
    """Write a part file and let `put` do the rest, which is given its hash."""
    with _told(path):
        _clear_leftovers(path)
        part, file = _part_beside(path)
    try:
        with _told(path):
            result = write(file)
            digest = _finished(file)
        put(part, file, digest)
    except BaseException:
        _discard(part, file)
        raise
    return result


def _discard(part: Path, file: BinaryIO) -> None:
    with suppress(OSError):  # what could not be flushed before cannot be now
        file.close()
    with suppress(OSError):
        _unlink(part)


def _unlink(part: Path) -> None:
    with suppress(OSError):  # only Windows deletes no file that is read-only
        part.chmod(0o600)
    part.unlink()


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into our sentence."""
    problem: ContactsError | None = None
    try:
        yield
    except OSError as error:
        problem = unwritable(path, error)
    if problem is not None:
        raise problem


def _part_beside(path: Path) -> tuple[Path, BinaryIO]:
    while True:
        handle, name = tempfile.mkstemp(SUFFIX, _prefix(path), path.parent)
        part, file = Path(name), os.fdopen(handle, "w+b")
        try:
            if _locked(file) is not False and part.exists():
                return part, file
            file.close()  # another run takes it for a leftover, just before the lock
        except BaseException:
            _discard(part, file)
            raise


def _prefix(path: Path) -> str:
    return f".{path.name[:40]}."  # 255 bytes is the most a name may have, and a letter has four


def _locked(file: BinaryIO) -> bool | None:
    """Show other runs that this file is in use until it is closed.

    Returns False where it was already, None where that cannot be told.
    """
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # Windows, or a file system without locks
        return None
    return True


def _clear_leftovers(path: Path) -> None:
    """Delete what a killed run left beside this file."""
    for part in path.parent.iterdir():
        if part.name.startswith(_prefix(path)) and part.name.endswith(SUFFIX):
            with suppress(OSError):
                _delete_if_free(part)


def _delete_if_free(part: Path) -> None:
    if os.name == "nt":
        _unlink(part)  # which it refuses while another run has it open
        return
    with part.open("rb") as file:
        if _locked(file):
            _unlink(part)


def _finished(file: BinaryIO) -> str:
    """Bring everything to the disk and return its hash."""
    file.flush()
    os.fsync(file.fileno())
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # readable


def _mode_for(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _put(part: Path, file: BinaryIO, path: Path, mode: int | None = None) -> None:
    part.chmod(_mode_for(path) if mode is None else mode)
    if os.name == "nt":  # which moves no open file; elsewhere the lock is held to the end
        file.close()
    for tries_left in reversed(range(_SHARING_TRIES)):
        try:
            part.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in (5, 32) or not tries_left:
                raise
            time.sleep(0.2)
        else:
            with suppress(OSError):  # it is on the disk, whatever closing says
                file.close()
            return


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_ours(path: Path, digest: str) -> bool:
    with store.opened() as connection:
        return bool(
            connection.execute(
                "SELECT 1 FROM written WHERE path = ? AND sha256 = ?", (os.fsencode(path), digest)
            ).fetchone()
        )


def _remember(path: Path, digest: str) -> None:
    # before the replace, beside the old one: whatever happens next, the file there is known
    with store.opened() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO written VALUES (?, ?)", (os.fsencode(path), digest)
        )


def _put_as_ours(part: Path, file: BinaryIO, path: Path, digest: str, overwrite: bool) -> None:
    """Put a part file in its place with no other run in between."""
    placed = False
    try:
        with store.opened() as connection:
            connection.execute("BEGIN IMMEDIATE")
            with _told(path):
                if path.exists() and not overwrite:
                    _refuse_foreign(path)
                _put(part, file, path)
            placed = True
            _keep_only(path, digest, connection)
    except NotWritable:
        if not placed:  # else it is done, and known since before
            raise


def _keep_only(path: Path, digest: str, connection: sqlite3.Connection) -> None:
    # the one that stays is written anew: another run may have forgotten it meanwhile
    key = os.fsencode(path)
    connection.execute("DELETE FROM written WHERE path = ?", (key,))
    connection.execute("INSERT INTO written VALUES (?, ?)", (key, digest))


def _forget(path: Path) -> None:
    with store.opened() as connection:
        connection.execute("DELETE FROM written WHERE path = ?", (os.fsencode(path),))
