"""What --help says: whole sentences, for every command and option."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tests.cli.command import getcontacts
from workbook.accounts import settings
from workbook.accounts.settings import Settings, StoredAccount
from workbook.cli import COMPLETE, app


def commands() -> Iterator[click.Command]:
    context = click.Context(app)
    for name in app.list_commands(context):
        found = app.get_command(context, name)
        assert found is not None
        yield found


@pytest.mark.parametrize("command", [*commands()], ids=lambda command: command.name)
def test_every_help_text_is_a_whole_sentence(command: click.Command) -> None:
    texts = [command.short_help or command.get_short_help_str(200)]
    texts += [each.help or "" for each in command.params if isinstance(each, click.Option)]
    assert [text for text in texts if text and not text.endswith((".", ")", "…"))] == []


def test_help_is_a_command_too() -> None:
    assert getcontacts("help", "config", "set").out == getcontacts("config", "set", "--help").out
    assert "Commands:" in getcontacts("help").out
    assert getcontacts("help", "nonsense").code == 2


def test_powershell_is_given_what_may_stand_next(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Register-ArgumentCompleter" in getcontacts("completion", "powershell").out
    monkeypatch.setenv("COMP_WORDS", "getcontacts config set sh")
    monkeypatch.setenv("COMP_WORD", "sh")
    monkeypatch.setenv(COMPLETE, "powershell_complete")
    with pytest.raises(SystemExit):
        app(prog_name="getcontacts", complete_var=COMPLETE)
    assert [line.partition("\t")[0] for line in capsys.readouterr().out.splitlines()] == [
        "shrink_percent",
        "shrink_people",
    ]


def test_aliases_are_completed(home: Path) -> None:
    at = StoredAccount(api_url="https://1101.api.green-api.com", id_instance="1101000001")
    settings.save(Settings(accounts={"shop": at, "office": at}))
    command = app.get_command(click.Context(app), "export")
    assert command is not None
    param = next(each for each in command.params if each.name == "account")
    found = param.shell_complete(click.Context(command), "o")
    assert [each.value for each in found] == ["office"]
