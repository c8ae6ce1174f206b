"""Ranges of cells as files spell them (A1:D5), and lists of such ranges."""

from __future__ import annotations

import re
from functools import cache

import msgspec
from msgspec.structs import replace

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384

_RANGE = (
    r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})(?::\$?([A-Za-z]{1,3})\$?([0-9]{1,7}))?"
    r"|\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})"
    r"|\$?([0-9]{1,7}):\$?([0-9]{1,7})"
)


class Range(msgspec.Struct, frozen=True):
    """A rectangle of cells; rows and columns are counted from 1, both ends belong to it."""

    left: int
    top: int
    right: int
    bottom: int

    def __str__(self) -> str:
        first = f"{letters(self.left)}{self.top}"
        last = f"{letters(self.right)}{self.bottom}"
        return first if first == last else f"{first}:{last}"

    @property
    def size(self) -> int:
        """Return how many cells there are."""
        return (self.right - self.left + 1) * (self.bottom - self.top + 1)

    def meets(self, other: Range) -> bool:
        """Tell whether the two have a cell in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def ends_with(self, body: Range) -> bool:
        """Tell whether this covers whole columns of a table's body and ends where that ends."""
        beside = self.left <= body.right and body.left <= self.right
        return beside and self.top <= body.top and self.bottom == body.bottom

    def around(self, other: Range) -> Range:
        """Return the smallest range that holds both."""
        return Range(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


def parse(text: str) -> Range | None:
    """Return the range of a text such as A1, $A$1:B2, A:C or 3:4; None when it is none."""
    found = re.fullmatch(_RANGE, text)
    if not found:
        return None
    left, top, right, bottom, from_column, to_column, from_row, to_row = found.groups()
    if from_row:
        return _ordered(1, int(from_row), LAST_COLUMN, int(to_row))
    if from_column:
        return _ordered(number(from_column), 1, number(to_column), LAST_ROW)
    return _ordered(number(left), int(top), number(right or left), int(bottom or top))


def grown(sqref: str, body: Range, new: int) -> str:
    """Return a list of ranges in which those that covered whole columns of a table grow with it.

    `body` is the table without its header, `new` the number of rows below it. A range that is
    wider than the table keeps its place, and the new rows come to it as a range of their own.
    """
    pieces: list[str] = []
    extra: list[str] = []
    for piece in sqref.split():
        covered = parse(piece)
        if covered is None or not covered.ends_with(body):
            pieces.append(piece)
        elif body.left <= covered.left and covered.right <= body.right:
            pieces.append(str(replace(covered, bottom=covered.bottom + new)))
        else:
            pieces.append(piece)
            left, right = max(covered.left, body.left), min(covered.right, body.right)
            extra.append(str(Range(left, body.bottom + 1, right, body.bottom + new)))
    return " ".join(pieces + extra)


@cache
def number(column: str) -> int:
    """Return the number of a column's letters, from 1 for A."""
    count = 0
    for letter in column.upper():
        count = count * 26 + ord(letter) - 64
    return count


@cache
def letters(column: int) -> str:
    """Return the letters of a column's number, A for 1."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def _ordered(left: int, top: int, right: int, bottom: int) -> Range:
    return Range(min(left, right), min(top, bottom), max(left, right), max(top, bottom))
