"""Odd rows: what users have reported, and what GREEN-API may send one day.

Numbers in comments are threads of github.com/green-api/issues.
"""

from __future__ import annotations

from workbook.simulator.people import OWN_PHONE, Row, Rows, account, group, lid_of, person

_RLO, _LRM, _ZWJ = "\u202e", "\u200e", "\u200d"

QUIRKS: Rows = (
    person(f"{OWN_PHONE}@c.us", "", "4915100000001"),  # 692: the own number, wrongly named
    person("null@c.us", ""),  # 473
    person("102388094480549@c.us", "Jo"),  # 473: a lid dressed as a phone
    person("102388094480549@lid", "Jo"),
    person("4915100000010@c.us", "Twice", "Twin"),
    person("4915100000010@c.us", "Twice", "Twin"),
    person(lid_of("4915100000010"), "Twice"),  # one person under both ids
    {"id": "4915100000011@c.us", "contactName": "No profile name", "type": "user"},  # 296
    {"id": "4915100000012@c.us", "name": None, "contactName": None, "type": "user"},
    {"id": "4915100000013@c.us", "name": "Neither type nor contactName"},
    person("4915100000014:3@c.us", "Device suffix", "Device suffix"),  # green-api/docs 22
    person("4915100000015@s.whatsapp.net", "Other server"),
    person("4915100000016@c.us", "Saved as called", "Saved as called"),  # 713
    person("4915100000017@c.us", "", ""),  # 792
    person("4915100000018@c.us", "Saved on an iPhone", ""),  # 486
    person("", "No id"),
    person("0@c.us", ""),
    person("status@broadcast", ""),
    person("1479621234@broadcast", "List"),
    {**person("120363000000000001@newsletter", "Channel"), "type": "channel"},
    {**person("4915100000019@c.us", "Shop"), "phoneNumber": 4915100000019, "isBusiness": True},
    {**person("102388094480550@lid", "Moved"), "newChatId": "102388094480551@lid"},
    group("120363043968066561@g.us", ""),  # 427, 710
    group("4915100000001-1479621234@g.us", "Football"),
    {**group("120363043968066562@g.us", "With contactName"), "contactName": ""},
    group("120363043968066563@g.us", "One has left"),  # 709
    person("4915100000020@c.us", "=cmd|'/C calc'!A0", "=1+1"),
    person("4915100000021@c.us", "+49 151 00000021", "-1"),
    person("4915100000022@c.us", "@SUM(1)", "\t=1+1"),
    person("4915100000023@c.us", "\uff1d1+1", "#N/A"),
    person("4915100000024@c.us", "two\nlines\r\nor three", "a\ttab"),
    person("4915100000025@c.us", "bell\a null\0 escape\x1b[31m", "\ufffe"),
    person("4915100000026@c.us", "_x0041_ is not A", " edge blanks "),
    person("4915100000027@c.us", f"{_RLO}gpj.exe", f"{_LRM}שלום{_LRM}"),
    person("4915100000028@c.us", "👩🏽‍🚀🇺🇳", f"zero{_ZWJ}width"),
    person("4915100000029@c.us", "e\u0301" * 20, "Zalgo" + "\u0301" * 60),
    person("4915100000030@c.us", "x" * 300, "😀" * 300),
    person("4915100000031@c.us", "0012345", "1E5"),
    person("4915100000032@c.us", "https://example.com/", "mailto:a@example.com"),
    person("4915100000033@c.us", "},{", '"quoted", and, commas'),
    person("4915100000034@c.us", "<b>&amp;</b>", "]]>"),
)

MAX: Rows = tuple(
    {
        "chatId": chat_id,
        "name": name,
        "contactName": saved,
        "type": "user",
        "phoneNumber": phone,
    }
    for chat_id, name, saved, phone in (
        ("10000001", "Анна", "Анна Волкова", 79000000001),
        ("10000002", "", "Ольга (работа)", 79000000002),
        ("10000003", "Тимур", "", 0),  # 0: hidden
        ("-70000000000001", "Дом 12", "", 0),
        ("10000004", "=1+1", "", 4915100000050),
    )
)

TELEGRAM: Rows = tuple(
    {
        "chatId": chat_id,
        "name": name,
        "contactName": saved,
        "type": "user",
        "phoneNumber": phone,
        "username": username,
    }
    for chat_id, name, saved, phone, username in (
        ("500000001", "Anna", "Anna Berg", 4915100000051, "@anna_berg"),
        ("500000002", "Jo", "", 0, "@jo"),
        ("500000003", "", "Plumber", 447700900051, ""),
        ("-1001000000000001", "Channel", "", 0, "@a_channel"),
    )
)


def lid_mode() -> list[Row]:
    """Return the account after `enableLidMode: yes`: hidden ids, few phone-book names (1125)."""
    return [_hidden(row, number) for number, row in enumerate(account())]


def _hidden(row: Row, number: int) -> Row:
    phone, _, kind = str(row["id"]).partition("@")
    if kind != "c.us":
        return row
    return person(lid_of(phone), str(row["name"]), str(row["contactName"]) * (number % 10 == 0))


def lid_phones() -> list[Row]:
    """Return the account in lid mode, the phone beside the hidden id (1080): a number or a text.

    Of every seventh person it is hidden: 0 or "".
    """
    return [_with_phone(row, number) for number, row in enumerate(account())]


def _with_phone(row: Row, number: int) -> Row:
    phone, _, kind = str(row["id"]).partition("@")
    if kind != "c.us":
        return row
    hidden, sent = (0, int(phone)) if number % 2 else ("", phone)
    return {**row, "id": lid_of(phone), "phoneNumber": sent if number % 7 else hidden}


def lid_twins() -> list[Row]:
    """Return the account with every fourth person listed a second time, under the hidden id.

    Some phones name their new chat; some hidden ids have been replaced by another one.
    """
    rows: list[Row] = []
    for number, row in enumerate(account()):
        phone, _, kind = str(row["id"]).partition("@")
        if kind != "c.us" or number % 4:
            rows.append(row)
        elif number % 8:
            rows += (row, person(lid_of(phone), str(row["name"])))
        else:
            rows += ({**row, "newChatId": lid_of(phone)}, person(lid_of(phone), str(row["name"])))
    old = person("288888888888888@lid", "Changed its lid")
    return [*rows, {**old, "newChatId": "299999999999999@lid"}]
