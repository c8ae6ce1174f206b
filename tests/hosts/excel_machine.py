"""A machine as Windows or macOS would be: start folder, registry, and a Python beside its DLL."""

from __future__ import annotations

import hashlib
import shutil
import sys
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace

import pytest

from addin.excel import machine
from addin.excel.xlam import library


def windows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend to be on Windows, where all is well, and return the interpreter there."""
    monkeypatch.setattr(machine, "system", lambda: "Windows")
    monkeypatch.setattr(machine, "has_pywin32", lambda: True)
    monkeypatch.setattr(machine, "works_isolated", lambda _: True)
    monkeypatch.setenv("APPDATA", str(folder / "Roaming"))
    excel = folder / "Office" / "EXCEL.EXE"
    excel.parent.mkdir()
    excel.touch()
    register(monkeypatch, f'"{excel}"')
    python = folder / "venv" / "Scripts" / "python.exe"
    python.parent.mkdir(parents=True)
    python.touch()
    loadable = find_spec("_ctypes")
    assert loadable is not None
    assert loadable.origin is not None
    shutil.copy(loadable.origin, dll(python))
    review(monkeypatch, dll(python))
    return python


def review(monkeypatch: pytest.MonkeyPatch, library_file: Path) -> None:
    """Let this file be the DLL that was reviewed."""
    digest = hashlib.sha256(library_file.read_bytes()).hexdigest()
    monkeypatch.setitem(library.KNOWN, version("xlwings"), {library_file.name: digest})


def dll(python: Path) -> Path:
    """Return where pip puts the DLL that Excel loads: above the Scripts folder."""
    return python.parent.parent / f"xlwings64-{version('xlwings')}.dll"


def register(monkeypatch: pytest.MonkeyPatch, excel: str) -> None:
    """Let the registry say where Excel is, "" for nowhere."""

    def query(hive: str, key: str) -> str:
        if not excel or hive == "user" or not key.endswith(r"App Paths\excel.exe"):
            raise FileNotFoundError(2, "The system cannot find the file specified")
        return excel

    registry = SimpleNamespace(
        HKEY_CURRENT_USER="user", HKEY_LOCAL_MACHINE="machine", QueryValue=query
    )
    monkeypatch.setitem(sys.modules, "winreg", registry)


def mac(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pretend to be on a Mac with Excel, and return its interpreter."""
    monkeypatch.setattr(machine, "system", lambda: "Darwin")
    monkeypatch.setattr(machine, "MAC_EXCEL", folder / "Microsoft Excel.app")
    monkeypatch.setenv("HOME", str(folder))
    (folder / "Microsoft Excel.app").mkdir()
    script = folder / "Library" / "Application Scripts" / "com.microsoft.Excel"
    script.mkdir(parents=True)
    (script / f"xlwings-{version('xlwings')}.applescript").touch()
    return Path(sys.executable)
