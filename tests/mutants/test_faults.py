"""What is a fault: the text of a module changed in one place, so that it still is Python."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.mutants import reach
from tests.mutants.command import Outcome, excuses, modules, mutants, sampled
from tests.mutants.faults import faults

SOME = modules()[::12]


def changed(source: str) -> list[str]:
    return [fault.put_into(source) for fault in faults(source)]


@pytest.mark.parametrize(
    ("source", "faulty"),
    [
        ("a < b", "a <= b"),
        ("(a) not in (b)", "(a) in (b)"),
        ("a or b", "a or False"),
        ("a and b", "True and b"),
        ("not a", "(a)"),
        ("x if a < b else y", "x if not (a < b) else y"),
        ("[x for x in y if x]", "[x for x in y if not (x)]"),
        ("x = 30", "x = 31"),
        ("x = True", "x = False"),
        ("p.fullmatch(a)", "p.match(a)"),
        ("x = a.strip()", "x = a"),
        ("x = max(a, b)", "x = min(a, b)"),
        ("do(a)", "pass"),
        ("count += 1", "pass"),
        ("x = 'ä'; y = a + b", "x = 'ä'; y = a - b"),
        ("def f():\n    return a", "def f():\n    return None"),
        ("for a in b:\n    break", "for a in b:\n    continue"),
    ],
)
def test_what_a_hurried_hand_mistakes(source: str, faulty: str) -> None:
    assert faulty in changed(source)


@pytest.mark.parametrize(
    "source",
    [
        "import a",
        "def f(a: int | None) -> list[str]: ...",
        'def f():\n    """Return 7."""',
        "log.info(a)",
        'f"{a + 1}"',
        "assert a < b",
        "x = zip(a, b, strict=True)",
        "if TYPE_CHECKING:\n    x = 1",
    ],
)
def test_what_is_for_readers_or_types_is_left_alone(source: str) -> None:
    assert faults(source) == []


def test_each_fault_says_its_lines_before_and_after() -> None:
    source = "x = 1\ny = (a <\n     b)\n"
    fault = faults(source)[-1]
    assert (fault.line(source), fault.change(source)) == (2, ("y = (a <", "y = (a <="))


def test_a_module_with_a_fault_is_another_module() -> None:
    for mutant in sampled(SOME, count=60, seed=1):
        faulty = ast.dump(ast.parse(mutant.fault.put_into(mutant.source)))
        assert faulty != ast.dump(ast.parse(mutant.source)), str(mutant)


def test_the_same_seed_gives_the_same_faults() -> None:
    assert sampled(SOME, 20, seed=7) == sampled(SOME, 20, seed=7)
    assert sampled(SOME, 20, seed=7) != sampled(SOME, 20, seed=8)


def test_every_module_has_a_room_of_tests() -> None:
    rooms = {reach.room(module) for module in modules()}
    assert {"tests/contacts", "tests/addin/shared"} <= rooms
    assert all(Path(room).is_dir() for room in rooms)


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Path:
    """Measure a module of three lines, of which each test but one executes only some."""
    module = Path("workbook/contacts/times.py")
    data = CoverageData(no_disk=True)
    for context, lines in {
        "": [1, 2, 5, 9],
        "tests/cli/test_a.py::test_all[x]|run": [2, 5],
        "tests/cli/test_a.py::test_all[y]|run": [2, 5],
        "tests/contacts/test_b.py::test_near|run": [5],
        "tests/contacts/test_b.py::test_first|setup": [5],
        "tests/contacts/test_times.py::test_own|run": [5],
        "tests/contacts/test_times.py::test_own_too|run": [5],
        "tests/accounts/test_c.py::test_other|run": [5],
    }.items():
        data.set_context(context)
        data.add_lines({str(reach.ROOT / module): lines})
    monkeypatch.setattr(reach, "_measured", lambda: data)
    reach._tests_by_line.cache_clear()
    return module


def test_those_are_asked_that_execute_the_line_first_its_own_then_near_ones(measured: Path) -> None:
    assert reach.reached(measured, 2) == ["tests/cli/test_a.py::test_all"]
    of_two_lines = reach.reached(measured, 6)
    assert of_two_lines == [
        "tests/contacts/test_times.py::test_own",
        "tests/contacts/test_times.py::test_own_too",
        "tests/contacts/test_b.py::test_first",
        "tests/contacts/test_b.py::test_near",
        "tests/accounts/test_c.py::test_other",
        "tests/cli/test_a.py::test_all",
    ]


def test_all_are_asked_of_what_the_import_executes(measured: Path) -> None:
    assert reach.reached(measured, 9) == reach.reached(measured, 5)


def test_a_survivor_with_a_reason_counts_for_nothing() -> None:
    outcome = Outcome(noticed=19, excused=[(sampled(SOME, 1, seed=1)[0], "a reason")])
    assert outcome.share == 1
    outcome.survived = [sampled(SOME, 1, seed=2)[0]]
    assert outcome.share == 0.95
    assert outcome.sentence.endswith("1 survived: 95.0% noticed.")


@pytest.mark.slow
def test_each_reason_is_that_of_a_fault() -> None:
    every = {each.module: mutants(Path(each.module)) for each in excuses()}
    for each in excuses():
        assert any(each.covers(mutant) for mutant in every[each.module]), each
