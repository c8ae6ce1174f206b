"""The sample of faults: which are put in, which were noticed, and why the others need not be.

python -m tests.mutants                             a sample over all pure rooms
python -m tests.mutants --seed 8 --count 300        another one, of so many faults
python -m tests.mutants workbook/merge/plan.py --count 0    every fault of a module
python -m tests.mutants --near                      asking all tests of the room itself, and no other
                                                    (what the others execute need not be measured)
python -m tests.mutants workbook/merge/plan.py --count 0 --asking tests/merge/test_plan.py
                                                    asking these files, and no other
"""

from __future__ import annotations

import argparse
import random
import resource
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from tests.mutants import reach, trial
from tests.mutants.faults import Fault, faults

ROOT = Path(__file__).parents[2]
SURVIVORS = Path(__file__).with_name("survivors.toml")
COUNT, SEED = 120, 7
ENOUGH = 0.95  # of what a user could see
LOT, SECONDS = 20, 40  # tests that are asked at once; of CPU, after which no others are

ROOMS = (
    "addin/shared/arguments.py", "addin/shared/blocks.py", "addin/shared/messages.py",
    "addin/shared/refresh_decision.py", "addin/shared/undo.py", "workbook/contacts/*.py",
    "workbook/green_api/contacts_stream.py", "workbook/green_api/other_methods.py",
    "workbook/green_api/protocol.py", "workbook/merge/*.py", "workbook/ooxml/*.py",
    "workbook/sync/guard.py",
)  # fmt: skip
DATA = ("*/__init__.py", "workbook/contacts/calling_codes.py")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A module with one fault in it."""

    module: Path  # from the root
    source: str
    fault: Fault

    def __str__(self) -> str:
        before, after = self.fault.change(self.source)
        return f"{self.where}\n    - {before}\n    + {after}"

    @property
    def where(self) -> str:
        """Return the module and the line."""
        return f"{self.module.as_posix()}:{self.fault.line(self.source)}"

    @property
    def faulty(self) -> str:
        """Return the source with the fault."""
        return self.fault.put_into(self.source)

    @property
    def name(self) -> str:
        """Return what the module is imported by."""
        return ".".join(self.module.with_suffix("").parts)


@dataclass(frozen=True, slots=True)
class Excuse:
    """A fault that no test need notice, and the reason."""

    module: str
    before: str
    after: str
    reason: str

    def covers(self, mutant: Mutant) -> bool:
        """Tell whether this is the fault that is meant."""
        change = (mutant.module.as_posix(), *mutant.fault.change(mutant.source))
        return (self.module, self.before, self.after) == change


@dataclass(slots=True)
class Outcome:
    """What came of a sample of faults."""

    noticed: int = 0
    excused: list[tuple[Mutant, str]] = field(default_factory=list)
    survived: list[Mutant] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Return how many of those were noticed that a user could see."""
        return self.noticed / max(1, self.noticed + len(self.survived))

    @property
    def sentence(self) -> str:
        """Return it in figures."""
        tried = self.noticed + len(self.excused) + len(self.survived)
        return (
            f"{tried} faults put in, {self.noticed} noticed, {len(self.excused)} change nothing that "
            f"a user could see, {len(self.survived)} survived: {self.share:.1%} noticed."
        )


def modules() -> list[Path]:
    """Return all modules that faults are put into."""
    found = {path.relative_to(ROOT) for pattern in ROOMS for path in ROOT.glob(pattern)}
    return sorted(each for each in found if not any(fnmatch(str(each), data) for data in DATA))


def mutants(module: Path) -> list[Mutant]:
    """Return a module with each of its faults."""
    source = (ROOT / module).read_text("utf-8")
    return [Mutant(module, source, fault) for fault in faults(source)]


def sampled(wanted: Iterable[Path], count: int, seed: int) -> list[Mutant]:
    """Return so many faults by lot, the same ones for the same seed; 0 means all of them."""
    every = [mutant for module in wanted for mutant in mutants(module)]
    if count and count < len(every):
        every = random.Random(seed).sample(every, count)
    return sorted(every, key=lambda mutant: (mutant.module, mutant.fault))


def excuses() -> list[Excuse]:
    """Return what survives for a reason."""
    listed = tomllib.loads(SURVIVORS.read_text("utf-8")).get("survivor", [])
    return [Excuse(**each) for each in listed]


def run(sample: Iterable[Mutant], asked: Callable[[Mutant], list[list[str]]]) -> Outcome:
    """Put each fault in and run the tests that are asked about it.

    Raises SystemExit where they are red without any fault.
    """
    trial.prepare()
    outcome, known, sound = Outcome(), excuses(), set[str]()
    for mutant in sample:
        if reason := next((each.reason for each in known if each.covers(mutant)), ""):
            outcome.excused.append((mutant, reason))
        elif red := _red(mutant, asked(mutant)):
            if red not in sound and trial.tried(mutant.name, mutant.source, [red]):
                raise SystemExit(f"{red} is red without any fault.")
            sound.add(red)
            outcome.noticed += 1
            print("noticed ", mutant.where, flush=True)
        else:
            outcome.survived.append(mutant)
            print("SURVIVED", mutant, flush=True)
    return outcome


def _near(mutant: Mutant) -> list[list[str]]:
    """Return all tests of the room itself."""
    return [[str(file)] for file in sorted(Path(reach.room(mutant.module)).rglob("test_*.py"))]


def _reaching(mutant: Mutant) -> list[list[str]]:
    """Return the tests that may notice a fault, in the lots in which they are asked."""
    tests = reach.reached(mutant.module, mutant.fault.line(mutant.source))
    return [tests[at : at + LOT] for at in range(0, len(tests), LOT)]


def _red(mutant: Mutant, lots: Iterable[Sequence[str]]) -> str:
    """Return the first test that is red with a fault, "" where none is in the time for it."""
    last = _spent() + SECONDS
    for tests in lots:
        if red := trial.tried(mutant.name, mutant.faulty, tests):
            return red
        if _spent() > last:
            break
    return ""


def _spent() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> int:
    """Run a sample, print what no test noticed, and return 1 where that is too much."""
    form = argparse.RawDescriptionHelpFormatter
    reader = argparse.ArgumentParser(
        "python -m tests.mutants", description=__doc__, formatter_class=form
    )
    reader.add_argument("modules", nargs="*", type=Path)
    reader.add_argument("--count", type=int, default=COUNT, help="0: all of them")
    reader.add_argument("--seed", type=int, default=SEED)
    reader.add_argument("--near", action="store_true", help="ask only the tests of the room itself")
    reader.add_argument("--asking", nargs="+", help="ask only the tests of these files")
    said = reader.parse_args()
    sample = sampled(said.modules or modules(), said.count, said.seed)
    asked = _near if said.near else _reaching
    outcome = run(sample, (lambda _: [said.asking]) if said.asking else asked)
    print(outcome.sentence)
    return int(outcome.share < ENOUGH)


def table() -> Iterator[str]:
    """Yield a Markdown table of what survives, with the reasons."""
    yield from ("| module | fault | why nobody could see it |", "|---|---|---|")
    for each in excuses():
        change = f"`{each.before}` → `{each.after}`".replace("|", "\\|")
        yield f"| {each.module} | {change} | {each.reason} |"
