"""The log of runs: when, into which file, what became of each account; no contact is in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby

import msgspec

from workbook.store import database
from workbook.store.database import Connection


class RunAccount(msgspec.Struct, frozen=True):
    """One account in a run: how many `rows` were written, its `changes`, why it failed."""

    account: str
    id_instance: str
    rows: int = 0
    changes: Mapping[str, int] = {}
    seconds: float = 0.0
    exit_code: int = 0
    error: str = ""


class RunRecord(msgspec.Struct, frozen=True):
    """One run; `error` where nothing was written at all."""

    began: datetime
    out: str
    seconds: float
    exit_code: int
    accounts: Sequence[RunAccount] = ()
    error: str = ""

    @property
    def failed(self) -> list[RunAccount]:
        """Return the accounts that failed."""
        return [each for each in self.accounts if each.exit_code]

    @property
    def rows(self) -> int:
        """Return how many rows were written."""
        return sum(each.rows for each in self.accounts)

    @property
    def changes(self) -> int:
        """Return how many changes there were."""
        return sum(sum(each.changes.values()) for each in self.accounts)


def add(run: RunRecord, days: int) -> None:
    """Record a run, and forget those of more than so many days before; 0 forgets none."""
    began = database.text_of(run.began)
    with database.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO run VALUES (?, ?, ?, ?, ?)",
            (began, run.out, run.seconds, run.exit_code, run.error),
        )
        connection.executemany(
            "INSERT OR REPLACE INTO run_account VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (began, a.id_instance, a.account, a.rows, _dump(a.changes), a.seconds,
                 a.exit_code, a.error)
                for a in run.accounts
            ],
        )  # fmt: skip
        if days:
            oldest = database.text_of(run.began - timedelta(days=days))
            for table in ("run", "run_account"):
                sql = f"DELETE FROM {table} WHERE began < ?"  # noqa: S608 - our own names
                connection.execute(sql, (oldest,))


def latest(count: int) -> list[RunRecord]:
    """Return the last runs, the newest first."""
    with database.reading() as connection:
        runs = connection.execute(
            "SELECT began, path, seconds, exit_code, error FROM run ORDER BY began DESC LIMIT ?",
            (count,),
        ).fetchall()
        accounts = _accounts(connection, runs[-1][0]) if runs else {}
    return [
        RunRecord(datetime.fromisoformat(began), out, seconds, code, accounts.get(began, []), error)
        for began, out, seconds, code, error in runs
    ]


def _accounts(connection: Connection, since: str) -> dict[str, list[RunAccount]]:
    rows = connection.execute(
        "SELECT began, alias, instance, length, changes, seconds, exit_code, error"
        " FROM run_account WHERE began >= ? ORDER BY began, alias",
        (since,),
    )
    return {
        began: [_account(*row[1:]) for row in those]
        for began, those in groupby(rows, key=lambda row: row[0])
    }


def _account(
    alias: str, instance: str, rows: int, changes: str, seconds: float, code: int, error: str
) -> RunAccount:
    return RunAccount(alias, instance, rows, _load(changes), seconds, code, error)


def drop_empty(connection: Connection) -> None:
    """Delete the runs of which no account is left, within the caller's transaction."""
    connection.execute("DELETE FROM run WHERE began NOT IN (SELECT began FROM run_account)")


def _dump(changes: Mapping[str, int]) -> str:
    return msgspec.json.encode(changes).decode() if changes else ""


def _load(text: str) -> dict[str, int]:
    return msgspec.json.decode(text, type=dict[str, int]) if text else {}
