"""Put the add-in file into Excel's start folder, or delete it there; nothing is printed."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path

import msgspec

from addin.excel import machine
from addin.excel.addin_info import Stamp, stamp_of
from addin.excel.former import is_former, runs_code
from workbook.errors import NotDeleted, WrongUsage
from workbook.files import atomic
from workbook.files.system_errors import undeletable, writable_errors

NAME = "GetContacts.xlam"
NOT_ISOLATED = (
    "does not find getcontacts in its own folders (python -I), the only ones that Excel's Python "
    "looks into: it was installed with --user, or PYTHONPATH leads to it. Install it in a virtual "
    "environment, as the README shows, and repeat this there."
)


class Installed(msgspec.Struct, frozen=True):
    """The add-in file: where it is or would be, and what it says of itself (None: no such file).

    `former`: through it, a cell can run code.
    """

    path: Path
    stamp: Stamp | None
    former: bool = False


def start_folder() -> Path:
    """Return the folder whose files Excel opens when it starts; it may not be there yet.

    Raises WrongUsage where there is no Excel.
    """
    match machine.system():
        case "Windows":
            roaming = os.environ.get("APPDATA") or str(Path.home() / "AppData" / "Roaming")
            return Path(roaming) / "Microsoft" / "Excel" / "XLSTART"
        case "Darwin":
            office = Path.home() / "Library" / "Group Containers" / "UBF8T346G9.Office"
            return office / "User Content.localized" / "Startup.localized" / "Excel"
    raise WrongUsage("Excel runs on Windows and macOS; on Linux use: getcontacts addin build")


def install(interpreter: str | None = None) -> Installed:
    """Build the add-in for this environment and put it into Excel's start folder.

    A file there that is the same already is left alone, even while Excel has it open.
    Raises WrongUsage where there is no Excel, or a Python that Excel could not use, XlwingsChanged
    for an xlwings that was not reviewed, NotWritable (why "open" while Excel uses the file).
    """
    path = start_folder() / NAME
    from addin.excel.xlam import library
    from addin.excel.xlam.builder import build

    python = interpreter or sys.executable
    library.check(Path(python))
    if not machine.works_isolated(python):
        raise WrongUsage(f"{python} {NOT_ISOLATED}")
    content = build(interpreter)
    if _there(path) != content:
        _put(path, content)
    return Installed(path, stamp_of(content))


def status() -> Installed:
    """Return where the add-in is or would be, and what the file there says of itself.

    Raises WrongUsage where there is no Excel, or where the file cannot be read.
    """
    path = start_folder() / NAME
    content = _there(path)
    if content is None:
        return Installed(path, None)
    stamp = stamp_of(content)
    return Installed(path, stamp, is_former(stamp.getcontacts) or runs_code(content))


@cache
def former_is_open() -> bool:
    """Tell whether the add-in that Excel opened at its start lets a cell run code; look once."""
    try:
        content = _there(start_folder() / NAME)
    except WrongUsage:
        return False
    return content is not None and runs_code(content)


def remove() -> bool:
    """Delete the add-in file; tell whether there was one.

    Raises WrongUsage where there is no Excel, NotDeleted (why "open" while Excel uses the file).
    """
    path = start_folder() / NAME
    problem: NotDeleted | None = None
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        problem = undeletable(path, error)
    if problem is not None:
        raise problem
    return True


def _there(path: Path) -> bytes | None:
    problem = ""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        problem = error.strerror or "the system refused"
    raise WrongUsage(f"{path} cannot be read: {problem}.")


def _put(path: Path, content: bytes) -> None:
    """Write beside the start folder, for Excel opens whatever it finds inside, then replace."""
    with writable_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, content, path.parent.parent)
