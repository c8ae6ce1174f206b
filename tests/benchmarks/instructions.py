"""Count the instructions of `getcontacts export` and of the recipe, whole processes (valgrind).

    .venv/bin/python -m tests.benchmarks.instructions --contacts 10000 --floor 5

They repeat within 0.1 % however busy the machine is, which times do not. Ours is the third run of a
home, which finds the same list there from the runs before; with --kind one of the others that
export.py knows, in the environments that it makes. Ends with 1 below the floor.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import ExitStack

from tests.benchmarks.export import (
    FIRST,
    HTTPS,
    KINDS,
    NEXT_DAY,
    OURS,
    ROOT,
    SAME,
    make_environments,
    recipe,
    service,
)

RUN = "from workbook.cli import main; main()"
VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")


def counted(command: list[str], environment: dict[str, str]) -> int:
    """Return how many instructions a command takes; compiled modules must be there already."""
    run = subprocess.run(
        [*VALGRIND, *command],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", run.stderr)
    assert found, run.stderr
    return int(found[1].replace(",", ""))


def both(size: int, kind: str) -> tuple[int, int]:
    """Return the instructions of ours and of the recipe for a list of `size` contacts."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        authority = f"{folder}/authority.pem" if kind == HTTPS else ""
        before = stack.enter_context(service(size, 0, authority))
        now = stack.enter_context(service(size, 1)) if kind == NEXT_DAY else before
        for environment in (before, now):
            environment.update(PYTHONHASHSEED="0", GETCONTACTS_HOME=f"{folder}/home")
        peer = recipe(now, f"{folder}/recipe.xlsx")
        for command in (_ours(folder, 0), _ours(folder, 1), peer):
            subprocess.run(command, env=before, cwd=ROOT, check=True)
        if kind == FIRST:
            now["GETCONTACTS_HOME"] = f"{folder}/another"
        return counted(_ours(folder, 2), now), counted(peer, now)


def _ours(folder: str, number: int) -> list[str]:
    return [f"{OURS}/bin/python", "-c", RUN, "export", "-q", f"{folder}/ours{number}.xlsx"]


def main() -> int:
    """Compare both, print a row of a table, and return 1 below the floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--floor", type=float, default=0.0)
    parser.add_argument("--kind", choices=KINDS, default=SAME)
    asked = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("INSTRUCTIONS NOT COUNTED: there is no valgrind on this machine.", file=sys.stderr)
        return 0
    make_environments()
    ours, peer = both(asked.contacts, asked.kind)
    print("| contacts | run | getcontacts, M | recipe, M | fewer | floor |")
    print("|---:|---|---:|---:|---:|---:|")
    print(
        f"| {asked.contacts:,} | {asked.kind} | {ours / 1e6:,.0f} | {peer / 1e6:,.0f} "
        f"| {peer / ours:.2f}x | {asked.floor}x |"
    )
    return int(peer < asked.floor * ours)


if __name__ == "__main__":
    sys.exit(main())
