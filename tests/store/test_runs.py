"""The log of runs keeps to its days."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from workbook.store import runs
from workbook.store.runs import RunAccount, RunRecord

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
SHOP = RunAccount("shop", "1101000001", 7, {"new": 2}, 0.5)


def record(days_ago: int) -> RunRecord:
    return RunRecord(NOON - timedelta(days=days_ago), f"{days_ago}.xlsx", 1.5, 0, [SHOP])


def test_a_run_is_read_as_it_was_recorded() -> None:
    runs.add(record(0), 90)
    assert runs.latest(5) == [record(0)]


@pytest.mark.parametrize(
    ("days", "left"), [(90, ["0.xlsx", "89.xlsx"]), (0, ["0.xlsx", "89.xlsx", "91.xlsx"])]
)
def test_old_runs_are_forgotten_after_so_many_days(days: int, left: list[str]) -> None:
    for ago in (91, 89, 0):
        runs.add(record(ago), days)
    assert [each.out for each in runs.latest(9)] == left
