"""How Windows refuses files: its own number comes from functions of os alone, never from open()."""

from __future__ import annotations

import errno
import stat
from pathlib import Path
from typing import Any

import pytest

DENIED, IN_USE = 5, 32


def refused(winerror: int | None = None) -> PermissionError:
    """Return what a function of os raises there, or, without a number, what open() raises."""
    error = PermissionError(errno.EACCES, "Access is denied")
    error.winerror = winerror  # type: ignore[attr-defined,unused-ignore] # as Windows sets it
    return error


def hold(patch: pytest.MonkeyPatch, held: Path) -> None:
    """Let a program such as Excel have a file open."""
    _refuse(patch, held, {"replace": DENIED, "rename": IN_USE, "unlink": IN_USE})


def forbid(patch: pytest.MonkeyPatch, forbidden: Path) -> None:
    """Let a file be read-only, or its folder forbid to change it."""
    _refuse(patch, forbidden, {"replace": DENIED, "unlink": DENIED})


def protect(patch: pytest.MonkeyPatch) -> None:
    """Let no file that is read-only be replaced or deleted."""
    unlinks, replaces = Path.unlink, Path.replace

    def check(path: Path) -> None:
        if path.exists() and not path.stat().st_mode & stat.S_IWRITE:
            raise refused(DENIED)

    def unlink(path: Path, missing_ok: bool = False) -> None:
        check(path)
        unlinks(path, missing_ok)

    def replace(path: Path, target: Path) -> Path:
        check(target)
        return replaces(path, target)

    patch.setattr(Path, "unlink", unlink)
    patch.setattr(Path, "replace", replace)


def _refuse(patch: pytest.MonkeyPatch, held: Path, numbers: dict[str, int]) -> None:
    for verb, number in numbers.items():
        patch.setattr(Path, verb, _refusing(getattr(Path, verb), held, number))
    opens = Path.open

    def opened(path: Path, mode: str = "r", *args: Any, **how: Any) -> Any:
        if path == held and not {*mode}.isdisjoint("wax+"):
            raise refused()
        return opens(path, mode, *args, **how)

    patch.setattr(Path, "open", opened)


def _refusing(verb: Any, held: Path, number: int) -> Any:
    def does(path: Path, *args: Any, **how: Any) -> Any:
        if held in (path, *args):
            raise refused(number)
        return verb(path, *args, **how)

    return does
