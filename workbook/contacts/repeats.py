"""Find the ids that come more than once in a list that arrives piece by piece. No I/O.

Of each id only a hash is kept: 8 bytes instead of 110 for an id in a set, 100 MB in a list of a
million. Ids that have one hash are compared themselves in the end, so that the answer is exact.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Set
from itertools import chain, compress

from workbook.contacts.contact import Contact, ContactList, fuller

WHOLE = 1 << 17  # hashes that are compared at once, in 10 MB


class Ids:
    """The hashes of ids as they come."""

    def __init__(self) -> None:
        self._hashes = array("q")

    def add(self, ids: Iterable[str]) -> None:
        """Add the next ids of the list."""
        self._hashes.extend(map(hash, ids))

    def suspects(self) -> frozenset[int]:
        """Return the hashes that came more than once; nearly always none."""
        return frozenset(chain.from_iterable(map(_repeated, self._parts())))

    def _parts(self) -> Iterator[Sequence[int]]:
        """Yield all hashes in parts; equal ones are in one part, as a byte of each says.

        To let `compress` choose them takes half of the time of a loop, which was 8 % of an export
        of a million.
        """
        if len(self._hashes) <= WHOLE:
            yield self._hashes
            return
        a_byte_of_each = memoryview(self._hashes).cast("B")[:: self._hashes.itemsize].tobytes()
        count = -(-len(self._hashes) // WHOLE)
        for part in range(count):
            chosen = bytes(byte % count == part for byte in range(256))
            yield [*compress(self._hashes, a_byte_of_each.translate(chosen))]


def _repeated(hashes: Sequence[int]) -> Iterable[int]:
    if len(set(hashes)) == len(hashes):
        return ()
    return [each for each, times in Counter(hashes).items() if times > 1]


def each_once(contacts: ContactList, suspects: Set[int]) -> ContactList:
    """Return the list with each id once, in its first place, made fuller by its other rows.

    `suspects`: the hashes of all ids that may come again.
    """
    if not suspects:
        return contacts
    once, there, again = ContactList(), set[str](), dict[str, Contact]()
    for batch in contacts.batches():
        once.append([c for c in batch if hash(c.id) not in suspects or _is_first(c, there, again)])
    return once.completed(again)


def _is_first(contact: Contact, there: set[str], again: dict[str, Contact]) -> bool:
    """Tell whether the id is new there; otherwise keep what its rows say."""
    if contact.id not in there:
        there.add(contact.id)
        return True
    before = again.get(contact.id)
    again[contact.id] = fuller(before, contact) if before else contact
    return False
