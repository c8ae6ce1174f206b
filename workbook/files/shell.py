"""How the shells of the three systems write a word, a program and a variable; it runs nothing."""

from __future__ import annotations

import os
import re
from enum import StrEnum
from shlex import quote, split

from workbook.errors import WrongUsage


class Shell(StrEnum):
    """The shells that differ in what we print."""

    POSIX = "sh"
    POWERSHELL = "PowerShell"
    CMD = "cmd"


def in_use() -> Shell:
    """Return the shell that most likely started this process."""
    if os.name != "nt":
        return Shell.POSIX
    return Shell.CMD if "PROMPT" in os.environ else Shell.POWERSHELL  # cmd alone sets it


def word(text: str, shell: Shell) -> str:
    """Return a text as one word of a line that is pasted into a shell."""
    if shell is Shell.POSIX:
        return quote(text)
    if re.fullmatch(r"[\w.:\\/+-]+", text, re.ASCII):
        return text
    return f'"{text}"' if shell is Shell.CMD else "'" + text.replace("'", "''") + "'"


def program(path: str, shell: Shell) -> str:
    """Return what starts a program, as the first word of a line."""
    written = word(path, shell)
    return f"& {written}" if shell is Shell.POWERSHELL and written != path else written


def assignment(name: str, value: str, shell: Shell) -> str:
    """Return the line that gives a variable to the programs that are started after it."""
    if shell is Shell.CMD:
        return f'set "{name}={value}"'
    if shell is Shell.POWERSHELL:
        doubled = value.replace("'", "''")
        return f"$env:{name} = '{doubled}'"
    return f"export {name}={quote(value)}"


def words(option: str, line: str) -> tuple[str, ...]:
    """Return the program and the arguments of a line that an option got. Raises WrongUsage."""
    try:
        parts = split(line, posix=os.name != "nt")
    except ValueError:
        parts = []
    if line and not parts:
        raise WrongUsage(f"{option} takes a program and its arguments, quoted as for a shell.")
    return tuple(part.strip('"') if os.name == "nt" else part for part in parts)
