"""The lists of a fleet's store, for `export`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from workbook.cli import console
from workbook.sync.many import Gathered


@contextmanager
def lists(
    url: str, patterns: Sequence[str], *, keep: bool, quiet: bool
) -> Iterator[tuple[list[Gathered], list[str]]]:
    """Give what the last run that is over left, and sentences on shards of which nothing is there.

    What is read in the block is from the store. `keep`: of an account that failed then take the
    list of before. Raises WrongUsage, StoreUnusable, NoAccount.
    """
    from workbook.fleet import reading, store  # only for those who have a store

    with reading.lists(store.opened(url), patterns, keep=keep) as (over, gathered):
        when = f"{datetime.fromisoformat(over.run.began).astimezone():%Y-%m-%d %H:%M}"
        console.note(f"These are the lists of the run of {when}.", quiet)
        yield gathered, [*over.unworked()]
