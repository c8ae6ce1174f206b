"""Delete a person, an account, or everything that is kept here; no other file is touched."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from workbook.accounts import accounts, credentials, settings
from workbook.errors import ContactsError, NoAccount, NotWritable, TokensLeft, WrongUsage
from workbook.files.atomic import clear_leftovers
from workbook.files.system_errors import undeletable
from workbook.store import database, deletion, exported_files, snapshots
from workbook.sync.person import ids_of

DEMO = "demo"  # folder of the demonstration, inside the user's home
OURS = (settings.FILE, credentials.FILE, ".lock")
# locks are of files that were written when a run was killed, and of all on Windows
MANY = (settings.SKELETONS, ".out-*")


def purge_everything() -> None:
    """Delete all accounts, tokens, settings and lists.

    Raises NotDeleted for a file that could not be deleted, TokensLeft when all else is deleted.
    """
    left = _drop_tokens()
    _clear_part_files()
    for folder in (settings.home() / DEMO, settings.home()):
        _empty(folder)
    if left is not None:
        raise left


def _drop_tokens() -> TokensLeft | None:
    try:
        instances = {at.id_instance for at in settings.load().accounts.values()}
        kept = sorted(each for each in instances if not credentials.drop(each))
    except WrongUsage:  # what cannot be read does not say which tokens there are
        return TokensLeft()
    return TokensLeft(tuple(kept)) if kept else None


def _clear_part_files() -> None:
    """Delete the part files that killed runs left beside exported files."""
    with suppress(NotWritable):  # a damaged database does not know them
        for path in exported_files.unfinished_paths():
            with suppress(OSError, ContactsError):  # the folder is gone or not ours
                clear_leftovers(path)


def purge_account(alias: str) -> None:
    """Delete an account's credentials, lists and history.

    Raises NoAccount for an unknown alias, NotWritable, TokensLeft when all else is deleted.
    """
    stored = settings.load().accounts
    _clear_part_files()
    instances = {instance for _, instance in snapshots.accounts_with_lists(alias)}
    if alias in stored:
        instances.add(stored[alias].id_instance)
    if not instances:
        raise NoAccount(alias, tuple(stored))
    with database.writing() as connection:
        for instance in instances:
            deletion.delete_account(connection, instance)
    database.scrub()
    if alias in stored:
        accounts.forget(alias)


def purge_person(instance: str, wanted: str, country: str = "") -> tuple[str, ...]:
    """Delete all that is kept of a person, named by id or phone; return the ids that were deleted.

    Raises NotWritable, and WrongUsage for a number that may be of two people.
    """
    with database.writing() as connection:
        ids = ids_of(connection, instance, wanted, country, surely=True)
        deletion.delete_person(connection, instance, ids)
    database.scrub()  # even if nobody was found: an earlier run may have been stopped before this
    return tuple(sorted(ids))


def _empty(folder: Path) -> None:
    problem: ContactsError | None = None
    many = [each.name for pattern in MANY for each in folder.glob(pattern)]
    for name in (*OURS, *many):
        try:
            with suppress(FileNotFoundError):  # no such folder, or not any more
                clear_leftovers(folder / name)
            (folder / name).unlink(missing_ok=True)
        except OSError as error:
            problem = undeletable(folder / name, error)
    if problem is not None:
        raise problem
    deletion.remove(folder / database.NAME)
    with suppress(OSError):  # what is left there is not ours
        folder.rmdir()
