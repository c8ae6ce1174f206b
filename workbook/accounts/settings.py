"""The home folder, and the settings in it: one file, settings.json, that holds no secret."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from workbook.errors import HomeNotWritable, NotWritable, WrongUsage
from workbook.files import atomic, privacy
from workbook.files.folder import PRIVATE
from workbook.files.system_errors import unwritable, writable_errors

FILE = "settings.json"
KNOWN_BY = (FILE, "contacts.sqlite3")  # a home without these is new
NEW_HOME = b'{"history_days": 400}\n'  # homes of before keep theirs for ever, which is the default
PATIENCE = 10.0  # seconds that another process may hold the lock

T = TypeVar("T")

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Number = Annotated[int, msgspec.Meta(ge=0)]
Region = Annotated[str, msgspec.Meta(pattern="^([A-Za-z]{2})?$")]


class StoredAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account as the settings keep it: all but the token; `former`: its aliases of before."""

    api_url: str
    id_instance: str
    former: list[str] = []


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the user may set; `accounts` by alias, `default` names the one used when none is named.

    `max_answer_mib`: the largest answer that is read, unpacked. `formula_max_age`: how many seconds
    formulas show the last list before they ask for a new one. `country`: ISO region of phone
    numbers written without a country code. `shrink_percent` and `shrink_people`: a list that lost
    more than the first and at least the second is not believed at once. `history_days`: how long
    the history is kept, 0 for ever. `max_database_mib`: above it the oldest history goes.
    `missing`: what Excel's Refresh does with the row of a person who left the list.
    `remove_noted`: "remove" also removes rows in which the user wrote something.
    `allowed_folders`: workbooks in these folders may show contacts in formulas without being asked.
    """

    default: str = ""
    accounts: dict[str, StoredAccount] = {}
    trusted_hosts: list[str] = []
    max_answer_mib: Annotated[int, msgspec.Meta(ge=1)] = 192
    formula_max_age: Annotated[float, msgspec.Meta(ge=0)] = 60
    country: Region = ""
    shrink_percent: Percent = 30
    shrink_people: Number = 20
    history_days: Number = 0
    max_database_mib: Annotated[int, msgspec.Meta(ge=1)] = 2048
    missing: Literal["keep", "mark", "remove"] = "keep"
    remove_noted: bool = False
    allowed_folders: list[str] = []


def home() -> Path:
    """Return the home folder: GETCONTACTS_HOME, else the system's place for data of applications.

    Raises WrongUsage where neither names a folder, NotPrivate if other users can change it.
    """
    folder = _named_home()
    with suppress(OSError):  # not there yet, or nothing can be read in it
        privacy.check(folder, folder.stat())
    return folder


def _named_home() -> Path:
    try:
        if named := os.environ.get("GETCONTACTS_HOME"):
            return Path(named).expanduser().absolute()
        from platformdirs import user_data_path

        return user_data_path("getcontacts", appauthor=False)
    except RuntimeError as error:  # ~nobody/lists, or a user whom the system does not know
        raise WrongUsage(
            "There is no folder to keep things in; set GETCONTACTS_HOME to the whole path of one."
        ) from error


def made_home() -> Path:
    """Return `home()`; create it, for its owner alone, where it is missing.

    Raises HomeNotWritable.
    """
    folder = home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any((folder / name).exists() for name in KNOWN_BY):
            _begin(folder / FILE)
    except OSError as error:
        raise HomeNotWritable(str(folder), unwritable(folder, error).why) from error
    return folder


def _begin(file: Path) -> None:
    """Write the first settings of a new home, unless another process just did."""
    with suppress(FileExistsError):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "wb") as out:
            out.write(NEW_HOME)


def load() -> Settings:
    """Return the settings; a missing file or field means its default.

    Raises WrongUsage, which names the file and the field that cannot be read.
    """
    path = home() / FILE
    return understood(path, read_private(path) or b"{}", Settings)


def save(settings: Settings) -> None:
    """Replace the settings; a change by another process since `load` is lost. As `update`."""
    update(lambda _: settings)


def update(change: Callable[[Settings], Settings]) -> None:
    """Load, change and save the settings in one step, while no other process can change them.

    Fields of the file that we do not know stay. Raises NotWritable, and WrongUsage for a broken
    file, which is left as it is.
    """
    with lock():
        settings = change(load())
        path = made_home() / FILE
        there = understood(path, read_private(path) or b"{}", dict[str, Any])
        merged = _merged(there, msgspec.to_builtins(settings))
        write_private(path, msgspec.json.format(msgspec.json.encode(merged), indent=2) + b"\n")


def _merged(there: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    known_accounts = there.get("accounts", {})
    accounts = {
        alias: {**_unknown(known_accounts.get(alias, {}), StoredAccount), **stored}
        for alias, stored in ours["accounts"].items()
    }
    return {**ours, "accounts": accounts, **_unknown(there, Settings)}


def _unknown(fields: dict[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in shape.__struct_fields__}


def understood(path: Path, content: bytes, shape: type[T]) -> T:
    """Decode a JSON file of ours.

    Raises WrongUsage, which names file and field and never quotes what the file holds.
    """
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "it is not text" if isinstance(error, UnicodeDecodeError) else str(error)
    raise WrongUsage(f"{path} cannot be read: {reason}. Correct it or delete it.")


def read_private(path: Path) -> bytes:
    """Return the content of a file of ours, b"" where there is none; let nobody else read it.

    Raises WrongUsage for a file that cannot be read, NotPrivate for one that others can change.
    """
    try:
        with path.open("rb") as file:
            status = os.fstat(file.fileno())
            privacy.check(path, status)
            with suppress(OSError):  # a file system that is read-only
                if privacy.is_loose(status):
                    os.fchmod(file.fileno(), PRIVATE)
            return file.read()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}.") from error


def write_private(path: Path, content: bytes) -> None:
    """Replace a file of ours in one step; at no time can anybody but its owner read it.

    Call it while holding `lock`. Raises NotWritable; the old file is then as it was.
    """
    atomic.write(path, content, private=True)


@contextmanager
def lock() -> Iterator[None]:
    """Keep other processes and threads from changing the files here; ends with its process.

    Raises NotWritable when another one holds it for too long.
    """
    import sqlite3  # its file lock works on every system and dies with its process

    from workbook.files.lock_wait import begin

    path = made_home() / ".lock"
    with writable_errors(path):
        privacy.ensure(path)
    with ExitStack() as held:
        try:
            connection = sqlite3.connect(path, isolation_level=None)
            held.enter_context(closing(connection))
            begin(connection, "EXCLUSIVE", PATIENCE)
        except sqlite3.Error as error:
            raise NotWritable(str(path.parent), "another program is changing it") from error
        yield
