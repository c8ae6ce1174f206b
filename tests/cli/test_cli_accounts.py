"""login, accounts, logout, status and purge as their users meet them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.accounts import keyrings
from tests.cli.command import Ran, getcontacts, use
from tests.simulator.scenarios import EVERY
from workbook.accounts import settings, system_keyring
from workbook.cli import streams
from workbook.simulator.people import account as people
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator
from workbook.store import database


@pytest.fixture
def service() -> Iterator[Simulator]:
    """Serve an account that answers as often as it is asked."""
    with Simulator(rate=0) as simulator:
        yield simulator


def login(service: Simulator, alias: str = "shop", token: str | None = None) -> Ran:
    lines = (service.api_url, service.id_instance, token or service.token)
    return getcontacts("login", alias, "--stdin", stdin="\n".join(lines))


def test_a_login_is_checked_and_kept(service: Simulator) -> None:
    with keyrings.used(keyrings.InMemory()):
        ran = login(service)
        assert ran.code == 0
        assert "keyring" in ran.stderr
        assert "shop" in getcontacts("accounts").out
        assert getcontacts("status").code == 0


def test_a_wrong_token_is_not_kept(service: Simulator) -> None:
    ran = login(service, token="0" * 50)
    assert ran.code == 3
    assert "401" in ran.stderr
    assert getcontacts("accounts").code == 3


def test_login_names_the_keyring_that_has_the_token(service: Simulator) -> None:
    with keyrings.used(keyrings.InMemory()) as ring:
        assert f"the system's keyring ({ring.name})" in login(service).stderr


def test_where_there_is_no_keyring_the_file_is_named(service: Simulator, home: Path) -> None:
    ran = login(service)
    assert str(home / "credentials.json") in ran.stderr
    assert "there is no keyring here" in ran.stderr
    assert (home / "credentials.json").stat().st_mode & 0o777 == 0o600


def test_a_keyring_that_takes_no_token_is_no_reason_for_a_file(
    service: Simulator, home: Path
) -> None:
    with keyrings.used(keyrings.Locked()):
        ran = login(service)
        assert (ran.code, "login --plain-file" in ran.stderr) == (3, True)
        assert not (home / "credentials.json").exists()
        lines = "\n".join((service.api_url, service.id_instance, service.token))
        ran = getcontacts("login", "--stdin", "--plain-file", stdin=lines)
    assert (ran.code, str(home / "credentials.json") in ran.stderr) == (0, True)


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 3)])
def test_at_a_terminal_login_asks_before_it_uses_a_file(
    answer: str, code: int, service: Simulator, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: service.token)
    lines = "\n".join((service.api_url, service.id_instance, answer, ""))
    with keyrings.used(keyrings.Locked()):
        ran = getcontacts("login", "shop", stdin=lines)
    assert "did not take the token. Keep it in" in ran.stderr
    assert (ran.code, (home / "credentials.json").exists()) == (code, code == 0)


def test_login_needs_a_terminal_or_three_lines() -> None:
    assert getcontacts("login").code == 2
    assert getcontacts("login", "--stdin", stdin="one\ntwo\n").code == 2


def test_a_foreign_address_gets_no_token(service: Simulator) -> None:
    lines = f"https://green-api.com.example.org\n{service.id_instance}\n{service.token}"
    ran = getcontacts("login", "--stdin", stdin=lines)
    assert ran.code == 2
    assert "green-api.com.example.org" in ran.stderr
    assert service.token not in ran.stderr


def test_logout_forgets_the_only_account(service: Simulator, home: Path) -> None:
    login(service)
    assert getcontacts("logout").code == 0
    assert not (home / "credentials.json").exists()
    assert getcontacts("export").code == 3


@pytest.fixture
def locked(service: Simulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[keyrings.InMemory]:
    """Log in while the keyring answers, and lock it then; what was kept in it is returned."""
    monkeypatch.setattr(system_keyring, "PATIENCE", 0.2)
    with keyrings.used(keyrings.InMemory()) as ring:
        login(service)
        with keyrings.used(keyrings.Locked()):
            yield ring


def test_logout_does_not_forget_what_a_silent_keyring_keeps(locked: keyrings.InMemory) -> None:
    ran = getcontacts("logout", "shop")
    assert (ran.code, "Delete the entries named" in ran.stderr) == (3, True)
    assert locked.kept
    assert getcontacts("accounts").code == 3


def test_purge_tells_what_a_silent_keyring_keeps(
    locked: keyrings.InMemory, service: Simulator, home: Path
) -> None:
    ran = getcontacts("purge", "--yes")
    assert (ran.code, service.id_instance in ran.stderr) == (3, True)
    assert not home.exists()
    assert service.token not in ran.stderr


def test_purge_with_settings_nobody_can_read_says_that_tokens_may_stay(
    service: Simulator, home: Path
) -> None:
    login(service)
    (home / "settings.json").write_text("xx")
    ran = getcontacts("purge", "--yes")
    assert (ran.code, "Delete the entries named" in ran.stderr) == (3, True)
    assert not home.exists()


def test_half_an_account_in_the_environment_keeps_no_token_from_being_purged(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keyrings.used(keyrings.InMemory()) as ring:
        login(service)
        monkeypatch.setenv("GREEN_API_ID_INSTANCE", "1101000001")
        assert getcontacts("purge", "--yes").code == 0
    assert not ring.kept


def test_the_last_list_can_be_had_without_any_token(
    service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    login(service)
    assert getcontacts("export").code == 0
    (tmp_path / "home" / "credentials.json").unlink()
    assert getcontacts("export", "again.csv", "--offline").code == 0
    assert getcontacts("logout").code == 3
    assert getcontacts("purge", "--person", "nobody", "--yes").code == 2
    assert getcontacts("changes").code == 0


def test_a_forgotten_account_still_has_its_lists(
    service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    login(service)
    assert (getcontacts("export").code, getcontacts("logout").code) == (0, 0)
    for words in (("--account", "shop"), ()):
        assert getcontacts("export", "again.csv", "--offline", *words).code == 0
        assert getcontacts("changes", *words).code == 0
    assert getcontacts("export", "again.csv").code == 3


def test_the_account_of_the_environment_can_be_named(
    service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    use(service, monkeypatch)
    assert getcontacts("export", "--account", "environment").code == 0
    ran = login(service, "environment")
    assert (ran.code, "choose another alias" in ran.stderr) == (2, True)


def test_logout_asks_which_of_several(service: Simulator) -> None:
    login(service, "shop")
    login(service, "office")
    ran = getcontacts("logout")
    assert ran.code == 2
    assert "office, shop" in ran.stderr


@pytest.mark.parametrize("state", ["authorized", "yellowCard", "suspended"])
def test_contacts_can_be_read_in_these_states(service: Simulator, state: str) -> None:
    login(service)
    service.scenario = EVERY["normal" if state == "authorized" else state]
    ran = getcontacts("status")
    assert ran.code == 0
    assert state in ran.out
    assert ("may be old" in ran.out) is (state != "authorized")


@pytest.mark.parametrize(
    "scenario", ["not-authorized-old", "blocked", "sleepMode", "pendingCode", "state-null"]
)
def test_these_states_are_told_with_what_to_do(service: Simulator, scenario: str) -> None:
    login(service)
    service.scenario = EVERY[scenario]
    ran = getcontacts("status")
    assert ran.code == 4
    assert len(ran.stderr) > 40


def test_purge_deletes_everything_that_is_ours(service: Simulator, home: Path) -> None:
    with keyrings.used(keyrings.InMemory()) as ring:
        login(service)
        getcontacts("export", str(home.parent / "list.csv"))
        assert getcontacts("purge", "--yes").code == 0
        assert not ring.kept
    assert not home.exists()
    assert (home.parent / "list.csv").exists()


def test_purge_deletes_the_tokens_that_a_killed_login_left(home: Path) -> None:
    home.mkdir()
    (home / ".credentials.json.1234.getcontacts-part").write_text("a token")
    assert getcontacts("purge", "--yes").code == 0
    assert not home.exists()


@pytest.mark.parametrize(
    "words", [("logout",), ("purge", "--account", "shop", "--yes"), ("purge", "--yes")]
)
@pytest.mark.parametrize("name", ["credentials.json~", ".credentials.json.swp", "my notes"])
def test_other_files_that_may_hold_the_token_are_named(
    service: Simulator, home: Path, words: tuple[str, ...], name: str
) -> None:
    login(service)
    (home / name).write_text(f"so it was: {service.token}")
    (home / "shopping").write_text("bread")
    ran = getcontacts(*words)
    (home / name).unlink()
    assert ran.code == 0
    assert str(home / name) in ran.stderr
    assert "shopping" not in ran.stderr
    assert service.token not in ran.stderr


def test_without_such_files_nothing_is_said_of_them(service: Simulator, home: Path) -> None:
    login(service)
    assert "not ours" not in getcontacts("purge", "--yes").stderr


def test_a_purged_account_leaves_no_path_behind_and_others_stay(
    service: Simulator, home: Path, tmp_path: Path
) -> None:
    login(service)
    out = [tmp_path / "mine.xlsx", tmp_path / "changes.xlsx", tmp_path / "updated.xlsx"]
    getcontacts("export", str(out[0]))
    getcontacts("changes", "--xlsx", str(out[1]))
    getcontacts("export", str(out[2]))
    service.contacts = [*people(), person("4915100000777@c.us", "New")]
    assert getcontacts("export", "--update", "--backup", str(out[2])).code == 0
    with database.opened() as connection:
        connection.execute("INSERT INTO written VALUES ('/other', 'hash', '7')")
    getcontacts("purge", "--account", "shop", "--yes")
    kept = b"".join(each.read_bytes() for each in home.glob("contacts.sqlite3*"))
    assert str(tmp_path / "mine").encode() not in kept
    assert b".xlsx" not in kept
    assert b"/other" in kept


def test_purge_asks_first(service: Simulator, home: Path) -> None:
    login(service)
    ran = getcontacts("purge", stdin="n\n")
    assert (ran.code, "Nothing was deleted" in ran.stderr) == (0, True)
    assert (home / "settings.json").exists()


def test_another_default_can_be_chosen(service: Simulator) -> None:
    login(service, "shop")
    login(service, "office")
    ran = getcontacts("accounts", "--default", "Office")
    assert (ran.code, "* office" in ran.out, "  shop" in ran.out) == (0, True, True)
    assert getcontacts("accounts", "--default", "nobody").code == 3


def test_the_accounts_are_listed_for_programs_without_tokens(service: Simulator) -> None:
    login(service)
    ran = getcontacts("accounts", "--json")
    [account] = json.loads(ran.out)["accounts"]
    assert (account["alias"], account["default"]) == ("shop", True)
    assert service.token not in ran.out


def test_the_last_list_is_told_where_the_file_tells_nothing_of_it(
    service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    login(service)
    assert "No list yet." in getcontacts("status").out
    getcontacts("export", "book.xlsx")
    before = json.loads(getcontacts("status", "--json").out)["last_list"]
    content = Path("book.xlsx").read_bytes()
    getcontacts("export", "book.xlsx", "--update")
    assert Path("book.xlsx").read_bytes() == content
    assert json.loads(getcontacts("status", "--json").out)["last_list"] >= before
    assert f"Last list: {datetime.now():%Y-%m-%d }" in getcontacts("status").out


def test_the_state_is_told_to_programs(service: Simulator) -> None:
    login(service)
    told = json.loads(getcontacts("status", "--json").out)
    assert (told["state"], told["account"], told["hides_numbers"]) == ("authorized", "shop", False)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("status", "--json"), 3),
        (("accounts", "--json"), 3),
        (("history", "4915", "--json"), 3),
        (("changes", "--json"), 3),
        (("export", "--json", "--nonsense"), 2),
        (("doctor", "--json"), 3),
    ],
)
def test_every_failure_has_one_shape_for_programs(words: tuple[str, ...], code: int) -> None:
    ran = getcontacts(*words)
    failure = json.loads(ran.out)
    assert (ran.code, failure["exit_code"]) == (code, code)
    assert failure["error"] in ran.stderr or words[0] == "doctor"
    assert failure["next"]


def test_a_renamed_account_keeps_its_lists_and_token_and_its_old_alias(
    service: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    login(service)
    getcontacts("export", "book.xlsx", "--columns", "basic,account")
    assert getcontacts("accounts", "rename", "shop", "store").code == 0
    service.contacts = [*people(), person("4915100000777@c.us", "New")]
    shutil.move("book.xlsx", "moved.xlsx")
    ran = getcontacts("export", "moved.xlsx", "--update", "--columns", "basic,account")
    assert (ran.code, "1 row new" in ran.stderr) == (0, True), ran.stderr
    assert getcontacts("status", "--account", "shop").out.startswith("store: ")


def test_a_taken_alias_is_no_new_name(service: Simulator) -> None:
    login(service, "shop")
    login(service, "office")
    ran = getcontacts("accounts", "rename", "shop", "Office")
    assert (ran.code, 'There is an account "office" already' in ran.stderr) == (2, True)


def test_a_new_account_may_take_an_alias_of_before(service: Simulator) -> None:
    login(service, "shop")
    getcontacts("accounts", "rename", "shop", "store")
    login(service, "shop")
    assert sorted(settings.load().accounts) == ["shop", "store"]
    assert settings.load().accounts["store"].former == []
