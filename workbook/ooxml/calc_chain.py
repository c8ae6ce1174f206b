"""Orders for the program that opens the file next: compute every formula anew."""

from __future__ import annotations

from workbook.ooxml.markup import is_true, local, namespace, parsed, written
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import reached, rels_of, workbook_part

# what stands in front of calcPr in a workbook part (ECMA-376, CT_Workbook)
_BEFORE = {
    *("fileVersion", "fileSharing", "workbookPr", "AlternateContent", "revisionPtr"),
    *("workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences"),
    *("definedNames",),
}
_TYPES = "[Content_Types].xml"


def chain(package: Package) -> set[str]:
    """Return the parts that hold the order of calculation: one where Excel knows of formulas."""
    return set(reached(package, workbook_part(package), "calcChain"))


def compute_on_opening(package: Package) -> dict[str, bytes | None]:
    """Return the workbook part with the order to compute everything; nothing if it has that."""
    part = workbook_part(package)
    root = parsed(package.read(part), part)
    ns = namespace(root)
    order = root.find(f"{ns}calcPr")
    if order is None:
        order = root.makeelement(f"{ns}calcPr")
        places = [at for at, child in enumerate(root) if local(child) in _BEFORE]
        root.insert(max(places, default=-1) + 1, order)
    if is_true(order.get("fullCalcOnLoad")):
        return {}
    order.set("fullCalcOnLoad", "1")
    return {part: written(root)}


def without(package: Package, chain: set[str]) -> dict[str, bytes | None]:
    """Return what changes when an order of calculation that is not complete any more goes.

    Excel makes it anew. The part goes with its relationship and its content type.
    """
    if not chain:
        return {}
    rels = rels_of(workbook_part(package))
    arrows, types = parsed(package.read(rels), rels), parsed(package.read(_TYPES), _TYPES)
    for each in list(arrows):
        if each.get("Type", "").endswith("/calcChain"):
            arrows.remove(each)
    for each in list(types):
        if each.get("PartName", "").lstrip("/") in chain:
            types.remove(each)
    return {rels: written(arrows), _TYPES: written(types), **dict.fromkeys(chain)}
