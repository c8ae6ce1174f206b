"""A selection of contacts from packed pieces; each piece is unpacked only while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, pairwise

import msgspec

from workbook.contacts.contact import Contact

PART = 100_000  # contacts, which take 30 MB unpacked
SAMPLE = 500  # one id in so many tells where parts begin
FEW = 4  # less than one row in so many is copied out of its piece

Rows = Sequence[Contact] | Sequence[msgspec.Raw]

_contacts = msgspec.msgpack.Decoder(list[Contact]).decode
_encode = msgspec.msgpack.Encoder().encode


class PackedSelection(msgspec.Struct, frozen=True):
    """Pieces of a list, each with one mark a row: 1 where the contact is selected, else 0."""

    marked: tuple[tuple[bytes, bytes], ...] = ()

    @classmethod
    def of(cls, pieces: Iterable[tuple[bytes, Rows, Sequence[bool]]]) -> PackedSelection:
        """Select the marked rows; each piece comes with its rows, decoded or raw."""
        return cls(tuple(_kept(piece, rows, bytes(m)) for piece, rows, m in pieces if any(m)))

    def __len__(self) -> int:
        return sum(marks.count(1) for _, marks in self.marked)

    def __iter__(self) -> Iterator[Contact]:
        for piece, marks in self.marked:
            yield from compress(_contacts(piece), marks)

    def only(self, wanted: Callable[[Contact], bool]) -> PackedSelection:
        """Return the selection of those contacts that are wanted."""
        pieces = ((piece, _contacts(piece), marks) for piece, marks in self.marked)
        return PackedSelection.of(
            (piece, rows, [bool(m) and wanted(row) for m, row in zip(marks, rows, strict=True)])
            for piece, rows, marks in pieces
        )

    def in_order(self) -> Iterator[list[Contact]]:
        """Yield the contacts sorted by id, in parts; every part reads the whole selection."""
        if len(self) <= PART:
            yield sorted(self, key=_id)
            return
        sample = sorted(contact.id for contact in self if hash(contact.id) % SAMPLE == 0)
        for low, high in pairwise(["", *sample[PART // SAMPLE :: PART // SAMPLE], None]):
            yield sorted(self._between(low or "", high), key=_id)

    def _between(self, low: str, high: str | None) -> Iterator[Contact]:
        for contact in self:
            if low <= contact.id and (high is None or contact.id < high):
                yield contact


NOBODY = PackedSelection()


def _kept(piece: bytes, rows: Rows, marks: bytes) -> tuple[bytes, bytes]:
    """Return the piece as it is, or a smaller one where few of its rows are marked."""
    count = marks.count(1)
    if FEW * count >= len(marks):
        return piece, marks
    return _encode(list(compress(rows, marks))), b"\1" * count


def _id(contact: Contact) -> str:
    return contact.id
