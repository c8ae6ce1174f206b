"""What a user was told once of an account and need not hear again."""

from __future__ import annotations

from workbook.store.database import Connection

ENDLESS_HISTORY = "endless history"


def is_news(connection: Connection, instance: str, what: str) -> bool:
    """Tell whether this was never told, and remember that it is told now."""
    values = (instance, what)
    return connection.execute("INSERT OR IGNORE INTO told VALUES (?, ?)", values).rowcount > 0
