"""The database deleted: nothing of anybody is left, and nobody who works with it is disturbed."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from workbook.store import call_slots, database, deletion

pytestmark = pytest.mark.paced

SOMEBODY = b"Anna Berg 4915100000001"


def keep(count: int = 1) -> None:
    with database.opened() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO written (path, sha256) VALUES (?, 'x')", [(SOMEBODY,)] * count
        )


def bytes_in(home: Path) -> bytes:
    return b"".join(file.read_bytes() for file in home.iterdir())


def test_nothing_of_it_is_left(home: Path) -> None:
    keep()
    deletion.remove(database.path())
    deletion.remove(database.path())
    assert list(home.glob("contacts.sqlite3*")) == []


def test_a_damaged_one_goes_too(home: Path) -> None:
    home.mkdir()
    database.path().write_bytes(b"no database at all" * 1_000)
    deletion.remove(database.path())
    assert list(home.iterdir()) == []


def test_one_that_somebody_has_open_stays_with_nothing_in_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep()
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.2)
    with closing(sqlite3.connect(database.path())) as other:
        assert other.execute("SELECT count(*) FROM written").fetchone() == (1,)
        deletion.remove(database.path())
        assert other.execute("SELECT count(*) FROM written").fetchone() == (0,)
        assert SOMEBODY not in bytes_in(home)
        keep()


def test_calls_that_wait_keep_their_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "PATIENCE", 0.0)
    began = time.time()
    for _ in range(5):
        call_slots.turn("1101000001", "getcontacts", 60)
    deletion.remove(database.path())
    wait = call_slots.turn("1101000001", "getcontacts", 60)
    assert wait is not None
    assert time.time() + wait >= began + 5 * call_slots.INTERVAL


def test_who_opens_it_meanwhile_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deletion, "PATIENCE", 0.0)
    over = threading.Event()

    def purge() -> None:
        while not over.is_set():
            deletion.remove(database.path())

    purging = threading.Thread(target=purge)
    purging.start()
    for _ in range(5):
        with database.opened() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO written (path, sha256) VALUES (?, 'x')", (SOMEBODY,)
            )
            assert connection.execute("SELECT count(*) FROM written").fetchone() == (1,)
    over.set()
    purging.join()
