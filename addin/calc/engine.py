"""An xlwings engine over a spreadsheet that is asked through one function, call(op, *args).

It keeps nothing of the document: whoever waits for GREEN-API leaves it to its user meanwhile, so
each question is asked anew, by the names of sheets and tables. An area is a list of sheet, row,
column, rows and columns, from 1. The names of Excel's own objects are those of `excel_objects`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import xlwings as xw
from xlwings import base_classes
from xlwings.main import Engine as MainEngine
from xlwings.utils import a1_to_tuples

from workbook.merge.ranges import LAST_COLUMN, LAST_ROW, letters

Call = Callable[..., Any]


class CommandError(Exception):
    """The spreadsheet program refused."""


class Engine:
    """The one application there is."""

    name, type = "excel", "desktop"

    def __init__(self, call: Call) -> None:
        self.apps = [App(call, self)]

    @staticmethod
    def prepare_xl_data_element(value: Any, options: Any) -> Any:
        """Return a value as it is written."""
        return "" if value is None else value

    @staticmethod
    def clean_value_data(data: Any, dates: Any, empty: Any, numbers: Any, errors: Any) -> Any:
        """Return values as xlwings hands them out."""
        return [[empty if cell in ("", None) else _decoded(cell) for cell in row] for row in data]


class App:
    """What the program does beside its documents: it paints, calculates, tells and asks."""

    enable_events = True

    def __init__(self, call: Call, engine: Engine) -> None:
        self.call, self.engine, self.pid, self.api = call, engine, 1, self
        self._painting, self._said = True, ""
        self.told: tuple[str, str] | None = None

    @property
    def screen_updating(self) -> bool:
        """Whether the document is painted."""
        return self._painting

    @screen_updating.setter
    def screen_updating(self, value: bool) -> None:
        if value != self._painting:
            self.call("paint", value)
        self._painting = value

    @property
    def calculation(self) -> str:
        """Whether the document is calculated as it changes."""
        return "automatic" if self.call("calculates") else "manual"

    @calculation.setter
    def calculation(self, value: str) -> None:
        self.call("calculate", value == "automatic")

    @property
    def status_bar(self) -> str | bool:
        """What the status bar says."""
        return self._said or False

    @status_bar.setter
    def status_bar(self, value: str | bool) -> None:
        self._said = value or ""  # type: ignore[assignment]  # False is the program's own text
        self.call("status", self._said)

    def activate(self, steal_focus: bool) -> None:
        """Do nothing: whoever presses a button is here."""

    def alert(self, prompt: str, title: str, buttons: str, mode: str, callback: None) -> str:
        """Ask at once; what is only told is shown when all is done."""
        if buttons == "ok":
            self.told = prompt, mode
            return "ok"
        return str(self.call("ask", prompt))

    def GetSaveAsFilename(  # noqa: N802 - Excel's
        self, name: str, filters: str, index: int, title: str
    ) -> str | bool:
        """Ask for a file to write; False where the user thought better of it."""
        return self.call("ask_for_file", name, title) or False


class Book:
    """The document in which a button was pressed."""

    def __init__(self, app: App, about: dict[str, Any]) -> None:
        self.app, self.call, self.api = app, app.call, self
        self.name: str = about["name"]
        self.FullName: str = about["place"] or about["name"]
        self.Path: str = about["place"]
        self.IsInplace: bool = about["embedded"]
        self._window: int = about["window"]

    @property
    def Windows(self) -> Windows:  # noqa: N802 - Excel's
        """Return its windows, of which the first one is known."""
        return Windows(self._window)

    @property
    def Sheets(self) -> list[SimpleNamespace]:  # noqa: N802 - Excel's
        """Return all sheets; in Calc none is a chart."""
        return [SimpleNamespace(Name=each["name"]) for each in self.call("sheets")]

    def LinkSources(self, kind: int) -> list[str]:  # noqa: N802 - Excel's
        """Return the other documents that this one reads."""
        return list(self.call("links"))

    def activate(self) -> None:
        """Do nothing: it is the one in front."""

    @property
    def sheets(self) -> Worksheets:
        """Return its sheets."""
        return Worksheets(self)

    @property
    def names(self) -> Names:
        """Return its defined names."""
        return Names(self)


class Windows:
    """The windows of a document, told apart by a number."""

    Count = 1

    def __init__(self, number: int) -> None:
        self.Hwnd = number

    def __call__(self, number: int) -> Windows:
        return self


class Names:
    """The defined names of a document."""

    def __init__(self, book: Book) -> None:
        self.book = book

    def contains(self, name: str) -> bool:
        """Tell whether there is one, in any case of letters."""
        return name.casefold() in map(str.casefold, self.book.call("names"))

    def __call__(self, name: str) -> Name:
        return Name(self.book, name)

    def snapshot(self) -> list[tuple[str, Name]]:
        """Return all of them, by name."""
        return [(name, Name(self.book, name)) for name in self.book.call("names")]


class Name:
    """One defined name."""

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.name = book, name

    @property
    def refers_to(self) -> str:
        """Return what it stands for, as Excel spells it: =Sheet!$A$1."""
        return str(self.book.call("names")[self.name])

    @property
    def refers_to_range(self) -> Range:
        """Return the cells it stands for."""
        sheet, *area = self.book.call("name_cells", self.name)
        return Range(self.book.sheets(sheet), *area)


class Worksheets:
    """The sheets of a document."""

    def __init__(self, book: Book) -> None:
        self.book, self.api = book, self

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, each["name"]) for each in self.book.call("sheets"))

    def __len__(self) -> int:
        return len(self.book.call("sheets"))

    def __contains__(self, name: str) -> bool:
        return any(sheet.name == name for sheet in self)

    def __call__(self, name: int | str) -> Sheet:
        there = list(self)
        return there[name - 1] if isinstance(name, int) else Sheet(self.book, name)

    def add(self, before: object, after: object, name: str) -> Sheet:
        """Make a sheet, behind all others, and show it."""
        self.book.call("add_sheet", name)
        return self(name)


class Sheet:
    """One sheet, known by its name."""

    FilterMode = False  # a block goes into hidden rows as into any other (in Excel it does not)

    def __init__(self, book: Book, name: str) -> None:
        self.book, self.call, self.name, self.api = book, book.call, name, self

    def _told(self, what: str) -> Any:
        told = next((s for s in self.call("sheets") if s["name"] == self.name), None)
        if told is None:
            raise CommandError("the sheet is gone")
        return told[what]

    @property
    def visible(self) -> bool:
        """Whether it is shown."""
        return bool(self._told("visible"))

    @property
    def ProtectContents(self) -> bool:  # noqa: N802 - Excel's
        """Tell whether its cells are protected."""
        return bool(self._told("protected"))

    @property
    def shapes(self) -> range:
        """Return as many things as are drawn on it."""
        return range(self._told("shapes"))

    def activate(self) -> None:
        """Show it in front of the others."""
        self.call("show_sheet", self.name)

    def range(self, first: Any, last: Any = None) -> Range:
        """Return cells: by address, by one or two corners, or by corner, rows and columns."""
        if isinstance(first, tuple) and len(first) == 4:
            return Range(self, *first)
        if isinstance(first, str):
            first, last = a1_to_tuples(first)  # type: ignore[no-untyped-call]
        (top, left), (bottom, right) = _corner(first), _corner(last or first)
        return Range(self, top, left, bottom - top + 1, right - left + 1)

    @property
    def cells(self) -> Range:
        """Return all cells."""
        return Range(self, 1, 1, LAST_ROW, LAST_COLUMN)

    @property
    def used_range(self) -> Range:
        """Return the cells from the first one to the last that is used."""
        return Range(self, 1, 1, *self.call("used", self.name))

    @property
    def tables(self) -> Tables:
        """Return its database ranges, which are Calc's tables."""
        return Tables(self)


def _decoded(value: Any) -> Any:
    return datetime.fromisoformat(value["date"]) if isinstance(value, dict) else value


def _corner(of: Any) -> tuple[int, int]:
    return of if isinstance(of, tuple) else (of.row, of.column)


class Range:
    """A rectangle of cells."""

    max_cells_per_read = base_classes.DEFAULT_MAX_CELLS_PER_READ
    max_cells_per_write = base_classes.DEFAULT_MAX_CELLS_PER_READ

    def __init__(self, sheet: Sheet, row: int, column: int, rows: int, columns: int) -> None:
        self.sheet, self.call, self.api = sheet, sheet.call, self
        self.row, self.column, self.shape = row, column, (rows, columns)
        self.area = [sheet.name, row, column, rows, columns]

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    def __call__(self, row: int, column: int) -> Range:
        return Range(self.sheet, self.row + row - 1, self.column + column - 1, 1, 1)

    @property
    def address(self) -> str:
        """Return it as A1 spells it."""
        bottom, right = self.row + self.shape[0] - 1, self.column + self.shape[1] - 1
        return f"{letters(self.column)}{self.row}:{letters(right)}{bottom}"

    def _one(self, block: list[list[Any]]) -> Any:
        return block[0][0] if self.shape == (1, 1) else block

    def _block(self, data: Any) -> Any:
        rows, columns = self.shape
        return data if isinstance(data, (list, tuple)) else [[data] * columns] * rows

    @property
    def raw_value(self) -> Any:
        """Return the values."""
        return self._one(self.call("values", self.area))

    @raw_value.setter
    def raw_value(self, data: Any) -> None:
        self.call("write", self.area, self._block(data))

    @property
    def formula(self) -> Any:
        """Return the formulas, and what was entered elsewhere."""
        return self._one(self.call("formulas", self.area))

    @formula.setter
    def formula(self, data: Any) -> None:
        self.call("enter", self.area, self._block(data))

    @property
    def number_format(self) -> str | None:
        """Return their format, None where they have several."""
        found = self.call("number_format", self.area)
        return None if found is None else str(found)

    @number_format.setter
    def number_format(self, value: str) -> None:
        self.call("set_number_format", self.area, value)

    @property
    def merge_cells(self) -> bool:
        """Tell whether any cells of it are merged."""
        return bool(self.call("merged", self.area))

    @property
    def column_width(self) -> float:
        """Return the width of its columns; nobody asks."""
        return 0.0

    @column_width.setter
    def column_width(self, characters: float) -> None:
        self.call("set_width", self.area, characters)

    def insert(self, shift: str, copy_origin: str) -> None:
        """Push what stands here down."""
        self.call("insert", self.area)

    def delete(self, shift: str) -> None:
        """Take cells away, and let what is below move up."""
        self.call("delete", self.area)

    def Calculate(self) -> None:  # noqa: N802 - Excel's
        """Do nothing: after each button the office asks for all its formulas again."""


class Tables:
    """The database ranges of a sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.call = sheet, sheet.call

    def __iter__(self) -> Iterator[Table]:
        mine = (told for told in self.call("tables") if told["area"][0] == self.sheet.name)
        return (Table(self.sheet, told["name"]) for told in mine)

    def __contains__(self, name: str) -> bool:
        return any(each.name.casefold() == name.casefold() for each in self)

    def __call__(self, name: str) -> Table:
        return next(each for each in self if each.name.casefold() == name.casefold())

    def add(self, source: xw.Range, name: str, **options: Any) -> Table:
        """Make cells a table."""
        self.call("add_table", name, source.impl.area)
        return self(name)


class Table:
    """One database range, known by its name."""

    AutoFilter = None

    def __init__(self, sheet: Sheet, name: str) -> None:
        self.sheet, self.parent, self.call, self.name = sheet, sheet, sheet.call, name
        self.api = self

    def _told(self, what: str) -> Any:
        told = next((t for t in self.call("tables") if t["name"] == self.name), None)
        if told is None:
            raise CommandError("the table is gone")
        return told[what]

    @property
    def show_headers(self) -> bool:
        """Whether its first row holds titles."""
        return bool(self._told("headers"))

    @property
    def show_totals(self) -> bool:
        """Whether its last row holds totals."""
        return bool(self._told("totals"))

    @property
    def SourceType(self) -> int:  # noqa: N802 - Excel's
        """Return 1 for cells, 3 for a query."""
        return 3 if self._told("fed") else 1

    @property
    def range(self) -> Range:
        """Return its cells."""
        return Range(self.sheet, *self._told("area")[1:])

    @property
    def data_body_range(self) -> Range | None:
        """Return its rows without header and totals, None where they are one blank row."""
        area = self.range
        rows = area.shape[0] - 1 - self.show_totals
        body = Range(self.sheet, area.row + 1, area.column, rows, area.shape[1])
        blank = rows == 1 and not any(map(any, self.call("formulas", body.area)))
        return None if blank else body

    @property
    def columns(self) -> list[SimpleNamespace]:
        """Return its columns, which have titles."""
        area = self.range
        head = [self.sheet.name, area.row, area.column, 1, area.shape[1]]
        return [SimpleNamespace(name=title) for title in self.call("formulas", head)[0]]

    def resize(self, cells: xw.Range) -> None:
        """Give it another place; formulas of whole columns are filled into new rows."""
        self.call("resize_table", self.name, cells.impl.area)

    @property
    def rows(self) -> Rows:
        """Return its rows."""
        return Rows(self)


class Rows:
    """The rows of a table, from 1 on."""

    def __init__(self, table: Table) -> None:
        self.table = table

    def __len__(self) -> int:
        return self.table.range.shape[0] - 1 - self.table.show_totals

    def __call__(self, number: int) -> SimpleNamespace:
        area = self.table.range
        cells = Range(self.table.sheet, area.row + number, area.column, 1, area.shape[1])
        return SimpleNamespace(range=cells)


def connect(call: Call, about: dict[str, Any]) -> App:
    """Let xw.Book.caller() be the document that `call` speaks to, and return its program."""
    engine = MainEngine(impl=Engine(call))
    xw.engines.add(engine)
    xw.engines.active = engine  # type: ignore[assignment]
    app: App = engine.impl.apps[0]
    xw.Book(impl=Book(app, about)).set_mock_caller()
    return app
