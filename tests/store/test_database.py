"""The database of what is kept: private, brought up to date, and never half written."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from tests.store.lists import ANNA, BEN, INSTANCE, came
from workbook.contacts.contact import Contact
from workbook.errors import NotWritable
from workbook.files import privacy
from workbook.store import database, schema, snapshots

FIRST_USE = "from workbook.store import database\nwith database.opened() as c: c.execute('SELECT 1 FROM pace')"


def hold(home: Path) -> sqlite3.Connection:
    """Open the database as another program would, and begin to write."""
    other = sqlite3.connect(home / database.NAME)
    other.execute("BEGIN IMMEDIATE")
    return other


def note(method: str) -> None:
    with database.opened() as connection:
        connection.execute("INSERT INTO pace VALUES ('1', ?, 0)", (method,))


def noted() -> list[str]:
    with database.opened() as connection:
        return [method for (method,) in connection.execute("SELECT method FROM pace")]


def test_what_is_written_is_there_next_time() -> None:
    note("a")
    note("b")
    assert noted() == ["a", "b"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; its user folder is private")
def test_everything_kept_is_for_its_owner_alone(home: Path) -> None:
    old = os.umask(0)
    try:
        with database.opened() as connection:
            connection.execute("INSERT INTO pace VALUES ('1', 'a', 0)")
            modes = {file.name: file.stat().st_mode & 0o777 for file in home.iterdir()}
    finally:
        os.umask(old)
    assert home.stat().st_mode & 0o777 == 0o700
    assert modes[database.NAME] == 0o600
    assert set(modes.values()) == {0o600}, "its journals, too"


def test_a_piece_of_work_that_fails_leaves_nothing_of_it() -> None:
    note("a")
    with suppress(ZeroDivisionError), database.opened() as connection:
        connection.execute("INSERT INTO pace VALUES ('1', 'b', 0)")
        raise ZeroDivisionError
    assert noted() == ["a"]


def test_an_older_database_is_brought_up_to_date_and_keeps_its_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as before:
        before.setattr(schema, "MIGRATIONS", schema.MIGRATIONS[:1])
        note("a")
    later = (*schema.MIGRATIONS, "CREATE TABLE extra (x TEXT);INSERT INTO extra VALUES ('new');")
    monkeypatch.setattr(schema, "MIGRATIONS", later)
    assert noted() == ["a"]
    with database.opened() as connection:
        assert connection.execute("SELECT x FROM extra").fetchall() == [("new",)]


def test_a_step_that_fails_leaves_the_old_database(monkeypatch: pytest.MonkeyPatch) -> None:
    note("a")
    with monkeypatch.context() as broken:
        broken.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, "CREATE TABLE x (y); NONSENSE;"))
        with pytest.raises(NotWritable):
            note("b")
    assert noted() == ["a"]
    with database.opened() as connection, pytest.raises(sqlite3.OperationalError, match="no such"):
        connection.execute("SELECT * FROM x")


def test_the_database_of_a_newer_getcontacts_is_left_alone(home: Path) -> None:
    note("a")
    newer = sqlite3.connect(home / database.NAME)
    newer.execute("PRAGMA user_version = 99")
    newer.close()
    with pytest.raises(NotWritable, match="a newer getcontacts"):
        note("b")
    newer = sqlite3.connect(home / database.NAME)
    assert newer.execute("PRAGMA user_version").fetchone() == (99,)
    newer.close()


def test_processes_that_begin_at_once_make_one_database() -> None:
    runs = [subprocess.Popen([sys.executable, "-c", FIRST_USE]) for _ in range(6)]
    assert [run.wait() for run in runs] == [0] * 6


def test_a_damaged_database_is_told_with_what_to_do(home: Path) -> None:
    home.mkdir()
    (home / database.NAME).write_bytes(b"no database at all" * 1_000)
    with pytest.raises(NotWritable, match="damaged; delete this file and repeat"):
        note("a")


def test_a_database_somebody_holds_is_told_as_busy(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note("a")
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    other = hold(home)
    with pytest.raises(NotWritable, match="busy"):
        note("b")
    other.close()
    note("b")


def test_a_home_that_cannot_be_a_folder_is_told(home: Path) -> None:
    home.write_text("a file")
    with pytest.raises(NotWritable, match=r"home cannot be used"):
        note("a")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (sqlite3.SQLITE_FULL, "the disk is full"),
        (sqlite3.SQLITE_READONLY, "writing is not allowed there"),
        (sqlite3.SQLITE_CANTOPEN, "writing is not allowed there"),
        (sqlite3.SQLITE_CORRUPT, "damaged"),
        (sqlite3.SQLITE_IOERR, "busy or broken"),
    ],
)
def test_what_the_database_says_becomes_what_to_do(code: int, said: str) -> None:
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorcode = code
    with pytest.raises(NotWritable, match=said), database.opened():
        raise error


def test_a_file_that_may_not_be_opened_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(NotWritable, match="writing is not allowed there"):
        note("a")


def test_in_a_shared_block_all_threads_have_one_connection_in_turn() -> None:
    seen = []

    def use() -> None:
        with database.writing() as connection:
            seen.append(id(connection))

    with database.shared():
        threads = [threading.Thread(target=use) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with database.reading(), database.reading() as within:
            assert id(within) not in seen, "a use within a use has its own"
    assert len(seen) == 8
    assert len({*seen}) == 1


@pytest.mark.skipif(os.name == "nt", reason="there nobody can delete an open file")
def test_a_shared_connection_is_a_new_one_where_the_file_is_another_one(home: Path) -> None:
    with database.shared():
        with database.writing():
            pass
        for file in home.glob(f"{database.NAME}*"):
            file.unlink()
        with database.writing() as connection:
            connection.execute("INSERT INTO pace VALUES ('1', 'any', 0)")
    with database.reading() as connection:
        assert connection.execute("SELECT count(*) FROM pace").fetchone() == (1,)


@pytest.mark.parametrize("step", ["ensure", "connect"])
def test_a_home_that_a_purge_takes_away_meanwhile_is_made_again(
    step: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whose, purges = {"ensure": privacy, "connect": sqlite3}[step], iter([True])
    go_on = getattr(whose, step)

    def purged(*args: object, **options: object) -> object:
        if next(purges, False):
            shutil.rmtree(home)
        return go_on(*args, **options)

    monkeypatch.setattr(whose, step, purged)
    note("a")
    assert noted() == ["a"]


def test_a_shards_folder_has_the_database_and_nothing_of_the_home(
    home: Path, tmp_path: Path
) -> None:
    note("at home")
    (shard := tmp_path / "shard").mkdir()
    with database.shared(), database.kept_in(shard):
        note("there")
        assert noted() == ["there"]
    assert noted() == ["at home"]
    assert {file.name.partition("-")[0] for file in shard.iterdir()} == {database.NAME}


def test_lists_are_read_from_a_copy_while_all_else_is_kept_at_home(tmp_path: Path) -> None:
    (other := tmp_path / "other").mkdir()
    with database.kept_in(other):
        came(0, ANNA, BEN)
        database.copied_to(tmp_path / "copy.sqlite3")
    with database.lists_from(tmp_path / "copy.sqlite3"):
        note("mine")
        assert [each.id for each in last_good_contacts()] == [ANNA.id, BEN.id]
    assert noted() == ["mine"]
    assert snapshots.last_good(INSTANCE) is None


def last_good_contacts() -> list[Contact]:
    kept = snapshots.last_good(INSTANCE)
    return [] if kept is None else [*kept.contacts]


def test_the_lists_of_two_databases_become_one(tmp_path: Path) -> None:
    for name, contact in (("one", ANNA), ("two", BEN)):
        (tmp_path / name).mkdir()
        with database.kept_in(tmp_path / name):
            came(0, contact, instance=name)
    for name in ("one", "two"):
        database.add_lists(tmp_path / name / database.NAME)
    assert {instance for _, instance in snapshots.accounts_with_lists()} == {"one", "two"}


def test_every_table_of_lists_tells_whose_they_are() -> None:
    with database.opened() as connection:
        for table in schema.LISTS:
            columns = connection.execute(f"PRAGMA table_info({table})").fetchall()
            assert schema.ACCOUNT in [column[1] for column in columns], table
