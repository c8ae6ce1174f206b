"""A run over all shards: begun or taken up, worked on by a cluster, written down at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from workbook.errors import AnotherRun, ContactsError, StoreUnusable, WrongUsage
from workbook.fleet import claims, records
from workbook.fleet.claims import Claim
from workbook.fleet.cluster import connected, worked
from workbook.fleet.records import MANIFEST, Manifest, Run, Shard, Wish
from workbook.fleet.store import Store

ROUNDS = 3  # times that a shard is given to a worker in one run


def run(
    store: Store,
    wish: Wish,
    *,
    scheduler: str | None = None,
    workers: int = 2,
    tell: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Bring every shard up to date and return what was done, once it is in the manifest.

    A run of the same wish that did not end is taken up: shards that are done are not asked again.
    Raises AnotherRun where another driver is at work on the store, StoreUnusable, WrongUsage,
    NoCluster.
    """
    if records.run_of(store) is None:
        records.manifest(store)  # somebody's own file of that name is not overwritten
    _check_conditions(store)
    with _driving(store, tell) as claim:
        now = _begun(store, claim, wish)
        with connected(scheduler, workers) as client:
            for _ in range(ROUNDS):
                if not (left := _left(store, now)):
                    break
                for done, _ in enumerate(worked(client, store.url, left), 1):
                    claim.check()
                    finished = wish.shards - len(left) + done
                    tell(f"{finished:,} of {wish.shards:,} shards")
        return _ended(store, claim, now)


def _check_conditions(store: Store) -> None:
    """Raise StoreUnusable for a storage that makes an object twice; some that speak S3 do."""
    name = f"probe-{uuid4().hex}"  # of this driver alone
    is_made_twice = store.create(name, b"{}") and store.create(name, b"{}")
    store.delete(name)
    if is_made_twice:
        raise StoreUnusable(store.url, "overwrites")


@contextmanager
def _driving(store: Store, tell: Callable[[str], None]) -> Iterator[Claim]:
    tell("Waiting whether another run is at work")
    claim = claims.take(store, records.RUN, wait=False)
    if claim is None:
        raise AnotherRun(store.url)
    try:
        yield claim
    finally:
        claim.give_up()


def _begun(store: Store, claim: Claim, wish: Wish) -> Run:
    before = records.understood(store, claim.state, Run)
    if before is not None and before.wish.shards != wish.shards:
        raise WrongUsage(
            f"The store has {before.wish.shards} shards, and an account stays in its shard. "
            f"Give --shards {before.wish.shards}, or another store."
        )
    if before is not None and before.goes_on and before.wish == wish:
        return before
    now = Run(datetime.now(UTC).isoformat(), wish)
    claim.put(now)
    return now


def _left(store: Store, now: Run) -> list[int]:
    """Return the shards that the run has still to come to."""
    states = records.shard_states(store, now.wish.shards)
    return [
        number for number, state in enumerate(states) if state is None or not state.is_done_in(now)
    ]


def _ended(store: Store, claim: Claim, now: Run) -> Manifest:
    """Write the manifest, say that the run is over, and sweep; in that order."""
    over = replace(now, goes_on=False)
    states = records.shard_states(store, now.wish.shards)
    shards = (_of_run(now, number, state) for number, state in enumerate(states))
    manifest = Manifest(over, datetime.now(UTC).isoformat(), tuple(shards))
    claim.check()
    store.put(MANIFEST, msgspec.json.format(msgspec.json.encode(manifest), indent=1))
    _sweep(store, manifest)
    claim.put(over, held=False)
    return manifest


def _of_run(now: Run, number: int, state: Shard | None) -> Shard:
    if state is not None and state.run == now.began:
        return state
    problem = "The workers that it was given to died, or lost it to each other."
    return records.not_worked(state, now, number, problem, 1)


def _sweep(store: Store, manifest: Manifest) -> None:
    """Delete what no shard means any more: of runs before, and of workers that died."""
    meant = {name for shard in manifest.shards for name in (shard.database, shard.results)}
    with suppress(ContactsError):  # the next run does it
        for folder in (records.DATA, records.ROWS):
            for name in filter(records.is_ours, store.names(folder)):
                if (whole := f"{folder}/{name}") not in meant:
                    store.delete(whole)
