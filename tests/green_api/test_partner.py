"""A partner's list as it may come."""

from __future__ import annotations

import json

import pytest

from workbook.errors import ContactsError, PartnerRefused, SenselessAnswer
from workbook.green_api import partner

ROW = {"idInstance": 1101000001, "name": "Shop", "apiTokenInstance": "token"}


def test_rows_that_are_no_instances_are_counted_and_left_out() -> None:
    rows = [ROW, {**ROW, "idInstance": "x"}, {**ROW, "apiTokenInstance": ""}, 7, None]
    found, skipped = partner.offered(json.dumps(rows).encode(), "")
    assert [each.id_instance for each in found] == ["1101000001"]
    assert skipped == {"not an instance": 4}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b'{"code":401,"description":"Unauthorized"}', PartnerRefused),
        (b'{"code":500}', SenselessAnswer),
        (b"<html>", SenselessAnswer),
        (b"", SenselessAnswer),
    ],
)
def test_a_body_that_is_no_list_is_an_error(body: bytes, error: type[ContactsError]) -> None:
    with pytest.raises(error):
        partner.offered(body, "")
