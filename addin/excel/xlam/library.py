"""xlwings' DLL, through which Excel reaches Python: which one was read and tried, and where it is.

The add-in calls it in the way of one version, and nobody else vouches for what is in it.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from workbook.errors import ContactsError

# SHA-256 in the wheels for Windows on PyPI, one and the same for every Python;
# pyproject.toml allows exactly these versions
KNOWN = {
    "0.37.8": {
        "xlwings64-0.37.8.dll": "9785e9c5dbe9d39a7a5ae2905b14c5fc74472ff22929add3c15d5ac7187ebc24",
        "xlwings32-0.37.8.dll": "dae96eb0d06b94e07ce197552c8852eab0cfdf96bb0fc1e89dc34264246924d1",
    }
}


class XlwingsChanged(ContactsError):
    """The installed xlwings is not one that was reviewed; `what` of it differs."""

    what: str
    exit_code: ClassVar[int] = 1

    def sentence(self) -> str:
        return (
            f"{self.what} is not what getcontacts was made for, so the add-in was not built. "
            f"Update getcontacts, or run: {cure()}"
        )


def cure() -> str:
    """Return the words for pip that bring the xlwings back which was reviewed."""
    return f"pip install --force-reinstall xlwings=={max(KNOWN)}"


def reviewed() -> str:
    """Return the version of the installed xlwings. Raises XlwingsChanged for one not reviewed."""
    installed = version("xlwings")
    if installed not in KNOWN:
        raise XlwingsChanged(f"xlwings {installed}")
    return installed


def beside(interpreter: Path, xlwings: str) -> list[Path]:
    """Return the DLLs of a version that are where Excel looks: with Python, or one folder up."""
    folders = (interpreter.parent, interpreter.parent.parent)
    names = (f"xlwings{bits}-{xlwings}.dll" for bits in (64, 32))
    return [path for name in names for folder in folders if (path := folder / name).is_file()]


def is_known(library: Path, xlwings: str) -> bool:
    """Tell whether a DLL is, byte for byte, the one of this version that was reviewed."""
    digest = hashlib.sha256(library.read_bytes()).hexdigest()
    return KNOWN.get(xlwings, {}).get(library.name) == digest


def check(interpreter: Path) -> None:
    """Raise XlwingsChanged where xlwings or a DLL of it beside this Python was not reviewed."""
    xlwings = reviewed()
    for library in beside(interpreter, xlwings):
        if not is_known(library, xlwings):
            raise XlwingsChanged(str(library))
