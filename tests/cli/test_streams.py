"""Standard streams that are closed, full or no longer read, as cron and pipes make them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from workbook.simulator.people import crowd
from workbook.simulator.simulator import Simulator

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell and /dev/full")

COMMAND = f'"{sys.executable}" -m workbook'


def shell(line: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Run a line of bash, in which $X is the command, with a home of its own."""
    return subprocess.run(
        ["bash", "-c", line.replace("$X", COMMAND)],
        cwd=folder,
        env={**os.environ, **more, "GETCONTACTS_HOME": str(folder / "home")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", ["--help", "export --help", "demo", "simulate --help"])
def test_a_reader_who_has_seen_enough_is_no_failure(words: str, tmp_path: Path) -> None:
    ran = shell(f"$X {words} | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}", tmp_path)
    assert (ran.stdout, "bug" in ran.stderr) == ("0\n", False), ran.stderr


@pytest.mark.parametrize(
    "form",
    ["csv", "xlsx", *(pytest.param(each, marks=pytest.mark.slow) for each in ("json", "vcf"))],
)
def test_nor_is_one_who_has_seen_enough_of_the_data(form: str, tmp_path: Path) -> None:
    with Simulator(contacts=crowd(5_000)) as service:
        ran = shell(
            f"$X export --format {form} - | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}",
            tmp_path,
            GREEN_API_URL=service.api_url,
            GREEN_API_ID_INSTANCE=service.id_instance,
            GREEN_API_TOKEN_INSTANCE=service.token,
        )
    assert (ran.stdout, "bug" in ran.stderr) == ("0\n", False), ran.stderr


@pytest.mark.parametrize("stream", ["2>&-", "2>/dev/full", "2> >(true)"])
def test_without_stderr_the_work_is_done_all_the_same(stream: str, tmp_path: Path) -> None:
    ran = shell(f"$X demo {stream} >/dev/null", tmp_path)
    assert ran.returncode == 0
    assert (tmp_path / "contacts-demo.xlsx").stat().st_size > 5_000


@pytest.mark.parametrize("stream", [">/dev/full", ">&-"])
def test_a_stdout_that_takes_nothing_is_told(stream: str, tmp_path: Path) -> None:
    ran = shell(f"$X demo {stream}", tmp_path)
    assert ran.returncode == 8
    assert "Standard output did not take everything" in ran.stderr


def test_nobody_can_be_asked_where_stdin_is_closed(tmp_path: Path) -> None:
    asked, read = (shell(f"$X login {words} <&-", tmp_path) for words in ("", "--stdin"))
    assert (asked.returncode, read.returncode) == (2, 2)
    assert "no terminal to ask at" in asked.stderr
    assert "takes three lines" in read.stderr


@pytest.mark.parametrize("after", [0.05, 0.1, 0.2, 0.3])
def test_control_c_is_130_at_any_moment(after: float, tmp_path: Path) -> None:
    heard = (
        "signal.signal(signal.SIGINT, signal.default_int_handler)"  # a background job ignores it
    )
    begun = f"import signal; {heard}; print(flush=True); from workbook.__main__ import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", begun, "simulate", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
    assert (process.returncode, "Traceback" in said) == (130, False), said
