"""A VBA project, source only, as the bytes of vbaProject.bin (MS-OVBA 2.2, 2.3).

There is no compiled code in it: the version 0xFFFF makes Excel compile the source when it loads,
as it does with the add-ins that xlwings ships.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from addin.excel.xlam.compound_file import compound_file
from addin.excel.xlam.compression import compress
from addin.excel.xlam.dir_stream import CODE_PAGE, Kind, Module, Reference, dir_stream

PROJECT_ID = "{5A3D6B1E-0C6F-4B0E-9C55-2F3C1D7A9E10}"  # always the same: same source, same bytes
SEED = 0  # of the encryption: the specification wants a random one, and reads any
NO_COMPILED_CODE = bytes.fromhex("cc61ffff000000")  # the _VBA_PROJECT stream, 2.3.4.1

REFERENCES = (
    Reference(
        "stdole",
        "00020430-0000-0000-C000-000000000046",
        "2.0",
        r"C:\Windows\System32\stdole2.tlb",
        "OLE Automation",
    ),
    Reference(  # for IRibbonControl
        "Office",
        "2DF8D04C-5BFA-101B-BDE5-00AA0044DE52",
        "2.0",
        r"C:\Program Files\Common Files\Microsoft Shared\OFFICE16\MSO.DLL",
        "Microsoft Office 16.0 Object Library",
    ),
)


def vba_project(
    name: str, modules: Sequence[Module], references: Sequence[Reference] = REFERENCES
) -> bytes:
    """Return vbaProject.bin. Raises UnicodeEncodeError for source outside of code page 1252."""
    records = dir_stream(name, modules, references)
    vba = {"_VBA_PROJECT": NO_COMPILED_CODE, "dir": compress(records)}
    vba |= {module.name: compress(_stored(module.source)) for module in modules}
    root = {"PROJECT": _project(name, modules), "PROJECTwm": _names(modules)}
    return compound_file({"": root, "VBA": vba})


def _stored(source: str) -> bytes:
    return "".join(line + "\r\n" for line in source.splitlines()).encode(CODE_PAGE)


def _project(name: str, modules: Sequence[Module]) -> bytes:
    """Return the PROJECT stream (2.3.1): not protected, no password, visible."""
    lines = [
        f'ID="{PROJECT_ID}"',
        *(_declared(module) for module in modules),
        f'Name="{name}"',
        'HelpContextID="0"',
        'VersionCompatible32="393222000"',
        f'CMG="{_encrypted(bytes(4))}"',  # protection state, 2.3.1.15
        f'DPB="{_encrypted(bytes(1))}"',  # password, 2.3.1.16
        f'GC="{_encrypted(bytes([0xFF]))}"',  # visibility, 2.3.1.17
        "",
        "[Host Extender Info]",
        "&H00000001={3832D640-CF90-11CF-8E43-00A0C911005A};VBE;&H00000000",
        "",
        "[Workspace]",
        *(f"{module.name}=0, 0, 0, 0, C" for module in modules),  # their windows are closed
    ]
    return "".join(line + "\r\n" for line in lines).encode(CODE_PAGE)


def _declared(module: Module) -> str:
    suffix = "/&H00000000" if module.kind is Kind.DOCUMENT else ""
    return f"{module.kind}={module.name}{suffix}"


def _names(modules: Sequence[Module]) -> bytes:
    """Return the PROJECTwm stream: each name in the code page and in UTF-16 (2.3.3)."""
    both = (
        module.name.encode(CODE_PAGE) + b"\0" + module.name.encode("utf-16-le") + bytes(2)
        for module in modules
    )
    return b"".join(both) + bytes(2)


def _encrypted(data: bytes) -> str:
    """Return the Data Encryption of a value as hexadecimal digits (2.4.3.2); it hides nothing."""
    version, key = 2, sum(PROJECT_ID.encode()) & 0xFF
    out = bytearray([SEED, SEED ^ version, SEED ^ key])
    unencrypted = key
    ignored = bytes((SEED & 6) // 2)
    for byte in ignored + struct.pack("<I", len(data)) + data:
        out.append(byte ^ ((out[-2] + unencrypted) & 0xFF))
        unencrypted = byte
    return out.hex().upper()
