"""Turn an error into a sentence; of an unexpected one, nothing that may be secret is shown."""

from __future__ import annotations

from addin.shared import words
from workbook.errors import ContactsError, bug_sentence

CREDENTIALS = 3  # the exit code of what the account window can mend
REFUSALS = ("com_error", "CommandError")  # of pywin32; of appscript and of Calc


def sentence(error: BaseException) -> str:
    """Return what to show, with the notes an error was given on its way."""
    return " ".join([_told(error), *getattr(error, "__notes__", ())])


def _told(error: BaseException) -> str:
    if isinstance(error, ContactsError):
        mend = f' Or use the button "Account…" {words.here().buttons}.'
        return f"{error}{mend if error.exit_code == CREDENTIALS else ''}"
    if type(error).__name__ in REFUSALS:
        return (
            f"{words.here().program} refused that. Finish editing the cell, clear filters, "
            "unprotect the sheet and the workbook, then repeat."
        )
    return f"{bug_sentence(error)} Please report it with these words."
