"""The command `getcontacts` as a user runs it, but inside the test's process."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass

import pytest

from workbook.cli import app, edge, streams
from workbook.simulator.simulator import Simulator


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of the command left: its exit code and what it wrote."""

    code: int
    stdout: bytes
    stderr: str

    @property
    def out(self) -> str:
        """Return stdout as text."""
        return self.stdout.decode("utf-8")


class _Terminal(io.TextIOWrapper):
    def isatty(self) -> bool:
        return True


def getcontacts(
    *words: str, stdin: str = "", encoding: str = "utf-8", terminal: bool = False
) -> Ran:
    """Run the command with these words; on request, stdout is a terminal."""
    out = (_Terminal if terminal else io.TextIOWrapper)(io.BytesIO(), encoding=encoding)
    err = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    with redirect_stdout(out), redirect_stderr(err), _typed(stdin), _quiet_again():
        streams.prepare()
        code = edge.guarded(
            lambda: app(args=list(words), prog_name="getcontacts", standalone_mode=False), words
        )
        out.flush()
        err.flush()
    return Ran(code, _bytes(out), _bytes(err).decode(encoding))


def _bytes(stream: io.TextIOWrapper) -> bytes:
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue()


@contextmanager
def _quiet_again() -> Iterator[None]:
    ours = logging.getLogger("workbook")
    try:
        yield
    finally:
        ours.handlers.clear()
        ours.setLevel(logging.NOTSET)


@contextmanager
def _typed(stdin: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.StringIO(stdin)
    try:
        yield
    finally:
        sys.stdin = before


def use(service: Simulator, monkeypatch: pytest.MonkeyPatch, seconds: float = 20) -> None:
    """Name the simulated account in the environment, as an operator would."""
    monkeypatch.setenv("GREEN_API_URL", service.api_url)
    monkeypatch.setenv("GREEN_API_ID_INSTANCE", service.id_instance)
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", service.token)
    monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", str(seconds))
