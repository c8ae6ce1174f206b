"""What is found wrong without any spreadsheet program, and that the next step is the right one."""

from __future__ import annotations

from pathlib import Path

import pytest

import workbook
from tests.accounts.keyrings import InMemory, used
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings
from workbook.simulator.simulator import Simulator
from workbook.sync import doctor
from workbook.sync.doctor import Check


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


def test_where_all_is_well_nothing_is_to_do(simulator: Simulator) -> None:
    log_in(simulator)
    with used(InMemory()):
        checks = doctor.checks()
    names = [each.name for each in checks]
    assert names == ["Python", "Keyring", "Account", "Network", "Instance"]
    assert {each.ok for each in checks} == {True}
    assert (doctor.next_step(checks), doctor.exit_code(checks)) == (doctor.FINE, 0)


def test_what_an_add_in_found_stands_before_the_account_and_is_mended_first() -> None:
    checks = doctor.checks(hosts=[doctor.failed("Calc", "too old", "Update Calc.")])
    assert [each.name for each in checks] == ["Python", "Calc", "Keyring", "Account"]
    assert (doctor.next_step(checks), doctor.exit_code(checks)) == ("Update Calc.", 2)


def test_code_and_installed_package_must_be_one_version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "__version__", "9.9")
    assert "Install getcontacts again" in found("Python").next_step


def test_without_an_account_the_next_step_is_to_log_in() -> None:
    checks = doctor.checks()
    assert doctor.next_step(checks) == "getcontacts login"
    assert doctor.exit_code(checks) == 3
    assert checks[-1].name == "Account", "without one there is no network to try"


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
    assert [(each.name, each.ok) for each in checks[-2:]] == [("Account", True), ("Network", False)]
    assert "could not be reached" in doctor.next_step(checks)
    assert doctor.exit_code(checks) == 6


def test_an_address_of_a_stranger_is_not_even_tried() -> None:
    accounts.save(Account("shop", "https://evil.example", "1101000001", "t"))
    assert "not a GREEN-API address" in found("Network").detail


def test_an_instance_that_waits_for_its_qr_code_is_told_so(simulator: Simulator) -> None:
    simulator.scenario = "not-authorized"
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


def test_a_mistyped_setting_is_told_and_is_no_failure(simulator: Simulator, home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"contry": "DE"}')
    check = found("Settings")
    assert (check.ok, "Did you mean country?" in check.detail) == (None, True)
