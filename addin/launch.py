"""The account window as a process of its own, so that Excel is free at once."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from workbook.errors import WrongUsage


def account_window() -> subprocess.Popen[bytes]:
    """Start the window and return its process without waiting for it.

    Raises WrongUsage where this Python has no Tk.
    """
    if find_spec("_tkinter") is None:
        raise WrongUsage(
            "This Python has no windows (Tk); install it with tcl/tk, "
            "or use a terminal: getcontacts login"
        )
    # -P: without it, a package called addin in the current folder would be run
    return subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
        [interpreter(), "-P", "-m", "addin.signin"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def interpreter() -> str:
    """Return the Python that opens no console beside its window."""
    silent = Path(sys.executable).with_name("pythonw.exe")
    return str(silent) if silent.exists() else sys.executable
