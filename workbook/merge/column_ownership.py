"""Which columns that we once wrote are not ours any more: something else stands in them.

A title alone says too little: another file may stand in the place of ours, or a column of ours may
have made way for one of the user's that is called the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set

from workbook.contacts import times
from workbook.contacts.calling_codes import CALLING_CODES
from workbook.contacts.changes import Kind
from workbook.contacts.columns import BASIC, Row
from workbook.contacts.contact import IdKind
from workbook.merge.model import ExistingTable

_PHONE = re.compile(r"\+[0-9]{5,20}", re.ASCII)
_LINK = re.compile(r"https://wa\.me/[0-9]{5,20}", re.ASCII)
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_STATUS = re.compile(rf"(?:{'|'.join(Kind)})(?: since)? {_DAY}", re.ASCII)


def _has_time(row: Row) -> bool:
    return any(map(times.parsed, row))


# title -> is this text, in this row, one that we may have written; of an account nobody can say
_MAY_BE_OURS: dict[str, Callable[[str, Row], object]] = {
    "phone": lambda text, _: _PHONE.fullmatch(text),
    "country": lambda text, _: text in CALLING_CODES,
    "link": lambda text, _: _LINK.fullmatch(text),
    "saved": lambda text, _: text in ("yes", "no"),
    "label": lambda text, row: [*row].count(text) > 1 or _PHONE.fullmatch(text),
    "idKind": lambda text, _: text in {*IdKind},
    "account": lambda *_: True,
    "fetched": lambda text, _: times.parsed(text),
    "firstSeen": lambda text, _: times.parsed(text),
    "lastSeen": lambda text, _: times.parsed(text),
    # a word alone may be anybody's; ours has its date beside it
    "status": lambda text, row: _STATUS.fullmatch(text) or (text in {*Kind} and _has_time(row)),
    "statusDate": lambda text, _: times.parsed(text),
}


def lost_columns(existing: ExistingTable, written: Set[str]) -> frozenset[str]:
    """Return which of the titles we wrote stand over columns that are mostly the user's now.

    All of `written` are titles of the table. Rows without an id are the user's anyway, and speak
    against nothing; one cell that somebody typed over does not make a column his, either.
    """
    titles = _MAY_BE_OURS.keys() & written
    return frozenset(title for title in titles if not _holds_ours(existing, title))


def _holds_ours(existing: ExistingTable, title: str) -> bool:
    header = [*existing.header]
    if title == "label" and not {"name", "contactName"}.issubset(header):
        return True  # what it was made from is not there to compare
    at, ids, may_be_ours = header.index(title), header.index(BASIC[0]), _MAY_BE_OURS[title]
    filled = [row for row in existing.rows if row[at] and row[ids].strip()]
    ours = sum(bool(may_be_ours(row[at], row)) for row in filled)
    return not filled or 2 * ours > len(filled)
