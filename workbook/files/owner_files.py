"""Tell by the files that spreadsheet programs put beside a workbook whether it seems to be open.

Excel's `~$NAME` names nobody's computer. LibreOffice's `.~lock.NAME#` does: its fields, divided by
commas, are user, login, computer, time, profile (LockFileCommon in LibreOffice's svl).
"""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import msgspec

from workbook.errors import OpenElsewhere

COMPUTER = 2  # the field of LibreOffice's file
LONGEST = 4096  # bytes of it that are read
PS = "/bin/ps"


class Beside(msgspec.Struct, frozen=True):
    """The owner files beside a workbook: of programs that have it open, and those left behind."""

    living: tuple[Path, ...]
    stale: tuple[Path, ...]

    def told(self) -> list[str]:
        """Return a sentence for each that is ignored."""
        names = dict.fromkeys(each.name for each in self.stale)  # two paths may lead to one file
        return [
            f"{name} was left beside it by a program that runs no more, and was ignored."
            for name in names
        ]


def check(paths: Sequence[Path], *, force: bool = False) -> Beside:
    """Return what stands beside a workbook, under each of its paths.

    Raises OpenElsewhere if it seems to be open, unless `force`d.
    """
    found = {each: lives(each) for each, lives in _there(paths)}
    living = tuple(each for each, lives in found.items() if lives)
    if living and not force:
        raise OpenElsewhere(str(paths[0]), living[0].name)
    return Beside(living, tuple(each for each, lives in found.items() if not lives))


def _there(paths: Sequence[Path]) -> Iterator[tuple[Path, Callable[[Path], bool]]]:
    for path in paths:
        ways = {f".~lock.{path.name}#": _office_lives, f"~${path.name}": _excel_lives}
        for name, lives in ways.items():
            if os.path.lexists(beside := path.with_name(name)):
                yield beside, lives


def _excel_lives(owner: Path) -> bool:
    """Tell whether Excel holds its file open, which Windows alone can say; else it may."""
    if os.name != "nt":
        return True
    try:
        owner.open("r+b").close()
    except OSError:
        return True
    return False


def _office_lives(lock: Path) -> bool:
    try:
        with lock.open("rb") as file:
            fields = file.read(LONGEST).decode("utf-8", "replace").split(",")
    except OSError:
        return True
    here = len(fields) > COMPUTER and _first_name(fields[COMPUTER]) == _first_name(platform.node())
    return not here or office_runs()


def _first_name(computer: str) -> str:
    """Return a computer's name without its domain, which not every program writes."""
    return computer.strip().partition(".")[0].casefold()


def office_runs() -> bool:
    """Tell whether a LibreOffice runs on this machine; True where that cannot be known.

    On Windows it would hold the workbook itself, which was opened for writing just before.
    """
    if os.name == "nt":
        return False
    try:
        listed = subprocess.run(  # noqa: S603  # our own arguments, no shell
            [PS, "-A", "-o", "comm="], capture_output=True, text=True, timeout=5, check=True
        )
    except (OSError, ValueError, subprocess.SubprocessError):
        return True
    return "soffice" in listed.stdout
