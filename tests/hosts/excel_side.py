"""What the tests of Excel's side share: a simulated account, and a process that knows no list yet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from threading import Event

import pytest
from msgspec.structs import replace

from addin.excel import ribbon, udfs, workbook_memory
from addin.shared import consent_gate, formula_lists
from tests.hosts.excel_data import Excel
from tests.hosts.excel_engine import running
from workbook.accounts import accounts
from workbook.files.place import place_of
from workbook.simulator.behaviour import sent
from workbook.simulator.delivery import Wire, whole
from workbook.simulator.scenarios import SCENARIOS, Scenario
from workbook.simulator.simulator import Simulator
from workbook.store.snapshots import Snapshot
from workbook.sync import consent, latest

ANNA = "4915100000001@c.us"
FORM = "/books/form.xlsx\n/books\n77"  # the workbook whose cells ask, as the add-in tells it
CROWD = (
    {"id": ANNA, "name": "Anna", "contactName": "Anna Berg", "type": "user"},
    {"id": "4915100000002@c.us", "name": "Ben", "contactName": "", "type": "user"},
    {"id": "12025550123@c.us", "name": "Landlord", "contactName": "", "type": "user"},
    {"id": "102388094480549@lid", "name": "Jo", "contactName": "", "type": "user"},
    {"id": "120363043968066561@g.us", "name": "Football", "type": "group"},
)

# the worksheet functions in a cell of that workbook, which may see the contacts
GETCONTACTS = partial(udfs.GETCONTACTS, workbook=FORM)
GETCONTACT = partial(udfs.GETCONTACT, workbook=FORM)
GETCONTACTSINFO = partial(udfs.GETCONTACTSINFO, workbook=FORM)


@contextmanager
def excel_account(patch: pytest.MonkeyPatch, contacts: object = CROWD) -> Iterator[Simulator]:
    """Simulate an account that the environment names; formulas start with nothing remembered."""
    with Simulator(contacts=contacts, rate=0) as service:  # type: ignore[arg-type]  # any JSON
        patch.setenv("GREEN_API_URL", service.api_url)
        patch.setenv("GREEN_API_ID_INSTANCE", service.id_instance)
        patch.setenv("GREEN_API_TOKEN_INSTANCE", service.token)
        patch.setenv("GETCONTACTS_RETRY_SECONDS", "5")
        restart(patch)
        may_see(service)
        yield service


def may_see(service: Simulator) -> None:
    """Let the workbook whose cells ask see the contacts of this account."""
    consent.allow(place_of("/books/form.xlsx"), service.id_instance)


def restart(patch: pytest.MonkeyPatch) -> None:
    """Be a process that was just started: nothing is in its memory."""
    patch.setattr(formula_lists, "shared", formula_lists.Lists())
    patch.setattr(consent_gate, "gate", consent_gate.Gate())
    patch.setattr(workbook_memory, "_unsaved", {})
    patch.setattr(workbook_memory, "_refreshes", {})
    patch.setattr(ribbon, "_given_up", {})


@contextmanager
def started(patch: pytest.MonkeyPatch) -> Iterator[Excel]:
    """Run an Excel with one sheet and a process that knows nothing of its workbook yet."""
    restart(patch)
    with running() as excel:
        yield excel


def keep_a_list(patch: pytest.MonkeyPatch, minutes_ago: float) -> None:
    """Let another process have fetched the last good list so long ago."""
    latest.latest(accounts.find())
    fetched, age = datetime.now(UTC), Snapshot.age

    def aged(snapshot: Snapshot) -> float:
        return age(snapshot) + (minutes_ago * 60 if snapshot.fetched <= fetched else 0)

    patch.setattr(Snapshot, "age", aged)


def requests(service: Simulator) -> int:
    """Return how often the list was asked for."""
    return sum(call.method == "getcontacts" for call in service.calls)


def held_back(until: Event) -> Scenario:
    """Answer as on a good day, but not before the test lets go."""

    def deliver(wire: Wire, head: bytes, body: bytes) -> None:
        assert until.wait(20), "the test never let go"
        whole(wire, head, body)

    return replace(SCENARIOS["normal"], data=(sent(deliver),))
