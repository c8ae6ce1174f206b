"""A run of `export`, which is recorded at its end and told to the user's own commands."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import msgspec

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.errors import ContactsError
from workbook.export.run import Report
from workbook.store.runs import RunAccount, RunRecord
from workbook.sync.run_log import Commands, ended

if TYPE_CHECKING:
    from workbook.export.many import ManyReport

WARNED = 9  # with --strict


class Log(msgspec.Struct):
    """Whom a run is about, and what it did, once that is known."""

    strict: bool
    chosen: Sequence[Account] = ()
    done: Report | ManyReport | None = None

    @property
    def exit_code(self) -> int:
        """Return how the process is to end."""
        code = self.done.exit_code if self.done is not None else 0
        warned = self.strict and self.done is not None and self.done.warnings
        return code or (WARNED if warned else 0)


@contextmanager
def logged(out: str, commands: Commands, *, strict: bool) -> Iterator[Log]:
    """Record what happens in the block, and let the commands know; their failure is only told."""
    log, began, started = Log(strict), datetime.now(UTC), time.monotonic()

    def end(exit_code: int, error: str, entries: Sequence[RunAccount]) -> None:
        seconds = round(time.monotonic() - started, 3)
        for problem in ended(RunRecord(began, out, seconds, exit_code, entries, error), commands):
            console.warn(problem)

    try:
        yield log
    except ContactsError as error:
        end(error.exit_code, str(error), _failed(log, error))
        raise
    end(log.exit_code, "", _entries(log.done, log.chosen))


def _failed(log: Log, error: ContactsError) -> list[RunAccount]:
    if len(log.chosen) != 1:
        return []
    account, code = log.chosen[0], error.exit_code
    return [RunAccount(account.alias, account.id_instance, exit_code=code, error=str(error))]


def _entries(done: Report | ManyReport | None, chosen: Sequence[Account]) -> list[RunAccount]:
    if isinstance(done, Report):
        rows, instance = sum(done.rows.values()), chosen[0].id_instance
        return [RunAccount(done.account, instance, rows, done.changes)]
    instances = {each.alias: each.id_instance for each in chosen}
    return [
        RunAccount(
            account=each.account,
            id_instance=instances[each.account],
            rows=sum(each.rows.values()),
            changes=each.changes,
            seconds=each.seconds,
            exit_code=each.exit_code,
            error=each.error,
        )
        for each in (done.accounts if done is not None else ())
    ]
