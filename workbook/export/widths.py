"""Compute how wide columns have to be, from their first rows."""

from __future__ import annotations

from collections.abc import Sequence
from unicodedata import combining, east_asian_width

from workbook.contacts import times
from workbook.contacts.columns import Block

NARROWEST, WIDEST = 10, 60
WIDEST_ID = 255  # Excel has no wider columns
LONGEST_ID = "4915100000003-1479621234@g.us"  # a group's of old, which new ones do not reach
FILTER_BUTTON = 5


def column_widths(header: Sequence[str], sample: Block) -> list[int]:
    """Return the widths of the columns in characters.

    They fit the rows of the sample, between 10 and 60; ids fit whole, those below the sample too.
    """
    return [_width(title, values) for title, values in zip(header, sample, strict=True)]


def _width(title: str, values: Sequence[str]) -> int:
    if title == "id":
        return min(_fitting([LONGEST_ID, *values]), WIDEST_ID)
    if title in times.TITLES:
        values = ["0" * times.WIDTH]
    return min(max(_fitting(values), len(title) + FILTER_BUTTON, NARROWEST), WIDEST)


def _fitting(values: Sequence[str]) -> int:
    """Return the width for the longest text: capitals and Cyrillic run wider than digits do."""
    return round(1.1 * max(map(display_width, values), default=0)) + 2


def display_width(text: str) -> int:
    """Return how many digits' room a text takes; ideographs and emoji take two, accents none."""
    if text.isascii():
        return len(text)
    return sum(_character_width(character) for character in text)


def _character_width(character: str) -> int:
    if combining(character):
        return 0
    return 2 if east_asian_width(character) in "WF" else 1
