"""Write named streams into a compound file (MS-CFB, version 3): a file system within a file.

Only what a VBA project needs: storages one level deep, up to seven megabytes, no times, no class
ids; so the same streams make the same bytes.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

import msgspec

SECTOR, MINI_SECTOR = 512, 64  # 2.2, for version 3
MINI_CUTOFF = 4096  # shorter streams live in the mini stream, 2.2
FAT_SECTOR, END_OF_CHAIN, FREE, NO_STREAM = 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFF
HEADER_FAT_SECTORS = 109  # as many as the header lists itself, 2.2
UNUSED, STORAGE, STREAM, ROOT = 0, 1, 2, 5  # object types, 2.6.1
RED, BLACK = 0, 1

Streams = Mapping[str, bytes]


class _Entry(msgspec.Struct):
    """One directory entry (2.6.1); left, right and child are places in the directory."""

    name: str = ""
    kind: int = UNUSED
    data: bytes = b""
    left: int = NO_STREAM
    right: int = NO_STREAM
    child: int = NO_STREAM
    colour: int = RED
    start: int = 0
    size: int = 0

    def packed(self) -> bytes:
        name = (self.name + "\0").encode("utf-16-le") if self.name else b""
        links = (self.left, self.right, self.child)
        return (
            name.ljust(64, b"\0")
            + struct.pack("<HBB3I", len(name), self.kind, self.colour, *links)
            + bytes(16 + 4 + 8 + 8)  # class id, state, creation and modification time: none
            + struct.pack("<IQ", self.start, self.size)
        )


class _Sectors(msgspec.Struct):
    """Sectors of one size, and the chains that lead through them (the FAT, 2.3)."""

    size: int
    data: bytearray = msgspec.field(default_factory=bytearray)
    chains: list[int] = []

    def put(self, content: bytes, padding: bytes = b"\0") -> int:
        """Append the content; return the first sector of its chain."""
        if not content:
            return END_OF_CHAIN
        first, count = len(self.chains), -(-len(content) // self.size)
        self.data += content.ljust(count * self.size, padding)
        self.chains += [*range(first + 1, first + count), END_OF_CHAIN]
        return first


def compound_file(storages: Mapping[str, Streams]) -> bytes:
    """Return the bytes of a file with these streams by storage; "" is the root's own.

    Raises ValueError for more than the header's own list of FAT sectors can hold (6.8 MiB).
    """
    directory = _directory(storages)
    sectors, mini = _Sectors(SECTOR), _Sectors(MINI_SECTOR)
    for entry in directory:
        if entry.kind == STREAM:
            home = mini if len(entry.data) < MINI_CUTOFF else sectors
            entry.start, entry.size = home.put(entry.data), len(entry.data)
    root = directory[0]
    root.start, root.size = sectors.put(bytes(mini.data)), len(mini.data)  # 2.6.3
    mini_fat_start = sectors.put(_numbers(mini.chains), padding=b"\xff")
    directory_start = sectors.put(_in_whole_sectors(directory))
    mini_fat_count = -(-len(mini.chains) * 4 // SECTOR)
    return _with_header(sectors, directory_start, mini_fat_start, mini_fat_count)


def _with_header(
    sectors: _Sectors, directory_start: int, mini_fat_start: int, mini_fat_count: int
) -> bytes:
    first = len(sectors.chains)
    count = _fat_sectors(first)
    fat = _numbers([*sectors.chains, *[FAT_SECTOR] * count]).ljust(count * SECTOR, b"\xff")
    listed = [*range(first, first + count), *[FREE] * (HEADER_FAT_SECTORS - count)]
    header = struct.pack(
        "<8s16x5H6x9I",
        bytes.fromhex("d0cf11e0a1b11ae1"),
        *(0x3E, 3, 0xFFFE, 9, 6),  # version 3, little endian, sectors of 2**9 and 2**6 bytes
        *(0, count, directory_start, 0, MINI_CUTOFF, mini_fat_start, mini_fat_count),
        *(END_OF_CHAIN, 0),  # no DIFAT sectors
    )
    return header + _numbers(listed) + sectors.data + fat


def _fat_sectors(others: int) -> int:
    """Return how many sectors the FAT needs to list all others and itself."""
    count = 1
    while count * (SECTOR // 4) < others + count:
        count += 1
    if count > HEADER_FAT_SECTORS:
        raise ValueError("too large for a compound file without DIFAT sectors")
    return count


def _directory(storages: Mapping[str, Streams]) -> list[_Entry]:
    """Return the root, then each storage followed by what it holds."""
    entries = [_Entry("Root Entry", ROOT, colour=BLACK)]
    top = [_Entry(name, STREAM, data) for name, data in storages.get("", {}).items()]
    top += [_Entry(name, STORAGE) for name in storages if name]
    entries[0].child = _add(entries, top)
    for storage in top:
        if storage.kind == STORAGE:
            inside = storages[storage.name].items()
            storage.child = _add(entries, [_Entry(name, STREAM, data) for name, data in inside])
    return entries


def _add(entries: list[_Entry], siblings: list[_Entry]) -> int:
    """Append siblings as a red-black tree (2.6.4); return the place of its root.

    A tree split in the middle is as even as can be, so it is enough to make the deepest level red.
    """
    siblings.sort(key=lambda entry: (len(entry.name), entry.name.upper()))
    first, deepest = len(entries), len(siblings).bit_length() - 1
    entries += siblings

    def subtree(low: int, high: int, depth: int) -> int:
        if low >= high:
            return NO_STREAM
        middle = (low + high) // 2
        entry = siblings[middle]
        entry.colour = RED if depth == deepest and depth else BLACK
        entry.left = subtree(low, middle, depth + 1)
        entry.right = subtree(middle + 1, high, depth + 1)
        return first + middle

    return subtree(0, len(siblings), 0)


def _in_whole_sectors(directory: list[_Entry]) -> bytes:
    unused = -len(directory) % (SECTOR // 128)
    return b"".join(entry.packed() for entry in [*directory, *[_Entry()] * unused])


def _numbers(values: Sequence[int]) -> bytes:
    return struct.pack(f"<{len(values)}I", *values)
