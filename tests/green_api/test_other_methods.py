"""What the methods beside getContacts answer."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbook.errors import MethodRefused, SenselessAnswer
from workbook.green_api.other_methods import Checked, GroupData, InstanceSettings, Member, decode


@pytest.mark.parametrize(
    ("body", "hidden"),
    [
        (b'{"enableLidMode":"yes"}', True),
        (b'{"enableLidMode":"no","wid":"1@c.us"}', False),
        (b"{}", False),
    ],
)
def test_settings_tell_whether_numbers_are_hidden(body: bytes, hidden: bool) -> None:
    assert decode(body, InstanceSettings).hides_numbers is hidden


def test_a_member_has_two_ids_or_one() -> None:
    body = (
        b'{"participants":[{"id":"1@c.us","lid":"2@lid","isAdmin":true},{"id":"3@lid","lid":null}]}'
    )
    members = decode(body, GroupData).participants
    assert members == [Member("1@c.us", "2@lid", is_admin=True), Member("3@lid")]
    assert [each.is_admin for each in members] == [True, False]
    assert not any(each.is_super_admin for each in members)


def test_a_refusal_is_told_by_its_word_and_no_other_text_is() -> None:
    with pytest.raises(MethodRefused, match="the word forbidden"):
        decode(b'"Error: forbidden"', GroupData)
    with pytest.raises(SenselessAnswer, match="fields of this method"):
        decode(b'"Error: token 123 at /waInstance1"', GroupData)


@pytest.mark.parametrize(
    ("number", "phone_id"),
    [('"4915100000001@c.us"', "4915100000001@c.us"), ("4915100000001", "4915100000001@c.us"),
     ('""', ""), ("0", ""), ("null", "")],
)  # fmt: skip
def test_a_checked_number_is_spelled_as_text_or_number(number: str, phone_id: str) -> None:
    assert decode(f'{{"phoneNumber":{number}}}'.encode(), Checked).phone_id == phone_id


@pytest.mark.parametrize(
    "body", [b'"Error: forbidden"', b"null", b"[]", b"", b"<html>", b"[" * 9999]
)
def test_an_answer_of_another_shape_makes_no_sense(body: bytes) -> None:
    for shape in (InstanceSettings, GroupData, Checked):
        with pytest.raises(SenselessAnswer):
            decode(body, shape)


@given(st.binary())
def test_any_bytes_are_an_answer_or_make_no_sense(body: bytes) -> None:
    with suppress(SenselessAnswer):
        assert isinstance(decode(body, GroupData), GroupData)
