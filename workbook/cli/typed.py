"""A line typed or pasted at the terminal, which can be wiped from the screen again."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import dataclass

import click

from workbook.cli import console, streams

_CONTINUED = ("\\", "^", "`")  # how the shells break a long line
STAYS = "What you pasted holds the token and stays on this screen; clear the screen."


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed behind a question."""

    question: str
    text: str

    def wipe(self) -> None:
        """Take question and answer from the screen; say so where that is not possible."""
        if os.name == "nt":
            os.system("")  # noqa: S605, S607 - switches on what the console is steered with
        elif os.environ.get("TERM", "dumb") == "dumb":
            console.note(STAYS)
            return
        rows = self._rows(shutil.get_terminal_size().columns)
        with streams.to_stderr():
            click.echo(f"\x1b[{rows}A\r\x1b[J", err=True, nl=False, color=True)

    def _rows(self, columns: int) -> int:
        lines = f"{self.question}{self.text}".split("\n")
        return sum(1 + max(0, len(each) - 1) // max(1, columns) for each in lines)


def ask(question: str) -> Typed:
    """Ask a question at the terminal; a line that the shell would go on with is read to its end."""
    text = _line(question)
    while text.rstrip().endswith(_CONTINUED):
        text = f"{text}\n{_line('')}"
    return Typed(question, text)


def _line(question: str) -> str:
    answer = click.prompt(question, prompt_suffix="", default="", show_default=False, err=True)
    return str(answer)


def forget_rest() -> None:
    """Throw away what was pasted behind the line that was read."""
    if os.name == "nt":
        import msvcrt

        while msvcrt.kbhit():  # type: ignore[attr-defined,unused-ignore]
            msvcrt.getwch()  # type: ignore[attr-defined,unused-ignore]
    elif sys.stdin.isatty():
        import termios

        termios.tcflush(sys.stdin, termios.TCIFLUSH)
