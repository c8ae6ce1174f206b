"""The command `doctor`: what is wrong and the one next step, for people and for programs."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points

import click

from workbook.cli import console, options
from workbook.files.called import as_called
from workbook.sync.doctor import Check, checks, exit_code, next_step

HOSTS = "getcontacts.checks"  # entry points: each add-in looks at its spreadsheet program


@click.command(short_help="Find out what is wrong, and the one next step.")
@options.account
@options.as_json
def doctor(account: str | None, as_json: bool) -> None:
    """getcontacts doctor

    Check Python, the add-in where there is Excel, the keyring, the account and the way to
    GREEN-API. The exit code is that of the first failure.
    """
    hosts = [check for plugin in entry_points(group=HOSTS) for check in plugin.load()()]
    found = checks(account, hosts)
    if as_json:
        _report(found)
    else:
        _list(found)
    raise click.exceptions.Exit(exit_code(found))


def _report(found: list[Check]) -> None:
    """Print the findings, with what every failure has (edge.py) beside them."""
    problem = next((each.detail for each in found if each.ok is False), None)
    wrong = {} if problem is None else {"error": problem}
    step = as_called(next_step(found))
    console.say_json({**wrong, "exit_code": exit_code(found), "next": step, "checks": found})


def _list(found: list[Check]) -> None:
    yes, no, neither = _marks(getattr(sys.stdout, "encoding", None) or "ascii")
    width = max(len(each.name) for each in found)
    for each in found:
        mark = neither if each.ok is None else yes if each.ok else no
        console.say(f"{mark} {each.name:{width}}  {console.shown(as_called(each.detail))}")
    console.say(f"\nNext: {console.shown(as_called(next_step(found)))}")


def _marks(encoding: str) -> tuple[str, str, str]:
    """Return tick, cross and dash, in ASCII where the console cannot show them."""
    try:
        "✓✗".encode(encoding)
    except UnicodeEncodeError:
        return "+", "x", "-"
    return "✓", "✗", "-"
