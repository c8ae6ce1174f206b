"""The data of an update: the table that is there, the contacts, the options, plan and report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum

import msgspec

from workbook.contacts import members, times
from workbook.contacts.columns import ACROSS, BASIC, COLUMNS, KNOWN_BY, NAME, Origin, Row
from workbook.contacts.contact import Contacts
from workbook.merge import refusals
from workbook.merge.ranges import letters

Cells = Mapping[int, str]  # column within the table, from 0 -> text
ID, ACCOUNT, STATUS, STATUS_DATE = "id", "account", "status", "statusDate"
CONFIRMED = 3  # absences in a row before a row may be removed; no more of them are counted


class Missing(StrEnum):
    """What happens to the row of somebody who is not in the whole list any more."""

    KEEP = "keep"
    MARK = "mark"
    REMOVE = "remove"

    @property
    def marks(self) -> tuple[str, ...]:
        """Return the columns that say it in a row."""
        return (STATUS, STATUS_DATE) if self is Missing.MARK else ()


class Unmarked(StrEnum):
    """Why nobody was marked as missing: there is no column for it, or it is not ours."""

    NO_COLUMN = "no column"
    NOT_OURS = "not ours"


class TableKind(msgspec.Struct, frozen=True):
    """What the rows of a table are about.

    `name`: of such a table. `basic`: the titles that are always ours; `titles`: all that can be,
    "id" first; `known_by`: those that tell such a table by another name. `update`: the command that
    brings one up to date; `add_account` and `add_status` are those that add such columns. `within`:
    the title of what a row is in, where one id may have several rows: that and the id are its key.
    """

    name: str
    basic: Sequence[str]
    titles: Sequence[str]
    known_by: Sequence[str]
    update: str
    add_account: str
    add_status: str
    within: str = ""

    @property
    def keys(self) -> Sequence[str]:
        """Return the titles of the columns that tell whose a row is."""
        return (ID, self.within) if self.within else (ID,)


CONTACTS = TableKind(
    NAME,
    BASIC,
    tuple(COLUMNS),
    (ID, "name"),
    refusals.UPDATE,
    refusals.ADD_ACCOUNT,
    f"{refusals.UPDATE} --columns basic,status,statusDate",
)
_PERSONS = "getcontacts export FILE --all-accounts --by person --update"
PERSONS = TableKind(  # over several accounts
    NAME,
    BASIC,
    (*COLUMNS, *ACROSS),
    (ID, "name"),
    _PERSONS,
    _PERSONS,
    f"{_PERSONS} --columns basic,status,statusDate",
)
MEMBERS = TableKind(
    members.NAME,
    members.HEADER,
    tuple(dict.fromkeys((ID, *members.HEADER, ACCOUNT, STATUS, STATUS_DATE))),
    (ID, "group", "groupName"),
    "getcontacts members FILE --update",
    "getcontacts members FILE --update --all-accounts",
    "getcontacts members FILE --update --missing mark",
    within="group",
)


def holds_members(titles: Iterable[str]) -> bool:
    """Tell whether a table with these titles is one of members, whatever its name is."""
    return {*titles} >= {*MEMBERS.known_by}


class ExistingTable(msgspec.Struct, frozen=True):
    """A table as it stands: its titles, and rows of text with one text for each title.

    A date cell in a column of times is "2026-11-20T10:15:00"; so are the times in a Plan.
    `calculated` are the titles of columns that a formula of the table fills; a cell that it fills
    is "". `formulas` holds (row, column), both from 0, of every other cell with a formula. `room`:
    how many rows can be added below; None where the spreadsheet makes room itself.
    """

    header: Sequence[str]
    rows: Sequence[Row]
    calculated: Collection[str] = ()
    formulas: Collection[tuple[int, int]] = frozenset()
    room: int | None = None

    def runs(self) -> Iterator[tuple[Row, range]]:
        """Yield rows with their numbers from 0; a million blank ones may be one object, once."""
        first, row = 0, None
        for at, following in enumerate(self.rows):
            if row is not None and following is not row:
                yield row, range(first, at)
                first = at
            row = following
        if row is not None:
            yield row, range(first, len(self.rows))


class Incoming(msgspec.Struct, frozen=True):
    """Who came: the contacts wanted in the table, and whose they are.

    `whole` is the list that absence is judged by, however few of it are wanted; by default all are.
    """

    contacts: Contacts
    origin: Origin
    whole: Contacts | None = None

    @property
    def listed(self) -> Contacts:
        """Return everybody in the list."""
        return self.contacts if self.whole is None else self.whole


class TableMemory(msgspec.Struct, frozen=True):
    """What is remembered of this table and of its people.

    `owner`: the account of a table without an account column, "" where that is not known.
    `aliases`: under which this account wrote in it. `contested`: another instance wrote in it under
    the alias that this one has; it may have been renewed, or be somebody else's.
    `written`: titles we wrote in it. `same`: former id -> present id, as the service told.
    `absences`: id -> confirmed absences in a row. `last_seen`: id -> time as text.
    `made`: we wrote the whole workbook as a new one.
    """

    owner: str = ""
    aliases: Collection[str] = ()
    contested: bool = False
    written: Collection[str] = ()
    same: Mapping[str, str] = {}
    absences: Mapping[str, int] = {}
    last_seen: Mapping[str, str] = {}
    made: bool = False


class Arrival(msgspec.Struct, frozen=True):
    """A list that came for a table, and what is remembered of the table and of its people.

    `missing`: what happens to its people's rows instead of what the options say.
    """

    incoming: Incoming
    memory: TableMemory = TableMemory()
    missing: Missing | None = None

    @property
    def account(self) -> str:
        """Return the alias of the account."""
        return self.incoming.origin.account


class UpdateOptions(msgspec.Struct, frozen=True):
    """What the user asked for, of a table of this kind.

    `columns` are ours; those of `added` are wanted, and for `plan`, were made just now. `force`
    removes even rows in which the user wrote something; `adopt` takes a table for this account's
    although most of its people are strangers.
    """

    columns: Sequence[str] = BASIC
    missing: Missing = Missing.KEEP
    force: bool = False
    adopt: bool = False
    added: Sequence[str] = ()
    kind: TableKind = CONTACTS


def dated(ours: Mapping[str, int]) -> frozenset[int]:
    """Return the columns that hold times, of ours by title."""
    return frozenset(at for title, at in ours.items() if title in times.TITLES)


def counted(ours: Mapping[str, int]) -> frozenset[int]:
    """Return the columns that hold numbers, of ours by title."""
    return frozenset(at for title, at in ours.items() if title == KNOWN_BY)


class Plan(msgspec.Struct, frozen=True):
    """What to write; rows and columns are counted from 0 within the table, without its header.

    `ours`: title -> column; times go into those of `dated`. `updates`: row -> cells, with the rows
    in `filled`, which were blank and get somebody new. `appended`: cells of each row to add below.
    `removed`: rows to take away.
    """

    ours: Mapping[str, int]
    updates: Mapping[int, Cells]
    filled: Sequence[int]
    appended: Sequence[Cells]
    removed: Sequence[int]
    notes: Notes

    @property
    def new(self) -> int:
        """Return how many people get a row."""
        return len(self.filled) + len(self.appended)

    @property
    def dated(self) -> frozenset[int]:
        """Return the columns of ours that hold times."""
        return dated(self.ours)

    @property
    def changes_nothing(self) -> bool:
        """Tell whether there is nothing to write."""
        return not (self.updates or self.appended or self.removed)


class Notes(msgspec.Struct, frozen=True):
    """What there is to tell; rows as in the plan, before anything is removed.

    `changed`: rows whose contact has another value. `moved`: row -> the id it had before.
    `unseen`: rows of this account's people who are not in the whole list. `noted`: rows in which
    the user wrote. `duplicates`: (row kept up to date, another row of the same person, not
    touched). `left`: cells of ours that hold a formula of the user's, not written. `nameless`:
    rows with content and no id. `absent`: titles that were asked for and are not in the table.
    `lost_columns`: titles that we wrote once, over columns that hold something else now. `marked`:
    rows that say from now on that somebody is not seen; `unmarked`: why none could, though
    somebody is. `without_room`: how many new people get no row, for there is no room for all.
    `altered`: as in a Table.
    """

    changed: Sequence[int]
    moved: Mapping[int, str]
    unseen: Sequence[int]
    noted: Collection[int]
    duplicates: Sequence[tuple[int, int]]
    left: Sequence[tuple[int, int]]
    nameless: Sequence[int]
    absent: Sequence[str]
    lost_columns: Sequence[str]
    marked: Sequence[int]
    unmarked: Unmarked | None
    without_room: int
    altered: Counter[str]


class Place(msgspec.Struct, frozen=True):
    """Where a table is: its sheet, its name, the sheet's row and column of its first body cell."""

    sheet: str
    table: str
    top: int
    left: int


class UpdateReport(msgspec.Struct, frozen=True):
    """An update in numbers and places; cells and rows are named as the sheet names them.

    `written`: was anything. `changed` people have another value, `new` ones a row. `unseen`: ids
    of this account that are not in the whole list. `moved`: id before -> id now. `duplicates`: (row
    kept up to date, another row of the same person). `left`: cells of ours that hold a formula.
    `nameless`: rows without an id. `owned`: the titles that are ours in this table, to be
    remembered. `absent`: titles asked for that are not there. `lost_columns`: titles that were
    ours, over columns that hold something else now. `marked`: how many rows say from
    now on that somebody is not seen; `unmarked`: why none could. `removed`: how many rows
    of missing people are taken away. `without_room`: how many new people got no row. `notices`:
    sentences for the user; `warnings`: those that say that something is not as it was asked for.
    """

    sheet: str
    table: str
    written: bool
    changed: int
    new: int
    unseen: tuple[str, ...]
    moved: Mapping[str, str]
    duplicates: tuple[tuple[int, int], ...]
    left: tuple[str, ...]
    nameless: tuple[int, ...]
    owned: tuple[str, ...]
    absent: tuple[str, ...]
    lost_columns: tuple[str, ...]
    marked: int
    unmarked: Unmarked | None
    removed: int
    altered: Counter[str]
    notices: tuple[str, ...]
    kind: TableKind = CONTACTS
    without_room: int = 0
    warnings: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        place: Place,
        existing: ExistingTable,
        plan: Plan,
        notices: Sequence[str] = (),
        warnings: Sequence[str] = (),
        kind: TableKind = CONTACTS,
    ) -> UpdateReport:
        """Return the report of a plan, its rows and cells named as the sheet names them."""
        found, ids, top, left = plan.notes, plan.ours[ID], place.top, place.left
        return cls(
            sheet=place.sheet,
            table=place.table,
            written=not plan.changes_nothing,
            changed=len(found.changed),
            new=plan.new,
            unseen=tuple(existing.rows[row][ids].strip() for row in found.unseen),
            moved={before.strip(): plan.updates[row][ids] for row, before in found.moved.items()},
            duplicates=tuple((top + kept, top + other) for kept, other in found.duplicates),
            left=tuple(f"{letters(left + column)}{top + row}" for row, column in found.left),
            nameless=tuple(top + row for row in found.nameless),
            owned=tuple(plan.ours),
            absent=tuple(found.absent),
            lost_columns=tuple(found.lost_columns),
            marked=len(found.marked),
            unmarked=found.unmarked,
            removed=len(plan.removed),
            altered=found.altered,
            notices=tuple(notices),
            kind=kind,
            without_room=found.without_room,
            warnings=tuple(warnings),
        )
