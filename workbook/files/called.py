"""How this command was called, so that each command that we name can be pasted as it stands."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Sequence
from contextvars import ContextVar
from pathlib import Path

from workbook.files import shell
from workbook.files.shell import Shell

NAME = "getcontacts"
# the commands there are, as ours among other words: "getcontacts cannot" is no command
_NAMED = (
    rf"(?<![\w./\\-]){NAME} (?=(?:demo|login|accounts|logout|status|config|export|changes|history|"
    r"members|resolve|allow|doctor|purge|simulate|completion|help|addin|schedule|runs|fleet)\b)"
)
_called = ContextVar("called", default=NAME)


def remember() -> str:
    """Find out how the command was called, let texts name it so, and return it."""
    found = line(sys.argv[0], sys.orig_argv, shutil.which(NAME), shell.in_use())
    _called.set(found)
    return found


def beside(python: str) -> str:
    """Return what starts the command of a Python that a spreadsheet program started, anywhere."""
    program, on_path = str(Path(python).with_name(NAME)), shutil.which(NAME)
    if on_path is not None and _is_same(on_path, program):
        return NAME
    return shell.program(program, shell.in_use())


def as_called(text: str, called: str = "") -> str:
    """Return a text in which our commands are written as this one was called, or as `called`."""
    called = called or _called.get()
    return text if called == NAME else re.sub(_NAMED, lambda _: f"{called} ", text)


def line(script: str, words: Sequence[str], on_path: str | None, used: Shell) -> str:
    """Return what starts the command: its name if the shell finds it, else what was typed.

    `script`: sys.argv[0]; `words`: sys.orig_argv; `on_path`: the program of our name on the PATH.
    """
    if Path(script).suffix == ".py":  # python -m workbook
        return f"{shell.program(_short(words[0]), used)} -m workbook"
    if on_path is not None and _is_same(on_path, script):
        return NAME
    return shell.program(_short(script), used)


def _is_same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other if Path(other).exists() else f"{other}.exe")
    except OSError:
        return Path(one).with_suffix("") == Path(other).with_suffix("")


def _short(path: str) -> str:
    """Return a path as one types it: from the folder one is in, without .exe."""
    whole, here = Path(path), Path.cwd()
    inside = whole.is_absolute() and whole.is_relative_to(here)
    short = str(whole.relative_to(here)) if inside else path
    alone = os.path.basename(short) == short  # noqa: PTH119 - Path takes "./" away
    return (f".{os.sep}{short}" if alone else short).removesuffix(".exe")
