"""Inside Windows: the object model of Excel over the data of the Excel in memory.

What happens to cells and tables is decided in tests.hosts.excel_data; here are Excel's names for it.
"""

from __future__ import annotations

import ntpath
import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

assert sys.platform == "win32"

from xlwings.utils import col_name

from tests.hosts.excel_data import (
    COLUMNS,
    ROWS,
    Area,
    Cell,
    Excel,
    SheetData,
    TableData,
    area_of,
    refuse,
)
from tests.windows.inside.com import Com

CALCULATION = {"automatic": -4105, "manual": -4135}
DOWN, UP = -4121, -4162


class Application(Com):
    """The program; it has one workbook."""

    Name, Version, Visible, Interactive, DisplayAlerts = "Microsoft Excel", "16.0", True, True, True

    def __init__(self, excel: Excel, window: int) -> None:
        self.excel = excel
        self.Hwnd = window

    Hwnd = 0
    Application = property(lambda self: self)
    ActiveWorkbook = property(lambda self: Workbook(self))
    Workbooks = property(lambda self: Several([Workbook(self)]))

    @property
    def ScreenUpdating(self) -> bool:
        return self.excel.painting

    @ScreenUpdating.setter
    def ScreenUpdating(self, value: bool) -> None:
        self.excel.painting = value

    @property
    def EnableEvents(self) -> bool:
        return self.excel.events

    @EnableEvents.setter
    def EnableEvents(self, value: bool) -> None:
        self.excel.events = value

    @property
    def Calculation(self) -> int:
        return CALCULATION[self.excel.calculating]

    @Calculation.setter
    def Calculation(self, value: int) -> None:
        self.excel.calculating = next(name for name in CALCULATION if CALCULATION[name] == value)

    @property
    def StatusBar(self) -> Any:
        return self.excel.said[-1] if self.excel.said else False

    @StatusBar.setter
    def StatusBar(self, value: Any) -> None:
        self.excel.said.append(value)

    def GetSaveAsFilename(
        self, InitialFilename: str, FileFilter: str, FilterIndex: int, Title: str
    ) -> Any:
        self.excel.asked_for_file.append(InitialFilename)
        return self.excel.chosen_file


class Several(Com):
    """A collection of Excel's."""

    def __init__(self, items: list[Com], named: Callable[[Com], str] = lambda item: "") -> None:
        self.items, self.named = items, named

    Count = property(lambda self: len(self.items))
    read_with = ("Item",)

    def Item(self, Index: Any) -> Any:
        if isinstance(Index, (int, float)):
            found = self.items[int(Index) - 1 : int(Index)]
        else:
            found = [each for each in self.items if self.named(each).lower() == str(Index).lower()]
        if not found:
            raise refuse("Subscript out of range")
        return found[0]

    Default_ = Item

    def Enum_(self) -> list[Com]:
        return self.items


class Workbook(Com):
    """Its workbook."""

    def __init__(self, application: Application) -> None:
        self.excel = application.excel
        self.application = application

    Application = property(lambda self: self.application)
    Parent = Application
    Name = property(lambda self: ntpath.basename(self.excel.full_name))
    FullName = property(lambda self: self.excel.full_name)
    Path = property(lambda self: ntpath.dirname(self.excel.full_name))
    IsInplace = property(lambda self: self.excel.embedded)
    Worksheets = property(lambda self: Sheets(self))
    Sheets = Worksheets
    Names = property(lambda self: Several([Name(self, n) for n in self.excel.names], _name))
    Windows = property(lambda self: Several([Window(self.excel.window)]))
    Connections = Queries = property(lambda self: Several([]))

    def LinkSources(self, Type: int) -> Any:
        return self.excel.link_sources or None

    def Activate(self) -> None:
        """It is the active one."""


def _name(item: Any) -> str:
    return str(item.Name)


class Window(Com):
    """Its window."""

    Hwnd = 0

    def __init__(self, handle: int) -> None:
        self.Hwnd = handle


class Name(Com):
    """A name in the workbook."""

    def __init__(self, book: Workbook, name: str) -> None:
        self.book, self.name = book, name

    Name = property(lambda self: self.name)
    RefersTo = property(lambda self: self.book.excel.names[self.name])

    @property
    def RefersToRange(self) -> Range:
        sheet, _, address = self.RefersTo.removeprefix("=").partition("!")
        return Worksheet(self.book, self.book.excel.sheet(sheet)).Range(address)


class Sheets(Several):
    """Its sheets."""

    def __init__(self, book: Workbook) -> None:
        super().__init__([Worksheet(book, data) for data in book.excel.sheets], _name)
        self.book, self.excel = book, book.excel

    Parent = property(lambda self: self.book)
    Default_ = Several.Item

    def Add(
        self, Before: Any = None, After: Any = None, Count: Any = None, Type: Any = None
    ) -> Worksheet:
        if self.excel.structure_protected:
            raise refuse("the workbook is protected")
        new = SheetData(f"Sheet{len(self.excel.sheets) + 1}")
        at = self.excel.sheets.index(Before.data) if Before else 0
        self.excel.sheets.insert(at, new)
        return Worksheet(self.book, new)


class Worksheet(Com):
    """One of them."""

    read_with = ("Range",)
    FilterMode = False  # it tells of a table only while that is selected

    def __init__(self, book: Workbook, data: SheetData) -> None:
        self.book, self.excel, self.data = book, book.excel, data

    Parent = property(lambda self: self.book)
    Application = property(lambda self: self.book.application)
    Index = property(lambda self: self.excel.sheets.index(self.data) + 1)
    Visible = property(lambda self: self.data.visible)
    ProtectContents = property(lambda self: self.data.protected)
    Cells = property(lambda self: Range(self, Area(1, 1, ROWS, COLUMNS)))
    ListObjects = property(lambda self: ListObjects(self))
    Shapes = property(lambda self: Several([Window(0)] * self.data.shapes))

    @property
    def Name(self) -> str:
        return self.data.name

    @Name.setter
    def Name(self, value: str) -> None:
        taken = [each.name.lower() for each in self.excel.sheets if each is not self.data]
        if value.lower() in taken:
            raise refuse("the name is taken")
        self.data.name = value

    @property
    def UsedRange(self) -> Range:
        used = [
            at for at, cell in self.data.cells.items() if cell.shown() or cell.format != "General"
        ]
        rows, columns = zip(*used, strict=True) if used else ((1,), (1,))
        top, left = min(rows), min(columns)
        return Range(self, Area(top, left, max(rows) - top + 1, max(columns) - left + 1))

    def Range(self, Cell1: Any, Cell2: Any = None) -> Range:
        if isinstance(Cell1, str):
            return Range(self, area_of(Cell1.replace("$", "")))
        first, last = Cell1.area, (Cell2 or Cell1).area
        rows = last.row + last.rows - first.row
        return Range(
            self, Area(first.row, first.column, rows, last.column + last.columns - first.column)
        )

    def Activate(self) -> None:
        assert self.data.visible == -1, "a hidden sheet cannot be shown"


class Range(Com):
    """A rectangle of cells."""

    guid = "{00020846-0000-0000-C000-000000000046}"  # by which xlwings knows a range
    read_with = ("Offset", "Resize")

    def __init__(self, sheet: Worksheet, area: Area) -> None:
        if area.row < 1 or area.bottom > ROWS or area.across().stop - 1 > COLUMNS:
            raise refuse("beyond the end of the sheet")
        self.sheet, self.area, self.excel = sheet, area, sheet.excel

    Worksheet = property(lambda self: self.sheet)
    Parent = Worksheet
    Application = property(lambda self: self.sheet.Application)
    Row = property(lambda self: self.area.row)
    Column = property(lambda self: self.area.column)
    Count = property(lambda self: self.area.rows * self.area.columns)
    Rows = property(lambda self: Several([Window(0)] * self.area.rows))
    Columns = property(lambda self: Several([Window(0)] * self.area.columns))
    Cells = property(lambda self: self)
    MergeCells = property(lambda self: None if self.sheet.data.merged else False)

    def Default_(self, RowIndex: Any, ColumnIndex: Any) -> Range:
        row, column = self.area.row + int(RowIndex) - 1, self.area.column + int(ColumnIndex) - 1
        return Range(self.sheet, Area(row, column, 1, 1))

    @property
    def Address(self) -> str:
        first, last = (
            f"${col_name(column)}${row}"
            for row, column in (
                (self.area.row, self.area.column),
                (self.area.bottom, self.area.across().stop - 1),
            )
        )
        return first if self.Count == 1 else f"{first}:{last}"

    @property
    def Value(self) -> Any:
        return self._read(lambda cell: cell.value)

    @Value.setter
    def Value(self, data: Any) -> None:
        self._enter(data)

    @property
    def Formula(self) -> Any:
        return self._read(Cell.shown)

    @Formula.setter
    def Formula(self, data: Any) -> None:
        self._enter(data)

    @property
    def NumberFormat(self) -> str | None:
        formats = {cell.format for line in self._cells() for cell in line}
        return formats.pop() if len(formats) == 1 else None

    @NumberFormat.setter
    def NumberFormat(self, value: str) -> None:
        self._allowed()
        for places in self.sheet.data.reached(self.area):
            for place in filter(None, places):
                self.sheet.data.cell(*place).format = value

    @property
    def ColumnWidth(self) -> float:
        return self.sheet.data.widths.get(self.area.column, 8.43)

    @ColumnWidth.setter
    def ColumnWidth(self, value: float) -> None:
        self.sheet.data.widths.update(dict.fromkeys(self.area.across(), value))

    def Insert(self, Shift: int, CopyOrigin: int = 0) -> None:
        assert Shift == DOWN
        self._allowed()
        self.sheet.data.insert(self.area)

    def Delete(self, Shift: int) -> None:
        assert Shift == UP
        self._allowed()
        self.sheet.data.delete(self.area)

    def Calculate(self) -> None:
        self.excel.calculated.append((self.sheet.data.name, self.Address))

    def _cells(self) -> list[list[Cell]]:
        return [[self.sheet.data.cell(*place) for place in line] for line in self.area.lines()]

    def _read(self, of: Callable[[Cell], Any]) -> Any:
        values = tuple(tuple(of(cell) for cell in line) for line in self._cells())
        return values[0][0] if self.Count == 1 else values

    def _enter(self, data: Any) -> None:
        self._allowed()
        if not isinstance(data, tuple):
            data = ((data,) * self.area.columns,) * self.area.rows
        self.sheet.data.enter(self.area, [list(row) for row in data])

    def _allowed(self) -> None:
        if self.sheet.data.protected:
            raise refuse("the sheet is protected")


class ListObjects(Several):
    """The tables of a sheet."""

    def __init__(self, sheet: Worksheet) -> None:
        super().__init__([ListObject(sheet, data) for data in sheet.data.tables], _name)
        self.sheet, self.excel = sheet, sheet.excel

    Default_ = Several.Item

    def Add(
        self,
        SourceType: int,
        Source: Range,
        LinkSource: Any = None,
        XlListObjectHasHeaders: int = 1,
        Destination: Any = None,
        TableStyleName: Any = None,
    ) -> ListObject:
        assert (SourceType, XlListObjectHasHeaders) == (1, 1)
        if any(table.area.meets(Source.area) for table in self.sheet.data.tables):
            raise refuse("a table cannot overlap another one")
        self.sheet.data.tables.append(TableData(f"Table{len(self.items) + 1}", Source.area))
        return ListObject(self.sheet, self.sheet.data.tables[-1])


class ListObject(Com):
    """A table."""

    read_with = ()

    def __init__(self, sheet: Worksheet, data: TableData) -> None:
        self.sheet, self.data = sheet, data

    Parent = property(lambda self: self.sheet)
    ShowHeaders = property(lambda self: self.data.headers)
    ShowTotals = property(lambda self: self.data.totals)
    SourceType = property(lambda self: self.data.source)
    AutoFilter = property(lambda self: AutoFilter(self.data.filtered))
    Range = property(lambda self: Range(self.sheet, self.data.area))
    HeaderRowRange = property(lambda self: Range(self.sheet, replace(self.data.area, rows=1)))
    ListColumns = property(lambda self: Several(self._columns(), _name))
    ListRows = property(lambda self: Several([Row(self.sheet, at) for at in self._rows()]))

    @property
    def Name(self) -> str:
        return self.data.name

    @Name.setter
    def Name(self, value: str) -> None:
        if value.lower() in self.sheet.excel.table_names() | {*self.sheet.excel.names}:
            raise refuse("the name is taken")
        self.data.name = value

    @property
    def DataBodyRange(self) -> Range | None:
        body = Range(self.sheet, self.data.body)
        blank = not any(cell.shown() for line in body._cells() for cell in line)
        return None if self.data.body.rows == 1 and blank else body  # Excel's InsertRowRange

    def Resize(self, Range: Range) -> None:
        self.sheet.data.resize(self.data, Range.area)

    def _columns(self) -> list[Com]:
        head = next(self.data.area.lines())
        return [Column(str(self.sheet.data.cell(*place).value)) for place in head]

    def _rows(self) -> list[Area]:
        body = self.data.body
        return [replace(body, row=body.row + at, rows=1) for at in range(body.rows)]


class AutoFilter(Com):
    """The buttons in the titles of a table."""

    FilterMode = False

    def __init__(self, filtered: bool) -> None:
        self.FilterMode = filtered


class Column(Com):
    """A column of a table."""

    Name = ""

    def __init__(self, name: str) -> None:
        self.Name = name


class Row(Com):
    """A row of a table."""

    def __init__(self, sheet: Worksheet, area: Area) -> None:
        self.sheet, self.area = sheet, area

    Range = property(lambda self: Range(self.sheet, self.area))
