"""Workbooks of a few cells, for tests of what an update does all over a workbook."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from tests.ooxml import small_files
from tests.ooxml.small_files import BOOK, MAIN, NAMESPACES, Arrow
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import rels_of
from workbook.ooxml.table_part import Table, sheets, tables
from workbook.ooxml.worksheet import Grid

TYPES = "[Content_Types].xml"
OUTSIDE = 'TargetMode="External"'


def part(number: int) -> str:
    """Return the part of a sheet, counted from 1."""
    return f"xl/worksheets/sheet{number}.xml"


def sheet(cells: Mapping[str, str], after: str = "") -> str:
    """Return a sheet; a cell that begins with "=" is a formula with the result 7, "<" its XML."""
    rows: dict[int, str] = defaultdict(str)
    for place, said in cells.items():
        rows[int(re.sub("[A-Z]+", "", place))] += _cell(place, said)
    data = "".join(f'<row r="{at}">{row}</row>' for at, row in rows.items())
    return f"<worksheet {MAIN}><sheetData>{data}</sheetData>{after}</worksheet>"


def _cell(place: str, said: str) -> str:
    if said.startswith("<c"):
        return said.replace("<c", f'<c r="{place}"', 1)
    inner = f"<f>{said[1:]}</f><v>7</v>" if said.startswith("=") else said
    kind = "" if inner.startswith("<") else ' t="inlineStr"'
    return f'<c r="{place}"{kind}>{inner if not kind else f"<is><t>{said}</t></is>"}</c>'


def book(
    texts: Mapping[str, str],
    within: str = "",
    arrows: Mapping[str, Sequence[Arrow]] | None = None,
    types: str = "<Types/>",
    **parts: str,
) -> Package:
    """Return an opened workbook of these sheets.

    `within` is what its part has after them, `arrows` where parts lead to (BOOK: also to the
    sheets), `parts` are more of them, named by what stands behind "xl/", without ".xml".
    """
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}"/>' for at, name in enumerate(texts, 1)
    )
    to_sheets = [("worksheet", part(at)) for at, _ in enumerate(texts, 1)]
    given = {"": [("officeDocument", BOOK)], BOOK: [], **(arrows or {})}
    given[BOOK] = [*to_sheets, *given[BOOK]]
    return small_files.package(
        {
            TYPES: types,
            BOOK: f"<workbook {NAMESPACES}><sheets>{listed}</sheets>{within}</workbook>",
            **{part(at): text for at, text in enumerate(texts.values(), 1)},
            **{
                rels_of(source): small_files.arrows(*map(_from_the_top, targets))
                for source, targets in given.items()
            },
            **{f"xl/{name}.xml": text for name, text in parts.items()},
        }
    )


def _from_the_top(arrow: Arrow) -> Arrow:
    """Return an arrow within the file with the whole name of its target."""
    return arrow if len(arrow) > 2 else (arrow[0], f"/{arrow[1]}")


def table(ref: str, *columns: str, more: str = "") -> str:
    """Return the part of the table Contacts; a column is its title, or its XML."""
    listed = "".join(
        each if each.startswith("<") else f'<tableColumn name="{each}"/>' for each in columns
    )
    return f'<table {MAIN} name="Contacts" displayName="Contacts" ref="{ref}" {more}><tableColumns>{listed}</tableColumns></table>'


def the_table(package: Package) -> tuple[Table, Grid]:
    """Return the first table of a workbook and the grid of its sheet."""
    found = next(tables(package))
    return found, grid(package, found.sheet)


def grid(package: Package, name: str) -> Grid:
    """Return the grid of a sheet."""
    there = dict(sheets(package))[name]
    return Grid(package.read(there), there, package.budget)


def text(package: Package, name: str) -> str:
    """Return a part as it is now."""
    return package.read(name).decode()
