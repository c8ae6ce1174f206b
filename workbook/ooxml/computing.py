"""Let LibreOffice compute the results that were removed, and copy nothing but these back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from itertools import chain

from lxml import etree

from workbook.merge.formulas import Kind, tokens
from workbook.merge.ranges import LAST_ROW, Range
from workbook.merge.refusals import NotAWorkbook
from workbook.ooxml import libreoffice
from workbook.ooxml.cell_formulas import cell_formulas
from workbook.ooxml.package import Package
from workbook.ooxml.reading import texts_of
from workbook.ooxml.relationships import readable, relations, workbook_part
from workbook.ooxml.results import Places, names
from workbook.ooxml.table_part import sheets
from workbook.ooxml.worksheet import Grid
from workbook.ooxml.writing import escaped

_REACHING_OUT = frozenset(
    {"WEBSERVICE", "RTD", "DDE", "IMAGE", "STOCKHISTORY", "CALL", "REGISTER", "REGISTER.ID", "EXEC"}
)


def compute(
    package: Package, there: Mapping[str, Grid], forgotten: Mapping[str, Sequence[Range]]
) -> str:
    """Write the results of these cells, as LibreOffice computes them; return what it comes to.

    `there` are all worksheets with formulas, and are changed in place.
    """
    if reason := _why_not(package, there):
        return f"Results were not computed: {reason}."
    soffice = libreoffice.program()
    if soffice is None:
        return "Results were not computed: LibreOffice is not installed here."
    copy = BytesIO()
    package.write(copy)
    theirs = None
    with suppress(NotAWorkbook):  # where it has failed, half a file may be there
        theirs = Package(BytesIO(libreoffice.computed(copy.getvalue(), soffice) or b""))
    if theirs is None:
        return "Results were not computed: LibreOffice could not open the workbook."
    results = _take_over(theirs, there, forgotten)
    return f"Computed by LibreOffice: {results:,} result{'s' * (results != 1)}."


def _why_not(package: Package, there: Mapping[str, Grid]) -> str:
    """Return why a workbook is not given to another program: it would reach out of itself."""
    kinds = {each.kind for each in relations(package, workbook_part(package))}
    if "connections" in kinds:
        return "the workbook has connections to data elsewhere"
    if "externalLink" in kinds or any(_leads_out(package)):
        return "the workbook has links to other files"
    for text in _formulas(package, there):
        found = tokens(text)
        if found is None:
            return "the workbook has a formula that getcontacts cannot read"
        called = [each.text.upper() for each in found if each.kind is Kind.NAME]
        if out := _REACHING_OUT & {*called, *(name.rpartition(".")[2] for name in called)}:
            return f"the workbook has formulas with {min(out)}, which fetch data from elsewhere"
    return ""


def _leads_out(package: Package) -> Iterator[bool]:
    """Yield for each arrow out of the file whether opening the file may follow it."""
    listed = (part for part in package.names() if part.endswith(".rels"))
    for _, root in readable(package, listed):
        for each in root:
            outside = each.get("TargetMode") == "External"
            yield outside and not each.get("Type", "").endswith("/hyperlink")


def _formulas(package: Package, there: Mapping[str, Grid]) -> Iterator[str]:
    for grid in there.values():
        yield from (each.text or "" for each in cell_formulas(grid, 1, LAST_ROW))
    for _, root in readable(package, (part for _, part in sheets(package))):
        rules = root.iter("{*}formula", "{*}formula1", "{*}formula2")
        yield from (each.text or "" for each in rules)
    yield from chain.from_iterable(names(package).values())


def _take_over(
    computed: Package, there: Mapping[str, Grid], forgotten: Mapping[str, Sequence[Range]]
) -> int:
    parts = dict(sheets(computed))
    taken = 0
    for name, areas in forgotten.items():
        if name not in parts:
            continue
        theirs = Grid(computed.read(parts[name]), parts[name])
        texts = texts_of(computed, theirs)
        for row, column, cell in Places(areas).cells(theirs):
            ours = there[name].found(row, column)
            if ours is not None and cell.find(f"{theirs.ns}v") is not None:
                there[name].row(row)  # so that it is written
                _put(ours, there[name].ns, cell, texts.of(cell))
                taken += 1
    return taken


def _put(cell: etree._Element, ns: str, result: etree._Element, text: str) -> None:
    """Give a cell with a formula a result of the same kind as LibreOffice's."""
    kind = result.get("t", "n")
    is_text = kind in ("s", "str")
    value = etree.SubElement(cell, f"{ns}v")
    value.text = escaped(text, Counter()) if is_text else result.findtext("{*}v")
    if kind != "n":
        cell.set("t", "str" if is_text else kind)
