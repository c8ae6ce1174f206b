"""The VBA project, held against the one that xlwings ships and against the specification."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlwings

from addin.excel.xlam.dir_stream import Kind, Module
from addin.excel.xlam.project import PROJECT_ID, REFERENCES, vba_project
from addin.excel.xlam.vba_sources import modules
from tests.addin.excel.xlam.vba import INTERPRETER, decompress, sources, streams

SHIPPED = Path(xlwings.__file__).with_name("quickstart_addin_ribbon.xlam")
MODULE, CLASS = 0x21, 0x22
MODULE_NAME, PROJECT_VERSION = 0x19, 0x09
FREE_VALUES = {0x01, 0x09, 0x13, 0x2C, 0x31}  # system, version, cookies, where source begins
DESCRIPTIONS = {0x1C, 0x48}
REFERENCE_RECORDS = {0x0D, 0x0E, 0x16, 0x2F, 0x30, 0x33, 0x3E}

ONE = [Module("One", Kind.MODULE, 'Attribute VB_Name = "One"\nSub A()\nEnd Sub\n')]


def records(directory: bytes) -> list[tuple[int, bytes]]:
    """Return number and content of each record of a `dir` stream, in order."""
    found, place = [], 0
    while place < len(directory):
        number, size = struct.unpack_from("<HI", directory, place)
        size = 6 if number == PROJECT_VERSION else size  # its size leaves out the minor version
        found.append((number, directory[place + 6 : place + 6 + size]))
        place += 6 + size
    return found


@pytest.fixture(scope="module")
def shipped() -> dict[str, bytes]:
    """The streams of the add-in that xlwings' own release makes."""
    with ZipFile(SHIPPED) as package:
        return streams(package.read("xl/vbaProject.bin"))


@pytest.fixture(scope="module")
def rebuilt(shipped: dict[str, bytes]) -> dict[str, bytes]:
    """The same modules, put together by us."""
    lines = shipped["PROJECT"].decode("cp1252")
    declared = re.findall(r"^(Document|Class|Module)=(\w+)", lines, re.MULTILINE)
    kinds = {name: Kind(kind) for kind, name in declared}
    texts = sources(SHIPPED.read_bytes())
    order = [
        text.decode()
        for number, text in records(decompress(shipped["VBA/dir"]))
        if number == MODULE_NAME
    ]
    return streams(vba_project("MyAddin", [Module(n, kinds[n], texts[n]) for n in order]))


def lasting(directory: bytes) -> list[tuple[int, bytes]]:
    return [record for record in records(directory) if record[0] not in REFERENCE_RECORDS]


def test_the_records_are_those_of_xlwings_own_template_in_their_order(
    shipped: dict[str, bytes], rebuilt: dict[str, bytes]
) -> None:
    theirs, ours = (lasting(decompress(built["VBA/dir"])) for built in (shipped, rebuilt))
    assert [number for number, _ in ours] == [number for number, _ in theirs]
    assert len(ours) > 70
    for (number, our), (_, their) in zip(ours, theirs, strict=True):
        if number in FREE_VALUES:
            assert len(our) == len(their)
        elif number not in DESCRIPTIONS:  # of the class Dictionary, which we leave out
            assert our == their


def test_every_reference_is_named_and_found_by_its_guid() -> None:
    found = records(decompress(streams(vba_project("Some", ONE))["VBA/dir"]))
    assert [data.decode() for number, data in found if number == 0x16] == ["stdole", "Office"]
    libids = [data[4:-6].decode() for number, data in found if number == 0x0D]
    assert libids == [
        r"*\G{00020430-0000-0000-C000-000000000046}#2.0#0#C:\Windows\System32\stdole2.tlb"
        "#OLE Automation",
        r"*\G{2DF8D04C-5BFA-101B-BDE5-00AA0044DE52}#2.0#0#C:\Program Files\Common Files"
        r"\Microsoft Shared\OFFICE16\MSO.DLL#Microsoft Office 16.0 Object Library",
    ]
    assert len(REFERENCES) == 2


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [("ThisWorkbook", "ThisWorkbook"), ("Sheet1", "Sheet2")],
)
def test_the_attributes_of_documents_are_those_that_excel_wrote(ours: str, theirs: str) -> None:
    def attributes(source: str) -> list[str]:
        found = re.findall(r"(?m)^Attribute (VB_(?!Name|Description).*?)\r?$", source)
        return [line for line in found if "." not in line.split()[0]]

    built = {module.name: module.source for module in modules(INTERPRETER)}
    assert attributes(built[ours]) == attributes(sources(SHIPPED.read_bytes())[theirs])


def test_the_module_names_are_written_as_in_xlwings_own_template(
    shipped: dict[str, bytes], rebuilt: dict[str, bytes]
) -> None:
    assert rebuilt["PROJECTwm"] == shipped["PROJECTwm"]


def test_the_project_reads_as_xlwings_own_template_apart_from_ids_and_windows(
    shipped: dict[str, bytes], rebuilt: dict[str, bytes]
) -> None:
    def shared(stream: bytes) -> list[str]:
        own = re.compile(r"(ID|CMG|DPB|GC)=|\w+=\d+, ")
        return [
            line for line in stream.decode("cp1252").split("\r\n") if line and not own.match(line)
        ]

    assert shared(rebuilt["PROJECT"]) == shared(shipped["PROJECT"])


def test_there_is_no_compiled_code_so_excel_compiles_the_source() -> None:
    built = streams(vba_project("Some", ONE))
    assert built["VBA/_VBA_PROJECT"] == bytes.fromhex("cc61ffff000000")
    assert decompress(built["VBA/One"]).startswith(b'Attribute VB_Name = "One"\r\n')


@pytest.mark.parametrize(
    ("kind", "number"), [(Kind.MODULE, MODULE), (Kind.CLASS, CLASS), (Kind.DOCUMENT, CLASS)]
)
def test_a_module_says_what_it_is(kind: Kind, number: int) -> None:
    module = Module("Some", kind, 'Attribute VB_Name = "Some"\n')
    built = streams(vba_project("Other", [module]))
    types = {MODULE, CLASS} & {found for found, _ in records(decompress(built["VBA/dir"]))}
    assert types == {number}


def decrypted(text: str) -> bytes:
    """Undo MS-OVBA 2.4.3.3, with the project's own key."""
    data = bytes.fromhex(text)
    seed, (version, key) = data[0], (data[0] ^ data[1], data[0] ^ data[2])
    assert (version, key) == (2, sum(PROJECT_ID.encode()) & 0xFF)
    plain, previous = bytearray(), key
    for place in range(3, len(data)):
        previous = data[place] ^ ((data[place - 2] + previous) & 0xFF)
        plain.append(previous)
    body = plain[(seed & 6) // 2 :]
    assert struct.unpack_from("<I", body)[0] == len(body) - 4
    return bytes(body[4:])


@pytest.mark.parametrize(("field", "value"), [("CMG", bytes(4)), ("DPB", b"\0"), ("GC", b"\xff")])
def test_the_project_is_open_visible_and_without_a_password(field: str, value: bytes) -> None:
    lines = streams(vba_project("Some", ONE))["PROJECT"].decode()
    found = re.search(rf'^{field}="(\w+)"\r$', lines, re.MULTILINE)
    assert found is not None
    assert decrypted(found[1]) == value


def test_source_that_vba_cannot_store_is_refused() -> None:
    with pytest.raises(UnicodeEncodeError):
        vba_project("Some", [Module("One", Kind.MODULE, "' 李\n")])
