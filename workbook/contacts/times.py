"""Times as rows have them, in ISO 8601, and as the numbers that date cells hold. No I/O.

In which zone a time is told is the caller's business; a cell has room for none.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache

TITLES = frozenset({"fetched", "firstSeen", "lastSeen", "statusDate", "time"})  # of columns
FORMAT = "yyyy-mm-dd hh:mm"  # in which a date cell shows
WIDTH = len(FORMAT)

# also as cells held them until 0.3: "2026-11-20 10:15:00 +0100"; a cell does not tell the offset
_TIME = re.compile(
    r"(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}:\d{2})(?: ?[+-]\d{2}:?\d{2})?)?", re.ASCII
)
_SECONDS = 86_400  # of a day
DAY_0, _FIRST_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # day 0 (ECMA-376, 18.17.4.1)


def text_of(moment: datetime) -> str:
    """Return "2026-11-20T10:15:00+01:00" for a time (aware), in its own zone."""
    return moment.isoformat(timespec="seconds")


def wall(text: str) -> str:
    """Return the time in a text as a cell can hold it, without an offset; other text unchanged."""
    found = _TIME.fullmatch(text)
    return f"{found[1]}T{found[2] or '00:00:00'}" if found else text


def of_cell(value: datetime) -> str:
    """Return the time of a cell as a spreadsheet program hands it over, to the second."""
    return (value + timedelta(microseconds=500_000)).replace(microsecond=0, tzinfo=None).isoformat()


def parsed(text: str) -> datetime | None:
    """Return the time in a text as a cell can hold it, None where it is none."""
    try:
        return datetime.fromisoformat(wall(text)) if _TIME.fullmatch(text) else None
    except ValueError:  # the 30th of February
        return None


@lru_cache(4096)  # most rows of a table tell the same few times
def serial(text: str, *, since_1904: bool = False) -> float | None:
    """Return the number of days that a date cell holds, None for a text that is no time."""
    moment = parsed(text)
    if moment is None:
        return None
    return (moment - (_FIRST_1904 if since_1904 else DAY_0)) / timedelta(days=1)


@lru_cache(4096)
def of_serial(number: str, *, since_1904: bool = False) -> str:
    """Return the time that the number in a date cell means, to the second; other text unchanged."""
    try:
        seconds = round(float(number) * _SECONDS)
        moment = (_FIRST_1904 if since_1904 else DAY_0) + timedelta(seconds=seconds)
    except (ValueError, OverflowError):
        return number
    return moment.isoformat()
