"""The home folder, and the settings in it: one file, settings.json, that holds no secret."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import msgspec

from workbook.contacts.columns import COLUMNS, PRESETS
from workbook.errors import HomeNotWritable, NotWritable, WrongUsage
from workbook.files import atomic, privacy
from workbook.files.folder import PRIVATE, resolved
from workbook.files.system_errors import unwritable, writable_errors

FILE = "settings.json"
SKELETONS = "skeleton-*"  # workbooks without rows, which openpyxl made once
KNOWN_BY = (FILE, "contacts.sqlite3")  # a home without these is new
NEW_HOME = b'{"history_days": 400}\n'  # homes of before keep theirs for ever, which is the default
PATIENCE = 10.0  # seconds that another process may hold the lock

T = TypeVar("T")


class StoredAccount(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An account as the settings keep it: all but the token; `former`: its aliases of before."""

    api_url: str
    id_instance: str
    former: list[str] = []


def _means(meaning: str, **limits: Any) -> msgspec.Meta:
    return msgspec.Meta(description=meaning, **limits)


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What the user may set, each with its meaning; `default` and `accounts` have commands."""

    default: str = ""
    accounts: dict[str, StoredAccount] = {}
    country: Annotated[
        str,
        _means(
            "The country of phones that are written without a country code, as two letters.",
            pattern="^([A-Za-z]{2})?$",
        ),
    ] = ""
    columns: Annotated[
        str,
        _means("Columns that Refresh gives a table, as --columns names them; empty: the four."),
    ] = ""
    missing: Annotated[
        Literal["keep", "mark", "remove"],
        _means("What Refresh does with the row of a person who left the list."),
    ] = "keep"
    remove_noted: Annotated[
        bool, _means('With missing "remove": also rows in which you wrote something.')
    ] = False
    shrink_percent: Annotated[
        int,
        _means("A list that lost more than so many percent is not believed at once.", ge=0, le=100),
    ] = 30
    shrink_people: Annotated[
        int, _means("... and at least so many people: smaller losses are believed.", ge=0)
    ] = 20
    history_days: Annotated[
        int, _means("For how many days changes are kept; 0 is for ever.", ge=0)
    ] = 0
    max_database_mib: Annotated[
        int, _means("Above this size of the database the oldest history goes, in MiB.", ge=1)
    ] = 2048
    run_log_days: Annotated[
        int, _means("For how many days the log of runs is kept; 0 is for ever.", ge=0)
    ] = 90
    max_answer_mib: Annotated[
        int, _means("The largest answer of GREEN-API that is read, unpacked, in MiB.", ge=1)
    ] = 192
    formula_max_age: Annotated[
        float, _means("For how many seconds formulas show a list before they ask anew.", ge=0)
    ] = 60
    allowed_folders: Annotated[
        list[str], _means("Workbooks in these folders may show contacts without being asked.")
    ] = []
    trusted_hosts: Annotated[
        list[str], _means("Hosts beside GREEN-API's own that may be given a token.")
    ] = []

    def __post_init__(self) -> None:
        """Refuse a column that we do not know."""
        known = {title.casefold() for title in (*PRESETS, *COLUMNS)}
        if not {each.strip().casefold() for each in self.columns.split(",")} <= {"", *known}:
            raise ValueError(
                f"columns names one that is not there; there are {', '.join((*PRESETS, *COLUMNS))}"
            )


def home() -> Path:
    """Return the home folder: GETCONTACTS_HOME, else the system's place for data of applications.

    Raises WrongUsage where neither names a folder, NotPrivate if other users can change it,
    ForeignLink if one of them has laid it, HomeNotWritable if the system does not let us look.
    """
    named = _named_home()
    try:
        folder = resolved(named)
    except OSError as error:
        raise HomeNotWritable(str(named), unwritable(named, error).why) from error
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
        while not any(os.path.lexists(folder / name) for name in KNOWN_BY):
            _make(folder)
            _begin(folder / FILE)
    except OSError as error:
        raise HomeNotWritable(str(folder), unwritable(folder, error).why) from error
    return folder


def _make(folder: Path) -> None:
    """Create the folder, unless another process just did, or deleted it.

    `mkdir(exist_ok=True)` looks at what it met, and refuses a folder that is gone by then.
    """
    try:
        folder.mkdir(mode=0o700, parents=True)
    except FileExistsError:
        with suppress(FileNotFoundError):
            if not stat.S_ISDIR(folder.stat().st_mode):
                raise


def _begin(file: Path) -> None:
    """Write the first settings of a new home, unless another process just did, or deleted it."""
    with suppress(FileExistsError, FileNotFoundError):
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE)
        with os.fdopen(handle, "wb") as out:
            out.write(NEW_HOME)


def load() -> Settings:
    """Return the settings; a missing file or field means its default.

    Raises WrongUsage, which names the file and the field that cannot be read.
    """
    path = home() / FILE
    try:
        there = path.stat()
    except OSError:
        return _settings(path)
    return _settings(path, there.st_ino, there.st_size, there.st_mtime_ns, there.st_ctime_ns)


@lru_cache(1)
def _settings(path: Path, *state: int) -> Settings:
    """Return the settings as they are in this `state` of their file.

    A run asks for each account, and to read ten thousand of them takes 15 ms.
    """
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
        _write(path, merged)


def _merged(there: dict[str, Any], ours: dict[str, Any]) -> dict[str, Any]:
    known_accounts = there.get("accounts", {})
    accounts = {
        alias: {**_unknown(known_accounts.get(alias, {}), StoredAccount), **stored}
        for alias, stored in ours["accounts"].items()
    }
    return {**ours, "accounts": accounts, **_unknown(there, Settings)}


def unknown_names() -> list[str]:
    """Return the fields of the file that are no settings, such as mistyped ones."""
    path = home() / FILE
    there = understood(path, read_private(path) or b"{}", dict[str, Any])
    return [*_unknown(there, Settings)]


def _unknown(fields: dict[str, Any], shape: type[msgspec.Struct]) -> dict[str, Any]:
    return {key: value for key, value in fields.items() if key not in shape.__struct_fields__}


def put(key: str, value: object = msgspec.UNSET) -> None:
    """Set one field of the file, or take it out; the others need not be right.

    Raises NotWritable, and WrongUsage for a file that is no JSON object.
    """
    with lock():
        path = made_home() / FILE
        there = understood(path, read_private(path) or b"{}", dict[str, Any])
        kept = {name: each for name, each in there.items() if name != key}
        _write(path, kept if value is msgspec.UNSET else {**kept, key: value})


def _write(path: Path, fields: dict[str, Any]) -> None:
    write_private(path, msgspec.json.format(msgspec.json.encode(fields), indent=2) + b"\n")


def understood(path: Path, content: bytes, shape: type[T]) -> T:
    """Decode a JSON file of ours.

    Raises WrongUsage, which names file, line and field and never quotes what the file holds.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return msgspec.json.decode(content, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        reason = "it is not text" if isinstance(error, UnicodeDecodeError) else str(error)
    line = _line_of(reason, content)
    where = f" (line {line})" if line else ""
    raise WrongUsage(f"{path} cannot be read{where}: {reason}. {_cure(path, reason)}")


def _line_of(reason: str, content: bytes) -> int:
    """Return the line that msgspec's reason means, 0 where it means none."""
    if found := re.search(r"\(byte ([0-9]+)\)", reason):
        return content[: int(found[1])].count(b"\n") + 1
    if "truncated" in reason:
        return content.rstrip().count(b"\n") + 1
    keys = re.findall(r"\.(\w+)", reason.partition("`$")[2])
    at = content.find(f'"{keys[-1]}"'.encode()) if keys else -1
    return content[:at].count(b"\n") + 1 if at >= 0 else 0


def _cure(path: Path, reason: str) -> str:
    if path.name != FILE:
        return "Correct it in an editor, or log in again: getcontacts login"
    field = re.search(r"`\$\.(\w+)(?:\[[0-9]+\])?`$", reason)
    if field and field[1] in Settings.__struct_fields__[2:]:
        return f"Back to the default: getcontacts config unset {field[1]}"
    return "Correct it: getcontacts config edit"


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

    from workbook.files.lock_wait import is_busy, locked

    path = made_home() / ".lock"
    with writable_errors(path):
        privacy.ensure(path)
    try:
        connection = locked(path, PATIENCE)
    except sqlite3.Error as error:
        why = "another program is changing it" if is_busy(error) else str(error)
        raise NotWritable(str(path.parent), why) from error
    with closing(connection):
        yield
