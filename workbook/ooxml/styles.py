"""Style the cells of new rows as most rows of their column, never as one that was painted."""

from __future__ import annotations

from collections import Counter
from copy import deepcopy
from functools import cached_property
from typing import AnyStr

from lxml import etree

from workbook.contacts import times
from workbook.ooxml.markup import local, namespace, whole, written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import looked_at, reached, workbook_part
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import BY_DEFAULT, Grid

SAMPLE, MOST_CELLS = 500, 100_000  # rows that are looked at, and cells
_NO_TIME = ("0", "49")  # General and text (ECMA-376 part 1, 18.8.30)
_LAST_BUILT_IN = 163
_BUILT_IN = {"#,##0": "3"}
_PAINT = ("fillId", "fontId")  # fills and fonts; numbers, alignment, borders, protection stay


def styles_of_new_rows(formats: Formats, table: Table, grid: Grid) -> list[str]:
    """Return the style of each column for new rows; a style that is missing is added to `formats`.

    It is the one that most rows have. Where their cells differ in colours and fonts alone, it is
    the same style without them; where they differ in more, it is that of a blank cell.
    """
    body = table.body
    columns = range(body.left, body.right + 1)
    sample = max(20, min(SAMPLE, MOST_CELLS // len(columns)))
    rows = range(body.top, body.bottom + 1, 1 + max(0, body.bottom - body.top) // sample)
    counts: list[Counter[str]] = [Counter() for _ in columns]
    for row in rows:
        for count, column in zip(counts, columns, strict=True):
            count[grid.style(row, column)] += 1
    blank = [grid.blank_style(body.bottom + 1, column) for column in columns]
    return [
        _majority(count) or formats.plain(count) or style
        for count, style in zip(counts, blank, strict=True)
    ]


def _majority(counts: Counter[AnyStr]) -> AnyStr | None:
    """Return what more than half have."""
    half = counts.total() // 2
    return next((found for found, count in counts.items() if count > half), None)


class Formats:
    """The cell formats of a workbook by their numbers (ECMA-376 part 1, 18.8.10, cellXfs)."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._part = next(reached(package, workbook_part(package), "styles"), "")
        self._root = looked_at(package, self._part)
        found = None if self._root is None else self._root.find("{*}cellXfs")
        self._listed = found if found is not None else etree.Element("cellXfs")
        self._formats = [*self._listed.iterchildren("{*}xf")]
        self._known: dict[str, bytes] = {}
        self._has_new = False
        self._dated: dict[str, str] = {}

    def dated(self, style: str) -> str:
        """Return a format that shows a number as a time: this one, or a new one like it.

        Whatever the user has chosen for the column stays; only text and "General" show none.
        """
        if style not in self._dated:
            there = self._there(style)
            shows_none = there is not None and there.get("numFmtId", "0") in _NO_TIME
            self._dated[style] = self._as_date(int(style)) if shows_none else style
        return self._dated[style]

    def _as_date(self, style: int) -> str:
        new = deepcopy(self._formats[style])
        self._give_code(new, times.FORMAT)
        new.attrib.pop("quotePrefix", None)
        return self._numbered(new)

    def like(self, style: str, code: str = "", **alignment: str) -> str:
        """Return a format as this one, but for how it shows numbers or places what it shows."""
        if self._there(style) is None:
            return style
        new = deepcopy(self._formats[int(style)])
        if code:
            self._give_code(new, code)
        if alignment:
            new.set("applyAlignment", "1")
            placed = new.find("{*}alignment")
            if placed is None:
                placed = new.makeelement(f"{namespace(new)}alignment", {})
                new.insert(0, placed)
            placed.attrib.update(alignment)
        return self._numbered(new)

    def _give_code(self, format_: etree._Element, code: str) -> None:
        format_.set("numFmtId", self._number_format(code))
        format_.set("applyNumberFormat", "1")

    def _number_format(self, code: str) -> str:
        """Return the number of a format for numbers, which is added if it is new."""
        assert self._root is not None
        if code in _BUILT_IN:
            return _BUILT_IN[code]
        listed = self._root.find("{*}numFmts")
        if listed is None:
            listed = self._root.makeelement(f"{namespace(self._root)}numFmts", {})
            self._root.insert(0, listed)
        for there in listed:
            if there.get("formatCode") == code:
                return there.get("numFmtId", "0")
        number = 1 + max([_LAST_BUILT_IN, *(whole(each, "numFmtId", 0) for each in listed)])
        new = {"numFmtId": str(number), "formatCode": code}
        etree.SubElement(listed, f"{namespace(self._root)}numFmt", new)
        listed.set("count", str(len(listed)))
        return str(number)

    def plain(self, counts: Counter[str]) -> str | None:
        """Return the format that most of these share once colours and fonts are left aside."""
        alike: Counter[bytes] = Counter()
        for style, count in counts.items():
            alike[self._spelled(style)] += count
        spelling = _majority(alike)
        if not spelling:
            return None
        like = next(style for style in counts if self._spelled(style) == spelling)
        return self._numbered(_unpainted(self._formats[int(like)]))

    def _numbered(self, new: etree._Element) -> str:
        """Return the number of a format, which is added if it is new."""
        return self._numbers.get(_spelling(new)) or self._add(new)

    @cached_property
    def _numbers(self) -> dict[bytes, str]:
        """The number of each format by its spelling, the first one of those that are equal."""
        last_first = reversed([*enumerate(self._formats)])
        return {_spelling(there): str(number) for number, there in last_first}

    def _spelled(self, style: str) -> bytes:
        if style not in self._known:
            there = self._there(style)
            self._known[style] = b"" if there is None else _spelling(_unpainted(there))
        return self._known[style]

    def _there(self, style: str) -> etree._Element | None:
        known = style.isdecimal() and len(style) < 10 and int(style) < len(self._formats)
        return self._formats[int(style)] if known else None

    def _add(self, new: etree._Element) -> str:
        number = str(len(self._formats))
        self._listed.append(new)
        self._formats.append(new)
        self._has_new = True
        self._numbers[_spelling(new)] = number
        return number

    def put(self) -> None:
        """Put what was added into the file."""
        if self._has_new and self._root is not None:
            self._listed.set("count", str(len(self._formats)))
            self._package.put(self._part, written(self._root))


def _unpainted(format_: etree._Element) -> etree._Element:
    plain = deepcopy(format_)
    for attribute in _PAINT:
        plain.set(attribute, BY_DEFAULT)
        plain.attrib.pop(f"apply{attribute[0].upper()}{attribute[1:-2]}", None)
    return plain


def _spelling(format_: etree._Element) -> bytes:
    """Return a format spelled so that equal ones are the same."""
    said = sorted((str(k), v) for k, v in format_.attrib.items() if not str(k).startswith("apply"))
    inner = [(local(child), sorted(child.attrib.items())) for child in format_]
    return repr((said, inner)).encode()
