"""Which tests execute which line, told by one run of the suite under coverage that is kept."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from coverage import CoverageData

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "build" / "reach"
# what runs as other processes, or is of no single fault's size
APART = ("benchmarks", "fleet", "mutants", "proof", "windows")


def reached(module: Path, line: int) -> list[str]:
    """Return the tests that execute a line: the module's own first, then those of its room.

    Where no test does, as the line is executed by the import, these are all tests of the module.
    """
    lines = _tests_by_line(module)
    # only its first line is known of a statement of several ones
    started = max((each for each in lines if each <= line), default=0)
    tests = lines.get(started) or set().union(*lines.values())
    return _mixed(tests, f"{room(module)}/", f"test_{module.name}")


def room(module: Path) -> str:
    """Return the folder of the tests of a module's own room."""
    return Path("tests", module.parent).as_posix().replace("/workbook", "")


def _mixed(tests: Iterable[str], near: str, own: str) -> list[str]:
    """Return near tests first, and the first ones of each file before the second ones.

    `own`: the file near whose tests come before all others.
    """
    files: dict[str, list[str]] = {}
    for test in sorted(tests):
        files.setdefault(test.partition("::")[0], []).append(test)
    placed = [(place, test) for each in files.values() for place, test in enumerate(each)]

    def order(each: tuple[int, str]) -> tuple[bool, bool, int, str]:
        test = each[1]
        return (not test.startswith(f"{near}{own}::"), not test.startswith(near), *each)

    return [test for _, test in sorted(placed, key=order)]


@cache
def _tests_by_line(module: Path) -> dict[int, set[str]]:
    by_line = _measured().contexts_by_lineno(str(ROOT / module))
    # "tests/test_x.py::test_y[a case]|run"; what an import executes has an empty one
    return {
        line: {each.rpartition("|")[0].partition("[")[0] for each in contexts if each}
        for line, contexts in by_line.items()
    }


@cache
def _measured() -> CoverageData:
    """Return what was measured of the code and the tests as they are, measuring it where needed."""
    kept = KEPT / f"{_digest()}.coverage"
    if not kept.exists():
        _measure(kept)
    data = CoverageData(str(kept))
    data.read()
    return data


def _measure(kept: Path) -> None:
    print("measuring which tests execute which line, once", flush=True)
    command = [sys.executable, "-m", "pytest", "--cov", "--cov-context=test", "--cov-report=",
               "--hypothesis-profile=few", *(f"--ignore=tests/{each}" for each in APART), "tests"]  # fmt: skip
    new = kept.with_suffix(".new")
    new.parent.mkdir(parents=True, exist_ok=True)
    env = {**os.environ, "COVERAGE_FILE": str(new)}
    ran = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"The tests are red without any fault: {ran.stdout[-2_000:]}")
    new.replace(kept)


def _digest() -> str:
    digest = hashlib.sha256()
    for folder in ("addin", "tests", "workbook"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]
