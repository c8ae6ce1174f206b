"""Write who is in which group into a new file or a stream."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

import msgspec

from workbook.accounts.accounts import Account
from workbook.contacts.columns import Listed, Together, build, with_a_row
from workbook.contacts.members import HEADER, NAME
from workbook.export import formats, output_file
from workbook.export.run import refuse_others
from workbook.files.system_errors import writable_errors
from workbook.store import managed_tables
from workbook.store.managed_tables import ManagedTable
from workbook.sync.members import Known

Bring = Callable[[], Sequence[Known]]
Written = tuple[Sequence[Known], Sequence[str]]  # what came, and sentences on the file


class MembersRun(msgspec.Struct, frozen=True):
    """What was asked for: whose groups, where to, as the user writes it, and how."""

    chosen: tuple[Account, ...]
    out: str
    format: str
    titles: tuple[str, ...] = HEADER


def to_file(run: MembersRun, bring: Bring, *, overwrite: bool = False) -> Written:
    """Write the members that `bring` returns into a file; as `run.to_file`.

    Return them, and where a file that somebody changed is kept. Where every account failed, the
    file is as it was.
    """
    target = output_file.writable_target(run.out, overwrite=overwrite)
    with writable_errors(target):
        is_there = target.exists()
    if is_there and not overwrite:
        refuse_others(target, run.chosen, (NAME,))
    formats.warm_up(run.format)
    owned = [ManagedTable.of(each, run.titles) for each in run.chosen]
    whose = run.chosen[0].id_instance if len(run.chosen) == 1 else ""
    kept: list[Path] = []
    with output_file.alone(target):
        came = bring()
        if nothing_came(came):
            return came, ()
        write = managed_tables.noted(partial(to_stream, run, came), target, *owned, table=NAME)
        keep = kept.append
        output_file.replace(target, write, overwrite=overwrite, kept=keep, instance=whose)
    return came, [output_file.kept_as(place) for place in kept]


def nothing_came(came: Sequence[Known]) -> bool:
    """Tell whether every account failed; what is kept of them is no reason to write a file."""
    return all(each.failed for each in came)


def to_stream(run: MembersRun, came: Sequence[Known], file: BinaryIO, *, mark: bool = True) -> None:
    """Write the members into an open file; `mark`: begin a csv with a byte order mark."""
    whole = Together(Listed(each.members, each.origin) for each in came)
    table = build(whole, whole.origin, run.titles)
    rows = with_a_row(table) if run.format == "xlsx" else table
    formats.write_table(rows, run.format, file, NAME, mark=mark)
