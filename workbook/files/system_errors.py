"""Turn the system's refusal of a file into an error of ours."""

from __future__ import annotations

import errno
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

    Windows may report it as "access denied". Renaming the file to its own name changes nothing and
    tells the two apart.
    """
    if isinstance(error, PermissionError) and hasattr(error, "winerror"):  # elsewhere it has none
        try:
            path.rename(path)
        except OSError as refused:
            error = refused
    return getattr(error, "winerror", None) in (SHARING, LOCKED)
