"""The end of a run: it is recorded, and the user's own commands are told of it."""

from __future__ import annotations

import os
from contextlib import suppress

import msgspec

from workbook.accounts import settings
from workbook.errors import ContactsError
from workbook.files.shell import words
from workbook.store import runs
from workbook.store.runs import RunRecord

PATIENCE = 60.0  # seconds for such a command
OURS = "GREEN_API_"  # begins the names of variables that no other program gets


class Commands(msgspec.Struct, frozen=True):
    """What is told of a run: on its changes, and on its failure; empty for nothing."""

    on_change: tuple[str, ...] = ()
    on_failure: tuple[str, ...] = ()

    @classmethod
    def of(cls, on_change: str, on_failure: str) -> Commands:
        """Return the commands that the user wrote as lines. Raises WrongUsage."""
        return cls(words("--on-change", on_change), words("--on-failure", on_failure))


def as_json(run: RunRecord) -> dict[str, object]:
    """Return a run as programs get it."""
    told = {"rows": run.rows, "changes": run.changes, "failed": len(run.failed)}
    return {**msgspec.to_builtins(run), **told}


def ended(run: RunRecord, commands: Commands) -> list[str]:
    """Record a run that is over, tell the commands, and return a sentence on each that failed.

    What goes wrong here is no failure of the run any more.
    """
    with suppress(ContactsError):
        runs.add(run, settings.load().run_log_days)
    told = [commands.on_change] if run.changes else []
    told += [commands.on_failure] if run.exit_code else []
    return [problem for command in told if command and (problem := _tell(command, run))]


def _tell(command: tuple[str, ...], run: RunRecord) -> str:
    """Give a command the run as JSON on stdin; return what went wrong, "" if nothing did."""
    import subprocess  # most runs tell nobody

    environment = {
        name: value for name, value in os.environ.items() if not name.upper().startswith(OURS)
    }
    try:
        done = subprocess.run(  # noqa: S603 - as above
            command,
            input=msgspec.json.encode(as_json(run)),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"{command[0]} did not end within {PATIENCE:.0f} seconds and was stopped."
    except OSError as error:
        return f"{command[0]} could not be run: {error.strerror}."
    return f"{command[0]} ended with {done.returncode}." if done.returncode else ""
