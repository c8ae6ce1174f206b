"""One file replaced in one step, and only if it is ours; it knows no format."""

from __future__ import annotations

import hashlib
import os
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, TypeVar

from workbook import store
from workbook.errors import ContactsError, FileChanged, WrongUsage
from workbook.settings import unwritable

Result = TypeVar("Result")

SUFFIX = ".getcontacts-part"
_SHARING_TRIES = 5  # a virus scanner lets go within a second, Excel does not


def checked(out: str, *, overwrite: bool = False) -> Path:
    """Return the file that `out` stands for, links resolved, if it may be written.

    Raises WrongUsage where it can never be, FileChanged where a file stands that is not, byte for
    byte, what we last wrote there.
    """
    path = Path(out)
    try:
        path = path.resolve()
        mode = path.stat().st_mode if path.exists() else None
    except (OSError, ValueError, RuntimeError):
        raise WrongUsage(f"{out!r} is no name for a file.") from None
    if mode is not None and stat.S_ISDIR(mode):
        raise WrongUsage(f"{out} is a folder; name a file in it, such as {out}/contacts.xlsx.")
    if mode is not None and not stat.S_ISREG(mode):
        raise WrongUsage(f"{out} is no ordinary file; name another one.")
    if not path.parent.is_dir():
        raise WrongUsage(f"There is no folder {path.parent}; make it first or name another one.")
    if mode is not None and not overwrite:
        _refuse_foreign(path)
    return path


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
    _clear_leftovers(path)
    with _told(path):
        part, file = _part_beside(path)
    try:
        with _told(path):
            with file:
                result = write(file)
                file.flush()
                os.fsync(file.fileno())
            part.chmod(_mode_for(path))
            digest = _digest(part)
        _remember(path, digest)
        if path.exists() and not overwrite:
            _refuse_foreign(path)
        with _told(path):
            _put(part, path)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    _forget_all_but(path, digest)
    return result


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
        handle, name = tempfile.mkstemp(SUFFIX, f".{path.name[:100]}.", path.parent)
        file = os.fdopen(handle, "w+b")
        _lock(file)
        if Path(name).exists():  # else another run took it for a leftover just before the lock
            return Path(name), file
        file.close()


def _lock(file: BinaryIO) -> None:
    """Show other runs that this file is in use, until it is closed or its process ends."""
    with suppress(ImportError):  # Windows does not delete a file that is open
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _clear_leftovers(path: Path) -> None:
    """Delete what a killed run left beside this file."""
    for part in path.parent.iterdir():
        if part.name.startswith(f".{path.name[:100]}.") and part.name.endswith(SUFFIX):
            with suppress(OSError), part.open("rb") as file:
                _lock(file)
                part.unlink()


def _mode_for(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _put(part: Path, path: Path) -> None:
    for tries_left in reversed(range(_SHARING_TRIES)):
        try:
            part.replace(path)
        except OSError as error:
            if getattr(error, "winerror", None) not in (5, 32) or not tries_left:
                path.open("r+b").close()  # Windows says "denied" for the replace, the cause here
                raise
            time.sleep(0.2)
        else:
            return


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _is_ours(path: Path, digest: str) -> bool:
    with store.opened() as connection:
        return bool(
            connection.execute(
                "SELECT 1 FROM written WHERE path = ? AND sha256 = ?", (str(path), digest)
            ).fetchone()
        )


def _remember(path: Path, digest: str) -> None:
    # before the replace, beside the old one: whatever happens next, the file there is known
    with store.opened() as connection:
        connection.execute("INSERT OR IGNORE INTO written VALUES (?, ?)", (str(path), digest))


def _forget_all_but(path: Path, digest: str) -> None:
    with store.opened() as connection:
        connection.execute(
            "DELETE FROM written WHERE path = ? AND sha256 <> ?", (str(path), digest)
        )
