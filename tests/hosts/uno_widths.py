"""Print, for each sheet of a workbook: widths now, widths LibreOffice calls optimal, charts, shrinking.

Widths are in hundredths of a millimetre; the document is changed in memory and never saved.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from tests.hosts.uno_desktop import load


def measured(sheet: Any) -> dict[str, object]:
    """Return what is printed of one sheet."""
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    end = cursor.RangeAddress
    columns = [sheet.Columns.getByIndex(n) for n in range(end.EndColumn + 1)]
    now = [column.Width for column in columns]
    for column in columns:
        column.OptimalWidth = True
    below = [sheet.getCellByPosition(n, min(1, end.EndRow)) for n in range(end.EndColumn + 1)]
    return {
        "name": sheet.Name,
        "titles": [sheet.getCellByPosition(n, 0).String for n in range(end.EndColumn + 1)],
        "now": now,
        "optimal": [column.Width for column in columns],
        "shrinks": [bool(cell.ShrinkToFit) for cell in below],
        "charts": sheet.Charts.Count,
    }


document = load(Path(sys.argv[1]))
print(json.dumps([measured(document.Sheets.getByIndex(n)) for n in range(document.Sheets.Count)]))
