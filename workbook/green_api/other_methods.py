"""Decode the answers of the methods other than getContacts into the facts we need; no I/O."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TypeVar

import msgspec

from workbook.errors import MethodRefused, SenselessAnswer

T = TypeVar("T")
_REFUSAL = re.compile(r"Error: ([a-z-]{1,40})")  # green-api.md, 2.1


class InstanceSettings(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of getSettings: whether ids of chats hide the phone number."""

    enable_lid_mode: str = "no"

    @property
    def hides_numbers(self) -> bool:
        """Tell whether enableLidMode is on."""
        return self.enable_lid_mode == "yes"


class Member(msgspec.Struct, frozen=True, rename="camel"):
    """A participant of a group, with both ids where WhatsApp tells them."""

    id: str = ""
    lid: str | None = None
    is_admin: bool | None = False
    is_super_admin: bool | None = False


class GroupData(msgspec.Struct, frozen=True):
    """The answer of getGroupData: what the group is called, whose it is, and who is in it."""

    participants: list[Member] = []
    subject: str | None = ""
    owner: str | None = ""


class Checked(msgspec.Struct, frozen=True, rename="camel"):
    """The answer of checkWhatsapp: both ids of a person, "" if hidden (as of October 2026)."""

    chat_id: str | None = None
    phone_number: str | int | None = None

    @property
    def phone_id(self) -> str:
        """Return the id with the phone number, "" if it is hidden."""
        number = str(self.phone_number or "")
        return number if not number or "@" in number else f"{number}@c.us"


def decode(body: bytes, shape: type[T]) -> T:
    """Decode an answer; raises SenselessAnswer if it has another shape.

    getGroupData answers 200 with a text such as "Error: forbidden" for a group it cannot see:
    MethodRefused.
    """
    with suppress(msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return msgspec.json.decode(body, type=shape)
    said = ""
    with suppress(msgspec.DecodeError, UnicodeDecodeError):
        said = msgspec.json.decode(body, type=str)
    if found := _REFUSAL.fullmatch(said):
        raise MethodRefused(found[1])
    raise SenselessAnswer("it does not have the fields of this method")
