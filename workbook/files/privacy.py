"""Refuse files and folders of ours that another user could have changed. POSIX only."""

from __future__ import annotations

import os
import threading
from contextlib import suppress
from pathlib import Path

from workbook.errors import NotPrivate
from workbook.files.attributes import user_name
from workbook.files.folder import PRIVATE, is_trusted, others_can_write

_creating = threading.Lock()


def check(path: Path, status: os.stat_result) -> None:
    """Raise NotPrivate if it is not this user's, or if others can write it."""
    if not hasattr(os, "geteuid"):  # Windows: the folder of a user is his alone
        return
    if not is_trusted(status.st_uid):
        raise NotPrivate(str(path), user_name(status.st_uid))
    if others_can_write(status):
        raise NotPrivate(str(path))


def ensure(path: Path) -> None:
    """Create an empty file for its owner alone, or see to it that the one there is private.

    Raises NotPrivate, OSError.
    """
    with _creating:  # closing a file ends the locks that SQLite has on it in another thread
        try:
            status = path.stat()
        except FileNotFoundError:
            with suppress(FileExistsError):  # another process was first
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, PRIVATE))
            return
    check(path, status)
    if is_loose(status):
        path.chmod(PRIVATE)  # by its path: nobody else can write its folder


def is_loose(status: os.stat_result) -> bool:
    """Tell whether others can read a file that is this user's own."""
    return hasattr(os, "geteuid") and status.st_uid == os.geteuid() and bool(status.st_mode & 0o077)
