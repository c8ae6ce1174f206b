"""What is told about a contact that came, went or changed."""

from __future__ import annotations

from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.store.lists import ANNA, BEN, JO, JO_PHONE, day
from workbook.contacts.changes import (
    Change,
    Kind,
    Tally,
    Version,
    from_versions,
    sentence,
    table,
    values_changed,
)
from workbook.contacts.contact import Contact
from workbook.contacts.identity import GROUP, Pair

FIRST = day(0)


def told(was: Contact, now: Contact) -> list[tuple[str, str, str, str]]:
    return [
        (str(change.kind), change.column, change.before, change.after)
        for change in values_changed(was, now, FIRST)
    ]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [("", "Ben Frei", "saved"), ("Ben Frei", "", "unsaved"), ("Ben F.", "Ben Frei", "renamed")],
)
def test_a_phone_book_name_is_saved_unsaved_or_renamed(before: str, after: str, kind: str) -> None:
    was, now = replace(BEN, contact_name=before), replace(BEN, contact_name=after)
    assert told(was, now) == [(kind, "contactName", before, after)]


def test_another_profile_name_is_told_with_both_names() -> None:
    assert told(BEN, replace(BEN, name="Benny")) == [("renamed", "name", "Ben", "Benny")]


def test_a_phone_number_that_was_hidden_is_revealed() -> None:
    hidden = Contact("10000003", "Timur", "", "user")
    shown = replace(hidden, phone_number="79000000003")
    assert told(hidden, shown) == [("number revealed", "phone", "", "+79000000003")]


def test_a_phone_that_stays_and_one_that_is_not_told_any_more_are_no_news() -> None:
    shown = Contact("10000003", "Timur", "", "user", "79000000003")
    assert told(shown, replace(shown, type="contact")) == []
    assert told(shown, replace(shown, phone_number="")) == []


def test_another_user_name_is_told() -> None:
    was, now = (Contact("500000001", "Anna", "", "user", username=name) for name in ("@a", "@b"))
    assert told(was, now) == [("renamed", "username", "@a", "@b")]


def test_what_nobody_wants_to_know_is_not_told() -> None:
    assert told(BEN, replace(BEN, type="contact", new_chat_id="1@lid")) == []


def change(kind: Kind, contact: Contact, last_seen: datetime | None = None) -> Change:
    return Change(day(5), kind, contact, last_seen=last_seen)


def test_a_refresh_is_told_in_one_sentence() -> None:
    news = [
        change(Kind.GONE, JO, day(4)),
        change(Kind.RENAMED, ANNA),
        change(Kind.RENAMED, ANNA),
        change(Kind.NEW, BEN),
    ]
    assert sentence(news) == "1 new, 1 renamed, 1 not seen since 2026-09-05."
    assert Tally.of([news]).counted() == {"new": 1, "renamed": 1, "not seen": 1}
    assert sentence([]) == "Nothing changed."


def test_several_lists_are_told_together_and_who_went_first_comes_first() -> None:
    one = Tally.of([[change(Kind.GONE, JO, day(4)), change(Kind.NEW, BEN)]])
    other = Tally.of([[change(Kind.GONE, ANNA, day(3))], [change(Kind.NEW, ANNA)]])
    for tallies in ([one, other, Tally()], [other, one]):
        both = Tally.sum(tallies)
        assert both.sentence() == (
            "2 new, 1 not seen since 2026-09-04, 1 not seen since 2026-09-05."
        )
        assert both.counted() == {"new": 2, "not seen": 2}
    assert one.counted() == {"new": 1, "not seen": 1}
    assert (bool(one), bool(Tally())) == (True, False)


def test_the_sheet_has_a_row_a_change_and_its_text_is_safe() -> None:
    long = replace(ANNA, name="x" * 40_000)
    made = table([Change(day(5), Kind.RENAMED, long, "name", "Anna", long.name)], "shop")
    (row,) = [dict(zip(made.header, row, strict=True)) for row in made.rows]
    assert (row["change"], row["id"], row["label"]) == ("renamed", ANNA.id, "Anna Berg")
    assert (row["before"], len(row["after"]), row["account"]) == ("Anna", 32_767, "shop")
    assert made.altered.total() == 1


def version(
    contact: Contact, start: float, end: float | None = None, first: float | None = None
) -> Version:
    """Return a version from one day's list until another's; the list before had it last."""
    since = day(start if first is None else first)
    if end is None:
        return Version(contact, since, day(start))
    return Version(contact, since, day(start), day(end - 1), day(end))


def happened(*versions: Version, pairs: tuple[Pair, ...] = ()) -> list[tuple[float, str, str]]:
    by_id: dict[str, list[Version]] = {}
    for each in versions:
        by_id.setdefault(each.contact.id, []).append(each)
    return [
        ((change.at - FIRST).days, change.words, change.contact.id)
        for change in from_versions(by_id, pairs, FIRST)
    ]


def pair(found: float) -> Pair:
    return Pair(JO.id, JO_PHONE.id, GROUP, day(found))


def test_who_is_in_the_first_list_is_not_new() -> None:
    assert happened(version(ANNA, 0)) == []
    assert happened(version(ANNA, 3)) == [(3, "new", ANNA.id)]


def test_somebody_goes_and_comes_back() -> None:
    assert happened(version(ANNA, 0, 5), version(ANNA, 9, first=0)) == [
        (5, "not seen since 2026-09-05", ANNA.id),
        (9, "back", ANNA.id),
    ]


def test_another_name_is_neither_going_nor_coming() -> None:
    renamed = replace(ANNA, name="Anne")
    assert happened(version(ANNA, 2, 5), version(renamed, 5, first=2)) == [
        (2, "new", ANNA.id),
        (5, "renamed", ANNA.id),
    ]


def test_whose_past_is_no_longer_kept_is_not_new() -> None:
    assert happened(version(ANNA, 8, first=0)) == []


def test_a_hidden_number_that_becomes_a_phone_is_one_person() -> None:
    assert happened(version(JO, 0, 5), version(JO_PHONE, 5), pairs=(pair(5),)) == [
        (5, "number revealed", JO_PHONE.id)
    ]


def test_without_a_pair_it_is_two_people() -> None:
    assert happened(version(JO, 0, 5), version(JO_PHONE, 5)) == [
        (5, "new", JO_PHONE.id),
        (5, "not seen since 2026-09-05", JO.id),
    ]


def test_a_number_is_revealed_when_it_is_told_not_when_the_list_follows() -> None:
    assert happened(version(JO, 0, 5), version(JO_PHONE, 5), pairs=(pair(2),)) == [
        (2, "number revealed", JO_PHONE.id)
    ]


def test_a_phone_that_becomes_hidden_is_one_person_with_another_id() -> None:
    assert happened(version(JO_PHONE, 0, 5), version(JO, 5), pairs=(pair(1),)) == [
        (5, "id changed", JO.id)
    ]


def test_a_twin_that_comes_or_goes_is_no_news() -> None:
    assert happened(version(JO_PHONE, 0), version(JO, 3, 6), pairs=(pair(1),)) == []


def test_a_person_is_gone_when_the_last_id_is() -> None:
    assert happened(version(JO_PHONE, 0, 4), version(JO, 0, 6), pairs=(pair(0),)) == [
        (4, "id changed", JO.id),
        (6, "not seen since 2026-09-06", JO.id),
    ]


def test_a_person_comes_back_under_another_id() -> None:
    assert happened(version(JO_PHONE, 0, 4), version(JO, 6), pairs=(pair(1),)) == [
        (4, "not seen since 2026-09-04", JO_PHONE.id),
        (6, "back", JO.id),
    ]


def test_pairs_of_the_first_list_reveal_nothing() -> None:
    assert happened(version(JO, 0), version(JO_PHONE, 0), pairs=(pair(0),)) == []


NEXT_LID = replace(JO, id="102388094480999@lid")
LINKED = (pair(0), Pair(NEXT_LID.id, JO_PHONE.id, GROUP, FIRST))


def test_a_phone_that_the_row_itself_tells_is_revealed_once() -> None:
    hidden = Contact("10000003", "Timur", "", "user")
    shown = replace(hidden, phone_number="79000000003")
    assert happened(version(hidden, 0, 5), version(shown, 5, first=0)) == [
        (5, "number revealed", hidden.id)
    ]
    told = replace(JO, phone_number="4915100000009")
    both = version(JO, 0, 4), version(told, 4, first=0), version(JO_PHONE, 9)
    assert happened(*both, pairs=(pair(4),)) == [(4, "number revealed", JO_PHONE.id)]


def test_a_number_that_nobody_has_in_the_list_is_revealed_under_the_hidden_one() -> None:
    assert happened(version(JO, 0), pairs=(pair(5),)) == [(5, "number revealed", JO.id)]


@pytest.mark.parametrize(("phone_since", "found"), [(3, 9), (2, 9), (3, 3)])
def test_a_number_is_revealed_once_it_is_known(phone_since: float, found: float) -> None:
    both = version(JO, 2), version(JO_PHONE, phone_since)
    assert happened(*both, pairs=(pair(found),)) == [
        (2, "new", JO.id),
        (found, "number revealed", JO_PHONE.id),
    ]


@pytest.mark.parametrize("found", [0, 3, 5])
def test_whose_number_was_known_before_they_came_reveals_nothing(found: float) -> None:
    assert happened(version(JO, 5), pairs=(pair(found),)) == [(5, "new", JO.id)]


def test_of_ids_that_come_at_once_the_first_one_in_order_is_told() -> None:
    many = [replace(JO, id=f"1023880944805{n}@lid") for n in range(20, 40)]
    pairs = tuple(Pair(each.id, JO_PHONE.id, GROUP, FIRST) for each in many)
    assert happened(*(version(each, 3) for each in reversed(many)), pairs=pairs) == [
        (3, "new", many[0].id)
    ]


def test_whose_phone_was_there_before_the_hidden_number_reveals_nothing() -> None:
    assert happened(version(JO_PHONE, 0), version(JO, 3), pairs=(pair(5),)) == []


def test_a_hidden_number_after_another_is_an_id_that_changed_and_nothing_revealed() -> None:
    next_one = Pair(JO.id, NEXT_LID.id, GROUP, day(5))
    assert happened(version(JO, 0, 5), version(NEXT_LID, 5), pairs=(next_one,)) == [
        (5, "id changed", NEXT_LID.id)
    ]


def test_pairs_that_reveal_nothing_leave_the_others_to_be_told() -> None:
    unlisted = Pair("333333333333333@lid", BEN.id, GROUP, day(2))
    assert happened(version(JO, 0), version(BEN, 0), pairs=(unlisted, pair(5))) == [
        (5, "number revealed", JO.id)
    ]


def test_of_ids_that_are_there_the_one_that_came_when_the_former_went_is_the_next() -> None:
    versions = version(JO_PHONE, 0, 4), version(JO, 2), version(NEXT_LID, 4, 9)
    assert happened(*versions, pairs=LINKED) == [
        (4, "id changed", NEXT_LID.id),
        (9, "id changed", JO.id),
    ]


def test_a_short_stay_within_a_long_one_parts_nothing() -> None:
    long, short, later = version(JO_PHONE, 0, 9), version(JO, 2, 4), version(NEXT_LID, 7)
    assert happened(long, short, later, pairs=LINKED) == [(9, "id changed", NEXT_LID.id)]


def test_of_stays_that_overlap_the_longest_says_when_a_person_went() -> None:
    versions = version(JO_PHONE, 2, 9), version(JO, 3, 5)
    assert happened(*versions, pairs=(pair(0),)) == [
        (2, "new", JO_PHONE.id),
        (9, "not seen since 2026-09-09", JO_PHONE.id),
    ]


def test_a_person_listed_twice_goes_by_the_row_that_counts() -> None:
    renamed = replace(JO, name="Joe")
    versions = version(JO_PHONE, 0), version(JO, 2, 4), version(renamed, 4, 6, first=2)
    assert happened(*versions, pairs=(pair(0),)) == []


def test_a_person_who_stays_under_another_id_goes_by_its_name() -> None:
    renamed = replace(JO, name="Joe")
    assert happened(version(JO_PHONE, 0, 4), version(renamed, 2), pairs=(pair(0),)) == [
        (4, "renamed", renamed.id),
        (4, "id changed", renamed.id),
    ]


def test_whose_ids_all_go_at_once_has_gone_and_not_moved() -> None:
    assert happened(version(JO, 0, 4), version(JO_PHONE, 0, 4), pairs=(pair(0),)) == [
        (4, "not seen since 2026-09-04", JO.id)
    ]


def test_a_name_that_left_together_with_an_id_is_told() -> None:
    called_joe = replace(JO_PHONE, name="Joe")
    assert happened(version(called_joe, 0, 4), version(JO, 0), pairs=(pair(0),)) == [
        (4, "renamed", JO.id),
        (4, "id changed", JO.id),
    ]
