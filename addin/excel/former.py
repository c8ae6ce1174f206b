"""Add-ins built by version 0.1, through which a cell could run code: known, and why they must go.

They call `addin.ribbon` and `addin.udfs`, which say so; every later one calls other names.
"""

from __future__ import annotations

WHY = (
    "This add-in was built by getcontacts 0.1, and through it a workbook from anybody can run "
    "programs on this computer."
)
MEND = "getcontacts addin install"
SENTENCE = f"{WHY} Close Excel and run: {MEND}"


def is_former(version: str) -> bool:
    """Tell whether an add-in of this version of getcontacts is one of those."""
    return version.startswith("0.1.")
