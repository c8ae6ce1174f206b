"""What a built add-in file says of itself: read from its configuration sheet, never written."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from zipfile import BadZipFile, ZipFile

import msgspec

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
UNREADABLE = (BadZipFile, zlib.error, EOFError, LookupError, RuntimeError, ValueError)
SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"


class Stamp(msgspec.Struct, frozen=True):
    """The versions a file was built from and the Python it starts; "" where it does not say."""

    getcontacts: str = ""
    xlwings: str = ""
    interpreter: str = ""


def stamp_of(content: bytes) -> Stamp:
    """Return the stamp of an .xlam, an empty one of a file that is no add-in of ours."""
    from lxml.etree import XMLSyntaxError

    try:
        settings = {key.casefold(): value for key, value in _settings(content)}
    except (*UNREADABLE, XMLSyntaxError):
        return Stamp()
    return Stamp(
        getcontacts=settings.get("getcontacts version", ""),
        xlwings=settings.get("xlwings version", ""),
        interpreter=settings.get("interpreter_win", "") or settings.get("interpreter_mac", ""),
    )


def _settings(content: bytes) -> Iterator[tuple[str, str]]:
    from lxml import etree

    safe = etree.XMLParser(resolve_entities=False, no_network=True)
    with ZipFile(BytesIO(content)) as parts:
        strings = etree.fromstring(parts.read(STRINGS), safe) if STRINGS in parts.NameToInfo else ()
        shared = ["".join(each.itertext(f"{MAIN}t")) for each in strings]
        sheet = etree.fromstring(parts.read(SHEET), safe)
    for row in sheet.iter(f"{MAIN}row"):
        cells = [
            shared[int(text)] if cell.get("t") == "s" else text
            for cell in row
            for text in ["".join(cell.itertext(f"{MAIN}v", f"{MAIN}t"))]
        ]
        if len(cells) > 1:
            yield cells[0], cells[1]
