"""Compare two packed lists: who is missing, who came, who changed.

Equal pieces stay packed, and of the others each is unpacked only while it is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import compress, pairwise
from operator import attrgetter

import msgspec

from workbook.contacts.contact import Contact, ContactList, by_type
from workbook.contacts.packing import unpacked

PART = 100_000  # contacts, which take 30 MB unpacked
SAMPLE = 500  # one id in so many tells where parts begin
FEW = 4  # less than one row in so many is copied out of its piece

Rows = Sequence[Contact] | Sequence[msgspec.Raw]
_Hashed = tuple[bytes, list[msgspec.Raw], list[int]]

_raw = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
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
            yield from compress(_contacts(unpacked(piece)), marks)

    def only(self, wanted: Callable[[Contact], bool]) -> PackedSelection:
        """Return the selection of those contacts that are wanted."""
        pieces = ((piece, _contacts(unpacked(piece)), marks) for piece, marks in self.marked)
        return PackedSelection.of(
            (piece, rows, [bool(m) and wanted(row) for m, row in zip(marks, rows, strict=True)])
            for piece, rows, marks in pieces
        )

    def in_order(self) -> Iterator[list[Contact]]:
        """Yield the contacts sorted by id, in parts; every part reads the whole selection."""
        if len(self) <= PART:
            yield sorted(self, key=attrgetter("id"))
            return
        sample = sorted(contact.id for contact in self if hash(contact.id) % SAMPLE == 0)
        for low, high in pairwise(["", *sample[PART // SAMPLE :: PART // SAMPLE], None]):
            yield sorted(self._between(low or "", high), key=attrgetter("id"))

    def _between(self, low: str, high: str | None) -> Iterator[Contact]:
        for contact in self:
            if low <= contact.id and (high is None or contact.id < high):
                yield contact


NOBODY = PackedSelection()


class Difference(msgspec.Struct, frozen=True):
    """The contacts that differ between an old and a new list.

    `ended`: rows of the old list that are not in the new one; `missing`: those of them whose id is
    not in the new list at all. `began`: rows of the new list that are not in the old one;
    `newcomers`: those of them whose id is not in the old list.
    """

    ended: PackedSelection = NOBODY
    began: PackedSelection = NOBODY
    missing: PackedSelection = NOBODY
    newcomers: PackedSelection = NOBODY

    def net_losses(self) -> Counter[str]:
        """Return by type how many are missing, minus newcomers: other ids are no loss."""
        net = by_type(self.missing)
        net.subtract(by_type(self.newcomers))
        return net

    def without_end_of(self, ids: Iterable[str]) -> Difference:
        """Return this difference as if the new list still had these ids."""
        known = set(map(hash, ids))
        if not known:
            return self
        ended, missing = (each.only(_not_in(known)) for each in (self.ended, self.missing))
        return Difference(ended, self.began, missing, self.newcomers)


def between(before: ContactList, after: ContactList) -> Difference:
    """Return what changed from one list to the next; the order of the rows does not matter.

    Hashes of packed rows are compared, not contacts: 70 bytes each for a million of them.
    """
    same = frozenset(before.pieces) & frozenset(after.pieces)
    former = {known for *_, hashes in _hashed(before, same) for known in hashes}
    began = PackedSelection.of(
        (piece, rows, _new(hashes, former)) for piece, rows, hashes in _hashed(after, same)
    )
    ended = PackedSelection.of(
        (piece, rows, [known in former for known in hashes])
        for piece, rows, hashes in (_hashed(before, same) if former else ())
    )
    del former
    return _compared(*_without_repacked(ended, began))


def _hashed(contacts: ContactList, skipped: frozenset[bytes]) -> Iterator[_Hashed]:
    for piece in contacts.pieces:
        if piece not in skipped:
            rows = _raw(unpacked(piece))
            yield piece, rows, [hash(bytes(row)) for row in rows]


def _new(hashes: list[int], former: set[int]) -> list[bool]:
    """Tell which rows are new; remove from `former` the hashes of all others."""
    new = [known not in former for known in hashes]
    former.difference_update(hashes)
    return new


def _without_repacked(
    ended: PackedSelection, began: PackedSelection
) -> tuple[PackedSelection, PackedSelection]:
    """Leave out contacts that are equal and were only packed differently, by an older version."""
    alike = set(map(hash, ended))
    alike = {known for known in map(hash, began) if known in alike}
    if not alike:
        return ended, began
    others = [each.only(lambda c: hash(c) not in alike) for each in (ended, began)]
    return others[0], others[1]


def _compared(ended: PackedSelection, began: PackedSelection) -> Difference:
    missing = ended.only(_not_in({hash(contact.id) for contact in began}))
    newcomers = began.only(_not_in({hash(contact.id) for contact in ended}))
    return Difference(ended, began, missing, newcomers)


def _not_in(ids: set[int]) -> Callable[[Contact], bool]:
    return lambda contact: hash(contact.id) not in ids


def _kept(piece: bytes, rows: Rows, marks: bytes) -> tuple[bytes, bytes]:
    """Return the piece as it is, or a smaller one where few of its rows are marked."""
    count = marks.count(1)
    if FEW * count >= len(marks):
        return piece, marks
    return _encode(list(compress(rows, marks))), b"\1" * count
