"""Turn the arguments of a formula, as Excel passes them, into what was meant by them."""

from __future__ import annotations

from typing import Any

from workbook.contacts.matching import EXACT, plain_number
from workbook.errors import WrongUsage

EXCEL_ERRORS = range(-2146826288, -2146826188)  # #NULL! and on, as COM hands them over
ERROR_NAMES = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}
PLURALS = {"users": "user", "people": "user", "groups": "group", "all": ""}
YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def one(value: Any) -> Any:
    """Return the value of a cell; raises WrongUsage for a range of several."""
    while isinstance(value, (list, tuple)):
        if len(value) != 1:
            raise WrongUsage("This argument takes one cell, and a range of several was given.")
        value = value[0]
    return value


def text(value: Any) -> str:
    """Return the text of a cell, a whole number without its decimals, "" for an empty one.

    A number that Excel cannot hold with all its digits is "", for it may be somebody else's; so is
    an error value, which would be taken for a phone.
    """
    value = one(value)
    if isinstance(value, int) and value in EXCEL_ERRORS:
        return ""
    if value is None or (isinstance(value, (int, float)) and abs(value) >= EXACT):
        return ""
    return plain_number(str(value)) if isinstance(value, float) else str(value).strip()


def option(value: Any) -> str:
    """Return the text of an argument that may be left out; raises WrongUsage for an error value.

    An error is nothing that was left out: it would choose everybody, or another account.
    """
    value = one(value)
    if value in ERROR_NAMES or (isinstance(value, int) and value in EXCEL_ERRORS):
        name = value if isinstance(value, str) else "an error"
        raise WrongUsage(f"An argument is {name}. Mend the cell it comes from, or leave it out.")
    return text(value)


def kind(value: Any) -> str | None:
    """Return a contact's type in the singular, None for all of them; raises WrongUsage."""
    word = option(value).casefold()
    return PLURALS.get(word, word) or None


def count(value: Any) -> int | None:
    """Return how many rows are wanted, None for all; raises WrongUsage."""
    written = option(value)
    if not written:
        return None
    if not written.isdecimal() or not 0 < int(written) < EXACT:
        raise WrongUsage(f'The second argument is how many rows to show, not "{written:.40}".')
    return int(written)


def headers(value: Any) -> bool:
    """Return whether a header is wanted, which it is where nothing was said; raises WrongUsage."""
    written = option(value)
    if written and written.casefold() not in YES_NO:
        raise WrongUsage(f'The third argument is TRUE or FALSE, not "{written:.40}".')
    return YES_NO.get(written.casefold(), True)
