"""The people of several accounts, each once."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.columns import Listed, Origin, Seen, Together, build, titles
from workbook.contacts.contact import Contact
from workbook.sync.by_person import by_person, chosen

ANNA, JO, JO_PHONE = "4915100000001@c.us", "102388094480549@lid", "4915100000009@c.us"
MONDAY, FRIDAY = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)


def listed(account: str, *contacts: Contact, at: datetime = FRIDAY) -> Listed:
    return Listed([*contacts], Origin(account, at, lambda id_: Seen(first=f"{id_} in {account}")))


def rows(
    *lists: Listed, same: dict[str, str] | None = None, columns: str = "id"
) -> list[list[str]]:
    with by_person(Together(lists), same or {}) as people:
        table = build(people, people.origin, titles(columns, across=True))
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
    with by_person(Together([listed("a", anna), listed("b", anna, at=MONDAY)]), {}) as people:
        assert people.origin.fetched == MONDAY


def test_the_first_ones_in_an_order_are_those_of_all_lists() -> None:
    shop = listed("shop", Contact(ANNA, "Zoe", "", "user"), Contact(JO, "Jo", "", "user"))
    berlin = listed("berlin", Contact(ANNA, "Anna", "Anna", "user"))
    with by_person(Together([shop, berlin]), {}) as everybody:
        people = chosen(everybody, 1, "name")
        assert [(c.id, o.known_by(c.id)) for c, o in people.rows()] == [(ANNA, ("shop", "berlin"))]
        assert len(people) == 1


def test_an_id_that_is_no_text_for_a_database_is_somebody_too() -> None:
    assert [row[1:] for row in rows(listed("a", Contact("\ud800")))] == [["a", "1"]]


@given(st.lists(st.lists(st.sampled_from("abcdef"), unique=True), min_size=1, max_size=5))
def test_nobody_is_lost_and_nobody_comes_twice(lists: list[list[str]]) -> None:
    whole = Together(
        listed(str(n), *(Contact(id_, "x", "", "user") for id_ in ids))
        for n, ids in enumerate(lists)
    )
    with by_person(whole, {}) as people:
        found = {contact.id: origin.known_by(contact.id) for contact, origin in people.rows()}
        assert len(people) == len([*people]) == len(found)
    assert found == {
        id_: tuple(str(n) for n, ids in enumerate(lists) if id_ in ids)
        for id_ in {id_ for ids in lists for id_ in ids}
    }
