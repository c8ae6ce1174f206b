"""Build the add-in file GetContacts.xlam out of text, on any system; it writes no file itself."""

from __future__ import annotations

import sys
from importlib.metadata import version

from addin.excel.xlam.package import package
from addin.excel.xlam.project import vba_project
from addin.excel.xlam.start import is_windows
from addin.excel.xlam.vba_sources import PROJECT, modules, text_of


def build(interpreter: str | None = None) -> bytes:
    """Return the add-in file; the same environment makes the same bytes.

    `interpreter` is the full path of the Python that Excel starts, this one if not given. Raises
    WrongUsage for anything else, XlwingsChanged for an xlwings that was not reviewed.
    """
    python = interpreter or sys.executable
    vba = vba_project(PROJECT, modules(python))
    return package(_said(python), vba, text_of("ribbon.xml").encode())


def _said(interpreter: str) -> list[tuple[str, str]]:
    """Return what the file says of itself on its one sheet, which its VBA never reads."""
    return [
        ("Interpreter_Win" if is_windows(interpreter) else "Interpreter_Mac", interpreter),
        ("getcontacts version", version("green-api-contacts")),
        ("xlwings version", version("xlwings")),
    ]
