"""`export` of many accounts, into one file or a file each, with progress on a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from workbook.cli import console
from workbook.cli.exporting import Asking, Writing
from workbook.export import many
from workbook.export.many import Gather, ManyReport, ManyRun
from workbook.export.run import PLACE, STDOUT
from workbook.sync import outcome
from workbook.sync.many import Gathered, gather


def export(run: ManyRun, asked: Asking, how: Writing, jobs: int, *, keep: bool) -> ManyReport:
    """Export the accounts of a run, and return what was done."""
    with _gathering(run, asked, jobs, keep=keep) as bring:
        return written(run, how, bring)


def written(run: ManyRun, how: Writing, bring: Gather) -> ManyReport:
    """Write what `bring` brings as the run wants it, and return what was done."""
    if PLACE in run.out:
        return many.to_files(run, bring, how.file, how.check)
    together = run.with_account()
    if run.out == STDOUT:
        gathered = bring()
        if outcome.all_failed(gathered):
            return many.nothing_came(together, gathered)
        with console.data() as file:
            return many.to_stream(together, gathered, file)
    return how.together(together, bring)


@contextmanager
def _gathering(run: ManyRun, asked: Asking, jobs: int, *, keep: bool) -> Iterator[Gather]:
    with console.progress(asked.quiet) as (_, doing):

        def bring() -> list[Gathered]:
            tell = _counting(len(run.chosen), jobs, doing)
            gathered = gather(run.chosen, asked.of, jobs=jobs, keep=keep, on_end=tell)
            doing(f"Writing {run.out}")
            return gathered

        yield bring


def _counting(total: int, jobs: int, doing: Callable[[str], None]) -> Callable[[Gathered], None]:
    """Return what tells, as each account ends, how many are done, failed and in flight."""
    done: list[bool] = []

    def tell(each: Gathered) -> None:
        done.append(each.failure is None)
        failed = f", {done.count(False):,} failed" if not all(done) else ""
        left = min(jobs, total - len(done))
        doing(f"{len(done):,} of {total:,} accounts{failed}, {left} in flight")

    return tell
