"""Lists of made-up contacts, and the database after they came one by one."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime, timedelta

from workbook.accounts.settings import Settings
from workbook.contacts.contact import Contact, ContactList
from workbook.store import database
from workbook.store.snapshots import Snapshot
from workbook.sync.recording import RecordResult, Trust, record

INSTANCE = "1101000001"
START = datetime(2026, 9, 1, 11, tzinfo=UTC)  # the same day nearly everywhere

ANNA = Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")
BEN = Contact("4915100000002@c.us", "Ben", "", "user")
CLUB = Contact("120363043968066561@g.us", "Club", "", "group")
JO = Contact("102388094480549@lid", "Jo", "", "user")
JO_PHONE = Contact("4915100000009@c.us", "Jo", "", "user")


def day(number: float) -> datetime:
    """Return the time of a day, counted from the first list."""
    return START + timedelta(days=number)


def came(
    number: float,
    *contacts: Contact,
    trust: Trust = Trust.BELIEVE,
    settings: Settings | None = None,
    instance: str = INSTANCE,
) -> RecordResult:
    """Record a list as fetched on that day."""
    snapshot = Snapshot("shop", day(number), ContactList.pack(contacts))
    return record(instance, snapshot, trust, settings or Settings())


def crowd(count: int, kind: str = "user", first: int = 100) -> list[Contact]:
    """Return so many people, or groups."""
    form = "4915100000{}@c.us" if kind == "user" else "120363043968066{}@g.us"
    return [Contact(form.format(n), f"N{n}", f"C{n}", kind) for n in range(first, first + count)]


def traces() -> bytes:
    """Return all bytes of the database's files, and what is deflated in them, deleted or not."""
    files = database.path().parent.glob(f"{database.NAME}*")
    whole = b"".join(file.read_bytes() for file in files)
    return whole + b"".join(_inflated(whole[m.start() :]) for m in re.finditer(rb"\x78", whole))


def _inflated(begins: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(begins, 1 << 16)
    except zlib.error:
        return b""
