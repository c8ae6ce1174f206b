"""VBA projects as oletools reads them, and plain facts about VBA text, for the tests of the add-in."""

from __future__ import annotations

import io
import warnings
from zipfile import ZipFile

import olefile

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by names that pyparsing has retired
    from oletools.olevba import VBA_Parser, decompress_stream


def decompress(container: bytes) -> bytes:
    """Undo MS-OVBA 2.4.1 with oletools' own code."""
    return bytes(decompress_stream(bytearray(container)))


def streams(project: bytes) -> dict[str, bytes]:
    """Return every stream of a vbaProject.bin by its path; any defect of the file is an error."""
    with olefile.OleFileIO(io.BytesIO(project), raise_defects=olefile.DEFECT_POTENTIAL) as ole:
        assert not ole.parsing_issues
        return {"/".join(path): ole.openstream(path).read() for path in ole.listdir()}


def sources(addin: bytes) -> dict[str, str]:
    """Return the source of every module of an add-in file, as olevba reads it."""
    parser = VBA_Parser("GetContacts.xlam", data=addin)
    try:
        macros = list(parser.extract_macros())
    finally:
        parser.close()
    return {stream.split("/")[-1]: code for _, stream, _, code in macros}


def project_of(addin: bytes) -> bytes:
    """Return the vbaProject.bin of an add-in file."""
    with ZipFile(io.BytesIO(addin)) as package:
        return package.read("xl/vbaProject.bin")
