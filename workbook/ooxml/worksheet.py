"""The cells of one sheet part, found by row and column although files leave out what is blank.

All around the rows is a tree, the rows themselves are pieces of bytes: a tree of every cell takes
twenty times the memory, and rows that nobody edits keep their bytes. A row that is asked for alone
is made into elements alone: where one row in ten is edited, that takes a third of the time.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import accumulate, pairwise

import msgspec
from lxml import etree

from workbook.merge.ranges import LAST_COLUMN, letters, number
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.budget import Budget
from workbook.ooxml.markup import is_true, marks, name_of, namespace, parsed, plain, whole, written

BY_DEFAULT = "0"  # the number of the style that every file has
ROWS = 500  # in one piece
NAMESPACES = 100  # of a sheet; Excel declares ten
DECLARED = 4 << 10  # bytes of them; where there are more, no row is made into elements alone
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


class _Piece:
    """Some rows as bytes, their numbers, and where in the bytes each begins; last, their end."""

    def __init__(self, data: bytes, numbers: Sequence[int], starts: Sequence[int]) -> None:
        self.data, self.numbers, self.starts = data, array("L", numbers), array("L", starts)

    def row(self, at: int) -> bytes:
        """Return the bytes of a row, counted from 0."""
        return self.data[self.starts[at] : self.starts[at + 1]]

    def place(self, number: int) -> int | None:
        """Return which of the rows has a number, None if none has."""
        at = bisect_left(self.numbers, number)
        return at if at < len(self.numbers) and self.numbers[at] == number else None

    def add(self, number: int) -> int:
        """Make room for a row, which has no bytes yet, and return which one it is."""
        at = bisect_left(self.numbers, number)
        self.numbers.insert(at, number)
        self.starts.insert(at, self.starts[at])
        return at

    def replace(self, rows: Mapping[int, bytes]) -> None:
        """Give rows of these numbers other bytes."""
        there = enumerate(self.numbers)
        pieces = [rows[number] if number in rows else self.row(at) for at, number in there]
        self.data = b"".join(pieces)
        self.starts = array("L", accumulate(map(len, pieces), initial=0))


class _Held(msgspec.Struct):
    """The elements of one piece: of some rows, or where there is a `tree`, of all of them."""

    piece: int = -1
    tree: etree._Element | None = None
    rows: dict[int, etree._Element] = {}
    touched: set[int] = set()


class Grid:
    """A worksheet part; rows and columns are counted from 1, `root` is all of it but the rows.

    Rows are made into elements alone or, by `rows`, a piece at a time: an element is good until one
    of another piece is asked for. Raises BrokenPart where rows or cells are out of order.
    """

    def __init__(self, data: bytes, part: str, budget: Budget | None = None) -> None:
        self.budget = budget or Budget.of(len(data))
        self.root, self._pieces, self._tag = _taken_apart(data, part)
        self.ns = namespace(self.root)
        self._cell = f"{self.ns}c"
        self._styles = _column_styles(self.root, self.ns)
        self._firsts = [piece.numbers[0] for piece in self._pieces]
        self._holder = etree.tostring(etree.Element("rows", nsmap=self.root.nsmap))
        self._held, self._line = _Held(), _NO_LINE

    def rows(self, first: int, last: int) -> Iterator[tuple[int, etree._Element]]:
        """Yield the rows from one number to another that the file mentions."""
        for at, _ in self._between(first, last):
            mentioned = self._opened_whole(at).items()
            yield from ((number, row) for number, row in mentioned if first <= number <= last)

    def pieces(self, first: int, last: int) -> Iterator[tuple[Sequence[int], bytes]]:
        """Yield the bytes of the same rows, in pieces with the numbers of theirs."""
        self._close()
        for _, piece in self._between(first, last):
            yield piece.numbers, piece.data

    @property
    def has_formulas(self) -> bool:
        """Tell whether any cell holds a formula."""
        self._close()
        formula = re.compile(rb"<%bf[\s/>]" % _prefixes(self.root))
        return any(formula.search(piece.data) for piece in self._pieces)

    def written(self) -> list[bytes]:
        """Return the part as it is now, in pieces."""
        self._close()
        return _put_together(self.root, self._pieces)

    def cells(self, row: etree._Element) -> Iterator[tuple[int, etree._Element]]:
        """Yield the cells of a row that the file mentions, with their columns."""
        last = 0
        for cell in row.iterchildren(self._cell):
            place = cell.get("r")
            at = last + 1 if place is None else column_of(place.rstrip(_DIGITS))
            if at <= last:
                raise BrokenPart(name_of(self.root), "has cells out of order")
            yield at, cell
            last = at

    def row(self, at: int) -> etree._Element:
        """Return a row to edit, made where the file has none."""
        self._line = _NO_LINE
        return self._row_to_edit(at)

    def _row_to_edit(self, at: int) -> etree._Element:
        place = self._piece_to_edit(at)
        row = self._opened(place, at)
        if row is None:
            holder, nth = self._held.tree, self._pieces[place].add(at)
            self._firsts[place] = self._pieces[place].numbers[0]
            if holder is None:
                holder = self._tree_of(b"", 0)
            row = self._held.rows[at] = holder.makeelement(f"{self.ns}row", {"r": str(at)})
            holder.insert(nth, row)
        self._held.touched.add(at)
        return row

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

    def _between(self, first: int, last: int) -> Iterator[tuple[int, _Piece]]:
        """Yield the pieces that have any of these rows, counted from 0."""
        for at, piece in enumerate(self._pieces):
            if piece.numbers[0] <= last and first <= piece.numbers[-1]:
                yield at, piece

    def _mentioned(self, row: int) -> etree._Element | None:
        at = bisect_right(self._firsts, row) - 1
        return self._opened(at, row) if at >= 0 else None

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
            self._pieces.append(_Piece(b"", (), (0,)))
            self._firsts.append(row)
        return max(0, bisect_right(self._firsts, row) - 1)

    def _opened(self, at: int, number: int) -> etree._Element | None:
        """Return one row of a piece, None where the piece has none of this number."""
        if len(self._holder) > DECLARED:
            return self._opened_whole(at).get(number)
        if at != self._held.piece:
            self._close()
            self._held.piece = at
        if number not in self._held.rows:
            piece = self._pieces[at]
            if (place := piece.place(number)) is not None:
                self._held.rows[number] = self._tree_of(piece.row(place), 1)[0]
        return self._held.rows.get(number)

    def _opened_whole(self, at: int) -> dict[int, etree._Element]:
        """Return all rows of a piece by their numbers."""
        if at != self._held.piece or self._held.tree is None:
            self._close()
            piece = self._pieces[at]
            tree = self._tree_of(piece.data, len(piece.numbers))
            self._held = _Held(at, tree, dict(zip(piece.numbers, tree, strict=True)))
        return self._held.rows

    def _close(self) -> None:
        """Take the rows that were edited back into their piece."""
        held, self._held, self._line = self._held, _Held(), _NO_LINE
        if not held.touched:
            return
        piece = self._pieces[held.piece]
        if held.tree is None:
            holders = {number: held.rows[number].getparent() for number in held.touched}
            piece.replace({at: _bytes_of(row) for at, row in holders.items() if row is not None})
        else:
            data = _bytes_of(held.tree)
            starts = [found.start() for found in self._tag.finditer(data)]
            self._pieces[held.piece] = _Piece(data, piece.numbers, [*starts, len(data)])

    def _tree_of(self, data: bytes, count: int) -> etree._Element:
        """Return so many rows as children of an element. Raises BrokenPart."""
        begin, part = self._holder.removesuffix(b"/>"), name_of(self.root)
        rows = parsed(begin + b">%b</rows>" % data, part)
        if len(rows) != count:
            raise BrokenPart(part, "has something else among its rows")
        return rows


def set_style(cell: etree._Element, style: str) -> None:
    """Give a cell the style with this number."""
    if style == BY_DEFAULT:
        cell.attrib.pop("s", None)
    else:
        cell.set("s", style)


@cache
def column_of(letters_: str) -> int:
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


def _taken_apart(data: bytes, part: str) -> tuple[etree._Element, list[_Piece], re.Pattern[bytes]]:
    """Return a sheet's root, its sheetData empty, its rows, and what finds the beginning of one.

    Raises BrokenPart.
    """
    if _is_unusual(data):
        data = plain(data, part)
    found = _DATA.search(data)
    if found is None:
        raise BrokenPart(part, "has no rows")
    prefix, start = found[1], found.end()
    stop = start if found[3] else data.rfind(b"</%bsheetData" % prefix)
    after = start if found[3] else data.find(b">", stop) + 1
    around = data[: found.start()] + b"<%bsheetData%b/>" % (prefix, found[2]) + data[after:]
    root = parsed(around, part)
    if len(root.nsmap) > NAMESPACES:  # each piece declares them again
        raise BrokenPart(part, "has very many namespaces")
    tag = re.compile(b"<%b%b" % (_prefixes(root), _ROW))
    return root, _pieces(data, start, stop, tag, part), tag


def _prefixes(root: etree._Element) -> bytes:
    """Return a pattern of the prefixes of the part's namespace: a file may declare it twice."""
    own = [prefix for prefix, uri in root.nsmap.items() if f"{{{uri}}}" == namespace(root)]
    return b"(?:%b)" % "|".join(f"{re.escape(each)}:" if each else "" for each in own).encode()


def _put_together(root: etree._Element, pieces: Sequence[_Piece]) -> list[bytes]:
    """Return the sheet part with all of its rows, in pieces."""
    around = written(root)
    found = _DATA.search(around)
    assert found is not None
    rows = (piece.data for piece in pieces)
    name = found[1] + b"sheetData"
    begin, end = b"<%b%b>" % (name, found[2]), b"</%b>" % name
    return [around[: found.start()], begin, *rows, end, around[found.end() :]]


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


def _pieces(data: bytes, start: int, stop: int, tag: re.Pattern[bytes], part: str) -> list[_Piece]:
    starts: list[int] = []
    numbers: list[int] = []
    for found in tag.finditer(data, start, stop):
        starts.append(found.start())
        numbers.append(_row_number(found[1], numbers[-1] if numbers else 0, part))
    if data[start : starts[0] if starts else stop].strip():
        raise BrokenPart(part, "has something else before its rows")
    pieces = []
    bounds = [*_bounds(starts, stop), len(starts)]
    starts.append(stop)
    for first, after in pairwise(bounds):
        begin = starts[first]
        within = [each - begin for each in starts[first : after + 1]]
        pieces.append(_Piece(data[begin : starts[after]], numbers[first:after], within))
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
