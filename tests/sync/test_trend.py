"""How the list of an account changed, for the Summary."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.store.lists import ANNA, BEN, CLUB, INSTANCE, JO, JO_PHONE, came, crowd, day
from workbook.contacts.contact import Contact
from workbook.contacts.identity import GROUP, Pair
from workbook.contacts.summary import Numbers, Trend, numbers
from workbook.store import database, pairs
from workbook.sync.trend import POINTS, Course, trend_of


def trend(now: float, before: float | None, total: int, history_days: int = 0) -> Trend:
    last = None if before is None else day(before)
    return trend_of([Course(INSTANCE, day(now), last, total)], history_days)


def test_a_first_list_has_no_past() -> None:
    came(0, ANNA, BEN)
    told = trend(0, None, 2)
    assert (told.last, told.month, told.new) == (None, None, ())
    assert told.growth == (("2026-09-01", 2),)


def test_counts_are_compared_with_the_list_before_and_that_of_a_month_ago() -> None:
    came(0, ANNA)
    came(40, ANNA, BEN)
    came(41, ANNA, BEN, CLUB)
    told = trend(41, 40, 3)
    assert told.last is not None
    assert told.month is not None
    assert (told.last.total, told.last.types["group"], told.last.people) == (1, 1, 0)
    assert (told.month.total, told.month.countries["Germany"]) == (2, 1)


def test_somebody_who_was_saved_is_no_newcomer() -> None:
    came(0, ANNA, BEN)
    came(1, ANNA, replace(BEN, contact_name="Ben Ott"))
    told = trend(1, 0, 2)
    assert told.last is not None
    assert (told.last.total, told.last.saved, told.last.people) == (0, 1, 0)


def test_a_number_that_was_revealed_is_the_same_person() -> None:
    came(0, ANNA, JO)
    pairs.keep(INSTANCE, [Pair(JO.id, JO_PHONE.id, GROUP, day(1))])
    came(1, ANNA, JO, JO_PHONE)
    told = trend(1, 0, 2).last
    assert told is not None
    assert (told.total, told.people) == (0, 0)


def test_growth_ends_with_the_list_and_skips_what_an_older_list_did_not_know() -> None:
    for number in range(5):
        came(number, *crowd(10 + number))
    assert trend(4, 3, 14).growth == (
        ("2026-09-01", 10),
        ("2026-09-02", 11),
        ("2026-09-03", 12),
        ("2026-09-04", 13),
        ("2026-09-05", 14),
    )
    assert trend(4, 3, 14, history_days=2).growth[0] == ("2026-09-03", 12)


def test_growth_has_few_points_however_long_it_goes_back() -> None:
    came(0, ANNA)
    came(300, ANNA, BEN)
    growth = trend(300, 0, 2).growth
    assert len(growth) <= POINTS
    assert (growth[0][1], growth[-1]) == (1, (f"{day(300):%Y-%m-%d}", 2))


def test_the_newest_names_come_first_and_ten_at_most() -> None:
    came(0, ANNA)
    came(1, ANNA, *crowd(12))
    came(2, ANNA, *crowd(12), BEN)
    told = trend(2, 1, 14)
    assert (told.new[0], len(told.new)) == (("Ben", day(2)), 10)


def test_who_was_renamed_is_told_with_both_names() -> None:
    came(0, ANNA, BEN)
    came(1, ANNA, replace(BEN, name="Benny"))
    assert trend(1, 0, 2).renamed == (("Ben → Benny", day(1)),)


def test_who_is_gone_is_told_with_the_last_time_and_who_is_back_is_not() -> None:
    came(0, ANNA, BEN, CLUB)
    came(1, ANNA)
    came(2, ANNA, BEN)
    assert trend(2, 1, 2).gone == (("Club", day(0)),)


def test_what_is_older_than_a_month_is_no_news() -> None:
    came(0, ANNA)
    came(1, ANNA, BEN)
    came(40, ANNA, BEN, CLUB)
    assert [name for name, _ in trend(40, 1, 3).new] == ["Club"]


def test_where_the_same_bytes_are_wanted_the_list_alone_is_told_of(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    came(0, ANNA)
    came(1, ANNA, BEN)
    assert trend(1, 0, 2) == Trend(growth=(("2023-11-14", 2),))


ids = st.sampled_from([f"49151000000{n:02}@c.us" for n in range(6)])
listed = st.dictionaries(ids, st.sampled_from(["", "A", "B"]), min_size=1).map(
    lambda rows: [Contact(id_, "n", name, "user") for id_, name in sorted(rows.items())]
)


@limits(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(listed, min_size=2, max_size=5))
def test_changes_add_up_to_the_difference_of_the_lists(lists: list[list[Contact]]) -> None:
    database.path().unlink(missing_ok=True)
    for number, rows in enumerate(lists):
        came(number, *rows)
    told = trend(len(lists) - 1, len(lists) - 2, len(lists[-1]))
    for step, then in ((told.last, lists[-2]), (told.month, lists[0])):
        expected = Numbers()
        expected.change(lists[-1], then)
        assert step is not None
        assert (+step.types, step.saved, step.people) == (
            +expected.types, expected.saved, expected.people,
        )  # fmt: skip
    assert told.growth[0][1] == len(lists[0])
    assert numbers(lists[-1]).total == told.growth[-1][1]


def test_a_month_is_thirty_days() -> None:
    came(0, ANNA)
    came(5, ANNA, BEN)
    came(35.5, ANNA, BEN, CLUB)
    month = trend(35.5, 5, 3).month
    assert month is not None
    assert month.total == 1
    assert day(35.5) - timedelta(days=30) > day(5)


def test_several_accounts_are_told_together_each_from_its_first_list_on() -> None:
    for number, people in ((0, [ANNA]), (2, [ANNA, BEN])):
        came(number, *people)
    came(1, CLUB, instance="2")
    came(3, CLUB, JO, instance="2")
    courses = [Course(INSTANCE, day(2), day(0), 2), Course("2", day(3), day(1), 2)]
    told = trend_of(courses)
    assert [count for _, count in told.growth] == [1, 2, 3, 4]
    assert told.last is not None
    assert (told.last.total, told.last.people) == (2, 2)
    assert [name for name, _ in told.new] == ["Jo", "Ben"]
