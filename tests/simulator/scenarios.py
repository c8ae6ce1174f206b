"""Scenarios for tests only: odd data, every refusal in every shape, and connections that misbehave.

Numbers in comments are threads of github.com/green-api/issues.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from workbook.simulator import delivery
from workbook.simulator.behaviour import (
    NOT_AUTHORIZED,
    STARTING,
    Condition,
    Data,
    Scenario,
    changed,
    fine,
    nothing,
    only,
    reset,
    sent,
    whole,
)
from workbook.simulator.delivery import Wire
from workbook.simulator.people import person
from workbook.simulator.replies import (
    Reply,
    Request,
    encoded,
    ok,
    page,
    problem,
    silent,
    status_false,
    unknown_route,
)
from workbook.simulator.scenarios import SCENARIOS

DRIP = 0.1  # seconds between two bytes
OLD_WORDS = "instance account not authorized"

_WEIRD: Sequence[object] = (
    person("4915100000040@c.us", "half an emoji \ud83d", "Lone surrogate"),
    {"id": 4915100000041, "name": 42, "contactName": 3.5, "type": "user"},
    {"id": "4915100000042@c.us", "name": True, "contactName": False, "type": None},
    {"id": "4915100000043@c.us", "name": 10**400, "contactName": -0.0, "type": 1},
    {"id": None, "name": "No id at all", "contactName": "", "type": "user"},
    {"name": "The id is missing", "type": "user"},
    {"id": "4915100000044@c.us", "name": {"first": "Anna"}, "contactName": ["Anna", "Berg"]},
    {"id": "4915100000045@c.us", "name": "Unknown keys", "avatar": None, "tags": [{"a": [1]}]},
    {"chatId": "4915100000046@c.us", "name": "chatId for id", "contactName": "", "type": "user"},
    {**person("4915100000047@c.us", "Unknown type"), "type": "bot"},
    {},
)

_NOT_OBJECTS: Sequence[object] = (person("4915100000048@c.us", "A row"), 42, "row", None, True, [])


def says(value: object) -> Data:
    """Answer 200 and this value, whatever the rows are."""
    return lambda rows: ok(value)


def drip(wire: Wire, head: bytes, body: bytes) -> None:
    """Send the body a byte at a time, until all is sent, the client leaves or LONGEST is over."""
    wire.send(head)
    wire.spent = True
    end = time.monotonic() + delivery.LONGEST
    for byte in body:
        wire.send(bytes((byte,)))
        if not wire.wait(DRIP) or time.monotonic() > end:
            break


def cut(wire: Wire, head: bytes, body: bytes) -> None:
    """Promise the whole body, send half of it and hang up."""
    wire.spent = True
    wire.send(head)
    wire.send(body[: len(body) // 2])


def moved(request: Request) -> Reply:
    """Redirect to another address, token and all."""
    return Reply(302, headers={"Location": f"http://localhost:9{request.target}"})


def validation_failed(rows: object) -> Reply:
    """Refuse with shape D."""
    said = {"code": "VALIDATION_FAILED", "message": "bad request data", "status": "error"}
    return Reply(400, encoded(said))


def too_many_chats(request: Request) -> Reply:
    """Refuse with 466 because of too many chats; the text names other people (shape C)."""
    others = ", ".join(f"491510000009{n}@c.us" for n in (1, 2, 3))
    words = "Please go to your personal account and change the tariff"
    allowed = {"method": "getContacts", "used": 0, "total": 0, "status": "QUOTE_ALLOWED"}
    told = f"You can work only with these numbers: {others}. {words}"
    spent = {
        **{"method": "correspondents", "used": 3, "total": 3},
        **{"status": "CORRESPONDENTS_QUOTE_EXCEEDED", "description": told},
    }
    body = {"invokeStatus": {**allowed, "description": words}, "correspondentsStatus": spent}
    return Reply(466, encoded(body))


ODD = {
    "weird": Scenario(
        description="Numbers for texts, nulls, missing and unknown keys, half an emoji.",
        rows=lambda: _WEIRD,
    ),
    "not-objects": Scenario(
        description="Rows that are numbers, texts and lists.", rows=lambda: _NOT_OBJECTS
    ),
    "not-authorized-old": Scenario(
        description="400 not authorized, in the old words.",
        conditions=(Condition("notAuthorized", OLD_WORDS),),
    ),
    "not-authorized-200": Scenario(
        description="Not authorized, told with 200 and status false.",
        conditions=(Condition("notAuthorized"),),
        data=(lambda rows: status_false(NOT_AUTHORIZED.refusal),),
    ),
    "not-authorized-empty": Scenario(
        description="Not authorized, seen from an empty list only.",
        conditions=(Condition("notAuthorized"),),
        data=(nothing,),
    ),
    "yellowCard": Scenario(
        description="State yellowCard (suspended until July 2026), the list is still there.",
        conditions=(Condition("yellowCard"),),
    ),
    "pendingCode": Scenario(
        description="400, and the state says that a code is waited for.",
        conditions=(Condition("pendingCode", OLD_WORDS),),
    ),
    "state-unknown": Scenario(
        description="A state nobody has heard of, and the list.",
        conditions=(Condition("hibernating"),),
    ),
    "state-null": Scenario(
        description="400 starting, and null for a state: still being created.",
        conditions=(Condition(None, STARTING.refusal),),
    ),
    "forbidden-empty": Scenario(
        description="403 without a body, for every id.", gateway=(silent(403),)
    ),
    "forbidden-json": Scenario(
        description="403 with a JSON body, for every id.", gateway=(problem(403, "Forbidden"),)
    ),
    "forbidden-html": Scenario(
        description="403 with an HTML body, for every id.", gateway=(page(403),)
    ),
    "not-found": Scenario(
        description="404 for every method, the token twice in it.", gateway=(unknown_route,)
    ),
    "bad-request": Scenario(
        description="400 with a code, for getContacts.",
        data=(validation_failed,),
    ),
    "rate-limited-retry-after": Scenario(
        description="429 once with Retry-After: 2, then the list.",
        rate=(silent(429, Retry_After="2"), fine),
    ),
    "quota-chats": Scenario(
        description="466, too many chats; the body names other people.",
        quota=(only("getcontacts", too_many_chats),),
    ),
    "checks-paused": Scenario(
        description="469 for checkWhatsapp.",
        quota=(only("checkwhatsapp", problem(469, "User get contact info limit reached")),),
    ),
    "timeout-499": Scenario(
        description="499 for every call.", gateway=(problem(499, "Client closed request"),)
    ),
    "bad-gateway-forever": Scenario(description="502 for every call.", gateway=(page(502),)),
    "504": Scenario(description="504 for every call.", gateway=(page(504),)),
    "null-body": Scenario(description="200 and null.", data=(says(None),)),
    "json-string": Scenario(
        description="200 and a text instead of a list.", data=(says("Error: forbidden"),)
    ),
    "nested": Scenario(
        description="200,000 brackets in brackets.",
        data=(changed(lambda body: b"[" * 200_000 + b"]" * 200_000),),
    ),
    "cut-off": Scenario(
        description="The connection ends in the middle of the list.", data=(sent(cut),)
    ),
    "wrong-charset": Scenario(
        description="UTF-8 that claims to be Latin-1.",
        data=(
            lambda rows: replace(whole(rows), content_type="application/json; charset=iso-8859-1"),
        ),
    ),
    "not-utf8": Scenario(
        description="Windows-1251 that claims to be UTF-8.",
        data=(changed(lambda body: body.decode(errors="replace").encode("cp1251", "replace")),),
    ),
    "bom": Scenario(
        description="A byte order mark before the list.",
        data=(changed(lambda body: b"\xef\xbb\xbf" + body),),
    ),
    "reset-then-list": Scenario(
        description="The first connection breaks off, then all is well.", gateway=(reset, fine)
    ),
    "drips": Scenario(description="The list, a byte at a time.", data=(sent(drip),)),
    "redirect": Scenario(description="302 to another host, for every call.", gateway=(moved,)),
}

EVERY: dict[str, Scenario] = {**SCENARIOS, **ODD}
