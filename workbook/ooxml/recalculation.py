"""Order the program that opens the file next to compute every formula."""

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


def has_chain(package: Package) -> bool:
    """Tell whether there is an order of calculation, as in files where Excel knows of formulas."""
    return any(reached(package, workbook_part(package), "calcChain"))


def compute_on_opening(package: Package) -> None:
    """Order the program that opens the workbook next to compute every formula."""
    part = workbook_part(package)
    root = parsed(package.read(part), part)
    ns = namespace(root)
    order = root.find(f"{ns}calcPr")
    if order is None:
        order = root.makeelement(f"{ns}calcPr")
        places = [at for at, child in enumerate(root) if local(child) in _BEFORE]
        root.insert(max(places, default=-1) + 1, order)
    if not is_true(order.get("fullCalcOnLoad")):
        order.set("fullCalcOnLoad", "1")
        package.put(part, written(root))


def forget_chain(package: Package) -> None:
    """Take away an order of calculation that is not complete any more; Excel makes it anew.

    The part goes with its relationship and its content type.
    """
    chain = {*reached(package, workbook_part(package), "calcChain")}
    if not chain:
        return
    rels = rels_of(workbook_part(package))
    arrows, types = parsed(package.read(rels), rels), parsed(package.read(_TYPES), _TYPES)
    for each in list(arrows):
        if each.get("Type", "").endswith("/calcChain"):
            arrows.remove(each)
    for each in list(types):
        if each.get("PartName", "").lstrip("/") in chain:
            types.remove(each)
    package.put(rels, written(arrows))
    package.put(_TYPES, written(types))
    for part in chain:
        package.put(part, None)
