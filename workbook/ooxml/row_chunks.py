"""A sheet part taken apart: all around its rows as a tree, the rows themselves as pieces of bytes.

A tree of every cell takes twenty times the memory, and rows that nobody edits keep their bytes.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import msgspec
from lxml import etree

from workbook.merge.refusals import BrokenPart
from workbook.ooxml.markup import name_of, parsed, plain, written

ROWS = 500  # in one piece

_DATA = re.compile(rb"<((?:[A-Za-z_][\w.-]*:)?)sheetData((?:\s[^<>]*?)?)(/?)>")
_ROW = rb"row(?=[\s/>])((?:[^>\"']|\"[^\"]*\"|'[^']*')*)>"  # after its prefix
_NUMBER = re.compile(rb"\sr\s*=\s*[\"']([^\"']*)[\"']")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"'](?!utf-8[\"'])", re.IGNORECASE)


class Piece(msgspec.Struct):
    """Some rows as bytes, and their numbers."""

    data: bytes
    numbers: list[int]


def taken_apart(data: bytes, part: str) -> tuple[etree._Element, list[Piece]]:
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
    return parsed(around, part), _pieces(data[start:stop], prefix, part)


def put_together(root: etree._Element, pieces: Sequence[Piece]) -> bytes:
    """Return the sheet part with all of its rows."""
    around = written(root)
    found = _DATA.search(around)
    assert found is not None
    rows = b"".join(piece.data for piece in pieces)
    name = found[1] + b"sheetData"
    begin, end = b"<%b%b>" % (name, found[2]), b"</%b>" % name
    return b"".join((around[: found.start()], begin, rows, end, around[found.end() :]))


def tree_of(piece: Piece, root: etree._Element) -> etree._Element:
    """Return the rows of a piece as children of an element. Raises BrokenPart."""
    holder = etree.tostring(etree.Element("rows", nsmap=root.nsmap))
    rows = parsed(holder.removesuffix(b"/>") + b">%b</rows>" % piece.data, name_of(root))
    if len(rows) != len(piece.numbers):
        raise BrokenPart(name_of(root), "has something else among its rows")
    return rows


def bytes_of(rows: etree._Element) -> bytes:
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


def _pieces(data: bytes, prefix: bytes, part: str) -> list[Piece]:
    tag = re.compile(rb"<" + re.escape(prefix) + _ROW)
    starts: list[int] = []
    numbers: list[int] = []
    for found in tag.finditer(data):
        starts.append(found.start())
        numbers.append(_number(found[1], numbers[-1] if numbers else 0, part))
    if data[: starts[0] if starts else len(data)].strip():
        raise BrokenPart(part, "has something else before its rows")
    bounds = [*starts[::ROWS], len(data)]
    return [
        Piece(data[start:stop], numbers[at * ROWS : (at + 1) * ROWS])
        for at, (start, stop) in enumerate(pairwise(bounds))
    ]


def _number(attributes: bytes, last: int, part: str) -> int:
    """Return the number of a row; one that does not say it follows the one before."""
    found = _NUMBER.search(attributes)
    stated = found[1] if found else b"%d" % (last + 1)
    number = int(stated) if stated.isdigit() and len(stated) < 8 else 0
    if number <= last:
        raise BrokenPart(part, "has rows out of order")
    return number
