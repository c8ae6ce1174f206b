"""A program of the user's own that tells tokens, such as one of a vault."""

from __future__ import annotations

import os

from workbook.errors import CommandSilent
from workbook.files.shell import words

VARIABLE = "GETCONTACTS_CREDENTIALS_FROM"
PATIENCE = 30.0  # seconds for one token
AT_ONCE = 8  # of them


def is_set() -> bool:
    """Tell whether there is one; then it alone is asked."""
    return bool(os.environ.get(VARIABLE))


def token_of(alias: str) -> str:
    """Run the command with an alias behind it, without a shell, and return the token that it says.

    Raises WrongUsage for a line that names no program, CommandSilent; what it says itself, which
    may be a secret, is shown nowhere.
    """
    import subprocess  # few have such a command

    command = (*words(VARIABLE, os.environ[VARIABLE]), alias)
    why = ""
    try:
        done = subprocess.run(  # noqa: S603 - the user's own program, without a shell
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        why = "slow"
    except OSError:
        why = "start"
    if why:
        raise CommandSilent(alias, why)
    token = done.stdout.decode("utf-8", "replace").strip()
    if done.returncode or not token:
        raise CommandSilent(alias, "code" if done.returncode else "nothing")
    return token
