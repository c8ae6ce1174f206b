"""`getcontacts config`: settings shown, changed, refused with the nearest name, mended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.command import getcontacts
from workbook.accounts import settings
from workbook.accounts.setting_texts import every
from workbook.cli import streams


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("country", "de", "de"),
        ("shrink_percent", "50", 50),
        ("formula-max-age", "2.5", 2.5),
        ("remove_noted", "yes", True),
        ("missing", "mark", "mark"),
        ("trusted_hosts", "a.example, b.example", ["a.example", "b.example"]),
    ],
)
def test_a_setting_is_changed_read_and_taken_back(key: str, text: str, value: object) -> None:
    assert getcontacts("config", "set", key, text).code == 0
    assert getattr(settings.load(), key.replace("-", "_")) == value
    assert getcontacts("config", "get", key).out.strip() in (text, text.replace(" ", ""))
    assert getcontacts("config", "unset", key).code == 0
    assert settings.load() == settings.Settings(history_days=400)


def test_every_setting_is_listed_with_meaning_values_and_default() -> None:
    said = getcontacts("config", "list").out
    assert [each.name for each in every() if f"{each.name} = " not in said] == []
    assert all(each.meaning.endswith(".") for each in every())
    assert "a number from 0 to 100; by default 30" in said


def test_the_settings_are_listed_for_programs() -> None:
    getcontacts("config", "set", "country", "DE")
    listed = json.loads(getcontacts("config", "list", "--json").out)["settings"]
    assert next(each["value"] for each in listed if each["name"] == "country") == "DE"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("get", "shrink_precent"), "Did you mean shrink_percent?"),
        (("set", "missing", "marked"), "Did you mean mark?"),
        (("set", "shrink_percent", "101"), "it takes a number from 0 to 100"),
        (("set", "remove_noted", "perhaps"), "it takes yes or no"),
        (("set", "country", "Germany"), "two letters"),
        (("set", "default", "shop"), "getcontacts accounts --default"),
        (("edit",), "needs a terminal"),
    ],
)
def test_what_is_unknown_is_refused_with_what_is_near(words: tuple[str, ...], said: str) -> None:
    ran = getcontacts("config", *words)
    assert (ran.code, said in ran.stderr) == (2, True), ran.stderr


def test_a_mistyped_name_in_the_file_is_told(home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{"contry": "DE"}')
    assert "Did you mean country?" in getcontacts("config", "list").stderr


def test_a_broken_value_is_mended_by_the_command_that_is_told(home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{\n  "country": "DE",\n  "missing": "delete"\n}')
    ran = getcontacts("status")
    assert (ran.code, "line 3" in ran.stderr) == (2, True)
    assert "getcontacts config unset missing" in ran.stderr
    assert getcontacts("config", "unset", "missing").code == 0
    assert settings.load().country == "DE"


def test_a_broken_file_with_accounts_is_to_be_corrected_and_not_deleted(home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text('{\n  "accounts": {},\n  "country" "DE"\n}')
    said = getcontacts("status").stderr
    assert "line 3" in said
    assert "getcontacts config edit" in said
    assert "delete" not in said


def test_the_file_is_checked_once_it_was_edited(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streams, "is_terminal", lambda _: True)
    monkeypatch.setenv("VISUAL", "sed -i s/400/many/")
    ran = getcontacts("config", "edit")
    assert (ran.code, "line 1" in ran.stderr) == (2, True)
    assert getcontacts("config", "path").out.strip() == str(home / "settings.json")
