"""Which files are ours: the hash of what we last wrote to each path. It opens no file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from workbook.errors import NotWritable
from workbook.store import database

_UNFINISHED = ""  # stands where the hash of a finished file would


def digest(file: BinaryIO) -> str:
    """Return the hash of a whole file."""
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type] # readable


def is_ours(path: Path, digest: str) -> bool:
    """Return whether a file with this hash is what we wrote to this path."""
    with database.reading() as connection:
        return bool(
            connection.execute(
                "SELECT 1 FROM written WHERE path = ? AND sha256 = ?", (os.fsencode(path), digest)
            ).fetchone()
        )


def is_known(path: Path) -> bool:
    """Return whether we wrote something to this path, or tried to, that is still remembered."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT 1 FROM written WHERE path = ?1 UNION SELECT 1 FROM owned WHERE book = ?1",
            (os.fsencode(path),),
        )
        return rows.fetchone() is not None


def remember(path: Path, digest: str, instance: str = "") -> None:
    """Add the hash of a file that is about to replace the one at this path.

    `instance`: whose contacts are in it, "" for nobody's; a purge of the account forgets the path.
    Both hashes are kept, so that the file is known whether the replacement succeeds or not.
    """
    with database.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO written (path, sha256, instance) VALUES (?, ?, ?)",
            (os.fsencode(path), digest, instance),
        )


@contextmanager
def remembering_only(path: Path, digest: str, instance: str = "") -> Iterator[None]:
    """Keep other runs from replacing the file; forget its other hashes after the block."""
    key = os.fsencode(path)
    with database.writing() as connection:
        yield
        # inserted again: another run may have forgotten it meanwhile
        connection.execute("DELETE FROM written WHERE path = ?", (key,))
        connection.execute(
            "INSERT INTO written (path, sha256, instance) VALUES (?, ?, ?)", (key, digest, instance)
        )


@contextmanager
def unfinished(path: Path, instance: str = "") -> Iterator[None]:
    """Remember during the block that a part file may lie beside this file.

    What a killed run remembered stays until the next one for the same file, or a purge.
    """
    remember(path, _UNFINISHED, instance)
    try:
        yield
    finally:
        # who cannot forget it now will look for a part file in vain: no harm is done
        with suppress(NotWritable), database.writing() as connection:
            connection.execute(
                "DELETE FROM written WHERE path = ? AND sha256 = ?",
                (os.fsencode(path), _UNFINISHED),
            )


def unfinished_paths() -> list[Path]:
    """Return the files beside which killed runs may have left part files."""
    if not database.path().exists():
        return []
    with database.opened() as connection:
        rows = connection.execute("SELECT path FROM written WHERE sha256 = ?", (_UNFINISHED,))
        return [Path(os.fsdecode(path)) for (path,) in rows]


def forget(path: Path) -> None:
    """Forget a path: what stands there counts as the user's from now on."""
    with database.writing() as connection:
        connection.execute("DELETE FROM written WHERE path = ?", (os.fsencode(path),))
