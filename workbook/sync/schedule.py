"""What cron, systemd or the Task Scheduler need to run an export again and again.

Only the lines between our own marks are ever changed.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from zlib import crc32

import msgspec

from workbook.accounts import credentials
from workbook.accounts.accounts import ENVIRONMENT, AccountInfo
from workbook.errors import NotScheduled, WrongUsage

HOME = "GETCONTACTS_HOME"
MINUTE, HOUR, DAY = 60, 3_600, 86_400
MINUTES, HOURS = (5, 10, 15, 20, 30), (1, 2, 3, 4, 6, 8, 12, 24)  # what divides an hour, a day
POSSIBLE = "5m, 10m, 15m, 20m, 30m, 1h, 2h, 3h, 4h, 6h, 8h, 12h and 1d"


class Job(msgspec.Struct, frozen=True):
    """A command of ours that is to run every so many seconds, in a folder.

    `words`: its arguments; `home`: what GETCONTACTS_HOME says, "" for nothing.
    """

    name: str
    every: int
    words: tuple[str, ...]
    folder: str
    home: str = ""

    @property
    def command(self) -> list[str]:
        """Return the whole command: with -P nothing in the folder is taken for a part of ours."""
        return [sys.executable, "-P", "-m", "workbook", *self.words]

    @property
    def minute(self) -> int:
        """Return the minute at which it runs: not everybody at the full hour."""
        return crc32(" ".join(self.command).encode()) % 60


def checked(name: str, every: float, words: Sequence[str]) -> Job:
    """Return a job that every scheduler can run. Raises WrongUsage."""
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}", name):
        raise WrongUsage("A name of a schedule has letters, digits and - _ . only, 40 at most.")
    seconds = int(every)
    if seconds not in {*(m * MINUTE for m in MINUTES), *(h * HOUR for h in HOURS)}:
        raise WrongUsage(f"--every takes {POSSIBLE}.")
    if any(not word.isprintable() for word in words):
        raise WrongUsage("A scheduled command is one line; take the line breaks out of it.")
    home = os.environ.get(HOME, "")
    return Job(name, seconds, tuple(words), str(Path.cwd()), home and str(Path(home).absolute()))


def crontab_lines(job: Job) -> list[str]:
    """Return the lines of a crontab (crontab(5)): in a command % stands for a line break."""
    if job.every < HOUR:
        minutes = job.every // MINUTE
        when = f"{job.minute % minutes}-59/{minutes} * * * *"
    elif job.every < DAY:
        hours = job.every // HOUR
        when = f"{job.minute} {'*' if hours == 1 else f'*/{hours}'} * * *"
    else:
        when = f"{job.minute} 6 * * *"
    setting = f"{HOME}={shlex.quote(job.home)} " if job.home else ""
    line = f"cd {shlex.quote(job.folder)} && {setting}{shlex.join(job.command)}"
    return [_mark(job.name, "begin"), f"{when} {line}".replace("%", r"\%"), _mark(job.name, "end")]


def _mark(name: str, end: str) -> str:
    return f"# getcontacts schedule {name}: {end}"


def systemd_units(job: Job) -> dict[str, str]:
    """Return the two units of a user, by the names of their files (systemd.timer(5))."""
    names = f"getcontacts-{job.name}"
    setting = f"Environment={_unit_word(f'{HOME}={job.home}')}\n" if job.home else ""
    service = (
        f"[Unit]\nDescription=getcontacts {job.name}\n\n[Service]\nType=oneshot\n"
        f"WorkingDirectory={job.folder.replace('%', '%%')}\n{setting}"
        f"ExecStart={' '.join(map(_unit_word, job.command))}\n"
    )
    timer = (
        f"[Unit]\nDescription=getcontacts {job.name}\n\n[Timer]\nOnActiveSec=1min\n"
        f"OnUnitActiveSec={job.every}\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
    )
    return {f"{names}.service": service, f"{names}.timer": timer}


def _unit_word(word: str) -> str:
    """Return a word as systemd.service(5) quotes it; % and $ stand for something there."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'


def task_words(job: Job) -> list[str]:
    """Return the command that gives the job to the Task Scheduler of Windows."""
    setting = f'set "{HOME}={job.home}" && ' if job.home else ""
    line = f'cd /d "{job.folder}" && {setting}{subprocess.list2cmdline(job.command)}'
    unit, count = ("MINUTE", job.every // MINUTE) if job.every < DAY else ("DAILY", 1)
    return [
        "schtasks", "/Create", "/F", "/TN", f"getcontacts\\{job.name}",
        "/SC", unit, "/MO", str(count), "/TR", f'cmd /c "{line}"',
    ]  # fmt: skip


def installed(there: str, job: Job) -> str:
    """Return a crontab with the lines of this job, in the place of those of before."""
    return "\n".join([*_without(there, job.name), *crontab_lines(job)]) + "\n"


def removed(there: str, name: str) -> str:
    """Return a crontab without the lines of a job. Raises WrongUsage where there are none."""
    left = _without(there, name)
    if left == there.splitlines():
        raise WrongUsage(f'There is no schedule "{name}" of ours in the crontab.')
    return "".join(f"{line}\n" for line in left)


def _without(there: str, name: str) -> list[str]:
    """Return the lines that are not between our marks; a mark without its pair is left alone."""
    lines = there.splitlines()
    begin, end = _mark(name, "begin"), _mark(name, "end")
    if begin in lines and end in lines[lines.index(begin) :]:
        first = lines.index(begin)
        return lines[:first] + lines[lines.index(end, first) + 1 :]
    return lines


def refuse_without_desktop(used: Sequence[AccountInfo]) -> None:
    """Raise WrongUsage where a token cannot be read by what has no desktop and no environment."""
    for each in used:
        if each.where == ENVIRONMENT:
            raise WrongUsage(
                "The account of the environment is not there when this runs by itself. Keep it: "
                "getcontacts login --plain-file"
            )
        if each.where == credentials.KEYRING and sys.platform not in ("win32", "darwin"):
            raise WrongUsage(
                f'The token of "{each.alias}" is in the keyring, which is closed where nobody is '
                "logged in. Keep it in a file: "
                f"getcontacts login {shlex.quote(each.alias)} --plain-file"
            )


def install(job: Job) -> str:
    """Give a job to the system, and return what was done. Raises NotScheduled."""
    if os.name == "nt":
        _run(task_words(job))
        return f"The Task Scheduler runs it as getcontacts\\{job.name}."
    _run(["crontab", "-"], installed(_crontab(), job))
    return f'cron runs it as "{job.name}"; to see it: crontab -l'


def remove(name: str) -> str:
    """Take a job of ours out again. Raises NotScheduled, WrongUsage."""
    if os.name == "nt":
        _run(["schtasks", "/Delete", "/F", "/TN", f"getcontacts\\{name}"])
    else:
        _run(["crontab", "-"], removed(_crontab(), name))
    return f'The schedule "{name}" is taken out.'


def _crontab() -> str:
    """Return the user's crontab, "" where there is none yet."""
    done = _started(["crontab", "-l"])
    if done.returncode and "no crontab" not in done.stderr.casefold():
        raise NotScheduled("crontab", done.stderr.strip()[:200] or f"exit code {done.returncode}")
    return "" if done.returncode else done.stdout


def _run(words: list[str], given: str = "") -> None:
    done = _started(words, given)
    if done.returncode:
        raise NotScheduled(words[0], done.stderr.strip()[:200] or f"exit code {done.returncode}")


def _started(words: list[str], given: str = "") -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(  # noqa: S603 - the system's own program, without a shell
            words, input=given, capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        why = str(error.strerror) if isinstance(error, OSError) else "it did not end"
    raise NotScheduled(words[0], why)
