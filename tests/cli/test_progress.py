"""What a terminal shows while something is being waited for, a narrow and a dumb one included."""

from __future__ import annotations

import io
import re
from contextlib import redirect_stderr

import pytest

from tests.cli.command import _Terminal
from tests.simulator.scenarios import EVERY
from workbook.accounts.accounts import Account
from workbook.cli import console
from workbook.errors import EmptyList, NotReady, RateLimited, ServiceDown, Unreachable
from workbook.green_api.client import _why_waiting
from workbook.simulator.simulator import Simulator
from workbook.sync import latest


def shown(*sentences: str) -> list[str]:
    """Return the lines that a terminal got on stderr, without what steers it."""
    screen = _Terminal(io.BytesIO(), encoding="utf-8")
    with redirect_stderr(screen), console.progress(quiet=False) as (on_bytes, doing):
        on_bytes(1_234_567)
        for sentence in sentences:
            doing(sentence)
    screen.flush()
    assert isinstance(screen.buffer, io.BytesIO)
    drawn = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "\n", screen.buffer.getvalue().decode())
    return [line for line in re.split(r"[\r\n]+", drawn) if line.strip()]


def test_forty_columns_are_never_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("TERM", "xterm")
    lines = shown("Writing a file with a very long name indeed, in a folder.xlsx")
    assert any(line.startswith("Writing a file") for line in lines)
    assert max(map(len, lines)) <= 40


def test_a_dumb_terminal_gets_whole_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    sentence = "Empty answer, asking again (2 of 3)"
    assert shown(sentence) == [f"{sentence} ..."]


@pytest.mark.parametrize(
    ("error", "wait", "said"),
    [
        (EmptyList(), True, "Empty answer, asking again (2 of 3)"),
        (RateLimited(1.0), 1.05, "GREEN-API asks us to wait 1 s"),
        (RateLimited(), True, "Too many calls, asking again (2 of 5)"),
        (ServiceDown(502), True, "HTTP 502, asking again (2 of 5)"),
        (NotReady("starting"), True, "It is starting, asking again (2 of 5)"),
        (Unreachable("h", "connect"), True, "No connection, asking again (2 of 5)"),
    ],
)
def test_each_wait_has_a_sentence_that_fits(
    error: Exception, wait: bool | float, said: str
) -> None:
    assert _why_waiting(error, wait, 2) == said
    assert len(said) <= 40


def test_each_wait_is_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    told: list[str] = []
    with Simulator(EVERY["bad-gateway"], rate=0) as service:
        account = Account("shop", service.api_url, service.id_instance, service.token)
        latest.latest(account, tell=told.append)
    assert told == ["HTTP 502, asking again (2 of 5)", "HTTP 502, asking again (3 of 5)"]
