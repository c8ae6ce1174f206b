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


def remember(book: Path | str, table: str, *managed: ManagedTable, made: bool = False) -> None:
    """Keep what we write into a table, for one account or several; `made`: in a book of ours."""
    key, last = (os.fsencode(book), table), managed[-1]
    titles = msgspec.json.encode(last.titles).decode()
    with database.writing() as connection:
        connection.execute(
            "INSERT INTO owned (book, name, instance, alias, titles, made)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (book, name) DO UPDATE SET"
            " instance = excluded.instance, alias = excluded.alias, titles = excluded.titles",
            (*key, last.instance, last.alias, titles, made),
        )
        connection.executemany(
            "INSERT OR REPLACE INTO wrote VALUES (?, ?, ?, ?)",
            [(*key, each.alias, each.instance) for each in managed],
        )


def forget(book: Path) -> None:
    """Forget what tables a workbook has: another one takes its place."""
    with database.writing() as connection:
        connection.execute("DELETE FROM owned WHERE book = ?", (os.fsencode(book),))
        connection.execute("DELETE FROM wrote WHERE book = ?", (os.fsencode(book),))


def noted(
    write: Callable[[BinaryIO], Result],
    book: Path,
    *managed: ManagedTable,
    table: str = NAME,
    beside: Mapping[str, ManagedTable] = {},
) -> Callable[[BinaryIO], Result]:
    """Return what writes a new workbook, then remembers its table before the file is in its place.

    `beside`: other tables in it, by name. A failure afterwards would be told as a failed run,
    although the file is there.
    """

    def writing(out: BinaryIO) -> Result:
        result = write(out)
        forget(book)
        remember(book, table, *managed, made=True)
        for name, other in beside.items():
            remember(book, name, other, made=True)
        return result

    return writing
