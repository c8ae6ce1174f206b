"""The compound file, as olefile reads it with every defect an error."""

from __future__ import annotations

import io
import random
import struct

import olefile
import pytest
from olefile import OleFileIO

from addin.excel.xlam.compound_file import compound_file
from tests.addin.excel.xlam.vba import streams

SIZES = [0, 1, 63, 64, 65, 511, 512, 513, 4_095, 4_096, 4_097, 20_000]
BLACK = 1


def some(count: int) -> dict[str, bytes]:
    chance = random.Random(count)
    return {
        f"Module{number}{'x' * chance.randrange(9)}": chance.randbytes(chance.choice(SIZES))
        for number in range(count)
    }


@pytest.mark.parametrize("count", [1, 2, 3, 4, 7, 8, 13, 31])
def test_every_stream_comes_back_whole(count: int) -> None:
    written = {"": {"PROJECT": b"p" * 500}, "VBA": some(count)}
    read = streams(compound_file(written))
    assert read.pop("PROJECT") == b"p" * 500
    assert read == {f"VBA/{name}": data for name, data in written["VBA"].items()}


def test_the_header_is_the_one_of_version_3() -> None:
    header = compound_file({"": {"some": b"1"}})[:34]
    assert header[:24] == bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    # MS-CFB 2.2: minor and major version, byte order, sectors of 2**9 and 2**6 bytes
    assert struct.unpack("<5H", header[24:]) == (0x3E, 3, 0xFFFE, 9, 6)


def test_the_allocation_table_knows_its_own_sectors() -> None:
    file = compound_file({"": {"large": bytes(200_000)}})
    count, own = struct.unpack_from("<I", file, 44)[0], struct.unpack_from("<109I", file, 76)
    table = b"".join(file[512 * (sector + 1) : 512 * (sector + 2)] for sector in own[:count])
    links = struct.unpack(f"<{len(table) // 4}I", table)
    assert {links[sector] for sector in own[:count]} == {0xFFFFFFFD}
    assert count == 4
    assert set(own[count:]) == {0xFFFFFFFF}


def test_small_and_large_streams_stand_side_by_side() -> None:
    written = {str(size): bytes([size % 251]) * size for size in SIZES}
    assert streams(compound_file({"": written})) == written


def black_height(ole: OleFileIO, place: int, parent_is_red: bool = False) -> int:
    """Return how many black entries each way down passes; they all pass equally many."""
    if place == olefile.NOSTREAM:
        return 0
    entry = ole.direntries[place]
    red = entry.color != BLACK
    assert not (red and parent_is_red)
    left, right = (black_height(ole, side, red) for side in (entry.sid_left, entry.sid_right))
    assert left == right
    return left + (not red)


@pytest.mark.parametrize("count", range(1, 35))
def test_the_directory_is_a_red_black_tree(count: int) -> None:
    with OleFileIO(io.BytesIO(compound_file({"": some(count)}))) as ole:
        top = ole.direntries[0].sid_child
        assert ole.direntries[top].color == BLACK
        assert black_height(ole, top) >= 1


def in_order(ole: OleFileIO, place: int) -> list[str]:
    if place == olefile.NOSTREAM:
        return []
    entry = ole.direntries[place]
    return [*in_order(ole, entry.sid_left), entry.name, *in_order(ole, entry.sid_right)]


def test_names_are_sorted_by_length_and_then_without_regard_to_case() -> None:
    names = ["xlwings", "Sheet1", "dir", "_VBA", "ThisWorkbook", "sheet0"]
    with OleFileIO(io.BytesIO(compound_file({"": dict.fromkeys(names, b"1")}))) as ole:
        found = in_order(ole, ole.direntries[0].sid_child)
    assert found == ["dir", "_VBA", "sheet0", "Sheet1", "xlwings", "ThisWorkbook"]


def test_what_is_too_large_is_refused() -> None:
    with pytest.raises(ValueError, match="too large"):
        compound_file({"": {"huge": bytes(8 * 1024 * 1024)}})
