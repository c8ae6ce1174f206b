"""A column that we wrote once is ours as long as it holds what we write there, and no longer."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.contacts.changes import Kind
from workbook.contacts.columns import BASIC, COLUMNS, Origin, Seen, build
from workbook.contacts.contact import Contact
from workbook.merge.column_ownership import lost_columns
from workbook.merge.model import ExistingTable

ANN = "4915100000001@c.us"
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
OURS = {*COLUMNS}
UNTOLD = {"account", "label"}  # an alias may be any text; a label needs the names beside it


def test_every_column_but_the_basic_ones_can_be_told_from_one_of_the_users() -> None:
    for title in OURS - {*BASIC}:
        texts = column(title, "my note, surely", "my note, surely")
        assert (title in lost_columns(texts, {title})) is (title not in UNTOLD), title


def column(title: str, *texts: str) -> ExistingTable:
    return ExistingTable(("id", "name", title), [(ANN, "Ann", text) for text in texts])


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("status", "call her in spring"),
        ("status", "new"),
        ("status", "new 2026-11-20 call her"),
        ("phone", "call after 5"),
        ("phone", "0151 00000001"),
        ("country", "beautiful"),
        ("link", "https://example.com"),
        ("saved", "maybe"),
        ("label", "VIP"),
        ("idKind", "nice"),
        ("fetched", "yesterday"),
        ("firstSeen", "at school"),
        ("firstSeen", "2026-01-01 call back"),
        ("phone", "+4915100000001 call after 5"),
        ("link", "https://wa.me/4915100000001 old"),
        ("lastSeen", "2026"),
    ],
)
def test_a_column_with_texts_of_the_users_is_his(title: str, text: str) -> None:
    there = ExistingTable(
        ("id", "name", "contactName", title), [(ANN, "Ann", "", each) for each in ("", text)]
    )
    assert lost_columns(there, {title}) == {title}


def test_one_cell_that_was_typed_over_does_not_make_it_his() -> None:
    there = column("status", "new 2026-11-20", "back 2026-11-21", "call her")
    assert lost_columns(there, {"status"}) == frozenset()


@pytest.mark.parametrize(
    ("title", "text"),
    [("firstSeen", "2026-11-20 09:00:00 +0000"), ("status", "not seen since 2026-11-20")],
)
def test_what_earlier_versions_wrote_is_ours(title: str, text: str) -> None:
    assert lost_columns(column(title, text), {title}) == frozenset()


def test_where_half_of_the_texts_are_his_the_column_is_his() -> None:
    assert lost_columns(column("saved", "yes", "maybe"), {"saved"}) == {"saved"}


def test_labels_without_the_names_they_were_made_from_are_ours() -> None:
    assert lost_columns(column("label", "Ann from work"), {"label"}) == frozenset()


@pytest.mark.parametrize(
    ("header", "row", "is_ours"),
    [
        ("id name contactName label", (ANN, "Ann", "", "Ann"), True),
        ("id name contactName label", (ANN, "", "Ann", "Ann"), True),
        ("id name contactName label", (ANN, "", "", "+4915100000001"), True),
        ("id name contactName label", (ANN, "Ann", "Anna", "Annie"), False),
        ("id name contactName label", (ANN, "", "", "+4915100000001 x"), False),
        ("id name contactName label", (ANN, "", "", ""), True),
        ("id name label", (ANN, "Ann", "Annie"), True),
        ("id contactName label", (ANN, "Ann", "Annie"), True),
        ("id status statusDate", (ANN, "new", "2026-11-20T09:00:00"), True),
        ("id status statusDate", (ANN, "friend", "2026-11-20T09:00:00"), False),
        ("id status statusDate", (ANN, "new", ""), False),
        ("id status", (ANN, "not seen since yesterday"), False),
        ("id saved", (ANN, "no"), True),
        ("id idKind", (ANN, "groups"), False),
        ("id country", (ANN, "Germany"), True),
        ("id country", (ANN, "at sea"), False),
        ("id phone", (ANN, ""), True),
        ("id phone", (ANN, "+1234"), False),
    ],
)
def test_one_text_tells_whose_its_column_is(
    header: str, row: tuple[str, ...], is_ours: bool
) -> None:
    titles = header.split()
    written = {*titles} - {*BASIC, "statusDate"}
    assert (lost_columns(ExistingTable(titles, [row]), written) == frozenset()) is is_ours


def test_a_row_without_an_id_makes_no_column_his() -> None:
    there = ExistingTable(("id", "phone"), [(" ", "call after 5"), (ANN, "+4915100000001")])
    assert lost_columns(there, {"phone"}) == frozenset()


def test_the_four_columns_stay_ours_whatever_stands_in_them() -> None:
    assert lost_columns(column("type", "friend"), {"id", "name", "type"}) == frozenset()


@given(
    st.builds(
        Contact,
        id=st.sampled_from([ANN, "100000000000001@lid", "120363000000000001@g.us", "me"]),
        name=st.text(max_size=8),
        contact_name=st.text(max_size=8),
        type=st.sampled_from(["user", "group"]),
    ),
    st.sampled_from(["", *Kind]),
    st.sampled_from([(*COLUMNS,), (*(title for title in COLUMNS if title != "statusDate"),)]),
)
def test_whatever_we_write_is_ours(contact: Contact, status: str, header: tuple[str, ...]) -> None:
    then = "2026-11-20T09:00:00+00:00"
    origin = Origin("shop", NOON, lambda _: Seen(then, then, status, status and then))
    rows = build([contact], origin, header)
    assert lost_columns(ExistingTable(header, [*rows.rows]), OURS & {*header}) == frozenset()
