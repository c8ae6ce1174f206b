"""Work in threads: what it returns, what it raises, and that nobody waits for it at the end."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbook.sync import workers

NEVER_ENDS = """\
from threading import Event
from addin.shared import formula_lists
from workbook.sync import workers
workers.start(Event().wait)
"""


def test_what_the_work_returns_is_the_result() -> None:
    assert workers.start(lambda: 7).result(20) == 7


def test_what_the_work_raises_is_raised_for_whoever_waits() -> None:
    def broken() -> int:
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        workers.start(broken).result(20)


def test_work_that_never_ends_does_not_hold_the_end_of_its_process() -> None:
    assert subprocess.run([sys.executable, "-c", NEVER_ENDS], timeout=60).returncode == 0
