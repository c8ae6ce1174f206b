"""What we wrote into which table of which workbook, and for whom; kept in the database."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from workbook.accounts.accounts import Account
from workbook.contacts.columns import NAME
from workbook.merge.model import TableMemory
from workbook.store import database, pairs
from workbook.sync import history

Result = TypeVar("Result")


class ManagedTable(msgspec.Struct, frozen=True):
    """The instance and alias a table was filled for last, and the titles that are ours in it.

    `before`: alias -> instance of everybody else who wrote in it.
    """

    instance: str = ""
    alias: str = ""
    titles: tuple[str, ...] = ()
    before: Mapping[str, str] = {}


def managed_by(account: Account, titles: Iterable[str]) -> ManagedTable:
    """Return that a table was filled for this account, with these columns."""
    return ManagedTable(account.id_instance, account.alias, tuple(titles))


def recall(book: Path | str, table: str) -> ManagedTable:
    """Return what we know of a table; nothing is known of one that we never wrote."""
    with database.opened() as connection:
        row = connection.execute(
            "SELECT instance, alias, titles FROM owned WHERE book = ? AND name = ?",
            (os.fsencode(book), table),
        ).fetchone()
        wrote = connection.execute(
            "SELECT alias, instance FROM wrote WHERE book = ? AND name = ?",
            (os.fsencode(book), table),
        ).fetchall()
    if row is None:
        return ManagedTable()
    titles = tuple(msgspec.json.decode(row[2], type=list[str]))
    return ManagedTable(
        row[0], row[1], titles, {alias: by for alias, by in wrote if alias != row[1]}
    )


def remember(book: Path | str, table: str, owned: ManagedTable) -> None:
    """Keep what we wrote into a table."""
    titles = msgspec.json.encode(list(owned.titles)).decode()
    key = (os.fsencode(book), table)
    with database.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO owned (book, name, instance, alias, titles) "
            "VALUES (?, ?, ?, ?, ?)",
            (*key, owned.instance, owned.alias, titles),
        )
        connection.execute(
            "INSERT OR REPLACE INTO wrote VALUES (?, ?, ?, ?)",
            (*key, owned.alias, owned.instance),
        )


def _forget(book: Path | str) -> None:
    with database.writing() as connection:
        for table in ("owned", "wrote"):
            connection.execute(f"DELETE FROM {table} WHERE book = ?", (os.fsencode(book),))  # noqa: S608 - ours


def noted(
    write: Callable[[BinaryIO], Result], book: Path, owned: ManagedTable
) -> Callable[[BinaryIO], Result]:
    """Let the writing of a new workbook keep whose its table is, and which columns are ours.

    That is before the file is in its place: what failed afterwards would be told as a failed run.
    """

    def writing(out: BinaryIO) -> Result:
        result = write(out)
        _forget(book)
        remember(book, NAME, owned)
        return result

    return writing


def memory(account: Account, owned: ManagedTable) -> TableMemory:
    """Return what a plan has to know of a table and of the people of the account."""
    instances = {**owned.before, owned.alias: owned.instance} if owned.instance else {}
    others = {alias for alias, instance in instances.items() if instance != account.id_instance}
    return TableMemory(
        owner=_owner(account, owned),
        aliases=instances.keys() - others,
        contested=account.alias in others,
        written=owned.titles,
        same=pairs.replacements_of(account.id_instance),
        absences=history.absences(account.id_instance),
        last_seen=history.last_seen(account.id_instance),
    )


def _owner(account: Account, owned: ManagedTable) -> str:
    """Return the owner's alias of now; "" where the alias has another instance behind it now."""
    if owned.instance == account.id_instance:
        return account.alias
    return "" if owned.alias == account.alias else owned.alias
