"""VBA projects as oletools reads them, and plain facts about VBA text, for the tests of the add-in."""

from __future__ import annotations

import io
import re
import warnings
from functools import cache
from zipfile import ZipFile

import olefile
from lxml import etree

from addin.excel.xlam.builder import build

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # oletools calls pyparsing by names that pyparsing has retired
    from oletools.olevba import VBA_Parser, decompress_stream

INTERPRETER = r"C:\Users\someone\venv\Scripts\python.exe"
PROCEDURE = re.compile(
    r"(?m)^[ \t]*(?:(?:Public|Private|Friend) )?(?:Declare (?:PtrSafe )?)?(?:Sub|Function) (\w+)(?: Lib [^(]*)?\((.*)\)"
)


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


def settings(addin: bytes) -> dict[str, str]:
    """Return names and values of the add-in's own sheet; openpyxl refuses to open an .xlam."""
    with ZipFile(io.BytesIO(addin)) as package:
        sheet = etree.fromstring(package.read("xl/worksheets/sheet1.xml"))
    rows = [["".join(cell.itertext()) for cell in row] for row in sheet.iterfind(".//{*}row")]
    return dict(rows)


@cache
def built() -> bytes:
    """Return the add-in file, built once for all tests."""
    return build(INTERPRETER)


def procedures(source: str) -> list[tuple[str, str]]:
    """Return name and parameter list of every Sub and Function of a module's source."""
    return PROCEDURE.findall(re.sub(r" _\n\s*", " ", source.replace("\r\n", "\n")))


# MS-VBAL 3.3.5.2: none of these can be the name of a function, a parameter or a module
_WORDS = """
    call case close const declare defbool defbyte defcur defdate defdbl defint deflng deflnglng
    deflngptr defobj defsng defstr defvar dim do else elseif end endif enum erase event exit for
    friend function get global gosub goto if implements input let lock loop lset next on open option
    print private public put raiseevent redim resume return rset seek select set static stop sub
    type unlock wend while with write rem any as byref byval each in new shared until withevents
    optional paramarray preserve spc tab then to addressof and eqv imp is like mod not or typeof xor
    abs cbool cbyte ccur cdate cdbl cdec cint clng clnglng clngptr csng cstr cvar cverr date debug
    doevents fix int len lenb me pset scale sgn string array circle inputb lbound ubound boolean
    byte currency double integer long longlong longptr single variant true false nothing empty null
    attribute lineinput cdecl decimal defdec
"""
RESERVED = frozenset(_WORDS.split())
