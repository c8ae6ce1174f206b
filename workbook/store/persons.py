"""Find which of very many rows are of one person: a database on the disk, gone when it is closed.

As a dictionary a million people took 500 MiB.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager

Rows = Iterable[tuple[bytes, int, int]]  # person, fullness, list
Found = Callable[[], Iterator[tuple[int, str]]]

_CACHE = -4_096  # KiB
_MOST = 1 << 40  # rows


@contextmanager
def grouped(rows: Rows) -> Iterator[tuple[int, Found]]:
    """Give how many persons there are, and what goes through their rows in the order of all rows.

    It yields the number, from 0, of the person's fullest row, of equally full ones the first, and
    the numbers of all lists with the person, as text with commas.
    """
    with closing(sqlite3.connect("", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA cache_size = {_CACHE}")
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("BEGIN")  # else each row is a transaction
        connection.execute("CREATE TABLE seen (person BLOB, fullness INTEGER, list INTEGER)")
        connection.executemany("INSERT INTO seen VALUES (?, ?, ?)", rows)
        connection.execute("CREATE TABLE fullest (row INTEGER PRIMARY KEY, lists TEXT)")
        connection.execute(
            "INSERT INTO fullest SELECT row, lists FROM (SELECT rowid - 1 AS row,"
            " group_concat(list) AS lists, max(fullness * ? - rowid) FROM seen GROUP BY person)"
            " ORDER BY row",
            (_MOST,),
        )
        connection.execute("DROP TABLE seen")
        ((count,),) = connection.execute("SELECT count(*) FROM fullest")
        yield count, lambda: connection.execute("SELECT row, lists FROM fullest ORDER BY row")
