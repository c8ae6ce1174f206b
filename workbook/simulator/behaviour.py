"""The fields of a scenario, and the steps that fill them; no I/O.

A field is a sequence of steps, one for each call. The last step serves all further calls.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import msgspec

from workbook.simulator import delivery
from workbook.simulator.delivery import Deliver
from workbook.simulator.people import account
from workbook.simulator.replies import HTML, Reply, Request, Step, encoded, silent

Served = Sequence[object] | bytes  # rows, or a body that is sent as it is
Data = Callable[[Served], Reply]


class Condition(msgspec.Struct, frozen=True):
    """The state an instance is in, and with which words it refuses to work, if it does."""

    state: str | None
    refusal: str = ""
    everywhere: bool = False  # getStateInstance refuses, too


AUTHORIZED = Condition("authorized")
STARTING = Condition("starting", "instance in starting process try later")
NOT_AUTHORIZED = Condition("notAuthorized", "instance is starting or not authorized")
EXPIRED = Condition(
    "authorized",
    "Instance account is expired. Renew your instance from personal area",
    everywhere=True,
)
DELETED = Condition("notAuthorized", "Instance is deleted", everywhere=True)


def whole(rows: Served) -> Reply:
    """Answer with the list."""
    return Reply(200, rows if isinstance(rows, bytes) else encoded(rows))


class Scenario(msgspec.Struct, frozen=True, kw_only=True):
    """One way for the service to behave; the fields in the order in which they are looked at.

    What is not named goes as on a good day. `conditions` go on with every call of getContacts.
    """

    description: str
    gateway: Sequence[Step] = ()
    rate: Sequence[Step] = ()
    quota: Sequence[Step] = ()
    conditions: Sequence[Condition] = (AUTHORIZED,)
    rows: Callable[[], Served] = account
    data: Sequence[Data] = (whole,)
    settings: Mapping[str, object] = {}


def fine(request: Request) -> None:
    """Let the call pass."""


def only(method: str, step: Step) -> Step:
    """Take a step for one method (lower-cased) and let all others pass."""
    return lambda request: step(request) if f"/{method}/" in request.path.lower() else None


def unanswered(how: Deliver) -> Step:
    """Say nothing and leave the connection in some way."""
    return lambda request: Reply(0, deliver=how)


busy = silent(429)
reset = unanswered(delivery.reset)


def portal(request: Request) -> Reply:
    """Answer like a hotel's network: 200 and a page to sign in."""
    return Reply(200, b"<!DOCTYPE html><title>Welcome</title><p>Please sign in.", HTML)


def nothing(rows: Served) -> Reply:
    """Answer with an empty list."""
    return whole(b"[]")


def shrunken(rows: Served) -> Reply:
    """Answer with two rows of every five."""
    if isinstance(rows, bytes):
        return whole(rows)
    return whole([row for number, row in enumerate(rows) if number % 5 < 2])


def sent(how: Deliver) -> Data:
    """Answer with the list, delivered in some way."""
    return lambda rows: replace(whole(rows), deliver=how)


def changed(change: Callable[[bytes], bytes]) -> Data:
    """Answer with the list, its bytes changed."""
    return lambda rows: Reply(200, change(whole(rows).body))
