"""Find the table of a workbook that is to be updated, and read its part of the file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec
from lxml import etree
from msgspec.structs import replace

from workbook.merge.model import CONTACTS, MEMBERS, TableKind, holds_members
from workbook.merge.ranges import Range, parse
from workbook.merge.refusals import FilledByQuery, HoldsMembers, MappedToXml, NoTable
from workbook.ooxml.cell_text import unescaped
from workbook.ooxml.markup import parsed, whole
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import reached, relations, workbook_part


class Table(msgspec.Struct, frozen=True):
    """A table and the sheet it lies on: names as users see them, parts as the file has them."""

    name: str
    sheet: str
    part: str
    sheet_part: str
    ref: Range
    root: etree._Element

    @property
    def columns(self) -> list[etree._Element]:
        """Return the definitions of its columns."""
        return list(self.root.iterfind("{*}tableColumns/{*}tableColumn"))

    @property
    def titles(self) -> list[str]:
        """Return the titles as the table itself lists them."""
        return [unescaped(column.get("name", "")) for column in self.columns]

    @property
    def body(self) -> Range:
        """Return where its rows are, without header and totals; top > bottom when it has none."""
        ref = self.ref
        return Range(ref.left, ref.top + self.headers, ref.right, ref.bottom - self.totals)

    @property
    def totals_row(self) -> Range | None:
        """Return the row of totals."""
        return replace(self.ref, top=self.ref.bottom) if self.totals else None

    @property
    def headers(self) -> int:
        """Return how many rows its header takes, 0 or 1."""
        return whole(self.root, "headerRowCount", 1)

    @property
    def totals(self) -> int:
        """Return how many rows its totals take."""
        return whole(self.root, "totalsRowCount", 0)

    @property
    def formulas(self) -> dict[int, etree._Element]:
        """Return, by column from 0, the formulas that fill whole columns."""
        found = (column.find("{*}calculatedColumnFormula") for column in self.columns)
        return {at: formula for at, formula in enumerate(found) if formula is not None}


def chosen(package: Package, kind: TableKind = CONTACTS) -> Table:
    """Return the table of this kind: the one of its name, else the only one with its titles.

    One of members is never taken for one of contacts. Raises NoTable, HoldsMembers, FilledByQuery,
    MappedToXml, NotAWorkbook, BrokenPart.
    """
    listed = list(tables(package))
    named = [table for table in listed if table.name.casefold() == kind.name.casefold()]
    alike = named or [table for table in listed if _is_of(kind, {*table.titles})]
    if not alike and any(holds_members(table.titles) for table in listed):
        raise HoldsMembers()
    if len(alike) != 1:
        raise NoTable(tuple(table.name for table in alike), kind.name, kind.known_by)
    source = alike[0].root.get("tableType", "worksheet")
    if source != "worksheet":
        raise MappedToXml(alike[0].name) if source == "xml" else FilledByQuery(alike[0].name)
    return alike[0]


def _is_of(kind: TableKind, titles: set[str]) -> bool:
    return titles >= {*kind.known_by} and (kind is MEMBERS or not holds_members(titles))


def sheets(package: Package) -> Iterator[tuple[str, str]]:
    """Yield the name and the part of every worksheet, in the order of the tabs, a part once."""
    workbook = workbook_part(package)
    parts = {each.key: each for each in relations(package, workbook) if each.kind == "worksheet"}
    root = parsed(package.read(workbook), workbook)
    seen: set[str] = set()
    for sheet in root.iterfind("{*}sheets/{*}sheet"):
        keys = [value for name, value in sheet.attrib.items() if str(name).endswith("}id")]
        found = parts.pop(str(keys[0]), None) if keys else None
        if found is not None and found.target.casefold() not in seen:
            seen.add(found.target.casefold())
            yield sheet.get("name", ""), found.target


def ranges_of_tables(package: Package, sheet_part: str) -> Iterator[Range]:
    """Yield where the tables of a sheet are."""
    parts = reached(package, sheet_part, "table")
    return (table.ref for table in _read(package, "", sheet_part, parts))


def tables(package: Package) -> Iterator[Table]:
    """Yield every table of the workbook; one that several sheets claim belongs to the first."""
    seen: set[str] = set()
    for sheet, sheet_part in sheets(package):
        parts = [
            each for each in reached(package, sheet_part, "table") if each.casefold() not in seen
        ]
        seen.update(map(str.casefold, parts))
        yield from _read(package, sheet, sheet_part, parts)


def _read(package: Package, sheet: str, sheet_part: str, parts: Iterable[str]) -> Iterator[Table]:
    for part in parts:
        if part not in package:
            continue
        root = parsed(package.read(part), part)
        ref = parse(root.get("ref", ""))
        if ref is not None:
            name = root.get("displayName", root.get("name", ""))
            yield Table(name, sheet, part, sheet_part, ref, root)
