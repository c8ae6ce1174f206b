"""Read the parts of a workbook's zip within limits, and write it with all other parts unchanged.

It knows nothing of sheets and tables.
"""

from __future__ import annotations

import copy
import shutil
import struct
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from io import SEEK_END
from itertools import pairwise
from typing import IO, BinaryIO

from workbook.merge.refusals import BrokenPart, NotAWorkbook
from workbook.ooxml.budget import Budget

PART_LIMIT = 320 << 20  # unpacked bytes of one part; a full sheet of contacts takes 256 MiB

# what zipfile raises for zips that are damaged, or that use what it does not know
_DAMAGE = (zipfile.BadZipFile, NotImplementedError, ValueError, RuntimeError, OverflowError)
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_LOCAL_HEADER = struct.Struct("<4s22xHH")  # the lengths of name and extra field close it
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument"
_BEGINS = b"PK\x03\x04"
_ENCRYPTED, _SIZES_FOLLOW = 0x1, 0x8
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # ECMA-376 part 2 knows no other
TOO_MUCH = "unpacks to more than a workbook of this size can need"


class Package:
    """One opened workbook file; it stays as it is, what is put goes into a new one.

    Raises NotAWorkbook for what is no such zip: encrypted, .xls, something else, damaged.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._zip = _opened(source)
        self._edited: dict[str, Sequence[bytes] | None] = {}
        self._members = {_key(info.filename): info for info in self._zip.infolist()}
        if len(self._members) != len(self._zip.infolist()):
            raise NotAWorkbook("zip")
        if _is_torn(self._zip):
            raise NotAWorkbook("zip")
        self.budget = Budget.of(source.seek(0, SEEK_END))
        self._counted: set[str] = set()
        if any(info.flag_bits & _ENCRYPTED for info in self._members.values()):
            raise NotAWorkbook("encrypted")
        if "mimetype" in self and self.read("mimetype").startswith(_OPEN_DOCUMENT):
            raise NotAWorkbook("ods")

    def __contains__(self, part: str) -> bool:
        name = _key(part)
        return name in self._members and self._edited.get(name, ()) is not None

    def put(self, part: str, *pieces: bytes | None) -> None:
        """Replace a part, or leave it out with None; from now on this is what is read."""
        self._edited[_key(part)] = None if None in pieces else [*filter(None, pieces)]

    def names(self) -> list[str]:
        """Return the names of all parts, as they are found by."""
        return [name for name in self._members if name in self]

    def is_edited(self, part: str) -> bool:
        """Tell whether a part is another one now."""
        return _key(part) in self._edited

    def read(self, part: str) -> bytes:
        """Return the bytes of a part. Raises BrokenPart: missing, damaged or too large.

        Its first reading is paid from the file's budget.
        """
        if part not in self:
            raise BrokenPart(part, "is missing")
        info = self._members[_key(part)]
        if (edited := self._edited.get(_key(part))) is not None:
            return b"".join(edited)
        if info.file_size > PART_LIMIT:
            raise BrokenPart(part, f"is larger than {PART_LIMIT >> 20} MiB")
        is_first = _key(part) not in self._counted
        if is_first and not (self.budget.takes(b"") and self.budget.unpacks(info.file_size)):
            raise BrokenPart(part, TOO_MUCH)
        data = None
        with suppress(*_DAMAGE, zlib.error, EOFError):
            data = self._zip.read(info) if info.compress_type in _METHODS else None
        if data is None:
            raise BrokenPart(part, "is damaged")
        if is_first and not self.budget.takes(data):
            raise BrokenPart(part, TOO_MUCH)
        self._counted.add(_key(part))
        return data

    def copy_to(self, out: BinaryIO) -> None:
        """Write the file as it is, byte for byte."""
        self._source.seek(0)
        shutil.copyfileobj(self._source, out, 1 << 20)

    def write(self, out: BinaryIO) -> None:
        """Write the file with what was put into it.

        The order stays, and so do the packed bytes, dates and attributes of all other parts.
        """
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
            target.comment = self._zip.comment
            for name, info in self._members.items():
                if name not in self._edited:
                    self._copy_member(info, target)
                elif (pieces := self._edited[name]) is not None:
                    fresh = _as_new(info, sum(map(len, pieces)))
                    with target.open(fresh, "w") as part:  # a sheet is never there as a whole
                        part.writelines(pieces)

    def _copy_member(self, info: zipfile.ZipInfo, target: zipfile.ZipFile) -> None:
        """Copy packed bytes from one zip to the other, for which zipfile has no method."""
        moved = copy.copy(info)
        moved.flag_bits &= ~_SIZES_FOLLOW  # they are known now and stand in front
        place: IO[bytes] = _file_of(target)
        moved.header_offset = target.start_dir
        place.write(moved.FileHeader())
        self._seek_packed(info)
        _copy_exactly(self._source, place, info.compress_size)
        target.start_dir = place.tell()
        target.filelist.append(moved)
        target.NameToInfo[moved.filename] = moved

    def _seek_packed(self, info: zipfile.ZipInfo) -> None:
        self._source.seek(info.header_offset)
        header = self._source.read(_LOCAL_HEADER.size)
        if not header.startswith(_BEGINS):
            raise BrokenPart(info.filename, "is damaged")
        _, name, extra = _LOCAL_HEADER.unpack(header)
        self._source.seek(name + extra, 1)


def _key(part: str) -> str:
    """Return by what a part is found: case does not matter, and some programs write backslashes."""
    return part.replace("\\", "/").casefold()


def _is_torn(archive: zipfile.ZipFile) -> bool:
    """Tell whether members share packed bytes, or begin before the file does.

    With the first a small file would grow at every copy of them, the second has lost its beginning.
    """
    members = sorted((info.header_offset, info.compress_size) for info in archive.infolist())
    places = [*members, (archive.start_dir,)]
    return any(
        at < 0 or at + _LOCAL_HEADER.size + size > after
        for (at, size), (after, *_) in pairwise(places)
    )


def _opened(source: BinaryIO) -> zipfile.ZipFile:
    if source.read(len(_OLE)) == _OLE:
        name = "EncryptedPackage".encode("utf-16-le")
        raise NotAWorkbook("encrypted" if name in source.read() else "xls")
    opened = None
    with suppress(*_DAMAGE):
        opened = zipfile.ZipFile(source)
    if opened is None:
        raise NotAWorkbook("zip")
    return opened


def _as_new(info: zipfile.ZipInfo, size: int) -> zipfile.ZipInfo:
    fresh = zipfile.ZipInfo(info.filename, info.date_time)
    fresh.compress_type, fresh.file_size = zipfile.ZIP_DEFLATED, size
    fresh.external_attr, fresh.create_system = info.external_attr, info.create_system
    fresh.comment = info.comment
    return fresh


def _file_of(target: zipfile.ZipFile) -> IO[bytes]:
    assert target.fp is not None
    return target.fp


def _copy_exactly(source: BinaryIO, target: IO[bytes], length: int) -> None:
    while length:
        piece = source.read(min(length, 1 << 20))
        if not piece:
            raise NotAWorkbook("zip")
        target.write(piece)
        length -= len(piece)
