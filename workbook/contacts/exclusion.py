"""Whom nobody may be written to: people named by ids and phones, found under every id they have."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

import msgspec

from workbook.contacts.contact import Contact, IdKind, id_kind, phone_digits
from workbook.contacts.identity import Pair, groups
from workbook.contacts.lookup import ids_meant, phones_meant
from workbook.errors import WrongUsage


class Exclusion(msgspec.Struct, frozen=True):
    """The ids and the phones (digits, in every form they may have) of people who are left out."""

    ids: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()

    def names(self, contact: Contact) -> bool:
        """Tell whether this person is left out."""
        return contact.id in self.ids or phone_digits(contact) in self.phones

    def with_pairs(self, pairs: Iterable[Pair]) -> Exclusion:
        """Return it with every other id of its people."""
        known = [ids for ids in groups(pairs) if any(self.names(Contact(each)) for each in ids)]
        return Exclusion(self.ids.union(*known), self.phones)


def of(lines: Iterable[tuple[int, str]], country: str = "") -> Exclusion:
    """Return who is named by these numbered texts, an id or a phone each.

    `country` (ISO) is that of numbers without a prefix. Raises WrongUsage for a text that is
    neither: whom it means would be written to.
    """
    ids: set[str] = set()
    phones: set[str] = set()
    for number, text in lines:
        meant = [each for each in ids_meant(text) if id_kind(each) is not IdKind.OTHER]
        ids.update(meant)
        called = {*chain.from_iterable(phones_meant(text, country))}
        phones |= called
        if not meant and not called:
            raise WrongUsage(f'Line {number} names nobody: "{text[:40]}" is no id and no phone.')
    return Exclusion(frozenset(ids), frozenset(phones))
