"""Where a token goes, and that it goes nowhere else."""

from __future__ import annotations

import errno
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring.backends.null
import pytest
from keyring.backend import KeyringBackend

from tests.accounts.keyrings import (
    Forgetful,
    Hanging,
    InMemory,
    Locked,
    Odd,
    PlaintextKeyring,
    chain_with_plain_text_first,
    used,
)
from workbook.accounts import accounts, credentials, system_keyring
from workbook.accounts.accounts import Account
from workbook.errors import HostChanged, NoAccount, NotDeleted, TokenNotKept, WrongUsage

ID, TOKEN = "1101000001", "d75b3a66374942c5b3c019c698abc2067e151558acbd412345"
HOST, OTHER_HOST = "https://1101.api.green-api.com", "https://api.green-api.com"

posix = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no modes; its user folder is private"
)


@pytest.fixture
def ring() -> Iterator[InMemory]:
    with used(InMemory()) as ring:
        yield ring


def test_a_keyring_that_answers_keeps_the_token(home: Path, ring: InMemory) -> None:
    assert credentials.keep(ID, TOKEN, HOST) == "keyring"
    assert ring.kept == {("getcontacts", ID): f"{TOKEN} {HOST}"}
    assert credentials.places([ID]) == {ID: "keyring"}
    assert credentials.token_of("shop", ID, HOST) == TOKEN
    assert not (home / "credentials.json").exists()


@pytest.mark.parametrize("unusable", [Hanging, Locked, Odd, Forgetful])
def test_a_keyring_that_does_not_take_the_token_is_no_reason_for_a_file(
    home: Path, monkeypatch: pytest.MonkeyPatch, unusable: type[InMemory]
) -> None:
    monkeypatch.setattr(system_keyring, "PATIENCE", 0.2)
    with used(unusable()) as ring:
        with pytest.raises(TokenNotKept, match="--plain-file") as told:
            credentials.keep(ID, TOKEN, HOST)
        assert ring.name in str(told.value)
        assert not (home / "credentials.json").exists()
        assert credentials.keep(ID, TOKEN, HOST, plain_file=True) == str(home / "credentials.json")
        assert credentials.places([ID, "2"]) == {ID: str(home / "credentials.json")}
        assert credentials.token_of("shop", ID, HOST) == TOKEN


@pytest.mark.parametrize("make", [PlaintextKeyring, chain_with_plain_text_first])
def test_a_keyring_of_plain_text_is_given_no_token(
    home: Path, make: Callable[[], InMemory]
) -> None:
    with used(make()) as ring:
        with pytest.raises(TokenNotKept, match="would keep it as plain text"):
            credentials.keep(ID, TOKEN, HOST)
        assert ring.kept == {}
        ring.kept["getcontacts", ID] = TOKEN  # by a version before
        assert credentials.token_of("shop", ID, HOST) == TOKEN


def test_the_time_that_a_keyring_takes_to_load_does_not_count(
    home: Path, ring: InMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded, really = threading.Event(), system_keyring._ring

    def slowly() -> KeyringBackend | None:
        loaded.wait(0.5)
        return really()

    monkeypatch.setattr(system_keyring, "PATIENCE", 0.1)
    monkeypatch.setattr(system_keyring, "_ring", slowly)
    assert credentials.keep(ID, TOKEN, HOST) == "keyring"


def test_a_keyring_that_never_loads_is_not_taken_for_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = threading.Event()
    monkeypatch.setattr(system_keyring, "LOADING", 0.1)
    monkeypatch.setattr(system_keyring, "_ring", over.wait)
    with pytest.raises(TokenNotKept, match="keyring of this system"):
        credentials.keep(ID, TOKEN, HOST)
    over.set()


@pytest.mark.parametrize("where", ["keyring", "file"])
def test_a_token_goes_only_to_the_host_it_was_stored_for(where: str, ring: InMemory) -> None:
    credentials.keep(ID, TOKEN, HOST, plain_file=where == "file")
    with pytest.raises(HostChanged, match=r"for https://1101\.api.*log in again") as told:
        credentials.token_of("shop", ID, "https://collector.example.com")
    assert TOKEN not in repr(told.value) + str(told.value)
    assert credentials.token_of("shop", ID, HOST) == TOKEN


@pytest.mark.parametrize("where", ["keyring", "file"])
def test_a_token_of_before_takes_the_host_of_its_account_once(
    where: str, home: Path, ring: InMemory
) -> None:
    if where == "file":
        home.mkdir()
        (home / "credentials.json").write_text(f'{{"{ID}": "{TOKEN}"}}')
    else:
        ring.kept["getcontacts", ID] = TOKEN
    assert credentials.token_of("shop", ID, HOST) == TOKEN
    with pytest.raises(HostChanged):
        credentials.token_of("shop", ID, OTHER_HOST)
    assert credentials.places([ID]) == {
        ID: "keyring" if where == "keyring" else str(home / "credentials.json")
    }


@pytest.mark.parametrize("where", ["keyring", "file"])
def test_the_same_token_may_be_stored_for_two_hosts(where: str, ring: InMemory) -> None:
    for host in (HOST, OTHER_HOST):
        credentials.keep(ID, TOKEN, host, plain_file=where == "file")
    for host in (HOST, OTHER_HOST):
        assert credentials.token_of("shop", ID, host) == TOKEN


def test_another_token_forgets_the_hosts_of_the_one_before(ring: InMemory) -> None:
    credentials.keep(ID, "former", OTHER_HOST)
    credentials.keep(ID, TOKEN, HOST)
    with pytest.raises(HostChanged):
        credentials.token_of("shop", ID, OTHER_HOST)


def test_a_machine_without_any_keyring_uses_the_file(home: Path) -> None:
    assert credentials.keep(ID, TOKEN, HOST) == str(home / "credentials.json")
    assert credentials.keyring_name() == ""


def test_the_keyring_that_swallows_everything_counts_as_none() -> None:
    former = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call] # keyring has no types
    try:
        assert credentials.keyring_name() == ""
        assert credentials.keep(ID, TOKEN, HOST) != "keyring"
    finally:
        keyring.set_keyring(former)


def test_a_usable_keyring_has_a_name(ring: InMemory) -> None:
    assert credentials.keyring_name() == ring.name


@pytest.mark.parametrize("unusable", [Locked, Odd])
def test_a_refusing_keyring_says_nothing_anywhere(
    capfd: pytest.CaptureFixture[str], unusable: type[InMemory]
) -> None:
    with used(unusable()), pytest.raises(TokenNotKept) as told:
        credentials.keep(ID, TOKEN, HOST)
    assert TOKEN not in repr(told.value) + str(told.value)
    assert told.value.__context__ is None
    assert capfd.readouterr() == ("", "")


@posix
def test_the_file_is_never_readable_by_others(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    modes: list[int] = []
    sync = os.fsync

    def look(descriptor: int) -> None:
        modes.append(os.fstat(descriptor).st_mode & 0o777)
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", look)
    former = os.umask(0)
    try:
        credentials.keep(ID, TOKEN, HOST)
    finally:
        os.umask(former)
    assert [*modes, (home / "credentials.json").stat().st_mode & 0o777] == [0o600, 0o600]


@posix
def test_a_file_with_a_loose_mode_is_tightened_on_reading(home: Path) -> None:
    home.mkdir()
    file = home / "credentials.json"
    file.write_text(f'{{"{ID}": "{TOKEN}"}}')
    file.chmod(0o644)
    assert credentials.token_of("shop", ID, HOST) == TOKEN
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_is_asked_before_the_keyring(home: Path, ring: InMemory) -> None:
    credentials.keep(ID, "from-keyring", HOST)
    (home).mkdir(exist_ok=True)
    (home / "credentials.json").write_text(f'{{"{ID}": "from-file"}}')
    assert credentials.token_of("shop", ID, HOST) == "from-file"


def test_a_token_that_moves_into_the_keyring_leaves_the_file(home: Path) -> None:
    credentials.keep(ID, "old", HOST)
    credentials.keep("2", "other", HOST)
    with used(InMemory()):
        credentials.keep(ID, TOKEN, HOST)
        assert (credentials.token_of("shop", ID, HOST), credentials.places([ID])) == (
            TOKEN,
            {ID: "keyring"},
        )
    assert ID not in (home / "credentials.json").read_text()
    assert credentials.token_of("home", "2", HOST) == "other"


def test_a_dropped_token_is_nowhere(home: Path, ring: InMemory) -> None:
    credentials.keep(ID, TOKEN, HOST)
    (home).mkdir(exist_ok=True)
    (home / "credentials.json").write_text(f'{{"{ID}": "{TOKEN}"}}')
    assert credentials.drop(ID)
    assert ring.kept == {}
    assert credentials.places([ID]) == {}
    assert not (home / "credentials.json").exists()


def test_a_token_that_is_nowhere_must_be_given_again(ring: InMemory) -> None:
    with pytest.raises(NoAccount, match="no credentials for"):
        credentials.token_of("shop", ID, HOST)


@pytest.mark.parametrize("unusable", [Hanging, Locked, Odd])
def test_a_keyring_that_does_not_answer_is_not_taken_for_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, unusable: type[InMemory]
) -> None:
    monkeypatch.setattr(system_keyring, "PATIENCE", 0.2)
    with used(unusable()), pytest.raises(NoAccount, match="no keyring answers") as told:
        credentials.token_of("shop", ID, HOST)
    assert told.value.exit_code == 3


def test_dropping_what_is_not_kept_is_harmless(ring: InMemory) -> None:
    assert credentials.drop(ID)
    assert ring.kept == {}


@pytest.mark.parametrize("unusable", [Hanging, Locked, Odd])
def test_what_a_silent_keyring_may_keep_does_not_count_as_dropped(
    monkeypatch: pytest.MonkeyPatch, unusable: type[InMemory]
) -> None:
    monkeypatch.setattr(system_keyring, "PATIENCE", 0.2)
    with used(unusable()):
        assert not credentials.drop(ID)
        credentials.keep(ID, TOKEN, HOST, plain_file=True)
        assert not credentials.drop(ID), "an older one may be there"


def test_what_was_in_the_file_alone_is_gone_where_there_is_no_keyring() -> None:
    credentials.keep(ID, TOKEN, HOST)
    assert credentials.drop(ID)


def test_the_part_of_a_killed_login_is_dropped_too(home: Path) -> None:
    credentials.keep(ID, TOKEN, HOST)
    part = home / ".credentials.json.0123abcd.getcontacts-part"
    part.write_text(TOKEN)
    credentials.drop(ID)
    assert not part.exists()


def test_a_broken_file_is_told_without_its_content(home: Path) -> None:
    home.mkdir()
    (home / "credentials.json").write_text(f'{{"{ID}": "{TOKEN}", "2": {TOKEN}')
    with pytest.raises(WrongUsage, match=r"credentials\.json") as told:
        credentials.token_of("shop", ID, HOST)
    assert TOKEN not in repr(told.value) + repr(told.value.__context__)


def test_a_copy_of_a_token_that_the_keyring_keeps_is_found_by_it(
    ring: InMemory, home: Path
) -> None:
    accounts.save(Account("shop", HOST, "1101000001", "t" * 50))
    assert not credentials.path().exists()
    (home / "notes.txt").write_text(f"token: {'t' * 50}")
    (home / "other.txt").write_text("nothing of it")
    assert credentials.copies() == [home / "notes.txt"]


def test_a_file_that_cannot_be_deleted_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    credentials.keep(ID, TOKEN, HOST, plain_file=True)
    monkeypatch.setattr(Path, "unlink", read_only)
    with pytest.raises(NotDeleted, match="read-only"):
        credentials.drop(ID)
