"""A folder held open: its files are reached by its handle, whatever becomes of its path."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from workbook.errors import ForeignLink

HANDLES = os.open in os.supports_dir_fd  # Windows has no such handles: there the path must do
PRIVATE = 0o600
LINKS = 40  # as many as Linux follows

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)  # whoever opens a pipe waits for its other end
_FOLDER = getattr(os, "O_DIRECTORY", 0) | _NO_LINK
_SEARCH = 0x40000000 if sys.platform == "darwin" else os.O_RDONLY  # O_EXEC of macOS' fcntl.h
_WAY = getattr(os, "O_PATH", _SEARCH)  # a folder on the way need not be readable


class Folder(msgspec.Struct, frozen=True):
    """An open folder. No method follows a link that stands under a name in it."""

    path: Path
    handle: int | None

    def open(self, name: str, flags: int, mode: int = PRIVATE) -> int:
        """Open a file and return its descriptor."""
        return os.open(self._at(name), flags | _NO_LINK | _NO_WAIT, mode, dir_fd=self.handle)

    def status(self, name: str) -> os.stat_result | None:
        """Return the status of a file, None if there is none."""
        try:
            return os.stat(self._at(name), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None

    def names(self) -> list[str]:
        """Return the names of all files in it."""
        with os.scandir(self.path if self.handle is None else self.handle) as entries:
            return [entry.name for entry in entries]

    def unlink(self, name: str) -> None:
        """Delete a file."""
        os.unlink(self._at(name), dir_fd=self.handle)

    def replace(self, name: str, other: Folder, new: str) -> None:
        """Rename a file to a name in this or another folder, whatever has that name now."""
        os.replace(self._at(name), other._at(new), src_dir_fd=self.handle, dst_dir_fd=other.handle)

    def _at(self, name: str) -> str | Path:
        return self.path / name if self.handle is None else name


@contextmanager
def opened(path: Path) -> Iterator[Folder]:
    """Open a folder step by step from the root; links on the way are followed as `resolved` does.

    Raises ForeignLink, OSError.
    """
    way = resolved(path)
    handle = _walked(way) if HANDLES else None
    try:
        yield Folder(way, handle)
    finally:
        if handle is not None:
            os.close(handle)


def _walked(way: Path) -> int:
    *steps, last = way.parts  # the first one is the root
    handle = None
    for step in (*steps, None):
        flags = os.O_RDONLY if step is None else _WAY
        try:
            inner = os.open(step or last, flags | _FOLDER, dir_fd=handle)
        finally:
            if handle is not None:
                os.close(handle)
        handle = inner
    assert handle is not None
    return handle


def resolved(path: Path) -> Path:
    """Return the absolute path with its links followed; its end need not exist.

    Raises ForeignLink for a link that another user may have laid, OSError for a circle of links.
    """
    if not HANDLES:
        return path.resolve()
    whole = path if path.is_absolute() else Path.cwd() / path
    rest, way, links = [*reversed(whole.parts)], Path("/"), 0
    while rest:
        step = rest.pop()
        if step == "..":
            way = way.parent
        elif not _is_trusted_link(way, step):
            way /= step
        elif (links := links + 1) > LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        else:
            rest += reversed((way / step).readlink().parts)
    return way


def _is_trusted_link(folder: Path, name: str) -> bool:
    try:
        found = os.lstat(folder / name)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if not stat.S_ISLNK(found.st_mode):
        return False
    if not is_trusted(found.st_uid) and others_can_write(os.lstat(folder)):
        raise ForeignLink(str(folder / name))
    return True


def is_trusted(owner: int) -> bool:
    """Tell whether a user may decide where our files lie: this one, or root."""
    return owner in (0, os.geteuid())


def others_can_write(status: os.stat_result) -> bool:
    """Tell whether users other than this one and root can write a file or folder."""
    if not is_trusted(status.st_uid) or status.st_mode & 0o002:
        return True
    return bool(status.st_mode & 0o020) and not _is_private(status.st_gid)


def _is_private(group: int) -> bool:
    """Tell whether a group is the one that some systems make for each user alone."""
    import grp
    import pwd

    try:
        user, found = pwd.getpwuid(os.geteuid()), grp.getgrgid(group)
    except KeyError:
        return False
    is_own = group == user.pw_gid and found.gr_name == user.pw_name
    return is_own and {*found.gr_mem} <= {user.pw_name}
