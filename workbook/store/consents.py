"""Which workbook may see the contacts of which account, and on which of its hidden sheets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

import msgspec

from workbook.store import database


class Consent(msgspec.Struct, frozen=True):
    """That the workbook at a place may see an account's contacts.

    `sheets`: hidden ones that were named when it was given. `given`: when, with a time zone.
    """

    place: str
    instance: str
    given: datetime
    sheets: tuple[str, ...] = ()


def give(place: str, instance: str, sheets: Iterable[str] = ()) -> None:
    """Let a workbook see an account's contacts from now on."""
    named = msgspec.json.encode(sorted(sheets)).decode()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with database.writing() as connection:
        connection.execute(
            "INSERT OR REPLACE INTO consent VALUES (?, ?, ?, ?)", (place, instance, now, named)
        )


def given(place: str, instance: str) -> Consent | None:
    """Return the consent for a workbook and an account, None where there is none."""
    found = [each for each in every(place) if each.instance == instance]
    return found[0] if found else None


def every(place: str = "") -> list[Consent]:
    """Return all consents, or those for the workbook at a place, by place and account."""
    with database.reading() as connection:
        rows = connection.execute(
            "SELECT place, instance, given, sheets FROM consent WHERE ? IN ('', place) "
            "ORDER BY place, instance",
            (place,),
        ).fetchall()
    return [
        Consent(row[0], row[1], datetime.fromisoformat(row[2]), _sheets(row[3])) for row in rows
    ]


def take_back(place: str) -> bool:
    """Take every consent of a workbook back; tell whether there was one."""
    with database.writing() as connection:
        return connection.execute("DELETE FROM consent WHERE place = ?", (place,)).rowcount > 0


def _sheets(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])
