"""Which part of a workbook leads to which: relationships, their kinds and targets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from posixpath import dirname, join, normpath
from urllib.parse import unquote

import msgspec
from lxml import etree

from workbook.merge.refusals import BrokenPart, NotAWorkbook
from workbook.ooxml.markup import parsed
from workbook.ooxml.package import Package


class Relation(msgspec.Struct, frozen=True):
    """One arrow between parts; `kind` is the last word of its type, the same in every dialect."""

    key: str
    kind: str
    target: str


def relations(package: Package, part: str) -> list[Relation]:
    """Return where a part leads to inside the file; "" is the file itself."""
    listed = rels_of(part)
    if listed not in package:
        return []
    return [
        Relation(
            each.get("Id", ""),
            each.get("Type", "").rpartition("/")[2],
            _target(part, each.get("Target", "")),
        )
        for each in parsed(package.read(listed), listed).iterchildren("{*}Relationship")
        if each.get("TargetMode") != "External"
    ]


def rels_of(part: str) -> str:
    """Return the name of the part that lists where this one leads to."""
    return join(dirname(part), "_rels", part.rpartition("/")[2] + ".rels")


def workbook_part(package: Package) -> str:
    """Return the name of the workbook part. Raises NotAWorkbook when the file has none of XML."""
    for each in relations(package, ""):
        if each.kind == "officeDocument":
            if each.target.endswith(".bin"):
                raise NotAWorkbook("xlsb")
            return each.target
    raise NotAWorkbook("zip")


def reached(package: Package, part: str, *kinds: str) -> Iterator[str]:
    """Yield the targets of these kinds, each once."""
    return all_reached(package, [part], *kinds)


def all_reached(package: Package, parts: Iterable[str], *kinds: str) -> Iterator[str]:
    """Yield the targets of these kinds of any of these parts, each once.

    A small file can lead to one part ten thousand times, and its parts so to others.
    """
    found: dict[str, str] = {}
    for part in parts:
        for each in relations(package, part):
            if each.kind in kinds:
                found.setdefault(each.target.casefold(), each.target)
    return iter(found.values())


def charts(package: Package) -> Iterator[str]:
    """Yield the parts of all charts, on worksheets and on sheets of their own."""
    holders = reached(package, workbook_part(package), "worksheet", "chartsheet")
    drawings = all_reached(package, holders, "drawing")
    return all_reached(package, drawings, "chart", "chartEx")


def looked_at(package: Package, part: str) -> etree._Element | None:
    """Return the root of a part that is only looked at; None when it is not there or damaged.

    What an update does not need must not refuse it: some programs leave arrows that lead nowhere.
    """
    with suppress(BrokenPart):
        return parsed(package.read(part), part)
    return None


def readable(package: Package, parts: Iterable[str]) -> Iterator[tuple[str, etree._Element]]:
    """Yield those of these parts that are there and not damaged, with their roots."""
    for part in parts:
        root = looked_at(package, part)
        if root is not None:
            yield part, root


def _target(part: str, target: str) -> str:
    """Return the name of a part; some programs write backslashes."""
    return normpath(join("/", dirname(part), unquote(target).replace("\\", "/"))).lstrip("/")
