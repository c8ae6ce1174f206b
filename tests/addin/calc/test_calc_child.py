"""The child that speaks with LibreOffice: it ends when that ends, and says where it does not fit."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from tests.cli.command import getcontacts
from tests.hosts.calc import Calc, environment_of, office, until
from tests.hosts.libreoffice import needs_uno
from workbook.simulator.simulator import Simulator


@needs_uno
class TestTheEnd:
    @pytest.mark.parametrize("end", ["desktop.terminate()", "office.kill()"])
    def test_no_child_outlives_the_office(
        self, end: str, simulator: Simulator, tmp_path: Path
    ) -> None:
        with office(tmp_path, environment_of(simulator, tmp_path / "home")) as calc:
            calc.new()
            calc.press("refresh")
            (child,) = calc.children()
            _end(calc, end)
            until(lambda: not Path(f"/proc/{child}").exists() or _is_dead(child))

    def test_a_missing_python_is_told_with_what_to_do(
        self, simulator: Simulator, tmp_path: Path
    ) -> None:
        environment = environment_of(simulator, tmp_path / "home")
        with office(tmp_path, environment, interpreter="/nowhere/python") as calc:
            calc.new()
            told = calc.press("refresh")
        assert told.startswith("The Python that getcontacts was installed in does not start")
        assert told.endswith("getcontacts addin calc install")

    def test_an_extension_of_another_version_is_told(
        self, simulator: Simulator, tmp_path: Path
    ) -> None:
        environment = environment_of(simulator, tmp_path / "home")
        with office(tmp_path, environment, version="0.1") as calc:
            calc.new()
            told = calc.press("refresh")
        assert told.startswith("The extension in LibreOffice is of getcontacts 0.1, and this is ")


def _end(calc: Calc, how: str) -> None:
    if how == "office.kill()":
        os.kill(calc.office(), signal.SIGKILL)
    else:
        with pytest.raises(AssertionError):  # the bridge ends with it
            calc.run(how + "; doc.Title")


def _is_dead(pid: int) -> bool:
    return " Z " in Path(f"/proc/{pid}/stat").read_text()


class TestBuild:
    def test_it_is_the_same_twice(self, tmp_path: Path) -> None:
        out = tmp_path / "GetContacts.oxt"
        assert getcontacts("addin", "calc", "build", str(out)).out == f"{out} is written.\n"
        first = out.read_bytes()
        assert getcontacts("addin", "calc", "build", str(out)).code == 0
        assert out.read_bytes() == first

    def test_it_starts_nothing_but_a_full_path(self, tmp_path: Path) -> None:
        out = str(tmp_path / "GetContacts.oxt")
        ran = getcontacts("addin", "calc", "build", out, "--interpreter", "python")
        assert (ran.code, "is no full path of a Python" in ran.stderr) == (2, True)
