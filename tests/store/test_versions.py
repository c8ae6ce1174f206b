"""What is asked of the history takes no longer because more of it is kept."""

from __future__ import annotations

from itertools import count

import pytest
from msgspec.structs import replace

from tests.store.lists import INSTANCE, came, crowd, day
from workbook.store import database, versions

PEOPLE = crowd(40)


def steps_of_sqlite(lists: int) -> int:
    """Return what it takes to find the one who changed last, after so many lists of changes."""
    for number in range(lists):
        came(number, *(replace(each, name=f"{each.name} {number}") for each in PEOPLE))
        came(number + 0.5, *PEOPLE)
    came(lists, replace(PEOPLE[0], name="Called otherwise"), *PEOPLE[1:])
    taken = count(1)
    with database.reading() as connection:
        connection.set_progress_handler(lambda: next(taken) * 0, 1)
        changed = list(versions.changed_after(connection, INSTANCE, day(lists - 0.25)))
        connection.set_progress_handler(None, 1)
    assert changed == [PEOPLE[0].id]
    return next(taken)


@pytest.mark.usefixtures("home")
def test_who_changed_last_is_found_without_a_look_at_all_of_the_history() -> None:
    few = steps_of_sqlite(2)
    with database.writing() as connection:
        for table in ("snapshot", "piece", "version"):
            connection.execute(f"DELETE FROM {table}")
    assert steps_of_sqlite(12) == few
