"""Who is left out, by what a line names."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts import exclusion
from workbook.contacts.contact import Contact
from workbook.contacts.exclusion import Exclusion
from workbook.contacts.identity import GROUP, Pair
from workbook.errors import WrongUsage

ANN, BEN = "12025550101@c.us", "12025550102@c.us"
LID, OTHER_LID = "102388094480549@lid", "102388094480999@lid"
CLUB = "120363043968066561@g.us"
MAX = Contact("10000001", phone_number="12025550101")  # as MAX and Telegram tell Ann's phone
PEOPLE = [*map(Contact, (ANN, BEN, LID, OTHER_LID, CLUB, "10000002")), MAX]


def named(excluded: Exclusion) -> list[str]:
    return [contact.id for contact in PEOPLE if excluded.names(contact)]


@pytest.mark.parametrize(
    ("line", "ids"),
    [
        (ANN, [ANN, MAX.id]),
        (" 12025550101:3@S.whatsapp.net", [ANN, MAX.id]),
        ("+1 202-555-0101", [ANN, MAX.id]),
        (f"{LID}\n", [LID]),
        (CLUB, [CLUB]),
    ],
)
def test_a_line_names_a_person_under_the_id_and_the_phone(line: str, ids: list[str]) -> None:
    assert named(exclusion.of([(1, line)])) == ids


def test_lines_name_all_whom_one_of_them_names() -> None:
    assert named(exclusion.of([(1, BEN), (2, CLUB), (3, "+12025550102")])) == [BEN, CLUB]
    assert named(exclusion.of([])) == []


def test_a_number_of_ones_own_country_needs_the_country() -> None:
    assert named(exclusion.of([(1, "(202) 555-0101")], "us")) == [ANN, MAX.id]
    assert named(exclusion.of([(1, "(202) 555-0101")])) == []


def test_a_mobile_phone_of_brazil_is_named_in_both_of_its_forms() -> None:
    excluded = exclusion.of([(1, "+55 31 98765-4321")])
    assert excluded.names(Contact("553187654321@c.us"))
    assert excluded.names(Contact("5531987654321@c.us"))


def test_every_id_of_a_person_is_named_and_nobody_elses() -> None:
    day = datetime(2026, 11, 27, tzinfo=UTC)
    pairs = [Pair(LID, ANN, GROUP, day), Pair(OTHER_LID, BEN, GROUP, day)]
    for line in (ANN, LID, "+12025550101"):
        excluded = exclusion.of([(1, line)]).with_pairs(pairs)
        assert {ANN, LID} <= {*named(excluded)} <= {ANN, LID, MAX.id}
    assert named(exclusion.of([(1, CLUB)]).with_pairs(pairs)) == [CLUB]


@pytest.mark.parametrize("text", ["somebody", "", "12", "status@broadcast"])
def test_a_text_that_means_nobody_is_refused_with_its_line(text: str) -> None:
    with pytest.raises(WrongUsage, match=f'Line 7 names nobody: "{text}"'):
        exclusion.of([(3, ANN), (7, text)])


@given(st.text("+1234567890 @c.uslid", max_size=20))
def test_who_has_no_phone_is_never_named_by_one(text: str) -> None:
    try:
        excluded = exclusion.of([(1, text)])
    except WrongUsage:
        return
    assert not excluded.names(Contact("nobody"))
