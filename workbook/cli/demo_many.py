"""The demonstration of many accounts: one sheet of all, and what is told when one of them fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.errors import FileChanged
from workbook.export import many
from workbook.export.formats import Wishes
from workbook.export.many import ManyReport, ManyRun
from workbook.sync.latest import latest
from workbook.sync.many import gather

if TYPE_CHECKING:
    from workbook.simulator.behaviour import Scenario

FIRST = 1101900000  # idInstance of the first one
NAMES = (
    "shop", "berlin", "haifa", "lima", "oslo", "paris", "quito", "riga", "sofia", "turin", "ulm",
    "vilnius",
)  # fmt: skip


def show(count: int, out: str, wishes: Wishes, *, fresh: bool, quiet: bool) -> None:
    """Write the contacts of so many made-up accounts into a file, and tell how it went.

    The last one's token is renewed after its first list. Raises FileChanged.
    """
    from workbook.simulator.simulator import Simulator

    ids = [str(FIRST + number) for number in range(count)]
    with Simulator(others=dict(zip(ids, _scenarios(count), strict=True)), rate=0) as service:
        accounts = [
            Account(alias, service.api_url, id_instance, service.token)
            for alias, id_instance in zip(NAMES, ids, strict=False)
        ]
        run = ManyRun(tuple(accounts), out, wishes).with_account()
        with console.progress(quiet) as (_, doing):
            doing("The lists of yesterday")
            gather(accounts, latest)
            doing(f"The lists of {count} accounts")
            done = _written(run, fresh)
    if not quiet:
        console.preview(("account", "contacts", "list of", "problem"), _rows(done))
    for sentence in (*done.told, *done.warnings):
        console.note(sentence, quiet)
    console.note("Of your own accounts such an export ends with exit code 10.", quiet)
    console.note("With your own: getcontacts accounts import FILE", quiet)


def _written(run: ManyRun, fresh: bool) -> ManyReport:
    try:
        return many.to_file(run, partial(gather, run.chosen, latest), overwrite=fresh)
    except FileChanged as error:
        path = error.path
    raise FileChanged(path, "demo")


def _scenarios(count: int) -> Iterator[Scenario]:
    from workbook.simulator.behaviour import Scenario, fine
    from workbook.simulator.people import branch
    from workbook.simulator.replies import silent

    for number, name in enumerate(NAMES[:count], 1):
        gateway = (fine, silent(401)) if number == count else ()
        yield Scenario(description=name, gateway=gateway, rows=partial(branch, name))


def _rows(done: ManyReport) -> Iterable[tuple[str, ...]]:
    for each in done.accounts:
        count = f"{sum(each.rows.values()):,}"
        when = datetime.fromisoformat(each.fetched).astimezone() if each.fetched else None
        of = f"{when:%Y-%m-%d %H:%M}" if when else ""
        yield each.account, count, of, each.problem.partition(";")[0]
