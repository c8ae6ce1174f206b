"""What this computer says about itself."""

from __future__ import annotations

import platform
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from addin.excel import machine


def test_the_system_is_the_one_this_runs_on() -> None:
    assert machine.system() == platform.system()


def test_pywin32_is_there_only_where_it_is_installed() -> None:
    assert machine.has_pywin32() == (platform.system() == "Windows")


@pytest.mark.parametrize(
    ("system", "program", "line"),
    [
        ("Windows", r"C:\Users\me\python.exe", r"C:\Users\me\python.exe -m pip"),
        ("Windows", r"C:\Users\Ann Lee\python.exe", r"& 'C:\Users\Ann Lee\python.exe' -m pip"),
        ("Windows", r"C:\Bob's $a\python.exe", r"& 'C:\Bob''s $a\python.exe' -m pip"),
        ("Darwin", "/Users/me/bin/python", "/Users/me/bin/python -m pip"),
        ("Darwin", "/Users/Ann Lee/python", "'/Users/Ann Lee/python' -m pip"),
    ],
)
def test_a_line_to_paste_runs_a_program_in_any_folder(
    monkeypatch: pytest.MonkeyPatch, system: str, program: str, line: str
) -> None:
    monkeypatch.setattr(machine, "system", lambda: system)
    assert machine.command(program, "-m pip") == line


def test_this_python_works_from_its_own_folders_alone() -> None:
    assert machine.works_isolated(sys.executable)


def test_a_python_that_only_pythonpath_completes_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    venv.create(tmp_path / "bare", symlinks=True)
    bare = tmp_path / "bare" / "bin" / "python"
    monkeypatch.setenv("PYTHONPATH", sysconfig.get_path("purelib"))
    assert subprocess.run([bare, "-c", "import xlwings"], check=False).returncode == 0
    assert not machine.works_isolated(str(bare))


def test_a_python_that_is_not_there_does_not(tmp_path: Path) -> None:
    assert not machine.works_isolated(str(tmp_path / "python.exe"))
