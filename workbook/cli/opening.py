"""Open a file in the program that the system has for it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from workbook.cli import console

option = click.option("--open", "opened", is_flag=True, help="Open OUT in its program afterwards.")


def open_file(out: str) -> None:
    """Open a file as a double click does; say so where nothing opens it."""
    path = Path(out).absolute()
    try:
        if sys.platform == "win32":
            os.startfile(path)  # noqa: S606 - what a double click does
            return
        failed = click.launch(str(path)) != 0
    except OSError:
        failed = True
    if failed:
        console.warn(f"No program here opens {out}; open it yourself.")
