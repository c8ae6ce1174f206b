"""Decide what an update changes in a table: a plan, from its rows and the contacts that came.

It neither reads nor writes. The room `ooxml` and each add-in carry out the plan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from workbook.contacts import times
from workbook.contacts.columns import BASIC, COLUMNS, Row, Table, build, safe_text
from workbook.contacts.matching import Persons
from workbook.merge.column_ownership import lost_columns
from workbook.merge.model import (
    ACCOUNT,
    CONFIRMED,
    ID,
    STATUS,
    ExistingTable,
    Incoming,
    Missing,
    Notes,
    Plan,
    TableMemory,
    Unmarked,
    UpdateOptions,
)
from workbook.merge.refusals import (
    AccountUnclear,
    FullOfStrangers,
    IdsAreFormulas,
    IdTitleMissing,
    OthersNamed,
    SecondAccount,
    TitleTwice,
)
from workbook.merge.row_edits import RowEdits

STRANGERS = 3  # so many at least make a table of unknown origin suspicious


def plan(
    existing: ExistingTable,
    incoming: Incoming,
    memory: TableMemory | None = None,
    options: UpdateOptions | None = None,
) -> Plan:
    """Decide what an update writes into a table, so that every row stays with its person.

    Without `options` the four columns are updated and nobody is removed. Raises IdTitleMissing,
    TitleTwice, IdsAreFormulas, SecondAccount, AccountUnclear, OthersNamed, FullOfStrangers.
    """
    memory, options = memory or TableMemory(), options or UpdateOptions()
    ours, lost = _ours(existing, memory, options)
    edits = RowEdits(existing, ours, incoming.origin)
    table = build(incoming.contacts, incoming.origin, edits.titles)
    values, persons = _people(table, incoming, memory)
    _refuse_unclear_account(existing, ours, incoming.origin.account, memory, options)
    rows_of = _rows_by_person(existing, ours, incoming.origin.account, memory, persons)
    if not options.adopt and (memory.contested or not memory.owner):
        _refuse_strangers(rows_of, persons, incoming, memory)

    kept = {person: edits.best(rows, person) for person, rows in rows_of.items()}
    known = {kept[person]: row for person, row in values.items() if person in kept}
    changed = edits.update(known)
    filled, appended = edits.place([row for who, row in values.items() if who not in kept])
    unseen = {row: who for who, rows in rows_of.items() if who not in persons for row in rows}
    removed = _removed(unseen, edits.noted, memory, options)
    marks = options.missing is Missing.MARK
    marked = edits.mark(unseen, memory) if marks else []
    if edits.updates or appended or removed or options.added:
        edits.renew_times(known)
    notes = Notes(
        changed=changed,
        moved=edits.moved,
        unseen=sorted(unseen),
        noted=edits.noted,
        duplicates=_duplicates(rows_of, kept),
        left=sorted(edits.left),
        nameless=_nameless(existing, ours[ID]),
        absent=[title for title in options.columns if title not in existing.header],
        lost_columns=sorted(lost),
        marked=marked,
        unmarked=_unmarked(existing, ours) if unseen and marks else None,
        without_room=edits.without_room,
        altered=table.altered,
    )
    return Plan(ours, edits.updates, filled, appended, removed, notes)


def own_columns(existing: ExistingTable, claimed: Collection[str]) -> dict[str, int]:
    """Return the columns that are ours, by title: the four, and those of `claimed`.

    A column that a formula of the table fills is the user's. Raises IdTitleMissing, TitleTwice,
    IdsAreFormulas.
    """
    titles = tuple(existing.header)
    twice = [title for title, times in Counter(titles).items() if title and times > 1]
    if twice:
        raise TitleTwice(twice[0])
    if ID not in titles:
        raise IdTitleMissing(titles)
    if ID in existing.calculated:
        raise IdsAreFormulas()
    ours = {*BASIC, *claimed} - {*existing.calculated}
    return {title: titles.index(title) for title in COLUMNS if title in ours and title in titles}


def new_titles(header: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """Return those of the wanted titles that a table has in no spelling: they have to differ."""
    there = {title.casefold() for title in header}
    return [title for title in wanted if title.casefold() not in there]


def _ours(
    existing: ExistingTable, memory: TableMemory, options: UpdateOptions
) -> tuple[dict[str, int], frozenset[str]]:
    """Return the columns that are ours, by title, and the titles of those that were."""
    claimed = own_columns(existing, {*options.columns, *memory.written})
    lost = lost_columns(existing, claimed.keys() - {*options.columns})
    return {title: at for title, at in claimed.items() if title not in lost}, lost


def _people(
    table: Table, incoming: Incoming, memory: TableMemory
) -> tuple[dict[str, Row], Persons]:
    """Return each person's new values under the id of now, and who is who in the whole list."""
    values = _as_in_cells(table)
    altered: Counter[str] = Counter()
    ids = (contact.id for contact in incoming.listed)
    listed = {id_ if id_.isascii() else safe_text(id_, altered) for id_ in ids}
    persons = Persons(listed.union(row[0] for row in values), memory.same)
    people: dict[str, Row] = {}
    for row in values:
        if row[0].strip() and persons.of(row[0]) == row[0]:
            people.setdefault(row[0], row)
    return people, persons


def _as_in_cells(table: Table) -> list[Row]:
    dated = [at for at, title in enumerate(table.header) if title in times.TITLES]
    if not dated:
        return list(table.rows)
    rows = [[*row] for row in table.rows]
    for row in rows:
        for at in dated:
            row[at] = times.wall(row[at])
    return list(rows)


def _refuse_unclear_account(
    existing: ExistingTable,
    ours: Mapping[str, int],
    account: str,
    memory: TableMemory,
    options: UpdateOptions,
) -> None:
    """Refuse a table whose column "account" may be one that we wrote for somebody else.

    In a table that we know, it would be ours; as we fill it, it names somebody in every row.
    """
    if ACCOUNT in ours or memory.owner or memory.written:
        return
    if ACCOUNT not in existing.header:
        return
    column, ids = list(existing.header).index(ACCOUNT), ours[ID]
    names = [row[column].strip() for row in existing.rows if row[ids].strip()]
    if mine := [each for each in names if each in (account, *memory.aliases)]:
        raise AccountUnclear(mine[0])
    others = Counter(filter(None, names))
    if not options.adopt and 2 * others.total() > len(names):
        raise OthersNamed(others.most_common(1)[0][0], account)


def _rows_by_person(
    existing: ExistingTable,
    ours: Mapping[str, int],
    account: str,
    memory: TableMemory,
    persons: Persons,
) -> dict[str, list[int]]:
    """Return the rows of each person of this account. Raises SecondAccount."""
    rows_of: dict[str, list[int]] = defaultdict(list)
    for row in _rows_of_account(existing, ours, account, memory):
        text = existing.rows[row][ours[ID]]
        if text.strip():
            rows_of[persons.of(text)].append(row)
    return rows_of


def _rows_of_account(
    existing: ExistingTable, ours: Mapping[str, int], account: str, memory: TableMemory
) -> Iterable[int]:
    everything = range(len(existing.rows))
    if ACCOUNT in ours:
        column = ours[ACCOUNT]
        # a row that names no account was added by hand, or before there was such a column
        mine = {account, *memory.aliases, *([""] if memory.owner in ("", account) else [])}
        return [row for row in everything if existing.rows[row][column].strip() in mine]
    if memory.owner and memory.owner != account:
        raise SecondAccount(memory.owner, account)
    return everything


def _refuse_strangers(
    rows_of: Mapping[str, Sequence[int]], persons: Persons, incoming: Incoming, memory: TableMemory
) -> None:
    """Refuse a table that is not known to be this account's and in which most are strangers.

    A workbook of another account looks so once it was moved, renamed or sent.
    """
    strange = [who for who in rows_of if who not in persons and who not in memory.last_seen]
    enough = 1 if memory.contested else STRANGERS
    if len(strange) >= enough and 2 * len(strange) > len(rows_of):
        raise FullOfStrangers(incoming.origin.account, len(strange), len(rows_of))


def _removed(
    unseen: Mapping[int, str], noted: Collection[int], memory: TableMemory, options: UpdateOptions
) -> list[int]:
    if options.missing is not Missing.REMOVE:
        return []
    gone = (row for row, who in unseen.items() if memory.absences.get(who, 0) >= CONFIRMED)
    return sorted(row for row in gone if options.force or row not in noted)


def _unmarked(existing: ExistingTable, ours: Collection[str]) -> Unmarked | None:
    if STATUS in ours:
        return None
    return Unmarked.NOT_OURS if STATUS in existing.header else Unmarked.NO_COLUMN


def _duplicates(
    rows_of: Mapping[str, Sequence[int]], kept: Mapping[str, int]
) -> list[tuple[int, int]]:
    return sorted(
        (kept[person], row)
        for person, rows in rows_of.items()
        for row in rows
        if row != kept[person]
    )


def _nameless(existing: ExistingTable, ids: int) -> list[int]:
    return [index for index, row in enumerate(existing.rows) if not row[ids].strip() and any(row)]
