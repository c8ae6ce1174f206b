"""What two packed lists do not have in common, found without unpacking what is the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import msgspec

from workbook.contacts import Contact, ContactList

_raw = msgspec.msgpack.Decoder(list[msgspec.Raw]).decode
_contact = msgspec.msgpack.Decoder(Contact).decode


@dataclass(frozen=True, slots=True)
class Difference:
    """Contacts that stand so in one of two lists only, by id: as they were, and as they are."""

    ended: dict[str, Contact] = field(default_factory=dict)
    began: dict[str, Contact] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.ended or self.began)

    @property
    def missing(self) -> list[Contact]:
        """Return those who are in the old list only."""
        return [contact for id_, contact in self.ended.items() if id_ not in self.began]

    @property
    def newcomers(self) -> list[Contact]:
        """Return those who are in the new list only."""
        return [contact for id_, contact in self.began.items() if id_ not in self.ended]

    def without_end_of(self, ids: set[str]) -> Difference:
        """Return this difference as if nobody of `ids` were missing."""
        return Difference({i: c for i, c in self.ended.items() if i not in ids}, self.began)


def between(before: ContactList, after: ContactList) -> Difference:
    """Return what changed from one list to the next; the order of the rows does not matter.

    A million contacts take 50 bytes each: hashes of what is packed, not contacts.
    """
    same = frozenset(before.pieces) & frozenset(after.pieces)
    former, began = set(map(hash, _packed(before, same))), []
    for packed in _packed(after, same):
        if (known := hash(packed)) in former:
            former.discard(known)
        else:
            began.append(_contact(packed))
    ended = (_contact(p) for p in _packed(before, same) if former and hash(p) in former)
    return _really(Difference({c.id: c for c in ended}, {c.id: c for c in began}))


def _packed(contacts: ContactList, skipped: frozenset[bytes]) -> Iterator[bytes]:
    for piece in contacts.pieces:
        if piece not in skipped:
            yield from map(bytes, _raw(piece))


def _really(difference: Difference) -> Difference:
    """Leave out contacts that were only packed in another way, by an older version of us."""
    ended, began = difference.ended, difference.began
    alike = {id_ for id_, contact in ended.items() if began.get(id_) == contact}
    return Difference(
        {id_: contact for id_, contact in ended.items() if id_ not in alike},
        {id_: contact for id_, contact in began.items() if id_ not in alike},
    )
