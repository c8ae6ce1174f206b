"""Time GETCONTACT and its sisters over a kept list, as Excel would call them one after the other.

    .venv/bin/python -m tests.benchmarks.lookup --contacts 10000 --lookups 2000

Nothing is fetched: the list is put into the database, and the functions find it there. Prints a
Markdown table in milliseconds; a lookup may take 2.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial

import msgspec

from workbook.accounts import accounts
from workbook.files.place import place_of
from workbook.simulator.people import crowd
from workbook.simulator.simulator import Simulator
from workbook.sync import consent, latest


def main() -> None:
    """Keep a list, then time the first call and many more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--lookups", type=int, default=2_000)
    words = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            GETCONTACTS_HOME=home, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"
        )
        rows = crowd(words.contacts)
        keep(rows)
        ids = [row["id"] for row in msgspec.json.decode(rows)][: words.lookups]
        report(ids)


def keep(rows: bytes) -> None:
    """Let the last good list be this one, and its account the environment's."""
    with Simulator(contacts=rows, rate=0) as service:
        os.environ.update(
            GREEN_API_URL=service.api_url,
            GREEN_API_ID_INSTANCE=service.id_instance,
            GREEN_API_TOKEN_INSTANCE=service.token,
        )
        latest.latest(accounts.find())
        consent.allow(place_of("/books/form.xlsx"), service.id_instance)


def report(ids: list[str]) -> None:
    """Print the time of each kind of call."""
    from tests.hosts.excel_side import GETCONTACT, GETCONTACTS, GETCONTACTSINFO

    print("| call | times | median ms | 99th of 100 ms | longest ms |\n|---|--:|--:|--:|--:|")
    phones = [f"+{each.partition('@')[0]}" for each in ids if each.endswith("@c.us")]
    strangers = [f"+49 151 9{number:07}" for number in range(len(ids))]
    for name, wanted in (
        ("the first GETCONTACT of a process", ids[:1]),
        ("GETCONTACT by id", ids),
        ("GETCONTACT by phone", phones),
        ("GETCONTACT of a stranger", strangers),
    ):
        line(name, [taken(partial(GETCONTACT, each)) for each in wanted])
    line("GETCONTACTS", [taken(GETCONTACTS) for _ in range(20)])
    line("GETCONTACTSINFO", [taken(GETCONTACTSINFO) for _ in range(20)])


def taken(call: Callable[[], object]) -> float:
    """Return the milliseconds of one call."""
    started = time.perf_counter()
    call()
    return (time.perf_counter() - started) * 1_000


def line(name: str, times: list[float]) -> None:
    """Print a row of the table."""
    ordered = sorted(times)
    most = ordered[int(len(ordered) * 0.99)]
    print(
        f"| {name} | {len(ordered):,} | {statistics.median(ordered):.3f} "
        f"| {most:.3f} | {ordered[-1]:.3f} |"
    )


if __name__ == "__main__":
    main()
