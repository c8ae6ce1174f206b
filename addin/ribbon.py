"""What the buttons of an add-in of version 0.1 call: each says why it must be installed anew."""

from __future__ import annotations

import xlwings as xw

from addin.excel.former import SENTENCE


def refresh() -> None:
    """Say it in Excel's message box."""
    xw.Book.caller().app.alert(SENTENCE, title="Contacts", mode="critical")


undo = undo_last_press = export = account = check = help = refresh
