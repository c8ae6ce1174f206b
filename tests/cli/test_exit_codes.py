"""Every row of the table of exit codes, produced on purpose through the command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import stamina

from tests.cli.command import getcontacts, use
from tests.simulator.scenarios import EVERY
from workbook.cli import edge
from workbook.simulator.simulator import Simulator
from workbook.store import database

SCENARIO_CODES = {
    "normal": 0,
    "quirks": 0,
    "bom": 0,
    "wrong-charset": 0,
    "forbidden-json": 3,
    "forbidden-html": 3,
    "not-authorized-old": 4,
    "not-authorized": 4,
    "expired": 4,
    "deleted": 4,
    "starting-forever": 4,
    "rate-limited-forever": 5,
    "quota": 5,
    "quota-chats": 5,
    "500": 6,
    "bad-gateway-forever": 6,
    "reset": 6,
    "never-answers": 6,
    "drips": 6,
    "null-body": 7,
    "status-false": 7,
    "json-string": 7,
    "html-200": 7,
    "nested": 7,
    "truncated": 7,
    "redirect": 7,
    "not-found": 7,
    "empty": 9,
}
UNANSWERED = ("never-answers", "drips")  # these end with the time budget


@pytest.mark.parametrize(("scenario", "code"), SCENARIO_CODES.items())
def test_each_answer_has_its_exit_code_and_its_sentence(
    scenario: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("contacts.csv").write_text("mine")
    with Simulator(EVERY[scenario], rate=0) as service, stamina.set_testing(True, attempts=3):
        use(service, monkeypatch, 0.5 if scenario in UNANSWERED else 60)
        ran = getcontacts("export", "contacts.csv", "--overwrite")
    assert ran.code == code
    assert 20 < len(ran.stderr) < 400
    assert (Path("contacts.csv").read_text() == "mine") == (code != 0)
    assert [each.name for each in tmp_path.iterdir() if "part" in each.name] == []


def test_a_wrong_token_is_3(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(rate=0) as service:
        use(service, monkeypatch)
        monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "0" * 50)
        ran = getcontacts("export", "-", "--format", "csv")
        assert (ran.code, len(service.calls)) == (3, 1)


def test_a_folder_that_takes_no_file_is_8(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, really = tmp_path / "closed", os.open  # who tests as root may write everywhere
    folder.mkdir()

    def refuse(path: Any, flags: int, *args: Any, **more: Any) -> int:
        if flags & os.O_CREAT and Path(path).name.startswith(".list.csv"):
            raise PermissionError(13, "Permission denied")
        return really(path, flags, *args, **more)

    with Simulator(rate=0) as service:
        use(service, monkeypatch)
        monkeypatch.setattr(os, "open", refuse)
        ran = getcontacts("export", str(folder / "list.csv"))
    assert ran.code == 8
    assert "list.csv was not written: writing is not allowed there" in ran.stderr


def test_a_bug_is_1_and_does_not_quote_what_it_met(capsys: pytest.CaptureFixture[str]) -> None:
    secret = "-".join(("secret", "of", "the", "instance"))

    def bug() -> None:
        raise KeyError(secret)

    assert edge.guarded(bug) == 1
    said = capsys.readouterr().err
    assert "bug in getcontacts (KeyError at" in said
    assert secret not in said


def hearing_sigint() -> None:
    """Undo what a parent in the background has handed down: to ignore Ctrl-C."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def test_control_c_is_130_and_leaves_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator("never-answers", rate=0) as service:
        use(service, monkeypatch, 60)
        words = ["-c", "from workbook.cli import main; main()", "export", "list.xlsx"]
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=tmp_path,
            stderr=subprocess.PIPE,
            preexec_fn=hearing_sigint,
        )
        while not service.calls and process.poll() is None:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said
    assert [each.name for each in tmp_path.iterdir()] == ["home"]


def test_control_c_is_heard_while_another_program_keeps_the_database(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator(rate=0) as service, database.writing():
        use(service, monkeypatch, 60)
        process = subprocess.Popen(
            [sys.executable, "-m", "workbook", "export", str(tmp_path / "list.xlsx")],
            stderr=subprocess.PIPE,
            preexec_fn=hearing_sigint,
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1.5)
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=20)  # less than it waits for the database
    assert process.returncode == 130
