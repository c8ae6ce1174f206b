"""Python texts as VBA source, which is stored in code page 1252: anything else becomes ChrW()."""

from __future__ import annotations

import re
from collections.abc import Iterator

CHARACTERS = 40  # of a text in one line: 40 times ChrW(65535) are far from VBA's 1023
_RUNS = re.compile(r"[ -~]+|[^ -~]", re.DOTALL)


def literal(text: str) -> str:
    """Return a text as a VBA string literal. Raises ValueError for anything but printable ASCII."""
    if not re.fullmatch(r"[ -~]*", text):
        raise ValueError(f"VBA has no literal for this text: {text!r}")
    return '"' + text.replace('"', '""') + '"'


def expression(text: str) -> str:
    """Return a text as a VBA expression, made of literals and ChrW()."""
    parts = [part for run in _RUNS.findall(text) for part in _parts(run)]
    return " & ".join(parts) or '""'


def assigned(name: str, text: str) -> str:
    """Return the lines that give a text of any length to a variable or to a function's result."""
    pieces = [text[at : at + CHARACTERS] for at in range(0, len(text), CHARACTERS)] or [""]
    first, *others = map(expression, pieces)
    lines = [f"    {name} = {first}", *(f"    {name} = {name} & {other}" for other in others)]
    return "\n".join(lines)


def _parts(run: str) -> Iterator[str]:
    if " " <= run[0] <= "~":
        yield literal(run)
        return
    units = run.encode("utf-16-le")
    for at in range(0, len(units), 2):
        yield f"ChrW({int.from_bytes(units[at : at + 2], 'little')})"
