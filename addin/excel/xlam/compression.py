"""Compress a text as VBA stores it (MS-OVBA 2.4.1); reading it back is olevba's job, in tests."""

from __future__ import annotations

import struct
from collections import defaultdict

SIGNATURE = b"\x01"  # of a CompressedContainer, 2.4.1.1.1
CHUNK = 4096  # uncompressed bytes in one chunk, 2.4.1.1.3
COMPRESSED, RAW = 0xB000, 0x3000  # CompressedChunkHeader: flag and signature, 2.4.1.1.5
SHORTEST = 3  # bytes a copy token stands for at least
CANDIDATES = 64  # earlier places tried for a match: enough for source code, and quick


def compress(data: bytes) -> bytes:
    """Return the CompressedContainer of `data` (2.4.1.3.6).

    A last chunk that compression would make longer than 4096 bytes is stored raw and so padded
    with zeros, as 2.4.1.3.10 says; no text does that.
    """
    chunks = (data[start : start + CHUNK] for start in range(0, len(data), CHUNK))
    return SIGNATURE + b"".join(map(_chunk, chunks))


def _chunk(data: bytes) -> bytes:
    tokens = _tokens(data)
    if len(tokens) <= CHUNK:
        return struct.pack("<H", COMPRESSED | (len(tokens) - 1)) + tokens
    return struct.pack("<H", RAW | (CHUNK - 1)) + data.ljust(CHUNK, b"\0")


def _tokens(data: bytes) -> bytes:
    """Return the chunk's TokenSequences: a flag byte, then up to eight tokens (2.4.1.1.7)."""
    window = _Window(data)
    out = bytearray()
    while not window.at_end:
        flags, tokens = 0, bytearray()
        for bit in range(8):
            if window.at_end:
                break
            offset, length = window.longest_match()
            if length:
                flags |= 1 << bit
                tokens += _copy_token(window.position, offset, length)
            else:
                tokens.append(data[window.position])
            window.advance(length or 1)
        out.append(flags)
        out += tokens
    return bytes(out)


def _copy_token(position: int, offset: int, length: int) -> bytes:
    """Pack an offset and a length into 16 bits (2.4.1.3.19.3)."""
    return struct.pack("<H", (offset - 1) << (16 - _offset_bits(position)) | (length - SHORTEST))


def _offset_bits(position: int) -> int:
    """Return how many bits of a copy token hold the offset, at this place (2.4.1.3.19.1)."""
    return max(4, (position - 1).bit_length())


class _Window:
    """The chunk up to where it is compressed, searchable for what comes next (2.4.1.3.19.4)."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = 0
        self._places: defaultdict[bytes, list[int]] = defaultdict(list)

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.data)

    def advance(self, count: int) -> None:
        for place in range(self.position, self.position + count):
            self._places[self.data[place : place + SHORTEST]].append(place)
        self.position += count

    def longest_match(self) -> tuple[int, int]:
        """Return how far back the longest match begins and how long it is; (0, 0) for none."""
        start = self.data[self.position : self.position + SHORTEST]
        places = self._places.get(start, []) if len(start) == SHORTEST else []
        matches = [(self._length(place), place) for place in places[-CANDIDATES:]]
        length, place = max(matches, default=(0, self.position))
        return self.position - place, length

    def _length(self, place: int) -> int:
        longest = (0xFFFF >> _offset_bits(self.position)) + SHORTEST
        longest = min(longest, len(self.data) - self.position)
        length = SHORTEST
        while length < longest and self.data[place + length] == self.data[self.position + length]:
            length += 1
        return length
