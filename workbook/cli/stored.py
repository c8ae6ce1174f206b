"""The lists of a fleet's store, for `export`, and what is told of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from workbook.cli import console
from workbook.merge.remarks import some
from workbook.sync.many import Gathered
from workbook.sync.outcome import NAMED, counted


@contextmanager
def lists(url: str, patterns: Sequence[str], quiet: bool) -> Iterator[list[Gathered]]:
    """Give the lists of the last run that is over; what is read in the block is from the store.

    Raises WrongUsage, StoreUnusable, NoAccount.
    """
    from workbook.fleet import reading, store  # only for those who have a store

    with reading.lists(store.opened(url), patterns) as (manifest, gathered):
        when = f"{datetime.fromisoformat(manifest.run.began).astimezone():%Y-%m-%d %H:%M}"
        console.note(f"These are the lists of the run of {when}.", quiet)
        if failed := [each.alias for each in reading.failed([*manifest.members])]:
            console.warn(
                f"{counted(len(failed))} failed then, so their lists are older or missing: "
                f"{some(failed, NAMED)}."
            )
        yield gathered
