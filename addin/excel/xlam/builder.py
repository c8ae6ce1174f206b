"""Build the add-in file GetContacts.xlam out of text, on any system; it writes no file itself."""

from __future__ import annotations

import sys

from addin.excel.xlam.package import package
from addin.excel.xlam.project import vba_project
from addin.excel.xlam.settings import settings
from addin.excel.xlam.vba_sources import PROJECT, modules, text_of


def build(interpreter: str | None = None) -> bytes:
    """Return the add-in file; the same environment makes the same bytes.

    `interpreter` is the full path of the Python that Excel starts, this one if not given. Raises
    WrongUsage for anything else, XlwingsChanged where xlwings' VBA is not as it was reviewed.
    """
    pairs = settings(interpreter or sys.executable)
    return package(pairs, vba_project(PROJECT, modules()), text_of("ribbon.xml").encode())
