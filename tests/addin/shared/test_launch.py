"""The account window as a process of its own."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from addin.shared import launch
from tests.hosts.display import MISSING, press, screen
from workbook.errors import WrongUsage


@pytest.mark.window
@pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}")
def test_the_window_runs_on_its_own_and_never_code_of_other_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for place in (tmp_path, tmp_path / "elsewhere"):
        (place / "addin").mkdir(parents=True)
        (place / "addin" / "__init__.py").write_text("raise SystemExit('a stranger ran')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "elsewhere"))
    with screen() as display:
        monkeypatch.setenv("DISPLAY", display)
        window = launch.account_window()
        press(display, "search", "--sync", "--name", "GREEN-API account", "windowfocus", "--sync")
        assert window.poll() is None
        press(display, "key", "Escape")
        assert window.wait() == 0


def test_a_python_without_windows_is_told_with_the_other_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(launch, "find_spec", lambda _: None)
    with pytest.raises(WrongUsage, match="getcontacts login"):
        launch.account_window()


def test_a_window_that_does_not_open_is_told_with_the_other_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TCL_LIBRARY", "/nowhere")
    monkeypatch.setenv("DISPLAY", ":nowhere")
    monkeypatch.setattr(launch, "SOON", 20)
    with pytest.raises(WrongUsage, match=r"did not open.*getcontacts login"):
        launch.account_window()


def test_on_windows_no_console_opens_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = tmp_path / "python.exe"
    monkeypatch.setattr(sys, "executable", str(python))
    assert launch.interpreter() == str(python)
    (tmp_path / "pythonw.exe").touch()
    assert launch.interpreter() == str(tmp_path / "pythonw.exe")
    assert importlib.util.find_spec("addin.shared.account_window"), (
        "what it is told to run is there"
    )
