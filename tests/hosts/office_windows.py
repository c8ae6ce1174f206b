"""In the office of a test, instead of its windows: what they say is written down, and answered.

So is what the child behind the office is asked for.
"""

from __future__ import annotations

import json
import os
from importlib import import_module
from pathlib import Path
from typing import Any

talk: Any = import_module(".talk", __package__)
ask = talk.Child.ask


def asked(child: Any, request: dict[str, Any], seconds: float) -> Any:
    """Write down that the child is asked for this, or answered by it."""
    with Path(os.environ["CALC_SPY"]).with_suffix(".asked").open("a") as file:
        file.write(f"{next(iter(request))}\n")
    return ask(child, request, seconds)


talk.Child.ask = asked


def tell(doc: Any, text: str, mode: str = "info") -> None:
    """Write a message down."""
    _write(text, mode)


def asks(doc: Any, text: str) -> str:
    """Write a question down, and answer as the test wants it."""
    _write(text, "question")
    return _answer()


def file_to_write(context: Any, name: str, title: str) -> str:
    """Return the file that the test wants."""
    _write(name, "file")
    return _answer()


class Waiting:
    """Stop where the test wants it."""

    def __init__(self, context: Any, doc: Any, stop: Any) -> None:
        _write("", "waiting")
        if _answer() == "stop":
            stop()

    def close(self) -> None:
        """Do nothing."""


def _write(text: str, mode: str) -> None:
    with Path(os.environ["CALC_SPY"]).open("a", encoding="utf-8") as file:
        file.write(json.dumps([text, mode]) + "\n")


def _answer() -> str:
    return Path(os.environ["CALC_SPY"]).with_suffix(".answer").read_text("utf-8")
