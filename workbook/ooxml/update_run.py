"""Run one update of a user's workbook, from what was asked for to the report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account, in_order
from workbook.contacts.contact import Contact, Contacts, by_type
from workbook.contacts.identity import replacements
from workbook.contacts.summary import Summary, summarize
from workbook.errors import ContactsError, WrongUsage
from workbook.export import many, output_file
from workbook.export.formats import Wishes
from workbook.export.many import Gather, ManyReport, ManyRun
from workbook.export.run import Report, Run, report, to_file, trend_until
from workbook.export.selection import selected
from workbook.files import owner_files
from workbook.files.place import place_of
from workbook.files.shell import in_use, word
from workbook.merge.model import (
    ACCOUNT,
    ID,
    PERSONS,
    Arrival,
    Incoming,
    Missing,
    TableKind,
    UpdateOptions,
    UpdateReport,
)
from workbook.merge.refusals import RowsOfPersons, SecondAccount, SheetHidden
from workbook.merge.remarks import remarks, rows, some
from workbook.ooxml import persons_arrival, workbook_file
from workbook.ooxml.exposure import hidden_sheets, sending
from workbook.ooxml.workbook_file import Book
from workbook.store import managed_tables, pairs
from workbook.store.managed_tables import ManagedTable
from workbook.sync import consent, history, outcome
from workbook.sync.book_lists import kept_lists, together, with_list
from workbook.sync.by_person import by_person
from workbook.sync.latest import Latest
from workbook.sync.many import Gathered
from workbook.sync.table_memory import table_memory

Edit = Callable[..., UpdateReport]  # as workbook_file.update_all
Beside = Callable[[Latest, Edit], Edit]


def update(
    run: Run,
    fetch: Callable[[], Latest],
    options: UpdateOptions,
    *,
    backup: bool,
    recalculate: bool,
    force_open: bool,
    beside: Callable[[Target], Beside] | None = None,
) -> Report:
    """Bring the table in a file up to date with the list that `fetch` brings; make a missing file.

    `beside` returns what brings another table up to date in the same write. `force_open`: also if
    the file seems to be open elsewhere. What speaks against the file is raised before anything is
    fetched. Raises the errors of exit codes 2 to 9; the file is as it was then.
    """
    _check_format(run.wishes)
    if is_missing(run.out):
        return to_file(replace(run, wishes=_made_with(run.out, run.wishes, options)), fetch)
    with opened(run.out, [run.account], options, force_open=force_open) as target:
        also = beside(target) if beside else None
        latest = fetch()
        chosen = selected(run.wishes, run.account, latest)
        arrival = target.arrival(run.account, latest, chosen, options)
        came = [Gathered(run.account, latest)]
        then = partial(also, latest) if also else None
        done, told = target.write(came, [arrival], options, backup, recalculate, then)
        told += _still_there(run.wishes, target.book)
        kinds = by_type(chosen)
        whole_report = report(run, latest, kinds, told, done.altered, warnings=done.warnings)
        return replace(whole_report, update=_numbers(done))


def update_many(
    run: ManyRun,
    gather: Gather,
    options: UpdateOptions,
    *,
    backup: bool,
    recalculate: bool,
    force_open: bool,
) -> ManyReport:
    """Bring the table in a file up to date with the lists of many accounts, in one go; as `update`.

    Nobody of an account that failed is missing. Where all failed, the file is as it was.
    """
    _check_format(run.wishes)
    if is_missing(run.out):
        return many.to_file(replace(run, wishes=_made_with(run.out, run.wishes, options)), gather)
    if run.by_person:
        options = replace(options, kind=PERSONS)
    with opened(run.out, run.chosen, options, force_open=force_open) as target:
        gathered = gather()
        if outcome.all_failed(gathered):
            return many.nothing_came(run, gathered)
        if run.by_person:
            return _update_persons(run, target, gathered, options, backup, recalculate)
        came = [(each, each.latest) for each in gathered if each.latest is not None]
        arrivals = [_arrival(run, target, each, latest, options) for each, latest in came]
        done, told = target.write(gathered, arrivals, options, backup, recalculate)
        told += _still_there(run.wishes, target.book)
        kinds = {
            each.account.id_instance: by_type(arrival.incoming.contacts)
            for (each, _), arrival in zip(came, arrivals, strict=True)
        }
        counts = [kinds.get(each.account.id_instance, Counter()) for each in gathered]
        told = [many.whats_where(run, gathered, counts), *told]
        whole = many.report(run, gathered, counts, told, done.altered, done.warnings)
        return replace(whole, update=_numbers(done))


def _update_persons(
    run: ManyRun,
    target: Target,
    gathered: Sequence[Gathered],
    options: UpdateOptions,
    backup: bool,
    recalculate: bool,
) -> ManyReport:
    """Bring a table with a row a person up to date; each other account in it has its kept list."""
    everybody = target.everybody(gathered)
    titles = (*options.columns, *target.owned.titles)
    arrival = persons_arrival.arrival(run.wishes, everybody, titles, target.owned)
    done, told = target.write(gathered, [arrival], options, backup, recalculate)
    kinds = by_type(arrival.incoming.contacts)
    told = [many.whats_where(run, gathered, [kinds]), *told, *_still_there(run.wishes, target.book)]
    counts = [by_type(e.latest.snapshot.contacts) if e.latest else Counter() for e in gathered]
    whole = many.report(run, gathered, counts, told, done.altered, done.warnings)
    return replace(whole, rows=dict(kinds.most_common()), update=_numbers(done))


def _arrival(
    run: ManyRun, target: Target, each: Gathered, latest: Latest, options: UpdateOptions
) -> Arrival:
    chosen = selected(run.wishes, each.account, latest)
    arrival = target.arrival(each.account, latest, chosen, options)
    return arrival if each.failure is None else replace(arrival, missing=Missing.KEEP)


def _still_there(wishes: Wishes, book: Book) -> list[str]:
    """Return a sentence on rows of people who are left out: they are the user's to delete."""
    if (excluded := wishes.excluded) is None:
        return []
    header, *columns = [*book.existing.header], ID, "contactName", "name"
    at = [header.index(title) for title in columns if title in header]
    rows = (row for row in book.existing.rows if excluded.names(Contact(row[at[0]].strip())))
    named = [next(filter(None, [row[each] for each in (*at[1:], at[0])])) for row in rows]
    if not named:
        return []
    return [f"Left out, but still in the table, for you to delete: {some(named)}."]


def _check_format(wishes: Wishes) -> None:
    if wishes.format != "xlsx":
        raise WrongUsage("Only a workbook can be updated: an .xlsx or .xlsm file.")


@contextmanager
def opened(
    out: str, chosen: Sequence[Account], options: UpdateOptions, *, force_open: bool
) -> Iterator[Target]:
    """Open the file that is to be updated, while no other run can; raise what speaks against it."""
    path, content = output_file.read_for_update(out)
    beside = owner_files.check((path, Path(out)), force=force_open)
    with output_file.alone(path):
        book = workbook_file.opened(BytesIO(content), options.added, options.kind)
        owned = managed_tables.recall(path, book.table.name)
        check(out, path, book, owned, chosen, options.kind)
        yield Target(out, path, content, book, owned, beside, options.kind is PERSONS)


class Target(msgspec.Struct, frozen=True):
    """A file that is to be updated: its content, its book, and whose table it was.

    `beside`: the files of other programs that lie beside it. `persons`: it has a row a person.
    """

    out: str
    path: Path
    content: bytes
    book: Book
    owned: ManagedTable
    beside: owner_files.Beside
    persons: bool

    def arrival(
        self, account: Account, latest: Latest, chosen: Contacts, options: UpdateOptions
    ) -> Arrival:
        """Return what comes into the table of an account: those `chosen` of its list."""
        snapshot, titles = latest.snapshot, (*options.columns, *self.owned.titles)
        origin = history.origin(account, snapshot.fetched, titles)
        incoming = Incoming(chosen, origin, snapshot.contacts)
        missing = latest.missing(options.missing)
        return Arrival(incoming, table_memory(account, self.owned), missing)

    def write(
        self,
        gathered: Sequence[Gathered],
        arrivals: Sequence[Arrival],
        options: UpdateOptions,
        backup: bool,
        recalculate: bool,
        then: Callable[[Edit], Edit] | None = None,
    ) -> tuple[UpdateReport, list[str]]:
        """Write the file; return what was done, and the sentences on what became of it.

        `gathered`: what became of each account; those with a list have an arrival, in this order.
        `then` returns an edit that does more.
        """
        edit: Edit = partial(
            workbook_file.update_all,
            recalculate=recalculate,
            summary=partial(self._summary, gathered),
            problems={each.account.alias: outcome.problem(each) for each in gathered},
        )
        accounts = [each.account for each in gathered if each.latest is not None]
        edit = then(edit) if then else edit
        return self.save(accounts, arrivals, options, edit, backup=backup)

    def save(
        self,
        accounts: Sequence[Account],
        arrivals: Sequence[Arrival],
        options: UpdateOptions,
        edit: Edit,
        *,
        backup: bool,
    ) -> tuple[UpdateReport, list[str]]:
        """Write the file as `edit` does, `update_all` with what is its own; return as `write`."""

        def write(out: BinaryIO) -> UpdateReport:
            done = edit(self.book, out, arrivals, options)
            # before the file is in its place: what fails after that is no failure any more
            owners = [ManagedTable.of(each, done.owned) for each in accounts]
            managed_tables.remember(self.path, done.table, *owners)
            return done

        kept: list[Path] = []
        keep = kept.append if backup else None
        whose = accounts[0].id_instance if len(accounts) == 1 else ""
        done = output_file.save_update(self.path, self.content, write, kept=keep, instance=whose)
        backups = map(output_file.kept_as, kept)
        risks = sending(self.book.package)
        return done, [*_sentences(self.out, done, arrivals), *backups, *self.beside.told(), *risks]

    def _summary(self, gathered: Sequence[Gathered], past: bool) -> Summary:
        """Return the numbers of all lists in the book; the `past` is told of one alone."""
        everybody = self.everybody(gathered)
        first, latest = everybody[0].account, everybody[0].latest
        if len(everybody) > 1 or self.persons or latest is None:
            whole = together(everybody)
            if self.persons:
                with by_person(whole, replacements(pairs.of_all())) as people:
                    return summarize(people, people.origin)
            lists = [(each.account, each.latest) for each in everybody if each.latest is not None]
            return summarize(whole, whole.origin, trend_until(lists) if past else None)
        origin = history.origin(first, latest.snapshot.fetched, ())
        trend = trend_until([(first, latest)]) if past else None
        return summarize(latest.snapshot.contacts, origin, trend)

    def everybody(self, gathered: Sequence[Gathered]) -> list[Gathered]:
        """Return what became of these accounts, and the kept lists of all others in the table."""
        if ACCOUNT not in self.book.existing.header and not self.persons:
            return [*gathered]
        wrote = {**self.owned.before, self.owned.alias: self.owned.instance}
        alias_of = {instance: alias for alias, instance in wrote.items() if instance}
        ours = {each.account.id_instance for each in gathered}
        others = {alias: i for i, alias in alias_of.items() if i not in ours}
        came = [*map(with_list, gathered)] if self.persons else [*gathered]
        if not others:
            return came
        return sorted((*came, *kept_lists(others)), key=lambda each: in_order(each.account.alias))


def is_missing(out: str) -> bool:
    """Tell whether there is no such file yet."""
    try:
        return not Path(out).exists()
    except OSError:  # which is told when the file is opened
        return False


def _made_with(out: str, wishes: Wishes, options: UpdateOptions) -> Wishes:
    """Return the wishes for a missing file, which is made. Raises WrongUsage."""
    return replace(wishes, columns=made_with(out, wishes.columns, options))


def made_with(out: str, titles: Sequence[str], options: UpdateOptions) -> tuple[str, ...]:
    """Return the columns of a missing file, which is made. Raises WrongUsage."""
    if not out.lower().endswith(".xlsx"):
        raise WrongUsage(f"There is no file {out} to update; only an .xlsx file can be made.")
    return tuple(dict.fromkeys((*titles, *options.missing.marks)))


def has_table(instance: str, path: str, kind: TableKind) -> bool:
    """Tell whether a file holds a table of this account, or one with our titles to update."""
    if managed_tables.recall(path, kind.name).instance == instance:
        return True
    try:
        with Path(path).open("rb") as file:
            workbook_file.opened(file, (), kind)
    except (ContactsError, OSError):
        return False
    return True


def check(
    out: str, path: Path, book: Book, owned: ManagedTable, chosen: Sequence[Account],
    kind: TableKind,
) -> None:  # fmt: skip
    """Raise SecondAccount, SheetHidden."""
    _check_second(book, owned, chosen, kind)
    for account in chosen:
        _check_shown(out, account, book, path, owned)


def _check_second(
    book: Book, owned: ManagedTable, chosen: Sequence[Account], kind: TableKind
) -> None:
    """Raise SecondAccount for a table that has no column to tell accounts apart.

    Raises RowsOfPersons where rows of persons meet others.
    """
    are_wanted = kind is PERSONS
    titles = book.existing.header if are_wanted and not owned.instance else owned.titles
    if persons_arrival.holds_persons(titles) is not are_wanted:
        raise RowsOfPersons(not are_wanted)
    if are_wanted or ACCOUNT in book.existing.header:
        return
    first = owned if owned.instance else ManagedTable.of(chosen[0], ())
    for account in chosen:
        if account.id_instance != first.instance:
            raise SecondAccount(first.alias, account.alias, kind.add_account)


def _check_shown(out: str, account: Account, book: Book, path: Path, owned: ManagedTable) -> None:
    """Raise SheetHidden for a hidden table that we neither made nor were told of."""
    instance, sheet = account.id_instance, book.table.sheet
    if instance in owned.instances or sheet not in hidden_sheets(book.package):
        return
    if not consent.may_fill(place_of(str(path)), instance, sheet):
        raise SheetHidden(sheet, f"getcontacts allow {word(out, in_use())}")


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


def sentences_of_second(done: UpdateReport) -> Iterator[str]:
    """Yield sentences on another table of a file."""
    yield f'In the table "{done.table}": {rows(done.new)} new, {done.changed:,} changed.'
    yield from (*remarks(done), *done.notices)


def _sentences(out: str, done: UpdateReport, arrivals: Sequence[Arrival]) -> Iterator[str]:
    if done.written:
        yield (
            f"{out} is up to date: {rows(done.new)} new, {done.changed:,} changed, in the "
            f'table "{done.table}" on the sheet "{done.sheet}".'
        )
    else:
        latest = max(each.incoming.origin.fetched for each in arrivals)
        yield f"{out} was up to date with the list of {latest:%Y-%m-%d %H:%M}; nothing was written."
    yield from remarks(done)
    if done.absent:
        yield f"Not in the table, and not added: {', '.join(done.absent)}."
    yield from done.notices
