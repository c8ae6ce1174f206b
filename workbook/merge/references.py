"""The cells that a formula refers to, and what becomes of them where a table gets rows; pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec
from msgspec.structs import replace

from workbook.merge.formulas import Kind, Token, tokens
from workbook.merge.ranges import Range, letters, number, parse

# which ranges grow, by how many of their two corners have a "$" before the row
FIXED, ALIKE, ANY = frozenset({2}), frozenset({0, 2}), frozenset({0, 1, 2})
_CELL = re.compile(r"(\$?)([A-Za-z]+)(\$?)([0-9]+)")


class Reference(msgspec.Struct, frozen=True):
    """Cells of a formula; `sheet` is "" where it names none, and no sheet's name in other books.

    `first` and `last` are the tokens of its corners, one where it is a cell. `fixed`: how many of
    the two have a "$" before their row.
    """

    sheet: str
    cells: Range
    first: int
    last: int
    fixed: int


class Growth(msgspec.Struct, frozen=True):
    """A table that gets rows: its sheet, its data rows and its whole range of before, how many.

    Below the data rows there may be one row of totals, which is pushed down.
    """

    sheet: str
    body: Range
    whole: Range
    new: int

    def pushed(self, cells: Range) -> Range | None:
        """Return where cells of the row of totals are now, or a range that ends with it."""
        totals = self.whole.bottom
        if totals == self.body.bottom or not self._has_columns_of(cells):
            return None
        if totals not in (cells.top, cells.bottom):
            return None
        return replace(cells, top=self._below(cells.top), bottom=self._below(cells.bottom))

    def grown(self, cells: Range) -> Range | None:
        """Return a range that covered exactly all data rows of some columns with the new ones."""
        exactly = (cells.top, cells.bottom) == (self.body.top, self.body.bottom)
        if not exactly or not self._has_columns_of(cells):
            return None
        return replace(cells, bottom=cells.bottom + self.new)

    def ends_with_data(self, cells: Range) -> bool:
        """Tell whether a range of several rows ends where the data rows end."""
        return (
            cells.meets(self.body)
            and cells.top < cells.bottom
            and cells.bottom in (self.body.bottom, self.whole.bottom)
        )

    def may_concern(self, formula: str) -> bool:
        """Tell cheaply whether a formula may name the last row of the table."""
        return f"{self.body.bottom}" in formula or f"{self.whole.bottom}" in formula

    def _has_columns_of(self, cells: Range) -> bool:
        return self.whole.left <= cells.left and cells.right <= self.whole.right

    def _below(self, row: int) -> int:
        return row + self.new if row == self.whole.bottom else row


def references(found: Sequence[Token]) -> Iterator[Reference]:
    """Yield what the tokens of a formula refer to: cells, ranges, whole rows and columns."""
    at, sheet = 0, ""
    while at < len(found):
        token = found[at]
        if token.kind is Kind.SHEET:
            outside = at > 0 and found[at - 1].kind is Kind.BRACKETS
            sheet = f"[{token.text}" if outside else _name(token.text)
            at += 1
            continue
        last = _last_corner(found, at, sheet) if token.kind is Kind.CELL else at
        if token.kind in (Kind.CELL, Kind.ROWS, Kind.COLUMNS):
            corner = token.text if last == at else f"{token.text}:{found[last].text}"
            cells = parse(corner)
            if cells is not None:
                yield Reference(sheet, cells, at, last, _fixed(found[at], found[last]))
        at, sheet = last + 1, ""


def rewritten(formula: str, change: Callable[[Reference], Range | None]) -> str | None:
    """Return a formula with some of its cells and ranges replaced; None when none is."""
    found = tokens(formula) or []
    texts = [token.text for token in found]
    for reference in references(found):
        now = change(reference)
        if now is not None and found[reference.first].kind is Kind.CELL:
            first, last = _spelled(found[reference.first].text, found[reference.last].text, now)
            texts[reference.first], texts[reference.last] = first, last
    text = "".join(texts)
    return None if text in (formula, "") else text


class Followed(msgspec.Struct, frozen=True):
    """A formula after a table got rows: its new text if it has one, and what happened in it.

    `grew`: a range that covered exactly all data rows has the new ones. `stayed`: another range
    that ended with them has not.
    """

    text: str | None
    grew: bool
    stayed: bool


def followed(growth: Growth, formula: str, home: str, grows: Collection[int] = ANY) -> Followed:
    """Return what becomes of a formula on the sheet `home` where a table gets rows.

    `grows`: a range grows if so many of its corners are fixed, since others are meant for one row.
    """
    happened: set[str] = set()

    def change(reference: Reference) -> Range | None:
        cells = reference.cells
        if (reference.sheet or home).casefold() != growth.sheet.casefold():
            return None
        if (pushed := growth.pushed(cells)) is not None:
            return pushed
        is_range = reference.first < reference.last  # and no cell, no whole rows
        grown = growth.grown(cells) if is_range and reference.fixed in grows else None
        if grown is not None:
            happened.add("grew")
        elif growth.ends_with_data(cells):
            happened.add("stayed")
        return grown

    text = rewritten(formula, change)
    return Followed(text, "grew" in happened, "stayed" in happened)


def _last_corner(found: Sequence[Token], at: int, sheet: str) -> int:
    """Return the token of the last corner of a range, which may name its sheet again."""
    match found[at + 1 : at + 4]:
        case [Token(text=":"), Token(kind=Kind.CELL), *_]:
            return at + 2
        case [Token(text=":"), Token(kind=Kind.SHEET, text=again), Token(kind=Kind.CELL)]:
            return at + 3 if _name(again) == sheet else at
    return at


def _name(prefix: str) -> str:
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if "'" in name else name


def _fixed(*corners: Token) -> int:
    return sum("$" in corner.text.lstrip("$") for corner in corners)


def _spelled(first: str, last: str, now: Range) -> tuple[str, str]:
    """Return the corners of a range, the upper left one first as Excel writes it, each "$" kept."""
    corners = [*_CELL.findall(first), *_CELL.findall(last)]
    columns = sorted(corners, key=lambda corner: number(corner[1]))
    rows = sorted(corners, key=lambda corner: int(corner[3]))
    left, right = columns[0][0] + letters(now.left), columns[1][0] + letters(now.right)
    return f"{left}{rows[0][2]}{now.top}", f"{right}{rows[1][2]}{now.bottom}"
