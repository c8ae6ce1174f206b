"""A home that another user could have changed is not used; what is ours, only we can read."""

from __future__ import annotations

import os
import shlex
import subprocess
from pathlib import Path

import pytest

from tests.cli.command import getcontacts
from tests.hosts.other_user import NOBODY, another_user, as_root, common_folder
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.errors import NotPrivate
from workbook.files import folder
from workbook.store import database

grp = pytest.importorskip("grp", reason="Windows keeps each user's folder private itself")
pwd = pytest.importorskip("pwd")

SHOP = Account("shop", "https://1101.api.green-api.com", "1101000001", "t" * 50)
FILES = ("", "settings.json", "credentials.json", "contacts.sqlite3")


@pytest.fixture
def used_home(home: Path) -> Path:
    """Keep an account and a database in it."""
    accounts.save(SHOP)
    with database.opened():
        return home


def use() -> None:
    accounts.find("shop")
    with database.opened():
        pass


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("bits", [0o002, 0o020])
def test_what_others_can_write_is_refused_with_the_command_that_mends_it(
    name: str, bits: int, used_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "_is_private", lambda _: False)
    path = used_home / name
    path.chmod(mode(path) | bits)
    with pytest.raises(NotPrivate, match="Other users of this computer can change") as told:
        use()
    mended = str(told.value).partition("Run: ")[2]
    assert mended.startswith("chmod go-w ")
    subprocess.run(shlex.split(mended), check=True)
    use()


@as_root
@pytest.mark.parametrize("name", FILES)
def test_what_belongs_to_another_user_is_refused(name: str, used_home: Path) -> None:
    os.chown(used_home / name, NOBODY, NOBODY)
    with pytest.raises(NotPrivate, match=r"belongs to nobody.*Run this as nobody"):
        use()


def test_every_command_tells_it_and_ends_with_2(used_home: Path) -> None:
    used_home.chmod(0o777)
    for words in (("accounts",), ("status",), ("export", "list.csv"), ("purge", "--yes")):
        ran = getcontacts(*words)
        assert (ran.code, "chmod go-w" in ran.stderr) == (2, True), words
    assert (used_home / "credentials.json").exists()


def test_a_path_with_a_blank_can_be_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "a home; of mine"
    odd.mkdir()
    odd.chmod(0o777)
    monkeypatch.setenv("GETCONTACTS_HOME", str(odd))
    assert getcontacts("accounts").stderr.rstrip().endswith(f"chmod go-w '{odd}'")


@pytest.mark.parametrize(
    ("name", "members", "private"),
    [("ann", [], True), ("ann", ["ann"], True), ("ann", ["bob"], False), ("staff", [], False)],
)
def test_a_group_is_private_if_nobody_else_is_in_it(
    name: str, members: list[str], private: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gid = os.getegid()
    user = pwd.struct_passwd(("ann", "x", os.geteuid(), gid, "", "/", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", lambda _: user)
    monkeypatch.setattr(grp, "getgrgid", lambda _: grp.struct_group((name, "x", gid, members)))
    tmp_path.chmod(0o770)
    assert folder.others_can_write(tmp_path.stat()) is not private


def test_every_file_at_home_is_its_owners_alone(used_home: Path) -> None:
    former = os.umask(0)
    try:
        settings.update(lambda stored: stored)
        use()
    finally:
        os.umask(former)
    assert {each.name for each in used_home.iterdir()} == {*FILES[1:], ".lock"}
    assert {mode(each) for each in used_home.iterdir()} == {0o600}
    assert mode(used_home) == 0o700


def test_what_a_version_before_left_readable_is_made_private(used_home: Path) -> None:
    for path in used_home.iterdir():
        path.chmod(0o644)
    use()
    settings.update(lambda stored: stored)
    assert {mode(each) for each in used_home.iterdir()} == {0o600}


@as_root
def test_a_home_that_another_user_laid_as_a_link_is_not_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with common_folder(0o777) as shared, common_folder(0o755) as own:
        with another_user():
            (shared / "home").symlink_to(own)
        monkeypatch.setenv("GETCONTACTS_HOME", str(shared / "home"))
        ran = getcontacts("login", "--stdin", "--plain-file", stdin="\n1101000001\nt\n")
        assert "is a link that another user made" in ran.stderr
        assert list(own.iterdir()) == []
