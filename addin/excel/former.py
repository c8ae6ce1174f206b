"""Add-ins built by version 0.1, through which a cell could run code: known, and why they must go.

Most call `addin.ribbon` and `addin.udfs`, which say so. The last ones call the names of today, so
the file is looked at, too: what makes it dangerous is xlwings' own module in its VBA.
"""

from __future__ import annotations

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

UNREADABLE = (BadZipFile, zlib.error, EOFError, LookupError, RuntimeError, ValueError)
PROJECT, MODULE = "xl/vbaProject.bin", b"Module=xlwings"

WHY = (
    "This add-in was built by getcontacts 0.1, and through it a workbook from anybody can run "
    "programs on this computer."
)
MEND = "getcontacts addin install"
SENTENCE = f"{WHY} Close Excel and run: {MEND}"


def is_former(version: str) -> bool:
    """Tell whether an add-in of this version of getcontacts is one of those."""
    return version.startswith("0.1.")


def runs_code(content: bytes) -> bool:
    """Tell whether a file's VBA has xlwings' own module, which runs what any cell gives it.

    False for a file that is no add-in.
    """
    try:
        with ZipFile(BytesIO(content)) as parts:
            return MODULE in parts.read(PROJECT)
    except UNREADABLE:
        return False
