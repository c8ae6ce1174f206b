"""What the formulas of an add-in of version 0.1 call: they say why it must be installed anew."""

from __future__ import annotations

from typing import Any

import xlwings as xw

from addin.excel.former import SENTENCE


@xw.func
def GETCONTACTS(  # noqa: N802 - as Excel shows it
    kind: Any = None, count: Any = None, headers: Any = None, account: Any = None
) -> str:
    """Say it in the cell."""
    return SENTENCE


@xw.func
def GETCONTACT(  # noqa: N802 - as Excel shows it
    id_or_phone: Any, field: Any = None, account: Any = None
) -> str:
    """Stay empty: what goes wrong stays out of the letters of a mail merge."""
    return ""


@xw.func
def GETCONTACTSINFO(account: Any = None) -> str:  # noqa: N802 - as Excel shows it
    """Say it in the cell."""
    return SENTENCE
