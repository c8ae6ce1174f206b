"""Get the list and write the file of `export`, for one account or for each of many."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.contacts.contact import ContactList
from workbook.errors import FileChanged
from workbook.export.output_file import writable_target
from workbook.export.run import Report, Run, to_file
from workbook.merge.model import CONTACTS, TableKind, UpdateOptions
from workbook.sync.latest import Latest, last_good, latest

if TYPE_CHECKING:
    from workbook.export.many import Gather, ManyReport, ManyRun


class Asking(msgspec.Struct, frozen=True):
    """How lists are come by: offline, or not older than so many seconds, and with what trust.

    `members`: the groups of a list are asked, too, even if they are many where `yes` says so.
    `counted`: its numbers will be asked for.
    """

    offline: bool = False
    max_age: float = 0.0
    ca_bundle: Path | None = None
    accept_loss: bool = False
    quiet: bool = False
    members: bool = False
    yes: bool = False
    counted: bool = False

    def of(
        self,
        account: Account,
        on_bytes: Callable[[int], None] | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> Latest:
        """Return the list of an account."""
        if self.offline:
            kept = last_good(account)
            return Latest(kept, dropped_before=kept.dropped)
        from workbook.contacts.summary import CountedList  # none of it for --help

        return latest(
            account,
            self.max_age,
            ca_bundle=self.ca_bundle,
            on_bytes=on_bytes,
            tell=tell,
            accept_loss=self.accept_loss,
            new_list=CountedList if self.counted else ContactList,
        )


class Writing(msgspec.Struct, frozen=True):
    """How a file is written: anew, or brought up to date as `wish` says."""

    wish: UpdateOptions | None = None
    overwrite: bool = False
    keep_replaced: bool = True
    backup: bool = False
    recalculate: bool = False
    force_open: bool = False

    def check(self, run: Run) -> None:
        """Raise what speaks against writing the file anew, before anything is fetched."""
        if self.wish is None:
            with advice(run.account.id_instance):
                writable_target(run.out, overwrite=self.overwrite)

    def file(self, run: Run, fetch: Callable[[], Latest]) -> Report:
        """Write the file of one account."""
        if self.wish is None:
            with advice(run.account.id_instance):
                return to_file(run, fetch, overwrite=self.overwrite, backup=self.keep_replaced)
        from workbook.ooxml import members_run, update_run  # lxml takes its time to import

        update = members_run.update_both if run.wishes.members else update_run.update
        return update(
            run,
            fetch,
            self.wish,
            backup=self.backup,
            recalculate=self.recalculate,
            force_open=self.force_open,
        )

    def together(self, run: ManyRun, gather: Gather) -> ManyReport:
        """Write one file of many accounts."""
        if self.wish is None:
            from workbook.export import many

            with advice(run.chosen[0].id_instance):
                return many.to_file(
                    run, gather, overwrite=self.overwrite, backup=self.keep_replaced
                )
        from workbook.ooxml import update_run

        return update_run.update_many(
            run,
            gather,
            replace(self.wish, columns=run.wishes.columns),
            backup=self.backup,
            recalculate=self.recalculate,
            force_open=self.force_open,
        )


def _ask_groups(account: Account, got: Latest, asked: Asking, doing: Callable[[str], None]) -> None:
    from workbook.cli import groups
    from workbook.sync import members

    those = members.chosen(got.snapshot.contacts, ())
    due = members.due(account.id_instance, those, groups.WEEK)
    groups.check_many(len(due), asked.yes)
    groups.ask(account, due, asked.ca_bundle, doing, asked.quiet)


@contextmanager
def fetching(account: Account, asked: Asking, out: str) -> Iterator[Callable[[], Latest]]:
    """Give what brings the list, and show on a terminal how far that and the writing are."""
    with console.progress(asked.quiet) as (on_bytes, doing):

        def fetch() -> Latest:
            got = asked.of(account, on_bytes, doing)
            if not got.calls:
                kept = got.snapshot
                when = f"{kept.fetched.astimezone():%Y-%m-%d %H:%M}"
                console.note(f"This is the list of {when}, {kept.age_text} old.", asked.quiet)
            if asked.members and not asked.offline:
                _ask_groups(account, got, asked, doing)
            doing(f"Writing {out}")
            return got

        yield fetch


@contextmanager
def advice(instance: str, kind: TableKind = CONTACTS) -> Iterator[None]:
    """Let FileChanged name --update where that is possible, else --overwrite."""
    try:
        yield
        return
    except FileChanged as error:
        path, known = error.path, error.known
    from workbook.ooxml.update_run import has_table

    raise FileChanged(path, "update" if has_table(instance, path, kind) else "overwrite", known)
