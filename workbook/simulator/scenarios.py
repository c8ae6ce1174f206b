"""The scenarios the simulator can play, by name: a table and nothing else."""

from __future__ import annotations

from workbook.simulator import delivery, quirks
from workbook.simulator.behaviour import (
    AUTHORIZED,
    CREATED,
    DELETED,
    EXPIRED,
    NOT_AUTHORIZED_NEW,
    NOT_AUTHORIZED_OLD,
    STARTING,
    Condition,
    Scenario,
    busy,
    changed,
    fine,
    labelled,
    nothing,
    only,
    portal,
    reset,
    says,
    sent,
    shrunken,
    unanswered,
    whole,
)
from workbook.simulator.people import crowd
from workbook.simulator.replies import (
    coded,
    correspondents,
    page,
    problem,
    silent,
    spent,
    status_false,
    unknown_route,
)

__all__ = ["SCENARIOS", "Scenario"]

_LISTS = {
    "normal": Scenario(description="Some 200 people and groups in many scripts."),
    "quirks": Scenario(
        description="Every oddity users have reported, and names that attack a sheet.",
        rows=lambda: quirks.QUIRKS,
    ),
    "weird": Scenario(
        description="Numbers for texts, nulls, missing and unknown keys, half an emoji.",
        rows=lambda: quirks.WEIRD,
    ),
    "not-objects": Scenario(
        description="Rows that are numbers, texts and lists.", rows=lambda: quirks.NOT_OBJECTS
    ),
    "large": Scenario(
        description="20,000 contacts, sent slowly.",
        rows=lambda: crowd(20_000),
        data=(sent(delivery.slow),),
    ),
    "filters-ignored": Scenario(description="Group and count change nothing.", filters=False),
    "empty": Scenario(description="An empty list, for ever.", data=(nothing,)),
    "empty-then-list": Scenario(
        description="An empty list twice, then the list.", data=(nothing, nothing, whole)
    ),
    "shrunken": Scenario(
        description="The list once, then 60 % of it is missing.", data=(whole, shrunken)
    ),
    "max": Scenario(
        description="MAX: chatId instead of id, phoneNumber 0 where hidden.",
        rows=lambda: quirks.MAX,
        settings={"typeInstance": "v3"},
    ),
    "telegram": Scenario(
        description="Telegram: chatId, phoneNumber and username.",
        rows=lambda: quirks.TELEGRAM,
        settings={"typeInstance": "telegram"},
    ),
    "lid-mode": Scenario(
        description="Hidden numbers and few phone-book names: enableLidMode is on.",
        rows=quirks.lid_mode,
        settings={"enableLidMode": "yes"},
    ),
    "lid-phones": Scenario(
        description="Hidden ids, and beside most of them the phone.",
        rows=quirks.lid_phones,
        settings={"enableLidMode": "yes"},
    ),
    "lid-twins": Scenario(
        description="Some people are listed twice, by phone and by hidden id.",
        rows=quirks.lid_twins,
    ),
}

_STATES = {
    "starting": Scenario(
        description="400 starting twice, then the list.",
        conditions=(STARTING, STARTING, AUTHORIZED),
    ),
    "starting-forever": Scenario(description="400 starting.", conditions=(STARTING,)),
    "not-authorized-old": Scenario(
        description="400 not authorized, in the old words.", conditions=(NOT_AUTHORIZED_OLD,)
    ),
    "not-authorized-new": Scenario(
        description="400 starting or not authorized, in the new words.",
        conditions=(NOT_AUTHORIZED_NEW,),
    ),
    "not-authorized-200": Scenario(
        description="Not authorized, told with 200 and status false.",
        conditions=(Condition("notAuthorized"),),
        data=(lambda rows: status_false(NOT_AUTHORIZED_NEW.refusal),),
    ),
    "not-authorized-empty": Scenario(
        description="Not authorized, seen from an empty list only.",
        conditions=(Condition("notAuthorized"),),
        data=(nothing,),
    ),
    "expired": Scenario(description="400 not paid for.", conditions=(EXPIRED,)),
    "deleted": Scenario(description="400 deleted in the console.", conditions=(DELETED,)),
    "blocked": Scenario(
        description="State blocked, the list is empty.",
        conditions=(Condition("blocked"),),
        data=(nothing,),
    ),
    "suspended": Scenario(
        description="State suspended, the list is still there.",
        conditions=(Condition("suspended"),),
    ),
    "yellowCard": Scenario(
        description="State yellowCard (suspended until July 2026), the list is still there.",
        conditions=(Condition("yellowCard"),),
    ),
    "sleepMode": Scenario(
        description="State sleepMode, the list is the last one known.",
        conditions=(Condition("sleepMode"),),
    ),
    "pendingCode": Scenario(
        description="400, and the state says that a code is waited for.",
        conditions=(Condition("pendingCode", NOT_AUTHORIZED_OLD.refusal),),
    ),
    "state-unknown": Scenario(
        description="A state nobody has heard of, and the list.",
        conditions=(Condition("hibernating"),),
    ),
    "state-null": Scenario(
        description="400 starting, and null for a state: still being created.",
        conditions=(CREATED,),
    ),
}

_REFUSALS = {
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
        data=(lambda rows: coded(400, "VALIDATION_FAILED", "bad request data"),),
    ),
    "rate-limited": Scenario(description="429 twice, then the list.", rate=(busy, busy, fine)),
    "rate-limited-forever": Scenario(
        description="429 with a JSON body.", rate=(problem(429, "Too Many Requests"),)
    ),
    "rate-limited-retry-after": Scenario(
        description="429 once with Retry-After: 2, then the list.",
        rate=(silent(429, Retry_After="2"), fine),
    ),
    "quota": Scenario(
        description="466, the month's calls of getContacts are used up.",
        quota=(only("getcontacts", lambda request: spent("getcontacts", 1_000)),),
    ),
    "quota-chats": Scenario(
        description="466, too many chats; the body names other people.",
        quota=(
            only(
                "getcontacts",
                lambda request: correspondents(
                    "getcontacts", tuple(f"491510000009{n}@c.us" for n in (1, 2, 3))
                ),
            ),
        ),
    ),
    "checks-paused": Scenario(
        description="469 for checkWhatsapp.",
        quota=(only("checkwhatsapp", problem(469, "User get contact info limit reached")),),
    ),
}

_FAULTS = {
    "timeout-499": Scenario(
        description="499 for every call.", gateway=(problem(499, "Client closed request"),)
    ),
    "500": Scenario(
        description="500 for every call.",
        gateway=(problem(500, "Cannot read properties of undefined (reading 'id')"),),
    ),
    "bad-gateway": Scenario(
        description="502 twice, then all is well.", gateway=(page(502), page(502), fine)
    ),
    "bad-gateway-forever": Scenario(description="502 for every call.", gateway=(page(502),)),
    "503": Scenario(description="503 for every call.", gateway=(page(503),)),
    "504": Scenario(description="504 for every call.", gateway=(page(504),)),
    "html-200": Scenario(
        description="200 and a page to sign in, as hotels send it.", gateway=(portal,)
    ),
    "null-body": Scenario(description="200 and null.", data=(says(None),)),
    "status-false": Scenario(
        description="200 and status false.",
        data=(lambda rows: status_false("internal limits reached"),),
    ),
    "json-string": Scenario(
        description="200 and a text instead of a list.", data=(says("Error: forbidden"),)
    ),
    "nested": Scenario(
        description="200,000 brackets in brackets.",
        data=(changed(lambda body: b"[" * 200_000 + b"]" * 200_000),),
    ),
    "truncated": Scenario(
        description="A third of the list is missing, and the length agrees.",
        data=(changed(lambda body: body[: len(body) * 2 // 3]),),
    ),
    "cut-off": Scenario(
        description="The connection ends in the middle of the list.", data=(sent(delivery.cut),)
    ),
    "wrong-charset": Scenario(
        description="UTF-8 that claims to be Latin-1.",
        data=(labelled("application/json; charset=iso-8859-1"),),
    ),
    "not-utf8": Scenario(
        description="Windows-1251 that claims to be UTF-8.",
        data=(changed(lambda body: body.decode(errors="replace").encode("cp1251", "replace")),),
    ),
    "bom": Scenario(
        description="A byte order mark before the list.",
        data=(changed(lambda body: b"\xef\xbb\xbf" + body),),
    ),
    "reset": Scenario(description="Every connection breaks off.", gateway=(reset,)),
    "reset-then-list": Scenario(
        description="The first connection breaks off, then all is well.", gateway=(reset, fine)
    ),
    "never-answers": Scenario(
        description="No answer ever comes.", gateway=(unanswered(delivery.hold),)
    ),
    "drips": Scenario(description="The list, a byte at a time.", data=(sent(delivery.drip),)),
    "redirect": Scenario(description="302 to another host, for every call.", elsewhere=True),
}

SCENARIOS: dict[str, Scenario] = {**_LISTS, **_STATES, **_REFUSALS, **_FAULTS}
