"""Which tables in workbooks we filled, for which account, and which of their columns are ours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from workbook.accounts.accounts import Account
from workbook.contacts.columns import NAME
from workbook.store import database

Result = TypeVar("Result")


class ManagedTable(msgspec.Struct, frozen=True):
    """The instance and alias a table was filled for last, and the titles that are ours in it.

    `before`: alias -> instance of everybody else who wrote in it. `made`: the workbook with it was
    written by us as a new one.
    """

    instance: str = ""
    alias: str = ""
    titles: tuple[str, ...] = ()
    before: Mapping[str, str] = {}
    made: bool = False

    @property
    def instances(self) -> set[str]:
        """Return everybody who wrote in it."""
        return {self.instance, *self.before.values()} - {""}

    @classmethod
    def of(cls, account: Account, titles: Iterable[str]) -> ManagedTable:
        """Return that a table is filled for this account, with columns of these titles."""
        return cls(account.id_instance, account.alias, tuple(dict.fromkeys(titles)))

    def beside(self, *others: ManagedTable) -> ManagedTable:
        """Return that others wrote in it before."""
        before = {alias: i for each in others for alias, i in each.before.items()}
        before |= {each.alias: each.instance for each in others}
        before.pop(self.alias, None)
        return msgspec.structs.replace(self, before=before)


def recall(book: Path | str, table: str) -> ManagedTable:
    """Return what is known of a table; nothing is known of one that we never wrote."""
    key = (os.fsencode(book), table)
    with database.reading() as connection:
        row = connection.execute(
            "SELECT instance, alias, titles, made FROM owned WHERE book = ? AND name = ?", key
        ).fetchone()
        if row is None:
            return ManagedTable()
        wrote = connection.execute(
            "SELECT alias, instance FROM wrote WHERE book = ? AND name = ? AND alias <> ?",
            (*key, row[1]),
        )
        titles = msgspec.json.decode(row[2], type=tuple[str, ...])
        return ManagedTable(row[0], row[1], titles, dict(wrote.fetchall()), bool(row[3]))


def remember(book: Path | str, table: str, *managed: ManagedTable, new: bool = False) -> None:
    """Keep what we write into a table, for one account or several.

    `new`: we make the workbook, and forget what it was.
    """
    key, last = (os.fsencode(book), table), managed[-1]
    titles = msgspec.json.encode(last.titles).decode()
    with database.writing() as connection:
        if new:
            connection.execute("DELETE FROM owned WHERE book = ?", key[:1])
            connection.execute("DELETE FROM wrote WHERE book = ?", key[:1])
        connection.execute(
            "INSERT INTO owned (book, name, instance, alias, titles, made)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (book, name) DO UPDATE SET"
            " instance = excluded.instance, alias = excluded.alias, titles = excluded.titles",
            (*key, last.instance, last.alias, titles, new),
        )
        connection.executemany(
            "INSERT OR REPLACE INTO wrote VALUES (?, ?, ?, ?)",
            [(*key, each.alias, each.instance) for each in managed],
        )


def noted(
    write: Callable[[BinaryIO], Result], book: Path, *managed: ManagedTable, table: str = NAME
) -> Callable[[BinaryIO], Result]:
    """Return what writes a new workbook, then remembers its table before the file is in its place.

    A failure afterwards would be told as a failed run, although the file is there.
    """

    def writing(out: BinaryIO) -> Result:
        result = write(out)
        remember(book, table, *managed, new=True)
        return result

    return writing
