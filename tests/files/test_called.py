"""How a command that we name is written: as this one was called, for the shell in use."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from workbook.cli import app
from workbook.files import called, shell
from workbook.files.called import as_called, beside, line
from workbook.files.shell import Shell


@pytest.fixture
def bin_(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / ".venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "getcontacts").touch()
    return folder


def test_what_the_shell_finds_is_called_by_its_name(bin_: Path) -> None:
    program = str(bin_ / "getcontacts")
    assert line(program, [program], program, Shell.POSIX) == "getcontacts"


@pytest.mark.parametrize("typed", [".venv/bin/getcontacts", "{here}/.venv/bin/getcontacts"])
@pytest.mark.skipif(os.name == "nt", reason="no POSIX shell there")
def test_what_the_shell_does_not_find_is_called_as_it_was_typed(bin_: Path, typed: str) -> None:
    typed = typed.format(here=Path.cwd())
    assert line(typed, [typed], None, Shell.POSIX) == ".venv/bin/getcontacts"


def test_a_program_in_this_folder_is_called_with_its_folder(
    bin_: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bin_)
    assert line("./getcontacts", [], None, Shell.POSIX) == "./getcontacts"


def test_a_module_is_called_through_its_python(bin_: Path) -> None:
    words = [".venv/bin/python", "-m", "workbook"]
    found = line("/x/workbook/__main__.py", words, None, Shell.POSIX)
    assert found == ".venv/bin/python -m workbook"


@pytest.mark.parametrize(
    ("used", "written"),
    [
        (Shell.POSIX, "'/my tools/getcontacts'"),
        (Shell.POWERSHELL, "& '/my tools/getcontacts'"),
        (Shell.CMD, '"/my tools/getcontacts"'),
    ],
)
def test_a_path_with_a_blank_is_quoted_for_the_shell(used: Shell, written: str) -> None:
    assert line("/my tools/getcontacts", [], None, used) == written


@pytest.mark.parametrize(
    ("used", "written"),
    [
        (Shell.POSIX, "export A='it'\"'\"'s'"),
        (Shell.POWERSHELL, "$env:A = 'it''s'"),
        (Shell.CMD, 'set "A=it\'s"'),
    ],
)
def test_a_variable_is_set_as_the_shell_wants_it(used: Shell, written: str) -> None:
    assert shell.assignment("A", "it's", used) == written


def test_a_spreadsheet_program_names_the_command_by_its_whole_path(bin_: Path) -> None:
    program = beside(str(bin_ / "python"))
    assert program == shell.program(str(bin_ / "getcontacts"), shell.in_use())
    assert as_called("Run: getcontacts login", program) == f"Run: {program} login"


def test_only_commands_among_other_words_are_rewritten() -> None:
    token = called._called.set(".venv/bin/getcontacts")
    try:
        said = as_called("Run: getcontacts login, for getcontacts cannot; see x/getcontacts login")
    finally:
        called._called.reset(token)
    assert (
        said == "Run: .venv/bin/getcontacts login, for getcontacts cannot; see x/getcontacts login"
    )


def test_every_command_is_known_as_one() -> None:
    token = called._called.set("X")
    try:
        for name in app.list_commands(click.Context(app)):
            assert as_called(f"getcontacts {name}") == f"X {name}"
    finally:
        called._called.reset(token)
