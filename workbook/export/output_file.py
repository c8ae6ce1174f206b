"""Replace a file, if it is one of ours or `--overwrite` was given; updates a user's file."""

from __future__ import annotations

import hashlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import BinaryIO, TypeVar

from workbook.accounts import settings
from workbook.errors import (
    AnotherRun,
    ChangedMeanwhile,
    ContactsError,
    FileChanged,
    HomeNotWritable,
    NotWritable,
    WrongUsage,
)
from workbook.files import atomic, folder, privacy
from workbook.files.atomic import Existing, Part
from workbook.files.lock_wait import is_busy, locked
from workbook.files.system_errors import unwritable, writable_errors
from workbook.store import database, exported_files

Result = TypeVar("Result")

LOCK = ".out-"  # begins the name of the lock of a file that is being written


def writable_target(out: str, *, overwrite: bool = False) -> Path:
    """Return the path that `out` names, links resolved, if it may be written.

    Raises WrongUsage if `out` cannot name a file, FileChanged if a file is there that differs from
    what we last wrote, ForeignLink, OwnerShutOut, NotWritable.
    """
    path, mode = _resolved(out)
    if mode is not None and stat.S_ISDIR(mode):
        raise WrongUsage(f"{out} is a folder; name a file in it, such as {out}/contacts.xlsx.")
    if mode is not None and not stat.S_ISREG(mode):
        raise WrongUsage(f"{out} is no ordinary file; name another one.")
    if mode is None and not path.parent.is_dir():
        raise WrongUsage(f"There is no folder {path.parent}; make it first or name another one.")
    with atomic.existing(path) as old:
        if old is not None:
            if not overwrite:
                _refuse_foreign(path, old)
            atomic.check_owner(path, old)
    return path


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Keep every other run from this file until the block ends; a killed run keeps nobody from it.

    Raises AnotherRun, HomeNotWritable.
    """
    lock = settings.home() / f"{LOCK}{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}"
    with closing(_lock(lock, path)):
        try:
            yield
        finally:
            with suppress(OSError):  # Windows deletes no file that is open: there it stays, empty
                lock.unlink()


def _lock(lock: Path, path: Path) -> sqlite3.Connection:
    while True:
        settings.made_home()
        try:
            privacy.ensure(lock)
            before = lock.stat().st_ino
        except FileNotFoundError:  # a purge has just deleted it
            continue
        except OSError as error:
            raise HomeNotWritable(str(lock.parent), unwritable(lock, error).why) from error
        held = _held(lock)
        if not _is_still(lock, before):  # the other run has just deleted it, and its lock with it
            if isinstance(held, sqlite3.Connection):
                held.close()
        elif isinstance(held, sqlite3.Connection):
            return held
        elif is_busy(held):
            raise AnotherRun(str(path))
        else:
            raise HomeNotWritable(str(lock.parent), database.why(held))


def _held(lock: Path) -> sqlite3.Connection | sqlite3.Error:
    try:
        return locked(lock, 0.0)
    except sqlite3.Error as error:
        return error


def _is_still(file: Path, inode: int) -> bool:
    with suppress(OSError):
        return file.stat().st_ino == inode
    return False


def _resolved(out: str) -> tuple[Path, int | None]:
    """Return the path that `out` names, and the mode of the file there, if there is one."""
    problem: ContactsError
    try:
        # the mode of `out` itself: the pipe that /dev/stdout stands for has no path
        return folder.resolved(Path(out)), _mode(Path(out))
    except FileNotFoundError:
        problem = WrongUsage("The folder you are in was deleted; change into another one.")
    except PermissionError as error:
        problem = unwritable(Path(out), error)
    except (OSError, ValueError, RuntimeError):
        problem = WrongUsage(f"{out!r} is no name for a file.")
    raise problem


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse_foreign(path: Path, old: Existing) -> None:
    if not exported_files.is_ours(path, _digest(path, old)):
        raise FileChanged(str(path), known=exported_files.is_known(path))


def _digest(path: Path, old: Existing) -> str:
    if old.file is None:
        raise unwritable(path, old.refusal or PermissionError())
    return exported_files.digest(old.file)


def replace(
    path: Path,
    write: Callable[[BinaryIO], Result],
    *,
    overwrite: bool = False,
    kept: Callable[[Path], object] | None = None,
    instance: str = "",
) -> Result:
    """Write a part file, replace `path` by it, and return what `write` returned.

    `path` is never half-written and keeps the mode of the old file. `overwrite`: replace also a
    file that is not as we wrote it; with `kept`, copy it first to a path with a free number and
    call `kept` with that. `instance`: whose contacts are written. Raises NotWritable, and
    FileChanged or ChangedMeanwhile if the file was changed meanwhile; the old file then stays and
    no part file is left.
    """
    with exported_files.unfinished(path, instance), atomic.part_file(path) as part:
        result = write(part.file)
        part.sync()
        digest = exported_files.digest(part.file)
        exported_files.remember(path, digest, instance)
        backed_up = _back_up_foreign(path, kept) if overwrite and kept is not None else None
        _replace_as_ours(part, (digest, instance), overwrite, backed_up)
    return result


def kept_as(place: Path) -> str:
    """Return what is told of a file that was replaced, and kept in another place."""
    return f"What was there before is kept in {place}."


def _back_up_foreign(path: Path, kept: Callable[[Path], object]) -> str | None:
    """Keep a file that is not ours under a free number; return its hash, None without a file."""
    with atomic.existing(path) as old:
        if old is None:
            return None
        digest = _digest(path, old)
        if old.file is not None and not exported_files.is_ours(path, digest):
            old.file.seek(0)
            place = _free_place(path)
            _keep_backup(place, old.file.read(), old)
            kept(place)
        return digest


def _free_place(path: Path) -> Path:
    places = (path.with_name(f"{path.name}.bak{number}") for number in count(1))
    return next(place for place in places if not os.path.lexists(place))


def _replace_as_ours(
    part: Part, known_by: tuple[str, str], overwrite: bool, backed_up: str | None
) -> None:
    """Let the part file replace its target while no other run can; ours by hash and instance."""
    replaced = False
    try:
        with exported_files.remembering_only(part.target, *known_by):
            with writable_errors(part.target), part.existing() as old:
                if old is not None and not overwrite:
                    _refuse_foreign(part.target, old)
                if old is not None and backed_up not in (None, _digest(part.target, old)):
                    raise ChangedMeanwhile(str(part.target))
                part.replace_target(old)
            replaced = True
    except NotWritable:
        if not replaced:  # otherwise the file is written, and remembered since before
            raise


def read_for_update(out: str) -> tuple[Path, bytes]:
    """Return the path, links resolved, and the content of a user's file that is to be updated.

    Raises WrongUsage if there is no such file, NotWritable if it could not be written later.
    """
    path, mode = _resolved(out)
    if mode is None or not stat.S_ISREG(mode):
        raise WrongUsage(f"There is no file {out} to update; leave out --update to make it.")
    with atomic.existing(path, to_write=True) as old:  # a file that is open in Excel fails here
        if old is None or old.file is None:
            raise ChangedMeanwhile(str(path))
        atomic.check_owner(path, old)
        return path, old.file.read()


def save_update(
    path: Path,
    content: bytes,
    write: Callable[[BinaryIO], Result],
    *,
    kept: Callable[[Path], object] | None = None,
    instance: str = "",
) -> Result:
    """Replace a user's file by its update, and return what `write` returned.

    `content` is what `read_for_update` returned. If nothing changed, the file is left untouched.
    With `kept`, keep the old file as .bak, or .bak1 and so on where that is not of our making, and
    call `kept` with its path. The file never counts as ours, because it holds the user's notes.
    Raises NotWritable, ChangedMeanwhile; the old file then stays as it was.
    """
    before = hashlib.sha256(content).hexdigest()
    with exported_files.unfinished(path, instance), atomic.part_file(path) as part:
        result = write(part.file)
        part.sync()
        if exported_files.digest(part.file) != before:
            with part.existing() as old:
                if old is None or _digest(path, old) != before:
                    raise ChangedMeanwhile(str(path))
                if kept is not None:
                    place = _backup_place(path)
                    exported_files.remember(place, before, instance)
                    _keep_backup(place, content, old)
                    kept(place)
                exported_files.forget(path)
                part.replace_target(old)
    return result


def _backup_place(path: Path) -> Path:
    """Return where nothing stands, or only a backup that we made of an earlier state."""
    places = (path.with_name(f"{path.name}.bak{number or ''}") for number in count())
    return next(place for place in places if not os.path.lexists(place) or _is_ours(place))


def _is_ours(place: Path) -> bool:
    if place.is_symlink() or not place.is_file():
        return False
    with atomic.existing(place) as old:
        return old is not None and exported_files.is_ours(place, _digest(place, old))


def _keep_backup(place: Path, content: bytes, old: Existing) -> None:
    """Keep the old content in another place, with the attributes of the user's file."""
    with exported_files.unfinished(place), atomic.part_file(place, private=True) as part:
        part.file.write(content)
        part.sync()
        with part.existing() as former:
            part.replace_target(former, like=old)
