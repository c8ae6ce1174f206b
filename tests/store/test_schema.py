"""Whatever table is added, a purge deletes what it holds of a person or of an account."""

from __future__ import annotations

import ast
from pathlib import Path

import workbook
from tests.store.lists import ANNA, BEN, INSTANCE, day
from workbook.contacts.contact import Contact, ContactList
from workbook.contacts.packing import unpacked
from workbook.store import database
from workbook.store.database import Connection
from workbook.store.schema import ACCOUNT, PERSON
from workbook.store.snapshots import Snapshot
from workbook.sync.purge import purge_account, purge_person
from workbook.sync.recording import record

OTHER = "1101000002"
LISTS = {"snapshot", "piece", "version"}  # which recording fills
# names of columns that hold no id; packed contacts (`body`) go with the id beside them, or with the
# list that is packed anew
HARMLESS = {
    "alias", "altered", "at", "began", "believed", "body", "book", "changes", "counted", "dropped",
    "error", "exit_code", "fetched", "seconds",
    "first", "first_seen", "found", "free_at", "given", "last_seen", "length", "made", "method", "name",
    "path", "place", "position", "sha256", "sheets", "since", "source", "times", "titles", "valid_from", "valid_to",
    "what", "subject", "refused", "role",
}  # fmt: skip


def tables(connection: Connection) -> dict[str, list[str]]:
    """Return the columns of every table."""
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    columns = "SELECT name FROM pragma_table_info(?)"
    return {table: [c for (c,) in connection.execute(columns, (table,))] for (table,) in names}


def fill(instance: str, person: str) -> None:
    """Put a row about this account and person into every table but those of lists."""
    with database.writing() as connection:
        for table, columns in tables(connection).items():
            if table not in LISTS:
                ids = {ACCOUNT: instance, **dict.fromkeys(PERSON, person)}
                other = day(int(instance) % 10).isoformat()
                marks = ", ".join("?" * len(columns))
                connection.execute(
                    f"INSERT OR REPLACE INTO {table} VALUES ({marks})",
                    [ids.get(column, other) for column in columns],
                )


def rows_with(text: str) -> set[str]:
    """Return the tables in which a row has this text, as a value or inside one."""
    with database.reading() as connection:
        return {
            table
            for table in tables(connection)
            for row in connection.execute(f"SELECT * FROM {table}")
            if any(text.encode() in readable(value) for value in row)
        }


def readable(value: object) -> bytes:
    return unpacked(value) if isinstance(value, bytes) else str(value).encode()


def keep(instance: str, alias: str) -> None:
    """Keep lists of an account in which two people change, and a row of each elsewhere."""
    for number, names in enumerate((("Anna", "Ben"), ("Anne", "Benny"))):
        people = [Contact(each.id, name) for each, name in zip((ANNA, BEN), names, strict=True)]
        record(instance, Snapshot(alias, day(number), ContactList.pack(people)))
    for each in (ANNA, BEN):
        fill(instance, each.id)


def test_every_column_is_told_to_name_an_account_a_person_or_nobody() -> None:
    with database.reading() as connection:
        columns = {column for each in tables(connection).values() for column in each}
    assert columns == {ACCOUNT, *PERSON, *HARMLESS}


def test_a_person_is_deleted_from_every_table_and_nobody_else_is() -> None:
    keep(INSTANCE, "shop")
    with database.reading() as connection:
        personal = {name for name, columns in tables(connection).items() if PERSON & {*columns}}
    assert rows_with(ANNA.id) == rows_with(BEN.id) == {"piece", *personal}
    assert purge_person(INSTANCE, ANNA.id) == (ANNA.id,)
    assert rows_with(ANNA.id) == set()
    assert rows_with(BEN.id) == {"piece", *personal}


def test_a_person_is_deleted_from_one_account_alone() -> None:
    for instance in (INSTANCE, OTHER):
        keep(instance, instance)
    before = rows_with(ANNA.id)
    purge_person(INSTANCE, ANNA.id)
    assert rows_with(ANNA.id) == before


def test_an_account_is_deleted_from_every_table_and_no_other_is() -> None:
    keep(INSTANCE, "shop")
    keep(OTHER, "office")
    with database.reading() as connection:
        of_accounts = {name for name, columns in tables(connection).items() if ACCOUNT in columns}
    assert rows_with(INSTANCE) == rows_with(OTHER) == of_accounts
    purge_account("shop")
    assert (rows_with(INSTANCE), rows_with(OTHER)) == (set(), of_accounts)


def test_paths_of_before_of_which_nobody_knows_whose_they_are_go_with_any_account() -> None:
    keep(INSTANCE, "shop")
    with database.writing() as connection:
        connection.execute("INSERT INTO written (path, sha256) VALUES ('of before', 'x')")
    purge_account("shop")
    assert "written" not in rows_with("of before")


def test_all_sql_is_in_the_store() -> None:
    root = Path(workbook.__file__).parent
    speaking = {
        file.relative_to(root).as_posix()
        for file in root.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("execute", "executemany")
    }
    elsewhere = {name for name in speaking if not name.startswith("store/")}
    assert elsewhere == {"files/lock_wait.py"}, "which begins a transaction, of whatever database"
