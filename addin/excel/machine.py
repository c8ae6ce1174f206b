"""What this computer is asked about itself: where Excel is, what blocks a file."""

from __future__ import annotations

import ctypes
import importlib
import platform
import re
import shlex
import subprocess
from importlib import metadata
from pathlib import Path

APP_PATHS = r"SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
MAC_EXCEL = Path("/Applications/Microsoft Excel.app")
SECONDS = 60.0  # a first start, with a virus scanner at work


def system() -> str:
    """Return "Windows", "Darwin" (macOS), "Linux" or what else this is."""
    return platform.system()


def has_pywin32() -> bool:
    """Tell whether pywin32, which xlwings needs on Windows, is installed."""
    try:
        metadata.version("pywin32")
    except metadata.PackageNotFoundError:
        return False
    return True


def excel() -> Path | None:
    """Return where Excel is on Windows (registry, App Paths) or macOS."""
    if system() != "Windows":
        return MAC_EXCEL if MAC_EXCEL.exists() else None
    winreg = importlib.import_module("winreg")
    for hive in (winreg.HKEY_CURRENT_USER, winreg.HKEY_LOCAL_MACHINE):
        try:
            path = Path(winreg.QueryValue(hive, APP_PATHS).strip('"'))
        except OSError:
            continue
        if path.is_file():
            return path
    return None


def command(program: str | Path, words: str) -> str:
    """Return a line that runs a program, to be pasted into PowerShell or a Mac's terminal."""
    if system() != "Windows":
        return f"{shlex.quote(str(program))} {words}"
    path = str(program).replace("'", "''")
    return f"& '{path}' {words}" if re.search(r"[^\w.:\\/-]", path) else f"{path} {words}"


def works_isolated(interpreter: str) -> bool:
    """Tell whether a Python finds all it needs in its own folders, as Excel starts it (-I)."""
    command = [interpreter, "-I", "-c", "import xlwings, addin"]
    try:
        run = subprocess.run(  # noqa: S603 - the Python that is to be installed for Excel
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return run.returncode == 0


def loading_problem(library: Path) -> str:
    """Load a library and return what the system says against it, "" if nothing."""
    try:
        ctypes.CDLL(str(library))
    except OSError as error:
        return error.strerror or str(error)
    return ""
