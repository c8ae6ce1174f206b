"""How sheets are to be, and the workbook that is made for it; it knows no openpyxl."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec


class Look(msgspec.Struct, frozen=True):
    """How a table's sheets are to be: name, titles, widths in characters, rows of each, direction.

    The first sheet and its table are called `name`, those it goes on in "name 2" and so on.
    """

    name: str
    header: Sequence[str]
    widths: Sequence[int]
    lengths: Sequence[int]
    rtl: bool


class Skeleton(msgspec.Struct, frozen=True):
    """A saved workbook's parts by name; of each table the parts that take rows, and its styles.

    `summary`: the part of that sheet, "" without one, and the styles of its kinds of cells.
    """

    parts: dict[str, bytes]
    sheets: list[list[str]]
    styles: list[list[int]]
    summary: str = ""
    summary_styles: list[int] = []
