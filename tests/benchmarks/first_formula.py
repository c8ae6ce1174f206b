"""Count what the first formula takes after Python was started, beyond a bare `import xlwings`.

    .venv/bin/python -m tests.benchmarks.first_formula --contacts 10000

The list is kept and young, so nobody is asked. Processes run in turn, in an environment with what
a user has; the milliseconds are user CPU, the least of several runs, which a busy machine changes
less than times. With --floor it ends with 1 where one of them takes more beyond the bare import.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile

import msgspec

from tests.benchmarks.export import OURS, ROOT, make_environments
from tests.benchmarks.lookup import keep
from workbook.simulator.people import crowd

FORM = "/books/form.xlsx\n/books\n77"  # the workbook whose cells ask, as the add-in tells it
END = "\nimport resource\nprint(resource.getrusage(resource.RUSAGE_SELF).ru_utime)"
BARE = "import xlwings"
CALLS = {
    "=GETCONTACT(id)": f"assert udfs.GETCONTACT({{id!r}}, workbook={FORM!r}) != ''",
    "=GETCONTACTS()": f"assert len(udfs.GETCONTACTS(workbook={FORM!r})) > 2",
}


def milliseconds(code: str) -> float:
    """Return the user CPU of a new process that runs this."""
    run = subprocess.run(
        [f"{OURS}/bin/python", "-c", code + END],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(run.stdout) * 1_000


def main() -> int:
    """Keep a list, run each in turn, print a table, and return 1 above the floor."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--contacts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--floor", type=float, default=0.0)
    asked = parser.parse_args()
    make_environments()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled modules are kept, as on any machine
    with tempfile.TemporaryDirectory() as home:
        os.environ.update(
            GETCONTACTS_HOME=home, PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"
        )
        rows = crowd(asked.contacts)
        keep(rows)
        last = msgspec.json.decode(rows)[-1]["id"]
        calls = {
            name: f"{BARE}\nfrom addin.excel import udfs\n{call.format(id=last)}"
            for name, call in CALLS.items()
        }
        every = {"import xlwings": BARE, **calls}
        turns = [[milliseconds(code) for code in every.values()] for _ in range(asked.rounds + 1)]
    least = dict(zip(every, map(min, zip(*turns[1:], strict=True)), strict=True))
    print("| first in a process | user CPU, ms | beyond bare xlwings, ms |\n|---|--:|--:|")
    for name, taken in least.items():
        print(f"| {name} | {taken:.0f} | {taken - least['import xlwings']:.0f} |")
    beyond = max(least.values()) - least["import xlwings"]
    return int(0 < asked.floor < beyond)


if __name__ == "__main__":
    sys.exit(main())
