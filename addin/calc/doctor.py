"""What keeps LibreOffice from the extension, as checks of `getcontacts doctor`."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import workbook
from addin.calc import install, offices
from addin.calc.install import Installed
from addin.calc.offices import Office
from workbook.sync.doctor import Check, failed

_VERSION = re.compile(rb"LibreOffice [0-9.]+")
SECONDS = 30.0
MEND = "getcontacts addin calc install"


def calc_checks() -> list[Check]:
    """Look at each LibreOffice and the extension in it; at nothing where it is not installed."""
    there = offices.found()
    if not there or not (found := install.status(there[0])).version:
        return []
    return [*map(_office, there), _extension(found)]


def _office(office: Office) -> Check:
    """Tell of one LibreOffice; that it cannot use the extension is no failure: another one may."""
    detail = office.problem or f"{_version(office)}{office.program}"
    return Check("LibreOffice", None if office.problem else True, detail)


def _version(office: Office) -> str:
    """Return what LibreOffice says of itself, "" where it says nothing in time."""
    program = office.program.with_suffix(".com")  # on Windows, the one that speaks
    command = [str(program if program.exists() else office.program), "--version"]
    try:
        run = subprocess.run(  # noqa: S603 - the LibreOffice that was found
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    found = _VERSION.search(run.stdout)
    return f"{found[0].decode()}, " if found else ""


def _extension(found: Installed) -> Check:
    name = "Extension"
    if found.version != workbook.__version__:
        now = workbook.__version__
        return failed(name, f"it is of getcontacts {found.version}, and this is {now}", MEND)
    if not Path(found.interpreter).is_file():
        python = found.interpreter or "the Python"
        return failed(name, f"{python} that it starts is not there", MEND)
    return Check(name, True, f"of getcontacts {found.version}, starts {found.interpreter}")
