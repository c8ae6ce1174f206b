"""An Excel in memory: xlwings' own Book, Range and Table run on it, and no licence is needed.

It counts every call that would go to Excel. What the calls do there is in excel_data. It cannot
calculate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from types import SimpleNamespace
from typing import Any

import xlwings as xw
from xlwings import base_classes
from xlwings.main import Engine as MainEngine
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

Call = Callable[..., Any]


def com(name: str) -> Callable[[Call], Call]:
    """Count a call to Excel under its name there."""

    def counted(function: Call) -> Call:
        @wraps(function)
        def called(self: Any, *args: Any, **kwargs: Any) -> Any:
            self.excel.call(name)
            return function(self, *args, **kwargs)

        return called

    return counted


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
    def books(self) -> Any:
        return SimpleNamespace(active=Book(self.excel, self))  # there is one

    @property
    def screen_updating(self) -> bool:
        return self.excel.painting

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        self.excel.calls.append("Application.ScreenUpdating")
        self.excel.painting = value

    @property
    def enable_events(self) -> bool:
        return self.excel.events

    @enable_events.setter
    def enable_events(self, value: bool) -> None:
        self.excel.calls.append("Application.EnableEvents")
        self.excel.events = value

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
        self.excel, self.app, self.api = excel, app, self

    @property
    def name(self) -> str:
        return re.split(r"[/\\\\]", self.excel.full_name)[-1]

    @property
    @com("Workbook.FullName")
    def FullName(self) -> str:  # noqa: N802 - Excel's name
        return self.excel.full_name

    @property
    @com("Workbook.Path")
    def Path(self) -> str:  # noqa: N802 - Excel's name
        return re.sub(r"[/\\\\]?[^/\\\\]*$", "", self.excel.full_name)

    @property
    def IsInplace(self) -> bool:  # noqa: N802 - Excel's name
        return self.excel.embedded

    def LinkSources(self, kind: int) -> tuple[str, ...] | None:  # noqa: N802 - Excel's name
        assert kind == 1, "xlExcelLinks"
        return self.excel.link_sources or None

    @property
    @com("Workbook.Windows")
    def Windows(self) -> Windows:  # noqa: N802 - Excel's name
        return Windows(self.excel.window)

    @property
    @com("Workbook.Sheets")
    def Sheets(self) -> list[AnySheet]:  # noqa: N802 - Excel's name
        names = [*(sheet.name for sheet in self.excel.sheets), *self.excel.charts]
        return [AnySheet(name) for name in names]

    def activate(self) -> None:
        """It is the only one, and so the active one."""

    @property
    def sheets(self) -> Worksheets:
        return Worksheets(self)

    @property
    def names(self) -> Names:
        return Names(self.excel)


@dataclass
class AnySheet:
    """A sheet of cells or of a chart."""

    Name: str


@dataclass
class Windows:
    """The workbook's windows, and the one there is."""

    Hwnd: int
    Count: int = 1

    def __call__(self, number: int) -> Windows:
        assert number == self.Count
        return self


class Names:
    """The workbook's names."""

    def __init__(self, excel: Excel) -> None:
        self.excel = excel

    @com("Names.Item")
    def __call__(self, name: str) -> Name:
        return Name(self.excel, name)

    def snapshot(self) -> list[tuple[str, Name]]:
        return [(name, Name(self.excel, name)) for name in self.excel.names]

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


class Worksheets:
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
        taken = [each.Name.lower() for each in self.book.Sheets]
        if name.lower() in taken or len(name) > 31 or re.search(r"[\[\]:*?/\\]", name):
            raise refuse("the name is taken or invalid")
        self.excel.sheets.append(SheetData(name))
        return Sheet(self.book, self.excel.sheets[-1])


class Sheet:
    """One of them."""

    def __init__(self, book: Book, data: SheetData) -> None:
        self.book, self.excel, self.data, self.api = book, book.excel, data, self
        self.visible, self.shapes = data.visible, [object()] * data.shapes

    @property
    def name(self) -> str:
        return self.data.name

    @property
    @com("Worksheet.ProtectContents")
    def ProtectContents(self) -> bool:  # noqa: N802 - Excel's name
        return self.data.protected

    @property
    @com("Worksheet.FilterMode")
    def FilterMode(self) -> bool:  # noqa: N802 - Excel's name
        return False  # it tells of a table only while that is selected

    def activate(self) -> None:
        assert self.data.visible == -1, "a hidden sheet cannot be shown"

    def range(self, first: Any, last: Any = None) -> Range:
        if isinstance(first, str):
            area = area_of(first)
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
        right, bottom = self.column + self.shape[1] - 1, self.row + self.shape[0] - 1
        first, last = map(col_name, (self.column, right))
        return f"{first}{self.row}:{last}{bottom}"

    def _cells(self) -> list[list[Cell]]:
        return [[self.sheet.data.cell(*place) for place in row] for row in self.area.lines()]

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
        self._entered(data)

    def _entered(self, data: Any) -> None:
        self._allowed()
        if not isinstance(data, (list, tuple)):
            data = [[data] * self.shape[1]] * self.shape[0]
        self.sheet.data.enter(self.area, data)
        self.excel.on_write()

    @com("Range.Calculate")
    def Calculate(self) -> None:  # noqa: N802 - Excel's name
        self.excel.calculated.append((self.sheet.name, self.address))

    @property
    @com("Range.Formula")
    def formula(self) -> Any:
        shown = tuple(tuple(cell.shown() for cell in row) for row in self._cells())
        return shown[0][0] if self.shape == (1, 1) else shown

    @formula.setter
    @com("Range.Formula, written")
    def formula(self, data: Any) -> None:
        self._entered(data)

    @property
    def number_format(self) -> str | None:
        formats = {cell.format for row in self._cells() for cell in row}
        return formats.pop() if len(formats) == 1 else None

    @number_format.setter
    @com("Range.NumberFormat")
    def number_format(self, value: str) -> None:
        self._allowed()
        for places in self.sheet.data.reached(self.area):
            for place in filter(None, places):
                self.sheet.data.cell(*place).format = value

    @property
    @com("Range.MergeCells")
    def merge_cells(self) -> bool | None:
        return None if self.sheet.data.merged else False

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
        self.sheet.data.insert(self.area)

    @com("Range.Delete")
    def delete(self, shift: str) -> None:
        assert shift == "up"
        self._allowed()
        self.sheet.data.delete(self.area)


class Tables:
    """A sheet's tables."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.excel = sheet, sheet.excel

    @com("ListObjects.Count")
    def __iter__(self) -> Iterator[Table]:
        return iter([Table(self.sheet, data) for data in self.sheet.data.tables])

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
        self.api = Native(sheet, data)

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
        body = Range(self.sheet, self.data.body)
        blank = not any(cell.shown() for row in body._cells() for cell in row)
        return None if len(body._cells()) == 1 and blank else body  # Excel's InsertRowRange

    @property
    @com("ListObject.ListColumns")
    def columns(self) -> list[Column]:
        head = next(self.data.area.lines())
        return [Column(str(self.sheet.data.cell(*place).value)) for place in head]

    @com("ListObject.Resize")
    def resize(self, cells: xw.Range) -> None:
        self.sheet.range("A1")._allowed()
        self.sheet.data.resize(self.data, cells.impl.area)

    @property
    def rows(self) -> ListRows:
        return ListRows(self)


class ListRows:
    """A table's rows."""

    def __init__(self, table: Table) -> None:
        self.table, self.excel = table, table.excel

    def __len__(self) -> int:
        return self.table.data.body.rows

    @com("ListRows.Item")
    def __call__(self, number: int) -> ListRow:
        body = self.table.data.body
        area = Area(body.row + number - 1, body.column, 1, body.columns)
        return ListRow(Range(self.table.sheet, area))


@dataclass
class ListRow:
    """One of them."""

    range: Range


class Native:
    """What is asked of Excel's own object for a table."""

    def __init__(self, sheet: Sheet, data: TableData) -> None:
        self.excel, self.SourceType = sheet.excel, data.source
        self.FilterMode = data.filtered

    @property
    @com("ListObject.AutoFilter")
    def AutoFilter(self) -> Native | None:  # noqa: N802 - Excel's name
        return self


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
