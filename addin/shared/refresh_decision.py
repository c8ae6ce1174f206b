"""What Refresh decides for a table in any spreadsheet program; it reads and writes no cell.

A host reads its table into a SheetTable, asks for the decision, and carries it out: check that the
work can be written, remember whose the table is, write, and keep what undoes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from addin.shared import undo, words
from addin.shared.blocks import SheetTable, Work
from addin.shared.undo import Refresh
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.contacts.columns import BASIC, Table, build, titles
from workbook.errors import ContactsError
from workbook.merge.model import (
    Arrival,
    Incoming,
    Missing,
    Place,
    UpdateOptions,
    UpdateReport,
)
from workbook.merge.plan import new_titles, plan_all
from workbook.merge.refusals import UNTOUCHED
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history
from workbook.sync.latest import Latest
from workbook.sync.table_memory import table_memory

MAYBE_HIDDEN = (
    "The table is filtered, so new people may be in hidden rows. "
    "To see them, clear the filter ({})."
)
STILL_FILTERED = "Nobody was removed, for the table is filtered. Clear the filter and repeat."

Came = tuple[Account, Latest]  # an account, and its list


class NothingCame(ContactsError):
    """Every account of a table failed; `causes` are the sentences about that."""

    causes: str
    exit_code = 6
    text = f"{{causes}} {UNTOUCHED}"


class Decision(msgspec.Struct, frozen=True):
    """What a host does with a table, and tells.

    `owned`, whose the table is, is to be remembered before anything is written; `past` undoes the
    work, None where there is nothing to write.
    """

    work: Work
    owned: tuple[ManagedTable, ...]
    past: Refresh | None
    report: UpdateReport


def widened(there: SheetTable) -> tuple[SheetTable, Sequence[str]]:
    """Return the table with the columns that the settings want besides, blank yet; their titles."""
    existing = there.existing
    added = new_titles(existing.header, wanted_columns())
    rows = [[*row, *("" for _ in added)] for row in existing.rows] if added else existing.rows
    wide = replace(existing, header=[*existing.header, *added], rows=rows)
    return replace(there, existing=wide), added


def wanted_columns() -> Sequence[str]:
    """Return the titles that the settings name; none where a table keeps the columns it has."""
    wanted = settings.load().columns.strip(", ")
    return titles(wanted) if wanted else ()


def whose(
    aliases: Collection[str], named: str | None, may_fill: Callable[[str], bool]
) -> list[Account]:
    """Return which accounts a press of Refresh brings up to date in a table.

    `aliases`: those in its column "account"; all of them that it may be filled with. Besides, the
    one that the workbook has `named`; the default one where there is no other. Raises what
    accounts.identify raises.
    """
    found = [each for each in accounts.called(aliases) if may_fill(each.id_instance)]
    if found and named is None:
        return found
    chosen = accounts.identify(named)
    return [chosen, *(each for each in found if each.id_instance != chosen.id_instance)]


def decide(
    there: SheetTable,
    place: Place,
    came: Sequence[Came],
    owned: ManagedTable,
    added: Sequence[str] = (),
) -> Decision:
    """Return how a table comes up to date; `owned` is what is remembered of it so far.

    `added`: titles that it gets just now. Raises SecondAccount, AccountUnclear, IdsAreFormulas and
    what own_columns raises.
    """
    arrivals = [_arrival(account, got, owned, added) for account, got in came]
    options = UpdateOptions(
        columns=added, missing=_missing(), force=settings.load().remove_noted, added=added
    )
    decided = plan_all(there.existing, arrivals, options)
    notices = []
    if decided.removed and there.filtered:
        decided, notices = replace(decided, removed=()), [STILL_FILTERED]
    if decided.new and there.filtered:
        notices.append(MAYBE_HIDDEN.format(words.here().clear_filter))
    now = datetime.now().astimezone()
    return Decision(
        Work(decided.ours, decided.updates, decided.appended, decided.removed),
        tuple(ManagedTable.of(account, decided.ours) for account, _ in came),
        None if decided.changes_nothing else undo.kept(there, decided, now),
        UpdateReport.of(place, there.existing, decided, notices),
    )


def _arrival(account: Account, got: Latest, owned: ManagedTable, added: Sequence[str]) -> Arrival:
    origin = history.origin(account, got.snapshot.fetched, (*owned.titles, *added))
    incoming = Incoming(got.snapshot.contacts, origin)
    return Arrival(incoming, table_memory(account, owned), got.missing(_missing()))


def new_table(account: Account, got: Latest) -> Table:
    """Return the contents of a table that is not there yet."""
    marks = _missing().marks
    header = tuple(dict.fromkeys((*BASIC, *wanted_columns(), *marks)))
    snapshot = got.snapshot
    return build(snapshot.contacts, history.origin(account, snapshot.fetched, header), header)


def _missing() -> Missing:
    return Missing(settings.load().missing)
