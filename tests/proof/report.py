"""The report of what was tried against each promise: counted by the tests, written by a command.

python -m tests.proof            what continuous integration runs, and the long runs
python -m tests.proof --sample   without the long runs
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.mutants.command import table
from tests.proof.licences import installed, licence

VARIABLE = "GETCONTACTS_PROOF"
TESTS = Path(__file__).parents[1]
REPORT = TESTS / "PROOF.md"
SAMPLE = "not long"
MEASURED = ("passed", "skipped", "failed")


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised, in a sentence, and the files of the tests that attack it."""

    words: str
    files: str


# by the name that tests give to `tried`
PROMISES = {
    "token": Promise(
        "The token is in the request and where its owner put it, and nowhere else.",
        "canary torture killed errors transport hostile_service xlam_file credentials",
    ),
    "loss": Promise(
        "A run that fails leaves the old file, the old sheet and the user's own cells; an empty "
        "or shrunken answer replaces nothing.",
        "torture killed concurrency output_file save_update database guard doubt fuzz hostile_service",
    ),
    "text": Promise(
        "What people type as their name stays text, in every format, and what cannot be kept is "
        "counted.",
        "text_safety fuzz xlsx_text csv vcard columns looks",
    ),
    "digits": Promise(
        "Ids and phones are text with every digit, plus and zero.", "limits contact protocol fuzz"
    ),
    "pace": Promise(
        "Cells cause at most one fetch per account and minute; nobody asks oftener than once a "
        "second.",
        "formula_lists concurrency deletion call_slots soak",
    ),
    "notes": Promise(
        "Notes stay with their person; a file that its user changed is not replaced unasked.",
        "torture plan update update_real_files update_neighbours update_refusals sheet output_file",
    ),
    "rest": Promise(
        "All else in a workbook stays as it was, and what depends on the table is right or told.",
        "books room update_results update_copies update_neighbours update_room update_dialects",
    ),
    "words": Promise(
        "A message says what happened, why, and what to do next; every end has its exit code.",
        "exit_codes errors torture hostile_service fuzz",
    ),
    "windows": Promise(
        "On Windows it is the same: its own Python, its keyring and xlwings' own engine, by Wine.",
        "windows_commands windows_accounts windows_files windows_functions windows_buttons "
        "windows_own_tests",
    ),
    "calc": Promise(
        "In LibreOffice Calc it is the same, tried in a real one beside the Excel for tests.",
        "two_programs calc calc_tables calc_buttons calc_accounts calc_install calc_child calc_window",
    ),
    "stranger": Promise(
        "A stranger's workbook is data: it gets no contacts unasked, and costs little.",
        "consent_gate allowing update_senders update_budget budget vba_exposure attacks",
    ),
    "fleet": Promise(
        "Whoever dies in a run over several machines, nothing is lost and nobody is asked too "
        "soon; the scheduler never sees a token.",
        "fleet_killed fleet_secrets claims cluster",
    ),
    "supply": Promise(
        "What this is built from is known: bounded versions, free licences, nothing of xlwings "
        "PRO.",
        "supply architecture",
    ),
}


def tried(promise: str, cases: int) -> None:
    """Note that the running test attacked a promise (a name in PROMISES) in so many cases."""
    assert promise in PROMISES, f"known promises: {', '.join(PROMISES)}"
    if report := os.environ.get(VARIABLE):
        test = os.environ.get("PYTEST_CURRENT_TEST", "").partition(" (")[0]
        with Path(report).open("a", encoding="utf-8") as file:
            file.write(json.dumps([test.partition("[")[0], promise, cases]) + "\n")


@dataclass(slots=True)
class Tried:
    """One test: how often it ran to which end, and how many cases it said it tried."""

    ends: dict[str, int] = field(default_factory=lambda: dict.fromkeys(MEASURED, 0))
    cases: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def count(self, promise: str) -> int:
        """Return how many cases were tried against a promise."""
        return self.cases.get(promise) or self.ends["passed"] + self.ends["failed"]

    @property
    def result(self) -> str:
        """Return how it ended, in a word."""
        if self.ends["failed"]:
            return f"**{self.ends['failed']} failed**"
        return "held" if self.ends["passed"] else "not run here"


def main() -> None:
    """Run the tests of all promises and write the report; the exit code is theirs."""
    marks = SAMPLE if "--sample" in sys.argv[1:] else "long or not long"
    with tempfile.TemporaryDirectory() as scratch:
        ended, outcome = _run(Path(scratch), marks)
    lines = [*_report(outcome, marks), *_faults(marks), *_licences()]
    REPORT.write_text("\n".join(lines) + "\n", encoding="utf-8")
    sys.exit(ended)


def _run(scratch: Path, marks: str) -> tuple[int, dict[str, Tried]]:
    junit, counts = scratch / "junit.xml", scratch / "counts"
    counts.touch()
    wanted = sorted({file for promise in PROMISES.values() for file in _files(promise)})
    thorough = "" if marks == SAMPLE else "--hypothesis-profile=searching"
    options = [f"--junitxml={junit}", "-o", "faulthandler_timeout=7200", *thorough.split()]
    run = subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-m", marks, *wanted],
        cwd=TESTS.parent,
        env=os.environ | {VARIABLE: str(counts)},
        check=False,
    )
    outcome = _outcome(ElementTree.parse(junit).getroot())
    for line in counts.read_text("utf-8").splitlines():
        test, promise, cases = json.loads(line)
        outcome[test.removeprefix("tests/")].cases[promise] += cases
    return run.returncode, outcome


def _files(promise: Promise) -> Iterator[str]:
    for name in promise.files.split():
        [file] = TESTS.rglob(f"test_{name}.py")
        yield file.relative_to(TESTS.parent).as_posix()


def _outcome(root: ElementTree.Element) -> dict[str, Tried]:
    found: dict[str, Tried] = defaultdict(Tried)
    for case in root.iter("testcase"):
        parts = case.get("classname", "").removeprefix("tests.").split(".")
        at = next(at for at, part in enumerate(parts) if part.startswith("test_"))
        module, classes = "/".join(parts[: at + 1]), parts[at + 1 :]
        name = case.get("name", "").partition("[")[0]
        ends = {child.tag for child in case}
        end = "failed" if ends & {"failure", "error"} else "skipped" if ends else "passed"
        found["::".join([f"{module}.py", *classes, name])].ends[end] += 1
    return found


def _report(outcome: dict[str, Tried], marks: str) -> Iterator[str]:
    yield "# Proof"
    yield ""
    left_out = ", the long runs left out" if marks == SAMPLE else ""
    yield f"What was tried against each promise{left_out}, and how it"
    yield "ended. Made by `python -m tests.proof`, on one machine; CI runs it without the long runs."
    yield "A case is one failure, one input, one moment or one example."
    for promise, each in PROMISES.items():
        rows = list(_rows(promise, _files(each), outcome))
        cases = sum(count for _, count, _ in rows)
        yield from ("", f"## {each.words}", "")
        yield f"{cases:,} cases. Repeat them:"
        yield from ("", f'    pytest -m "{marks}" {" ".join(_files(each))}', "")
        yield from ("| tried | cases | result |", "|---|---:|---|")
        yield from (f"| {what} | {count:,} | {result} |" for what, count, result in rows)


def _rows(
    promise: str, files: Iterable[str], outcome: dict[str, Tried]
) -> Iterator[tuple[str, int, str]]:
    for file in files:
        name = file.removeprefix("tests/")
        for test, found in outcome.items():
            # a file that serves several promises may say which tests are for which
            if test.startswith(f"{name}::") and (not found.cases or promise in found.cases):
                yield _sentence(test), found.count(promise), found.result


def _faults(marks: str) -> Iterator[str]:
    yield from ("", "## The tests notice a fault in what they test", "")
    if marks != SAMPLE:
        command = [sys.executable, "-m", "tests.mutants"]
        ran = subprocess.run(command, cwd=TESTS.parent, capture_output=True, text=True, check=False)
        lines = ran.stdout.splitlines()
        said = [line for line in lines if " faults put in, " in line]
        yield from (*(said or [f"**{ran.stderr.strip()}**"]), "")
        yield from _survivors(lines)
    yield "Put in on purpose, one at a time, by `python -m tests.mutants`. These go unnoticed:"
    yield ""
    yield from table()


def _survivors(lines: Sequence[str]) -> Iterator[str]:
    """Yield what survived without a reason that is known: where, and the line before and after."""
    survived = [at for at, line in enumerate(lines) if line.startswith("SURVIVED")]
    for at in survived:
        where, before, after = (line.strip() for line in lines[at : at + 3])
        yield f"- {where.removeprefix('SURVIVED').strip()}: `{before[2:]}` → `{after[2:]}`"
    if survived:
        yield ""


def _licences() -> Iterator[str]:
    yield from ("", "## Licences of all that is installed with it", "")
    yield from (f"- {name}: {licence(name)}" for name in sorted(installed()))


def _sentence(test: str) -> str:
    words = test.rpartition("::")[2].removeprefix("test_").replace("_", " ")
    return f"{words[:1].upper()}{words[1:]}"
