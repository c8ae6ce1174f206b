"""What a worker of Dask runs: numbers go in, counts come out, and nothing is raised.

What a task gets, returns or raises stands in the memory of the scheduler, in logs and on pages.
"""

from __future__ import annotations

from typing import TypedDict

from workbook.errors import ClaimLost, ContactsError, bug_sentence
from workbook.fleet import records, shard, store
from workbook.fleet.claims import claimed
from workbook.fleet.records import Shard
from workbook.fleet.store import Store


class Counts(TypedDict):
    """What the driver hears of a shard; why something failed stands in the store."""

    accounts: int
    failed: int
    exit_code: int


def work(url: str, number: int) -> Counts:
    """Bring a shard of the store up to date; whatever happens, only counts come back."""
    where = None
    try:
        where = store.opened(url)
        done = shard.bring(where, number, _scratch())
    except ClaimLost as error:  # another one does it
        return Counts(accounts=0, failed=0, exit_code=error.exit_code)
    except ContactsError as error:
        return _failed(where, number, str(error), error.exit_code)
    except Exception as bug:  # an edge: else it would be pickled, with what its frames hold
        return _failed(where, number, bug_sentence(bug), 1)
    members = done.members if done else ()
    failed = sum(member.exit_code != 0 for member in members)
    return Counts(accounts=len(members), failed=failed, exit_code=0)


def _scratch() -> str | None:
    """Return the worker's own folder, which Dask clears where a worker was killed."""
    from distributed import get_worker

    try:
        return str(get_worker().local_directory)
    except ValueError:  # this is no worker
        return None


def _failed(where: Store | None, number: int, problem: str, exit_code: int) -> Counts:
    """Leave the reason in the store, if it can be left there, and return the code alone."""
    try:
        if where is not None:
            _note(where, number, problem, exit_code)
    except ContactsError:
        return Counts(accounts=0, failed=0, exit_code=exit_code)
    return Counts(accounts=0, failed=0, exit_code=exit_code)


def _note(where: Store, number: int, problem: str, exit_code: int) -> None:
    run = records.run_of(where)
    with claimed(where, records.key_of(number)) as claim:
        before = records.understood(where, claim.state, Shard)
        if run is None or (before is not None and before.is_done_in(run)):
            return
        told = records.not_worked(before, run, number, problem, exit_code)
        claim.put(told, held=False)
