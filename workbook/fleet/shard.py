"""Bring one shard up to date, in a process of its own: the work of `export --all-accounts`."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.contacts.columns import titles
from workbook.export import many
from workbook.export.formats import Wishes
from workbook.export.many import ManyReport, ManyRun
from workbook.export.run import STDOUT
from workbook.fleet import records
from workbook.fleet.claims import Claim, claimed
from workbook.fleet.records import Member, Run, Shard
from workbook.fleet.store import Store
from workbook.store import call_slots, database
from workbook.sync import outcome
from workbook.sync.latest import latest
from workbook.sync.many import Gathered, gather

_alone = threading.Lock()  # a process has one place for its database


def bring(store: Store, number: int, scratch: str | None) -> Shard | None:
    """Do what the run that goes on wants of a shard, unless it is done; return its state.

    None where no run goes on. `scratch`: where a folder may be made for the time of the work; it
    holds the shard's database and results, and no credentials.
    Raises StoreUnusable, ClaimLost, and what `matching` raises.
    """
    with _alone, claimed(store, records.key_of(number)) as claim:
        run = records.run_of(store)
        before = records.understood(store, claim.state, Shard)
        if run is None or not run.goes_on or (before is not None and before.is_done_in(run)):
            return before
        with _folder(scratch) as folder, database.kept_in(folder), _asking_while(claim):
            shard = _worked(store, run, number, before, claim, folder)
        claim.put(shard, held=False)
        return shard


@contextmanager
def _folder(scratch: str | None) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="getcontacts-", dir=scratch) as folder:
        yield Path(folder)


@contextmanager
def _asking_while(claim: Claim) -> Iterator[None]:
    """Let every call be counted, and none be made once the claim is not ours for sure."""
    before, call_slots.before_call = call_slots.before_call, claim.count_call
    try:
        yield
    finally:
        call_slots.before_call = before


def _worked(
    store: Store, run: Run, number: int, before: Shard | None, claim: Claim, folder: Path
) -> Shard:
    if before is not None and before.database:
        with records.damage_told(store, before):
            store.fetch(before.database, folder / database.NAME)
            with database.opened():
                pass
    chosen = chosen_of(run, number)
    gathered = gather(chosen, latest, jobs=run.wish.jobs) if chosen else []
    report, results = _results(run, chosen, gathered, folder)
    copy = folder / "copy.sqlite3"
    database.copied_to(copy)
    claim.check()
    names = records.new_names(number, run.wish.results)
    store.send(copy, names[0])
    store.send(results, names[1])
    return Shard(
        run=run.began,
        number=number,
        database=names[0],
        results=names[1],
        members=tuple(map(_member, gathered, report.accounts)),
        calls=claim.calls(),
        taken_over=claim.taken_over,
        doubts=tuple(outcome.doubts(gathered)),
    )


def chosen_of(run: Run, number: int) -> list[Account]:
    """Return the accounts of a shard that this machine's settings know, without their tokens."""
    shards = run.wish.shards
    chosen = accounts.matching(run.wish.patterns)
    return [each for each in chosen if records.shard_of(each.id_instance, shards) == number]


def _results(
    run: Run, chosen: Sequence[Account], gathered: Sequence[Gathered], folder: Path
) -> tuple[ManyReport, Path]:
    """Write the rows of a shard, as `export` writes them, and return what was written where."""
    file = folder / "results.jsonl"
    wish = ManyRun(tuple(chosen), STDOUT, Wishes("jsonl", titles("full"))).with_account()
    with file.open("wb") as out:
        is_any = any(each.latest is not None for each in gathered)
        write = many.to_stream if is_any else _nothing
        report = write(wish, gathered, out)
    if run.wish.results == "parquet":
        from workbook.fleet import parquet

        file = parquet.converted(file, wish.wishes.columns)
    return report, file


def _nothing(wish: ManyRun, gathered: Sequence[Gathered], _: BinaryIO) -> ManyReport:
    return many.nothing_came(wish, gathered)


def _member(each: Gathered, told: many.AccountReport) -> Member:
    failure = each.failure
    return Member(
        each.account.alias,
        each.account.id_instance,
        sum(told.rows.values()),
        failure.exit_code if failure else 0,
        failure.cause() if failure else "",
    )
