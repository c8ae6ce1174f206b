"""What a workbook file shows where nobody looks, and what in it can send data away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from msgspec.structs import replace

from workbook.merge.exposure import SENDERS, Exposure, Sheet, looked_at, sentences
from workbook.ooxml.markup import parsed
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import reached, workbook_part
from workbook.ooxml.table_part import sheets


def exposure(source: BinaryIO) -> Exposure:
    """Return what a user has to know of a workbook file before contacts may enter it.

    Raises NotAWorkbook, BrokenPart.
    """
    package = Package(source)
    hidden = hidden_sheets(package)
    return Exposure(tuple(_sheets(package, hidden)), _links(package))


def sending(package: Package) -> list[str]:
    """Return sentences on functions of a workbook that can send away what stands in it."""
    words = [name.encode() for name in SENDERS]
    looked = (
        (name, part) for name, part in sheets(package)
        if any(word in package.read(part) for word in words)
    )  # fmt: skip
    found = [replace(_sheet(package, name, part), ours=False) for name, part in looked]
    return [*sentences(Exposure(tuple(found)))]


def hidden_sheets(package: Package) -> set[str]:
    """Return the names of the sheets that are not shown."""
    part = workbook_part(package)
    listed = parsed(package.read(part), part).iterfind("{*}sheets/{*}sheet")
    return {each.get("name", "") for each in listed if each.get("state", "visible") != "visible"}


def _sheets(package: Package, hidden: set[str]) -> Iterator[Sheet]:
    for name, part in sheets(package):
        yield replace(_sheet(package, name, part), hidden=name in hidden)
    part = workbook_part(package)
    names = parsed(package.read(part), part).iterfind("{*}definedNames/{*}definedName")
    yield looked_at("the names of the workbook", False, (name.text or "" for name in names))


def _sheet(package: Package, name: str, part: str) -> Sheet:
    cells = parsed(package.read(part), part).iterfind(".//{*}f")
    return looked_at(name, False, (cell.text or "" for cell in cells))


def _links(package: Package) -> dict[str, int]:
    part = workbook_part(package)
    connections = sum(
        len(parsed(package.read(target), target))
        for target in reached(package, part, "connections")
        if target in package
    )
    return {
        "external link": sum(1 for _ in reached(package, part, "externalLink")),
        "connection": connections,
    }
