"""A faithful local GREEN-API on loopback, for the demo, for playing and for the tests.

It listens and keeps the list of calls; `instance` decides what is answered.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Self

import msgspec

from workbook.errors import WrongUsage
from workbook.simulator.behaviour import Served
from workbook.simulator.instance import Instance, read
from workbook.simulator.listener import HOST, Listener
from workbook.simulator.replies import Reply, Request
from workbook.simulator.scenarios import SCENARIOS, Scenario

__all__ = ["SCENARIOS", "TOKEN", "Call", "Simulator"]

TOKEN = "c0ffee" * 8 + "00"  # made up, as long as real ones
PARTNER_TOKEN = "gac." + "decaf0" * 7 + "cafe"  # made up


class Call(msgspec.Struct, frozen=True):
    """One call as it was answered: method lower-cased, monotonic seconds, 0 for no answer."""

    method: str
    verb: str
    at: float
    status: int


class Simulator:
    """Be one GREEN-API instance, from `with` to its end.

    `contacts` are served instead of the scenario's rows (bytes: a body, as it is). `rate` is how
    many calls a second one method may get, 0 for no limit; getAvatar and checkWhatsapp may get ten
    times that. `on_call` is called with each call as it is answered, on the thread that serves it.
    """

    def __init__(
        self,
        scenario: str | Scenario = "normal",
        *,
        contacts: Sequence[object] | bytes | None = None,
        id_instance: str = "1101000001",
        token: str = TOKEN,
        port: int = 0,
        rate: float = 1.0,
        on_call: Callable[[Call], None] | None = None,
    ) -> None:
        self.id_instance, self.token, self.partner_token = id_instance, token, PARTNER_TOKEN
        self.api_url = ""  # known once it listens
        self.calls: list[Call] = []
        self._port, self._on_call = port, on_call
        self._instance = Instance(id_instance, token, PARTNER_TOKEN, rate)
        self._lock = Lock()
        self._contacts = contacts
        self.scenario = scenario

    def __enter__(self) -> Self:
        try:
            listener = Listener(self._answer, self._port)
        except OSError:
            listener = None
        if listener is None:
            raise WrongUsage(f"Port {self._port} cannot be used; another program may have it.")
        self._listener = listener.__enter__()
        self.api_url = f"http://{HOST}:{self._listener.server_port}"
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.__exit__()

    @property
    def scenario(self) -> Scenario:
        """Return the scenario that is played; setting it, by name or itself, starts it anew."""
        return self._scenario

    @scenario.setter
    def scenario(self, scenario: str | Scenario) -> None:
        if isinstance(scenario, str):
            if scenario not in SCENARIOS:
                raise WrongUsage(f'No scenario "{scenario}"; known: {", ".join(SCENARIOS)}.')
            scenario = SCENARIOS[scenario]
        with self._lock:
            self._scenario = scenario
            self._instance.play(scenario, self._contacts)

    @property
    def contacts(self) -> Served | None:
        """Return what is served instead of the scenario's rows; setting it starts that anew."""
        return self._contacts

    @contacts.setter
    def contacts(self, contacts: Served | None) -> None:
        self._contacts = contacts
        self.scenario = self._scenario

    def _answer(self, request: Request) -> Reply:
        with self._lock:
            visit, now = read(request), time.monotonic()
            reply = self._instance.answer(visit, now)
            call = Call(visit.method, request.verb, now, reply.status)
            self.calls.append(call)
        if self._on_call:
            self._on_call(call)
        return reply
