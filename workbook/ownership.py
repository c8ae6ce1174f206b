"""What we wrote into which table of which workbook, and for whom; kept in the database."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, TypeVar

import msgspec

from workbook import store
from workbook.accounts import Account
from workbook.past import history
from workbook.people import pairs
from workbook.plans import Memory
from workbook.table import NAME

Result = TypeVar("Result")


class Owned(msgspec.Struct, frozen=True):
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


def noted(
    write: Callable[[BinaryIO], Result], book: Path, owned: Owned
) -> Callable[[BinaryIO], Result]:
    """Let the writing of a workbook keep whose its table is, and which of its columns are ours.

    That is before the file is in its place: what failed afterwards would be told as a failed run.
    """

    def writing(out: BinaryIO) -> Result:
        result = write(out)
        remember(book, NAME, owned)
        return result

    return writing


def memory(account: Account, owned: Owned) -> Memory:
    """Return what a plan has to know of a table and of the people of the account."""
    return Memory(
        owner=_owner(account, owned),
        written=owned.titles,
        same=pairs.same(account.id_instance),
        absences=history.absences(account.id_instance),
        last_seen=history.last_seen(account.id_instance),
    )


def _owner(account: Account, owned: Owned) -> str:
    """Return the owner's alias of now; two instances that share one are told apart."""
    if owned.instance in ("", account.id_instance):
        return account.alias if owned.instance else ""
    same_alias = owned.alias == account.alias
    return f"{owned.alias} {owned.instance}" if same_alias else owned.alias
