"""Run one update of a table of members in a user's workbook."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from msgspec.structs import replace

from workbook.export import members
from workbook.export.members import Bring, MembersRun
from workbook.merge.model import Arrival, Incoming, Missing, UpdateOptions
from workbook.ooxml import workbook_file
from workbook.ooxml.update_run import Target, is_missing, made_with, opened
from workbook.sync.members import Known
from workbook.sync.table_memory import table_memory


def update(
    run: MembersRun,
    bring: Bring,
    options: UpdateOptions,
    *,
    backup: bool = False,
    recalculate: bool = False,
    force_open: bool = False,
) -> tuple[Sequence[Known], Sequence[str]]:
    """Bring the table of members in a file up to date; make a missing file.

    Return what came, and sentences on what was done. As `update_run.update`.
    """
    if is_missing(run.out):
        made = replace(run, titles=made_with(run.out, run.titles, options))
        return members.to_file(made, bring), ()
    with opened(run.out, run.chosen, options, force_open=force_open) as target:
        came = bring()
        if members.nothing_came(came):
            return came, ()
        arrivals = [arrival(target, each) for each in came]
        accounts = [each.account for each in came]
        edit = partial(workbook_file.update_all, recalculate=recalculate)
        done, told = target.save(accounts, arrivals, options, edit, backup=backup)
        return came, [*told, *done.warnings]


def arrival(target: Target, known: Known) -> Arrival:
    """Return what comes into the table; of when somebody left a group, nothing is kept."""
    memory = replace(table_memory(known.account, target.owned), absences={}, last_seen={})
    incoming = Incoming(known.members, known.origin, known.everybody)
    return Arrival(incoming, memory, Missing.KEEP if known.failed else None)
