"""Turn the system's refusal of a file into an error of ours."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from workbook.errors import NotDeleted, NotWritable

DENIED, SHARING, LOCKED = 5, 32, 33  # Windows' own error numbers


@contextmanager
def writable_errors(path: Path) -> Iterator[None]:
    """Raise an OSError of the block as NotWritable."""
    problem: NotWritable | None = None
    try:
        yield
    except OSError as error:
        problem = unwritable(path, error)
    if problem is not None:
        raise problem


def unwritable(path: Path, error: OSError) -> NotWritable:
    """Return the error for a file or folder that the system refused to write."""
    return NotWritable(str(path), _why(path, error))


def undeletable(path: Path, error: OSError) -> NotDeleted:
    """Return the error for a file that the system refused to delete."""
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
    """Tell whether another program has the file open (only Windows refuses for that).

    Windows may report it as "access denied"; who asks for the file alone is told the two apart.
    """
    refusal = getattr(error, "winerror", None)
    if isinstance(error, PermissionError) and hasattr(error, "winerror"):  # elsewhere it has none
        refusal = refusal if refusal in (SHARING, LOCKED) else alone_refused(path)
    return refusal in (SHARING, LOCKED)


def alone_refused(path: Path) -> int:
    """Return the number with which Windows refuses a file to who wants it alone, 0 if it does not.

    It refuses where anybody has the file open, however much he lets others do with it.
    """
    if sys.platform != "win32":
        return 0
    import _winapi

    try:
        read, there = _winapi.GENERIC_READ, _winapi.OPEN_EXISTING
        handle = _winapi.CreateFile(str(path), read, 0, 0, there, 0, 0)
    except OSError as error:
        return error.winerror
    _winapi.CloseHandle(handle)
    return 0
