"""The command `simulate`: the local GREEN-API as a server to play with."""

from __future__ import annotations

import time

import click

from workbook.accounts.accounts import ID, TOKEN, URL
from workbook.cli import console
from workbook.files.shell import assignment, in_use
from workbook.simulator.simulator import SCENARIOS, Call, Simulator

_LISTED = "\n".join(f"{name:24} {each.description}" for name, each in SCENARIOS.items())


@click.command(
    short_help="Run a local GREEN-API to play with.", epilog=f"\b\nScenarios:\n{_LISTED}"
)
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, help="0 takes a free one.")
@click.option("--scenario", type=click.Choice(list(SCENARIOS)), default="normal", metavar="NAME")
def simulate(port: int, scenario: str) -> None:
    """getcontacts simulate --scenario empty

    Answer on this machine as GREEN-API would, until Ctrl-C. No account and no network are needed.
    Paste the lines that it prints into another terminal, and run getcontacts export there.
    """
    with Simulator(scenario, port=port, on_call=_tell) as service:
        for name, value in (
            (URL, service.api_url), (ID, service.id_instance), (TOKEN, service.token)
        ):  # fmt: skip
            console.say(assignment(name, value, in_use()))
        console.note(f"Scenario {scenario}: {SCENARIOS[scenario].description} Stop with Ctrl-C.")
        while True:
            time.sleep(3600)


def _tell(call: Call) -> None:
    console.note(f"{call.verb} {call.method}: {call.status}")
