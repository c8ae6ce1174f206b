"""Which LibreOffice there is on this computer, and whether it can start our Python."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from addin.excel.machine import system
from workbook.errors import WrongUsage

NONE = (
    "There is no LibreOffice here, or it stands in an unusual folder. "
    "Name its program: getcontacts addin calc install --office PATH"
)
BOXED = (
    "{} comes from {}, which lets it start no program outside of itself, so it cannot use "
    "getcontacts. Install LibreOffice from libreoffice.org or from your system's own packages."
)
NO_PYTHON = (
    "{} cannot run Python. Install the package python3-uno (Debian, Ubuntu), libreoffice-pyuno "
    "(Fedora, openSUSE), or LibreOffice from libreoffice.org."
)
# where each system puts it, as patterns below these folders
PLACES = {
    "Linux": (
        ("/usr/lib/libreoffice", "/usr/lib64/libreoffice", "/opt/libreoffice*"),
        "program/soffice",
    ),
    "Darwin": (("/Applications/LibreOffice*.app", "~/Applications/LibreOffice*.app"),
               "Contents/MacOS/soffice"),
    "Windows": (("%ProgramFiles%/LibreOffice*", "%ProgramFiles(x86)%/LibreOffice*"),
                "program/soffice.exe"),
}  # fmt: skip
BOXES = {"snap": "a snap", "flatpak": "Flatpak", "_MASReceipt": "the Mac App Store"}
FLATPAKS = ("/var/lib/flatpak/exports/bin", "~/.local/share/flatpak/exports/bin")


class Office(msgspec.Struct, frozen=True):
    """A LibreOffice: its program `soffice`, and what keeps it from getcontacts ("" if nothing)."""

    program: Path
    problem: str

    @property
    def unopkg(self) -> Path:
        """Return the program that adds and removes extensions."""
        names = ("unopkg.com", "unopkg")  # on Windows, the one that waits for its own end
        there = (self.program.with_name(name) for name in names)
        return next((path for path in there if path.exists()), self.program.with_name("unopkg"))


def found(named: str | None = None) -> list[Office]:
    """Return every LibreOffice, the one that the command line starts first, or the named one."""
    programs = [Path(named)] if named else _programs()
    real = dict.fromkeys(path.resolve() for path in programs if path.exists())
    return [Office(path, _problem(path)) for path in real]


def chosen(named: str | None = None) -> Office:
    """Return the LibreOffice to use. Raises WrongUsage where there is none that could be."""
    there = found(named)
    if not there:
        raise WrongUsage(NONE)
    usable = next((office for office in there if not office.problem), None)
    if usable is None:
        raise WrongUsage(there[0].problem)
    return usable


def _programs() -> Iterator[Path]:
    in_path = (shutil.which(name) for name in ("soffice", "libreoffice"))
    yield from map(Path, filter(None, in_path))
    roots, below = PLACES.get(system(), ((), ""))
    for root in roots:
        whole = Path(os.path.expandvars(root)).expanduser()
        yield from sorted(whole.parent.glob(f"{whole.name}/{below}"), reverse=True)
    yield Path("/snap/bin/libreoffice")
    for folder in FLATPAKS:
        yield Path(folder).expanduser() / "org.libreoffice.LibreOffice"


def _problem(program: Path) -> str:
    boxes = (box for mark, box in BOXES.items() if mark in program.parts or _is_sold(program, mark))
    if (box := next(boxes, None)) is not None:
        return BOXED.format(program, box)
    folders = (program.parent, program.parent.parent / "Resources")
    if not any((folder / "pythonloader.py").exists() for folder in folders):
        return NO_PYTHON.format(program)
    return ""


def _is_sold(program: Path, mark: str) -> bool:
    return (program.parent.parent / mark).exists()
