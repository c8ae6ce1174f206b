"""One update of a user's own workbook, from what was asked for to the report of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from msgspec.structs import replace

from workbook.contacts.columns import NAME
from workbook.contacts.contact import by_type
from workbook.errors import ContactsError, WrongUsage
from workbook.export import output_file
from workbook.export.run import Report, Run, report, selected, to_file
from workbook.files import owner_files
from workbook.files.place import place_of
from workbook.merge.model import STATUS, STATUS_DATE, Incoming, Missing, UpdateOptions, UpdateReport
from workbook.merge.refusals import SheetHidden
from workbook.merge.remarks import remarks, rows
from workbook.ooxml import workbook_file
from workbook.ooxml.exposure import hidden_sheets, sending
from workbook.ooxml.workbook_file import Book
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.sync import consent, history
from workbook.sync.latest import Latest
from workbook.sync.table_memory import table_memory


def update(
    run: Run,
    fetch: Callable[[], Latest],
    options: UpdateOptions,
    *,
    backup: bool = False,
    recalculate: bool = False,
    force_open: bool = False,
) -> Report:
    """Bring the table in a file up to date with the list that `fetch` brings; make a missing file.

    `force_open`: also if the file seems to be open elsewhere. What speaks against the file is
    raised before anything is fetched. Raises the errors of exit codes 2 to 9; the file is as it was
    then.
    """
    if run.wishes.format != "xlsx":
        raise WrongUsage("Only a workbook can be updated: an .xlsx or .xlsm file.")
    if _is_missing(run.out):
        return _made(run, fetch, options)
    path, content = output_file.read_for_update(run.out)
    beside = owner_files.check((path, Path(run.out)), force=force_open)
    with output_file.alone(path):
        book = workbook_file.opened(BytesIO(content), options.added)
        owned = managed_tables.recall(path, book.table.name)
        _check_shown(run, book, path, owned)
        latest = fetch()
        options = replace(options, missing=latest.missing(options.missing))
        chosen = selected(run, latest)
        titles = (*options.columns, *owned.titles)
        origin = history.origin(run.account, latest.snapshot.fetched, titles)
        incoming = Incoming(chosen, origin, latest.snapshot.contacts)
        memory = table_memory(run.account, owned)

        def write(out: BinaryIO) -> UpdateReport:
            done = workbook_file.update(
                book, out, incoming, memory, options, recalculate=recalculate
            )
            # before the file is in its place: what fails after that is no failure any more
            managed_tables.remember(path, done.table, ManagedTable.of(run.account, done.owned))
            return done

        kept: list[Path] = []
        keep = kept.append if backup else None
        done = output_file.save_update(
            path, content, write, kept=keep, instance=run.account.id_instance
        )
        backups = map(output_file.kept_as, kept)
        told = [*_sentences(run, done), *backups, *beside.told(), *sending(book.package)]
        kinds = by_type(chosen)
        whole_report = report(run, latest, kinds, told, done.altered, warnings=done.warnings)
        return replace(whole_report, update=_numbers(done))


def _is_missing(out: str) -> bool:
    try:
        return not Path(out).exists()
    except OSError:  # which is told when the file is opened
        return False


def _made(run: Run, fetch: Callable[[], Latest], options: UpdateOptions) -> Report:
    if not run.out.lower().endswith(".xlsx"):
        raise WrongUsage(f"There is no file {run.out} to update; only an .xlsx file can be made.")
    marks = (STATUS, STATUS_DATE) if options.missing is Missing.MARK else ()
    columns = tuple(dict.fromkeys((*run.wishes.columns, *marks)))
    return to_file(replace(run, wishes=replace(run.wishes, columns=columns)), fetch)


def has_table(run: Run, path: str) -> bool:
    """Tell whether a file holds a table of this account, or one with our titles to update."""
    if managed_tables.recall(path, NAME).instance == run.account.id_instance:
        return True
    try:
        with Path(path).open("rb") as file:
            workbook_file.opened(file)
    except (ContactsError, OSError):
        return False
    return True


def _check_shown(run: Run, book: Book, path: Path, owned: ManagedTable) -> None:
    """Raise SheetHidden for a hidden table that we neither made nor were told of."""
    instance, sheet = run.account.id_instance, book.table.sheet
    if owned.instance == instance or sheet not in hidden_sheets(book.package):
        return
    if not consent.may_fill(place_of(str(path)), instance, sheet):
        raise SheetHidden(sheet, f"getcontacts allow {run.out}")


def _numbers(done: UpdateReport) -> dict[str, object]:
    return {
        "sheet": done.sheet,
        "table": done.table,
        "written": done.written,
        "new": done.new,
        "changed": done.changed,
        "unseen": list(done.unseen),
        "without_room": done.without_room,
        "marked": done.marked,
        "moved": dict(done.moved),
        "twins": [list(pair) for pair in done.duplicates],
        "left": list(done.left),
        "nameless": list(done.nameless),
        "absent": list(done.absent),
        "given_up": list(done.lost_columns),
    }


def _sentences(run: Run, done: UpdateReport) -> Iterator[str]:
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
