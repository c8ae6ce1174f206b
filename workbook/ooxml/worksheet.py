"""The cells of one sheet part, found by row and column although files leave out what is blank.

All around the rows is a tree, the rows themselves are pieces of bytes: a tree of every cell takes
twenty times the memory, and rows that nobody edits keep their bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

import msgspec
from lxml import etree

from workbook.merge.ranges import LAST_COLUMN, letters, number
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.budget import Budget
from workbook.ooxml.markup import is_true, marks, name_of, namespace, parsed, plain, whole, written

BY_DEFAULT = "0"  # the number of the style that every file has
ROWS = 500  # in one piece
NAMESPACES = 100  # of a sheet; Excel declares ten
PIECE = 1 << 20  # bytes in one piece, but for a row that has more
ROW_MARKS = 32 * LAST_COLUMN  # "<" and "=" of a row: a full one of texts in their styles has 12

_DIGITS = "0123456789"
_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData((?:\s[^<>]*?)?)(/?)>")
# after its prefix; no "<" is in a tag, and nothing is tried twice, so that a part is read once
_ROW = rb"row(?=[\s/>])((?:[^<>\"']++|\"[^<\"]*+\"|'[^<']*+')*+)>"
_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


_Line = tuple[int, list[int], list[etree._Element]]  # a row, the columns and cells in it
_NO_LINE: _Line = (0, [], [])


class _Piece(msgspec.Struct):
    """Some rows as bytes, and their numbers."""

    data: bytes
    numbers: list[int]


class Grid:
    """A worksheet part; rows and columns are counted from 1, `root` is all of it but the rows.

    Rows are made into elements a piece at a time: an element is good until one of another piece is
    asked for. Raises BrokenPart where rows or cells are out of order.
    """

    def __init__(self, data: bytes, part: str, budget: Budget | None = None) -> None:
        self.budget = budget or Budget.of(len(data))
        self.root, self._pieces = _taken_apart(data, part)
        self.ns = namespace(self.root)
        self._cell = f"{self.ns}c"
        self._styles = _column_styles(self.root, self.ns)
        self._firsts = [piece.numbers[0] for piece in self._pieces]
        self._open, self._tree, self._touched = -1, self.root, False
        self._rows: dict[int, etree._Element] = {}
        self._line: _Line = _NO_LINE

    def rows(self, first: int, last: int) -> Iterator[tuple[int, etree._Element]]:
        """Yield the rows from one number to another that the file mentions."""
        for at, piece in enumerate(self._pieces):
            if piece.numbers[0] <= last and first <= piece.numbers[-1]:
                mentioned = self._opened(at).items()
                yield from ((number, row) for number, row in mentioned if first <= number <= last)

    @property
    def has_formulas(self) -> bool:
        """Tell whether any cell holds a formula."""
        self._close()
        tag = self.root.find(f"{self.ns}sheetData")
        prefix = f"{tag.prefix}:" if tag is not None and tag.prefix else ""
        formula = re.compile(f"<{prefix}f[\\s/>]".encode())
        return any(formula.search(piece.data) for piece in self._pieces)

    def written(self) -> bytes:
        """Return the part as it is now."""
        self._close()
        return _put_together(self.root, self._pieces)

    def cells(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        """Yield the cells of a row that the file mentions, with their columns."""
        last = 0
        for cell in row.iterchildren(self._cell):
            place = cell.get("r")
            at = last + 1 if place is None else _column(place.rstrip(_DIGITS))
            if at <= last:
                raise BrokenPart(name_of(self.root), "has cells out of order")
            yield at, cell
            last = at

    def row(self, at: int) -> etree._Element:
        """Return a row to edit, made where the file has none."""
        self._line = _NO_LINE
        return self._row_to_edit(at)

    def _row_to_edit(self, at: int) -> etree._Element:
        rows = self._opened(self._piece_to_edit(at))
        self._touched = True
        if at not in rows:
            numbers = self._pieces[self._open].numbers
            place = bisect_left(numbers, at)
            rows[at] = self._tree.makeelement(f"{self.ns}row", {"r": str(at)})
            self._tree.insert(place, rows[at])
            numbers.insert(place, at)
        return rows[at]

    def cell(self, row: int, column: int) -> etree._Element:
        """Return a cell to edit, made where the file has none, in the style it would show there."""
        holder = self._row_to_edit(row)
        columns, cells = self._line_of(row, holder)
        place = bisect_left(columns, column)
        if place < len(columns) and columns[place] == column:
            return cells[place]
        new = holder.makeelement(self._cell, {"r": f"{letters(column)}{row}"})
        set_style(new, self.blank_style(row, column))
        if place:
            cells[place - 1].addnext(new)
        else:
            holder.insert(0, new)
        columns.insert(place, column)
        cells.insert(place, new)
        holder.attrib.pop("spans", None)  # a hint that may not be true any more
        return new

    def found(self, row: int, column: int) -> etree._Element | None:
        """Return a cell, None where the file does not mention it."""
        holder = self._mentioned(row)
        columns, cells = ([], []) if holder is None else self._line_of(row, holder)
        place = bisect_left(columns, column)
        return cells[place] if place < len(columns) and columns[place] == column else None

    def hides(self, row: int) -> bool:
        """Tell whether a row is hidden: by a filter, by hand, or as all that are not mentioned."""
        holder = self._mentioned(row)
        if holder is None:
            sheet_format = self.root.find(f"{self.ns}sheetFormatPr")
            return sheet_format is not None and is_true(sheet_format.get("zeroHeight"))
        return is_true(holder.get("hidden"))

    def style(self, row: int, column: int) -> str:
        """Return the number of the style in which a cell is shown, be it mentioned or not."""
        cell = self.found(row, column)
        return self.blank_style(row, column) if cell is None else cell.get("s", BY_DEFAULT)

    def row_style(self, row: int) -> str | None:
        """Return the number of the style of a row's blank cells, None for that of their columns."""
        holder = self._mentioned(row)
        if holder is not None and is_true(holder.get("customFormat")):
            return holder.get("s", BY_DEFAULT)
        return None

    def column_style(self, column: int) -> str:
        """Return the number of the style that the blank cells of a column have."""
        return self._styles.get(column, BY_DEFAULT)

    def blank_style(self, row: int, column: int) -> str:
        """Return the number of the style that a cell the file does not mention has."""
        return self.row_style(row) or self.column_style(column)

    def _mentioned(self, row: int) -> etree._Element | None:
        at = bisect_right(self._firsts, row) - 1
        return self._opened(at).get(row) if at >= 0 else None

    def _line_of(self, row: int, holder: etree._Element) -> tuple[list[int], list[etree._Element]]:
        """Return columns and cells of a row, kept for the next cell of the same row."""
        if self._line[0] != row:
            there = [*self.cells(holder)]
            self._line = row, [at for at, _ in there], [cell for _, cell in there]
        return self._line[1:]

    def _piece_to_edit(self, row: int) -> int:
        """Return which piece a row is in, or comes to; a full one at the end gets a successor."""
        numbers = self._pieces[-1].numbers if self._pieces else None
        if numbers is None or (row > numbers[-1] and len(numbers) >= ROWS):
            self._pieces.append(_Piece(b"", []))
            self._firsts.append(row)
        return max(0, bisect_right(self._firsts, row) - 1)

    def _opened(self, at: int) -> dict[int, etree._Element]:
        if at != self._open:
            self._close()
            piece = self._pieces[at]
            self._tree = _tree_of(piece, self.root)
            self._rows = dict(zip(piece.numbers, self._tree, strict=True))
            self._open = at
        return self._rows

    def _close(self) -> None:
        if self._touched:
            self._pieces[self._open].data = _bytes_of(self._tree)
        self._open, self._touched, self._tree, self._rows = -1, False, self.root, {}
        self._line = _NO_LINE


def set_style(cell: etree._Element, style: str) -> None:
    """Give a cell the style with this number."""
    if style == BY_DEFAULT:
        cell.attrib.pop("s", None)
    else:
        cell.set("s", style)


@cache
def _column(letters_: str) -> int:
    """Return the number of a column, 0 for what names none."""
    return (
        number(letters_) if letters_.isascii() and letters_.isalpha() and len(letters_) < 4 else 0
    )


def _column_styles(root: etree._Element, ns: str) -> dict[int, str]:
    styles: dict[int, str] = {}
    left = 2 * LAST_COLUMN  # spans lie side by side; some programs let a few overlap
    for span in root.iterfind(f"{ns}cols/{ns}col"):
        if style := span.get("style"):
            stop = min(whole(span, "max", 1), LAST_COLUMN) + 1
            columns = range(whole(span, "min", 1), stop)
            left -= len(columns)
            if left < 0:
                raise BrokenPart(name_of(root), "has widths of the same columns many times")
            styles.update(dict.fromkeys(columns, style))
    return styles


def _taken_apart(data: bytes, part: str) -> tuple[etree._Element, list[_Piece]]:
    """Return a sheet's root, its sheetData empty, and its rows. Raises BrokenPart."""
    if _is_unusual(data):
        data = plain(data, part)
    found = _DATA.search(data)
    if found is None:
        raise BrokenPart(part, "has no rows")
    prefix, start, stop = found[1], found.end(), found.end()
    if not found[3]:
        stop = max(start, data.rfind(b"</%bsheetData" % prefix))
    after = stop if found[3] else data.find(b">", stop) + 1
    around = data[: found.start()] + b"<%bsheetData%b/>" % (prefix, found[2]) + data[after:]
    root = parsed(around, part)
    if len(root.nsmap) > NAMESPACES:  # each piece declares them again
        raise BrokenPart(part, "has very many namespaces")
    return root, _pieces(data, start, stop, prefix, part)


def _put_together(root: etree._Element, pieces: Sequence[_Piece]) -> bytes:
    """Return the sheet part with all of its rows."""
    around = written(root)
    found = _DATA.search(around)
    assert found is not None
    rows = b"".join(piece.data for piece in pieces)
    name = found[1] + b"sheetData"
    begin, end = b"<%b%b>" % (name, found[2]), b"</%b>" % name
    return b"".join((around[: found.start()], begin, rows, end, around[found.end() :]))


def _tree_of(piece: _Piece, root: etree._Element) -> etree._Element:
    """Return the rows of a piece as children of an element. Raises BrokenPart."""
    holder = etree.tostring(etree.Element("rows", nsmap=root.nsmap))
    rows = parsed(holder.removesuffix(b"/>") + b">%b</rows>" % piece.data, name_of(root))
    if len(rows) != len(piece.numbers):
        raise BrokenPart(name_of(root), "has something else among its rows")
    return rows


def _bytes_of(rows: etree._Element) -> bytes:
    """Return the children of such an element as bytes."""
    text = etree.tostring(rows, encoding="UTF-8")
    return text[text.index(b">") + 1 : text.rindex(b"</")]


def _is_unusual(data: bytes) -> bool:
    """Tell whether rows could seem to be where none are: comments, CDATA, another encoding."""
    return (
        b"<!" in data
        or b"\0" in data
        or data.rfind(b"<?") > data.find(b"<?xml ")
        or _ENCODING.search(data[:200]) is not None
    )


def _pieces(data: bytes, start: int, stop: int, prefix: bytes, part: str) -> list[_Piece]:
    tag = re.compile(rb"<" + re.escape(prefix) + _ROW)
    starts: list[int] = []
    numbers: list[int] = []
    for found in tag.finditer(data, start, stop):
        starts.append(found.start())
        numbers.append(_row_number(found[1], numbers[-1] if numbers else 0, part))
    if data[start : starts[0] if starts else stop].strip():
        raise BrokenPart(part, "has something else before its rows")
    pieces = []
    for first, after in pairwise([*_bounds(starts, stop), len(starts)]):
        end = starts[after] if after < len(starts) else stop
        pieces.append(_Piece(data[starts[first] : end], numbers[first:after]))
        if after - first == 1 and marks(pieces[-1].data) > ROW_MARKS:
            raise BrokenPart(part, "has a row with more than a sheet has columns")
    return pieces


def _bounds(starts: Sequence[int], stop: int) -> Iterator[int]:
    """Yield with which rows pieces begin, counted from 0; a long row is a piece of its own."""
    first = 0
    for at, after in enumerate([*starts[1:], stop][: len(starts)]):
        if not at or at - first == ROWS or after - starts[first] > PIECE:
            first = at
            yield at


def _row_number(attributes: bytes, last: int, part: str) -> int:
    """Return the number of a row; one that does not say it follows the one before."""
    found = _NUMBER.search(attributes)
    stated = found[1] if found else b"%d" % (last + 1)
    number = int(stated) if stated.isdigit() and len(stated) < 8 else 0
    if number <= last:
        raise BrokenPart(part, "has rows out of order")
    return number
