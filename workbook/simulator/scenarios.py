"""The scenarios the simulator can play, by name: a table and nothing else."""

from __future__ import annotations

from workbook.simulator import delivery, quirks
from workbook.simulator.behaviour import (
    AUTHORIZED,
    DELETED,
    EXPIRED,
    NOT_AUTHORIZED,
    STARTING,
    Condition,
    Scenario,
    busy,
    changed,
    fine,
    nothing,
    only,
    portal,
    reset,
    sent,
    shrunken,
    unanswered,
    whole,
)
from workbook.simulator.people import crowd
from workbook.simulator.replies import page, problem, silent, spent, status_false

__all__ = ["SCENARIOS", "Scenario"]

SCENARIOS = {
    "normal": Scenario(description="Some 200 people and groups in many scripts."),
    "quirks": Scenario(
        description="Every oddity users have reported, and names that attack a sheet.",
        rows=lambda: quirks.QUIRKS,
    ),
    "large": Scenario(
        description="20,000 contacts, sent slowly.",
        rows=lambda: crowd(20_000),
        data=(sent(delivery.slow),),
    ),
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
    # states of the instance
    "starting": Scenario(
        description="400 starting twice, then the list.",
        conditions=(STARTING, STARTING, AUTHORIZED),
    ),
    "starting-forever": Scenario(description="400 starting.", conditions=(STARTING,)),
    "not-authorized": Scenario(
        description="400 starting or not authorized: one text for both.",
        conditions=(NOT_AUTHORIZED,),
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
    "sleepMode": Scenario(
        description="State sleepMode, the list is the last one known.",
        conditions=(Condition("sleepMode"),),
    ),
    "renewed-token": Scenario(
        description="401 for every call: the token was renewed.", gateway=(silent(401),)
    ),
    # limits
    "rate-limited": Scenario(description="429 twice, then the list.", rate=(busy, busy, fine)),
    "rate-limited-forever": Scenario(
        description="429 with a JSON body.", rate=(problem(429, "Too Many Requests"),)
    ),
    "quota": Scenario(
        description="466, the month's calls of getContacts are used up.",
        quota=(only("getcontacts", lambda request: spent("getcontacts", 1_000)),),
    ),
    # faults
    "500": Scenario(
        description="500 for every call.",
        gateway=(problem(500, "Cannot read properties of undefined (reading 'id')"),),
    ),
    "bad-gateway": Scenario(
        description="502 twice, then all is well.", gateway=(page(502), page(502), fine)
    ),
    "503": Scenario(description="503 for every call.", gateway=(page(503),)),
    "html-200": Scenario(
        description="200 and a page to sign in, as hotels send it.", gateway=(portal,)
    ),
    "status-false": Scenario(
        description="200 and status false.",
        data=(lambda rows: status_false("internal limits reached"),),
    ),
    "truncated": Scenario(
        description="A third of the list is missing, and the length agrees.",
        data=(changed(lambda body: body[: len(body) * 2 // 3]),),
    ),
    "reset": Scenario(description="Every connection breaks off.", gateway=(reset,)),
    "never-answers": Scenario(
        description="No answer ever comes.", gateway=(unanswered(delivery.hold),)
    ),
}
