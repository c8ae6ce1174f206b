"""Let the lists of an account become older, so that the demonstration's days are days apart."""

from __future__ import annotations

from datetime import datetime, timedelta

from workbook.store.database import Connection

TIMES = {
    "snapshot": ("fetched", "first"),
    "version": ("first_seen", "valid_from", "last_seen", "valid_to"),
    "absence": ("last_seen", "since", "counted"),
    "pair": ("found",),
}


def age(connection: Connection, instance: str, by: timedelta) -> None:
    """Put every time of an account's lists back, within the caller's transaction."""

    def earlier(text: str | None) -> str | None:
        return (datetime.fromisoformat(text) - by).isoformat() if text else text

    connection.create_function("earlier", 1, earlier)
    for table, columns in TIMES.items():
        changes = ", ".join(f"{column} = earlier({column})" for column in columns)
        connection.execute(f"UPDATE {table} SET {changes} WHERE instance = ?", (instance,))  # noqa: S608 - our own names
