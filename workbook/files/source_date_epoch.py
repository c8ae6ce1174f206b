"""The time that files tell, where SOURCE_DATE_EPOCH wants the same bytes at every run.

Source: reproducible-builds.org/specs/source-date-epoch. What is kept here has the true time.
"""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime

from workbook.errors import WrongUsage

VARIABLE = "SOURCE_DATE_EPOCH"


def epoch() -> datetime | None:
    """Return the time that is wanted, None where none is; raises WrongUsage."""
    text = os.environ.get(VARIABLE, "").strip()
    if not text:
        return None
    if not re.fullmatch("[0-9]{1,11}", text):
        raise WrongUsage(
            f"{VARIABLE} must be a whole number of seconds since 1970; correct it or take it away."
        )
    return datetime.fromtimestamp(int(text), UTC)


def told(moment: datetime) -> datetime:
    """Return a time (aware) as files and sheets tell it: in local time.

    Where a time is wanted, it is in UTC and not later than that. Raises WrongUsage.
    """
    wanted = epoch()
    return moment.astimezone() if wanted is None else min(moment, wanted).astimezone(UTC)
