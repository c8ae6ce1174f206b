"""Replace a file in one step: write a part file, then rename it. Nobody is asked.

Everything is done by handles: of the folders, of the part file and of the old file. Whoever can
write the folder can take the part file away, but gets nothing of ours changed or overwritten.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import msgspec

from workbook.errors import ChangedMeanwhile, NotWritable
from workbook.files import attributes, folder
from workbook.files.folder import PRIVATE, Folder
from workbook.files.system_errors import DENIED, SHARING, writable_errors

SUFFIX = ".getcontacts-part"
LOCK = ".lock"  # Windows: the file beside a part file that is open as long as the part is in use
PUBLIC = 0o666  # before the umask
_TRIES, _PAUSE = 20, 0.05  # seconds; readers and virus scanners let go within one, Excel does not


class Existing(msgspec.Struct, frozen=True):
    """A file that stands under a name, and its content or why that may not be read."""

    status: os.stat_result
    file: BinaryIO | None = None
    refusal: PermissionError | None = None

    def handle(self) -> int | None:
        """Return the descriptor of the open file."""
        return None if self.file is None else self.file.fileno()


class Part(msgspec.Struct, frozen=True):
    """A temporary file that will replace `target`."""

    target: Path
    file: BinaryIO
    name: str
    folder: Folder
    home: Folder  # of the target
    before: os.stat_result | None  # the target when the part was made
    private: bool

    def sync(self) -> None:
        """Write everything to the disk."""
        self.file.flush()
        os.fsync(self.file.fileno())

    @contextmanager
    def existing(self) -> Iterator[Existing | None]:
        """Open the file that would be replaced now, None if there is none.

        Raises NotWritable for a link or a file that is no ordinary one.
        """
        with _existing(self.home, self.target) as old:
            yield old

    def replace_target(self, old: Existing | None, like: Existing | None = None) -> None:
        """Rename the part file to `target`, if that is still `old`.

        It takes over owner, group, mode, ACL and extended attributes of `like`; by default, unless
        it is private, those of the old file. Raises ChangedMeanwhile, OwnerShutOut, NotWritable.
        """
        if like is not None or not self.private:
            self._become_like(like or old)
        if folder.HANDLES:
            self._compare(old)
        else:  # no open file can be renamed or replaced there; others heed the lock
            self.file.close()
            if old is not None and old.file is not None:
                old.file.close()
        _replace(self)
        with suppress(OSError):  # the data is on the disk already
            self.file.close()

    def _become_like(self, old: Existing | None) -> None:
        status = self.before if old is None else old.status
        if status is None:
            return
        if not folder.HANDLES:
            attributes.take_over_by_path(self.folder.path / self.name, self.target)
            return
        source = None if old is None else old.handle()
        attributes.take_over(self.target, self.file.fileno(), status, source)

    def _compare(self, old: Existing | None) -> None:
        """Compare by inode, just before the rename, what stands under both names."""
        part = self.folder.status(self.name)
        if part is None or not os.path.samestat(part, os.fstat(self.file.fileno())):
            raise NotWritable(str(self.target), "swapped")
        now = self.home.status(self.target.name)
        if now is None and old is None:
            return
        if now is None or old is None or not os.path.samestat(now, old.status):
            raise ChangedMeanwhile(str(self.target))

    def discard(self) -> None:
        """Close the part file, and delete it if it did not replace its target."""
        with suppress(OSError):  # a full disk again
            self.file.close()
        with suppress(OSError):
            _unlink(self.folder, self.name)


@contextmanager
def part_file(
    target: Path, folder_of_part: Path | None = None, *, private: bool = False
) -> Iterator[Part]:
    """Yield a part file for `target`, in the folder of `target` or another one.

    A link is replaced where it leads to. The part is deleted at the end unless it was put there;
    part files that killed runs left are deleted first. `private`: it is and stays readable by its
    owner alone; otherwise a new file gets the mode that the umask gives. Raises NotWritable for
    whatever the system refuses, ForeignLink.
    """
    with writable_errors(target), ExitStack() as stack:
        target = folder.resolved(target)
        home = stack.enter_context(folder.opened(target.parent))
        beside = stack.enter_context(folder.opened(folder_of_part)) if folder_of_part else home
        _clear(beside, target.name)
        part = _made(target, beside, home, stack, private=private)
        try:
            yield part
        finally:
            part.discard()


def write(
    target: Path, content: bytes, folder_of_part: Path | None = None, *, private: bool = False
) -> None:
    """Replace a file by this content in one step; raises NotWritable, ChangedMeanwhile."""
    with part_file(target, folder_of_part, private=private) as part:
        part.file.write(content)
        part.sync()
        with part.existing() as old:
            part.replace_target(old)


@contextmanager
def existing(target: Path, *, to_write: bool = False) -> Iterator[Existing | None]:
    """Open the file at `target`, None if there is none; `to_write`: fail if that is forbidden.

    Raises NotWritable for whatever the system refuses, and for a file that is no ordinary one.
    """
    flags = os.O_RDWR if to_write else os.O_RDONLY
    with (
        writable_errors(target),
        folder.opened(target.parent) as home,
        _existing(home, target, flags) as old,
    ):
        yield old


@contextmanager
def _existing(home: Folder, target: Path, flags: int = os.O_RDONLY) -> Iterator[Existing | None]:
    status = home.status(target.name)
    if status is None:
        yield None
        return
    if not stat.S_ISREG(status.st_mode):
        raise NotWritable(str(target), "special")
    try:
        file = os.fdopen(home.open(target.name, flags), "rb")
    except PermissionError as error:
        if flags == os.O_RDWR:
            raise
        refusal = error
    else:
        with file:
            yield Existing(os.fstat(file.fileno()), file)
        return
    yield Existing(status, refusal=refusal)


def check_owner(target: Path, old: Existing) -> None:
    """Try whether a file that replaces the old one could keep its owner and group.

    Raises OwnerShutOut, NotWritable.
    """
    if attributes.are_given_unasked(old.status):
        return
    with part_file(target) as part:
        attributes.take_over(target, part.file.fileno(), old.status, old.handle())


def clear_leftovers(target: Path) -> None:
    """Delete the part files of `target` that killed runs left beside it; raises OSError."""
    target = folder.resolved(target)
    with folder.opened(target.parent) as home:
        _clear(home, target.name)


def _clear(home: Folder, target: str) -> None:
    for name in home.names():
        if name.startswith(_prefix(target)) and name.endswith((SUFFIX, SUFFIX + LOCK)):
            with suppress(OSError):
                _delete_if_free(home, name)


def _prefix(target: str) -> str:
    return f".{target[:40]}."  # 255 bytes is the most a name may have, and a letter has four


def _delete_if_free(home: Folder, name: str) -> None:
    if not folder.HANDLES:
        name = name.removesuffix(LOCK)
        with suppress(FileNotFoundError):  # none was made before
            home.unlink(name + LOCK)  # refused while another run has it open
        _unlink(home, name)
        return
    with os.fdopen(home.open(name, os.O_RDONLY), "rb") as file:
        if stat.S_ISREG(os.fstat(file.fileno()).st_mode) and _locked(file):
            home.unlink(name)


def _unlink(home: Folder, name: str) -> None:
    try:
        home.unlink(name)
    except PermissionError:
        if folder.HANDLES:
            raise
        (home.path / name).chmod(PRIVATE)  # Windows deletes no file that is read-only
        home.unlink(name)


def _made(target: Path, beside: Folder, home: Folder, stack: ExitStack, *, private: bool) -> Part:
    before = home.status(target.name)
    # whoever opened the part early could read all of it later, so it is as private as the file
    mode = PUBLIC if before is None and not private else PRIVATE
    while True:
        # not mkstemp: where Windows forbids new files, it tries names for ever
        name = f"{_prefix(target.name)}{os.urandom(8).hex()}{SUFFIX}"
        if not folder.HANDLES:
            stack.enter_context(_lock_beside(beside, name + LOCK))
        handle = beside.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        file = os.fdopen(handle, "w+b")
        part = Part(target, file, name, beside, home, before, private)
        try:
            if _locked(file) is not False and beside.status(name) is not None:
                return part
            file.close()  # another run deleted it as a leftover before it was locked
        except BaseException:
            part.discard()
            raise


@contextmanager
def _lock_beside(home: Folder, name: str) -> Iterator[None]:
    """Keep a file open, which Windows lets nobody delete, from before the part to its end."""
    handle = home.open(name, os.O_RDWR | os.O_CREAT | os.O_EXCL)
    try:
        yield
    finally:
        os.close(handle)
        with suppress(OSError):
            home.unlink(name)


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


def _replace(part: Part) -> None:
    for tries_left in reversed(range(_TRIES)):
        try:
            part.folder.replace(part.name, part.home, part.target.name)
        except OSError as error:
            if getattr(error, "winerror", None) not in (DENIED, SHARING) or not tries_left:
                raise
            time.sleep(_PAUSE)
        else:
            return
