"""What keeps Excel from the add-in is found, and the one next step is the right one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

import workbook
from addin.excel import install, machine
from addin.excel.addin_info import Stamp
from addin.excel.doctor import excel_checks
from tests.hosts.excel_machine import dll, mac, register, review, windows
from workbook.sync.doctor import FINE, Check, next_step


def found(name: str) -> Check:
    return next(each for each in excel_checks() if each.name == name)


def wrong() -> list[str]:
    return [each.name for each in excel_checks() if each.ok is False]


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return windows(tmp_path, monkeypatch)


@pytest.fixture
def healthy(python: Path) -> Path:
    install.install(str(python))
    return python


@pytest.mark.usefixtures("healthy")
def test_where_all_is_well_nothing_is_to_do() -> None:
    checks = excel_checks()
    assert [each.ok for each in checks] == [True] * 6
    assert next_step(checks) == FINE


def test_on_linux_nothing_of_excel_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "system", lambda: "Linux")
    assert excel_checks() == []


def test_before_the_add_in_is_installed_nothing_in_it_is_looked_at(python: Path) -> None:
    assert [each.name for each in excel_checks()] == ["xlwings", "Excel", "Add-in file"]
    assert next_step(excel_checks()) == "getcontacts addin install"


def remove_python(python: Path) -> None:
    python.unlink()


def remove_dll(python: Path) -> None:
    dll(python).unlink()


def change_dll(python: Path) -> None:
    dll(python).unlink()
    dll(python).write_bytes(b"MZ")


def mark(python: Path) -> None:
    file = install.status().path
    file.with_name(f"{file.name}:Zone.Identifier").write_text("[ZoneTransfer]\nZoneId=3\n")


def replace_by_a_stranger(python: Path) -> None:
    install.status().path.write_bytes(b"something else")


def uninstall(python: Path) -> None:
    install.remove()


@pytest.mark.parametrize(
    ("damage", "names", "step"),
    [
        (uninstall, ["Add-in file"], "getcontacts addin install"),
        (replace_by_a_stranger, ["Add-in file", "Interpreter"], "getcontacts addin install"),
        (remove_python, ["Interpreter"], "getcontacts addin install"),
        (remove_dll, ["xlwings DLL"], "pip install --force-reinstall xlwings"),
        (change_dll, ["xlwings DLL"], "pip install --force-reinstall xlwings"),
        (mark, ["Mark of the Web"], "getcontacts addin remove, then getcontacts addin install"),
    ],
)
def test_what_keeps_excel_from_the_add_in_is_found_with_its_cure(
    healthy: Path, damage: Callable[[Path], None], names: list[str], step: str
) -> None:
    damage(healthy)
    assert wrong() == names
    assert step in next_step(excel_checks())


@pytest.mark.usefixtures("healthy")
def test_an_add_in_of_another_version_must_be_installed_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(workbook, "__version__", "9.9")
    monkeypatch.setattr(metadata, "version", lambda _: "9.9")
    check = found("Add-in file")
    assert "is of getcontacts 0" in check.detail
    assert "this is getcontacts 9.9 with xlwings 9.9" in check.detail
    assert check.next_step == "getcontacts addin install"


@pytest.mark.usefixtures("healthy")
@pytest.mark.parametrize(
    ("excel", "step"),
    [
        ("", "Install Excel"),
        (r"C:\not\there\EXCEL.EXE", "Install Excel"),
        ("{}/WindowsApps/EXCEL.EXE", "instead of the Microsoft Store"),
    ],
)
def test_an_excel_that_cannot_start_python_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, excel: str, step: str
) -> None:
    (tmp_path / "WindowsApps").mkdir()
    (tmp_path / "WindowsApps" / "EXCEL.EXE").touch()
    register(monkeypatch, excel.format(tmp_path))
    assert wrong() == ["Excel"]
    assert step in found("Excel").next_step


@pytest.mark.usefixtures("healthy")
def test_on_windows_pywin32_must_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "has_pywin32", lambda: False)
    assert wrong() == ["xlwings"]
    assert "pip install pywin32" in found("xlwings").next_step


@pytest.mark.parametrize("user", ["Jürgen", "Łukasz", "王"])
def test_a_folder_may_have_letters_of_any_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, user: str
) -> None:
    (tmp_path / user).mkdir()
    python = windows(tmp_path / user, monkeypatch)
    install.install(str(python))
    assert wrong() == []


def test_a_dll_that_windows_does_not_load_is_found_with_its_cure(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dll(healthy).write_bytes(b"MZ")
    review(monkeypatch, dll(healthy))
    assert wrong() == ["xlwings DLL"]
    assert "antivirus" in next_step(excel_checks())


@pytest.mark.usefixtures("healthy")
def test_a_python_that_needs_more_than_its_own_folders_is_found_with_its_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(machine, "works_isolated", lambda _: False)
    assert wrong() == ["Interpreter"]
    assert "virtual environment" in found("Interpreter").detail


@pytest.mark.usefixtures("healthy")
def test_an_add_in_through_which_a_cell_can_run_code_is_found_with_its_cure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(install, "stamp_of", lambda _: Stamp("0.1.0", "0.37.8", "python.exe"))
    check = found("Add-in file")
    assert "a workbook from anybody can run programs" in check.detail
    assert next_step(excel_checks()) == "getcontacts addin install"


def test_an_add_in_file_that_cannot_be_read_is_told(python: Path) -> None:
    install.status().path.mkdir(parents=True)
    assert "cannot be read" in found("Add-in file").detail


def test_on_a_mac_there_is_a_script_instead_of_a_dll(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = mac(tmp_path, monkeypatch)
    install.install(str(interpreter))
    assert wrong() == []
    for script in tmp_path.rglob("*.applescript"):
        script.unlink()
    assert wrong() == ["RunPython script"]
    assert found("RunPython script").next_step.endswith("runpython install")
