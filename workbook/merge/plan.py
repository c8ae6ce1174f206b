"""Decide what an update changes in a table: a plan, from its rows and the contacts that came.

It neither reads nor writes. The room `ooxml` and each add-in carry out the plan.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import chain

import msgspec

from workbook.contacts import times
from workbook.contacts.columns import Row, Table, build, safe_text
from workbook.contacts.matching import Persons
from workbook.merge.column_ownership import lost_columns
from workbook.merge.model import (
    ACCOUNT,
    CONFIRMED,
    CONTACTS,
    ID,
    MEMBERS,
    STATUS,
    Arrival,
    ExistingTable,
    Incoming,
    Missing,
    Notes,
    Plan,
    TableKind,
    TableMemory,
    Unmarked,
    UpdateOptions,
    holds_members,
)
from workbook.merge.refusals import (
    AccountUnclear,
    FullOfStrangers,
    HoldsMembers,
    IdsAreFormulas,
    IdTitleMissing,
    OthersNamed,
    TitleTwice,
)
from workbook.merge.row_accounts import rows_of_each, unnamed_owner
from workbook.merge.row_edits import RowEdits

STRANGERS = 3  # so many at least make a table of unknown origin suspicious


def plan(
    existing: ExistingTable,
    incoming: Incoming,
    memory: TableMemory | None = None,
    options: UpdateOptions | None = None,
) -> Plan:
    """Decide what an update with the list of one account writes into a table; as `plan_all`."""
    return plan_all(existing, [Arrival(incoming, memory or TableMemory())], options)


def plan_all(
    existing: ExistingTable, arrivals: Sequence[Arrival], options: UpdateOptions | None = None
) -> Plan:
    """Decide what an update writes into a table, so that every row stays with its person.

    Of several accounts, each has its own rows, told apart by the column "account". Without
    `options` the four columns of contacts are updated and nobody is removed. Of members, the rows
    of a group that did not come stay as they are. Raises IdTitleMissing, TitleTwice,
    IdsAreFormulas, HoldsMembers, SecondAccount, AccountUnclear, OthersNamed, FullOfStrangers.
    """
    options = options or UpdateOptions()
    ours, lost = _ours(existing, arrivals, options)
    edits = RowEdits(existing, ours, [each.incoming.origin for each in arrivals])
    parts = _parts(existing, ours, edits, arrivals, options)
    if owner := unnamed_owner(existing, ours, arrivals):
        edits.name_owner(owner)
    known = dict(chain.from_iterable(part.known for part in parts))
    changed = edits.update(known)
    filled, appended = edits.place([row for part in parts for row in part.newcomers])
    removed = sorted(row for part in parts for row in _removed(part, edits.noted, options))
    marked = sorted(row for part in parts for row in _marked(part, edits, options))
    if edits.updates or appended or removed or options.added:
        edits.renew_times(known)
    unseen = sorted(row for part in parts for row in part.unseen)
    notes = Notes(
        changed=changed,
        moved=edits.moved,
        unseen=unseen,
        noted=edits.noted,
        duplicates=sorted(pair for part in parts for pair in _duplicates(part)),
        left=sorted(edits.left),
        nameless=_nameless(existing, ours[ID]),
        absent=[title for title in options.columns if title not in existing.header],
        lost_columns=sorted(lost),
        marked=marked,
        unmarked=_unmarked(existing, ours) if unseen and options.missing is Missing.MARK else None,
        without_room=edits.without_room,
        altered=edits.altered,
    )
    return Plan(ours, edits.updates, filled, appended, removed, notes)


class _Part(msgspec.Struct):
    """One account's part of the table, or one group's of it.

    `came`: the new rows; `values`: each person's under the id of now; `rows_of`: which rows that
    are there are whose; `kept`: which of those are kept up to date.
    """

    arrival: Arrival
    came: Sequence[Row]
    persons: Persons
    values: Mapping[str, Row]
    rows_of: dict[str, list[int]] = {}
    kept: Mapping[str, int] = {}

    @property
    def known(self) -> Iterator[tuple[int, Row]]:
        """Yield the row of each person who has one, and the new values."""
        return ((self.kept[who], row) for who, row in self.values.items() if who in self.kept)

    @property
    def newcomers(self) -> list[Row]:
        """Return the values of the people who have none."""
        return [row for who, row in self.values.items() if who not in self.kept]

    @property
    def unseen(self) -> dict[int, str]:
        """Return the people who are not in the whole list, by their rows."""
        gone = (who for who in self.rows_of if who not in self.persons)
        return {row: who for who in gone for row in self.rows_of[who]}

    def missing(self, options: UpdateOptions) -> Missing:
        """Return what happens to the rows of people who are missing."""
        return self.arrival.missing or options.missing


def _parts(
    existing: ExistingTable,
    ours: Mapping[str, int],
    edits: RowEdits,
    arrivals: Sequence[Arrival],
    options: UpdateOptions,
) -> list[_Part]:
    wholes = [_part(each, edits) for each in arrivals]
    for part in wholes:
        _refuse_unclear_account(existing, ours, part.arrival, options)
    kind, persons = options.kind, [part.persons for part in wholes]
    rows_of = rows_of_each(existing, ours, arrivals, persons, kind.add_account)
    parts: list[_Part] = []
    for part, rows in zip(wholes, rows_of, strict=True):
        part.rows_of = _by_person(existing, ours, rows, part.persons)
        memory = part.arrival.memory
        if not options.adopt and (memory.contested or not memory.owner):
            _refuse_strangers(part, options)
        parts += _by_group(part, existing, edits, kind.within) if kind.within else [part]
    for part in parts:
        part.kept = {who: edits.best(mine, who) for who, mine in part.rows_of.items()}
    return parts


def own_columns(
    existing: ExistingTable, claimed: Collection[str], kind: TableKind = CONTACTS
) -> dict[str, int]:
    """Return the columns that are ours, by title: the basic ones, and those of `claimed`.

    A column that a formula of the table fills is the user's. Raises IdTitleMissing, TitleTwice,
    IdsAreFormulas, HoldsMembers.
    """
    titles = tuple(existing.header)
    twice = [title for title, times in Counter(titles).items() if title and times > 1]
    if twice:
        raise TitleTwice(twice[0])
    for key in kind.keys:
        if key not in titles:
            raise IdTitleMissing(titles, key)
        if key in existing.calculated:
            raise IdsAreFormulas(key)
    if kind is not MEMBERS and holds_members(titles):
        raise HoldsMembers()
    ours = {*kind.basic, *claimed} - {*existing.calculated}
    return {
        title: titles.index(title) for title in kind.titles if title in ours and title in titles
    }


def new_titles(header: Sequence[str], wanted: Iterable[str]) -> list[str]:
    """Return those of the wanted titles that a table has in no spelling: they have to differ."""
    there = {title.casefold() for title in header}
    return [title for title in wanted if title.casefold() not in there]


def _ours(
    existing: ExistingTable, arrivals: Sequence[Arrival], options: UpdateOptions
) -> tuple[dict[str, int], frozenset[str]]:
    """Return the columns that are ours, by title, and the titles of those that were."""
    written = {title for each in arrivals for title in each.memory.written}
    claimed = own_columns(existing, {*options.columns, *written}, options.kind)
    lost = lost_columns(existing, claimed.keys() - {*options.columns})
    return {title: at for title, at in claimed.items() if title not in lost}, lost


def _part(arrival: Arrival, edits: RowEdits) -> _Part:
    """Return the new rows, and who is who in the whole list."""
    incoming = arrival.incoming
    table = build(incoming.contacts, incoming.origin, edits.titles)
    came = _as_in_cells(table)
    edits.altered += table.altered
    altered: Counter[str] = Counter()
    ids = (contact.id for contact in incoming.listed)
    listed = (id_ if id_.isascii() else safe_text(id_, altered) for id_ in ids)
    # the texts of the rows come first, for of two equal ones the first is held
    persons = Persons({row[0] for row in came}.union(listed), arrival.memory.same)
    return _Part(arrival, came, persons, _values(came, persons))


def _values(came: Iterable[Row], persons: Persons) -> dict[str, Row]:
    people: dict[str, Row] = {}
    for row in came:
        if row[0].strip() and persons.of(row[0]) == row[0]:
            people.setdefault(row[0], row)
    return people


def _by_group(
    whole: _Part, existing: ExistingTable, edits: RowEdits, title: str
) -> Iterator[_Part]:
    """Yield a part for each group that came, for somebody may be in several of them.

    `title`: of the column that names the group.
    """
    came: dict[str, list[Row]] = defaultdict(list)
    for row in whole.came:
        came[row[edits.titles.index(title)]].append(row)
    groups, there = Persons(came, {}), defaultdict[str, list[int]](list)
    for at in chain.from_iterable(whole.rows_of.values()):
        there[groups.of(existing.rows[at][edits.ours[title]])].append(at)
    for group, rows in came.items():
        persons = whole.persons.among([row[0] for row in rows])
        rows_of = _by_person(existing, edits.ours, there[group], persons)
        yield _Part(whole.arrival, rows, persons, _values(rows, persons), rows_of)


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
    existing: ExistingTable, ours: Mapping[str, int], arrival: Arrival, options: UpdateOptions
) -> None:
    """Refuse a table whose column "account" may be one that we wrote for somebody else.

    In a table that we know, it would be ours; as we fill it, it names somebody in every row.
    """
    account, memory = arrival.account, arrival.memory
    if ACCOUNT in ours or memory.owner or memory.written:
        return
    if ACCOUNT not in existing.header:
        return
    column, ids = list(existing.header).index(ACCOUNT), ours[ID]
    names = [row[column].strip() for row in existing.rows if row[ids].strip()]
    if mine := [each for each in names if each in (account, *memory.aliases)]:
        raise AccountUnclear(mine[0], options.kind.add_account)
    others = Counter(filter(None, names))
    if not options.adopt and 2 * others.total() > len(names):
        other, kind = others.most_common()[0][0], options.kind
        raise OthersNamed(other, account, kind.update, kind.add_account)


def _by_person(
    existing: ExistingTable, ours: Mapping[str, int], rows: Iterable[int], persons: Persons
) -> dict[str, list[int]]:
    rows_of: dict[str, list[int]] = {}
    for row in rows:
        text = existing.rows[row][ours[ID]]
        if not text.strip():
            continue
        if (who := persons.of(text)) in rows_of:
            rows_of[who].append(row)
        else:
            rows_of[who] = [row]  # which holds no room for a second one
    return rows_of


def _refuse_strangers(part: _Part, options: UpdateOptions) -> None:
    """Refuse a table that is not known to be this account's and in which most are strangers.

    A workbook of another account looks so once it was moved, renamed or sent.
    """
    memory, people = part.arrival.memory, part.rows_of
    strange = [who for who in people if who not in part.persons and who not in memory.last_seen]
    enough = 1 if memory.contested else STRANGERS
    if len(strange) >= enough and 2 * len(strange) > len(people):
        account, update = part.arrival.account, options.kind.update
        raise FullOfStrangers(account, len(strange), len(people), update)


def _removed(part: _Part, noted: Collection[int], options: UpdateOptions) -> list[int]:
    if part.missing(options) is not Missing.REMOVE:
        return []
    absences = part.arrival.memory.absences
    gone = (row for row, who in part.unseen.items() if absences.get(who, 0) >= CONFIRMED)
    return [row for row in gone if options.force or row not in noted]


def _marked(part: _Part, edits: RowEdits, options: UpdateOptions) -> list[int]:
    if part.missing(options) is not Missing.MARK:
        return []
    return edits.mark(part.unseen, part.arrival.memory, part.arrival.incoming.origin)


def _unmarked(existing: ExistingTable, ours: Collection[str]) -> Unmarked | None:
    if STATUS in ours:
        return None
    return Unmarked.NOT_OURS if STATUS in existing.header else Unmarked.NO_COLUMN


def _duplicates(part: _Part) -> list[tuple[int, int]]:
    return [
        (part.kept[person], row)
        for person, rows in part.rows_of.items()
        for row in rows
        if row != part.kept[person]
    ]


def _nameless(existing: ExistingTable, ids: int) -> list[int]:
    runs = (run for row, run in existing.runs() if not row[ids].strip() and any(row))
    return [*chain.from_iterable(runs)]
