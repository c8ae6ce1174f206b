"""Write to the standard streams, which may be closed, full or no longer read."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from typing import TextIO

from workbook.errors import ContactsError, OutputLost

# Windows says of a pipe that nobody reads any more that the argument is invalid
_GONE = (errno.EPIPE, errno.EINVAL) if os.name == "nt" else (errno.EPIPE,)


def is_gone(error: OSError) -> bool:
    """Tell whether an error says that nobody reads any more."""
    return error.errno in _GONE


class ReaderGone(Exception):
    """Whoever read what goes to stdout has seen enough, as `head` does."""


def prepare() -> None:
    """Let no file be taken for a closed stream, and a console show a ? for what it cannot show."""
    while (gap := os.open(os.devnull, os.O_RDWR)) <= 2:
        pass  # the next file that is opened would be it
    os.close(gap)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def is_terminal(stream: TextIO | None) -> bool:
    """Tell whether somebody sits at the other end; of a stream that is closed, nobody does."""
    return stream is not None and stream.isatty()


@contextmanager
def to_stdout() -> Iterator[None]:
    """Write to stdout inside the block; raises ReaderGone, OutputLost."""
    if sys.stdout is None:
        raise OutputLost("it is closed")
    problem: ReaderGone | ContactsError | None = None
    try:
        yield
    except OSError as error:
        refused = OutputLost(error.strerror or "the system refused")
        problem = ReaderGone() if is_gone(error) else refused
    if problem is not None:
        _abandon(sys.stdout)
        raise problem


@contextmanager
def to_stderr() -> Iterator[None]:
    """Write to stderr inside the block: where nobody can be told, the work goes on all the same."""
    try:
        yield
    except OSError:
        _abandon(sys.stderr)


def finish() -> None:
    """Bring to stdout what still waits; raises ReaderGone, OutputLost."""
    if sys.stdout is not None:
        with to_stdout():
            sys.stdout.flush()


def _abandon(stream: TextIO) -> None:
    # what waits in it would else be tried again at the exit of Python, which then says 120
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
