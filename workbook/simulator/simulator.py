"""Run one GREEN-API instance on loopback and list its calls; `instance` decides the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
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
    """One call as it was answered: method lower-cased, monotonic seconds, 0 for no answer.

    `instance`: the idInstance that was asked, "" for a partner's call.
    """

    method: str
    verb: str
    at: float
    status: int
    instance: str = ""


class Simulator:
    """Be one GREEN-API instance, from `with` to its end, and the `others` beside it.

    `others`: the scenario of each, by its idInstance; they have the same token.
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
        others: Mapping[str, str | Scenario] | None = None,
    ) -> None:
        self.id_instance, self.token, self.partner_token = id_instance, token, PARTNER_TOKEN
        self.api_url = ""  # known once it listens
        self.calls: list[Call] = []
        self._port, self._on_call = port, on_call
        self._instance = Instance(id_instance, token, PARTNER_TOKEN, rate)
        self._others = {
            each: self._instance.another(each, _scenario(scenario))
            for each, scenario in (others or {}).items()
        }
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
        self._scenario = _scenario(scenario)
        with self._lock:
            self._instance.play(self._scenario, self._contacts)

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
            asked = self._others.get(visit.id_instance, self._instance)
            reply = asked.answer(visit, now)
            call = Call(visit.method, request.verb, now, reply.status, visit.id_instance)
            self.calls.append(call)
        if self._on_call:
            self._on_call(call)
        return reply


def _scenario(named: str | Scenario) -> Scenario:
    if not isinstance(named, str):
        return named
    if named not in SCENARIOS:
        raise WrongUsage(f'No scenario "{named}"; known: {", ".join(SCENARIOS)}.')
    return SCENARIOS[named]
