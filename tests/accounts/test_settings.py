"""Where things are kept, and what becomes of a settings file that people edit by hand."""

from __future__ import annotations

import json
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hosts.windows import DENIED, IN_USE, refused
from workbook.accounts import settings
from workbook.accounts.settings import Settings, StoredAccount
from workbook.errors import NotWritable, WrongUsage
from workbook.files import lock_wait

SHOP = StoredAccount(api_url="https://1101.api.green-api.com", id_instance="1101000001")


def written(home: Path, text: str | bytes) -> Path:
    home.mkdir(exist_ok=True)
    file = home / "settings.json"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_without_a_file_everything_has_its_default(home: Path) -> None:
    assert settings.load() == Settings()
    assert not home.exists(), "reading makes no folder"


def test_what_is_saved_is_what_is_loaded() -> None:
    kept = Settings(default="shop", accounts={"shop": SHOP}, country="de", formula_max_age=5)
    settings.save(kept)
    assert settings.load() == kept


def test_a_person_can_read_and_edit_the_file(home: Path) -> None:
    settings.save(Settings(accounts={"Überall": SHOP}))
    lines = (home / "settings.json").read_text(encoding="utf-8").splitlines()
    assert '    "Überall": {' in lines


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes; its user folder is private")
def test_folder_and_file_are_for_their_owner_alone(home: Path) -> None:
    settings.save(Settings())
    assert home.stat().st_mode & 0o777 == 0o700
    assert (home / "settings.json").stat().st_mode & 0o777 == 0o600


def test_what_we_do_not_know_stays_in_the_file(home: Path) -> None:
    file = written(
        home,
        '{"theme": "dark", "accounts": {"a": {"api_url": "u", "id_instance": "1", "note": "x"}}}',
    )
    settings.update(lambda there: msgspec.structs.replace(there, country="DE"))
    kept = json.loads(file.read_text())
    assert (kept["theme"], kept["accounts"]["a"]["note"], kept["country"]) == ("dark", "x", "DE")


def test_a_file_that_cannot_be_opened_is_told(home: Path) -> None:
    (home / "settings.json").mkdir(parents=True)
    with pytest.raises(WrongUsage, match=r"settings\.json cannot be read"):
        settings.load()


def test_a_byte_order_mark_of_an_editor_does_no_harm(home: Path) -> None:
    written(home, b'\xef\xbb\xbf{"default": "shop"}')
    assert settings.load().default == "shop"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ('{"shrink_percent": "many"}', "$.shrink_percent"),
        ('{"shrink_percent": 101}', "$.shrink_percent"),
        ('{"max_answer_mib": 0}', "$.max_answer_mib"),
        ('{"formula_max_age": -1}', "$.formula_max_age"),
        ('{"country": "Germany"}', "$.country"),
        ('{"history_days": null}', "$.history_days"),
        ('{"missing": "delete"}', "$.missing"),
        ('{"trusted_hosts": "mine.example"}', "$.trusted_hosts"),
        ('{"accounts": {"shop": {"api_url": "u"}}}', "id_instance"),
        ('{"accounts": []}', "$.accounts"),
        ("[]", "object"),
        ("{", "truncated"),
        (b"\xff\xfe{", "malformed"),
        (b'{"default": "\xff"}', "text"),
    ],
)
def test_a_broken_file_is_told_with_its_name_and_the_field(
    home: Path, text: str | bytes, field: str
) -> None:
    file = written(home, text)
    with pytest.raises(WrongUsage) as told:
        settings.load()
    assert str(file) in str(told.value)
    assert field in str(told.value)


@given(name=st.sampled_from(Settings.__struct_fields__), value=st.text())
def test_any_text_in_any_field_is_settings_or_one_sentence(
    tmp_path_factory: pytest.TempPathFactory, name: str, value: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        home = tmp_path_factory.mktemp("any")
        patch.setenv("GETCONTACTS_HOME", str(home))
        written(home, json.dumps({name: value}))
        try:
            assert getattr(settings.load(), name) == value
        except WrongUsage as told:
            assert name in str(told)  # noqa: PT017 - both outcomes are right, one at a time


def test_a_broken_file_is_never_written_over(home: Path) -> None:
    file = written(home, '{"accounts": {"shop": ')
    with pytest.raises(WrongUsage):
        settings.save(Settings())
    assert file.read_text() == '{"accounts": {"shop": '


def test_changes_made_at_once_are_all_kept() -> None:
    def add(host: str) -> None:
        settings.update(
            lambda there: msgspec.structs.replace(there, trusted_hosts=[*there.trusted_hosts, host])
        )

    hosts = [f"{n}.example" for n in range(8)]
    threads = [threading.Thread(target=add, args=[host]) for host in hosts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(settings.load().trusted_hosts) == hosts


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.save(Settings(default="old"))

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(NotWritable, match="disk is full"):
        settings.save(Settings(default="new"))
    assert settings.load().default == "old"
    assert sorted(file.name for file in home.iterdir()) == [".lock", "settings.json"]


def test_a_reader_who_is_just_looking_does_not_stop_a_write(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    puts, refusals = os.replace, [DENIED, IN_USE]

    def put(*paths: Any, **how: Any) -> None:
        if refusals:
            raise refused(refusals.pop())
        puts(*paths, **how)

    monkeypatch.setattr(os, "replace", put)
    settings.save(Settings(default="new"))
    assert not refusals
    assert settings.load().default == "new"


def test_the_remains_of_a_killed_run_are_cleared(home: Path) -> None:
    home.mkdir()
    (home / ".settings.json.1234.getcontacts-part").write_text("half")
    settings.save(Settings())
    assert sorted(file.name for file in home.iterdir()) == [".lock", "settings.json"]


def test_a_home_that_is_a_file_is_told_in_one_sentence(home: Path) -> None:
    home.write_text("")
    with pytest.raises(NotWritable, match=r"home cannot be used"):
        settings.save(Settings())


def test_a_full_disk_is_not_called_another_program(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(lock_wait, "begin", full)
    with pytest.raises(NotWritable, match="disk is full"), settings.lock():
        pass


def test_a_lock_held_too_long_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PATIENCE", 0.05)
    with settings.lock(), pytest.raises(NotWritable, match="another program"):
        settings.save(Settings())


def test_without_a_named_home_the_systems_own_place_is_used(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("GETCONTACTS_HOME")
    assert settings.home().name == "getcontacts"
    monkeypatch.setenv("GETCONTACTS_HOME", "~/kept")
    assert settings.home() == Path.home() / "kept"


@pytest.mark.skipif(os.name == "nt", reason="Windows knows every user's folder")
def test_a_user_without_any_folder_is_told_how_to_name_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GETCONTACTS_HOME", "HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 4_000_000_000)
    with pytest.raises(WrongUsage, match="set GETCONTACTS_HOME"):
        settings.home()


@pytest.mark.skipif(os.name == "nt", reason="Windows takes it for the folder beside one's own")
def test_the_folder_of_a_user_nobody_knows_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GETCONTACTS_HOME", "~nobody-of-that-name/kept")
    with pytest.raises(WrongUsage, match="set GETCONTACTS_HOME"):
        settings.home()


def test_a_new_home_keeps_the_history_for_400_days(home: Path) -> None:
    settings.made_home()
    assert settings.load().history_days == 400
    assert os.name == "nt" or (home / "settings.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("there", ["settings.json", "contacts.sqlite3"])
def test_a_home_of_before_goes_on_keeping_it_for_ever(home: Path, there: str) -> None:
    home.mkdir(exist_ok=True)
    (home / there).write_text("{}")
    settings.made_home()
    assert settings.load().history_days == 0
