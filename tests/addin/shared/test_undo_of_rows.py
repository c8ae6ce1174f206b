"""Which rows a refresh is taken back in, where several are alike; no spreadsheet program."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from addin.shared.blocks import Beside, SheetTable
from addin.shared.undo import Refresh, Undone, kept, work_back
from workbook.merge.model import Cells, ExistingTable, Notes, Plan

HEADER = ("notes", "id", "name", "account")
OURS = {"id": 1, "name": 2, "account": 3}
NAME = 2
NOTES = Notes((), {}, (), (), (), (), (), (), (), (), None, 0, Counter())


def row(name: str, account: str = "shop", id_: str = "1@c.us", notes: str = "") -> list[str]:
    return [notes, id_, name, account]


def table(rows: Sequence[Sequence[str]]) -> SheetTable:
    return SheetTable(ExistingTable(HEADER, rows))


def refreshed(
    there: SheetTable, updates: Mapping[int, Cells], removed: Sequence[int] = ()
) -> Refresh:
    plan = Plan(OURS, updates, (), (), removed, NOTES)
    return kept(there, plan, datetime(2026, 11, 23, tzinfo=UTC))


def test_rows_of_one_person_get_back_what_each_of_them_had() -> None:
    rows = [row("", id_=f"{at}0@c.us") for at in range(17)]
    rows[3], rows[16] = row("Ann"), row("Anna")
    past = refreshed(table(rows), {3: {NAME: "Annie"}, 16: {NAME: "Annie"}})
    rows[3] = rows[16] = row("Annie")
    work, done = work_back(table(rows), past)
    assert work.updates == {3: {NAME: "Ann"}, 16: {NAME: "Anna"}}
    assert done == Undone(2, 0, 0, 0, 0)


def test_of_a_person_in_several_accounts_the_row_of_the_right_one_is_taken_back() -> None:
    rows = [row("Ann"), row("Ann", "berlin")]
    past = refreshed(table(rows), {1: {NAME: "Annie"}})
    work, _ = work_back(table([row("Annie", "berlin"), row("Annie")]), past)
    assert work.updates == {0: {NAME: "Ann"}}
    rewritten = table([row("mine"), row("mine", "berlin")])
    assert work_back(rewritten, past)[1].lost == 0
    assert work_back(table([row("Annie")]), past)[1].lost == 1


def test_a_removed_row_comes_back_below_with_its_formulas_for_their_new_place() -> None:
    rows = [row("Ann", id_="1@c.us"), row("Bob", id_="2@c.us"), row("Eve", id_="3@c.us")]
    there = SheetTable(ExistingTable(HEADER, rows), {(1, 0): "=C6"}, top=5)
    past = refreshed(there, {}, removed=[1])
    left = SheetTable(ExistingTable(HEADER, [rows[0], rows[2]]), top=5)
    work, done = work_back(left, past)
    assert work.appended == [{1: "2@c.us", 2: "Bob", 3: "shop"}]
    assert work.beside == [Beside({}, {0: "=C7"})]
    assert done.brought_back == 1


def test_a_table_begins_in_the_second_row_where_nothing_else_is_said() -> None:
    past = refreshed(table([row("Ann"), row("Bob")]), {}, removed=[1])
    assert [each.row for each in past.removed] == [3]
    assert not past.pushed
