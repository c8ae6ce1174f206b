"""The commands of the Excel side, as they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from addin.excel import install, machine
from addin.excel.addin_info import Stamp, stamp_of
from tests.cli.command import getcontacts
from tests.hosts.excel_machine import mac, windows


@pytest.fixture
def on_windows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return windows(tmp_path, monkeypatch)


def test_the_help_of_the_whole_lists_them() -> None:
    lines = getcontacts("--help").out.splitlines()
    assert any(line.startswith("  addin ") for line in lines)


@pytest.mark.parametrize(
    "words", [["addin"], ["addin", "build"], ["addin", "install"], ["addin", "remove"]]
)
def test_every_help_begins_with_an_example(words: list[str]) -> None:
    assert f"\n\n  getcontacts {' '.join(words)}" in getcontacts(*words, "--help").out


def test_build_writes_the_same_bytes_twice(tmp_path: Path) -> None:
    out = tmp_path / "GetContacts.xlam"
    assert getcontacts("addin", "build", str(out)).out == f"{out} is written.\n"
    first = out.read_bytes()
    assert getcontacts("addin", "build", str(out)).code == 0
    assert out.read_bytes() == first


def test_build_never_replaces_a_file_of_somebody_else_unasked(tmp_path: Path) -> None:
    out = tmp_path / "Other.xlam"
    out.write_bytes(b"theirs")
    assert getcontacts("addin", "build", str(out)).code == 8
    assert out.read_bytes() == b"theirs"
    assert getcontacts("addin", "build", str(out), "--overwrite").code == 0
    assert out.with_name("Other.xlam.bak1").read_bytes() == b"theirs"


def test_build_names_the_interpreter_that_was_asked_for(tmp_path: Path) -> None:
    out, python = tmp_path / "GetContacts.xlam", r"D:\tools\python.exe"
    getcontacts("addin", "build", str(out), "--interpreter", python)
    assert stamp_of(out.read_bytes()).interpreter == python
    assert getcontacts("addin", "build", str(out), "--interpreter", "python").code == 2


@pytest.mark.usefixtures("on_windows")
def test_install_status_remove_tell_what_they_did() -> None:
    assert "not installed" in getcontacts("addin", "status").out
    assert "Start Excel anew" in getcontacts("addin", "install").out
    shown = getcontacts("addin", "status").out
    assert "GetContacts.xlam" in shown
    assert "getcontacts  0." in shown
    assert getcontacts("addin", "remove").out == "The add-in is removed.\n"
    assert getcontacts("addin", "remove").out == "There was no add-in to remove.\n"


def test_the_status_says_why_an_add_in_of_before_must_be_installed_anew(
    on_windows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    getcontacts("addin", "install")
    assert "run programs" not in getcontacts("addin", "status").out
    monkeypatch.setattr(install, "stamp_of", lambda _: Stamp("0.1.0", "0.37.8", "python.exe"))
    last = getcontacts("addin", "status").out.splitlines()[-1]
    assert last.startswith("This add-in was built by getcontacts 0.1, and through it a workbook")
    assert last.endswith("Close Excel and run: getcontacts addin install")


def test_on_a_mac_the_script_it_needs_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mac(tmp_path, monkeypatch)
    assert "runpython install" in getcontacts("addin", "install").out


def test_without_excel_install_is_wrong_usage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "system", lambda: "Linux")
    ran = getcontacts("addin", "install")
    assert (ran.code, ran.stdout) == (2, b"")
    assert "getcontacts addin build" in ran.stderr
