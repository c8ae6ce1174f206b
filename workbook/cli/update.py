"""`export --update`: a user's own workbook brought up to date, its notes left with their people."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import BinaryIO

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.cli.run import ExportInput, Report, Run, get, report
from workbook.errors import WrongUsage
from workbook.export import output_file
from workbook.merge.model import Incoming, UpdateOptions
from workbook.merge.remarks import remarks, rows
from workbook.merge.report import UpdateReport
from workbook.ooxml import workbook_file
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.sync.table_memory import table_memory


def update(run: Run, account: Account) -> Report:
    """Fetch, plan and edit; raises the errors of exit codes 2 to 9, the file as it was then."""
    if run.wishes.format != "xlsx":
        raise WrongUsage("Only a workbook can be updated: an .xlsx or .xlsm file.")
    path, content = output_file.read_for_update(run.out)
    book = workbook_file.opened(BytesIO(content))
    owned = managed_tables.recall(path, book.table.name)
    with console.progress(run.quiet) as (on_bytes, doing):
        got = get(run, account, on_bytes, owned.titles)
        doing(f"Updating {run.out}")
        whole = got.latest.snapshot.contacts
        fresh = Incoming(got.chosen, got.origin, {contact.id for contact in whole}, whole)
        memory = table_memory(account, owned)
        wish = UpdateOptions(run.wishes.columns, run.missing, adopt=run.adopt)

        def write(out: BinaryIO) -> UpdateReport:
            done = workbook_file.update(book, out, fresh, memory, wish)
            # before the file is in its place: what fails after that is no failure any more
            managed_tables.remember(path, done.table, ManagedTable.of(account, done.owned))
            return done

        done = output_file.save_update(path, content, write, backup=run.backup)
    return report(run, got, done.altered, _numbers(done), [*_sentences(run, got, done)])


def _numbers(done: UpdateReport) -> dict[str, object]:
    return {
        "sheet": done.sheet,
        "table": done.table,
        "written": done.written,
        "new": done.new,
        "changed": done.changed,
        "unseen": list(done.unseen),
        "marked": done.marked,
        "moved": dict(done.moved),
        "twins": [list(pair) for pair in done.duplicates],
        "left": list(done.left),
        "nameless": list(done.nameless),
        "absent": list(done.absent),
        "given_up": list(done.lost_columns),
    }


def _sentences(run: Run, got: ExportInput, done: UpdateReport) -> Iterator[str]:
    if done.written:
        yield (
            f"{run.out} is up to date: {rows(done.new)} new, {done.changed:,} changed, in the "
            f'table "{done.table}" on the sheet "{done.sheet}".'
        )
    else:
        yield f"{run.out} was up to date; nothing was written."
    yield from remarks(done)
    if done.absent:
        yield f"Not in the table, and not added: {', '.join(done.absent)}."
    yield from done.notices
