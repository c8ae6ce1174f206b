"""Where a token goes, and that it goes nowhere else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import keyring.backends.null
import pytest

from tests.accounts.keyrings import Forgetful, Hanging, InMemory, Locked, Odd, used
from workbook.accounts import credentials
from workbook.errors import NoAccount, WrongUsage

ID, TOKEN = "1101000001", "d75b3a66374942c5b3c019c698abc2067e151558acbd412345"

posix = pytest.mark.skipif(
    os.name == "nt", reason="Windows has no modes; its user folder is private"
)


@pytest.fixture
def ring() -> Iterator[InMemory]:
    with used(InMemory()) as ring:
        yield ring


def test_a_keyring_that_answers_keeps_the_token(home: Path, ring: InMemory) -> None:
    assert credentials.keep(ID, TOKEN) == "keyring"
    assert ring.kept == {("getcontacts", ID): TOKEN}
    assert credentials.places([ID]) == {ID: "keyring"}
    assert credentials.token_of("shop", ID) == TOKEN
    assert not (home / "credentials.json").exists()


@pytest.mark.parametrize("unusable", [Hanging, Locked, Odd, Forgetful])
def test_without_a_usable_keyring_a_file_keeps_the_token(
    home: Path, monkeypatch: pytest.MonkeyPatch, unusable: type[InMemory]
) -> None:
    monkeypatch.setattr(credentials, "PATIENCE", 0.2)
    with used(unusable()):
        assert credentials.keep(ID, TOKEN) == str(home / "credentials.json")
        assert credentials.places([ID, "2"]) == {ID: str(home / "credentials.json")}
        assert credentials.token_of("shop", ID) == TOKEN


def test_a_machine_without_any_keyring_uses_the_file(home: Path) -> None:
    assert credentials.keep(ID, TOKEN) == str(home / "credentials.json")
    assert credentials.keyring_name() == ""


def test_the_keyring_that_swallows_everything_counts_as_none() -> None:
    former = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.null.Keyring())  # type: ignore[no-untyped-call] # keyring has no types
    try:
        assert credentials.keyring_name() == ""
        assert credentials.keep(ID, TOKEN) != "keyring"
    finally:
        keyring.set_keyring(former)


def test_a_usable_keyring_has_a_name(ring: InMemory) -> None:
    assert credentials.keyring_name() == ring.name


@pytest.mark.parametrize("unusable", [Locked, Odd])
def test_a_refusing_keyring_says_nothing_anywhere(
    capfd: pytest.CaptureFixture[str], unusable: type[InMemory]
) -> None:
    with used(unusable()):
        credentials.keep(ID, TOKEN)
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
        credentials.keep(ID, TOKEN)
    finally:
        os.umask(former)
    assert [*modes, (home / "credentials.json").stat().st_mode & 0o777] == [0o600, 0o600]


@posix
def test_a_file_with_a_loose_mode_is_tightened_on_reading(home: Path) -> None:
    home.mkdir()
    file = home / "credentials.json"
    file.write_text(f'{{"{ID}": "{TOKEN}"}}')
    file.chmod(0o644)
    assert credentials.token_of("shop", ID) == TOKEN
    assert file.stat().st_mode & 0o777 == 0o600


def test_the_file_is_asked_before_the_keyring(home: Path, ring: InMemory) -> None:
    credentials.keep(ID, "from-keyring")
    (home).mkdir(exist_ok=True)
    (home / "credentials.json").write_text(f'{{"{ID}": "from-file"}}')
    assert credentials.token_of("shop", ID) == "from-file"


def test_a_token_that_moves_into_the_keyring_leaves_the_file(home: Path) -> None:
    credentials.keep(ID, "old")
    credentials.keep("2", "other")
    with used(InMemory()):
        credentials.keep(ID, TOKEN)
        assert (credentials.token_of("shop", ID), credentials.places([ID])) == (
            TOKEN,
            {ID: "keyring"},
        )
    assert ID not in (home / "credentials.json").read_text()
    assert credentials.token_of("home", "2") == "other"


def test_a_dropped_token_is_nowhere(home: Path, ring: InMemory) -> None:
    credentials.keep(ID, TOKEN)
    (home).mkdir(exist_ok=True)
    (home / "credentials.json").write_text(f'{{"{ID}": "{TOKEN}"}}')
    assert credentials.drop(ID)
    assert ring.kept == {}
    assert credentials.places([ID]) == {}
    assert not (home / "credentials.json").exists()


def test_a_token_that_is_nowhere_must_be_given_again(ring: InMemory) -> None:
    with pytest.raises(NoAccount, match="no credentials for"):
        credentials.token_of("shop", ID)


@pytest.mark.parametrize("unusable", [Hanging, Locked, Odd])
def test_a_keyring_that_does_not_answer_is_not_taken_for_an_empty_one(
    monkeypatch: pytest.MonkeyPatch, unusable: type[InMemory]
) -> None:
    monkeypatch.setattr(credentials, "PATIENCE", 0.2)
    with used(unusable()), pytest.raises(NoAccount, match="no keyring answers") as told:
        credentials.token_of("shop", ID)
    assert told.value.exit_code == 3


def test_dropping_what_is_not_kept_is_harmless(ring: InMemory) -> None:
    assert credentials.drop(ID)
    assert ring.kept == {}


@pytest.mark.parametrize("unusable", [Hanging, Locked, Odd])
def test_what_a_silent_keyring_may_keep_does_not_count_as_dropped(
    monkeypatch: pytest.MonkeyPatch, unusable: type[InMemory]
) -> None:
    monkeypatch.setattr(credentials, "PATIENCE", 0.2)
    with used(unusable()):
        assert not credentials.drop(ID)
        credentials.keep(ID, TOKEN)
        assert not credentials.drop(ID), "an older one may be there"


def test_what_was_in_the_file_alone_is_gone_where_there_is_no_keyring() -> None:
    credentials.keep(ID, TOKEN)
    assert credentials.drop(ID)


def test_the_part_of_a_killed_login_is_dropped_too(home: Path) -> None:
    credentials.keep(ID, TOKEN)
    part = home / ".credentials.json.0123abcd.getcontacts-part"
    part.write_text(TOKEN)
    credentials.drop(ID)
    assert not part.exists()


def test_a_broken_file_is_told_without_its_content(home: Path) -> None:
    home.mkdir()
    (home / "credentials.json").write_text(f'{{"{ID}": "{TOKEN}", "2": {TOKEN}')
    with pytest.raises(WrongUsage, match=r"credentials\.json") as told:
        credentials.token_of("shop", ID)
    assert TOKEN not in repr(told.value) + repr(told.value.__context__)
