"""The options of a command that brings a workbook up to date: what they are, and their sense."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
import msgspec

from workbook.errors import WrongUsage
from workbook.export.run import STDOUT
from workbook.merge.model import Missing
from workbook.merge.refusals import NotAWorkbook


class Updating(msgspec.Struct, frozen=True):
    """Whether OUT is brought up to date, and how."""

    update: bool
    missing: Missing
    backup: bool
    adopt: bool
    recalculate: bool
    force_open: bool

    def check(self, out: str, *, overwrite: bool) -> None:
        """Raise WrongUsage for what has no sense together, NotAWorkbook for a file of no use."""
        if self.update and out == STDOUT:
            raise WrongUsage(
                "--update brings a file up to date, so OUT cannot be - at the same time."
            )
        options = self.backup, self.adopt, self.recalculate, self.force_open
        if not self.update and (any(options) or self.missing is not Missing.KEEP):
            raise WrongUsage(
                "--missing, --backup, --adopt, --recalculate and --force-open go with --update."
            )
        if self.update and overwrite:
            raise WrongUsage(
                "--update brings OUT up to date and --overwrite replaces it; give one."
            )
        if self.update and (suffix := suffix_of(out)) in NotAWorkbook.reasons:
            raise NotAWorkbook(suffix)

    def format(self, out: str, named: str | None) -> str | None:
        """Return the format that was named, which a workbook with macros needs not."""
        return "xlsx" if self.update and suffix_of(out) == "xlsm" else named


def suffix_of(out: str) -> str:
    """Return the ending of a file's name, in lower case."""
    return Path(out).suffix.lower().removeprefix(".")


def updates(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets them as one argument `updating`."""

    @wraps(command)
    def gathered(
        *, update: bool, missing: str, backup: bool, adopt: bool, recalculate: bool,
        force_open: bool, **others: Any,
    ) -> Any:  # fmt: skip
        how = Updating(update, Missing(missing), backup, adopt, recalculate, force_open)
        return command(updating=how, **others)

    done: Callable[..., Any] = gathered
    for option in reversed(OPTIONS):
        done = option(done)
    return done


OPTIONS = (
    click.option("--update", is_flag=True, help="Bring OUT up to date, or make it; notes stay."),
    click.option(
        "--missing",
        type=click.Choice(["keep", "mark"]),
        default="keep",
        help="With --update: rows of people not in the list any more.",
    ),
    click.option(
        "--backup", is_flag=True, help="With --update: keep the old OUT as OUT.bak, OUT.bak1…"
    ),
    click.option("--adopt", is_flag=True, help="With --update: OUT is this account's, I am sure."),
    click.option(
        "--recalculate", is_flag=True, help="With --update: let LibreOffice compute old results."
    ),
    click.option("--force-open", is_flag=True, help="With --update: even if OUT seems to be open."),
)
