"""Rows of text that take a quarter of the memory, for each is packed until it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import overload

import msgspec

from workbook.contacts.columns import Row

_pack = msgspec.msgpack.Encoder().encode
_unpacked = msgspec.msgpack.Decoder(tuple[str, ...]).decode


class PackedRows(Sequence[Row]):
    """So many rows of so many columns, blank at first; blank ones in a row are one object."""

    def __init__(self, rows: int, columns: int) -> None:
        blank: Row = ("",) * columns
        self._packed = [_pack(blank)] * rows
        self._last, self._row = b"", blank

    def put(self, at: int, row: Row) -> None:
        """Replace a row."""
        self._packed[at] = _pack(row)

    def __len__(self) -> int:
        return len(self._packed)

    @overload
    def __getitem__(self, at: int) -> Row: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Row]: ...
    def __getitem__(self, at: int | slice) -> Row | Sequence[Row]:
        if isinstance(at, slice):
            return [self[each] for each in range(len(self))[at]]
        packed = self._packed[at]
        if packed is not self._last:
            self._last, self._row = packed, _unpacked(packed)
        return self._row
