"""The command `fleet`: one run on several processes or machines, and what its store tells."""

from __future__ import annotations

import gc
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import click

from workbook.accounts import accounts, token_command
from workbook.cli import console, groups, options
from workbook.errors import StoreUnusable, WrongUsage
from workbook.files.shell import words
from workbook.fleet import extra, reading, records, store
from workbook.fleet.reading import State
from workbook.fleet.records import Manifest, Member, Wish
from workbook.merge.remarks import some
from workbook.sync.outcome import NAMED, PARTLY, counted

SHARDS = 64
TAKEN_UP = (
    "This was the rest of the run of {}, which had not ended; shards that were done then, and "
    "accounts that are new in them, come with the next run."
)
where = click.option("--store", "url", required=True, metavar="URL", help="A folder, or s3://…")


@click.group(short_help="Run on several machines: run, status.")
def fleet() -> None:
    """Fetch the lists of very many accounts by several processes or machines, through Dask.

    For those who need that a machine may die, or who run a Dask cluster already. One process does
    10,000 accounts an hour: getcontacts export all.xlsx --all-accounts
    """


@fleet.command(short_help="Bring the lists of all accounts in a store up to date.")
@where
@click.option(
    "--shards", type=click.IntRange(1, 9_999), default=SHARDS, metavar="N", show_default=True
)
@click.option("--scheduler", metavar="tls://…", help="Of Dask; else this machine has workers.")
@click.option("--workers", type=click.IntRange(1, 256), default=2, metavar="N", show_default=True)
@click.option("--accounts", "patterns", multiple=True, metavar="'A*'", help="Those that fit.")
@click.option(
    "--jobs", type=click.IntRange(1, 256), default=16, metavar="N", help="So many at once a worker."
)
@click.option("--results", type=click.Choice(records.RESULTS), default=records.RESULTS[0])
@click.option("--credentials-from", "command", default="", metavar="CMD", help="Tells a token.")
@options.as_json
@options.quiet
@options.verbose
def run(
    url: str, shards: int, scheduler: str | None, workers: int, patterns: tuple[str, ...],
    jobs: int, results: str, command: str, as_json: bool, quiet: bool, verbose: bool,
) -> None:  # fmt: skip
    """getcontacts fleet run --store s3://bucket/lists --shards 64

    Ask for the list of every account and keep it in a store, a database a shard, with its rows as
    .jsonl or .parquet beside it. Workers look up accounts and tokens where they run: as they are
    kept there, or by a program that gets an alias and says its token (--credentials-from). A run
    that was stopped or killed is taken up by the next one. A workbook of all:

    getcontacts export all.xlsx --from-store URL
    """
    console.talk(verbose)
    extra.demand("distributed", "cryptography")
    if results == "parquet":
        extra.demand("pyarrow")
    if command and scheduler:
        raise WrongUsage(
            "--credentials-from is for workers of this machine; a scheduler would see it. Where "
            f"the others run, set {token_command.VARIABLE}."
        )
    words("--credentials-from", command)
    if command:
        os.environ[token_command.VARIABLE] = command
    from workbook.fleet import run as driver

    gc.enable()  # Dask makes cycles
    started, now = time.monotonic(), datetime.now(UTC)
    if scheduler is None:
        accounts.matching(patterns)  # elsewhere others may be known
    wish = Wish(shards, patterns, results, jobs)
    where = store.opened(url)
    silent = quiet or as_json
    with groups.told_how_to_go_on(silent), console.progress(silent) as (_, doing):
        done = driver.run(where, wish, scheduler=scheduler, workers=workers, tell=doing)
    code = _exit_code(done)
    if as_json:
        console.say_json({**_told(done), "exit_code": code, "seconds": _since(started)})
    else:
        console.note(_sentence(done, where.url), quiet)
        if datetime.fromisoformat(done.run.began).astimezone() < now:
            console.note(TAKEN_UP.format(_time(done.run.began)), quiet)
        for warning in _warnings(done):
            console.warn(warning)
    if code:
        raise click.exceptions.Exit(code)


def _since(started: float) -> float:
    return round(time.monotonic() - started, 3)


def _sentence(done: Manifest, url: str) -> str:
    members = [*done.members]
    rows, twice = sum(each.rows for each in members), sum(each.repeated for each in done.shards)
    came = len(members) - len(reading.failed(members))
    who = counted(len(members))
    who = who if came == len(members) else f"{came:,} of {who}"
    calls = sum(each.calls for each in done.shards)
    again = f"; up to {twice:,} more were made by workers that died" if twice else ""
    are = "is" if who == "1 account" else "are"
    by = "1 call" if calls == 1 else f"{calls:,} calls"
    return f"{who} {are} in {url}: {rows:,} contacts, by {by}{again}."


def _warnings(done: Manifest) -> Iterator[str]:
    yield from _failures([*done.members])
    for shard in done.shards:
        yield from shard.doubts
    yield from done.unworked()


def _failures(members: Sequence[Member]) -> Iterator[str]:
    causes: dict[str, list[str]] = defaultdict(list)
    for member in reading.failed(members):
        causes[member.cause].append(member.alias)
    for cause, aliases in causes.items():
        yield f"{counted(len(aliases))} failed ({some(aliases, NAMED)}). {cause}"


def _exit_code(done: Manifest) -> int:
    """Return as of `export`: 10 where some failed, the code of the cause where all did by it."""
    members = [*done.members]
    codes = {each.exit_code for each in done.shards if each.problem}
    codes |= {each.exit_code for each in reading.failed(members)}
    everything = len(reading.failed(members)) == len(members)
    if not codes:
        return 0
    return codes.pop() if len(codes) == 1 and everything else PARTLY


def _told(done: Manifest) -> dict[str, object]:
    members = [*done.members]
    return {
        "began": done.run.began,
        "ended": done.ended,
        "shards": len(done.shards),
        "accounts": len(members),
        "failed": len(reading.failed(members)),
        "rows": sum(each.rows for each in members),
        "calls": sum(each.calls for each in done.shards),
        "repeated": sum(each.repeated for each in done.shards),
        "warnings": [*_warnings(done)],
    }


@fleet.command(short_help="Tell how a store is.")
@where
@options.as_json
def status(url: str, as_json: bool) -> None:
    """getcontacts fleet status --store s3://bucket/lists

    Tell which run goes on in a store or was the last, how far it is, and which accounts failed.
    """
    where = store.opened(url)
    state = reading.state(where)
    if state.run is None:
        raise StoreUnusable(where.url, "empty")
    if as_json:
        console.say_json(_state(state))
        return
    for line in _lines(state):
        console.say(console.shown(line))


def _state(state: State) -> dict[str, object]:
    assert state.run is not None
    return {
        "run": state.run.began,
        "goes_on": state.run.goes_on,
        "driver": state.held,
        "shards": state.run.wish.shards,
        "done": state.done,
        "accounts": state.accounts,
        "failed": state.failed,
        "manifest": _told(state.manifest) if state.manifest else None,
    }


def _lines(state: State) -> Iterator[str]:
    run = state.run
    assert run is not None
    how = "ended" if not run.goes_on else "goes on" if state.held else "was stopped"
    failed = f", {state.failed:,} failed" if state.failed else ""
    yield (
        f"The run of {_time(run.began)} {how}: {state.done:,} of {run.wish.shards:,} shards, "
        f"{counted(state.accounts)}{failed}."
    )
    if run.goes_on and not state.held:
        yield "The next one takes it up: getcontacts fleet run"
    if state.manifest is not None:
        when, members = _time(state.manifest.run.began), state.manifest.members
        rows = f"{sum(each.rows for each in members):,} contacts"
        none = f"The run of {when} brought no list, so that there is nothing to export."
        some = any(each.rows or not each.exit_code for each in members)
        yield f"The lists of {when} can be exported: {rows}." if some else none
        yield from _warnings(state.manifest)


def _time(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone():%Y-%m-%d %H:%M}"
