"""What an error is in Excel: a sentence, and nothing of what an unexpected one may quote."""

from __future__ import annotations

from workbook.errors import ContactsError, bug_sentence

CREDENTIALS = 3  # the exit code of what the account window can mend
EXCELS_OWN = ("com_error", "CommandError")  # of pywin32 and appscript, each on its own system only


def sentence(error: BaseException) -> str:
    """Return what to show, with the notes an error was given on its way."""
    return " ".join([_told(error), *getattr(error, "__notes__", ())])


def _told(error: BaseException) -> str:
    if isinstance(error, ContactsError):
        mend = ' Or use the button "Account…" on the tab Contacts.'
        return f"{error}{mend if error.exit_code == CREDENTIALS else ''}"
    if type(error).__name__ in EXCELS_OWN:
        return (
            "Excel refused that. Finish editing the cell, clear filters, unprotect the sheet and "
            "the workbook, then repeat."
        )
    return f"{bug_sentence(error)} Please report it with these words."
