"""The cells of a sheet's rows as texts.

Where rows are spelled as nearly all programs spell them, they are read from their bytes, which
takes a quarter of the time of elements; all others a parser reads, and both give the same.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache

from lxml import etree

from workbook.ooxml.cell_text import INLINE, Texts, unescaped
from workbook.ooxml.worksheet import PIECE, Grid, column_of

Cell = tuple[int, str, bool]  # its column, its text, and whether a formula gave that

# attributes and texts in which nothing could be meant otherwise than it is spelled
_SAID = r"[^<>&/]{0,200}+"  # as they are remembered, they are short
_TEXT = r"[^<>&]*+(?:&(?:amp|lt|gt|quot|apos);[^<>&]*+)*"
_KEEP = r'(?: xml:space="preserve")?'
_INLINE = rf"<is><t{_KEEP}>{_TEXT}</t></is>"
_RESULT = rf"(?:<f{_SAID}(?:/>|>{_TEXT}</f>))?(?:<v/>|<v{_KEEP}>{_TEXT}</v>)?"
_CELL = rf'<c r="[A-Z]{{1,3}}[0-9]++"{_SAID}(?:/>|>(?:{_INLINE}|{_RESULT})</c>)'
_PLAIN = re.compile(rf'(?:<row r="[0-9]++"{_SAID}(?:/>|>(?:{_CELL})*</row>)[ \n]*+)*')
_NO_XML = re.compile("[\0-\x08\x0b-\x1f\ufffe\uffff]")  # and \r, which stands for \n

# of each row and cell, once they are plain: its column, attributes, formula, "i" or "v", text
_FOUND = re.compile(
    r'<(?:row|c) r="([A-Z]*)[0-9]++"([^<>/]*+)/?>'
    r"(?:(<f[^<>/]*+)(?:/>|>[^<]*+</f>))?(?:<([iv])[^<>]*+>(?:<t[^<>]*+>)?)?([^<]*+)"
)
_ATTRIBUTE = re.compile(r' ([A-Za-z0-9:]+)="([^"\n\t]*)"')
_OF_ROWS = frozenset(
    ("spans", "s", "customFormat", "ht", "hidden", "customHeight", "outlineLevel", "collapsed")
)
_DESCENT = "x14ac:dyDescent"  # which Excel writes into every row
_OF_CELLS = frozenset(("s", "t", "cm", "vm", "ph"))
_OF_FORMULAS = frozenset(("t", "ref", "si", "ca", "aca", "bx", "xml:space"))
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))


def row_texts(
    grid: Grid, rows: range, columns: range, texts: Texts
) -> Iterator[tuple[int, Iterable[Cell]]]:
    """Yield the rows that the file mentions, with those of their cells that hold something."""
    plain = _Plain(grid, columns, texts)
    for numbers, data in grid.pieces(rows.start, rows.stop - 1):
        if (lines := plain.lines(data)) is None:
            held = grid.rows(numbers[0], numbers[-1])
            yield from ((at, _cells(grid, row, columns, texts)) for at, row in held if at in rows)
        else:
            yield from ((at, line) for at, line in zip(numbers, lines, strict=True) if at in rows)


def _cells(grid: Grid, holder: etree._Element, columns: range, texts: Texts) -> Iterator[Cell]:
    for column, cell in grid.cells(holder):
        if column in columns and len(cell):
            text, is_formula = texts.of(cell), cell[0].tag == texts.formula
            if text or is_formula:
                yield column, text, is_formula


class _Plain:
    """Reads the rows of a sheet that are spelled plainly."""

    def __init__(self, grid: Grid, columns: range, texts: Texts) -> None:
        self._columns, self._texts = columns, texts
        self._of_rows = _OF_ROWS | ({_DESCENT} if "x14ac" in grid.root.nsmap else set())
        self._kinds: dict[str, str | None] = {}  # of cells, by their attributes

    def lines(self, data: bytes) -> list[list[Cell]] | None:
        """Return the cells of each row, None where a parser has to read them."""
        if len(data) > PIECE or (text := _plain(data)) is None:
            return None
        lines: list[list[Cell]] = []
        for letters, said, formula, holder, raw in _FOUND.findall(text):
            if not letters:
                line, last = list[Cell](), 0
                lines.append(line)
                if not _are_known(said, self._of_rows):
                    return None
                continue
            column, kind = column_of(letters), self._kind(said)
            if column <= last or kind is None:
                return None
            if formula and not _are_known(formula[2:], _OF_FORMULAS):
                return None
            last = column
            if column in self._columns and (raw or formula):
                text = self._text(kind, holder, raw)
                if text or formula:
                    line.append((column, text, formula != ""))
        return lines

    def _kind(self, said: str) -> str | None:
        """Return of which kind a cell with these attributes is, None where it is not plain."""
        if said not in self._kinds:
            known = dict(_ATTRIBUTE.findall(said)) if _are_known(said, _OF_CELLS) else None
            self._kinds[said] = None if known is None else known.get("t", "")
        return self._kinds[said]

    def _text(self, kind: str, holder: str, raw: str) -> str:
        if "&" in raw:
            for spelled, character in _ENTITIES:
                raw = raw.replace(spelled, character)
        if kind == INLINE:
            return unescaped(raw) if holder == "i" else ""
        return self._texts.of_value(kind, raw if holder == "v" else "")


def _plain(data: bytes) -> str | None:
    """Return rows as text if they are spelled plainly and are XML, but for their attributes."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    is_odd = not text.isprintable() and _NO_XML.search(text)
    return None if is_odd or not _PLAIN.fullmatch(text) else text


@lru_cache(4096)
def _are_known(said: str, names: Collection[str]) -> bool:
    """Tell whether attributes are some of these names, each once, and spelled plainly."""
    found = _ATTRIBUTE.findall(said)
    spelled = "".join(f' {name}="{value}"' for name, value in found)
    there = [name for name, _ in found]
    return spelled == said and len({*there}) == len(there) and {*there} <= {*names}
