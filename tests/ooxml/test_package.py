"""The parts of a workbook as a zip holds them: read, put, taken out, written; and what is no zip."""

from __future__ import annotations

import struct
from collections.abc import Callable
from io import BytesIO
from tempfile import TemporaryFile
from zipfile import ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

import pytest

from tests.ooxml.update_files import packed, parts, zipped
from workbook.merge.refusals import BrokenPart, NotAWorkbook
from workbook.ooxml.budget import Budget
from workbook.ooxml.package import PART_LIMIT, TOO_MUCH, Package

TEXTS = {"a.xml": b"<a/>", "xl/b.xml": b"<b c='d'/>", "z": b"z" * 99}
DATA = zipped(TEXTS)
DIRECTORY, PLACE, SIZE, PACKED = b"PK\x01\x02", 42, 24, 20  # in an entry of the directory


def package(data: bytes = DATA) -> Package:
    return Package(BytesIO(data))


def written(there: Package) -> bytes:
    out = BytesIO()
    there.write(out)
    return out.getvalue()


def zip_of(*infos: ZipInfo, change: Callable[[ZipFile], None] = lambda archive: None) -> bytes:
    """Return a zip of these members, each with its own name in it."""
    out = BytesIO()
    with ZipFile(out, "w") as archive:
        for info in infos:
            archive.writestr(info, info.filename)
        change(archive)
    return out.getvalue()


def telling(at: int, field: int, value: int, data: bytes = DATA) -> bytes:
    """Return a zip whose directory tells another number of a member."""
    changed, entry = bytearray(data), -1
    for _ in range(at + 1):
        entry = data.index(DIRECTORY, entry + 1)
    struct.pack_into("<L", changed, entry + field, value)
    return bytes(changed)


def told(at: int, field: int) -> int:
    with ZipFile(BytesIO(DATA)) as archive:
        info = archive.infolist()[at]
    return {PLACE: info.header_offset, SIZE: info.file_size, PACKED: info.compress_size}[field]


def test_a_part_is_read_as_it_was_put_last() -> None:
    there = package()
    assert there.read("a.xml") == b"<a/>"
    there.put("a.xml", b"<b>", b"", b"</b>")
    assert (there.read("a.xml"), there.is_edited("a.xml")) == (b"<b></b>", True)
    assert not there.is_edited("z")


def test_a_part_that_was_taken_out_is_missing_until_it_is_put_again() -> None:
    there = package()
    there.put("a.xml", None)
    assert there.names() == ["xl/b.xml", "z"]
    with pytest.raises(BrokenPart, match="is missing"):
        there.read("a.xml")
    there.put("a.xml", b"<back/>")
    assert there.read("a.xml") == b"<back/>"


@pytest.mark.parametrize("name", ["XL/B.XML", "xl\\b.xml"])
def test_a_part_is_found_in_any_case_and_with_backslashes(name: str) -> None:
    there = package()
    assert name in there
    there.put(name, b"new")
    assert (there.read("xl/b.xml"), there.is_edited("xl/b.xml")) == (b"new", True)
    info = ZipInfo(name)
    odd = package(zip_of(info))
    assert odd.names() == ["xl/b.xml"]
    assert odd.read("xl/b.xml") == info.filename.encode()  # on Windows zipfile writes slashes


def test_a_part_that_the_file_does_not_have_is_not_made() -> None:
    there = package()
    there.put("new.xml", b"<new/>")
    assert "new.xml" not in there
    with pytest.raises(BrokenPart, match=r"new\.xml is missing"):
        there.read("new.xml")
    assert parts(written(there)) == TEXTS


def test_it_is_copied_byte_for_byte_wherever_it_was_read_last() -> None:
    there, out = package(DATA), BytesIO()
    there.read("z")
    there.put("z", b"other")
    there.copy_to(out)
    assert out.getvalue() == DATA


def test_what_was_put_is_written_in_its_place_and_what_was_taken_out_is_not() -> None:
    there = package()
    there.put("a.xml", b"<a>", b"</a>")
    there.put("z", None)
    assert parts(written(there)) == {"a.xml": b"<a></a>", "xl/b.xml": TEXTS["xl/b.xml"]}
    there.put("a.xml")
    there.put("z", b"z")
    assert [*parts(written(there)).items()] == [
        ("a.xml", b""),
        ("xl/b.xml", TEXTS["xl/b.xml"]),
        ("z", b"z"),
    ]


def test_all_other_parts_keep_their_packed_bytes_dates_and_attributes() -> None:
    first, second = ZipInfo("one", (1999, 1, 2, 3, 4, 6)), ZipInfo("two", (2001, 2, 3, 4, 5, 6))
    first.compress_type, second.compress_type = ZIP_DEFLATED, ZIP_STORED
    first.extra = second.extra = b"\x99\x99\x04\x00mine"  # a field of a kind that nobody knows
    first.external_attr, first.comment = 0o640 << 16, b"of a part"
    data = zip_of(first, second, change=lambda archive: setattr(archive, "comment", b"of all"))
    there = package(data)
    assert packed(written(there)) == packed(data)
    there.put("one", b"1")
    after = written(there)
    assert packed(after)[1] == packed(data)[1]
    assert (packed(after)[0].date, packed(after)[0].attributes) == (first.date_time, 0o640 << 16)
    with ZipFile(BytesIO(after)) as archive:
        assert (archive.comment, archive.infolist()[0].comment) == (b"of all", b"of a part")


class _Pipe(BytesIO):
    """As a program writes that sends a zip away while it packs."""

    def seek(self, *_: int) -> int:
        raise OSError


def test_sizes_that_followed_a_part_stand_in_front_of_it_afterwards() -> None:
    pipe = _Pipe()
    with ZipFile(pipe, "w", ZIP_DEFLATED) as archive:
        for name, text in TEXTS.items():
            archive.writestr(name, text)
    after = written(package(pipe.getvalue()))
    assert pipe.getvalue()[6] & 8
    with ZipFile(BytesIO(after)) as archive:
        for info in archive.infolist():
            at = info.header_offset
            sizes = struct.unpack("<2L", after[at + 18 : at + 26])
            assert (info.flag_bits & 8, sizes) == (0, (info.compress_size, info.file_size))
    assert parts(after) == TEXTS


def test_a_part_that_lies_elsewhere_than_the_directory_says_is_not_copied() -> None:
    data = bytearray(DATA)
    data[told(1, PLACE)] ^= 1
    with pytest.raises(BrokenPart, match=r"xl/b\.xml is damaged"):
        written(package(bytes(data)))


def test_a_part_whose_bytes_reach_beyond_the_file_is_not_copied() -> None:
    data = bytearray(DATA)
    struct.pack_into("<H", data, told(2, PLACE) + 28, 0xFFFF)
    with pytest.raises(NotAWorkbook):
        written(package(bytes(data)))


@pytest.mark.parametrize("cut", [1, 10, 40])
def test_a_file_that_has_lost_its_beginning_is_refused(cut: int) -> None:
    with TemporaryFile() as file:
        file.write(DATA[cut:])
        file.seek(0)
        with pytest.raises(NotAWorkbook, match="damaged"):
            Package(file)


def test_a_file_that_something_was_put_before_is_read() -> None:
    assert package(b"#!/bin/sh\n" + DATA).read("z") == TEXTS["z"]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_members_that_share_a_byte_are_refused(at: int) -> None:
    name = len([*TEXTS][at])
    assert package(telling(at, PACKED, told(at, PACKED) + name)).names() == [*TEXTS]
    with pytest.raises(NotAWorkbook, match="damaged"):
        package(telling(at, PACKED, told(at, PACKED) + name + 1))


def test_members_in_another_order_than_the_directory_are_read() -> None:
    def turn(archive: ZipFile) -> None:
        archive.filelist.reverse()

    there = package(zip_of(ZipInfo("one"), ZipInfo("two"), change=turn))
    assert [there.read(name) for name in there.names()] == [b"two", b"one"]


def test_a_part_that_is_there_twice_is_refused() -> None:
    with pytest.raises(NotAWorkbook, match="damaged"):
        package(zip_of(ZipInfo("A/x"), ZipInfo("a\\X")))


@pytest.mark.parametrize("at", [0, 2])
def test_one_encrypted_part_is_enough_to_ask_for_the_file_without_a_password(at: int) -> None:
    flags = 8
    with pytest.raises(NotAWorkbook, match="password"):
        package(telling(at, flags, 1 | ZIP_DEFLATED << 16))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "not an .xlsx"),
        (b"no zip at all, but long enough to hold the end of one" * 9, "not an .xlsx"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 99, "old format .xls"),
        (
            bytes.fromhex("d0cf11e0a1b11ae1") + "\0EncryptedPackage".encode("utf-16-le"),
            "password",
        ),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "OpenDocument"),
    ],
)
def test_what_is_no_such_zip_is_called_by_its_name(data: bytes, words: str) -> None:
    with pytest.raises(NotAWorkbook, match=words):
        package(data)


def test_a_type_that_only_ends_as_that_of_an_open_document_is_another_one() -> None:
    assert package(zipped({"mimetype": b"x application/vnd.oasis.opendocument"})).names()


@pytest.mark.parametrize(("kind", "is_read"), [(ZIP_STORED, True), (ZIP_LZMA, False)])
def test_a_part_is_stored_or_deflated_and_nothing_else(kind: int, is_read: bool) -> None:
    info = ZipInfo("a")
    info.compress_type = kind
    there = package(zip_of(info))
    if is_read:
        assert there.read("a") == b"a"
        return
    with pytest.raises(BrokenPart, match="is damaged"):
        there.read("a")


def test_damage_within_a_part_is_told_of_that_part_alone() -> None:
    data = bytearray(DATA)
    data[told(1, PLACE) + 40] ^= 0xFF
    there = package(bytes(data))
    assert there.read("a.xml") == TEXTS["a.xml"]
    with pytest.raises(BrokenPart, match=r"xl/b\.xml is damaged"):
        there.read("xl/b.xml")


def test_a_part_of_320_mebibytes_is_paid_for_and_a_longer_one_never_unpacked() -> None:
    assert PART_LIMIT == 320 << 20
    with pytest.raises(BrokenPart, match=TOO_MUCH):
        package(telling(0, SIZE, PART_LIMIT)).read("a.xml")
    with pytest.raises(BrokenPart, match="is larger than 320 MiB"):
        package(telling(0, SIZE, PART_LIMIT + 1)).read("a.xml")


def test_the_budget_is_that_of_the_file_and_a_part_is_paid_for_once() -> None:
    there, whole = package(), Budget.of(len(DATA))
    assert there.budget == whole
    for _ in range(2):
        there.read("xl/b.xml")
        assert there.budget.unpacked == whole.unpacked - len(TEXTS["xl/b.xml"])
        assert there.budget.marks == whole.marks - 2
    there.read("a.xml")
    assert there.budget.marks == whole.marks - 3


def test_a_part_that_was_paid_for_is_read_again_however_little_is_left() -> None:
    there = package()
    there.read("a.xml")
    there.budget = Budget(0, -1, 0, 0, 0)
    assert there.read("A.xml") == TEXTS["a.xml"]


@pytest.mark.parametrize(
    ("left", "is_read"),
    [
        (Budget(10, 2, 0, 0, 0), True),
        (Budget(9, 2, 0, 0, 0), False),
        (Budget(10, 1, 0, 0, 0), False),
    ],
)
def test_a_part_is_read_as_far_as_the_budget_reaches(left: Budget, is_read: bool) -> None:
    there = package()
    there.budget = left
    if is_read:
        assert there.read("xl/b.xml") == TEXTS["xl/b.xml"]
        return
    with pytest.raises(BrokenPart, match=TOO_MUCH):
        there.read("xl/b.xml")


@pytest.mark.parametrize(("unpacked", "marks"), [(9, 9), (99, -1)])
def test_where_nothing_is_left_it_is_not_even_unpacked(unpacked: int, marks: int) -> None:
    data = bytearray(DATA)
    data[told(1, PLACE) + 40] ^= 0xFF
    there = package(bytes(data))
    there.budget = Budget(unpacked, marks, 0, 0, 0)
    with pytest.raises(BrokenPart, match=TOO_MUCH):
        there.read("xl/b.xml")


def test_a_member_is_told_by_its_name_as_it_was_spelled() -> None:
    info = ZipInfo("XL\\Odd.xml")
    after = written(package(zip_of(info)))
    assert [each.name for each in packed(after)] == [info.filename]
