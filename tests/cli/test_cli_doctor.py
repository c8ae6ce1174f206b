"""The command `doctor`, as it is typed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from addin.excel import machine
from tests.cli.command import getcontacts, use
from tests.hosts.excel_machine import windows
from workbook.simulator.simulator import Simulator


def test_the_doctor_ends_with_the_one_next_step_and_the_code_of_the_failure() -> None:
    ran = getcontacts("doctor")
    assert ran.out.endswith("\n\nNext: getcontacts login\n")
    assert "\n✗ Account " in ran.out
    assert ran.code == 3


def test_the_doctor_of_a_healthy_account_has_nothing_to_say(
    simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(simulator, monkeypatch)
    monkeypatch.setattr(machine, "system", lambda: "Linux")
    ran = getcontacts("doctor")
    names = [line.split()[1] for line in ran.out.splitlines()[:-2]]
    assert names == ["Python", "Keyring", "Account", "Network", "Instance"], "and nothing of Excel"
    assert ran.out.endswith("Next: Everything is in order.\n")
    assert ran.code == 0
    assert simulator.token not in ran.out + ran.stderr


def test_on_windows_the_doctor_looks_at_excel_before_the_account(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    windows(tmp_path, monkeypatch)
    ran = getcontacts("doctor")
    names = [line[2:13].strip() for line in ran.out.splitlines()[:-2]]
    assert names == ["Python", "xlwings", "Excel", "Add-in file", "Keyring", "Account"]
    assert (ran.out.endswith("Next: getcontacts addin install\n"), ran.code) == (True, 2)


def test_the_doctor_speaks_json() -> None:
    ran = getcontacts("doctor", "--json")
    told = json.loads(ran.stdout)
    assert told["next"] == "getcontacts login"
    assert told["checks"][0]["name"] == "Python"
    assert {check["ok"] for check in told["checks"]} == {True, False, None}


def test_a_console_without_ticks_sees_other_marks() -> None:
    assert getcontacts("doctor", encoding="cp1252").stdout.startswith(b"+ Python")
