"""One simulated instance: the order in which a call is checked, its pace and its turns; no I/O.

The order is that of green-api.md, 9: id, method, token, rate, quota, state, parameters, data.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import TypeVar

import msgspec

from workbook.simulator.behaviour import Condition, Scenario, Served, busy
from workbook.simulator.methods import METHODS, BadParameters, Method, World
from workbook.simulator.partner import instances
from workbook.simulator.replies import (
    Reply,
    Request,
    Step,
    ok,
    problem,
    silent,
    spent,
    unknown_route,
)

EARLY = 0.95  # of its second a call has to wait; clocks and threads are not that exact
ALWAYS_ANSWERED = ("getstateinstance", "getsettings", "getwasettings")

_METHOD = re.compile(r"(?:/v3)?/waInstance([^/]*)/([^/]+)(?:/([^/]*))?/?", re.IGNORECASE)
_PARTNER = re.compile(r"(?:/v3)?/partner/(getInstances)(?:/([^/]*))?/?", re.IGNORECASE)
_T = TypeVar("_T")


class Visit(msgspec.Struct, frozen=True):
    """A request, read; `method` is lower-cased, "unknown" where no such name and verb exist."""

    request: Request
    method: str = "unknown"
    id_instance: str = ""
    token: str = ""


def read(request: Request) -> Visit:
    """Read who asks for what; the prefix /v3 and the case of names do not matter."""
    if match := _PARTNER.fullmatch(request.path):
        return Visit(request, "getinstances", token=match[2] or "")
    if not (match := _METHOD.fullmatch(request.path)):
        return Visit(request)
    name = match[2].lower()
    known = name in METHODS and METHODS[name].verb == request.verb
    return Visit(request, name if known else "unknown", match[1], match[3] or "")


class Instance:
    """Answer calls one after the other; not safe for threads by itself."""

    def __init__(self, id_instance: str, token: str, partner_token: str, rate: float) -> None:
        self._id_instance, self._token, self._partner_token = id_instance, token, partner_token
        self._rate = rate
        self.beside: list[str] = []
        self._last: dict[str, float] = {}
        self._month: Counter[str] = Counter()

    def another(self, id_instance: str, scenario: Scenario) -> Instance:
        """Return an instance beside this one, with the same token, that plays a scenario."""
        self.beside.append(id_instance)
        other = Instance(id_instance, self._token, self._partner_token, self._rate)
        other.play(scenario, None)
        return other

    def play(self, scenario: Scenario, contacts: Served | None) -> None:
        """Begin a scenario at its first steps, with these rows instead of its own if there are."""
        self._scenario = scenario
        self._served = scenario.rows() if contacts is None else contacts
        self._turns: Counter[str] = Counter()

    def answer(self, visit: Visit, now: float) -> Reply:
        """Answer a call made at `now` (seconds of a clock that never goes back)."""
        refusal = self._step(self._scenario.gateway, "gateway", visit) or self._door(visit)
        return refusal or _metered(self._inside(visit, now), METHODS.get(visit.method))

    def _door(self, visit: Visit) -> Reply | None:
        if visit.request.verb == "OPTIONS":
            return Reply(204)
        if visit.id_instance not in ("", self._id_instance):
            return problem(403, "Forbidden")(visit.request)
        return unknown_route(visit.request) if visit.method == "unknown" else None

    def _inside(self, visit: Visit, now: float) -> Reply:
        refusal = self._credentials(visit) or self._pace(visit, now) or self._quota(visit)
        if refusal:
            return refusal
        if visit.method == "getinstances":
            return ok(instances(self._id_instance, self._token, self.beside))
        condition = self._condition(visit)
        refuses = condition.everywhere or visit.method not in ALWAYS_ANSWERED
        if condition.refusal and refuses:
            return problem(400, condition.refusal)(visit.request)
        return self._data(visit, condition)

    def _credentials(self, visit: Visit) -> Reply | None:
        partner = visit.method == "getinstances"
        good = self._partner_token if partner else self._token
        return None if visit.token == good else silent(401)(visit.request)

    def _pace(self, visit: Visit, now: float) -> Reply | None:
        if self._rate:
            limits = METHODS.get(visit.method)
            gap = EARLY / self._rate / (limits.per_second if limits else 1)
            if now - self._last.get(visit.method, -inf) < gap:
                return busy(visit.request)
            self._last[visit.method] = now
        return self._step(self._scenario.rate, f"rate of {visit.method}", visit)

    def _quota(self, visit: Visit) -> Reply | None:
        limits = METHODS.get(visit.method)
        if limits and limits.per_month is not None:
            if self._month[visit.method] >= limits.per_month:
                return spent(visit.method, limits.per_month)
            self._month[visit.method] += 1
        return self._step(self._scenario.quota, f"quota of {visit.method}", visit)

    def _condition(self, visit: Visit) -> Condition:
        """Return the state now; only calls of getContacts let time go by."""
        turn = self._turns["state"]
        self._turns["state"] += visit.method == "getcontacts"
        return _at(self._scenario.conditions, turn)

    def _data(self, visit: Visit, condition: Condition) -> Reply:
        step = _at(self._scenario.data, self._turn(f"data of {visit.method}"))
        world = World(self._scenario, self._served, condition, step)
        try:
            return METHODS[visit.method].answer(world, visit.request)
        except BadParameters as wrong:
            return problem(400, str(wrong))(visit.request)

    def _step(self, steps: Sequence[Step], key: str, visit: Visit) -> Reply | None:
        return _at(steps, self._turn(key))(visit.request) if steps else None

    def _turn(self, key: str) -> int:
        self._turns[key] += 1
        return self._turns[key] - 1


def _at(sequence: Sequence[_T], turn: int) -> _T:
    return sequence[min(turn, len(sequence) - 1)]


def _metered(reply: Reply, limits: Method | None) -> Reply:
    """Add the headers of the rate limit, as a gateway does to everything it let through."""
    rate = f"{limits.per_second:g}" if limits else "1"
    headers = {"X-RateLimit-Remaining": "0", "X-RateLimit-Replenish-Rate": rate}
    return replace(reply, headers={**headers, **reply.headers})
