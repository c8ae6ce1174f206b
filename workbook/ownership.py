"""What we wrote into which table of which workbook, and for whom; kept in the database."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbook import store


@dataclass(frozen=True, slots=True)
class Owned:
    """The instance and alias a table was filled for, and the titles we wrote in it."""

    instance: str = ""
    alias: str = ""
    titles: tuple[str, ...] = ()


def recall(book: Path | str, table: str) -> Owned:
    """Return what we know of a table; nothing is known of one that we never wrote."""
    with store.opened() as connection:
        row = connection.execute(
            "SELECT instance, alias, titles FROM owned WHERE book = ? AND name = ?",
            (os.fsencode(book), table),
        ).fetchone()
    if row is None:
        return Owned()
    return Owned(row[0], row[1], tuple(msgspec.json.decode(row[2], type=list[str])))


def remember(book: Path | str, table: str, owned: Owned) -> None:
    """Keep what we wrote into a table."""
    titles = msgspec.json.encode(list(owned.titles)).decode()
    with store.opened() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO owned (book, name, instance, alias, titles) "
            "VALUES (?, ?, ?, ?, ?)",
            (os.fsencode(book), table, owned.instance, owned.alias, titles),
        )
