"""The Python with getcontacts behind LibreOffice: one request after the other, over its pipes.

A request is {"press": word, "about": document} or {"formulas": [[function, document, arguments]]}.
Before it answers, it may ask for operations on the document: {"op": name, "args": [...]}.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from datetime import datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any, BinaryIO

from addin.calc import engine
from addin.calc.doctor import calc_checks
from addin.excel import ribbon, udfs
from addin.shared import formula_lists, words
from workbook import __version__
from workbook.sync import workers

PRESSES: dict[str, Callable[[], None]] = {
    "refresh": ribbon.refresh,
    "undo": ribbon.undo,
    "allow": ribbon.allow,
    "export": ribbon.export,
    "account": ribbon.account,
    "check": ribbon.check,
    "help": ribbon.help,
}
FUNCTIONS: dict[str, Callable[..., Any]] = {
    "GETCONTACTS": udfs.GETCONTACTS,
    "GETCONTACT": udfs.GETCONTACT,
    "GETCONTACTSINFO": udfs.GETCONTACTSINFO,
}
OTHER = (
    "The extension in LibreOffice is of getcontacts {}, and this is {}. "
    "Close LibreOffice and run: getcontacts addin calc install"
)
FREE = "free"  # the document is not needed for a while


class Office:
    """The office at the other end of the pipes."""

    def __init__(self, hears: BinaryIO, says: BinaryIO) -> None:
        self._says = says
        self._lines: SimpleQueue[bytes] = SimpleQueue()
        Thread(target=self._listen, args=(hears,), daemon=True).start()

    def _listen(self, hears: BinaryIO) -> None:
        for line in hears:
            self._lines.put(line)
        os._exit(0)  # the office has ended, and whatever is waited for is of no use any more

    def request(self) -> Any:
        """Return what the office wants."""
        return json.loads(self._lines.get())

    def tell(self, **message: Any) -> None:
        """Say something."""
        self._says.write(json.dumps(message, default=coded).encode("ascii") + b"\n")

    def call(self, op: str, *args: Any) -> Any:
        """Let the office carry out an operation on the document. Raises CommandError."""
        self.tell(op=op, args=args)
        answer = self.request()
        if "refused" in answer:
            raise engine.CommandError(answer["refused"])
        return answer["ok"]


def coded(value: object) -> dict[str, str]:
    """Return what JSON has no word for: a time."""
    assert isinstance(value, datetime)
    return {"date": value.isoformat()}


def pressed(office: Office, word: str, about: dict[str, Any]) -> tuple[str, str] | None:
    """Do what a button is for, and return what is told at the end: a text and its mode."""
    app = engine.connect(office.call, about)
    PRESSES[word]()
    return app.told


def calculated(asked: list[list[Any]]) -> tuple[list[Any], bool]:
    """Return the values of functions, and whether newer ones are on their way."""
    values = [FUNCTIONS[name](*arguments, workbook=told) for name, told, arguments in asked]
    return values, formula_lists.shared.coming


def serve(office: Office) -> None:
    """Answer requests until the office ends."""
    words.speak(words.CALC)
    ribbon.program_checks = calc_checks
    workers.before_waiting = lambda: office.tell(op=FREE)
    while True:
        asked = office.request()
        if "press" in asked:
            office.tell(told=pressed(office, asked["press"], asked["about"]))
        else:
            values, coming = calculated(asked["formulas"])
            office.tell(values=values, coming=coming)


def main() -> None:
    """Speak with the office over the pipes of this process."""
    says = os.fdopen(os.dup(1), "wb", 0)
    os.dup2(2, 1)  # whatever prints must not disturb the talk
    office = Office(sys.stdin.buffer, says)
    if sys.argv[1:] == [__version__]:
        serve(office)
    while True:  # the talk may have changed since that extension was built
        office.request()
        office.tell(lost=OTHER.format(" ".join(sys.argv[1:]), __version__))


if __name__ == "__main__":
    main()
