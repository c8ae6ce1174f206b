"""The command `runs`: what the last exports did."""

from __future__ import annotations

from collections.abc import Iterator

import click

from workbook.cli import console, options
from workbook.files.called import as_called
from workbook.store import runs as log
from workbook.store.runs import RunRecord
from workbook.sync.run_log import as_json as told


@click.command(short_help="Tell what the last exports did.")
@click.option("--last", is_flag=True, help="Only the last one, with every account.")
@click.option("--count", type=click.IntRange(1), default=20, metavar="N", help="The last N.")
@options.as_json
def runs(last: bool, count: int, as_json: bool) -> None:
    """getcontacts runs --last

    List the last exports, the newest first: when, into which file, how many rows and changes, which
    accounts failed, and the exit code. They are kept for run_log_days (90, see getcontacts config).
    """
    known = log.latest(1 if last else count)
    if as_json:
        console.say_json({"runs": [told(each) for each in known]})
        return
    if not known:
        console.note("No run is recorded yet.")
    for each in known:
        console.say(console.shown(_line(each)))
        for line in _details(each, all_of_them=last):
            console.say(f"    {console.shown(as_called(line))}")


def _line(run: RunRecord) -> str:
    came, whole = len(run.accounts) - len(run.failed), len(run.accounts)
    accounts = f"{came:,} of {whole:,} accounts" if whole > 1 else ""
    facts = (
        accounts,
        f"{run.rows:,} rows",
        f"{run.changes:,} changes",
        f"{run.seconds:.1f} s",
        f"exit {run.exit_code}",
    )
    return f"{run.began.astimezone():%Y-%m-%d %H:%M}  {run.out}  {', '.join(filter(None, facts))}"


def _details(run: RunRecord, *, all_of_them: bool) -> Iterator[str]:
    if run.error:
        yield run.error
    for each in run.accounts if all_of_them else run.failed:
        changes = "".join(f", {count:,} {kind}" for kind, count in each.changes.items())
        error = (
            console.for_account(each.error, each.account) if len(run.accounts) > 1 else each.error
        )
        yield f"{each.account}: {error or f'{each.rows:,} rows{changes}'}"
