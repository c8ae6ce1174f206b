"""`schedule`: what cron, systemd and the Task Scheduler get, and that only our lines change."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.accounts.keyrings import InMemory, used
from tests.cli.command import getcontacts
from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.sync import schedule
from workbook.sync.schedule import Job

JOB = Job("nightly", 3_600, ("export", "100% mine.xlsx"), "/data/my lists", "/srv/home")
EXPORT = ("--", "export", "all.xlsx", "--all-accounts", "--update")
on_posix = pytest.mark.skipif(os.name == "nt", reason="there is no crontab on Windows")

CRONTAB = """#!/bin/sh
if [ "$1" = "-l" ]; then cat "{file}" 2>/dev/null || {{ echo "no crontab for me" >&2; exit 1; }}
else cat > "{file}"; fi
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a crontab of the test's own in front of the system's; return its file."""
    file, program = tmp_path / "table", tmp_path / "bin" / "crontab"
    program.parent.mkdir()
    program.write_text(CRONTAB.format(file=file))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    return file


def log_in(alias: str = "shop", *, plain_file: bool = True) -> None:
    account = Account(alias, "https://1101.api.green-api.com", "1101000001", "token")
    accounts.save(account, plain_file=plain_file)


@pytest.mark.parametrize(
    ("every", "when"),
    [(300, "-59/5 * * * *"), (3_600, " * * * *"), (21_600, " */6 * * *"), (86_400, " 6 * * *")],
)
def test_a_line_of_cron_runs_so_often(every: int, when: str) -> None:
    begin, line, end = schedule.crontab_lines(Job("x", every, ("export",), "/"))
    assert (begin, end) == ("# getcontacts schedule x: begin", "# getcontacts schedule x: end")
    assert when in line


def test_what_a_shell_and_cron_would_read_into_a_name_is_quoted() -> None:
    _, line, _ = schedule.crontab_lines(JOB)
    assert "cd '/data/my lists' && GETCONTACTS_HOME=/srv/home " in line
    assert line.endswith(r" -P -m workbook export '100\% mine.xlsx'")


def test_a_task_of_windows_has_the_whole_command() -> None:
    words = schedule.task_words(JOB)
    assert words[:9] == [
        "schtasks", "/Create", "/F", "/TN", "getcontacts\\nightly", "/SC", "MINUTE", "/MO", "60",
    ]  # fmt: skip
    assert 'cd /d "/data/my lists" && set "GETCONTACTS_HOME=/srv/home"' in words[-1]


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_systemd_finds_nothing_wrong_with_its_units(tmp_path: Path) -> None:
    units = schedule.systemd_units(Job("x", 3_600, ("export", 'a "b" $HOME %h'), str(tmp_path)))
    for name, text in units.items():
        (tmp_path / name).write_text(text)
    files = [str(tmp_path / name) for name in units]
    ran = subprocess.run(
        ["systemd-analyze", "verify", "--user", *files], capture_output=True, text=True
    )
    assert not [line for line in ran.stderr.splitlines() if "getcontacts-x" in line]


LINES = st.lists(st.sampled_from(["# mine", "0 1 * * * true", "", "# getcontacts schedule x: end"]))


@given(LINES, LINES)
def test_nothing_but_our_own_lines_is_ever_changed(before: list[str], after: list[str]) -> None:
    theirs = [*before, *after]
    job = Job("nightly", 3_600, ("export",), "/")
    there = "".join(f"{line}\n" for line in [*before, *schedule.crontab_lines(job), *after])
    assert schedule.removed(there, "nightly").splitlines() == theirs
    again = schedule.installed(there, job)
    ours = schedule.crontab_lines(job)
    assert [line for line in again.splitlines() if line not in ours] == theirs
    assert schedule.installed(again, job) == again


@on_posix
def test_it_is_installed_once_and_taken_out_again(table: Path) -> None:
    log_in()
    table.write_text("0 1 * * * true\n")
    for _ in range(2):
        assert getcontacts("schedule", "--every", "30m", "--install", *EXPORT).code == 0
    assert table.read_text().count("-m workbook export all.xlsx --all-accounts --update") == 1
    assert getcontacts("schedule", "--remove").code == 0
    assert table.read_text() == "0 1 * * * true\n"
    assert getcontacts("schedule", "--remove").code == 2


@on_posix
def test_a_token_in_the_keyring_is_refused_with_the_way_on(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.platform", "linux")
    with used(InMemory()):
        log_in(plain_file=False)
        ran = getcontacts("schedule", "--install", *EXPORT)
    assert ran.code == 2
    assert "login shop --plain-file" in ran.stderr
    assert not table.exists()


def test_it_is_printed_for_every_system_without_changing_anything(table: Path) -> None:
    log_in()
    ran = getcontacts("schedule", "--name", "mine", *EXPORT)
    assert ran.code == 0
    for part in ("# cron", "getcontacts-mine.timer", "OnUnitActiveSec=3600", "systemctl --user"):
        assert part in ran.out
    assert not table.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--every", "7m", *EXPORT), "--every takes 5m"),
        (("--name", "a b", *EXPORT), "letters, digits"),
        (("--", "purge"), "Write the export behind two hyphens"),
        (("--", "export", "--no-such-option"), "No such option"),
    ],
)
def test_what_cannot_be_scheduled_is_refused(words: tuple[str, ...], said: str) -> None:
    log_in()
    ran = getcontacts("schedule", *words)
    assert ran.code == 2
    assert said in ran.stderr
