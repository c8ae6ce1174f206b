"""Write the contacts of many accounts into one file or a file each, and report what was done."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO
from unicodedata import normalize

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.contacts.columns import NAME, Listed, Together
from workbook.contacts.contact import by_type
from workbook.contacts.identity import replacements
from workbook.errors import ContactsError, WrongUsage
from workbook.export import formats, output_file
from workbook.export.formats import Wishes, fitting
from workbook.export.run import PLACE, STDOUT, Report, Run, in_words, refuse_others
from workbook.export.selection import selected
from workbook.files.system_errors import writable_errors
from workbook.merge.model import ACCOUNT
from workbook.store import managed_tables, pairs
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history, outcome
from workbook.sync.by_person import by_person, chosen
from workbook.sync.latest import Latest
from workbook.sync.many import Gathered

RESERVED = {"con", "prn", "aux", "nul", *(f"{a}{n}" for a in ("com", "lpt") for n in "123456789")}

Gather = Callable[[], list[Gathered]]
Write = Callable[[Run, Callable[[], Latest]], Report]


class ManyRun(msgspec.Struct, frozen=True):
    """What was asked for: whose contacts, where to, as the user writes it, and how.

    `by_person`: a row for each person over all accounts, not one for each account.
    """

    chosen: tuple[Account, ...]
    out: str
    wishes: Wishes
    by_person: bool = False

    def with_account(self) -> ManyRun:
        """Return the run with a column that tells accounts apart, in front where none is asked.

        One with a row a person needs none.
        """
        if self.by_person:
            return self
        titles = self.wishes.columns
        columns = titles if ACCOUNT in titles else (ACCOUNT, *titles)
        return replace(self, wishes=replace(self.wishes, columns=columns))

    def each(self) -> dict[str, Run]:
        """Return the run of each account by idInstance, where OUT has a place for the alias.

        Raises WrongUsage where two accounts would write one file.
        """
        runs = {a.id_instance: Run(a, file_of(self.out, a.alias), self.wishes) for a in self.chosen}
        same = Counter(normalize("NFC", run.out).casefold() for run in runs.values())
        for run in runs.values():
            if same[normalize("NFC", run.out).casefold()] > 1:
                raise WrongUsage(f"Two accounts would write {run.out}; rename one of them.")
        return runs


def file_of(out: str, alias: str) -> str:
    """Return OUT with the alias in it, as a name that every system takes for a file."""
    # one from a store or an old home may be no alias: it must not lead to another folder
    name = re.sub(r"[. ]+$|^\.|[\x00-\x1f\x7f/\\:*?\"<>|]", "_", alias)
    if name.partition(".")[0].rstrip().casefold() in RESERVED:
        name = f"_{name}"
    return out.replace(PLACE, name)


class AccountReport(msgspec.Struct, frozen=True):
    """What became of one account; `error`, in few words `problem`, and `exit_code` if it failed.

    `fetched`: of which time its list is, "" where there is none; `rows` of it are in the file.
    """

    account: str
    fetched: str
    rows: dict[str, int]
    changes: dict[str, int]
    missing: int
    calls: int
    seconds: float
    error: str = ""
    problem: str = ""
    exit_code: int = 0


class ManyReport(msgspec.Struct, frozen=True):
    """What a run did for many accounts; `told` and `warnings` as of one account's Report."""

    out: str
    format: str
    accounts: tuple[AccountReport, ...]
    rows: dict[str, int]
    dropped: dict[str, int]
    altered: dict[str, int]
    told: tuple[str, ...]
    warnings: tuple[str, ...]
    exit_code: int
    update: Mapping[str, object] | None = None

    def lacking(self, sentences: Sequence[str]) -> ManyReport:
        """Return the report of a run that, as these sentences tell, could not know all accounts."""
        if not sentences:
            return self
        code = self.exit_code or outcome.PARTLY
        return replace(self, warnings=(*self.warnings, *sentences), exit_code=code)

    def as_json(self, seconds: float) -> str:
        """Return the report as one JSON object; `seconds` is how long the run took."""
        fields = msgspec.to_builtins(self)
        if self.update is None:
            del fields["update"]
        calls = sum(each.calls for each in self.accounts)
        total = sum(self.rows.values())
        return json.dumps({**fields, "calls": calls, "seconds": seconds, "total": total})


def to_file(
    run: ManyRun, gather: Gather, *, overwrite: bool = False, backup: bool = True
) -> ManyReport:
    """Write the lists that `gather` brings into one file, and return what was done.

    Where every account failed, no file is written. Otherwise as `run.to_file`.
    """
    target = output_file.writable_target(run.out, overwrite=overwrite)
    with writable_errors(target):
        is_there = target.exists()
    if is_there and not overwrite:
        refuse_others(target, run.chosen, (NAME,))
    formats.warm_up(run.wishes.format)
    owned = [ManagedTable.of(each, run.wishes.columns) for each in run.chosen]
    kept: list[Path] = []
    with output_file.alone(target):
        gathered = gather()
        if outcome.all_failed(gathered):
            return nothing_came(run, gathered)
        write = managed_tables.noted(partial(to_stream, run, gathered), target, *owned)
        keep = kept.append if backup else None
        done = output_file.replace(target, write, overwrite=overwrite, kept=keep)
    told = [output_file.kept_as(place) for place in kept]
    return replace(done, told=(*done.told[:1], *told, *done.told[1:]))


def to_files(
    run: ManyRun,
    gather: Gather,
    write: Write,
    check: Callable[[Run], object],
) -> ManyReport:
    """Write the list of each account into a file of its own; return what was done.

    The file of an account that failed is as it was. What `check` says against a file is raised
    before anything is fetched; what is found later is that account's failure.
    """
    runs = run.each()
    for each in runs.values():
        check(each)
    with output_file.alone(Path(run.out).absolute()):
        pairs = [_file(write, runs[each.account.id_instance], each) for each in gather()]
    gathered, reports = [each for each, _ in pairs], [done for _, done in pairs]
    rows = [Counter(done.rows if done else {}) for done in reports]
    altered = sum((Counter(done.altered) for done in reports if done), Counter[str]())
    return report(run, gathered, rows, [whats_where(run, gathered, rows)], altered)


def _file(write: Write, run: Run, each: Gathered) -> tuple[Gathered, Report | None]:
    if each.failure is not None or (latest := each.latest) is None:
        return each, None
    try:
        return each, write(run, lambda: latest)
    except ContactsError as error:
        return replace(each, failure=error.with_traceback(None)), None


def to_stream(run: ManyRun, gathered: Sequence[Gathered], file: BinaryIO) -> ManyReport:
    """Write the lists into an open file, and return what was done."""
    of_each = replace(run.wishes, sort=None, count=None) if run.by_person else run.wishes
    written = [_fitting(of_each, each) for each in gathered]
    absent = {e.account.alias: outcome.problem(e) for e in gathered if e.latest is None}
    whole = Together(filter(None, written), absent)
    rows = [Counter[str]() if each is None else by_type(each.contacts) for each in written]
    if run.by_person:
        return _people(run, gathered, whole, rows, file)
    altered = formats.write(whole, whole.origin, run.wishes, file)
    return report(run, gathered, rows, [whats_where(run, gathered, rows)], altered)


def _people(
    run: ManyRun,
    gathered: Sequence[Gathered],
    whole: Together,
    rows: Sequence[Counter[str]],
    file: BinaryIO,
) -> ManyReport:
    """Write each person of the lists once; `sort` and `count` are of all of them."""
    with by_person(whole, replacements(pairs.of_all())) as everybody:
        people = chosen(everybody, run.wishes.count, run.wishes.sort)
        altered = formats.write(people, people.origin, run.wishes, file)
        kinds = by_type(people)
    told = [whats_where(run, gathered, [kinds])]
    return replace(report(run, gathered, rows, told, altered), rows=dict(kinds.most_common()))


def _fitting(wishes: Wishes, each: Gathered) -> Listed | None:
    found = listed(wishes, each, wishes.columns)
    return found and replace(found, contacts=fitting(found.contacts, wishes.format))


def listed(wishes: Wishes, each: Gathered, titles: Iterable[str]) -> Listed | None:
    """Return the contacts of an account that were asked for, with what these columns need.

    None where no list of the account is there. Raises WrongUsage.
    """
    if each.latest is None:
        return None
    snapshot = each.latest.snapshot
    origin = history.origin(each.account, snapshot.fetched, titles)
    contacts = selected(wishes, each.account, each.latest)
    return Listed(contacts, origin, outcome.new(each), outcome.problem(each))


def report(
    run: ManyRun,
    gathered: Sequence[Gathered],
    rows: Sequence[Counter[str]],
    told: Sequence[str],
    altered: Counter[str],
    warnings: Sequence[str] = (),
) -> ManyReport:
    """Return what a run did; `rows` of each account that are in the file, by type."""
    snapshots = [each.latest.snapshot for each in gathered if each.latest is not None]
    return ManyReport(
        out=run.out,
        format=run.wishes.format,
        accounts=tuple(map(_account, gathered, rows)),
        rows=dict(sum(rows, Counter[str]()).most_common()),
        dropped=dict(outcome.dropped(gathered)),
        altered=dict(sum((each.altered for each in snapshots), altered)),
        told=(*told, *outcome.news(gathered)),
        warnings=(*warnings, *outcome.failures(gathered), *outcome.doubts(gathered)),
        exit_code=outcome.exit_code(gathered),
    )


def nothing_came(run: ManyRun, gathered: Sequence[Gathered]) -> ManyReport:
    """Return the report of a run in which every account failed: the file is as it was."""
    return report(run, gathered, [Counter()] * len(gathered), [nothing_written(run.out)], Counter())


def nothing_written(out: str) -> str:
    """Return the sentence on a file that is as it was."""
    left = "nothing was written" if out == STDOUT else f"{out} was left as it was"
    return f"No list came, so {left}."


def _account(each: Gathered, rows: Counter[str]) -> AccountReport:
    latest, failure = each.latest, each.failure
    return AccountReport(
        account=each.account.alias,
        fetched=latest.snapshot.fetched.isoformat(timespec="seconds") if latest else "",
        rows=dict(rows.most_common()),
        changes=latest.changes.counted() if latest and latest.changes else {},
        missing=latest.loss.missing if latest and latest.loss else 0,
        calls=latest.calls if latest else 0,
        seconds=each.seconds,
        error=str(failure) if failure else "",
        problem=outcome.problem(each),
        exit_code=failure.exit_code if failure else 0,
    )


def whats_where(run: ManyRun, gathered: Sequence[Gathered], rows: Sequence[Counter[str]]) -> str:
    """Return "37 of 40 accounts are in all.xlsx: 74,000 contacts (70,000 user, 4,000 group)."."""
    came = sum(each.failure is None for each in gathered)
    which = outcome.counted(len(gathered))
    who = which if came == len(gathered) else f"{came:,} of {which}"
    are = "is" if 1 in (came, len(gathered)) else "are"
    where = "went to standard output" if run.out == STDOUT else f"{are} in {run.out}"
    return f"{who} {where}: {in_words(sum(rows, Counter()))}."
