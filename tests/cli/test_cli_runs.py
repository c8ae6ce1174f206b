"""The log of runs, and the commands that are told of them."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cli.command import getcontacts, use
from tests.cli.fleet import fleet
from workbook.simulator.simulator import Simulator
from workbook.store import runs

THREE = {"shop-1": "normal", "shop-2": "renewed-token", "home": "quirks"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def telling(here: Path) -> str:
    """Return a command that keeps what it is told, and the names of its environment."""
    program = here / "tell.py"
    program.write_text(
        "import os, sys\nopen('told', 'wb').write(sys.stdin.buffer.read())\n"
        "open('names', 'w').write(' '.join(os.environ))\n"
    )
    return f'"{sys.executable}" "{program}" "an argument; with $signs"'


def test_each_run_is_recorded_with_its_accounts(monkeypatch: pytest.MonkeyPatch) -> None:
    with fleet(THREE, monkeypatch):
        getcontacts("export", "-q", "all.xlsx", "--all-accounts")
        getcontacts("export", "-q", "one.xlsx", "--account", "shop-2")
    one, many = runs.latest(9)
    assert (many.out, many.exit_code, len(many.accounts)) == ("all.xlsx", 10, 3)
    assert [each.account for each in many.failed] == ["shop-2"]
    assert many.rows > 200
    assert (one.exit_code, one.rows) == (3, 0)
    assert "401" in one.failed[0].error


def test_runs_are_listed_the_newest_first_and_the_last_one_with_every_account(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert "No run is recorded yet." in getcontacts("runs").stderr
    with fleet(THREE, monkeypatch):
        getcontacts("export", "-q", "all.xlsx", "--all-accounts")
        getcontacts("export", "-q", "new.csv", "--account", "home")
    newest, older, failed = getcontacts("runs").out.splitlines()
    assert "new.csv" in newest
    assert "2 of 3 accounts" in older
    assert failed.startswith("    shop-2: GREEN-API refused")
    assert "    home: " in getcontacts("runs", "--last").out
    (told,) = json.loads(getcontacts("runs", "--last", "--json").out)["runs"]
    assert (told["out"], told["exit_code"], told["failed"]) == ("new.csv", 0, 0)


def test_a_failure_is_told_to_the_users_command_without_the_credentials(
    here: Path, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(simulator, monkeypatch, 3)
    simulator.scenario = "expired"
    ran = getcontacts("export", "x.csv", "--on-failure", telling(here), "--on-change", "missing")
    assert ran.code == 4
    told = json.loads((here / "told").read_bytes())
    assert (told["out"], told["exit_code"], told["accounts"][0]["account"]) == (
        "x.csv", 4, "environment",
    )  # fmt: skip
    names = (here / "names").read_text()
    assert "PATH" in names
    assert "GREEN_API" not in names
    assert os.environ["GREEN_API_TOKEN_INSTANCE"] == simulator.token


def test_changes_are_told_and_a_command_that_fails_changes_nothing_else(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(rate=0) as simulator:
        use(simulator, monkeypatch)
        words = ("export", "x.csv", "--on-change")
        assert getcontacts(*words, telling(here)).code == 0
        assert not (here / "told").exists(), "a first list has no changes"
        simulator.contacts = [{"id": f"49151000002{n:02}@c.us", "type": "user"} for n in range(9)]
        ran = getcontacts(*words, "no-such-program", "--accept-loss")
        assert ran.code == 0
        assert "no-such-program could not be run" in ran.stderr


def test_a_purge_deletes_the_account_from_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    with fleet(THREE, monkeypatch):
        getcontacts("export", "-q", "all.xlsx", "--all-accounts")
        getcontacts("export", "-q", "home.csv", "--account", "home")
        assert getcontacts("purge", "--account", "home", "--yes").code == 0
    (left,) = runs.latest(9)
    assert left.out == "all.xlsx"
    assert "home" not in {each.account for each in left.accounts}
