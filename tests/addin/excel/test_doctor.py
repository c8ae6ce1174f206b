"""What is found wrong, and that the one next step is the right one."""

from __future__ import annotations

from collections.abc import Callable
from importlib import metadata
from pathlib import Path

import pytest

import workbook
from addin.excel import doctor, install, machine
from addin.excel.addin_info import Stamp
from addin.excel.doctor import Check
from tests.accounts.keyrings import InMemory, used
from tests.hosts.excel_machine import dll, mac, register, review, windows
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings
from workbook.simulator.simulator import Simulator


def log_in(simulator: Simulator, **changed: str) -> None:
    fields = {
        "alias": "shop",
        "api_url": simulator.api_url,
        "id_instance": simulator.id_instance,
        "token": simulator.token,
    }
    accounts.save(Account(**{**fields, **changed}))


def found(name: str) -> Check:
    return next(each for each in doctor.checks() if each.name == name)


def wrong() -> list[str]:
    return [each.name for each in doctor.checks() if each.ok is False]


@pytest.fixture
def python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return windows(tmp_path, monkeypatch)


@pytest.fixture
def healthy(python: Path, simulator: Simulator) -> Path:
    log_in(simulator)
    install.install(str(python))
    return python


@pytest.mark.usefixtures("healthy")
def test_where_all_is_well_nothing_is_to_do() -> None:
    with used(InMemory()):
        checks = doctor.checks()
    assert [each.ok for each in checks] == [True] * 10
    assert (doctor.next_step(checks), doctor.exit_code(checks)) == (doctor.FINE, 0)


def test_on_linux_what_concerns_excel_does_not_apply(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "system", lambda: "Linux")
    log_in(simulator)
    checks = doctor.checks()
    linux = [each.name for each in checks if each.detail == "not applicable on Linux"]
    assert linux == ["Excel", "Add-in file", "Interpreter", "xlwings DLL", "Mark of the Web"]
    assert doctor.next_step(checks) == doctor.FINE


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
    assert step in doctor.next_step(doctor.checks())


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
    assert wrong() == ["Python and packages"]
    assert "pip install pywin32" in found("Python and packages").next_step


def test_code_and_installed_package_must_be_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "__version__", "9.9")
    assert "Install getcontacts again" in found("Python and packages").next_step


@pytest.mark.parametrize("user", ["Jürgen", "Łukasz", "王"])
def test_a_folder_may_have_letters_of_any_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, simulator: Simulator, user: str
) -> None:
    (tmp_path / user).mkdir()
    python = windows(tmp_path / user, monkeypatch)
    log_in(simulator)
    install.install(str(python))
    assert wrong() == []


def test_a_dll_that_windows_does_not_load_is_found_with_its_cure(
    healthy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dll(healthy).write_bytes(b"MZ")
    review(monkeypatch, dll(healthy))
    assert wrong() == ["xlwings DLL"]
    assert "antivirus" in doctor.next_step(doctor.checks())


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
    assert doctor.next_step(doctor.checks()) == "getcontacts addin install"


def test_an_add_in_file_that_cannot_be_read_is_told(python: Path) -> None:
    install.status().path.mkdir(parents=True)
    assert "cannot be read" in found("Add-in file").detail


def test_on_a_mac_there_is_a_script_instead_of_a_dll(
    tmp_path: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter = mac(tmp_path, monkeypatch)
    log_in(simulator)
    install.install(str(interpreter))
    assert wrong() == []
    for script in tmp_path.rglob("*.applescript"):
        script.unlink()
    assert wrong() == ["RunPython script"]
    assert found("RunPython script").next_step.endswith("runpython install")


def test_without_an_account_the_next_step_is_to_log_in() -> None:
    checks = doctor.checks()
    assert doctor.next_step(checks) == "getcontacts login"
    assert doctor.exit_code(checks) == 3
    assert [each.detail for each in checks[-2:]] == ["no account yet"] * 2


def test_an_unknown_account_is_told_with_the_known_ones(simulator: Simulator) -> None:
    log_in(simulator)
    assert "known: shop" in doctor.next_step(doctor.checks("office"))


def test_the_way_to_the_service_is_tried_without_the_token(simulator: Simulator) -> None:
    log_in(simulator)
    assert found("Network").ok
    assert [call.status for call in simulator.calls] == [401, 200], "only the second is signed"


def test_refused_credentials_are_not_a_broken_network(simulator: Simulator) -> None:
    log_in(simulator, token="mistyped")
    checks = doctor.checks()
    assert [each.ok for each in checks[-3:]] == [True, True, False]
    assert "apiTokenInstance (401)" in doctor.next_step(checks)
    assert doctor.exit_code(checks) == 3


def test_a_network_that_does_not_answer_is_found_before_the_instance(home: Path) -> None:
    accounts.save(Account("shop", "http://127.0.0.1:9", "1101000001", "t"))
    checks = doctor.checks()
    assert [each.ok for each in checks[-3:]] == [True, False, None]
    assert "could not be reached" in doctor.next_step(checks)
    assert doctor.exit_code(checks) == 6


def test_an_address_of_a_stranger_is_not_even_tried() -> None:
    accounts.save(Account("shop", "https://evil.example", "1101000001", "t"))
    assert "not a GREEN-API address" in found("Network").detail


def test_an_instance_that_waits_for_its_qr_code_is_told_so(simulator: Simulator) -> None:
    simulator.scenario = "not-authorized-new"
    log_in(simulator)
    checks = doctor.checks()
    assert "scan the QR code" in doctor.next_step(checks)
    assert doctor.exit_code(checks) == 4


def test_a_missing_keyring_is_no_fault_but_said() -> None:
    check = found("Keyring")
    assert check.ok is None
    assert "credentials.json" in check.detail


def test_broken_settings_are_the_first_thing_to_mend(home: Path) -> None:
    settings.save(Settings())
    (home / "settings.json").write_text("{")
    checks = doctor.checks()
    assert "settings.json cannot be read" in doctor.next_step(checks)
    assert doctor.exit_code(checks) == 2
