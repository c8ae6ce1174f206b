"""Compare `getcontacts export` with the recipe people would write, whole processes, in turn.

    .venv/bin/python -m tests.benchmarks.export --sizes 1000 10000 100000 [--kept]

The recipe (requests, pandas, openpyxl) runs in a virtual environment of its own, .venv-bench, which
is made when it is missing and holds what the extra `bench` lists and nothing of ours. Prints medians
and ratios as a Markdown table. Each of our runs is the first of a new home; with --kept all have one
home, so that they find the same list there from the run before, as a job of every night does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEER = ROOT / ".venv-bench"
ROUNDS = {1_000: 9, 10_000: 7, 100_000: 5, 1_000_000: 3}

RECIPE = """
import re, sys
import pandas, requests
rows = requests.get(sys.argv[1], timeout=180).json()
illegal = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
frame = pandas.DataFrame(rows).map(lambda v: illegal.sub("", v) if isinstance(v, str) else v)
frame.to_excel(sys.argv[2], index=False, engine="openpyxl")
"""

SERVER = """
import sys, time
from workbook.simulator.people import crowd
from workbook.simulator.simulator import Simulator
with Simulator(contacts=crowd(int(sys.argv[1])), rate=0) as service:
    print(service.api_url, service.id_instance, service.token, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took: seconds from start to end, MiB at its highest."""

    seconds: float
    mib: float


@contextmanager
def service(size: int) -> Iterator[tuple[str, str, str]]:
    """Run a server of `size` contacts in a process of its own."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(size)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        url, id_instance, token = process.stdout.readline().split()
        yield url, id_instance, token
        process.communicate()


def taken(command: list[str], environment: dict[str, str]) -> Taken:
    """Run a command to its end and return what it took."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with {process.returncode}")
    return Taken(seconds, usage.ru_maxrss / 1024)


def compare(size: int, kept: bool) -> str:
    """Run both in turn and return one row of the table."""
    ours, peers = [], []
    with service(size) as (url, id_instance, token), tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "GREEN_API_URL": url,
            "GREEN_API_ID_INSTANCE": id_instance,
            "GREEN_API_TOKEN_INSTANCE": token,
        }
        # compiled modules are kept, as on any user's machine; the first turn makes them
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        address = f"{url}/waInstance{id_instance}/getContacts/{token}"
        for turn in range(ROUNDS.get(size, 3) + 1):
            environment["GETCONTACTS_HOME"] = f"{folder}/home{0 if kept else turn}"
            command = [f"{ROOT}/.venv/bin/getcontacts", "export", "-q", f"{folder}/o{turn}.xlsx"]
            ours.append(taken(command, environment))
            recipe = [f"{PEER}/bin/python", "-c", RECIPE, address, f"{folder}/p{turn}.xlsx"]
            peers.append(taken(recipe, environment))
    return row(size, ours[1:], peers[1:])


def row(size: int, ours: list[Taken], peers: list[Taken]) -> str:
    """Return medians, and the median of the ratios of each turn."""
    faster = statistics.median(
        peer.seconds / our.seconds for our, peer in zip(ours, peers, strict=True)
    )
    smaller = statistics.median(peer.mib / our.mib for our, peer in zip(ours, peers, strict=True))
    seconds = [statistics.median(each.seconds for each in runs) for runs in (ours, peers)]
    mib = [statistics.median(each.mib for each in runs) for runs in (ours, peers)]
    return (
        f"| {size:,} | {seconds[0]:.2f} s | {seconds[1]:.2f} s | {faster:.1f}x "
        f"| {mib[0]:.0f} MiB | {mib[1]:.0f} MiB | {smaller:.1f}x |"
    )


def make_peer() -> None:
    """Make the environment of the recipe if it is missing."""
    if not PEER.exists():
        subprocess.run([sys.executable, "-m", "venv", str(PEER)], check=True)
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        recipe = project["optional-dependencies"]["bench"]
        subprocess.run([f"{PEER}/bin/pip", "install", "-q", *recipe], check=True)


def main() -> None:
    """Make the peer's environment if it is missing, then compare size by size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(ROUNDS))
    parser.add_argument("--kept", action="store_true", help="one home for all runs")
    asked = parser.parse_args()
    make_peer()
    print("| contacts | getcontacts | recipe | faster | memory | recipe's | smaller |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    for size in asked.sizes:
        print(compare(size, asked.kept), flush=True)


if __name__ == "__main__":
    main()
