"""The account window as a process of its own, so that Excel is free after a moment."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from workbook.errors import WrongUsage

SOON = 1.0  # seconds in which a window that cannot open has failed


def account_window() -> subprocess.Popen[bytes]:
    """Start the window and return its process, looking for a moment whether it fails.

    Raises WrongUsage where this Python has no Tk, or one that does not work.
    """
    if find_spec("_tkinter") is None:
        raise WrongUsage(
            "This Python has no windows (Tk); install it with tcl/tk, "
            "or use a terminal: getcontacts login"
        )
    # -I: else a package called addin in the current folder or in PYTHONPATH would be run
    window = subprocess.Popen(  # noqa: S603 - our own interpreter and module, nothing from outside
        [interpreter(), "-I", "-m", "addin.shared.account_window"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if _failed(window):
        raise WrongUsage(
            "The account window did not open, for the windows (Tk) of this Python do not work. "
            "Use a terminal: getcontacts login"
        )
    return window


def _failed(window: subprocess.Popen[bytes]) -> bool:
    try:
        return window.wait(SOON) != 0
    except subprocess.TimeoutExpired:
        return False  # it is open


def interpreter() -> str:
    """Return the Python that opens no console beside its window."""
    silent = Path(sys.executable).with_name("pythonw.exe")
    return str(silent) if silent.exists() else sys.executable
