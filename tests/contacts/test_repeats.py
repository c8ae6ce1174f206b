"""Ids that come again are found, and only they, whatever their hashes are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.store.lists import ANNA, BEN, CLUB
from workbook.contacts import repeats
from workbook.contacts.contact import Contact, ContactList, fuller
from workbook.contacts.repeats import Ids, each_once

rows = st.builds(Contact, st.sampled_from("abcdefghij"), *[st.sampled_from(["", "x", "y"])] * 3)
batches = st.lists(st.lists(rows, max_size=6), max_size=6)


def once(pieces: list[list[Contact]]) -> list[Contact]:
    """Return what becomes of a list that comes in these pieces."""
    ids, contacts = Ids(), ContactList()
    for batch in pieces:
        ids.add([contact.id for contact in batch])
        contacts.append(batch)
    return list(each_once(contacts, ids.suspects()))


def plainly(pieces: list[list[Contact]]) -> list[Contact]:
    """Return the same in the plainest way."""
    first: dict[str, Contact] = {}
    others: dict[str, Contact] = {}
    for contact in (contact for batch in pieces for contact in batch):
        if contact.id not in first:
            first[contact.id] = contact
        else:
            before = others.get(contact.id)
            others[contact.id] = fuller(before, contact) if before else contact
    return [fuller(c, others[c.id]) if c.id in others else c for c in first.values()]


@pytest.fixture(params=["its own", "one for many", "one for all"])
def hashes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ids have hashes of their own, or share them."""
    alike = {"one for many": lambda id_: ord(id_) % 3, "one for all": lambda _: 7}
    if request.param in alike:
        monkeypatch.setattr(repeats, "hash", alike[request.param], raising=False)


@pytest.mark.usefixtures("hashes")
@pytest.mark.parametrize("whole", [1, 1 << 18])
def test_each_id_is_there_once_as_if_all_were_compared(
    whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "WHOLE", whole)

    @given(batches)
    def check(pieces: list[list[Contact]]) -> None:
        assert once(pieces) == plainly(pieces)

    check()


def test_a_list_without_repeats_is_not_unpacked() -> None:
    ids = Ids()
    ids.add([each.id for each in (ANNA, BEN, CLUB)])
    contacts = ContactList.pack([ANNA, BEN, CLUB])
    assert each_once(contacts, ids.suspects()) is contacts


def test_an_id_that_came_in_the_first_piece_is_found_among_many() -> None:
    ids = Ids()
    ids.add(["a"])
    ids.add(map(str, range(repeats.WHOLE)))
    assert ids.suspects() == frozenset()
    ids.add(["a"])
    assert ids.suspects() == {hash("a")}
