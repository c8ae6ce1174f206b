"""A file written beside its place and put there in one step; it asks nobody whether it may be."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbook.errors import NotDeleted, NotWritable

SUFFIX = ".getcontacts-part"
PRIVATE = 0o600
_TRIES, _PAUSE = 20, 0.05  # seconds; readers and virus scanners let go within one, Excel does not
_DENIED, _SHARING, _LOCKED = 5, 32, 33  # as Windows numbers them


@dataclass(frozen=True, slots=True)
class Part:
    """A file to write and to finish, readable by its owner alone, and the place it is for."""

    place: Path
    path: Path
    file: BinaryIO

    def finish(self) -> None:
        """Bring everything to the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def put(self, mode: int | None = None) -> None:
        """Give it the name it is for, and a mode: by default that of the file there, or a new one.

        Not before that, for Windows keeps a file that is read-only from being deleted.
        """
        self.path.chmod(mode_for(self.place) if mode is None else mode)
        if os.name == "nt":  # which moves no open file; elsewhere the lock is held to the end
            self.file.close()
        _replace(self.path, self.place)
        with suppress(OSError):  # it is on the disk, whatever closing says
            self.file.close()

    def discard(self) -> None:
        """Close and delete it, where it was not put in its place."""
        with suppress(OSError):  # what could not be flushed before cannot be now
            self.file.close()
        with suppress(OSError):
            _unlink(self.path)


@contextmanager
def beside(place: Path, folder: Path | None = None) -> Iterator[Part]:
    """Yield a part of a file, in its folder or another one; it is gone in the end, or in its place.

    What a killed run left of it is cleared. Raises NotWritable for all that the system refuses.
    """
    with writable_errors(place):
        folder = folder or place.parent
        clear_leftovers(place, folder)
        part = _made(place, folder)
        try:
            yield part
        finally:
            part.discard()


@contextmanager
def writable_errors(path: Path) -> Iterator[None]:
    """Turn what the system says about a file into our sentence."""
    problem: NotWritable | None = None
    try:
        yield
    except OSError as error:
        problem = unwritable(path, error)
    if problem is not None:
        raise problem


def unwritable(path: Path, error: OSError) -> NotWritable:
    """Return what to tell about a file or folder that the system would not write."""
    return NotWritable(str(path), _why(path, error))


def undeletable(path: Path, error: OSError) -> NotDeleted:
    """Return what to tell about a file that the system would not delete."""
    return NotDeleted(str(path), _why(path, error))


def _why(path: Path, error: OSError) -> str:
    if _is_in_use(path, error):
        return "open"
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return "full"
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return "denied"
    return error.strerror or "the system refused"


def _is_in_use(path: Path, error: OSError) -> bool:
    """Tell whether another program has the file open, which Windows may tell as "denied", too.

    There a replace says so, and open() gives no number of Windows' own; renaming a file to the
    name it has changes nothing and tells the two apart.
    """
    if isinstance(error, PermissionError) and hasattr(error, "winerror"):  # elsewhere it has none
        try:
            path.rename(path)
        except OSError as refused:
            error = refused
    return getattr(error, "winerror", None) in (_SHARING, _LOCKED)


def mode_for(path: Path) -> int:
    """Return the mode of the file there, or that of any new one."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def clear_leftovers(place: Path, folder: Path) -> None:
    """Delete what a killed run left of a file."""
    for path in folder.iterdir():
        if path.name.startswith(_prefix(place)) and path.name.endswith(SUFFIX) and path.is_file():
            with suppress(OSError):
                _delete_if_free(path)


def _prefix(place: Path) -> str:
    return f".{place.name[:40]}."  # 255 bytes is the most a name may have, and a letter has four


def _delete_if_free(path: Path) -> None:
    if os.name == "nt":
        _unlink(path)  # which it refuses while another run has it open
        return
    with path.open("rb") as file:
        if _locked(file):
            _unlink(path)


def _unlink(path: Path) -> None:
    try:
        path.unlink()
    except PermissionError:  # Windows deletes no file that is read-only
        path.chmod(PRIVATE)
        path.unlink()


def _made(place: Path, folder: Path) -> Part:
    while True:
        # not mkstemp, which tries names without end where Windows lets nobody make a file
        path = folder / f"{_prefix(place)}{os.urandom(8).hex()}{SUFFIX}"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE)
        part = Part(place, path, os.fdopen(handle, "w+b"))
        try:
            if _locked(part.file) is not False and part.path.exists():
                return part
            part.file.close()  # another run takes it for a leftover, just before the lock
        except BaseException:
            part.discard()
            raise


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


def _replace(path: Path, place: Path) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            path.replace(place)
        except OSError as error:
            if getattr(error, "winerror", None) not in (_DENIED, _SHARING) or not tries_left:
                raise
            time.sleep(_PAUSE)
        else:
            return
