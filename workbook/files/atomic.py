"""Replaces a file in one step: a part file is written first, then renamed. It asks nobody."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from workbook.files.system_errors import DENIED, SHARING, writable_errors

SUFFIX = ".getcontacts-part"
PRIVATE = 0o600
_TRIES, _PAUSE = 20, 0.05  # seconds; readers and virus scanners let go within one, Excel does not


@dataclass(frozen=True, slots=True)
class Part:
    """A temporary file, readable by its owner alone, that will replace `target`."""

    target: Path
    path: Path
    file: BinaryIO

    def sync(self) -> None:
        """Write everything to the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())

    def replace_target(self, mode: int | None = None) -> None:
        """Rename the part file to `target`, with the mode of the old file or the one given.

        The mode is set last, for Windows deletes no file that is read-only.
        """
        self.path.chmod(mode_for(self.target) if mode is None else mode)
        if os.name == "nt":  # Windows renames no open file; elsewhere the lock is held to the end
            self.file.close()
        _replace(self.path, self.target)
        with suppress(OSError):  # the data is on the disk already
            self.file.close()

    def discard(self) -> None:
        """Close the part file, and delete it if it did not replace its target."""
        with suppress(OSError):  # a full disk again
            self.file.close()
        with suppress(OSError):
            _unlink(self.path)


@contextmanager
def part_file(target: Path, folder: Path | None = None) -> Iterator[Part]:
    """Yield a part file for `target`, in the folder of `target` or another one.

    It is deleted at the end unless it replaced its target. Part files that killed runs left are
    deleted first. Raises NotWritable for whatever the system refuses.
    """
    with writable_errors(target):
        folder = folder or target.parent
        clear_leftovers(target, folder)
        part = _made(target, folder)
        try:
            yield part
        finally:
            part.discard()


def mode_for(path: Path) -> int:
    """Return the mode of the file at `path`, or the mode that the umask gives to a new one."""
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def clear_leftovers(target: Path, folder: Path) -> None:
    """Delete the part files of `target` that killed runs left in `folder`."""
    for path in folder.iterdir():
        if path.name.startswith(_prefix(target)) and path.name.endswith(SUFFIX) and path.is_file():
            with suppress(OSError):
                _delete_if_free(path)


def _prefix(target: Path) -> str:
    return f".{target.name[:40]}."  # 255 bytes is the most a name may have, and a letter has four


def _delete_if_free(path: Path) -> None:
    if os.name == "nt":
        _unlink(path)  # refused while another run has it open
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


def _made(target: Path, folder: Path) -> Part:
    while True:
        # not mkstemp: where Windows forbids new files, it tries names for ever
        path = folder / f"{_prefix(target)}{os.urandom(8).hex()}{SUFFIX}"
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, PRIVATE)
        part = Part(target, path, os.fdopen(handle, "w+b"))
        try:
            if _locked(part.file) is not False and part.path.exists():
                return part
            part.file.close()  # another run deleted it as a leftover before it was locked
        except BaseException:
            part.discard()
            raise


def _locked(file: BinaryIO) -> bool | None:
    """Lock a file until it is closed, as a sign to other runs that it is in use.

    Returns False if another run holds the lock, None if the system has no such locks.
    """
    try:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except (ImportError, OSError):  # Windows, or a file system without locks
        return None
    return True


def _replace(path: Path, target: Path) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            path.replace(target)
        except OSError as error:
            if getattr(error, "winerror", None) not in (DENIED, SHARING) or not tries_left:
                raise
            time.sleep(_PAUSE)
        else:
            return
