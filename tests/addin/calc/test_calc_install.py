"""The extension added by LibreOffice's own program, as a new user adds it, and taken out again."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import workbook
from addin.calc.doctor import calc_checks
from tests.cli.command import Ran, getcontacts
from tests.hosts.calc import environment_of, running, until
from tests.hosts.libreoffice import needs_uno
from tests.hosts.other_user import common_folder
from workbook.simulator.simulator import Simulator

# unopkg refuses root; so it is somebody else's there, who may read the file that is added
UNOPKG = """\
#!/bin/sh
for last; do :; done
[ -f "$last" ] && chmod 755 "$(dirname "$last")"
{before}
HOME={home} {somebody} unopkg "$@" || exit
{after}
"""
CRASH = "kill -SEGV $$"
NOBODY = "setpriv --reuid=nobody --regid=nogroup --clear-groups"


@pytest.fixture
def home_of_a_user(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with common_folder(0o777) as folder:
        monkeypatch.setenv("XDG_CONFIG_HOME", str(folder / ".config"))
        for name in ("soffice", "pythonloader.py"):
            (folder / name).touch()
        make_unopkg(folder)
        yield folder


def make_unopkg(home: Path, before: str = "", after: str = "") -> None:
    somebody = NOBODY if os.geteuid() == 0 else ""
    program = home / "unopkg"
    program.write_text(UNOPKG.format(home=home, somebody=somebody, before=before, after=after))
    program.chmod(0o755)


def calc(home: Path, word: str) -> Ran:
    return getcontacts("addin", "calc", word, "--office", str(home / "soffice"))


@needs_uno
def test_a_new_user_installs_it_and_presses_refresh(
    home_of_a_user: Path, simulator: Simulator, tmp_path: Path
) -> None:
    said = calc(home_of_a_user, "install")
    assert f"getcontacts  {workbook.__version__}" in said.out, said.stderr
    assert "Start LibreOffice anew" in said.out
    profile = home_of_a_user / ".config" / "libreoffice" / "4"
    with running(tmp_path, environment_of(simulator, tmp_path / "home"), profile) as office:
        office.new()
        office.run("press('refresh')")
        until(lambda: office.value("'Contacts' in doc.Sheets.ElementNames"))
        until(lambda: office.cells("A2:A2")[0][0])
        assert office.cells("A1:D1") == [["id", "name", "contactName", "type"]]


@needs_uno
def test_what_was_installed_is_told_and_taken_out(home_of_a_user: Path) -> None:
    assert "is not in" in calc(home_of_a_user, "status").out
    calc(home_of_a_user, "install")
    assert (
        f"getcontacts  {workbook.__version__}\nPython       " in calc(home_of_a_user, "status").out
    )
    assert calc(home_of_a_user, "remove").out == "The extension is removed.\n"
    assert "is not in" in calc(home_of_a_user, "status").out
    assert calc(home_of_a_user, "remove").out == "There was no extension to remove.\n"


@needs_uno
def test_a_crash_after_all_its_work_is_no_refusal(home_of_a_user: Path) -> None:
    make_unopkg(home_of_a_user, after=CRASH)
    assert f"getcontacts  {workbook.__version__}" in calc(home_of_a_user, "install").out
    assert calc(home_of_a_user, "remove").out == "The extension is removed.\n"


@needs_uno
def test_after_a_crash_it_is_tried_once_more(home_of_a_user: Path) -> None:
    once = home_of_a_user / "crashed"
    make_unopkg(home_of_a_user, before=f"[ -e {once} ] || {{ touch {once}; {CRASH}; }}")
    assert f"getcontacts  {workbook.__version__}" in calc(home_of_a_user, "install").out


def test_one_that_always_crashes_is_told(home_of_a_user: Path) -> None:
    make_unopkg(home_of_a_user, before=CRASH)
    ran = calc(home_of_a_user, "install")
    assert (ran.code, "refused: no reason given. Close all windows" in ran.stderr) == (2, True)


@needs_uno
def test_the_doctor_knows_the_extension_and_an_old_one(
    home_of_a_user: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert calc_checks() == [], "nothing is said where it was never installed"
    calc(home_of_a_user, "install")
    office, extension = calc_checks()
    assert "LibreOffice " in office.detail
    assert extension.detail == f"of getcontacts {workbook.__version__}, starts {sys.executable}"
    monkeypatch.setattr(workbook, "__version__", "9.9")
    assert calc_checks()[1].next_step == "getcontacts addin calc install"


def test_without_libreoffice_it_says_so(tmp_path: Path) -> None:
    ran = calc(tmp_path, "install")
    assert (ran.code, "There is no LibreOffice here" in ran.stderr) == (2, True)


def test_a_libreoffice_that_cannot_run_python_is_told_plainly(tmp_path: Path) -> None:
    (tmp_path / "soffice").touch()
    ran = calc(tmp_path, "install")
    assert (ran.code, "Install the package python3-uno" in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    ("place", "box"),
    [("snap/libreoffice/7/soffice", "a snap"), ("flatpak/bin/soffice", "Flatpak")],
)
def test_a_boxed_libreoffice_is_told_plainly(tmp_path: Path, place: str, box: str) -> None:
    program = tmp_path / place
    program.parent.mkdir(parents=True)
    program.touch()
    ran = getcontacts("addin", "calc", "install", "--office", str(program))
    assert (ran.code, f"comes from {box}, which" in ran.stderr) == (2, True)
