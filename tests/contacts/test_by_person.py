"""The people of several accounts, each once."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.by_person import by_person
from workbook.contacts.columns import Listed, Origin, Seen, build, titles
from workbook.contacts.contact import Contact

ANNA, JO, JO_PHONE = "4915100000001@c.us", "102388094480549@lid", "4915100000009@c.us"
MONDAY, FRIDAY = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)


def listed(account: str, *contacts: Contact, at: datetime = FRIDAY) -> Listed:
    return Listed([*contacts], Origin(account, at, lambda id_: Seen(first=f"{id_} in {account}")))


def rows(
    *lists: Listed, same: dict[str, str] | None = None, columns: str = "id"
) -> list[list[str]]:
    found = by_person(lists, same or {})
    table = build(found.contacts, found.origin, titles(columns, across=True))
    return [list(row) for row in table.rows]


def test_a_person_has_one_row_with_the_accounts_that_know_them() -> None:
    shop = listed("shop", Contact(ANNA, "Anna", "", "user"))
    berlin = listed("berlin", Contact(ANNA, "Anna", "", "user"), Contact(JO, "Jo", "", "user"))
    assert rows(shop, berlin) == [[ANNA, "shop, berlin", "2"], [JO, "berlin", "1"]]


def test_names_and_history_are_of_the_account_that_has_the_fullest() -> None:
    shop = listed("shop", Contact(ANNA, "Anna", "", "user"))
    berlin = listed("berlin", Contact(ANNA, "Anni", "Anna Berg", "user"))
    [row] = rows(shop, berlin, columns="name,contactName,firstSeen")
    assert row == ["Anni", "Anna Berg", f"{ANNA} in berlin", "shop, berlin", "2"]


def test_a_hidden_number_and_its_phone_are_one_person() -> None:
    shop = listed("shop", Contact(JO, "Jo", "Jo Low", "user"))
    berlin = listed("berlin", Contact(JO_PHONE, "Jo", "", "user"))
    [row] = rows(shop, berlin, same={JO: JO_PHONE}, columns="id,contactName,firstSeen")
    assert row == [JO_PHONE, "Jo Low", f"{JO} in shop", "shop, berlin", "2"]


def test_the_time_is_that_of_the_oldest_list() -> None:
    anna = Contact(ANNA, "Anna", "", "user")
    assert by_person([listed("a", anna), listed("b", anna, at=MONDAY)], {}).origin.fetched == MONDAY


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), min_size=1, max_size=5))
def test_nobody_is_lost_and_nobody_comes_twice(lists: list[list[str]]) -> None:
    found = by_person(
        (
            listed(str(n), *(Contact(id_, "x", "", "user") for id_ in ids))
            for n, ids in enumerate(lists)
        ),
        {},
    )
    ids = [contact.id for contact in found.contacts]
    assert sorted(ids) == sorted({id_ for ids in lists for id_ in ids})
    for id_ in ids:
        assert [*found.origin.known_by(id_)] == [
            str(n) for n, ids in enumerate(lists) if id_ in ids
        ]
