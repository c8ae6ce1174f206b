"""What the add-in file says of itself: the pairs on its one sheet, which its VBA never reads."""

from __future__ import annotations

from importlib.metadata import version

from addin.excel.xlam.start import is_windows

SHEET_TITLE = "getcontacts.conf"


def settings(interpreter: str) -> list[tuple[str, str]]:
    """Return names and values, all of them texts. Raises WrongUsage as `is_windows` does."""
    return [
        ("Interpreter_Win" if is_windows(interpreter) else "Interpreter_Mac", interpreter),
        ("getcontacts version", version("green-api-contacts")),
        ("xlwings version", version("xlwings")),
    ]
