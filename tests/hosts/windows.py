"""How Windows treats files: no handles of folders, and no change to a file that is open.

Its own error number comes from functions of os alone, never from those that open a file.
"""

from __future__ import annotations

import errno
import io
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from workbook.files import folder, system_errors

DENIED, IN_USE = 5, 32
_CHANGES = ("replace", "rename", "unlink")


def refused(winerror: int | None = None) -> PermissionError:
    """Return what a function of os raises there, or, without a number, what open() raises."""
    error = PermissionError(errno.EACCES, "Access is denied")
    error.winerror = winerror  # type: ignore[attr-defined,unused-ignore] # as Windows sets it
    return error


def windows(patch: pytest.MonkeyPatch) -> None:
    """Work as Windows does: by paths, and with no change to what this process has open."""
    patch.setattr(folder, "HANDLES", False)
    for verb in _CHANGES:
        _check(patch, verb, _refuse_open)


def hold(patch: pytest.MonkeyPatch, held: Path) -> None:
    """Let a program such as Excel have a file open."""
    _refuse(patch, held, {"replace": DENIED, "unlink": IN_USE}, alone=IN_USE)


def share(patch: pytest.MonkeyPatch, held: Path) -> None:
    """Let a program such as a virus scanner have a file open that lets others write to it."""
    patch.setattr(folder, "HANDLES", False)
    _refuse_changes(patch, held, {"replace": DENIED}, alone=IN_USE)


def forbid(patch: pytest.MonkeyPatch, forbidden: Path) -> None:
    """Let a file be read-only, or its folder forbid to change it."""
    _refuse(patch, forbidden, {"replace": DENIED, "unlink": DENIED}, alone=DENIED)


def protect(patch: pytest.MonkeyPatch) -> None:
    """Let no file that is read-only be replaced or deleted."""
    patch.setattr(folder, "HANDLES", False)

    def check(*paths: Path) -> None:
        if paths[-1].exists() and not paths[-1].stat().st_mode & stat.S_IWRITE:
            raise refused(DENIED)

    for verb in ("replace", "unlink"):
        _check(patch, verb, check)


def _refuse_open(*paths: Path) -> None:
    for path in paths:
        for file in Path("/proc/self/fd").iterdir():
            if file.exists() and path.exists() and file.samefile(path):
                raise refused(IN_USE)


def _refuse_changes(
    patch: pytest.MonkeyPatch, held: Path, numbers: dict[str, int], *, alone: int
) -> None:
    patch.setattr(system_errors, "alone_refused", lambda path: alone if path == held else 0)
    for verb, number in numbers.items():

        def check(*paths: Path, number: int = number) -> None:
            if held in paths:
                raise refused(number)

        _check(patch, verb, check)


def _refuse(patch: pytest.MonkeyPatch, held: Path, numbers: dict[str, int], *, alone: int) -> None:
    patch.setattr(folder, "HANDLES", False)
    _refuse_changes(patch, held, numbers, alone=alone)
    opens, low = io.open, os.open

    def opened(path: Any, mode: str = "r", *args: Any, **how: Any) -> Any:
        if path == held and not {*mode}.isdisjoint("wax+"):
            raise refused()
        return opens(path, mode, *args, **how)

    def opened_low(path: Any, flags: int, *args: Any, **how: Any) -> int:
        if path == held and flags & (os.O_WRONLY | os.O_RDWR):
            raise refused()
        return low(path, flags, *args, **how)

    patch.setattr(io, "open", opened)
    patch.setattr(os, "open", opened_low)


def _check(patch: pytest.MonkeyPatch, verb: str, check: Callable[..., None]) -> None:
    real = getattr(os, verb)

    def checked(*paths: Any, **how: Any) -> Any:
        check(*map(Path, paths))
        return real(*paths, **how)

    patch.setattr(os, verb, checked)
