"""Times as text and as the numbers of date cells."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904, WINDOWS_EPOCH, from_excel

from workbook.contacts import times

SECONDS = st.datetimes(datetime(1904, 1, 2), datetime(9999, 1, 1)).map(
    lambda moment: moment.replace(microsecond=0)
)


@given(SECONDS, st.booleans())
def test_a_time_comes_back_from_a_cell_to_the_second(moment: datetime, since_1904: bool) -> None:
    number = times.serial(moment.isoformat(), since_1904=since_1904)
    assert times.of_serial(repr(number), since_1904=since_1904) == moment.isoformat()


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.booleans())
def test_a_number_means_to_others_what_it_means_to_us(moment: datetime, since_1904: bool) -> None:
    number = times.serial(moment.isoformat(timespec="seconds"), since_1904=since_1904)
    read = from_excel(number, CALENDAR_MAC_1904 if since_1904 else WINDOWS_EPOCH)
    assert abs(read - moment) < timedelta(seconds=1.5)


def test_a_time_is_told_in_its_own_zone() -> None:
    berlin = timezone(timedelta(hours=1))
    moment = datetime(2026, 11, 20, 9, 15, 0, 999_999, UTC).astimezone(berlin)
    assert times.text_of(moment) == "2026-11-20T10:15:00+01:00"


@pytest.mark.parametrize(
    ("text", "in_a_cell"),
    [
        ("2026-11-20T10:15:00+01:00", "2026-11-20T10:15:00"),
        ("2026-11-20 10:15:00 +0100", "2026-11-20T10:15:00"),
        ("2026-11-20T10:15:00", "2026-11-20T10:15:00"),
        ("2026-11-20", "2026-11-20T00:00:00"),
        ("in spring", "in spring"),
        ("2026-11-20 in spring", "2026-11-20 in spring"),
        ("", ""),
    ],
)
def test_a_cell_has_no_room_for_an_offset(text: str, in_a_cell: str) -> None:
    assert times.wall(text) == in_a_cell


@pytest.mark.parametrize(
    "text",
    [
        "",
        "in spring",
        "2026-02-30",
        "2026-11-20T25:00:00",
        "2026-11-20T10:15",
        "2026-11-20T10:15:00.5",
        "=NOW()",
    ],
)
def test_a_text_that_is_no_time_has_no_number(text: str) -> None:
    assert times.parsed(text) is None
    assert times.serial(text) is None


@pytest.mark.parametrize("number", ["", "soon", "nan", "inf", "1e300", "-1e9"])
def test_a_number_that_is_no_time_stays_as_it_is(number: str) -> None:
    assert times.of_serial(number) == number


def test_days_are_counted_from_the_end_of_1899_unless_the_workbook_says_1904() -> None:
    assert (times.serial("1900-01-01"), times.serial("1904-01-02", since_1904=True)) == (2.0, 1.0)
    assert times.of_serial("2") == "1900-01-01T00:00:00"
    assert times.of_serial("1", since_1904=True) == "1904-01-02T00:00:00"


def test_a_spreadsheets_time_is_rounded_to_the_second() -> None:
    assert times.of_cell(datetime(2026, 11, 20, 9, 59, 59, 999_995)) == "2026-11-20T10:00:00"
    assert times.of_cell(datetime(2026, 11, 20, 9, 59, 59, 500_000)) == "2026-11-20T10:00:00"
    assert times.of_cell(datetime(2026, 11, 20, 9, 59, 59, 499_999)) == "2026-11-20T09:59:59"
