"""What each method answers once a call has passed all checks; pure, from the rows served."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

import msgspec

from workbook.simulator.behaviour import Condition, Data, Scenario, Served
from workbook.simulator.people import LEFT_GROUP, OWN_PHONE, Row, seeded, twin
from workbook.simulator.replies import Reply, Request, ok

OWN_ID = f"{OWN_PHONE}@c.us"


class BadParameters(Exception):
    """Parameters the service refuses with 400 and these words."""


class World(msgspec.Struct, frozen=True):
    """What an instance knows at the moment of a call; `data` is this call's step."""

    scenario: Scenario
    served: Served
    condition: Condition
    data: Data

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are objects; a body given as bytes has none."""
        if not isinstance(self.served, bytes):
            yield from (row for row in self.served if isinstance(row, Mapping))

    def row(self, contact_id: str) -> Row | None:
        """Return the first row of an id."""
        return next((row for row in self.rows() if _id_of(row) == contact_id), None)


def _id_of(row: Row) -> str:
    """Return the id of a row of any messenger."""
    return str(row.get("id") or row.get("chatId") or "")


Answer = Callable[[World, Request], Reply]


class Method(msgspec.Struct, frozen=True):
    """How a method is called, its answer, and its limits (tariff Developer)."""

    verb: str
    answer: Answer
    per_second: float = 1
    per_month: int | None = None


def _fields(request: Request) -> Mapping[str, object]:
    """Return the fields of a body, which has to be a JSON object."""
    try:
        sent = json.loads(request.body)
    except ValueError:
        sent = None
    if not isinstance(sent, dict):
        raise BadParameters("Unexpected token _ in JSON at position 0")
    return sent


def _text_of(request: Request, name: str) -> str:
    """Return one field of a body, which has to be there and a text."""
    value = _fields(request).get(name)
    if not isinstance(value, str) or not value:
        raise BadParameters(f"Validation failed. Details: '{name}' is required")
    return value


def _count_of(request: Request) -> int | None:
    """Return the parameter `count`, None where it is not given."""
    count = request.query.get("count")
    if count is None:
        return None
    if not count.isdecimal() or int(count) < 1:
        raise BadParameters("Validation failed. Details: 'count' must be a positive number")
    return int(count)


def _state(world: World, request: Request) -> Reply:
    state = world.condition.state
    return ok(None if state is None else {"stateInstance": state})


def _settings(world: World, request: Request) -> Reply:
    flags = ("incomingWebhook", "outgoingWebhook", "stateWebhook", "markIncomingMessagesReaded")
    settings = {
        "wid": OWN_ID,
        "countryInstance": "",
        "typeAccount": "",
        "typeInstance": "whatsapp",
        "webhookUrl": "",
        "delaySendMessagesMilliseconds": 1_000,
        "enableLidMode": "no",
    }
    return ok({**settings, **dict.fromkeys(flags, "no"), **world.scenario.settings})


def _wa_settings(world: World, request: Request) -> Reply:
    settings = {
        "avatar": "",
        "phone": OWN_PHONE,
        "stateInstance": world.condition.state,
        "deviceId": f"{OWN_PHONE}:7@s.whatsapp.net",
        "chatId": OWN_ID,
    }
    until = {"suspendedUntil": 1_800_000_000} if world.condition.state == "suspended" else {}
    return ok({**settings, **until})


def _contacts(world: World, request: Request) -> Reply:
    """Answer with the list; `count` takes the last ones (green-api/issues 298)."""
    if isinstance(world.served, bytes):
        return world.data(world.served)
    wanted = request.query.get("group")
    if wanted not in (None, "true", "false"):
        raise BadParameters("Validation failed. Details: 'group' must be a boolean")
    count = _count_of(request)
    rows = [row for row in world.served if wanted is None or _is_group(row) == (wanted == "true")]
    return world.data(rows if count is None else rows[-count:])


def _is_group(row: object) -> bool:
    return isinstance(row, Mapping) and row.get("type") == "group"


def _chats(world: World, request: Request) -> Reply:
    extra = {"archive": False, "ephemeralExpiration": 0, "ephemeralSettingTimestamp": 0}
    kept = ("name", "type", "newChatId")
    chats = [
        {"id": _id_of(row), **{key: row[key] for key in kept if key in row}, **extra}
        for row in world.rows()
    ]
    return ok(chats[: _count_of(request)])


def _contact_info(world: World, request: Request) -> Reply:
    chat_id = _text_of(request, "chatId")
    if chat_id.endswith("@g.us"):
        raise BadParameters(
            "Validation failed. Details: The method GetContactInfo does not support group chats, "
            "to work with groups, use the GetGroupData method"
        )
    row = world.row(chat_id) or {}
    info = {
        **{"avatar": _avatar_url(chat_id), "email": "", "category": "", "description": ""},
        **{"name": row.get("name", ""), "contactName": row.get("contactName", "")},
        **{"products": [], "chatId": chat_id, "lastSeen": None, "isBusiness": False},
        **{"isArchive": False, "isDisappearing": False, "isMute": False},
        **{"messageExpiration": 0, "muteExpiration": None},
    }
    return ok(info)


def _group_data(world: World, request: Request) -> Reply:
    is_max = world.scenario.settings.get("typeInstance") == "v3"
    group_id = _text_of(request, "chatId" if is_max else "groupId")
    row = world.row(group_id)
    if group_id == LEFT_GROUP:
        return ok("Error: forbidden")
    if row is None or not (_is_group(row) or (is_max and group_id.startswith("-"))):
        return ok("Error: item-not-found")
    participants = _participants(world, group_id)
    data = {
        **{"groupId": group_id, "owner": OWN_ID, "subject": row.get("name", "")},
        **{"creation": 1_479_621_234, "participants": participants, "size": len(participants)},
        **{"subjectTime": 1_479_621_234, "subjectOwner": OWN_ID, "groupInviteLink": ""},
        **{"ephemeralExpiration": 0, "isCommunity": False, "isCommunityAnnounce": False},
        **{"allowParticipantsEditGroupSettings": True, "allowParticipantsSendMessages": True},
    }
    return ok(data)


def _participants(world: World, group_id: str) -> list[dict[str, object]]:
    """Return the same members every time; those of one group at least bear both ids."""
    pairs = {pair["lid"]: pair for pair in map(_pair, world.rows()) if pair}
    dice = seeded(group_id)
    chosen = dice.sample(sorted(pairs), min(len(pairs), dice.randint(3, 30)))
    return [
        {**pairs[lid], "isAdmin": place < 2, "isSuperAdmin": place == 0}
        for place, lid in enumerate(chosen)
    ]


def _pair(row: Row) -> dict[str, str]:
    """Return both ids of a person; where the number stays hidden, the lid stands in both."""
    contact_id = _id_of(row)
    if contact_id.endswith("@lid"):
        return {"id": twin(contact_id) or contact_id, "lid": contact_id}
    return {"id": contact_id, "lid": twin(contact_id)} if twin(contact_id) else {}


def _avatar_url(chat_id: str) -> str:
    number = seeded(chat_id).randrange(10**9)
    return f"https://pps.example/v/t61/{number}_n.jpg?oe=69000000" if number % 2 else ""


def _avatar(world: World, request: Request) -> Reply:
    url = _avatar_url(_text_of(request, "chatId"))
    return ok({"urlAvatar": url, "available": bool(url), "existsWhatsapp": True})


def _check(world: World, request: Request) -> Reply:
    """Tell both ids of a person by either one; `phoneNumber` is empty where it stays hidden."""
    asked = _fields(request)
    number, chat_id = asked.get("phoneNumber"), asked.get("chatId")
    if isinstance(number, int) and number > 0:
        chat_id = f"{number}@c.us"
    if not isinstance(chat_id, str) or not chat_id.endswith(("@c.us", "@lid")):
        raise BadParameters("Validation failed. Details: 'phoneNumber' or 'chatId' is required")
    pair = _pair({"id": chat_id})
    known = any(_id_of(row) in pair.values() for row in world.rows())
    told = {
        "existsWhatsapp": known,
        "chatId": pair["lid"] if known else "",
        "phoneNumber": pair["id"] if known and pair["id"].endswith("@c.us") else "",
    }
    return ok({**told, "username": "", "fromCache": False})


METHODS = {
    "getstateinstance": Method("GET", _state),
    "getsettings": Method("GET", _settings),
    "getwasettings": Method("GET", _wa_settings),
    "getcontacts": Method("GET", _contacts),
    "getchats": Method("GET", _chats),
    "getcontactinfo": Method("POST", _contact_info),
    "getgroupdata": Method("POST", _group_data),
    "getavatar": Method("POST", _avatar, per_second=10),
    "checkwhatsapp": Method("POST", _check, per_second=10, per_month=100),
}
