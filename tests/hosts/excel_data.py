"""What an Excel in memory holds, and what happens to it there: cells, tables, sheets, their moves.

It does to text, tables and filters what Excel does to them, and refuses what Excel refuses.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from xlwings.utils import a1_to_tuples

ROWS, COLUMNS = 1_048_576, 16_384
LONGEST = 32_767
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?", re.ASCII)

Place = tuple[int, int]  # row and column, from 1


class com_error(Exception):  # noqa: N801 - pywin32's name for what Excel refuses
    """Excel said no."""


def refuse(why: str) -> com_error:
    """Return the error that Excel's refusal is on Windows."""
    return com_error(-2147352567, "Exception occurred.", (0, "Microsoft Excel", why), None)


@dataclass(slots=True)
class Cell:
    """A cell: its value, the formula it comes from, if any, and its number format."""

    value: Any = None
    formula: str = ""
    format: str = "General"

    def enter(self, value: Any) -> None:
        """Take a value as Excel does when a program sets Range.Value."""
        if isinstance(value, str) and len(value) > LONGEST:
            raise refuse("text is too long")
        self.formula, self.value = "", None if value == "" else value
        if self.format == "@":
            self.value = None if self.value is None else self.shown()
        elif isinstance(value, str) and value:
            self._reinterpret(value)

    def _reinterpret(self, text: str) -> None:
        if text.startswith("'"):
            self.value = text[1:]
        elif NUMBER.fullmatch(text):
            self.value = float(text.rstrip("%")) / (100 if text.endswith("%") else 1)
        elif text.upper() in ("TRUE", "FALSE"):
            self.value = text.upper() == "TRUE"
        elif text[0] in "=+-@":
            if text.count("(") != text.count(")"):
                raise refuse("the formula is wrong")
            self.formula, self.value = text if text[0] == "=" else f"={text}", 0.0

    def shown(self) -> str:
        """Return what Range.Formula is."""
        if self.formula or self.value is None:
            return self.formula
        value = self.value
        if isinstance(value, datetime):
            value = (value - datetime(1899, 12, 30)) / timedelta(days=1)
        number = isinstance(value, float) and value.is_integer()
        return str(int(value)) if number else str(value)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; rows and columns from 1."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def bottom(self) -> int:
        """Return its last row."""
        return self.row + self.rows - 1

    def lines(self) -> Iterator[list[Place]]:
        """Go through the places, row by row."""
        for row in range(self.row, self.row + self.rows):
            yield [(row, column) for column in self.across()]

    def across(self) -> range:
        """Return its columns."""
        return range(self.column, self.column + self.columns)

    def meets(self, other: Area) -> bool:
        """Tell whether the two have a cell in common."""
        return (
            self.row < other.row + other.rows
            and other.row < self.row + self.rows
            and self.column < other.column + other.columns
            and other.column < self.column + self.columns
        )

    def spans(self, other: Area) -> bool:
        """Tell whether every column of the other is one of this."""
        return self.column <= other.column and other.across().stop <= self.across().stop


@dataclass(eq=False)
class TableData:
    """A table: its name and place, header and totals included.

    `formulas`: title -> what the table itself fills a column with. `source` is 3 for a query.
    """

    name: str
    area: Area
    headers: bool = True
    totals: bool = False
    filtered: bool = False
    formulas: dict[str, str] = field(default_factory=dict)
    source: int = 1

    @property
    def body(self) -> Area:
        """Return its rows without header and totals."""
        area = self.area
        return replace(area, row=area.row + 1, rows=area.rows - 1 - self.totals)


@dataclass(eq=False)
class SheetData:
    """A sheet: cells by (row, column), tables and drawings."""

    name: str
    cells: dict[Place, Cell] = field(default_factory=dict)
    tables: list[TableData] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    shapes: int = 0
    visible: int = -1  # 0 hidden, 2 very hidden
    protected: bool = False
    merged: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, made when it is first needed."""
        return self.cells.setdefault((row, column), Cell())

    def values(self, address: str) -> list[list[Any]]:
        """Return values as a test wants to compare them; a formula is its text."""
        area = area_of(address)
        return [[self.cell(*at).formula or self.cell(*at).value for at in line]
                for line in area.lines()]  # fmt: skip

    @property
    def filtered(self) -> bool:
        """Tell whether a filter hides rows."""
        return any(table.filtered for table in self.tables)

    def reached(self, area: Area) -> list[list[Place | None]]:
        """Return which cell each value of a block ends up in; None where it is lost.

        A filter makes Excel write to what shows only, and the first value everywhere
        (xlwings/issues 679 and 747); without one, hidden cells are written to as any other.
        """
        if not self.filtered or area.rows == area.columns == 1:
            return [[*line] for line in area.lines()]
        return [
            [None if self._hides(at, alone=area.rows == 1) else at for at in line]
            for line in area.lines()
        ]

    def _hides(self, at: Place, alone: bool) -> bool:
        row, column = at
        return column in self.hidden_columns or (row in self.hidden_rows and not alone)

    def enter(self, area: Area, data: list[list[Any]]) -> None:
        """Set the values of a block."""
        scattered = self.filtered and not self.hidden_rows.isdisjoint(
            range(area.row, area.bottom + 1)
        )
        for values, places in zip(data, self.reached(area), strict=True):
            for value, at in zip(values, places, strict=True):
                if at is not None:
                    self.cell(*at).enter(data[0][0] if scattered and area.rows > 1 else value)

    def insert(self, area: Area) -> None:
        """Push everything down that stands in this area or below it."""
        moving = replace(area, rows=ROWS)
        for table in (each for each in self.tables if each.area.meets(moving)):
            within = table.area.row < area.row
            if not area.spans(table.area) or (within and table.filtered):
                raise refuse("this would shift cells in a table")
        self._shift(area.row, area, area.rows)
        for table in self.tables:
            if not table.area.meets(moving):
                continue
            if table.area.row < area.row:
                table.area = replace(table.area, rows=table.area.rows + area.rows)
                self.fill(table, range(area.row, area.row + area.rows))
            else:
                table.area = replace(table.area, row=table.area.row + area.rows)

    def delete(self, area: Area) -> None:
        """Take cells away, and let what is below move up."""
        moving = replace(area, rows=ROWS)
        met = [each for each in self.tables if each.area.meets(moving)]
        if any(not area.spans(each.area) or each.filtered for each in met):
            raise refuse("this would shift cells in a table")
        for line in area.lines():
            for at in line:
                self.cells.pop(at, None)
        self._shift(area.row + area.rows, area, -area.rows)
        for table in met:
            if table.area.row >= area.row:
                table.area = replace(table.area, row=table.area.row - area.rows)
            else:
                left = max(2 + table.totals, table.area.rows - area.rows)
                table.area = replace(table.area, rows=left)

    def _shift(self, first: int, area: Area, by: int) -> None:
        columns = area.across()
        self.cells = {
            (row + by if row >= first and column in columns else row, column): cell
            for (row, column), cell in self.cells.items()
        }

    def resize(self, table: TableData, area: Area) -> None:
        """Give a table another place; no cell moves."""
        if table.totals:
            raise refuse("a test wants nobody to rely on this")
        if area.row != table.area.row or not area.meets(table.area) or area.rows < 2:
            raise refuse("the header must stay where it is")
        if any(other.area.meets(area) for other in self.tables if other is not table):
            raise refuse("a table cannot overlap another one")
        new = range(table.area.bottom + 1, area.bottom + 1)
        table.area = area
        self.fill(table, new)

    def fill(self, table: TableData, rows: range) -> None:
        """Fill the formulas of whole columns into new rows of a table."""
        for column in table.area.across():
            formula = table.formulas.get(str(self.cell(table.area.row, column).value))
            for row in rows if formula else ():
                self.cells[row, column] = Cell(0.0, str(formula))

    def sort(self, table: TableData, title: str, *, reverse: bool = False) -> None:
        """Sort a table as its user does."""
        lines = list(table.body.lines())
        titles = [self.cell(table.area.row, column).value for column in table.area.across()]
        at = titles.index(title)
        contents = [[self.cell(*place) for place in line] for line in lines]
        contents.sort(key=lambda cells: cells[at].shown(), reverse=reverse)
        for line, cells in zip(lines, contents, strict=True):
            self.cells.update(zip(line, cells, strict=True))


@dataclass
class Excel:
    """The application as a test sees it: what it was told, and what is asked of it.

    `breaks_at`: the call that always fails; `fuse`: after so many calls one fails, once.
    """

    calls: list[str] = field(default_factory=list)
    breaks_at: str = ""
    fuse: int | None = None
    on_write: Callable[[], object] = lambda: None
    said: list[str | bool] = field(default_factory=list)  # in the status bar
    alerts: list[tuple[str, str]] = field(default_factory=list)  # (prompt, mode)
    answers: list[str] = field(default_factory=list)  # to questions
    chosen_file: str | bool = False
    asked_for_file: list[str] = field(default_factory=list)
    has_dialog: bool = True
    painting: bool = True
    events: bool = True
    calculating: str = "automatic"
    structure_protected: bool = False
    full_name: str = "Book1"
    window: int = 66_321  # the handle of its window
    embedded: bool = False  # in another document
    link_sources: tuple[str, ...] = ()  # other workbooks
    calculated: list[tuple[str, str]] = field(default_factory=list)  # (sheet, cells), by command
    sheets: list[SheetData] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)
    charts: list[str] = field(default_factory=list)  # sheets that are charts

    def call(self, name: str) -> None:
        """Count a call, and let it fail where a test wants it to."""
        self.calls.append(name)
        if self.fuse is not None:
            self.fuse -= 1
        if name == self.breaks_at or self.fuse == -1:
            raise refuse("because a test wants it")

    def counted(self) -> Counter[str]:
        """Return how often each call was made."""
        return Counter(self.calls)

    def sheet(self, name: str) -> SheetData:
        """Return a sheet by its name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def table_names(self) -> set[str]:
        """Return the names of all tables, in lower case."""
        return {table.name.lower() for sheet in self.sheets for table in sheet.tables}


def area_of(address: str) -> Area:
    """Return the area that an address names."""
    first, last = a1_to_tuples(address)  # type: ignore[no-untyped-call]
    (top, left), (bottom, right) = first, last or first
    return Area(top, left, bottom - top + 1, right - left + 1)
