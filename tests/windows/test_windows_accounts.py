"""An account on Windows: its token in the Credential Locker and nowhere else, its lists at home."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.wine import Ran, Windows
from tests.windows.conftest import INSIDE
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator

NAMES = ["Ann & 100% Łukasz", "Jürgen שלום"]
ANNA = "4915100000001@c.us"


def login(pc: Windows, service: Simulator, alias: str = "shop") -> Ran:
    lines = (service.api_url, service.id_instance, service.token)
    return pc.getcontacts("login", alias, "--stdin", stdin="\n".join(lines), console="utf-8")


def kept(pc: Windows) -> dict[str, str]:
    """Return what the Credential Locker keeps of ours, by instance."""
    entries = json.loads(pc.run(INSIDE / "vault.py").out)
    return {user: secret for target, user, secret in entries if "getcontacts" in target}


def holders(folder: Path, token: str) -> list[Path]:
    """Return the files that hold a token in an encoding of Windows."""
    files = (each for each in folder.rglob("*") if each.is_file() and not each.is_symlink())
    spelled = [token.encode(encoding) for encoding in ("utf-8", "utf-16-le")]
    return [each for each in files if any(word in each.read_bytes() for word in spelled)]


@pytest.fixture
def someone(machine: Windows, user: Path) -> Iterator[Windows]:
    """Return the Windows of a user who has nothing of ours yet, nor afterwards."""
    assert user.is_dir()
    yield machine
    assert machine.getcontacts("purge", "--yes").code == 0


@pytest.mark.parametrize("user", NAMES, indirect=True)
def test_an_account_lives_in_the_folders_of_a_user_of_any_name(
    user: Path, someone: Windows, service: Simulator, tmp_path: Path
) -> None:
    service.contacts = [person(ANNA, "Anna"), person("4915100000002@c.us", "Ben")]
    assert login(someone, service).code == 0
    assert "authorized" in someone.getcontacts("status").out
    assert someone.getcontacts("export", tmp_path / "list.csv").code == 0
    service.contacts = [person(ANNA, "Łukasz שלום"), person("4915100000002@c.us", "Ben")]
    assert someone.getcontacts("export", tmp_path / "list.csv").code == 0
    assert '"Anna" -> "Łukasz שלום"' in someone.getcontacts("changes", console="utf-8").out
    [database] = user.rglob("contacts.sqlite3")
    assert "purged" not in someone.getcontacts("purge", "--yes").err
    assert not database.exists()
    assert someone.getcontacts("accounts").code == 3


def test_the_token_is_in_the_credential_locker_and_in_no_file(
    someone: Windows, service: Simulator, tmp_path: Path
) -> None:
    assert "keyring (Windows WinVaultKeyring)" in login(someone, service).err
    assert "(keyring)" in someone.getcontacts("accounts").out
    assert someone.getcontacts("export", tmp_path / "list.xlsx").code == 0
    assert kept(someone)[service.id_instance].split()[0] == service.token
    assert holders(someone.drive / "users", service.token) == []
    assert holders(tmp_path, service.token) == []


def test_a_keyring_that_is_slow_to_load_gets_the_token_all_the_same(
    someone: Windows, service: Simulator
) -> None:
    ran = login(someone.within(PYTHONPATH=INSIDE / "slow"), service)
    assert (ran.code, "WinVaultKeyring" in ran.err) == (0, True), ran.err
    assert kept(someone)[service.id_instance].split()[0] == service.token
    assert holders(someone.drive / "users", service.token) == []


def test_two_accounts_have_two_entries_and_a_logout_takes_one(
    someone: Windows, service: Simulator
) -> None:
    with Simulator(id_instance="1101000002", token="ab" * 25, rate=0) as other:
        assert (login(someone, service).code, login(someone, other, "other").code) == (0, 0)
        assert {*kept(someone)} == {service.id_instance, other.id_instance}
        assert someone.getcontacts("logout", "shop").code == 0
        assert {*kept(someone)} == {other.id_instance}
        assert someone.getcontacts("status").code == 0
        assert someone.getcontacts("purge", "--yes").code == 0
        assert kept(someone) == {}
