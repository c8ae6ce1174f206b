"""What a store holds of runs and shards: the run, each shard's last state, and the manifest."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from workbook.errors import HomeNotWritable, StoreUnusable
from workbook.fleet import claims
from workbook.fleet.store import Store
from workbook.merge.remarks import some
from workbook.store import database
from workbook.sync.outcome import NAMED

RUN = "run"
MANIFEST = "manifest.json"
AT_ONCE = 16  # records that are read
RESULTS = ("jsonl", "parquet")
DATA, ROWS = "data", "results"  # folders of databases and of rows
_OURS = re.compile(rf"[0-9]{{5}}-[0-9]{{8}}T[0-9]{{12}}\.(?:sqlite3|{'|'.join(RESULTS)})")

State = TypeVar("State")


class Wish(msgspec.Struct, frozen=True):
    """What was asked for: how many shards, which aliases (none: all), what kind of results."""

    shards: int
    patterns: tuple[str, ...] = ()
    results: str = RESULTS[0]
    jobs: int = 16


class Run(msgspec.Struct, frozen=True):
    """A run: when it began (UTC, ISO 8601), which also names it, and whether it goes on."""

    began: str
    wish: Wish
    goes_on: bool = True

    def __post_init__(self) -> None:
        """Refuse a time that is none."""
        datetime.fromisoformat(self.began)


class Member(msgspec.Struct, frozen=True):
    """What became of one account: how many rows the results have of it; why it failed."""

    alias: str
    id_instance: str
    rows: int
    exit_code: int = 0
    cause: str = ""


class Shard(msgspec.Struct, frozen=True):
    """What a run made of a shard: names of objects, accounts, calls.

    `taken_over`: from how many workers that died, whose calls are lost. `doubts`: warnings about
    lists. `problem`: why nothing was made at all; the objects are then those of the run before.
    """

    run: str
    number: int
    database: str = ""
    results: str = ""
    members: tuple[Member, ...] = ()
    calls: int = 0
    taken_over: int = 0
    doubts: tuple[str, ...] = ()
    problem: str = ""
    exit_code: int = 0

    @property
    def repeated(self) -> int:
        """Return how many calls were made twice at most: those who died told nobody."""
        return self.taken_over * len(self.members)

    def is_done_in(self, run: Run) -> bool:
        """Tell whether this run need not come to it any more."""
        return self.run == run.began and not self.problem


class Manifest(msgspec.Struct, frozen=True):
    """A run that is over: what it was, when it ended (UTC), and its shards in order."""

    run: Run
    ended: str
    shards: tuple[Shard, ...]

    @property
    def members(self) -> Iterator[Member]:
        """Yield what became of each account."""
        return (member for shard in self.shards for member in shard.members)

    def unworked(self) -> Iterator[str]:
        """Yield a sentence for each reason why nothing at all is there of some shards."""
        problems: dict[str, list[str]] = defaultdict(list)
        for shard in self.shards:
            if shard.problem and not shard.members:
                problems[shard.problem].append(str(shard.number))
        for problem, numbers in problems.items():
            which = "Shard" if len(numbers) == 1 else "Shards"
            yield f"{which} {some(numbers, NAMED)} could not be worked on. {problem}"


def shard_of(id_instance: str, shards: int) -> int:
    """Return the number of the shard that an instance is in, the same on every machine."""
    return int.from_bytes(hashlib.sha256(id_instance.encode()).digest()[:8]) % shards


def key_of(shard: int) -> str:
    """Return the key of a shard in the store."""
    return f"shards/{shard:05}"


def new_names(shard: int, results: str) -> tuple[str, str]:
    """Return names for a shard's database and rows that nobody else uses.

    What a dead worker sent stays apart until it is swept away.
    """
    tag = f"{shard:05}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    return f"{DATA}/{tag}.sqlite3", f"{ROWS}/{tag}.{results}"


def is_ours(name: str) -> bool:
    """Tell whether an object in a folder is called as ours are; others may lie beside them."""
    return bool(_OURS.fullmatch(name))


@contextmanager
def damage_told(store: Store, shard: Shard) -> Iterator[None]:
    """Raise StoreUnusable, with the way out, where a shard's database is missing or damaged."""
    is_lost = False
    try:
        yield
    except StoreUnusable as error:
        if error.why != "gone":
            raise
        is_lost = True
    except HomeNotWritable as error:  # of a copy that nobody else uses
        if error.why not in (database.DAMAGED, database.BROKEN):
            raise
        is_lost = True
    if is_lost:
        raise StoreUnusable(
            store.url,
            f"{shard.database} in it is missing or damaged. Repeat; if it stays so, bring it back "
            f"from a backup, or delete {key_of(shard.number)} there and run getcontacts fleet run, "
            "which begins that shard anew",
        )


def not_worked(before: Shard | None, run: Run, number: int, problem: str, exit_code: int) -> Shard:
    """Return a shard that a run could do nothing with: what it had is kept, as not of this run."""
    kept = before or Shard(run.began, number)
    members = (replace(each, exit_code=exit_code, cause=problem) for each in kept.members)
    return Shard(
        run.began, number, kept.database, kept.results, tuple(members),
        problem=problem, exit_code=exit_code,
    )  # fmt: skip


def run_of(store: Store) -> Run | None:
    """Return the last run, None where there was none. Raises StoreUnusable."""
    return _state(store, RUN, Run)


def shard_state(store: Store, number: int) -> Shard | None:
    """Return what the last run made of a shard, None where nothing was made."""
    return _state(store, key_of(number), Shard)


def shard_states(store: Store, shards: int) -> list[Shard | None]:
    """Return what the last run made of each shard, in order; a bucket takes its time for each."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return [*pool.map(partial(shard_state, store), range(shards))]


def _state(store: Store, key: str, shape: type[State]) -> State | None:
    record = claims.newest(store, key)
    return None if record is None else understood(store, record.state, shape)


def understood(store: Store, content: bytes | msgspec.Raw, shape: type[State]) -> State | None:
    """Decode a state; None where there is none yet. Raises StoreUnusable."""
    try:
        return msgspec.json.decode(content, type=shape | None)
    except msgspec.DecodeError:
        pass
    raise StoreUnusable(store.url, "unclear")


def manifest(store: Store) -> Manifest | None:
    """Return the manifest of the last run that is over, None where none is."""
    content = store.read(MANIFEST)
    return None if content is None else understood(store, content, Manifest)
