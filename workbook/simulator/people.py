"""Made-up people and groups for the simulator: one believable account, and crowds of any size.

Always the same ones, and no number of a real person.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count, takewhile
from random import Random

from workbook.simulator.names import EMOJI, GROUPS, HOSTILE, NOTES, REGIONS, Region

Row = Mapping[str, object]
Rows = Sequence[Row]

OWN_PHONE = "4915100000001"
LEFT_GROUP = "120363000000000403@g.us"  # the account is no longer in it
PEOPLE, HIDDEN, NAMELESS_GROUPS = 160, 8, 3
HIDDEN_FOR_GOOD = ("Jo", "M.", "", "🦊", "Саша", "דנה")

_LIDS = 10**14  # a lid here is 1 and 14 digits; a phone has at most 14
_STIR = 73_939_133  # coprime to 10, so that every lid leads back to one phone


def seeded(seed: str) -> Random:
    """Return a generator that throws the same dice every time for the same seed."""
    return Random(seed)  # noqa: S311 - nothing secret, and it has to be repeatable


def person(contact_id: str, name: str, contact_name: str = "") -> dict[str, object]:
    """Return the row of a person, keys in the service's order."""
    return {"id": contact_id, "name": name, "contactName": contact_name, "type": "user"}


def group(contact_id: str, name: str) -> dict[str, object]:
    """Return the row of a group; the service leaves contactName out there."""
    return {"id": contact_id, "name": name, "type": "group"}


def lid_of(phone: str) -> str:
    """Return the hidden id of a phone."""
    return f"{_LIDS + int(phone) * _STIR % _LIDS}@lid"


def twin(contact_id: str) -> str:
    """Return the other id of the same person, lid or phone; "" where nobody can tell.

    Only numbers that nobody has come out of a lid.
    """
    digits, _, kind = contact_id.partition("@")
    if not (digits.isascii() and digits.isdigit()):
        return ""
    if kind == "c.us":
        return lid_of(digits)
    phone = str((int(digits) - _LIDS) * pow(_STIR, -1, _LIDS) % _LIDS)
    made_here = lid_of(phone) == contact_id and phone.startswith(_PREFIXES)
    return f"{phone}@c.us" if made_here else ""


_PREFIXES = tuple(region.prefix for region in REGIONS)


NEW_A_DAY = 3


def on_day(day: int) -> list[dict[str, object]]:
    """Return the account as it is on a day, 1 for the first.

    Each day after it three people are new, one is renamed and one is not there any more.
    """
    rows, later = account(), day - 1
    known = [row for row in rows if row["name"] and row.get("contactName")]
    gone = {row["id"] for row in known[:later]}
    for row in known[-later:] if later else []:
        row["contactName"] = f"{row['contactName']} (work)"
    return [row for row in rows if row["id"] not in gone] + newcomers(day)


def newcomers(day: int) -> list[dict[str, object]]:
    """Return who came until a day."""
    dice, here = seeded("those who come later"), {row["id"] for row in account()}
    came: dict[object, dict[str, object]] = {}
    while len(came) < NEW_A_DAY * (day - 1):
        row = _newcomer(dice)
        if row["id"] not in here:
            came.setdefault(row["id"], row)
    return [*came.values()]


def _newcomer(dice: Random) -> dict[str, object]:
    region = _region(dice)
    return person(f"{_phone(dice, region)}@c.us", _full_name(dice, region))


def day_of(ids: Collection[str]) -> int:
    """Return the day of which a list with these ids is, 0 of an empty one."""
    days = takewhile(lambda day: all(row["id"] in ids for row in newcomers(day)), count(1))
    return max(days, default=0) if ids else 0


def branch(name: str) -> list[dict[str, object]]:
    """Return another number of the same shop: half of its people are those of `account()`."""
    rows = [*account()[::2], *account(name)[1::2]]
    return list({row["id"]: row for row in rows}.values())


def account(seed: str = "a believable account") -> list[dict[str, object]]:
    """Return some 200 people and groups as a real account might hold them, in no order."""
    dice = seeded(seed)
    rows = [
        *(_anybody(dice) for _ in range(PEOPLE)),
        *(_saved_as(dice, region, name) for region in REGIONS for name in region.saved_as),
        *(person(f"{_phone(dice, _region(dice))}@c.us", name) for name in HOSTILE),
        *(_hidden(dice, _region(dice)) for _ in range(HIDDEN)),
        *(person(f"{2 * _LIDS + dice.randrange(_LIDS)}@lid", name) for name in HIDDEN_FOR_GOOD),
        *_groups(dice),
        group(LEFT_GROUP, "Old flat"),
        person(f"{OWN_PHONE}@c.us", "Anna 🌻", "Anna Berg"),
    ]
    dice.shuffle(rows)
    return list({row["id"]: row for row in rows}.values())


def _region(dice: Random) -> Region:
    return dice.choices(REGIONS, [region.share for region in REGIONS])[0]


def _phone(dice: Random, region: Region) -> str:
    return f"{region.prefix}{dice.randrange(10**region.digits):0{region.digits}}"


def _anybody(dice: Random) -> dict[str, object]:
    region = _region(dice)
    return person(f"{_phone(dice, region)}@c.us", *_names(dice, region))


def _saved_as(dice: Random, region: Region, name: str) -> dict[str, object]:
    return person(f"{_phone(dice, region)}@c.us", "", name)


def _hidden(dice: Random, region: Region) -> dict[str, object]:
    return person(lid_of(_phone(dice, region)), _full_name(dice, region))


def _full_name(dice: Random, region: Region) -> str:
    first, last = dice.choice(region.first), dice.choice(region.last)
    return last + first if region.code in ("81", "86") else f"{first} {last}"


def _names(dice: Random, region: Region) -> tuple[str, str]:
    """Return what somebody calls himself and what the phone book calls him."""
    full = _full_name(dice, region)
    first = full.partition(" ")[0]
    profile = dice.choice((full, first, f"{first} {dice.choice(EMOJI)}", f"{first[0]}."))
    saved = dice.choice((full, full, full, first, f"{full} {dice.choice(NOTES)}"))
    kinds = {
        (profile, saved): 58,
        ("", saved): 12,
        (profile, ""): 20,
        ("", ""): 5,
        (saved, saved): 5,  # as the service did for a year (green-api/issues 713)
    }
    return dice.choices(list(kinds), list(kinds.values()))[0]


def _groups(dice: Random) -> Iterator[dict[str, object]]:
    """Yield groups with ids of both kinds: 18 digits, and older ones made of a phone and a time."""
    for number, name in enumerate((*GROUPS, *[""] * NAMELESS_GROUPS)):
        old = f"{OWN_PHONE}-{dice.randrange(1_400_000_000, 1_700_000_000)}"
        new = f"120363{dice.randrange(10**12):012}"
        yield group(f"{new if number % 4 else old}@g.us", name)


_TEMPLATES = 8_000
_GAP = "########"


def crowd(n: int, first: int = 0) -> bytes:
    """Return the JSON of n contacts, every id once, about 106 bytes each; made for speed.

    Their ids are numbered from `first`: crowds of other numbers have nobody in common.
    Scripts are mixed; one contact in a thousand has a hostile name, one in 25 is a group.
    """
    heads, _, tails = zip(*_templates(), strict=True)
    batches = (
        ",".join(
            f"{head}{number:08}{tail}"
            for number, head, tail in zip(
                range(first + start, first + n), heads, tails, strict=False
            )
        )
        for start in range(0, n, _TEMPLATES)
    )
    return b"[" + b",".join(batch.encode() for batch in batches) + b"]"


def _templates() -> Iterator[tuple[str, str, str]]:
    """Yield rows as JSON, parted where eight digits of the id are missing."""
    dice = seeded("a crowd")
    for number in range(_TEMPLATES):
        row = _one_of_many(dice, number)
        yield json.dumps(row, ensure_ascii=False, separators=(",", ":")).partition(_GAP)


def _one_of_many(dice: Random, number: int) -> dict[str, object]:
    region = _region(dice)
    name = _full_name(dice, region)
    if number % 25 == 1:
        return group(f"1203630000{_GAP}@g.us", name)
    if number % 25 == 2:
        return person(f"1023880{_GAP}@lid", name)
    hostile = HOSTILE[number // 1_000 % len(HOSTILE)] if number % 1_000 == 0 else ""
    noted = f"{name} {dice.choice(NOTES)}"
    saved = dice.choice((name, noted, noted, noted, ""))
    return person(f"{region.code}00{_GAP}@c.us", hostile or name, saved)
