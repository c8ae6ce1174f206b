"""A long day in one process: memory and open files stay where they were."""

from __future__ import annotations

import gc
import os
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.proof.report import tried
from tests.proof.torture import how_much
from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator
from workbook.sync import latest

FILES = Path("/proc/self/fd")
MIB = 1024 * 1024

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason="this system does not list open files")


@pytest.fixture
def services(size: tuple[int, int], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Simulator]]:
    """Serve so many accounts, each with a list of its own."""
    settings.save(settings.Settings(history_days=30))
    with ExitStack() as stack:
        yield [
            stack.enter_context(Simulator(rate=0, id_instance=str(1101000001 + number)))
            for number in range(size[0])
        ]


def refreshed(service: Simulator, turn: int) -> int:
    """Refresh one account whose list is another one each time, and return how long that is."""
    people = [f"49151000{number:05}@c.us" for number in range(turn % 7, 40)]
    service.contacts = [person(each, f"Name {turn % 3}") for each in people]
    service.calls.clear()
    account = Account("shop", service.api_url, service.id_instance, service.token)
    return len(latest.latest(account, budget=30).snapshot.contacts)


def standing() -> tuple[int, int]:
    """Return the bytes that are in use and the number of open files."""
    gc.collect()
    return tracemalloc.get_traced_memory()[0], len(os.listdir(FILES))  # noqa: PTH208 - a count


@how_much("size", (50, 150), (50, 2_000))
def test_refreshes_without_end_take_no_more_than_the_first(
    size: tuple[int, int], services: list[Simulator]
) -> None:
    accounts, times = size
    warm = 2 * accounts  # what is made once is made
    tracemalloc.start()
    try:
        for turn in range(warm):
            refreshed(services[turn % accounts], turn)
        memory, files = standing()
        for turn in range(warm, warm + times):
            assert refreshed(services[turn % accounts], turn) == 40 - turn % 7
        after, files_after = standing()
    finally:
        tracemalloc.stop()
    assert files_after <= files
    assert after - memory < MIB, f"{(after - memory) / times:.0f} bytes a refresh"
    tried("pace", times)
    tried("loss", times)
