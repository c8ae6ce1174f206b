"""An Excel in memory: xlwings' own Book, Range and Table run on it, and no licence is needed.

It treats text that is written into cells as Excel does (the text format decides), refuses what
Excel refuses, and counts every call that would go to Excel. It cannot calculate.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

import xlwings as xw
from openpyxl.utils import get_column_letter, range_boundaries
from xlwings import base_classes
from xlwings.main import Engine as MainEngine

ROWS, COLUMNS = 1_048_576, 16_384
LONGEST = 32_767
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?", re.ASCII)


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
        if isinstance(value, str) and value and self.format != "@":
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
        return self.formula or ("" if self.value is None else str(self.value))


Call = Callable[..., Any]


def com(name: str) -> Callable[[Call], Call]:
    """Count a call to Excel under its name there, and let it fail where a test wants it to."""

    def counted(function: Call) -> Call:
        @wraps(function)
        def called(self: Any, *args: Any, **kwargs: Any) -> Any:
            self.excel.calls.append(name)
            if self.excel.breaks_at == name:
                raise refuse("because a test wants it")
            return function(self, *args, **kwargs)

        return called

    return counted


@dataclass
class Excel:
    """The application as a test sees it: what it was told, and what is asked of it."""

    calls: list[str] = field(default_factory=list)
    breaks_at: str = ""
    on_write: Callable[[], object] = lambda: None
    said: list[str | bool] = field(default_factory=list)  # in the status bar
    alerts: list[tuple[str, str]] = field(default_factory=list)  # (prompt, mode)
    answers: list[str] = field(default_factory=list)  # to questions
    chosen_file: str | bool = False
    asked_for_file: list[str] = field(default_factory=list)
    has_dialog: bool = True
    painting: bool = True
    calculating: str = "automatic"
    structure_protected: bool = False
    sheets: list[SheetData] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def counted(self) -> Counter[str]:
        """Return how often each call was made."""
        return Counter(self.calls)

    def sheet(self, name: str) -> SheetData:
        """Return a sheet by its name."""
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def table_names(self) -> set[str]:
        """Return the names of all tables, in lower case."""
        return {table.name.lower() for sheet in self.sheets for table in sheet.tables}


def _boundaries(address: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = (int(edge or 0) for edge in range_boundaries(address))
    return left, top, right, bottom


@dataclass(eq=False)
class TableData:
    """A table: its name and place, the header row included; `totals` adds a row below."""

    name: str
    area: Area
    headers: bool = True
    totals: bool = False


@dataclass(eq=False)
class SheetData:
    """A sheet: cells by (row, column), tables and drawings."""

    name: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    tables: list[TableData] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    shapes: int = 0
    visible: bool = True
    protected: bool = False

    def cell(self, row: int, column: int) -> Cell:
        """Return a cell, made when it is first needed."""
        return self.cells.setdefault((row, column), Cell())

    def values(self, address: str) -> list[list[Any]]:
        """Return values as a test wants to compare them; a formula is its text."""
        left, top, right, bottom = _boundaries(address)
        return [
            [self.cell(row, column).formula or self.cell(row, column).value
             for column in range(left, right + 1)]
            for row in range(top, bottom + 1)
        ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells; rows and columns from 1."""

    row: int
    column: int
    rows: int
    columns: int

    def cells(self) -> Iterator[list[tuple[int, int]]]:
        """Go through the places, row by row."""
        for row in range(self.row, self.row + self.rows):
            yield [(row, column) for column in range(self.column, self.column + self.columns)]

    def meets(self, other: Area) -> bool:
        """Tell whether the two have a cell in common."""
        return (
            self.row < other.row + other.rows
            and other.row < self.row + self.rows
            and self.column < other.column + other.columns
            and other.column < self.column + self.columns
        )


class Engine:
    """What xlwings calls an engine, under the name of the real one."""

    name, type = "excel", "desktop"

    def __init__(self, excel: Excel) -> None:
        self.apps = [App(excel, self)]

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, errors: Any) -> Any:
        return [[empty if cell in ("", None) else cell for cell in row] for row in data]


class App:
    """xlwings' App over an Excel."""

    def __init__(self, excel: Excel, engine: Engine) -> None:
        self.excel, self.engine, self.pid = excel, engine, 1

    @property
    def api(self) -> Any:
        return Dialogs(self.excel) if self.excel.has_dialog else object()

    @property
    def screen_updating(self) -> bool:
        return self.excel.painting

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self.excel.calls.append("Application.ScreenUpdating")
        self.excel.painting = value

    @property
    def calculation(self) -> str:
        return self.excel.calculating

    @calculation.setter
    def calculation(self, value: str) -> None:
        self.excel.calls.append("Application.Calculation")
        self.excel.calculating = value

    @property
    def status_bar(self) -> str | bool:
        return self.excel.said[-1] if self.excel.said else False

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self.excel.said.append(value)

    def activate(self, steal_focus: bool) -> None:
        assert not steal_focus

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: None) -> str:
        assert self.excel.painting, "a message over a frozen screen"
        assert self.status_bar is False, "a message while the status bar is still ours"
        self.excel.alerts.append((prompt, mode))
        return self.excel.answers.pop(0) if buttons != "ok" else "ok"


class Dialogs:
    """The one thing that is asked of Excel's own object."""

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    def GetSaveAsFilename(  # noqa: N802 - Excel's name
        self, name: str, filters: str, index: int, title: str
    ) -> str | bool:
        self.excel.asked_for_file.append(name)
        return self.excel.chosen_file


class Book:
    """Its one workbook."""

    def __init__(self, excel: Excel, app: App) -> None:
        self.excel, self.app, self.name = excel, app, "Book1"

    def activate(self) -> None:
        """It is the only one, and so the active one."""

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    @property
    def names(self) -> Names:
        return Names(self.excel)


class Names:
    """The workbook's names."""

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    @com("Names.Item")
    def __call__(self, name: str) -> Name:
        return Name(self.excel, name)

    @com("Names.Item")
    def contains(self, name: str) -> bool:
        return name.lower() in map(str.lower, self.excel.names)


class Name:
    """One of them."""

    def __init__(self, excel: Excel, name: str) -> None:
        self.excel, self.name = excel, name

    @property
    def refers_to(self) -> str:
        return self.excel.names[self.name]

    @property
    def refers_to_range(self) -> Range:
        sheet, address = self.refers_to.removeprefix("=").split("!")
        book = Book(self.excel, App(self.excel, Engine(self.excel)))
        return Sheet(book, self.excel.sheet(sheet)).range(address)


class Sheets:
    """The workbook's sheets."""

    def __init__(self, book: Book) -> None:
        self.book, self.excel, self.api = book, book.excel, self

    @com("Sheets.Count")
    def __iter__(self) -> Iterator[Sheet]:
        return iter([Sheet(self.book, data) for data in self.excel.sheets])

    def __call__(self, name: int | str) -> Sheet:
        data = self.excel.sheets[name - 1] if isinstance(name, int) else self.excel.sheet(name)
        return Sheet(self.book, data)

    def __len__(self) -> int:
        return len(self.excel.sheets)

    @com("Sheets.Add")
    def add(self, before: object, after: object, name: str) -> Sheet:
        if self.excel.structure_protected:
            raise refuse("the workbook is protected")
        taken = [sheet.name.lower() for sheet in self.excel.sheets]
        if name.lower() in taken or len(name) > 31 or re.search(r"[\[\]:*?/\\]", name):
            raise refuse("the name is taken or invalid")
        self.excel.sheets.append(SheetData(name))
        return Sheet(self.book, self.excel.sheets[-1])


class Sheet:
    """One of them."""

    def __init__(self, book: Book, data: SheetData) -> None:
        self.book, self.excel, self.data, self.api = book, book.excel, data, data
        self.visible, self.shapes = data.visible, [object()] * data.shapes

    @property
    def name(self) -> str:
        return self.data.name

    def activate(self) -> None:
        assert self.data.visible, "a hidden sheet cannot be shown"

    def range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, str):
            left, top, right, bottom = _boundaries(first)
            area = Area(top, left, bottom - top + 1, right - left + 1)
        elif isinstance(first, tuple) and len(first) == 4:
            area = Area(*first)
        else:
            (top, left), (bottom, right) = _corner(first), _corner(last or first)
            area = Area(top, left, bottom - top + 1, right - left + 1)
        if area.row + area.rows - 1 > ROWS or area.column + area.columns - 1 > COLUMNS:
            raise refuse("beyond the end of the sheet")
        return Range(self, area)

    @property
    def cells(self) -> Range:
        return Range(self, Area(1, 1, ROWS, COLUMNS))

    @property
    def used_range(self) -> Range:
        used = [place for place, cell in self.data.cells.items()
                if cell.shown() or cell.format != "General"]  # fmt: skip
        rows, columns = zip(*used, strict=True) if used else ((1,), (1,))
        top, left = min(rows), min(columns)
        return Range(self, Area(top, left, max(rows) - top + 1, max(columns) - left + 1))

    @property
    def tables(self) -> Tables:
        return Tables(self)


def _corner(of: Any) -> tuple[int, int]:
    return of if isinstance(of, tuple) else (of.row, of.column)


class Range:
    """A rectangle on a sheet."""

    max_cells_per_read = base_classes.DEFAULT_MAX_CELLS_PER_READ
    max_cells_per_write = base_classes.DEFAULT_MAX_CELLS_PER_WRITE

    def __init__(self, sheet: Sheet, area: Area) -> None:
        self.sheet, self.excel, self.area, self.api = sheet, sheet.excel, area, self
        self.row, self.column = area.row, area.column
        self.shape = (area.rows, area.columns)

    def __len__(self) -> int:
        return self.area.rows * self.area.columns

    def __call__(self, row: int, column: int) -> Range:
        return self.sheet.range((self.row + row - 1, self.column + column - 1))

    @property
    def address(self) -> str:
        last = f"{get_column_letter(self.column + self.shape[1] - 1)}{self.row + self.shape[0] - 1}"
        return f"{get_column_letter(self.column)}{self.row}:{last}"

    def _cells(self) -> list[list[Cell]]:
        return [[self.sheet.data.cell(*place) for place in row] for row in self.area.cells()]

    def _allowed(self) -> None:
        if self.sheet.data.protected:
            raise refuse("the sheet is protected")

    @property
    @com("Range.Value, read")
    def raw_value(self) -> Any:
        values = tuple(tuple(cell.value for cell in row) for row in self._cells())
        return values[0][0] if self.shape == (1, 1) else values

    @raw_value.setter
    @com("Range.Value, written")
    def raw_value(self, data: Any) -> None:
        self._allowed()
        if not isinstance(data, (list, tuple)):
            data = [[data] * self.shape[1]] * self.shape[0]
        for values, cells in zip(data, self._cells(), strict=True):
            for value, cell in zip(values, cells, strict=True):
                cell.enter(value)
        self.excel.on_write()

    @property
    @com("Range.Formula")
    def formula(self) -> Any:
        shown = tuple(tuple(cell.shown() for cell in row) for row in self._cells())
        return shown[0][0] if self.shape == (1, 1) else shown

    @property
    def number_format(self) -> str | None:
        formats = {cell.format for row in self._cells() for cell in row}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    @com("Range.NumberFormat")
    def number_format(self, value: str) -> None:
        self._allowed()
        for row in self._cells():
            for cell in row:
                cell.format = value

    @com("Range.ClearContents")
    def clear_contents(self) -> None:
        self._allowed()
        for row in self._cells():
            for cell in row:
                cell.enter(None)

    @property
    def column_width(self) -> float:
        return self.sheet.data.widths.get(self.column, 8.43)

    @column_width.setter
    @com("Range.ColumnWidth")
    def column_width(self, value: float) -> None:
        for column in range(self.column, self.column + self.shape[1]):
            self.sheet.data.widths[column] = value

    @com("Range.Insert")
    def insert(self, shift: str, copy_origin: str) -> None:
        assert shift == "down"
        self._allowed()
        data, area = self.sheet.data, self.area
        moving = Area(area.row, area.column, ROWS, area.columns)
        for table in (each for each in data.tables if each.area.meets(moving)):
            inside = area.column <= table.area.column and (
                table.area.column + table.area.columns <= area.column + area.columns
            )
            if not inside or table.area.row < area.row:
                raise refuse("this would shift cells in a table")
            table.area = _down(table.area, area.rows)
        columns = range(area.column, area.column + area.columns)
        data.cells = {
            (row + area.rows if row >= area.row and column in columns else row, column): cell
            for (row, column), cell in data.cells.items()
        }


def _down(area: Area, rows: int) -> Area:
    return Area(area.row + rows, area.column, area.rows, area.columns)


class Tables:
    """A sheet's tables."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.excel = sheet, sheet.excel

    @com("ListObjects.Item")
    def __contains__(self, name: str) -> bool:
        return any(table.name.lower() == name.lower() for table in self.sheet.data.tables)

    @com("ListObjects.Item")
    def __call__(self, name: str) -> Table:
        found = [each for each in self.sheet.data.tables if each.name.lower() == name.lower()]
        return Table(self.sheet, found[0])

    @com("ListObjects.Add")
    def add(self, source: xw.Range, name: str, **options: Any) -> Table:
        self.sheet.range("A1")._allowed()
        area = source.impl.area
        taken = self.excel.table_names() | {*map(str.lower, self.excel.names)}
        if any(table.area.meets(area) for table in self.sheet.data.tables):
            raise refuse("a table cannot overlap another one")
        if name.lower() in taken:
            raise refuse("the name is taken")
        assert options["has_headers"]
        self.sheet.data.tables.append(TableData(name, area))
        return Table(self.sheet, self.sheet.data.tables[-1])


class Table:
    """One of them."""

    def __init__(self, sheet: Sheet, data: TableData) -> None:
        self.sheet, self.parent, self.excel, self.data = sheet, sheet, sheet.excel, data
        self.show_headers, self.show_totals = data.headers, data.totals

    @property
    def name(self) -> str:
        return self.data.name

    @property
    @com("ListObject.Range")
    def range(self) -> Range:
        return Range(self.sheet, self.data.area)

    @property
    @com("ListObject.DataBodyRange")
    def data_body_range(self) -> Range | None:
        area = self.data.area
        body = Range(self.sheet, Area(area.row + 1, area.column, area.rows - 1, area.columns))
        blank = not any(cell.shown() for row in body._cells() for cell in row)
        return None if area.rows == 2 and blank else body  # its one row is Excel's InsertRowRange

    @property
    @com("ListObject.ListColumns")
    def columns(self) -> list[Column]:
        head = next(self.data.area.cells())
        return [Column(str(self.sheet.data.cell(*place).value)) for place in head]

    @com("ListObject.Resize")
    def resize(self, cells: xw.Range) -> None:
        area, now = cells.impl.area, self.data.area
        self.sheet.range("A1")._allowed()
        others = [table for table in self.sheet.data.tables if table is not self.data]
        if area.row != now.row or not area.meets(now) or area.rows < 2:
            raise refuse("the header must stay where it is")
        if any(other.area.meets(area) for other in others):
            raise refuse("a table cannot overlap another one")
        self.data.area = area


@dataclass
class Column:
    """A column of a table."""

    name: str


@contextmanager
def running(*names: str) -> Iterator[Excel]:
    """Run an Excel with one book of these sheets, which is the caller of every macro."""
    excel = Excel(sheets=[SheetData(name) for name in names or ("Sheet1",)])
    engine = MainEngine(impl=Engine(excel))
    before = (xw.engines.active, [*xw.engines.engines], {**xw.engines.engines_by_name})
    xw.engines.add(engine)
    xw.engines.active = engine  # type: ignore[assignment]  # inferred from its first value, None
    xw.Book(impl=Book(excel, engine.impl.apps[0])).set_mock_caller()
    try:
        yield excel
    finally:
        del xw.Book._mock_caller  # type: ignore[attr-defined]  # set by set_mock_caller
        xw.engines.active, xw.engines.engines, xw.engines.engines_by_name = before
