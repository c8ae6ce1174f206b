"""Run one export, from what was asked for to the report; for the command and every add-in."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO, ClassVar

import msgspec
from msgspec.structs import replace

from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.contacts import changes, members
from workbook.contacts.columns import NAME, Table, build, with_a_row
from workbook.contacts.contact import by_type, counted
from workbook.contacts.summary import Trend
from workbook.errors import AnotherAccountsFile, AnotherTable
from workbook.export import formats, output_file
from workbook.export.formats import Wishes, fitting
from workbook.export.selection import selected
from workbook.files.source_date_epoch import told
from workbook.files.system_errors import writable_errors
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history
from workbook.sync.latest import Latest
from workbook.sync.trend import Course, trend_of

STDOUT, PLACE = "-", "{account}"  # as OUT, and in it


class Run(msgspec.Struct, frozen=True):
    """What was asked for: whose contacts (without the token), where to, as written, and how."""

    account: Account
    out: str
    wishes: Wishes


class Report(msgspec.Struct, frozen=True):
    """What a run did, as `--json` tells it; `update` only where a file was brought up to date.

    `told`: sentences for the user, the one on what was written first; `warnings`: what is not as it
    should be, and must not be missed.
    """

    exit_code: ClassVar[int] = 0
    account: str
    fetched: str
    out: str
    format: str
    rows: dict[str, int]
    dropped: dict[str, int]
    altered: dict[str, int]
    changes: dict[str, int]
    missing: int
    told: tuple[str, ...]
    warnings: tuple[str, ...]
    calls: int
    update: Mapping[str, object] | None = None

    def as_json(self, seconds: float) -> str:
        """Return the report as one JSON object; `seconds` is how long the run took."""
        fields = {name: getattr(self, name) for name in self.__struct_fields__}
        if self.update is None:
            del fields["update"]
        return json.dumps({**fields, "seconds": seconds, "total": sum(self.rows.values())})


def to_file(
    run: Run, fetch: Callable[[], Latest], *, overwrite: bool = False, backup: bool = True
) -> Report:
    """Write the list that `fetch` brings into a file, and return what was done.

    `overwrite`: replace what is there, whatever it is; `backup`: keep it, if somebody changed it.
    What speaks against the file is raised before anything is fetched. Raises what `fetch` and
    `refuse_others` raise, WrongUsage, FileChanged and NotWritable; the old file is as it was then.
    """
    target = output_file.writable_target(run.out, overwrite=overwrite)
    with writable_errors(target):
        is_there = target.exists()
    if is_there and not overwrite:
        tables = (NAME, members.NAME) if run.wishes.members else (NAME,)
        refuse_others(target, [run.account], tables)
    formats.warm_up(run.wishes.format)
    # whose list it is, and for a later update which columns are ours
    owned = ManagedTable.of(run.account, run.wishes.columns)
    of_members = {members.NAME: ManagedTable.of(run.account, members.HEADER)}
    kept: list[Path] = []
    with output_file.alone(target):
        write = managed_tables.noted(
            partial(to_stream, run, fetch()),
            target,
            owned,
            beside=of_members if run.wishes.members else {},
        )
        keep = kept.append if backup else None
        done = output_file.replace(
            target, write, overwrite=overwrite, kept=keep, instance=run.account.id_instance
        )
    told = [output_file.kept_as(place) for place in kept]
    return replace(done, told=(*done.told[:1], *told, *done.told[1:]))


def refuse_others(target: Path, chosen: Sequence[Account], tables: Sequence[str]) -> None:
    """Raise what speaks against replacing a file by these tables of the chosen accounts.

    AnotherAccountsFile: it holds the list of an account that is not chosen. AnotherTable: it would
    lose a table, contacts or members, that getcontacts made.
    """
    inside: dict[str, str] = {}
    for table in (NAME, members.NAME):
        there = managed_tables.recall(target, table)
        if there.made and table not in tables:
            raise AnotherTable(str(target), table)
        inside |= {there.instance: there.alias}
        inside |= {of: alias for alias, of in there.before.items()}
    for instance in sorted(inside.keys() - {"", *(each.id_instance for each in chosen)}):
        raise AnotherAccountsFile(str(target), inside[instance], instance, chosen[0].alias)


def to_stream(run: Run, latest: Latest, file: BinaryIO) -> Report:
    """Write a list into an open file, and return what was done."""
    wanted = selected(run.wishes, run.account, latest)
    contacts = fitting(wanted, run.wishes.format)
    unfit = Counter({"without a phone to call": len(wanted) - len(contacts)})
    origin = history.origin(run.account, latest.snapshot.fetched, run.wishes.columns)
    summed_up = run.wishes.summary and run.wishes.format == "xlsx"
    whole = wanted is latest.snapshot.contacts  # of a part there is no past
    trend = trend_until([(run.account, latest)]) if summed_up and whole else None
    beside, told = _beside(run, latest)
    altered = formats.write(contacts, origin, run.wishes, file, beside, trend)
    kinds = by_type(contacts)
    return report(run, latest, kinds, [_whats_where(run, kinds), *told], altered, unfit)


def trend_until(lists: Iterable[tuple[Account, Latest]]) -> Trend:
    """Return how whole lists came about, together, for a Summary."""
    courses = [
        Course(
            account.id_instance,
            latest.snapshot.fetched,
            latest.before,
            len(latest.snapshot.contacts),
        )
        for account, latest in lists
    ]
    return trend_of(courses, settings.load().history_days)


def report(
    run: Run,
    latest: Latest,
    kinds: Counter[str],
    told: Sequence[str],
    altered: Counter[str],
    unfit: Counter[str] | None = None,
    warnings: Sequence[str] = (),
) -> Report:
    """Return what a run did.

    `kinds`: how many of each type; `told` and `warnings`: what became of the file.
    """
    snapshot = latest.snapshot
    news, doubts = latest.told(altered, unfit)
    return Report(
        account=run.account.alias,
        fetched=snapshot.fetched.isoformat(timespec="seconds"),
        out=run.out,
        format=run.wishes.format,
        rows=dict(kinds.most_common()),
        dropped=dict(snapshot.dropped + (unfit or Counter())),
        altered=dict(snapshot.altered + altered),
        changes=latest.changes.counted() if latest.changes else {},
        missing=latest.loss.missing if latest.loss else 0,
        told=(*told, *news),
        warnings=(*warnings, *doubts),
        calls=latest.calls,
    )


def _beside(run: Run, latest: Latest) -> tuple[dict[str, Table], list[str]]:
    """Return the tables that stand beside the contacts, by sheet, and sentences about them."""
    instance, beside, sentences = run.account.id_instance, {}, list[str]()
    if run.wishes.changes:
        past = history.known_changes(instance)
        beside[changes.SHEET] = changes.table(past, run.account.alias, told)
    if run.wishes.members:
        from workbook.sync import members as members_of

        excluded = run.wishes.excluded
        known = members_of.known_in(run.account, latest.snapshot.contacts)
        kept = [each for each in known.members if not (excluded and excluded.names(each))]
        beside[members.NAME] = with_a_row(build(kept, known.origin, members.HEADER))
        sentences = [
            f'{members_of.counted(len(kept), known.groups)} are on the sheet "{members.NAME}".',
            *members_of.refusals(known.groups),
        ]
    return beside, sentences


def _whats_where(run: Run, kinds: Counter[str]) -> str:
    are = "is" if kinds.total() == 1 else "are"
    whose = f' of "{run.account.alias}"' if accounts.are_several() else ""
    where = "went to standard output" if run.out == STDOUT else f"{are} in {run.out}"
    return f"{in_words(kinds, whose)} {where}."


def in_words(kinds: Counter[str], whose: str = "") -> str:
    """Return "412 contacts of "shop" (400 user, 12 group)"."""
    parts = ", ".join(f"{count:,} {kind or 'of no type'}" for kind, count in kinds.most_common())
    return f"{counted(kinds.total())}{whose}{parts and f' ({parts})'}"
