"""One file replaced, and only if it is ours, or brought up to date; it knows no format."""

from __future__ import annotations

import hashlib
import shutil
import stat
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

from workbook.errors import ChangedMeanwhile, ContactsError, FileChanged, NotWritable, WrongUsage
from workbook.files import atomic
from workbook.files.atomic import Part, writable_errors
from workbook.store import database, exported_files

Result = TypeVar("Result")


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
        # the mode first by its own name: a pipe that /dev/stdout leads to has no other one
        mode = _mode(Path(out))
        return Path(out).resolve(), mode
    except FileNotFoundError:
        problem = WrongUsage("The folder you are in was deleted; change into another one.")
    except PermissionError as error:
        problem = atomic.unwritable(Path(out), error)
    except (OSError, ValueError, RuntimeError):
        problem = WrongUsage(f"{out!r} is no name for a file.")
    raise problem


def _mode(path: Path) -> int | None:
    try:
        return path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return None


def _refuse_foreign(path: Path) -> None:
    with writable_errors(path):
        digest = _digest(path)
    if not exported_files.is_ours(path, digest):
        raise FileChanged(str(path))


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return exported_files.digest(file)


def replace(path: Path, write: Callable[[BinaryIO], Result], *, overwrite: bool = False) -> Result:
    """Write a file beside `path`, put it in its place, and return what `write` returned.

    Nothing half-written is ever under the name; the mode of the old file is kept. Raises
    NotWritable, and FileChanged where the file was changed while we worked: the old file is then as
    it was, and no other one is left behind.
    """
    with atomic.beside(path) as part:
        result = write(part.file)
        part.finish()
        digest = exported_files.digest(part.file)
        exported_files.remember(path, digest)
        _put_as_ours(part, digest, overwrite)
    return result


def _put_as_ours(part: Part, digest: str, overwrite: bool) -> None:
    """Put a part file in its place with no other run in between."""
    placed = False
    try:
        with database.writing() as connection:
            with writable_errors(part.place):
                if part.place.exists() and not overwrite:
                    _refuse_foreign(part.place)
                part.put()
            placed = True
            exported_files.keep_only(connection, part.place, digest)
    except NotWritable:
        if not placed:  # else it is done, and known since before
            raise


def read(out: str) -> tuple[Path, bytes]:
    """Return the user's own file that is to be brought up to date, links resolved.

    Raises WrongUsage where there is none, NotWritable where it could not be written afterwards.
    """
    path, mode = _found(out)
    if mode is None or not stat.S_ISREG(mode):
        raise WrongUsage(f"There is no file {out} to update; leave out --update to make it.")
    with writable_errors(path), path.open("r+b") as file:  # a file that is open in Excel fails here
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
    with atomic.beside(path) as part:
        result = write(part.file)
        part.finish()
        if exported_files.digest(part.file) != before:
            if _digest(path) != before:
                raise ChangedMeanwhile(str(path))
            if backup:
                _keep_backup(path)
            exported_files.forget(path)
            part.put()
    return result


def _keep_backup(path: Path) -> None:
    with atomic.beside(path.with_name(f"{path.name}.bak")) as part:
        with path.open("rb") as source:
            shutil.copyfileobj(source, part.file)
        part.finish()
        part.put(atomic.mode_for(path))
