"""What a built add-in file says of itself: read from its configuration sheet, never written."""

from __future__ import annotations

from io import BytesIO

import msgspec

from workbook.errors import ContactsError


class Stamp(msgspec.Struct, frozen=True):
    """The versions a file was built from and the Python it starts; "" where it does not say."""

    getcontacts: str = ""
    xlwings: str = ""
    interpreter: str = ""


def stamp_of(content: bytes) -> Stamp:
    """Return the stamp of an .xlam, an empty one of a file that is no add-in of ours."""
    try:
        settings = _settings(content)
    except ContactsError:
        return Stamp()
    return Stamp(
        getcontacts=settings.get("getcontacts version", ""),
        xlwings=settings.get("xlwings version", ""),
        interpreter=settings.get("interpreter_win", "") or settings.get("interpreter_mac", ""),
    )


def _settings(content: bytes) -> dict[str, str]:
    """Return the pairs on the sheets of a file. Raises NotAWorkbook, BrokenPart."""
    from workbook.merge.ranges import LAST_ROW  # lxml takes its time to import
    from workbook.ooxml.package import Package
    from workbook.ooxml.reading import texts_of
    from workbook.ooxml.table_part import sheets
    from workbook.ooxml.worksheet import Grid

    package, found = Package(BytesIO(content)), {}
    for _, part in sheets(package):
        grid = Grid(package.read(part), part, package.budget)
        texts = texts_of(package, grid)
        for _, row in grid.rows(1, LAST_ROW):
            name, value, *_ = (*(texts.of(cell) for _, cell in grid.cells(row)), "", "")
            found[name.casefold()] = value
    return found
