"""A program of the user's own that tells tokens."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from workbook.accounts import accounts, token_command
from workbook.accounts.accounts import Account
from workbook.errors import CommandSilent, ContactsError, WrongUsage

KEPT = "kept" * 12


def vault(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let a Python program be asked, which finds the alias in sys.argv[1]."""
    quoted = subprocess.list2cmdline if os.name == "nt" else shlex.join
    line = quoted([sys.executable, "-c", f"import sys; {program}"])
    monkeypatch.setenv(token_command.VARIABLE, line)


@pytest.fixture(autouse=True)
def two() -> None:
    for number, alias in enumerate(("shop", "home")):
        accounts.save(Account(alias, "http://127.0.0.1:1", f"110100000{number}", KEPT))


def test_it_alone_is_asked_with_the_alias_behind_its_own_words(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    vault(monkeypatch, "print('token-of-' + sys.argv[1])")
    assert accounts.find("shop").token == "token-of-shop"
    both = accounts.with_tokens(accounts.matching())
    assert [each.token for each in both if isinstance(each, Account)] == [
        "token-of-home",
        "token-of-shop",
    ]


@pytest.mark.parametrize(
    ("program", "why"),
    [("sys.exit('secret-' + 'words')", "ended with an error"), ("pass", "said nothing")],
)
def test_one_that_tells_no_token_is_told_without_its_own_words(
    monkeypatch: pytest.MonkeyPatch, program: str, why: str
) -> None:
    vault(monkeypatch, program)
    with pytest.raises(CommandSilent, match=f'no token for "shop": it {why}') as told:
        accounts.find("shop")
    assert "secret-words" not in str(told.value)


def test_one_that_is_not_there_or_hangs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(token_command.VARIABLE, "/no/such/vault")
    with pytest.raises(CommandSilent, match="could not be started"):
        accounts.find("shop")
    monkeypatch.setattr(token_command, "PATIENCE", 0.2)
    vault(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(CommandSilent, match="did not end in time"):
        accounts.find("shop")


def test_no_shell_sees_the_line(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    monkeypatch.setenv(token_command.VARIABLE, f"echo a; touch {mark}; echo")
    with pytest.raises(ContactsError):
        accounts.find("shop")  # "a; touch … shop" is no token
    assert not mark.exists()


def test_a_line_with_an_open_quote_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(token_command.VARIABLE, "vault 'read")
    with pytest.raises(WrongUsage, match="quoted as for a shell"):
        accounts.find("shop")
