"""Count what Refresh of a table takes in a real LibreOffice Calc: our part and the office's.

    .venv/bin/python -m tests.benchmarks.calc --contacts 20000

A headless office with a profile of its own and our extension in it presses the button. Seconds of
CPU, the least of several rounds: of the child, which fetches, decides and says what to write; and
of the office, which carries out the operations on the document. With --floor OURS BOTH it ends
with 1 where a kind of Refresh takes more.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

import msgspec

from tests.hosts.calc import Calc, environment_of, office
from workbook.simulator.people import crowd
from workbook.simulator.simulator import Simulator

MADE, SAME, CHANGED = KINDS = ("makes the table", "finds the same list", "1 % changed, 1 new")
TICK = os.sysconf("SC_CLK_TCK")


def cpu(process: int) -> float:
    """Return the seconds of CPU that a process has taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def pressed(calc: Calc) -> tuple[float, float]:
    """Press Refresh; return the seconds of the child and of the office."""
    processes = (calc.children()[0], calc.office())
    before = [*map(cpu, processes)]
    calc.press("refresh")
    ours, offices = (cpu(each) - at for each, at in zip(processes, before, strict=True))
    return ours, offices


def one_round(
    calc: Calc, service: Simulator, rows: list[dict[str, str]]
) -> list[tuple[float, float]]:
    """Press Refresh in a new document for each of the kinds."""
    others = [
        row | {"name": f"{row['name']} II"} if at % 100 == 0 else row for at, row in enumerate(rows)
    ]
    lists = (rows, rows, [*others, rows[0] | {"id": "4915100000001@c.us"}])
    calc.new()
    taken = []
    for service.contacts in lists:
        taken.append(pressed(calc))
    calc.run("close()")
    return taken


def main() -> int:
    """Run an office, press, print a table, and return 1 above the floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--contacts", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--floor", type=float, nargs=2, default=(60.0, 60.0))
    asked = parser.parse_args()
    rows = msgspec.json.decode(crowd(asked.contacts))
    with tempfile.TemporaryDirectory() as folder, Simulator(contacts=rows, rate=0) as service:
        home = Path(folder) / "home"
        with office(Path(folder), environment_of(service, home)) as calc:
            calc.new()
            calc.press("check")  # the child is there from then on
            calc.run("close()")
            rounds = [one_round(calc, service, rows) for _ in range(asked.rounds)]
    print("| Refresh | ours, s | the office, s | both, s |\n|---|--:|--:|--:|")
    least = [min(each, key=sum) for each in zip(*rounds, strict=True)]
    for kind, (ours, offices) in zip(KINDS, least, strict=True):
        print(f"| {asked.contacts:,}: {kind} | {ours:.2f} | {offices:.2f} | {ours + offices:.2f} |")
    most, together = asked.floor
    return int(any(ours > most or ours + offices > together for ours, offices in least))


if __name__ == "__main__":
    sys.exit(main())
