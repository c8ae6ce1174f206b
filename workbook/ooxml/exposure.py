"""Find in a workbook file what hidden sheets show, and what can send data away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import BinaryIO

from workbook.merge.exposure import (
    NAMES,
    OURS,
    SENDERS,
    Exposure,
    Meanings,
    Sheet,
    looked_at,
    meanings,
    sentences,
)
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.markup import each, local, parsed
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import reached, workbook_part
from workbook.ooxml.results import names
from workbook.ooxml.table_part import sheets

SHOWN = "visible"
MANY = 100  # names to look for in the bytes of a sheet
_FORMULAS = ("f", "formula", "formula1", "formula2")  # of cells, formats, dropdowns, extensions
_SPELLED_OTHERWISE = (b"&#", b"<!", b"\0")  # numbers of characters, entities, UTF-16


def exposure(source: BinaryIO) -> Exposure:
    """Return what a user has to know of a workbook file before contacts may enter it.

    Raises NotAWorkbook, BrokenPart.
    """
    package = Package(source)
    hidden, texts = hidden_sheets(package), names(package)
    known = meanings(texts)
    found = [_sheet(package, name, part, name in hidden, known) for name, part in sheets(package)]
    return Exposure((*found, _names(texts)), _links(package))


def sending(package: Package) -> list[str]:
    """Return sentences on functions of a workbook that can send away what stands in it."""
    texts = names(package)
    known, found = meanings(texts), [_names(texts)]
    for name, part in sheets(package):
        with suppress(BrokenPart):  # one that is damaged is not ours to mend
            found.append(_sheet(package, name, part, False, known))
    return [*sentences(Exposure(tuple(found)))]


def hidden_sheets(package: Package) -> set[str]:
    """Return the names of the sheets that are not shown: all, where no window of theirs is."""
    part = workbook_part(package)
    root = parsed(package.read(part), part)
    windows = [each.get("visibility", SHOWN) for each in root.iterfind("{*}bookViews/{*}*")]
    unseen = bool(windows) and SHOWN not in windows
    listed = root.iterfind("{*}sheets/{*}sheet")
    return {each.get("name", "") for each in listed if unseen or each.get("state", SHOWN) != SHOWN}


def _names(texts: Mapping[str, Sequence[str]]) -> Sheet:
    return looked_at(NAMES, False, chain.from_iterable(texts.values()))


def _sheet(package: Package, name: str, part: str, hidden: bool, known: Meanings) -> Sheet:
    data = package.read(part)
    found = each(data, part, "row", *_FORMULAS) if _may_tell(data, known) else ()
    formulas = (element.text or "" for element in found if local(element) != "row")
    return looked_at(name, hidden, formulas, known, any(reached(package, part, "table")))


def _may_tell(data: bytes, known: Meanings) -> bool:
    """Tell quickly whether a sheet may name such a function: most hold none, and are long."""
    odd = any(spelled in data for spelled in _SPELLED_OTHERWISE)
    if odd or len(known) > MANY or not all(map(str.isascii, known)):
        return True
    shouted = data.upper()
    return any(word.upper().encode() in shouted for word in (*OURS, *SENDERS, *known))


def _links(package: Package) -> dict[str, int]:
    part = workbook_part(package)
    connections = sum(
        len(parsed(package.read(target), target))
        for target in reached(package, part, "connections")
        if target in package
    )
    macros = reached(package, part, "xlMacrosheet", "xlIntlMacrosheet")
    return {
        "external link": sum(1 for _ in reached(package, part, "externalLink")),
        "connection": connections,
        "old macro sheet": sum(1 for _ in macros),
        "web add-in": sum(1 for _ in reached(package, "", "webextensiontaskpanes")),
    }
