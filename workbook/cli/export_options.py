"""What `export` was asked for, as one value: which options go together, and what they come to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from workbook.accounts import settings
from workbook.cli.exporting import Asking, Writing
from workbook.cli.updating import Updating
from workbook.contacts.columns import titles
from workbook.contacts.exclusion import Exclusion
from workbook.errors import WrongUsage
from workbook.export import formats, selection
from workbook.export.formats import DELIMITERS, Wishes
from workbook.export.run import PLACE, STDOUT
from workbook.files.source_date_epoch import epoch
from workbook.merge.model import UpdateOptions
from workbook.store import pairs
from workbook.sync.run_log import Commands


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """The options and OUT as they were typed, each under the name of its parameter."""

    out: str
    updating: Updating
    named: str | None
    kind: str | None
    saved: str | None
    within: str | None
    new_since: str | None
    exclude: Path | None
    count: int | None
    columns: str | None
    sort: str | None
    account: str | None
    all_accounts: bool
    patterns: tuple[str, ...]
    jobs: int
    failed: str
    by: str
    max_age: float
    from_store: str | None
    overwrite: bool
    no_backup: bool
    offline: bool
    accept_loss: bool
    with_changes: bool
    with_members: bool
    yes: bool
    no_summary: bool
    rtl: bool | None
    delimiter: str | None
    bom: bool | None
    opened: bool
    on_change: str
    on_failure: str
    as_json: bool
    ca_bundle: Path | None
    strict: bool
    quiet: bool
    verbose: bool

    @property
    def across(self) -> bool:
        """Tell whether a row is a person, not a contact of one account."""
        return self.by == "person"

    @property
    def several(self) -> bool:
        """Tell whether it is about several accounts."""
        return self.all_accounts or bool(self.patterns) or self.from_store is not None

    @property
    def silent(self) -> bool:
        """Tell whether what is going on stays unsaid."""
        return self.quiet or self.as_json

    @property
    def commands(self) -> Commands:
        """Return what is run afterwards."""
        return Commands.of(self.on_change, self.on_failure)

    def wishes(self) -> Wishes:
        """Return what the file is to hold. Raises WrongUsage for all that has no sense together.

        Nothing was asked of anybody by then.
        """
        self.updating.check(self.out, overwrite=self.overwrite)
        _refuse(self._without_sense())
        form = formats.format_of(self.out, self.updating.format(self.out, self.named))
        _refuse(self._not_of(form))
        epoch()  # which refuses a time that is none
        wishes = Wishes(
            format=form,
            columns=titles(
                self.columns or ("full" if form == "jsonl" else "basic"), across=self.across
            ),
            summary=not self.no_summary,
            rtl=self.rtl,
            changes=self.with_changes,
            members=self.with_members,
            kind=self.kind,
            count=self.count,
            sort=self.sort,
            saved=self.saved,
            countries=selection.countries(self.within),
            new_since=self.new_since,
            excluded=_excluded(self.exclude),
            delimiter=DELIMITERS[self.delimiter or ","],
            mark=self.out != STDOUT if self.bom is None else self.bom,
        )
        selection.check(wishes)
        return wishes

    def asking(self, wishes: Wishes) -> Asking:
        """Return how the lists are come by."""
        return Asking(
            self.offline,
            self.max_age,
            self.ca_bundle,
            self.accept_loss,
            self.silent,
            self.with_members,
            self.yes,
            counted=wishes.format == "xlsx" and wishes.summary,
        )

    def writing(self, wishes: Wishes) -> Writing:
        """Return how the file is written."""
        how = self.updating
        added = wishes.columns if self.columns else ()
        wish = UpdateOptions(wishes.columns, how.missing, adopt=how.adopt, added=added)
        return Writing(
            wish if how.update else None,
            self.overwrite,
            not self.no_backup,
            how.backup,
            how.recalculate,
            how.force_open,
        )

    def _without_sense(self) -> Iterator[tuple[bool, str]]:
        """Yield what options exclude, in the order in which it is told; the format is unknown."""
        stdout = self.out == STDOUT
        yield (
            self.as_json and stdout,
            "--json reports on stdout, so OUT cannot be - at the same time.",
        )
        yield self.opened and stdout, "--open opens a file, so OUT cannot be - at the same time."
        yield self.no_backup and not self.overwrite, "--no-backup goes with --overwrite."
        yield (
            self.across and (not self.several or PLACE in self.out),
            "--by person makes one file of several accounts: "
            "getcontacts export OUT --all-accounts --by person",
        )
        yield (
            self.with_members and self.updating.update and self.exclude is not None,
            "--exclude with --members is for new workbooks, not for --update.",
        )
        yield self.yes and not self.with_members, "--yes goes with --members."
        yield (
            self.from_store is not None and bool(self.offline or self.accept_loss or self.max_age),
            "--from-store asks nobody; leave --offline, --max-age, --accept-loss out.",
        )
        one = self.account is not None or self.with_changes or self.with_members or self.opened
        yield (
            self.several and one,
            "--account, --changes, --members and --open go with one account, not several; "
            "for the members of several: getcontacts members OUT --all-accounts",
        )

    def _not_of(self, form: str) -> Iterator[tuple[bool, str]]:
        """Yield what options are not for files of this format."""
        yield (
            form != "csv" and (self.delimiter, self.bom) != (None, None),
            "--delimiter, --bom and --no-bom go with csv.",
        )
        yield (
            self.with_changes and (self.updating.update or form != "xlsx"),
            "--changes adds a sheet to a new workbook; otherwise: getcontacts changes",
        )
        yield (
            self.with_members and form != "xlsx",
            "--members adds a sheet to a workbook; otherwise: getcontacts members",
        )


def _refuse(rules: Iterator[tuple[bool, str]]) -> None:
    for is_broken, sentence in rules:
        if is_broken:
            raise WrongUsage(sentence)


def _excluded(file: Path | None) -> Exclusion | None:
    """Return who is left out, under the ids that any account knows of them. Raises WrongUsage."""
    if file is None:
        return None
    from workbook.export import exclusion_file

    return exclusion_file.read(file, settings.load().country).with_pairs(pairs.of_all())
