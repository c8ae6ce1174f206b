"""Print, for each sheet of a workbook, its name, its rows and the texts of its first and last row."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.hosts.uno_desktop import load


def texts(area: Any) -> list[str]:
    """Return the texts of a row of cells, those of formulas with their "="."""
    return [str(text) for text in area.getFormulaArray()[0]]


def told(sheet: Any) -> dict[str, object]:
    """Return what is printed of one sheet."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    rows = [sheet.getCellRangeByPosition(0, row, end.EndColumn, row) for row in (0, end.EndRow)]
    first, last = map(texts, rows)
    return {"name": sheet.Name, "rows": end.EndRow + 1, "first": first, "last": last}


document = load(Path(sys.argv[1]))
print(json.dumps([told(document.Sheets.getByIndex(n)) for n in range(document.Sheets.Count)]))
