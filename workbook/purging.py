"""Deletes what is kept here, and nothing that is not ours."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from workbook import accounts, settings, store, vault
from workbook.errors import ContactsError, WrongUsage
from workbook.settings import unwritable

DEMO = "demo"  # the demonstration's own home, inside the user's
OURS = (settings.FILE, vault.FILE, ".lock", *(store.NAME + end for end in ("", "-wal", "-shm")))


def everything() -> None:
    """Delete accounts, tokens, settings and lists; raises NotWritable for what would not go."""
    with suppress(WrongUsage):  # settings that cannot be read name no accounts
        for each in accounts.known():
            if each.where != accounts.ENVIRONMENT:
                accounts.forget(each.alias)
    for folder in (settings.home() / DEMO, settings.home()):
        _empty(folder)


def _empty(folder: Path) -> None:
    problem: ContactsError | None = None
    for name in OURS:
        try:
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            problem = unwritable(folder / name, error)
    if problem is not None:
        raise problem
    with suppress(OSError):  # what is left there is not ours
        folder.rmdir()
