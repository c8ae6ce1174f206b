"""A workbook before and after an update, compared by readers that are not ours.

It knows where our table lies (tests/proof/books.py) and nothing of how an update is made. What may
differ: our columns, new rows within the table, results that were forgotten, references that ended
with the table, and the orders to compute and refresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from io import BytesIO

import python_calamine
from lxml import etree
from openpyxl import load_workbook

from tests.ooxml.update_files import packed, parts
from tests.proof.books import BOTTOM, COLUMNS, OURS, TOP
from tests.proof.dialects import place
from workbook.merge.ranges import parse

Cells = dict[tuple[str, str], object]  # (sheet, cell) -> value
_REFERENCE = re.compile(r"(?<![A-Za-z0-9_.])(\$?[A-Z]{1,2}\$?)(\d+)(?![\d(A-Za-z_])")
_FORMULAS = frozenset({"f", "formula", "formula1", "formula2", "definedName", "sqref"})
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


@dataclass(slots=True)
class Judge:
    """What was checked, and what is wrong; `new` rows came below the table's data, not one."""

    before: bytes
    after: bytes
    new: int
    checks: int = 0
    wrong: list[str] = field(default_factory=list)

    def check(self, holds: bool, words: str) -> None:
        """Count a check."""
        self.checks += 1
        if not holds:
            self.wrong.append(words)

    def is_foreign(self, sheet: str, cell: str) -> bool:
        """Tell whether a cell is the user's, before and after."""
        at = parse(cell)
        assert at is not None
        if sheet != "People" or at.left not in COLUMNS:
            return True
        return (
            (TOP <= at.top <= BOTTOM and at.left not in OURS)
            or at.top < TOP
            or (at.top > BOTTOM + self.new + 1)
        )

    def bottom(self, text: str) -> str:
        """Return a text in which references to the last rows of the table read the same."""
        last = {BOTTOM: "LAST", BOTTOM + self.new: "LAST"}
        totals = {BOTTOM + 1: "TOTALS", BOTTOM + 1 + self.new: "TOTALS"}
        rows = totals | last
        return _REFERENCE.sub(lambda at: at[1] + rows.get(int(at[2]), at[2]), text)


def judged(before: bytes, after: bytes, new: int) -> Judge:
    """Compare two workbooks in every way that needs no other program."""
    judge = Judge(before, after, new)
    _compare_bytes(judge)
    _compare_parts(judge)
    for reader in READERS:
        _compare_cells(judge, reader)
    return judge


def _compare_bytes(judge: Judge) -> None:
    """Parts that an update never touches are the same packed bytes."""
    was, now = ({each.name: each.packed for each in packed(d)} for d in (judge.before, judge.after))
    for name, data in was.items():
        if not _may_change(name):
            judge.check(now.get(name) == data, f"{name} has other bytes")
    judge.check(not {*now} - {*was}, "there are new parts")


def _may_change(name: str) -> bool:
    return name in ("xl/workbook.xml", "xl/calcChain.xml") or bool(
        re.search(
            r"worksheets/[^/]+$|tables/|charts/chart|pivotCacheDef|workbook\.xml\.rels|\[Cont", name
        )
    )


def _compare_parts(judge: Judge) -> None:
    """Parts that may change are the same XML but for what may differ in them."""
    was, now = parts(judge.before), parts(judge.after)
    sheets = {part: name for name, part in _sheets(was)}
    for name, data in was.items():
        if not _may_change(name) or (name not in now and name == "xl/calcChain.xml"):
            continue
        if now[name] == data:
            judge.check(True, "")
            continue
        one, other = (_plain(judge, text, sheets.get(name, "")) for text in (data, now[name]))
        judge.check(one == other, f"{name} differs: {_difference(one, other)}")


def _sheets(texts: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    """Yield names and parts of worksheets, told by the order of workbook and relationships."""
    targets = {
        arrow.get("Id"): arrow.get("Target", "").replace("\\", "/").casefold().rpartition("/")[2]
        for arrow in etree.fromstring(texts["xl/_rels/workbook.xml.rels"])
        if arrow.get("Type", "").endswith("/worksheet")
    }
    for sheet in etree.fromstring(texts["xl/workbook.xml"]).iter("{*}sheet"):
        keys = [str(value) for name, value in sheet.attrib.items() if str(name).endswith("}id")]
        if keys and keys[0] in targets:
            yield sheet.get("name", ""), f"xl/worksheets/{targets[keys[0]]}"


def _plain(judge: Judge, data: bytes, sheet: str) -> list[str]:
    """Return the pieces of a part, without what an update may change in it."""
    root = etree.fromstring(data)
    etree.strip_tags(root, etree.Comment, etree.ProcessingInstruction)
    if sheet:
        _strip_cells(judge, root, sheet)
    for each in list(root.iter("{*}calcPr", "{*}dimension", "{*}strCache", "{*}numCache")):
        _take_out(each)
    for each in list(root):
        if (
            each.get("Type", each.get("PartName", ""))
            .casefold()
            .endswith(("/calcchain", "calcchain.xml"))
        ):
            _take_out(each)
    return [_spelled(judge, each) for each in root.iter(etree.Element)]


def _take_out(element: etree._Element) -> None:
    parent = element.getparent()
    assert parent is not None
    parent.remove(element)


def _spelled(judge: Judge, element: etree._Element) -> str:
    tag = str(element.tag).rpartition("}")[2]
    ignored = {"spans", "refreshOnLoad", "insertRow"}
    attributes = sorted(
        f"{name}={judge.bottom(value) if name in ('ref', 'sqref', 'r') else value}"
        for name, value in element.attrib.items()
        if name not in ignored
    )
    text = (element.text or "").strip(" \n\r") if len(element) else element.text or ""
    is_formula = tag in _FORMULAS or tag.endswith("Formula")
    return f"{tag} {attributes} {judge.bottom(text) if is_formula else text}"


def _strip_cells(judge: Judge, root: etree._Element, sheet: str) -> None:
    """Take out cells that are ours, and results; say where each cell and row stands."""
    arrays = [
        parse(formula.get("ref", ""))
        for formula in root.iter("{*}f")
        if formula.get("t") == "array"
    ]
    last = 0
    for row in list(root.iter("{*}row")):
        last = int(row.get("r", last + 1))
        row.set("r", f"row {last}")  # which is no reference
        for at, cell in _placed(row, last):
            where = parse(at)
            assert where is not None
            cell.set("r", f"cell {at}")
            if cell.find("{*}f") is not None or any(a and a.meets(where) for a in arrays):
                cell.attrib.pop("t", None)
                for value in cell.findall("{*}v"):
                    cell.remove(value)
            if not judge.is_foreign(sheet, at) or not (len(cell) or cell.get("s")):
                row.remove(cell)
        if not len(row) and {*row.attrib} <= {"r", "spans"}:
            _take_out(row)


def _placed(row: etree._Element, number: int) -> Iterator[tuple[str, etree._Element]]:
    column = 0
    for cell in list(row.iterchildren("{*}c")):
        at = parse(cell.get("r", ""))
        column = at.left if at is not None else column + 1
        yield place(number, column), cell


def _difference(one: list[str], other: list[str]) -> str:
    pairs = zip([*one, *[""] * len(other)], [*other, *[""] * len(one)], strict=False)
    return next((f"{a} is now {b}" for a, b in pairs if a != b), "")


def by_openpyxl(data: bytes) -> Cells:
    """Return all values and formulas as openpyxl reads them."""
    found: Cells = {}
    for only_values in (False, True):
        book = load_workbook(BytesIO(data), data_only=only_values)
        for sheet in book.worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    if cell.value is not None:
                        key = (sheet.title, cell.coordinate)
                        found.setdefault(key, getattr(cell.value, "text", cell.value))
                        if only_values and str(found[key]).startswith("="):
                            found[sheet.title, f"{cell.coordinate}="] = cell.value
    return found


def by_calamine(data: bytes) -> Cells:
    """Return all values as calamine reads them, results too."""
    book = python_calamine.CalamineWorkbook.from_filelike(BytesIO(data))
    found: Cells = {}
    for name in book.sheet_names:
        with suppress(python_calamine.WorksheetNotFound):  # a sheet with nothing but a chart
            for row, line in enumerate(
                book.get_sheet_by_name(name).to_python(skip_empty_area=False), 1
            ):
                for column, value in enumerate(line, 1):
                    if value not in ("", None):
                        found[name, place(row, column)] = value
    return found


READERS: dict[str, Callable[[bytes], Cells]] = {"openpyxl": by_openpyxl, "calamine": by_calamine}


def _compare_cells(judge: Judge, name: str) -> None:
    was = cells(name, judge.before)
    if was is None:
        return  # a dialect that it does not know
    now = cells(name, judge.after)
    judge.check(now is not None, f"{name} cannot read it any more")
    results = formulas(judge.before)
    for (sheet, cell), value in was.items():
        at = cell.rstrip("=")
        if not judge.is_foreign(sheet, at) or now is None:
            continue
        is_result = (sheet, at) in results
        is_now = now.get((sheet, cell))
        same = _alike(judge, value, is_now) or (is_result and is_now is None)
        judge.check(same, f"{sheet}!{cell} was {value!r} and is {is_now!r} for {name}")


@lru_cache(8)  # one book is updated in several ways
def cells(kind: str, data: bytes) -> Cells | None:
    """Return what one of the readers reads; None where it cannot."""
    try:
        return READERS[kind](data) or None
    except Exception:
        return None


def _alike(judge: Judge, one: object, other: object) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return judge.bottom(one) == judge.bottom(other)
    return one == other


def formulas(data: bytes) -> dict[tuple[str, str], str]:
    """Return the stored result of every cell that shows one, "" where there is none."""
    texts, found = parts(data), {}
    names = {name.casefold(): name for name in texts}
    for sheet, part in _sheets(texts):
        root = etree.fromstring(texts[names[part.casefold()]])
        arrays = [parse(f.get("ref", "")) for f in root.iter("{*}f") if f.get("t") == "array"]
        last = 0
        for row in root.iter("{*}row"):
            last = int(row.get("r", last + 1))
            for at, cell in _placed(row, last):
                where = parse(at)
                assert where is not None
                if cell.find("{*}f") is not None or any(a and a.meets(where) for a in arrays):
                    found[sheet, at] = cell.findtext("{*}v") or ""
    return found


def people(kind: str, before: bytes, after: bytes) -> dict[str, tuple[object, ...]]:
    """Return the table's rows as a reader sees them, by id; none where it could not read it before."""
    found = cells(kind, after) if cells(kind, before) else None
    rows = (
        [(found or {}).get(("People", place(row, column))) for column in COLUMNS]
        for row in range(TOP, BOTTOM + 99)
    )
    return {str(row[0]): tuple(row[1:]) for row in rows if "@" in str(row[0])}
