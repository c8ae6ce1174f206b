"""The parts of the add-in file around the VBA project: a workbook of one sheet, made an add-in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lxml.etree import _Element
from openpyxl import Workbook

from addin.excel.xlam.vba_sources import SHEET, WORKBOOK
from workbook.ooxml.markup import namespace, parsed, written

SHEET_TITLE = "getcontacts.conf"
MOMENT = datetime(2026, 1, 1)  # of every file, whenever it is built
VBA, RIBBON = "xl/vbaProject.bin", "customUI/customUI14.xml"

ADDIN_TYPE = "application/vnd.ms-excel.addin.macroEnabled.main+xml"
VBA_TYPE = "application/vnd.ms-office.vbaProject"
VBA_RELATION = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
RIBBON_RELATION = "http://schemas.microsoft.com/office/2007/relationships/ui/extensibility"


def package(pairs: Sequence[tuple[str, str]], vba: bytes, ribbon: bytes) -> bytes:
    """Return the .xlam with these pairs on its sheet, VBA project and ribbon."""
    parts = _workbook(pairs)
    edits = {
        "[Content_Types].xml": _with_types,
        "_rels/.rels": _with_ribbon,
        "xl/_rels/workbook.xml.rels": _with_vba,
        "docProps/core.xml": _dated,
    }
    for name, edit in edits.items():
        root = parsed(parts[name], name)
        edit(root)
        parts[name] = written(root)
    return _zipped({**parts, VBA: vba, RIBBON: ribbon})


def _workbook(pairs: Sequence[tuple[str, str]]) -> dict[str, bytes]:
    """Return the parts of a workbook whose only sheet holds the pairs."""
    book = Workbook()
    book.code_name = WORKBOOK
    book.views[0].visibility = "hidden"
    book.properties.creator = "getcontacts"
    book.properties.title = "GetContacts"
    book.properties.description = "GREEN-API contacts: the tab Contacts and =GETCONTACTS()"
    sheet = book.worksheets[0]
    sheet.title = SHEET_TITLE
    sheet.sheet_properties.codeName = SHEET
    for pair in pairs:
        sheet.append(pair)
    saved = BytesIO()
    book.save(saved)
    with ZipFile(saved) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _with_types(types: _Element) -> None:
    for part in types.iterfind("{*}Override[@PartName='/xl/workbook.xml']"):
        part.set("ContentType", ADDIN_TYPE)
    _append(types, "Override", PartName=f"/{VBA}", ContentType=VBA_TYPE)


def _with_ribbon(relations: _Element) -> None:
    _append(relations, "Relationship", Id="ribbon", Type=RIBBON_RELATION, Target=RIBBON)


def _with_vba(relations: _Element) -> None:
    target = VBA.removeprefix("xl/")
    _append(relations, "Relationship", Id="vba", Type=VBA_RELATION, Target=target)


def _dated(properties: _Element) -> None:
    for name in ("created", "modified"):
        for moment in properties.iterfind(f"{{*}}{name}"):
            moment.text = f"{MOMENT:%Y-%m-%dT%H:%M:%SZ}"


def _append(parent: _Element, tag: str, **attributes: str) -> None:
    parent.append(parent.makeelement(namespace(parent) + tag, attributes))


def _zipped(parts: Mapping[str, bytes]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for name in sorted(parts):
            entry = ZipInfo(name, MOMENT.timetuple()[:6])
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    return packed.getvalue()
