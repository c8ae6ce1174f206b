"""Count the instructions of `getcontacts export` and of the recipe, whole processes (valgrind).

    .venv/bin/python -m tests.benchmarks.instructions --contacts 10000 --floor 5

They repeat within 0.1 % however busy the machine is, which times do not. Ours is the third run of a
home, which finds the same list there from the runs before. Ends with 1 below the floor.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile

from tests.benchmarks.export import PEER, RECIPE, make_peer, service

OURS = "from workbook.cli import main; main()"
VALGRIND = ("valgrind", "--tool=cachegrind", "--cache-sim=no", "--cachegrind-out-file=/dev/null")


def counted(command: list[str], environment: dict[str, str]) -> int:
    """Return how many instructions a command takes; compiled modules must be there already."""
    run = subprocess.run(
        [*VALGRIND, *command], env=environment, capture_output=True, text=True, check=True
    )
    found = re.search(r"I\s+refs:\s+([\d,]+)", run.stderr)
    assert found, run.stderr
    return int(found[1].replace(",", ""))


def both(size: int) -> tuple[int, int]:
    """Return the instructions of ours and of the recipe for a list of `size` contacts."""
    with service(size) as (url, id_instance, token), tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "PYTHONHASHSEED": "0",
            "GREEN_API_URL": url,
            "GREEN_API_ID_INSTANCE": id_instance,
            "GREEN_API_TOKEN_INSTANCE": token,
            "GETCONTACTS_HOME": f"{folder}/home",
        }
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        address = f"{url}/waInstance{id_instance}/getContacts/{token}"
        ours = [sys.executable, "-c", OURS, "export", "-q", f"{folder}/ours.xlsx"]
        recipe = [str(PEER / "bin/python"), "-c", RECIPE, address, f"{folder}/recipe.xlsx"]
        for command in (ours, ours, recipe):  # the second list is the first with one before it
            subprocess.run(command, env=environment, check=True)
        return counted(ours, environment), counted(recipe, environment)


def main() -> int:
    """Compare both, print a row of a table, and return 1 below the floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--floor", type=float, default=0.0)
    asked = parser.parse_args()
    if shutil.which("valgrind") is None:
        print("INSTRUCTIONS NOT COUNTED: there is no valgrind on this machine.", file=sys.stderr)
        return 0
    make_peer()
    ours, recipe = both(asked.contacts)
    print("| contacts | getcontacts, M | recipe, M | fewer | floor |")
    print("|---:|---:|---:|---:|---:|")
    print(
        f"| {asked.contacts:,} | {ours / 1e6:,.0f} | {recipe / 1e6:,.0f} | {recipe / ours:.2f}x "
        f"| {asked.floor}x |"
    )
    return int(recipe < asked.floor * ours)


if __name__ == "__main__":
    sys.exit(main())
