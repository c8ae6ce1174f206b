"""The constants by which Excel starts Python; no workbook can change them.

-I is what keeps other people's modules away: no folder of a workbook, no PYTHONPATH, no packages
of `pip install --user`.
"""

from __future__ import annotations

import re
from pathlib import PurePosixPath, PureWindowsPath

from addin.excel.xlam.literals import assigned
from workbook.errors import WrongUsage

ISOLATED = "-I"
# Run in the folder of Python: so the line holds no folder, and that may have letters which the
# code page of this Windows lacks (xlwings' DLL calls CreateProcessA). No cmd.exe stands between.
SERVE = """.\\{name} -I -B -c "import xlwings; xlwings.serve('$(CLSID)')\""""
PLAIN_NAME = re.compile(r"[A-Za-z0-9._-]+")
WINDOWS_CANNOT = re.compile(r'[\x00-\x1f"*<>?|]')  # in the name of a folder
MAC_LOG = "$HOME/Library/Containers/com.microsoft.Excel/Data/xlwings.log"  # sh knows $HOME
MAC_CANNOT = re.compile(r"[|\x00-\x1f\x7f]")  # xlwings' script parts what it is given at each |


def is_windows(interpreter: str) -> bool:
    """Tell whether this is the full path of a Python on Windows, not one on a Mac.

    Raises WrongUsage for anything else, and for a path that cannot be handed over.
    """
    if PureWindowsPath(interpreter).is_absolute():
        if WINDOWS_CANNOT.search(str(PureWindowsPath(interpreter).parent)):
            raise WrongUsage(
                f"{interpreter!r} is no path of Windows; give one such as "
                r"C:\Users\me\venv\Scripts\python.exe"
            )
        if not PLAIN_NAME.fullmatch(PureWindowsPath(interpreter).name):
            raise WrongUsage(
                f'"{interpreter}" has a file name that Excel cannot start; take the python.exe of '
                "a virtual environment"
            )
        return True
    if not PurePosixPath(interpreter).is_absolute():
        raise WrongUsage(
            f'"{interpreter}" is no full path of a Python; give one such as '
            r"C:\Users\me\venv\Scripts\python.exe"
        )
    if MAC_CANNOT.search(interpreter):
        raise WrongUsage(
            f'"{interpreter}" has a character that Excel for Mac cannot hand over; make the '
            "virtual environment in a folder with a plain name"
        )
    return False


def serve_command(interpreter: str) -> str:
    """Return the command line of Excel's Python on Windows, as xlwings' DLL takes it."""
    name = PureWindowsPath(interpreter).name if is_windows(interpreter) else "python.exe"
    return SERVE.format(name=name)


def windows_folder(interpreter: str) -> str:
    """Return the VBA lines that tell the folder of Python on Windows, an empty one for a Mac."""
    folder = str(PureWindowsPath(interpreter).parent) if is_windows(interpreter) else ""
    return assigned("WindowsFolder", folder)


def mac_start(interpreter: str) -> str:
    """Return the VBA lines that tell xlwings' script on a Mac what stands before the code.

    The script gives it to a shell as it is, so it is quoted for one.
    """
    if is_windows(interpreter):
        return "    Err.Raise OUR_ERROR"
    quoted = "'" + interpreter.replace("'", "'\\''") + "'"
    return assigned("MacStart", f"FALSE|{quoted} {ISOLATED}|")
