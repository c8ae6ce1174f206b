"""What the terminal shows: messages, a preview, progress, data; all text is made harmless first."""

from __future__ import annotations

import codecs
import logging
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import BufferedWriter, BytesIO, IncrementalNewlineDecoder, RawIOBase, TextIOWrapper
from typing import TYPE_CHECKING, Any, BinaryIO

import click
import msgspec

from workbook.cli import streams
from workbook.files import shell
from workbook.files.called import as_called

if TYPE_CHECKING:
    from rich.progress import ProgressColumn

    from workbook.accounts.accounts import Account

WIDE = 72  # columns of a terminal with room for a bar beside a sentence
_about = ContextVar("about", default="")
_OF_ACCOUNT = r"getcontacts (?:export|status|resolve)\b(?!.* --account)"
_LOGIN = r"getcontacts login\b(?! [^-])"
_JOINERS = "\u200c\u200d"  # they hold emoji and some scripts together


def talk(verbose: bool) -> None:
    """Log to stderr what was called and how it went, if `verbose`."""
    if verbose:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(asctime)s %(message)s", "%H:%M:%S"))
        ours = logging.getLogger("workbook")
        ours.addHandler(handler)
        ours.setLevel(logging.INFO)


def shown(text: str) -> str:
    """Return text without what would steer a terminal: control characters, bidi overrides."""
    return "".join(
        c if c in _JOINERS or unicodedata.category(c)[0] not in "CZ" or c == " " else "\ufffd"
        for c in text
    )


def lines(text: str) -> str:
    """Return text that may have several lines, each as `shown` makes it."""
    return "\n".join(map(shown, text.split("\n")))


def note(sentence: str, quiet: bool = False) -> None:
    """Tell the user something on stderr, which is for people; stdout is for data."""
    if not quiet:
        err(f"{shown(as_called(sentence))}\n")


def speak_of(account: Account | None) -> None:
    """Let errors and warnings name this account from now on, where there are several."""
    from workbook.accounts.accounts import are_several

    _about.set(f"{account.alias}: " if account is not None and are_several() else "")


def warn(sentence: str) -> None:
    """Tell an error or a warning on stderr, and whose it is: cron mails it with many others."""
    note(f"getcontacts: {_about.get()}{for_account(sentence)}")


def for_account(sentence: str, alias: str = "") -> str:
    """Return a sentence whose commands mean this account, else the one that is spoken of."""
    alias = alias or _about.get().removesuffix(": ")
    if not alias:
        return sentence
    word = shell.word(alias, shell.in_use())
    named = re.sub(_OF_ACCOUNT, lambda found: f"{found[0]} --account {word}", sentence)
    return re.sub(_LOGIN, lambda found: f"{found[0]} {word}", named)


def err(text: str) -> None:
    """Write to stderr what is harmless already."""
    with streams.to_stderr():
        click.echo(text, err=True, nl=False)


def say(text: str, nl: bool = True) -> None:
    """Write to stdout what was asked for and is harmless already; raises ReaderGone, OutputLost."""
    with streams.to_stdout():
        click.echo(text, nl=nl)


def say_json(content: object) -> None:
    """Write one JSON object to stdout, for programs."""
    say(msgspec.json.format(msgspec.json.encode(content), indent=2).decode())


@contextmanager
def data() -> Iterator[BinaryIO]:
    """Open stdout for data: as they are for a file or a pipe, harmless for a terminal.

    Raises ReaderGone, OutputLost.
    """
    with streams.to_stdout():
        raw = _Harmless(sys.stdout.buffer) if sys.stdout.isatty() else None
        out = sys.stdout.buffer if raw is None else BufferedWriter(raw)
        yield out
        out.flush()


class _Harmless(RawIOBase):
    """UTF-8 on its way to a terminal."""

    def __init__(self, out: BinaryIO) -> None:
        decoder = codecs.getincrementaldecoder("utf-8-sig")("replace")
        self._out, self._decoder = out, IncrementalNewlineDecoder(decoder, translate=True)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._out.write(lines(self._decoder.decode(piece)).encode())
        return len(piece)

    def flush(self) -> None:
        self._out.flush()


def preview(header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    """Print a few rows as a table."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*header, box=box.SIMPLE_HEAD, safe_box=True)
    for row in rows:
        grid.add_row(*(Text(shown(value), overflow="ellipsis", no_wrap=True) for value in row))
    is_terminal = streams.is_terminal(sys.stdout)
    encoding = getattr(sys.stdout, "encoding", "utf-8")  # which says what lines can be drawn with
    drawn = TextIOWrapper(BytesIO(), encoding=encoding, errors="replace", newline="")
    width = None if is_terminal else 100
    Console(file=drawn, force_terminal=is_terminal, width=width, highlight=False).print(grid)
    drawn.seek(0)
    say(drawn.read(), nl=False)


@contextmanager
def progress(quiet: bool) -> Iterator[tuple[Callable[[int], None], Callable[[str], None]]]:
    """Show on stderr, if it is a terminal, how many bytes came and what is being done.

    A terminal that cannot redraw a line gets a line for each thing that is done.
    """
    if quiet or not streams.is_terminal(sys.stderr):
        yield (lambda _: None), (lambda _: None)
        return
    if os.environ.get("TERM") == "dumb":
        yield (lambda _: None), (lambda doing: note(f"{doing} ..."))
        return
    from rich.console import Console
    from rich.progress import Progress

    terminal = Console(stderr=True)
    with Progress(*_columns(terminal.width), console=terminal, transient=True) as bar:
        task = bar.add_task("Asking GREEN-API", total=None)
        yield (
            lambda size: bar.update(task, description=f"Receiving {size / 1e6:.1f} MB"),
            lambda doing: bar.update(task, description=shown(doing)),
        )


def _columns(width: int) -> list[ProgressColumn]:
    """Return what fits into one line of a terminal: what is done, else also a bar and the time."""
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.table import Column

    doing = Column(no_wrap=True, overflow="ellipsis")
    text = TextColumn("{task.description}", markup=False, table_column=doing)
    return [text, BarColumn(20), TimeElapsedColumn()] if width >= WIDE else [text]
