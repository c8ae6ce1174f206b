"""One call a second per instance and method, whoever on this machine makes it."""

from __future__ import annotations

import subprocess
import sys
import threading
import time

import pytest

from workbook.store import call_slots

pytestmark = pytest.mark.paced

ONE_TURN = """
import time
from workbook.store import call_slots
wait = call_slots.turn("1101000001", "getcontacts", 60)
print(time.time() + wait)
"""


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop the clock, so that no turn depends on how busy the machine is."""
    now = time.time()
    for name in ("time", "monotonic"):
        monkeypatch.setattr(time, name, lambda: now)


def turn(method: str = "getcontacts", instance: str = "1101000001", patience: float = 60) -> float:
    wait = call_slots.turn(instance, method, patience)
    assert wait is not None
    return wait


def test_the_first_call_need_not_wait() -> None:
    assert turn() == 0


@pytest.mark.usefixtures("still")
def test_each_further_call_waits_its_second() -> None:
    assert [turn() for _ in range(4)] == pytest.approx(seconds(4))
    assert call_slots.INTERVAL > 1


def seconds(turns: int) -> list[float]:
    return [number * call_slots.INTERVAL for number in range(turns)]


def test_a_call_long_after_need_not_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    turn()
    later = time.time() + 2
    monkeypatch.setattr(time, "time", lambda: later)
    assert turn() == 0


def test_methods_and_instances_have_turns_of_their_own() -> None:
    assert [turn(), turn("getstateinstance"), turn(instance="1101000002")] == [0, 0, 0]


@pytest.mark.usefixtures("still")
def test_numbers_may_be_checked_ten_times_a_second() -> None:
    turn("checkwhatsapp")
    assert turn("checkwhatsapp") == pytest.approx(call_slots.INTERVAL / 10)


@pytest.mark.usefixtures("still")
def test_a_turn_that_comes_too_late_is_not_taken() -> None:
    turn()
    assert call_slots.turn("1101000001", "getcontacts", 0.5) is None
    assert turn() == pytest.approx(call_slots.INTERVAL), "nobody waits for it in vain"


def test_no_time_is_no_turn() -> None:
    assert call_slots.turn("1101000001", "getcontacts", -1) is None


def test_a_clock_that_was_set_back_makes_nobody_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    turn()
    yesterday = time.time() - 86_400
    for name in ("time", "monotonic"):
        monkeypatch.setattr(time, name, lambda: yesterday)
    assert turn() == 0
    assert turn() == pytest.approx(call_slots.INTERVAL), "and the pace goes on from there"


@pytest.mark.usefixtures("still")
def test_threads_take_turns() -> None:
    taken: list[float] = []
    threads = [threading.Thread(target=lambda: taken.append(turn())) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(taken) == pytest.approx(seconds(6))


def test_processes_take_turns() -> None:
    command, began = [sys.executable, "-c", ONE_TURN], time.time()
    runs = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    turns = sorted(float(run.communicate()[0]) for run in runs)
    late = [at - began - wait for at, wait in zip(turns, seconds(4), strict=True)]
    assert min(late) >= 0, "a busy machine may bring one late, but none forward"
