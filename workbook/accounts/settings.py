"""Where things are kept and what the user may set: one file, settings.json, without any secret."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

import msgspec

from workbook.errors import HomeNotWritable, NotWritable, WrongUsage
from workbook.files import atomic
from workbook.files.system_errors import unwritable

if TYPE_CHECKING:
    import sqlite3

FILE = "settings.json"
PATIENCE = 10.0  # seconds that another process may hold the lock

T = TypeVar("T")

Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Number = Annotated[int, msgspec.Meta(ge=0)]
Region = Annotated[str, msgspec.Meta(pattern="^([A-Za-z]{2})?$")]


class StoredAccount(msgspec.Struct, frozen=True, kw_only=True):
    """An account as the settings keep it: everything but the token."""

    api_url: str
    id_instance: str


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the user may set; `accounts` by alias, `default` names the one used when none is named.

    `max_answer_mib`: largest answer read, unpacked. `formula_max_age`: seconds for which cells are
    content with the last list. `country`: ISO region of phone numbers written without one.
    `shrink_percent` and `shrink_people`: a list that lost more of both is not believed at once.
    `history_days`: how long old lists are kept, 0 for ever. `missing`: what Excel's Refresh does
    with the row of somebody who is not in the list any more. `remove_noted`: "remove" takes away
    even rows in which the user wrote something.
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
    missing: Literal["keep", "mark", "remove"] = "keep"
    remove_noted: bool = False


def home() -> Path:
    """Return the folder of everything kept here: GETCONTACTS_HOME or the system's own place.

    Raises WrongUsage where neither leads to one.
    """
    try:
        return _home()
    except RuntimeError as error:  # ~nobody/lists, or a user whom the system does not know
        raise WrongUsage(
            "There is no folder to keep things in; set GETCONTACTS_HOME to the whole path of one."
        ) from error


def _home() -> Path:
    if named := os.environ.get("GETCONTACTS_HOME"):
        return Path(named).expanduser().absolute()
    from platformdirs import user_data_path

    return user_data_path("getcontacts", appauthor=False)


def made_home() -> Path:
    """Return `home()`, made for its owner alone where it is missing.

    Raises HomeNotWritable.
    """
    folder = home()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise HomeNotWritable(str(folder), unwritable(folder, error).why) from error
    return folder


def load() -> Settings:
    """Return the settings, the defaults where the file or a field is missing.

    Raises WrongUsage naming the file and the field that cannot be understood.
    """
    path = home() / FILE
    return understood(path, read_private(path) or b"{}", Settings)


def save(settings: Settings) -> None:
    """Write the settings in one replace; what the file holds beside our fields stays there.

    Another process' change between `load` and this is lost: `update` is for that.
    Raises WrongUsage where the file that is there is broken (it is left alone), NotWritable.
    """
    with lock():
        _write(settings)


def update(change: Callable[[Settings], Settings]) -> None:
    """Read, change and write the settings with no other process in between.

    Raises what `load` and `save` raise.
    """
    with lock():
        _write(change(load()))


def _write(settings: Settings) -> None:
    load()  # a file that makes no sense is for its owner to mend
    path = made_home() / FILE
    there = understood(path, read_private(path) or b"{}", dict[str, Any])
    merged = _merged(there, msgspec.to_builtins(settings))
    write_private(path, msgspec.json.format(msgspec.json.encode(merged), indent=2) + b"\n")


def _merged(there: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    unknown = {key: value for key, value in there.items() if key not in ours}
    known_accounts = there.get("accounts", {})
    accounts = {
        alias: {**known_accounts.get(alias, {}), **stored}
        for alias, stored in ours["accounts"].items()
    }
    return {**ours, "accounts": accounts, **unknown}


def understood(path: Path, content: bytes, shape: type[T]) -> T:
    """Decode a JSON file of ours.

    Raises WrongUsage naming file and field; its words never hold the file's own.
    """
    try:
        return msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"), type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "it is not text" if isinstance(error, UnicodeDecodeError) else str(error)
    raise WrongUsage(f"{path} cannot be read: {reason}. Correct it or delete it.")


def read_private(path: Path) -> bytes:
    """Return what a file of ours holds, nothing where there is none.

    Raises WrongUsage where it is there and cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror}.") from error


def write_private(path: Path, content: bytes) -> None:
    """Replace a file of ours in one step, readable by its owner alone from its first byte.

    Call it while holding `lock`. Raises NotWritable; the old file is then as it was.
    """
    with atomic.part_file(path) as part:
        part.file.write(content)
        part.sync()
        part.replace_target(atomic.PRIVATE)


@contextmanager
def lock() -> Iterator[None]:
    """Keep other processes and threads from changing files here; a killed holder frees it.

    Raises NotWritable when another one holds it for too long.
    """
    import sqlite3  # its file lock works on every system and dies with its process

    path = made_home() / ".lock"
    try:
        held = _locked(path)
    except sqlite3.Error as error:
        raise NotWritable(str(path.parent), "another program is changing it") from error
    try:
        yield
    finally:
        held.close()


def _locked(path: Path) -> sqlite3.Connection:
    import sqlite3

    from workbook.files.lock_wait import begin

    held = sqlite3.connect(path, isolation_level=None)
    try:
        begin(held, "EXCLUSIVE", PATIENCE)
    except BaseException:
        held.close()
        raise
    return held
