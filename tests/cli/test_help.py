"""What --help says: whole sentences, for every command and option."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from workbook.cli import app


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
