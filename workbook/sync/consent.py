"""May this workbook see the contacts of this account? Kept in the home, never in the workbook.

A form that comes by mail may hold our formulas on a hidden sheet: filled, saved and sent back it
would carry the contacts away. So a workbook has to be allowed once, where it stands; one that was
moved or copied is another workbook.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from workbook.accounts import settings
from workbook.files.place import is_marked, is_within
from workbook.store import consents


def may_see(place: str, instance: str) -> bool:
    """Tell whether the workbook at a place ("" for one never saved) may see the contacts."""
    if not place:
        return False
    if consents.given(place, instance) is not None:
        return True
    return is_within(place, settings.load().allowed_folders) and not is_marked(Path(place))


def is_known(place: str) -> bool:
    """Tell whether the workbook at a place may see the contacts of any account."""
    return bool(place) and (bool(consents.every(place)) or may_see(place, ""))


def allow(place: str, instance: str, hidden: Iterable[str] = ()) -> None:
    """Let a workbook see the contacts of an account; `hidden`: its hidden sheets, as named."""
    consents.give(place, instance, hidden)


def may_fill(place: str, instance: str, sheet: str) -> bool:
    """Tell whether a table on this hidden sheet was named when the workbook was allowed."""
    found = consents.given(place, instance) if place else None
    return found is not None and sheet in found.sheets
