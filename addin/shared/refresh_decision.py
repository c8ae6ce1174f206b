"""What Refresh decides for a table in any spreadsheet program; it reads and writes no cell.

A host reads its table into a SheetTable, asks for the decision, and carries it out: check that the
work can be written, remember whose the table is, write, and keep what undoes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec.structs import replace

from addin.shared import undo, words
from addin.shared.blocks import SheetTable, Work
from addin.shared.undo import Refresh
from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.contacts.columns import BASIC, Table, build, titles
from workbook.merge.model import (
    STATUS,
    STATUS_DATE,
    Incoming,
    Missing,
    Place,
    UpdateOptions,
    UpdateReport,
)
from workbook.merge.plan import new_titles, plan
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history
from workbook.sync.latest import Latest
from workbook.sync.table_memory import table_memory

MAYBE_HIDDEN = (
    "The table is filtered, so new people may be in hidden rows. "
    "To see them, clear the filter ({})."
)
STILL_FILTERED = "Nobody was removed, for the table is filtered. Clear the filter and repeat."


class Decision(msgspec.Struct, frozen=True):
    """What a host does with a table, and tells.

    `owned` is to be remembered before anything is written; `past` undoes the work, None where
    there is nothing to write.
    """

    work: Work
    owned: ManagedTable
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


def decide(
    there: SheetTable,
    place: Place,
    account: Account,
    owned: ManagedTable,
    got: Latest,
    added: Sequence[str] = (),
) -> Decision:
    """Return how a table comes up to date; `owned` is what is remembered of it so far.

    `added`: titles that it gets just now. Raises SecondAccount, AccountUnclear, IdsAreFormulas and
    what own_columns raises.
    """
    origin = history.origin(account, got.snapshot.fetched, (*owned.titles, *added))
    incoming = Incoming(got.snapshot.contacts, origin)
    wish, force = got.missing(_missing()), settings.load().remove_noted
    options = UpdateOptions(columns=added, missing=wish, force=force, added=added)
    decided = plan(there.existing, incoming, table_memory(account, owned), options)
    notices = []
    if decided.removed and there.filtered:
        decided, notices = replace(decided, removed=()), [STILL_FILTERED]
    if decided.new and there.filtered:
        notices.append(MAYBE_HIDDEN.format(words.here().clear_filter))
    now = datetime.now().astimezone()
    return Decision(
        Work(decided.ours, decided.updates, decided.appended, decided.removed),
        ManagedTable.of(account, decided.ours),
        None if decided.changes_nothing else undo.kept(there, decided, now),
        UpdateReport.of(place, there.existing, decided, notices),
    )


def new_table(account: Account, got: Latest) -> Table:
    """Return the contents of a table that is not there yet."""
    marks = (STATUS, STATUS_DATE) if _missing() is Missing.MARK else ()
    header = tuple(dict.fromkeys((*BASIC, *wanted_columns(), *marks)))
    snapshot = got.snapshot
    return build(snapshot.contacts, history.origin(account, snapshot.fetched, header), header)


def _missing() -> Missing:
    return Missing(settings.load().missing)
