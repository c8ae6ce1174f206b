"""The database deleted: nothing of anybody is left, and nobody who works with it is disturbed."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from workbook.store import call_slots as pace
from workbook.store import database as store
from workbook.store import deletion as removal

SOMEBODY = b"Anna Berg 4915100000001"


def keep(count: int = 1) -> None:
    with store.opened() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO written VALUES (?, 'x')", [(SOMEBODY,)] * count
        )


def bytes_in(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.iterdir())


def test_nothing_of_it_is_left(home: Path) -> None:
    keep()
    removal.remove(store.path())
    removal.remove(store.path())
    assert list(home.iterdir()) == []


def test_a_damaged_one_goes_too(home: Path) -> None:
    home.mkdir()
    store.path().write_bytes(b"no database at all" * 1_000)
    removal.remove(store.path())
    assert list(home.iterdir()) == []


def test_one_that_somebody_has_open_stays_with_nothing_in_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    monkeypatch.setattr(store, "BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(store.path())) as other:
        assert other.execute("SELECT count(*) FROM written").fetchone() == (1,)
        removal.remove(store.path())
        assert other.execute("SELECT count(*) FROM written").fetchone() == (0,)
        assert SOMEBODY not in bytes_in(home)
        keep()


def test_calls_that_wait_keep_their_turns(home: Path) -> None:
    waits = [pace.turn("1101000001", "getcontacts", 60) for _ in range(5)]
    removal.remove(store.path())
    after = pace.turn("1101000001", "getcontacts", 60)
    assert waits[-1] is not None
    assert after is not None
    assert after + removal.PATIENCE > waits[-1] + pace.INTERVAL - 0.1


def test_who_opens_it_meanwhile_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(removal, "PATIENCE", 0.0)
    over = threading.Event()

    def purge() -> None:
        while not over.is_set():
            removal.remove(store.path())

    purging = threading.Thread(target=purge)
    purging.start()
    began = time.monotonic()
    while time.monotonic() - began < 1:
        with store.opened() as connection:
            connection.execute("INSERT OR REPLACE INTO written VALUES (?, 'x')", (SOMEBODY,))
            assert connection.execute("SELECT count(*) FROM written").fetchone() == (1,)
    over.set()
    purging.join()
