"""The answers of the methods beside getContacts, bytes into the few facts we need; no I/O."""

from __future__ import annotations

from typing import TypeVar

import msgspec

from workbook.errors import SenselessAnswer

T = TypeVar("T")


class InstanceSettings(msgspec.Struct, frozen=True, rename="camel"):
    """Of getSettings: whether chats bear hidden ids."""

    enable_lid_mode: str = "no"

    @property
    def hides_numbers(self) -> bool:
        """Tell whether enableLidMode is on."""
        return self.enable_lid_mode == "yes"


class Member(msgspec.Struct, frozen=True):
    """One participant of a group; both ids where WhatsApp tells them."""

    id: str = ""
    lid: str | None = None


class GroupData(msgspec.Struct, frozen=True):
    """Of getGroupData: who is in the group."""

    participants: list[Member] = []


class Checked(msgspec.Struct, frozen=True, rename="camel"):
    """Of checkWhatsapp: both ids of a person, "" for what stays hidden (as of October 2026)."""

    chat_id: str | None = None
    phone_number: str | int | None = None

    @property
    def phone_id(self) -> str:
        """Return the phone's id, "" where it stays hidden."""
        number = str(self.phone_number or "")
        return number if not number or "@" in number else f"{number}@c.us"


def read(body: bytes, shape: type[T]) -> T:
    """Return what an answer says; raises SenselessAnswer for one that is something else.

    getGroupData answers 200 with a mere text, such as "Error: forbidden", where there is none.
    """
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        pass
    raise SenselessAnswer("it has not the fields of this method")
