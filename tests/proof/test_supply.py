"""What this is built from: bounded, freely licensed, without known holes and without xlwings PRO."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.proof.licences import PROJECT, RUNTIME, installed, is_installed, licence
from tests.proof.report import tried

ROOT = Path(__file__).parents[2]
EXTRAS = [
    Requirement(each)
    for extra in PROJECT["project"]["optional-dependencies"].values()
    for each in extra
    if Requirement(each).name != PROJECT["project"]["name"]  # an extra within another
]

# what may be used in a program that anybody may use, sell and change, by the words of its makers
FREE = re.compile(
    r"MIT|BSD|Apache|ISC|Python Software Foundation|PSF|MPL-2\.0|Mozilla Public License 2\.0|0BSD",
    re.IGNORECASE,
)
LOCKS = {"uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "requirements.txt", "pylock.toml"}


@pytest.mark.parametrize("need", RUNTIME + EXTRAS, ids=lambda need: need.name)
def test_each_range_has_both_its_ends(need: Requirement) -> None:
    ends = {each.operator for each in need.specifier}
    assert ">=" in ends
    assert "<" in ends


@pytest.mark.parametrize("name", sorted(installed()))
def test_each_part_is_free_software(name: str) -> None:
    assert FREE.search(licence(name)), licence(name) or "says nothing"
    assert not re.search(r"\bA?GPL|Affero|proprietary", licence(name), re.IGNORECASE)


@pytest.mark.parametrize("name", sorted(each.name for each in EXTRAS if is_installed(each.name)))
def test_each_tool_of_the_tests_is_free_software(name: str) -> None:
    assert FREE.search(licence(name)), licence(name) or "says nothing"
    assert not re.search(r"\bA?GPL|Affero|proprietary", licence(name), re.IGNORECASE)


def test_nothing_pins_what_an_installer_should_choose() -> None:
    assert [path.name for path in ROOT.iterdir() if path.name in LOCKS] == []


@pytest.mark.long
def test_no_part_has_a_known_hole() -> None:
    if importlib.util.find_spec("pip_audit") is None:
        pytest.skip("pip-audit is not installed: pip install -e '.[audit]'")
    run = subprocess.run(
        [sys.executable, "-m", "pip_audit", "--skip-editable", "--progress-spinner=off"],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    unreached = re.search(r"ConnectionError|Max retries|ServiceError|timed out", run.stderr)
    if unreached or "could not be audited: requests " in run.stdout:
        pytest.skip("the list of known holes cannot be reached from here")
    assert run.returncode == 0, run.stdout + run.stderr
    tried("supply", len(installed()))
