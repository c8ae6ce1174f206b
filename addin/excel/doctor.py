"""What keeps Excel from the add-in, as checks of `getcontacts doctor`; each changes nothing."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

import workbook
from addin.excel import install, machine
from addin.excel.addin_info import Stamp
from addin.excel.former import MEND, WHY
from addin.excel.install import NOT_ISOLATED, Installed
from addin.excel.xlam import library
from workbook.errors import WrongUsage
from workbook.files.place import is_marked
from workbook.sync.doctor import Check, failed, failed_with


def excel_checks() -> list[Check]:
    """Look at xlwings, Excel and the add-in file; at nothing where Excel does not run."""
    system = machine.system()
    if system not in ("Windows", "Darwin"):
        return []
    try:
        found = install.status()
    except WrongUsage as error:
        return [_xlwings(), _excel(), failed_with("Add-in file", error)]
    if found.stamp is None and machine.excel() is None:
        return [Check("Excel", None, "not found; the command needs none")]
    if found.stamp is None:
        return [_xlwings(), _excel(), failed("Add-in file", f"{found.path} is not there", MEND)]
    looked = [_xlwings(), _excel(), _file(found, found.stamp), _interpreter(found.stamp)]
    if system == "Darwin":
        return [*looked, _script()]
    dll = [_dll(found.stamp)] if found.stamp.interpreter else []
    return [*looked, *dll, _mark(found.path)]


def _xlwings() -> Check:
    name, version = "xlwings", metadata.version("xlwings")
    if machine.system() == "Windows" and not machine.has_pywin32():
        mend = machine.command(sys.executable, "-m pip install pywin32")
        return failed(name, f"{version}, without pywin32", mend)
    return Check(name, True, version)


def _excel() -> Check:
    path = machine.excel()
    if path is None:
        return failed("Excel", "not found", "Install Excel, then: getcontacts addin install")
    if "WindowsApps" in str(path):  # xlwings issues 1166, 1260, 1476, 1502, 1554
        return failed(
            "Excel",
            f"{path} comes from the Microsoft Store, where it cannot start Python",
            "Install Excel from office.com instead of the Microsoft Store.",
        )
    return Check("Excel", True, str(path))


def _file(found: Installed, stamp: Stamp) -> Check:
    name, wanted = "Add-in file", (workbook.__version__, metadata.version("xlwings"))
    if found.former:
        return failed(name, f"{found.path}: {WHY}", MEND)
    built = (stamp.getcontacts, stamp.xlwings)
    if built != wanted:
        of, now = (f"getcontacts {ours or '?'} with xlwings {its or '?'}"
                   for ours, its in (built, wanted))  # fmt: skip
        return failed(name, f"{found.path} is of {of}, and this is {now}", MEND)
    return Check(name, True, str(found.path))


def _interpreter(stamp: Stamp) -> Check:
    name = "Interpreter"
    path = stamp.interpreter
    if not path or not Path(path).is_file():
        return failed(name, f"{path or 'the Python'} the add-in starts is not there", MEND)
    if not machine.works_isolated(path):
        return failed(name, f"{path} {NOT_ISOLATED}", MEND)
    return Check(name, True, path)


def _dll(stamp: Stamp) -> Check:
    name = "xlwings DLL"
    interpreter, xlwings = Path(stamp.interpreter), stamp.xlwings
    there = library.beside(interpreter, xlwings)
    again = machine.command(stamp.interpreter, f"-m {library.cure()}")
    if not there:
        return failed(name, f"none of {xlwings} in {interpreter.parent} or beside it", again)
    if unknown := [path for path in there if not library.is_known(path, xlwings)]:
        return failed(name, f"{unknown[0]} is not the one that was reviewed", again)
    if problem := machine.loading_problem(there[0]):
        mend = "Let your antivirus program allow this file, then run getcontacts doctor again."
        return failed(name, f"{there[0]} does not load: {problem}", mend)
    return Check(name, True, str(there[0]))


def _mark(path: Path) -> Check:
    name = "Mark of the Web"
    if is_marked(path):
        return failed(
            name,
            f"{path} is marked as a download, so Excel blocks it",
            "getcontacts addin remove, then getcontacts addin install",
        )
    return Check(name, True, "not marked as a download")


def _script() -> Check:
    version = metadata.version("xlwings")
    folder = Path.home() / "Library" / "Application Scripts" / "com.microsoft.Excel"
    script = folder / f"xlwings-{version}.applescript"
    if not script.is_file():
        xlwings = Path(sys.executable).with_name("xlwings")
        install = machine.command(xlwings, "runpython install")
        return failed("RunPython script", f"{script} is not there", install)
    return Check("RunPython script", True, str(script))
