"""Compare an update in place with openpyxl loading and saving the same file untouched, in turn.

    .venv/bin/python -m tests.benchmarks.update --rows 50000

The workbook has the four columns and five of the user's; a tenth of the people have a new name and
a hundredth are new. Each run is a process of its own, imports included. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.worksheet.table import Table, TableColumn

HEADER = ("id", "name", "contactName", "type", "notes", "number", "share", "tick", "group")
TARGET = 0.3  # of the time that openpyxl takes

THEIRS = """
import sys
import openpyxl
openpyxl.load_workbook(sys.argv[1]).save(sys.argv[2])
"""

OURS = """
import random, sys
from datetime import UTC, datetime
from workbook.contacts.columns import Origin
from workbook.contacts.contact import Contact, ContactList
from workbook.merge.model import Incoming
from workbook.ooxml.workbook_file import opened, update
rows = int(sys.argv[3])
people = [
    Contact(f"1202555{n:07}@c.us", f"{'New name' if n % 10 == 0 else 'Name'} {n}", "", "user")
    for n in range(rows + rows // 100)
]
random.Random(7).shuffle(people)
people = ContactList.pack(people)  # as the command holds them
incoming = Incoming(people, Origin("work", datetime.now(UTC)))
with open(sys.argv[1], "rb") as source, open(sys.argv[2], "wb") as out:
    report = update(opened(source), out, incoming)
assert (report.changed, report.new) == (-(-rows // 10), rows // 100), report
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took: seconds from start to end, MiB at its highest."""

    seconds: float
    mib: float


def make(path: Path, rows: int) -> None:
    """Write a workbook with a table of so many people, as a user would have it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Contacts")
    sheet.append(HEADER)
    for n in range(rows):
        share = WriteOnlyCell(sheet, n / rows)
        share.number_format = "0.0%"
        notes = [f"note {n}", n, share, "yes" if n % 2 else None, f"group {n % 100}"]
        sheet.append([f"1202555{n:07}@c.us", f"Name {n}", None, "user", *notes])
    columns = [TableColumn(id=at, name=title) for at, title in enumerate(HEADER, 1)]
    sheet.add_table(Table(displayName="Contacts", ref=f"A1:I{rows + 1}", tableColumns=columns))
    book.save(path)


def taken(script: str, *arguments: str) -> Taken:
    """Run a script to its end and return what it took."""
    # compiled modules are kept, as on any user's machine; the first turn makes them
    environment = {n: value for n, value in os.environ.items() if n != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-W", "ignore", "-c", script, *arguments]
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"a run failed with {process.returncode}")
    return Taken(seconds, usage.ru_maxrss / 1024)


def compare(rows: int, rounds: int) -> str:
    """Run both in turn and return one row of the table."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory() as folder:
        path, out = Path(folder) / "book.xlsx", str(Path(folder) / "out.xlsx")
        make(path, rows)
        for _ in range(rounds):
            ours.append(taken(OURS, str(path), out, str(rows)))
            theirs.append(taken(THEIRS, str(path), out))
    return row(rows, ours, theirs)


def row(rows: int, ours: list[Taken], theirs: list[Taken]) -> str:
    """Return medians, and the median of the ratios of each turn."""
    ratio = statistics.median(o.seconds / t.seconds for o, t in zip(ours, theirs, strict=True))
    seconds = [statistics.median(each.seconds for each in runs) for runs in (ours, theirs)]
    mib = [statistics.median(each.mib for each in runs) for runs in (ours, theirs)]
    return (
        f"| {rows:,} | {seconds[0]:.2f} s | {seconds[1]:.2f} s | {ratio:.2f} (at most {TARGET}) "
        f"| {mib[0]:.0f} MiB | {mib[1]:.0f} MiB |"
    )


def main() -> None:
    """Compare for each number of rows."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rows", type=int, nargs="+", default=[50_000])
    parser.add_argument("--rounds", type=int, default=5)
    wanted = parser.parse_args()
    print("| rows | update in place | openpyxl | ratio | memory | openpyxl |")
    print("|---|---|---|---|---|---|")
    for rows in wanted.rows:
        print(compare(rows, wanted.rounds), flush=True)


if __name__ == "__main__":
    main()
