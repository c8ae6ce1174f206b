"""Columns of times in an update: dates for filters and charts, whatever stood there before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from tests.ooxml.update_files import ANN, BOB, NOON, book, contact, parts, replaced
from workbook.contacts.columns import BASIC, Origin, Seen
from workbook.contacts.contact import Contact
from workbook.merge.model import Incoming, TableMemory, UpdateReport
from workbook.ooxml.workbook_file import opened, update

HEADER = (*BASIC, "firstSeen", "fetched", "notes")
FIRST = "2026-09-01T10:15:07+00:00"
OLD = "2026-09-01 10:15:07 +0000"
SHOWN = datetime(2026, 9, 1, 10, 15, 7)
MEMORY = TableMemory(owner="work", written=HEADER[4:6])


def line(person: Contact, first: object, fetched: object) -> tuple[object, ...]:
    return (person.id, person.name, None, "user", first, fetched, "mine")


def timed(data: bytes, *people: Contact, at: datetime = NOON) -> tuple[bytes, UpdateReport]:
    origin, out = Origin("work", at, lambda _: Seen(FIRST, FIRST)), BytesIO()
    report = update(opened(BytesIO(data)), out, Incoming(people, origin), MEMORY)
    return out.getvalue(), report


def cells(data: bytes, row: int) -> Sequence[Cell | MergedCell]:
    return load_workbook(BytesIO(data))["Contacts"][row][4:6]


def test_texts_of_before_become_dates_with_the_next_change() -> None:
    there = book([line(ANN, OLD, OLD)], HEADER)
    after, report = timed(there, ANN, BOB)
    assert report.changed == 0
    for row in (2, 3):
        first, fetched = cells(after, row)
        assert (first.value, fetched.value) == (SHOWN, NOON.replace(tzinfo=None))
        assert first.number_format == fetched.number_format == "yyyy-mm-dd hh:mm"


def test_texts_of_before_are_no_reason_to_write() -> None:
    there = book([line(ANN, OLD, OLD)], HEADER)
    after, report = timed(there, ANN)
    assert not report.written
    assert after == there


def test_a_date_is_the_same_to_the_second() -> None:
    there, _ = timed(book([line(ANN, OLD, OLD)], HEADER), ANN, BOB)
    again, report = timed(there, ANN, BOB, at=datetime(2026, 12, 1, tzinfo=UTC))
    assert not report.written
    assert again == there


def test_a_date_that_differs_is_written() -> None:
    there = book([line(ANN, datetime(2026, 8, 1), None)], HEADER)
    after, report = timed(there, ANN)
    assert report.changed == 1
    assert cells(after, 2)[0].value == SHOWN


def test_a_book_that_counts_from_1904_gets_dates_of_its_own() -> None:
    there = load_workbook(BytesIO(book([line(ANN, "", "")], HEADER)))
    there.epoch = CALENDAR_MAC_1904
    stream = BytesIO()
    there.save(stream)
    after, _ = timed(stream.getvalue(), ANN, BOB)
    assert [cell.value for cell in cells(after, 3)] == [SHOWN, NOON.replace(tzinfo=None)]
    assert not timed(after, ANN, BOB)[1].written


@pytest.mark.parametrize("chosen", ["DD.MM.YYYY", "mmm yy"])
def test_a_format_that_the_user_chose_stays(chosen: str) -> None:
    def dress(sheet: object) -> None:
        sheet["E2"].number_format = chosen  # type: ignore[index]

    after, _ = timed(book([line(ANN, OLD, OLD)], HEADER, dress=dress), ANN, BOB)
    first, fetched = cells(after, 2)
    assert (first.number_format, fetched.number_format) == (chosen, "yyyy-mm-dd hh:mm")


def test_formats_for_dates_are_added_once() -> None:
    people = [contact(number, f"P{number}") for number in range(4, 30)]
    before = book([line(ANN, OLD, OLD)], HEADER)
    after, _ = timed(before, ANN, *people)
    styles = parts(after)["xl/styles.xml"]
    assert styles.count(b"<numFmt ") == 1
    assert styles.count(b"<xf ") == parts(before)["xl/styles.xml"].count(b"<xf ") + 1


def test_the_rest_of_a_books_styles_stays() -> None:
    note = '<numFmts count="1"><numFmt numFmtId="164" formatCode="0.000"/></numFmts><fonts'
    there = replaced(
        book([line(ANN, OLD, OLD)], HEADER),
        {
            "xl/styles.xml": lambda text: text.replace('<numFmts count="0"/>', "").replace(
                "<fonts", note, 1
            )
        },
    )
    after, _ = timed(there, ANN, BOB)
    styles = parts(after)["xl/styles.xml"]
    assert b'numFmtId="164" formatCode="0.000"' in styles
    assert b'numFmtId="165" formatCode="yyyy-mm-dd hh:mm"' in styles
