"""What the child may ask of a spreadsheet document: the operations, each a public method.

Rows and columns count from 1; an area is sheet, row, column, rows and columns.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Dict, Iterable, Iterator, List, Optional, Sequence, Set, Tuple

import uno

from . import windows
from .spelling import calcs, excels

TEXT = 256  # com.sun.star.util.NumberFormat
DATES, FORMULA, CONTENT = 2, 16, 1 + 2 + 4 + 16  # com.sun.star.sheet.CellFlags
EXACT = 2_000  # runs of cells that are treated by themselves; with more of them, no Ctrl+Z
HELD = "-"  # for a moment in cells that are about to be filled or emptied
WIDTH = 230  # hundredths of a millimetre for a character
STEP = "Refresh contacts"

Area = Sequence[Any]
Block = List[List[Any]]
Run = Tuple[int, int, int]  # column, row, and how many rows


class Refused(Exception):
    """The document does not allow it."""


def about(doc: Any) -> Dict[str, Any]:
    """Return what tells a document from all others: its place, "" where it was never saved."""
    url = doc.URL if doc.hasLocation() else ""
    place = uno.fileUrlToSystemPath(url) if url.startswith("file:") else url
    return {
        "name": doc.Title,
        "place": place,
        "window": int("0" + "".join(filter(str.isdigit, doc.RuntimeUID))),
        "embedded": getattr(doc, "Parent", None) is not None,
    }


class Document:
    """One document, and the operations on it."""

    def __init__(self, context: Any, doc: Any) -> None:
        self.context, self.doc = context, doc
        self._indicator: Any = None
        self._exact = True  # Calc's own Undo of this step is right
        self._made: Set[str] = set()  # sheets made in this step
        self._painted = self._calculated = True  # or we have switched it off

    @contextmanager
    def one_step(self) -> Iterator[None]:
        """Let all that is done inside be one step of Calc's own Undo."""
        undo, self._exact, self._made = self.doc.UndoManager, True, set()
        undo.enterUndoContext(STEP)
        try:
            yield
        finally:
            undo.leaveUndoContext()
            if not self._exact:  # better none than a wrong one; our own button works
                undo.clear()

    def serve(self, op: str, args: List[Any]) -> Any:
        """Carry out one operation."""
        return getattr(self, op)(*args)

    def is_closed(self) -> bool:
        """Tell whether its user has closed it meanwhile."""
        try:
            return self.doc.CurrentController is None
        except Exception:  # it is disposed of
            return True

    def let_go(self) -> None:
        """Leave the program as it was, whatever has happened to the child."""
        if self._indicator is not None:
            self._indicator.end()
        if not self._painted:
            self.paint(True)
        if not self._calculated:
            self.calculate(True)

    # the document

    def ask(self, text: str) -> str:
        """Return "yes" or "no", as the user says."""
        return windows.asks(self.doc, text)

    def ask_for_file(self, name: str, title: str) -> str:
        """Return which file the user wants to write, "" for none."""
        return windows.file_to_write(self.context, name, title)

    def sheets(self) -> List[Dict[str, Any]]:
        """Return its sheets."""
        every = map(self.doc.Sheets.getByIndex, range(self.doc.Sheets.Count))
        return [
            {
                "name": sheet.Name,
                "visible": sheet.IsVisible,
                "protected": sheet.isProtected(),
                "shapes": sheet.DrawPage.Count,
            }
            for sheet in every
        ]

    def add_sheet(self, name: str) -> None:
        """Make a sheet behind all others, and show it."""
        if self.doc.isProtected():
            raise Refused("the document is protected")
        self.doc.Sheets.insertNewByName(name, self.doc.Sheets.Count)
        self._made.add(name)
        self.show_sheet(name)

    def show_sheet(self, name: str) -> None:
        """Show a sheet in front of the others."""
        if self.doc.CurrentController is not None:
            self.doc.CurrentController.setActiveSheet(self._sheet(name))

    def names(self) -> Dict[str, str]:
        """Return the defined names and what each stands for, as Excel spells it."""
        named = self.doc.NamedRanges
        return {name: _excels(named.getByName(name).Content) for name in named.ElementNames}

    def name_cells(self, name: str) -> Area:
        """Return the cells that a name stands for."""
        cells = self.doc.NamedRanges.getByName(name).getReferredCells()
        if cells is None:
            raise Refused("the name stands for no cells")
        return self._area(cells.RangeAddress)

    def links(self) -> List[str]:
        """Return what of the document reads other documents or services."""
        found = list(self.doc.ExternalDocLinks.ElementNames)
        for kind in ("DDELinks", "AreaLinks"):
            links = getattr(self.doc, kind)
            found += [f"{kind} {number}" for number in range(links.Count)]
        return found

    def calculates(self) -> bool:
        """Tell whether it is calculated as it changes."""
        return bool(self.doc.isAutomaticCalculationEnabled())

    def calculate(self, automatic: bool) -> None:
        """Let it be calculated as it changes, or not."""
        self._calculated = automatic or not self.calculates()
        self.doc.enableAutomaticCalculation(automatic)

    def paint(self, on: bool) -> None:
        """Let it be painted, or not."""
        self._painted = on
        (self.doc.unlockControllers if on else self.doc.lockControllers)()

    def status(self, text: str) -> None:
        """Say something in the status bar; "" gives it back."""
        if self._indicator is not None:
            self._indicator.end()
        controller = self.doc.CurrentController
        self._indicator = controller.Frame.createStatusIndicator() if text and controller else None
        if self._indicator is not None:
            self._indicator.start(text, 0)

    # tables, which Calc calls database ranges

    def tables(self) -> List[Dict[str, Any]]:
        """Return its tables."""
        ranges = self.doc.DatabaseRanges
        return [self._table(name, ranges.getByName(name)) for name in ranges.ElementNames]

    def _table(self, name: str, table: Any) -> Dict[str, Any]:
        source = {each.Name: each.Value for each in table.getImportDescriptor()}
        return {
            "name": name,
            "headers": table.ContainsHeader,
            "totals": table.TotalsRow,
            "fed": str(source.get("SourceType", "")) != str(_enum("DataImportMode", "NONE")),
            "area": self._area(table.DataArea),
        }

    def add_table(self, name: str, area: Area) -> None:
        """Make cells a table."""
        ranges = self.doc.DatabaseRanges
        ranges.addNewByName(name, self._cells(area).RangeAddress)
        table = ranges.getByName(name)
        table.ContainsHeader = table.AutoFilter = table.MoveCells = True

    def resize_table(self, name: str, area: Area) -> None:
        """Give a table another place, and fill formulas of whole columns into its new rows."""
        table = self.doc.DatabaseRanges.getByName(name)
        old = self._area(table.DataArea)
        table.setDataArea(self._cells(area).RangeAddress)
        more = area[3] - old[3]
        for column in range(area[4]) if more > 0 else ():
            self._fill_down([*area[:2], area[2] + column, old[3], 1], more)

    def _fill_down(self, column: Area, more: int) -> None:
        """Fill the formulas of a column with a title further down, as Excel does by itself."""
        sheet, top, left, rows, _ = column
        filled = self._cells([sheet, top + 1, left, rows - 1, 1]).queryContentCells(FORMULA)
        if sum(span.EndRow - span.StartRow + 1 for span in filled.RangeAddresses) == rows - 1:
            self._fill([sheet, top + rows - 1, left, 1 + more, 1])

    # cells

    def used(self, name: str) -> List[int]:
        """Return how many rows and columns of a sheet are used."""
        cursor = self._sheet(name).createCursor()
        cursor.gotoEndOfUsedArea(False)
        return [cursor.RangeAddress.EndRow + 1, cursor.RangeAddress.EndColumn + 1]

    def values(self, area: Area) -> Block:
        """Return values: texts, numbers, dates as {"date": ISO 8601}, None for nothing."""
        cells, day0 = self._cells(area), null_date(self.doc)
        found: Block = [[None if v == "" else v for v in row] for row in cells.getDataArray()]
        for span in cells.queryContentCells(DATES).RangeAddresses:
            for row in range(span.StartRow - area[1] + 1, span.EndRow - area[1] + 2):
                for column in range(span.StartColumn - area[2] + 1, span.EndColumn - area[2] + 2):
                    moment = day0 + timedelta(days=found[row][column])
                    found[row][column] = {"date": moment.isoformat()}
        return found

    def formulas(self, area: Area) -> Block:
        """Return formulas as Excel spells them, and what was entered elsewhere, as text."""
        shown = [[_entered(value) for value in row] for row in self._cells(area).getDataArray()]
        top, left = area[1] - 1, area[2] - 1
        # a text may begin with "=", too
        for span in self._cells(area).queryContentCells(FORMULA).RangeAddresses:
            lines = self._cells(self._area(span)).getFormulaArray()
            for row, line in enumerate(lines, span.StartRow - top):
                shown[row][span.StartColumn - left : span.EndColumn - left + 1] = [
                    excels(formula.strip("{}")) for formula in line
                ]
        return shown

    def write(self, area: Area, rows: Block) -> None:
        """Write texts and numbers, none of which becomes a formula."""
        day0 = null_date(self.doc)
        new = [[plain(value, day0) for value in row] for row in rows]
        self._put(area, new, "setDataArray")

    def enter(self, area: Area, rows: Block) -> None:
        """Enter formulas and numbers, as `formulas` returned them."""
        spelled = [[calcs(cell) if _is_formula(cell) else cell for cell in row] for row in rows]
        self._put(area, spelled, "setFormulaArray")

    def number_format(self, area: Area) -> Optional[str]:
        """Return the format of cells, as Excel spells it; None where they have several."""
        key = self._cells(area).NumberFormat
        if key in (None, self._text()):
            return None if key is None else "@"
        return "General" if key == 0 else str(self.doc.NumberFormats.getByKey(key).FormatString)

    def set_number_format(self, area: Area, code: str) -> None:
        """Give cells a format."""
        self._check(area)
        key = self._text() if code == "@" else 0 if code == "General" else self._format(code)
        self._cells(area).NumberFormat = key

    def set_width(self, area: Area, characters: float) -> None:
        """Give columns a width."""
        self._cells(area).Columns.Width = int(characters * WIDTH)

    def merged(self, area: Area) -> bool:
        """Tell whether some of the cells are merged."""
        formats = self._cells(area).UniqueCellFormatRanges
        first = (formats.getByIndex(n).getByIndex(0) for n in range(formats.Count))
        return any(cells.getCellByPosition(0, 0).IsMerged for cells in first)

    def insert(self, area: Area) -> None:
        """Push what stands here down."""
        self._check(area)
        cells = self._cells(area)
        cells.Spreadsheet.insertCells(cells.RangeAddress, _enum("CellInsertMode", "DOWN"))

    def delete(self, area: Area) -> None:
        """Take cells away, and let what is below move up."""
        self._check(area)
        cells = self._cells(area)
        cells.Spreadsheet.removeRange(cells.RangeAddress, _enum("CellDeleteMode", "UP"))
        for name in self.doc.DatabaseRanges.ElementNames:  # a blank row stays, as in Excel
            table = self.doc.DatabaseRanges.getByName(name)
            left = table.DataArea
            if table.ContainsHeader and left.StartRow == left.EndRow:
                left.EndRow += 1
                table.setDataArea(left)

    def _sheet(self, name: str) -> Any:
        if not self.doc.Sheets.hasByName(name):
            raise Refused("the sheet is gone")
        return self.doc.Sheets.getByName(name)

    def _cells(self, area: Area) -> Any:
        sheet, row, column, rows, columns = area
        return self._sheet(sheet).getCellRangeByPosition(
            column - 1, row - 1, column + columns - 2, row + rows - 2
        )

    def _area(self, at: Any) -> Area:
        rows, columns = at.EndRow - at.StartRow + 1, at.EndColumn - at.StartColumn + 1
        sheet = self.doc.Sheets.getByIndex(at.Sheet).Name
        return [sheet, at.StartRow + 1, at.StartColumn + 1, rows, columns]

    def _check(self, area: Area) -> None:
        if self._sheet(area[0]).isProtected():  # uno would write nothing, and say nothing
            raise Refused("the sheet is protected")

    def _put(self, area: Area, new: Block, put: str) -> None:
        """Put values or formulas into cells with the method `put`.

        Calc's own Undo and Redo forget to blank what a block fills or empties (7.4). So no block
        does: cells hold something before they are filled, and are emptied by themselves.
        """
        self._check(area)
        filled, emptied = self._blanks(area, new)
        if area[0] in self._made:
            filled, emptied = [], []  # Undo takes the whole sheet away
        elif len(filled) + len(emptied) > EXACT:
            filled, emptied, self._exact = [], [], False
        for column, row, rows in emptied:
            for each in new[row : row + rows]:
                each[column] = HELD
        self._hold(area, filled)
        getattr(self._cells(area), put)(tuple(map(tuple, new)))
        self._empty(area, emptied)

    def _blanks(self, area: Area, new: Block) -> Tuple[List[Run], List[Run]]:
        """Return the runs of cells that a block fills, and that it empties."""
        there = self._cells(area).getFormulaArray()
        places = [(column, row) for row in range(area[3]) for column in range(area[4])]
        filled = [(c, r) for c, r in places if new[r][c] != "" and there[r][c] == ""]
        if area[3] > 1 and filled and not any(map(any, there)):
            blank = ((c, r) for c, r in places if new[r][c] == "")
            return [(0, 0, area[3])], [*_runs(blank)]  # all of them are held in one go
        emptied = ((c, r) for c, r in places if new[r][c] == "" and there[r][c] != "")
        return [(c, r, 1) for c, r in filled], [*_runs(emptied)]

    def _hold(self, area: Area, runs: Sequence[Run]) -> None:
        cells = self._cells(area)
        if len(runs) == 1 and runs[0][2] > 1:
            for column in range(area[4]):
                cells.getCellByPosition(column, 0).setString(HELD)
            self._fill(area)
            return
        for column, row, _ in runs:
            cells.getCellByPosition(column, row).setString(HELD)

    def _empty(self, area: Area, runs: Sequence[Run]) -> None:
        found = [
            self._cells([area[0], area[1] + row, area[2] + column, rows, 1]).RangeAddress
            for column, row, rows in runs
        ]
        ranges = self.doc.createInstance("com.sun.star.sheet.SheetCellRanges")
        ranges.addRangeAddresses(tuple(found), False)
        if found:
            ranges.clearContents(CONTENT)

    def _fill(self, area: Area) -> None:
        """Fill the first row of cells into the others."""
        self._cells(area).fillAuto(_enum("FillDirection", "TO_BOTTOM"), 1)

    def _text(self) -> int:
        return int(self.doc.NumberFormats.getStandardFormat(TEXT, _english()))

    def _format(self, code: str) -> int:
        formats = self.doc.NumberFormats
        key = formats.queryKey(code, _english(), False)
        return int(formats.addNew(code, _english()) if key < 0 else key)


def _runs(places: Iterable[Tuple[int, int]]) -> Iterator[Run]:
    """Yield (column, row, rows) for the places (column, row), those below one another together."""
    begin, count = (-1, -1), 0
    for column, row in sorted(places):
        if (column, row) == (begin[0], begin[1] + count):
            count += 1
            continue
        if count:
            yield (*begin, count)
        begin, count = (column, row), 1
    if count:
        yield (*begin, count)


def plain(value: Any, day0: datetime) -> Any:
    """Return a value as cells take it: a date as the days since day 0, nothing as ""."""
    if isinstance(value, dict):
        return (datetime.fromisoformat(value["date"]) - day0) / timedelta(days=1)
    return "" if value is None else value


def null_date(doc: Any) -> datetime:
    """Return day 0 of a document."""
    return datetime(doc.NullDate.Year, doc.NullDate.Month, doc.NullDate.Day)


def _english() -> Any:
    locale = uno.createUnoStruct("com.sun.star.lang.Locale")
    locale.Language, locale.Country = "en", "US"
    return locale


def _enum(kind: str, value: str) -> Any:
    return uno.Enum(f"com.sun.star.sheet.{kind}", value)


def _entered(value: Optional[Any]) -> Any:
    """Return what Excel's Range.Formula would be of a value."""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return value or ""


def _is_formula(cell: Any) -> bool:
    return isinstance(cell, str) and cell.startswith("=")


def _excels(content: str) -> str:
    """Return what a name stands for as Excel spells it: $Sheet.$A$1 becomes =Sheet!$A$1."""
    sheet, dot, cell = content.rpartition(".$")
    return f"={sheet.lstrip('$')}!${cell}" if dot and sheet[:1] == "$" else f"={content}"
