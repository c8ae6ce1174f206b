"""Run one update of a table of members in a user's workbook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from io import BytesIO
from typing import BinaryIO

from msgspec.structs import replace

from workbook.contacts.members import HEADER
from workbook.export import members
from workbook.export.members import Bring, MembersRun, Written
from workbook.export.run import Report, Run
from workbook.merge.model import (
    MEMBERS,
    Arrival,
    Incoming,
    Missing,
    UpdateOptions,
    UpdateReport,
)
from workbook.ooxml import update_run, workbook_file
from workbook.ooxml.update_run import (
    Beside,
    Edit,
    Target,
    check,
    is_missing,
    made_with,
    opened,
    sentences_of_second,
)
from workbook.ooxml.workbook_file import Book
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.sync.latest import Latest
from workbook.sync.members import Known, known_in
from workbook.sync.table_memory import table_memory


def update(
    run: MembersRun,
    bring: Bring,
    options: UpdateOptions,
    *,
    backup: bool,
    recalculate: bool,
    force_open: bool,
) -> Written:
    """Bring the table of members in a file up to date; make a missing file.

    Return what came, and sentences on what was done. As `update_run.update`.
    """
    if is_missing(run.out):
        made = replace(run, titles=made_with(run.out, run.titles, options))
        return members.to_file(made, bring)
    with opened(run.out, run.chosen, options, force_open=force_open) as target:
        came = bring()
        if members.nothing_came(came):
            return came, ()
        arrivals = [arrival(target.owned, each) for each in came]
        accounts = [each.account for each in came]
        edit = partial(workbook_file.update_all, recalculate=recalculate)
        done, told = target.save(accounts, arrivals, options, edit, backup=backup)
        return came, [*told, *done.warnings]


def update_both(
    run: Run, fetch: Callable[[], Latest], options: UpdateOptions, **how: bool
) -> Report:
    """Bring contacts and members in a file up to date in one write; else as `update_run.update`."""
    return update_run.update(run, fetch, options, beside=partial(_second, run, options), **how)


def _second(run: Run, options: UpdateOptions, target: Target) -> Beside:
    """Return what brings the members up to date, too; raise what speaks against their table."""
    path, marks = target.path, options.missing.marks
    mine = replace(options, columns=(*HEADER, *marks), added=marks, kind=MEMBERS)
    book = workbook_file.opened(BytesIO(target.content), marks, MEMBERS)
    owned = managed_tables.recall(path, book.table.name)
    check(run.out, path, book, owned, [run.account], MEMBERS)

    def then(latest: Latest, edit: Edit) -> Edit:
        known = known_in(run.account, latest.snapshot.contacts)

        def both(
            book: Book, out: BinaryIO, arrivals: object, contacts: UpdateOptions
        ) -> UpdateReport:
            between = BytesIO()
            done = edit(book, between, arrivals, contacts)
            second = workbook_file.opened(between, marks, MEMBERS)
            found = workbook_file.update_all(second, out, [arrival(owned, known)], mine)
            managed_tables.remember(path, found.table, ManagedTable.of(run.account, found.owned))
            about = (*done.notices, *sentences_of_second(found))
            warnings = (*done.warnings, *found.warnings)
            written = done.written or found.written
            return replace(done, written=written, notices=about, warnings=warnings)

        return both

    return then


def arrival(owned: ManagedTable, known: Known) -> Arrival:
    """Return what comes into the table; of when somebody left a group, nothing is kept."""
    memory = replace(table_memory(known.account, owned), absences={}, last_seen={})
    incoming = Incoming(known.members, known.origin, known.everybody)
    return Arrival(incoming, memory, Missing.KEEP if known.failed else None)
