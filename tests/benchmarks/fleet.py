"""Measure a fleet: workers of this machine beside the threads of one process.

    .venv/bin/python -m tests.benchmarks.fleet --accounts 2000 --contacts 2000 --kill 2

Whole runs against a light service on this machine, in a process of its own, which counts the calls
that it answers. Memory is that of all processes at their highest, together. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from tests.benchmarks.accounts import COMMAND, FIRST, ROOT, new_home
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account

LOOK = 0.2  # seconds from one look at the processes to the next
SERVER = """
import sys
from collections import Counter
from workbook.simulator.people import crowd
from workbook.simulator.scenarios import Scenario
from workbook.simulator.simulator import Simulator
many, size, first = map(int, sys.argv[1:])
body = crowd(size)
scenario = Scenario(description="", rows=lambda: body)
with Simulator(others={str(first + n): scenario for n in range(many)}) as service:
    print(service.api_url, service.token, flush=True)
    for _ in sys.stdin:
        print(len(service.calls), sum(call.status != 200 for call in service.calls), flush=True)
"""


class Service:
    """The service in its own process, and the calls that it has answered."""

    def __init__(self, many: int, size: int) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", SERVER, str(many), str(size), str(FIRST)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.url, self.token = self._line().split()

    def calls(self) -> tuple[int, int]:
        """Return how many calls were answered, and how many of them were refused."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        answered, refused = map(int, self._line().split())
        return answered, refused

    def end(self) -> None:
        """Stop it."""
        self._process.terminate()
        self._process.communicate()

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


@dataclass
class Watch:
    """The processes of a run: CPU seconds and MiB of each at its highest, by process."""

    process: subprocess.Popen[bytes]
    cpu: dict[int, float] = field(default_factory=dict)
    mib: float = 0.0

    def look(self) -> list[psutil.Process]:
        """Look at all of them once, and return those that are workers."""
        whole, workers, mib = psutil.Process(self.process.pid), [], 0.0
        for each in (whole, *whole.children(recursive=True)):
            with suppress(psutil.Error):
                times = each.cpu_times()
                self.cpu[each.pid] = times.user + times.system
                mib += each.memory_info().rss / 2**20
                workers += [each] if "spawn_main" in " ".join(each.cmdline()) else []
        self.mib = max(self.mib, mib)
        return workers


@contextmanager
def serving(many: int, size: int) -> Iterator[Service]:
    """Serve so many accounts, all of them logged in."""
    with new_home():
        service = Service(many, size)
        known = [
            Account(f"shop-{n:05}", service.url, str(FIRST + n), service.token) for n in range(many)
        ]
        accounts.save_all(known)
        try:
            yield service
        finally:
            service.end()


def measured(many: int, size: int, kill: int, *words: str) -> str:
    """Run the command, kill so many workers at equal distances, and return a row of the table."""
    with serving(many, size) as service:
        folder = Path(settings.home()).parent
        started = time.perf_counter()
        process = subprocess.Popen([*COMMAND, *words], cwd=folder, stderr=subprocess.DEVNULL)
        watch, killed = Watch(process), 0
        while process.poll() is None:
            with suppress(psutil.Error):
                workers = watch.look()
                if killed < kill and service.calls()[0] > (killed + 1) * many // (kill + 1):
                    workers[0].kill()
                    killed += 1
            time.sleep(LOOK)
        seconds = time.perf_counter() - started
        answered, refused = service.calls()
    if process.returncode:
        raise SystemExit(f"{words} failed with {process.returncode}")
    cpu = sum(watch.cpu.values())
    return (
        f"| {60 * many / seconds:,.0f} | {seconds:.0f} s | {1000 * cpu / many:.1f} ms "
        f"| {watch.mib:.0f} MiB | {answered - many} | {refused} |"
    )


def main() -> None:
    """Measure both, and the fleet with workers killed, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--accounts", type=int, default=2_000)
    parser.add_argument("--contacts", type=int, default=2_000)
    parser.add_argument("--shards", type=int, default=64)
    parser.add_argument("--jobs", type=int, default=32)
    parser.add_argument("--kill", type=int, default=2)
    chosen = parser.parse_args()
    many, size, jobs = chosen.accounts, chosen.contacts, str(chosen.jobs)
    fleet = ("fleet", "run", "-q", "--store", "store", "--shards", str(chosen.shards))
    print("| | instances a minute | time | CPU each | memory | calls too many | refused |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    one = ("export", "-q", "all.jsonl", "--columns", "full", "--all-accounts", "--jobs", jobs)
    print(f"| one process, {jobs} threads {measured(many, size, 0, *one)}", flush=True)
    two = (*fleet, "--jobs", jobs)
    print(f"| two workers, {jobs} threads each {measured(many, size, 0, *two)}", flush=True)
    killed = measured(many, size, chosen.kill, *two)
    print(f"| {chosen.kill} killed in the run {killed}", flush=True)


if __name__ == "__main__":
    main()
