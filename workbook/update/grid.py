"""The cells of one sheet part, found by row and column although files leave out what is blank."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache

from lxml import etree

from workbook.refusals import BrokenPart
from workbook.update.markup import is_true, name_of, namespace, whole
from workbook.update.ranges import LAST_COLUMN, letters, number

_DIGITS = "0123456789"
BY_DEFAULT = "0"  # the number of the style that every file has


class Grid:
    """A worksheet part; rows and columns are counted from 1.

    Raises BrokenPart where rows or cells are out of order.
    """

    def __init__(self, root: etree._Element) -> None:
        self.root, self.ns = root, namespace(root)
        self._cell, self._row = f"{self.ns}c", f"{self.ns}row"
        data = root.find(f"{self.ns}sheetData")
        if data is None:
            raise BrokenPart(name_of(root), "has no rows")
        self._data = data
        self._rows = dict(_placed(data, self._row))
        self._order = list(self._rows)
        self._styles = _column_styles(root, self.ns)

    @property
    def rows(self) -> Iterator[tuple[int, etree._Element]]:
        """Return the rows that the file mentions, with their numbers."""
        return ((at, self._rows[at]) for at in self._order)

    def cells(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        """Return the cells of a row that the file mentions, with their columns."""
        return _placed(row, self._cell)

    def row(self, row: int) -> etree._Element:
        """Return a row, made where the file has none."""
        if row not in self._rows:
            new = self._data.makeelement(self._row, {"r": str(row)})
            place = bisect_left(self._order, row)
            _put(self._data, new, self._rows[self._order[place - 1]] if place else None)
            self._order.insert(place, row)
            self._rows[row] = new
        return self._rows[row]

    def cell(self, row: int, column: int) -> etree._Element:
        """Return a cell, made where the file has none, in the style that it would show there."""
        holder = self.row(row)
        before = None
        for at, cell in self._near(holder, column):
            if at == column:
                return cell
            if at > column:
                break
            before = cell
        new = holder.makeelement(self._cell, {"r": f"{letters(column)}{row}"})
        set_style(new, self.blank_style(row, column))
        _put(holder, new, before)
        holder.attrib.pop("spans", None)  # a hint that may not be true any more
        return new

    def found(self, row: int, column: int) -> etree._Element | None:
        """Return a cell, None where the file does not mention it."""
        holder = self._rows.get(row)
        near = self.cells(holder) if holder is not None else ()
        return next((cell for at, cell in near if at == column), None)

    def style(self, row: int, column: int) -> str:
        """Return the number of the style in which a cell is shown, be it mentioned or not."""
        cell = self.found(row, column)
        return self.blank_style(row, column) if cell is None else cell.get("s", BY_DEFAULT)

    def blank_style(self, row: int, column: int) -> str:
        """Return the number of the style that a cell the file does not mention has."""
        holder = self._rows.get(row)
        if holder is not None and is_true(holder.get("customFormat")):
            return holder.get("s", BY_DEFAULT)
        return self._styles.get(column, BY_DEFAULT)

    def _near(self, holder: etree._Element, column: int) -> Iterator[tuple[int, etree._Element]]:
        """Return the cells of a row, or only its last one where all are left of the column."""
        if len(holder) and holder[-1].tag == self._cell:
            last = _number(holder[-1].get("r", "XFE1"))
            if last < column:
                return iter([(last, holder[-1])])
        return self.cells(holder)


def _placed(parent: etree._Element, tag: str) -> Iterator[tuple[int, etree._Element]]:
    """Yield rows, or the cells of a row; one that does not say its place follows the one before."""
    last = 0
    for element in parent.iterchildren(tag):
        place = element.get("r")
        at = last + 1 if place is None else _number(place)
        if at <= last:
            raise BrokenPart(name_of(parent), "has rows or cells out of order")
        yield at, element
        last = at


def _number(place: str) -> int:
    """Return the row of "7" and the column of "B7", 0 for what is neither."""
    column = place.rstrip(_DIGITS)
    if not column:
        return int(place) if place.isascii() and 0 < len(place) < 8 else 0
    return _column(column)


@cache
def _column(column: str) -> int:
    return number(column) if len(column) < 4 and column.isascii() and column.isalpha() else 0


def set_style(cell: etree._Element, style: str) -> None:
    """Give a cell the style with this number."""
    if style == BY_DEFAULT:
        cell.attrib.pop("s", None)
    else:
        cell.set("s", style)


def _put(parent: etree._Element, new: etree._Element, after: etree._Element | None) -> None:
    if after is None:
        parent.insert(0, new)
    else:
        after.addnext(new)


def _column_styles(root: etree._Element, ns: str) -> dict[int, str]:
    return {
        column: span.get("style", BY_DEFAULT)
        for span in root.iterfind(f"{ns}cols/{ns}col")
        if span.get("style")
        for column in range(whole(span, "min", 1), min(whole(span, "max", 1), LAST_COLUMN) + 1)
    }
