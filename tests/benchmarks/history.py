"""Time what keeping a list, and what it changed, adds to a refresh.

    .venv/bin/python -m tests.benchmarks.history --contacts 100000

Each kind of list follows the same first one, in a database of its own. Prints a Markdown table in
milliseconds; keeping 100,000 contacts of which one in a hundred changed may take 250.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from workbook.contacts.contact import Contact, ContactList
from workbook.simulator.people import crowd
from workbook.store.snapshots import Snapshot
from workbook.sync import history
from workbook.sync.recording import Trust, record

Change = Callable[[ContactList], ContactList]


def one_in(step: int) -> Change:
    """Return what gives one contact in so many another name."""

    def changed(contacts: ContactList) -> ContactList:
        return ContactList.pack(
            msgspec.structs.replace(contact, name=f"{contact.name}!") if at % step == 0 else contact
            for at, contact in enumerate(contacts)
        )

    return changed


KINDS: dict[str, Change] = {
    "the same": lambda contacts: contacts,
    "another order": lambda contacts: ContactList.pack(reversed(list(contacts))),
    "1 in 100 changed": one_in(100),
    "all changed": one_in(1),
}


def first_list(count: int) -> ContactList:
    """Return a crowd as a refresh would hand it over."""
    return ContactList.pack(msgspec.json.decode(crowd(count), type=list[Contact]))


def timed(first: ContactList, then: ContactList) -> tuple[float, float, float]:
    """Return the seconds to keep the first list, the next one, and to tell the changes."""
    before, times = datetime.now(UTC) - timedelta(hours=1), [time.perf_counter()]
    for number, contacts in enumerate((first, then)):
        fetched = before + timedelta(minutes=number)
        record("1", Snapshot("shop", fetched, contacts), Trust.REFUSE)
        times.append(time.perf_counter())
    history.known_changes("1", before)
    times.append(time.perf_counter())
    return times[1] - times[0], times[2] - times[1], times[3] - times[2]


def main() -> None:
    """Run every kind so many times and print the medians."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--contacts", type=int, default=100_000)
    arguments.add_argument("--rounds", type=int, default=5)
    chosen = arguments.parse_args()
    first = first_list(chosen.contacts)
    print("| list | first kept | next kept | changes told |\n|---|---|---|---|")
    for name, change in KINDS.items():
        then, rounds = change(first), []
        for _ in range(chosen.rounds):
            with tempfile.TemporaryDirectory() as home:
                os.environ["GETCONTACTS_HOME"] = home
                rounds.append(timed(first, then))
        medians = [f"{1000 * statistics.median(each):.0f}" for each in zip(*rounds, strict=True)]
        print(f"| {name} | {' | '.join(medians)} |")


if __name__ == "__main__":
    main()
