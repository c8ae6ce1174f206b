"""Exact changes to a text of others: where it is not as it was reviewed, nothing is changed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from typing import ClassVar

import msgspec

from workbook.errors import ContactsError

REVIEWED = "0.37.8"  # the xlwings whose VBA was read line by line for the changes made to it


@dataclass(eq=False)
class XlwingsChanged(ContactsError):
    """xlwings' VBA is not the text that was reviewed; `change` names what could not be done."""

    change: str
    version: str
    exit_code: ClassVar[int] = 1

    def sentence(self) -> str:
        return (
            f"xlwings {self.version} has changed its VBA ({self.change}), so the add-in was not "
            "built. Update getcontacts, or install the xlwings it was made for: "
            f"pip install xlwings=={REVIEWED}"
        )


class Change(msgspec.Struct, frozen=True):
    """Put `new` in the place of `old`, or, with `until`, of all from there to before `until`."""

    name: str
    old: str
    new: str = ""
    until: str = ""

    def made(self, text: str) -> str:
        """Return the text with this change. Raises XlwingsChanged unless there is one place."""
        before, found, rest = text.partition(self.old)
        if not found or self.old in rest:
            raise XlwingsChanged(self.name, version("xlwings"))
        if not self.until:
            return before + self.new + rest
        _, found, after = rest.partition(self.until)
        if not found or self.until in after:
            raise XlwingsChanged(self.name, version("xlwings"))
        return before + self.new + found + after


def changed(text: str, changes: Iterable[Change]) -> str:
    """Return the text with all changes, made one after the other. Raises XlwingsChanged."""
    for change in changes:
        text = change.made(text)
    return text
