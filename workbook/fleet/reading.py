"""What a store tells: how its runs are, and its lists, for `export` to make a file of."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import msgspec

from workbook.accounts.accounts import Account, fits, in_order
from workbook.errors import FailedThen, NoAccount, NoSnapshot, StoreUnusable
from workbook.fleet import claims, records
from workbook.fleet.records import Manifest, Member, Run
from workbook.fleet.store import Store
from workbook.store import database
from workbook.sync.latest import Latest, last_good
from workbook.sync.many import Gathered


class State(msgspec.Struct, frozen=True):
    """How a store is: the last run, of it the shards that are done, and the manifest.

    `held`: somebody alive drives the run.
    """

    run: Run | None
    held: bool
    done: int
    accounts: int
    failed: int
    manifest: Manifest | None


def state(store: Store) -> State:
    """Return how a store is. Raises StoreUnusable."""
    run = records.run_of(store)
    states = records.shard_states(store, run.wish.shards if run else 0)
    done = [each for each in states if run and each and each.is_done_in(run)]
    members = [member for shard in done for member in shard.members]
    return State(
        run,
        claims.is_alive(store, records.RUN),
        len(done),
        len(members),
        sum(member.exit_code != 0 for member in members),
        records.manifest(store),
    )


@contextmanager
def lists(
    store: Store, patterns: Sequence[str], *, keep: bool
) -> Iterator[tuple[Manifest, list[Gathered]]]:
    """Give the last run that is over, and of each account whose alias fits what it has, by alias.

    `keep`: of one that failed in the run take the list of before. In the block every list and all
    history are read from a copy of the store; what is written goes to the database of this machine.
    Raises StoreUnusable, NoAccount where a pattern fits none.
    """
    manifest = records.manifest(store)
    if manifest is None:
        raise StoreUnusable(store.url, "empty")
    if not any(manifest.members):
        raise StoreUnusable(store.url, "nobody")
    chosen = _chosen(manifest, patterns)
    with tempfile.TemporaryDirectory(prefix="getcontacts-") as folder:
        file = _together(store, manifest, Path(folder))
        with database.lists_from(file):
            yield manifest, [_gathered(member, keep) for member in chosen]


def _chosen(manifest: Manifest, patterns: Sequence[str]) -> list[Member]:
    everybody = sorted(manifest.members, key=lambda member: in_order(member.alias))
    for pattern in patterns or ("*",):
        if not any(fits(_account(each), (pattern,)) for each in everybody):
            raise NoAccount(pattern, tuple(each.alias for each in everybody))
    return [each for each in everybody if fits(_account(each), patterns)]


def _account(member: Member) -> Account:
    return Account(member.alias, "", member.id_instance, "")


def _gathered(member: Member, keep: bool) -> Gathered:
    account = _account(member)
    failure = FailedThen(member.cause) if member.exit_code else None
    if failure is not None and not keep:
        return Gathered(account, failure=failure)
    try:
        kept = last_good(account)
    except NoSnapshot:
        return Gathered(account, failure=failure or FailedThen("Its list is not in the store."))
    return Gathered(account, Latest(kept, dropped_before=kept.dropped), failure)


def _together(store: Store, manifest: Manifest, folder: Path) -> Path:
    """Put the databases of all shards into one, and return its file."""
    whole, one = folder / "all", folder / "shard"
    for each in (whole, one):
        each.mkdir()
    for shard in manifest.shards:
        if not shard.database:
            continue
        with suppress(FileNotFoundError):
            (one / database.NAME).unlink()
        with records.damage_told(store, shard):
            store.fetch(shard.database, one / database.NAME)
            with database.kept_in(one), database.opened():
                pass  # which gives it the present schema
            with database.kept_in(whole):
                database.add_lists(one / database.NAME)
    with database.kept_in(whole), database.opened():
        pass
    return whole / database.NAME


def failed(members: Sequence[Member]) -> list[Member]:
    """Return those of whom the run has no list."""
    return [each for each in members if each.exit_code]
