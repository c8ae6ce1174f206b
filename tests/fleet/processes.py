"""Runs of a fleet by real processes: the driver, its workers, a scheduler; and who is killed."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import IO

import psutil

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.simulator.people import crowd
from workbook.simulator.scenarios import Scenario
from workbook.simulator.simulator import Call, Simulator
from workbook.store import database

ROOT = Path(__file__).parents[2]
FIRST = 1_101_000_000  # idInstance of the first account


@contextmanager
def serving(many: int, size: int = 50) -> Iterator[Simulator]:
    """Serve so many accounts at the service's own pace, all of them logged in."""
    ids = [str(FIRST + number) for number in range(many)]
    body = crowd(size)
    scenario = Scenario(description="", rows=lambda: body)
    with Simulator(others=dict.fromkeys(ids, scenario)) as service:
        logged_in = [Account(f"shop-{each}", service.api_url, each, service.token) for each in ids]
        accounts.save_all(logged_in, plain_file=True)
        yield service


def started(
    *words: str, log: IO[str] | None = None, also: Mapping[str, str] | None = None
) -> subprocess.Popen[str]:
    """Start a module of Python in a process of its own, such as ours; all it says goes to `log`.

    `also`: variables beside ours.
    """
    return subprocess.Popen(
        [sys.executable, "-m", *words],
        cwd=ROOT,
        env={**os.environ, **(also or {})},
        stdout=subprocess.PIPE if log is None else log,
        stderr=subprocess.PIPE if log is None else log,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a process; return its exit code, what it said and what it complained of."""
    out, err = process.communicate(timeout=180)
    return process.returncode, out, err


def workers_of(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """Return the processes of the workers that a driver has now."""
    children = psutil.Process(process.pid).children(recursive=True)
    return [each for each in children if "spawn_main" in " ".join(each.cmdline())]


def one_at_work(process: subprocess.Popen[str]) -> psutil.Process:
    """Return a worker that has the database of a shard open; wait until there is one."""
    while process.poll() is None:
        for worker in workers_of(process):
            with suppress(psutil.Error):  # it ends, or is just beginning
                if any(file.path.endswith(database.NAME) for file in worker.open_files()):
                    return worker
    raise AssertionError("it ended before a worker could be killed")


def is_alive(process: psutil.Process) -> bool:
    """Tell whether a process still does anything; one that nobody waited for does not."""
    return bool(process.is_running()) and process.status() != psutil.STATUS_ZOMBIE


def lists(service: Simulator) -> dict[str, list[Call]]:
    """Return the calls for lists that were made, by instance."""
    calls: dict[str, list[Call]] = defaultdict(list)
    for call in service.calls:
        if call.method == "getcontacts":
            calls[call.instance].append(call)
    return calls


def shortest(service: Simulator) -> float:
    """Return the shortest time between two calls of one method for one instance, in seconds."""
    pauses = [
        after.at - before.at
        for calls in lists(service).values()
        for before, after in pairwise(calls)
    ]
    return min(pauses, default=60.0)
