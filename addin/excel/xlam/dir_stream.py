"""The `dir` stream of a VBA project: its records, before compression (MS-OVBA 2.3.4.2)."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from enum import StrEnum

import msgspec

CODE_PAGE = "cp1252"
WIN64, LOCALE = 3, 0x409
ANY_COOKIE = b"\xff\xff"  # read by nobody (2.3.4.2.3.1)


class Kind(StrEnum):
    """What a module is, as the PROJECT stream calls it (2.3.1.3-2.3.1.5)."""

    DOCUMENT = "Document"
    CLASS = "Class"
    MODULE = "Module"


class Module(msgspec.Struct, frozen=True):
    """A module: its name, kind and source text with its Attribute lines."""

    name: str
    kind: Kind
    source: str


class Reference(msgspec.Struct, frozen=True):
    """A type library the project uses; Windows finds it by the GUID, the path is a hint only."""

    name: str
    guid: str
    version: str
    path: str
    description: str

    @property
    def libid(self) -> str:
        """Return the LibidReference (2.1.1.8)."""
        return rf"*\G{{{self.guid}}}#{self.version}#0#{self.path}#{self.description}"


def dir_stream(name: str, modules: Sequence[Module], references: Sequence[Reference]) -> bytes:
    """Return the records of the project, its references and its modules, in the fixed order."""
    return b"".join(
        [
            _information(name),
            *map(_reference, references),
            _record(0x0F, struct.pack("<H", len(modules))),
            _record(0x13, ANY_COOKIE),
            *map(_module, modules),
            _record(0x10),
        ]
    )


def _information(name: str) -> bytes:
    """PROJECTINFORMATION (2.3.4.2.1)."""
    return b"".join(
        [
            _record(0x01, struct.pack("<I", WIN64)),
            _record(0x02, struct.pack("<I", LOCALE)),
            _record(0x14, struct.pack("<I", LOCALE)),
            _record(0x03, struct.pack("<H", int(CODE_PAGE.removeprefix("cp")))),
            _record(0x04, name.encode(CODE_PAGE)),
            _text(0x05, 0x40, ""),  # description
            _record(0x06) + _record(0x3D),  # help file, twice
            _record(0x07, bytes(4)),  # help context
            _record(0x08, bytes(4)),  # library flags
            struct.pack("<HIIH", 0x09, 4, 1, 1),  # version 1.1; the size leaves out the minor one
            _text(0x0C, 0x3C, ""),  # constants
        ]
    )


def _reference(reference: Reference) -> bytes:
    """REFERENCE with a REFERENCEREGISTERED (2.3.4.2.2.5)."""
    libid = reference.libid.encode(CODE_PAGE)
    sized = struct.pack("<I", len(libid)) + libid + bytes(6)
    return _text(0x16, 0x3E, reference.name) + _record(0x0D, sized)


def _module(module: Module) -> bytes:
    """MODULE (2.3.4.2.3.2), its source at the stream's beginning: no compiled code before it."""
    return b"".join(
        [
            _text(0x19, 0x47, module.name),
            _text(0x1A, 0x32, module.name),  # the name of its stream
            _text(0x1C, 0x48, ""),  # description
            _record(0x31, bytes(4)),  # where the source begins
            _record(0x1E, bytes(4)),  # help context
            _record(0x2C, ANY_COOKIE),
            _record(0x21 if module.kind is Kind.MODULE else 0x22),
            _record(0x2B),
        ]
    )


def _record(number: int, content: bytes = b"") -> bytes:
    return struct.pack("<HI", number, len(content)) + content


def _text(number: int, unicode_number: int, text: str) -> bytes:
    """Write a text twice, in the code page and in UTF-16, as most records want it."""
    encoded = _record(number, text.encode(CODE_PAGE))
    return encoded + _record(unicode_number, text.encode("utf-16-le"))
