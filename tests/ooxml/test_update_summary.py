"""Our own sheet of numbers in a workbook that is brought up to date."""

from __future__ import annotations

import re
from collections import Counter
from io import BytesIO
from pathlib import Path
from xml.etree.ElementTree import canonicalize

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.ooxml_validator import needs_validator, problems
from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    NOON,
    SHEET,
    TABLE,
    contact,
    fresh,
    packed,
    parts,
    read,
    replaced,
    saved,
    updated,
)
from workbook.contacts.columns import build
from workbook.contacts.contact import Contact
from workbook.contacts.summary import Numbers, Summary, Trend, summarize
from workbook.export import xlsx
from workbook.merge.model import Arrival, TableMemory
from workbook.ooxml.workbook_file import opened, update_all

SUMMARY = "xl/worksheets/sheet2.xml"
CHARTS = {"xl/charts/chart1.xml", "xl/charts/chart2.xml"}
GERD = Contact("4915100000001@c.us", "Gerd", "Gerd from work", "user")
CLUB = Contact("120363000000000001@g.us", "Club", "", "group")
PAGE = Contact("1@newsletter", "News", "", "newsletter")


def ours(*people: Contact) -> bytes:
    """Return a workbook as `getcontacts export` makes it."""
    came = fresh(*people)
    out = BytesIO()
    table = build(people, came.origin)
    xlsx.write(table, out, summary=summarize(people, came.origin), when=NOON)
    return out.getvalue()


DRAWN = ours(ANN, GERD, CLUB)  # with two bars in each chart


def edited(data: bytes, change: str, value: str) -> bytes:
    book = load_workbook(BytesIO(data))
    sheet = book["Summary"]
    assert isinstance(sheet, Worksheet)
    sheet[change] = value
    return saved(book)


def numbers(data: bytes) -> dict[str, str]:
    return {label: count for label, count, *_ in read(data, "Summary") if label}


def test_it_gets_the_numbers_of_now() -> None:
    after, _ = updated(ours(ANN, BOB), ANN, BOB, EVE, GERD, CLUB)
    assert read(after, "Summary") == read(ours(ANN, BOB, EVE, GERD, CLUB), "Summary")


def test_the_charts_show_the_new_rows_and_values() -> None:
    after = parts(updated(DRAWN, ANN, BOB, GERD, CLUB)[0])
    made = parts(ours(ANN, BOB, GERD, CLUB))
    for chart in CHARTS:
        before = parts(DRAWN)[chart].decode()
        assert (
            after[chart].decode().partition("<chartSpace")[2] != before.partition("<chartSpace")[2]
        )
        assert (
            after[chart].decode().partition("<chartSpace")[2]
            == made[chart].decode().partition("<chartSpace")[2]
        )


WAS = Trend(Numbers(), Numbers(), (("2026-11-22", 1), ("2026-11-23", 2)), new=(("Bob", NOON),))
IS = Trend(
    Numbers(Counter(user=1)),
    Numbers(Counter(user=2)),
    (("2026-11-22", 1), ("2026-11-23", 2), ("2026-11-24", 3)),
    new=(("=", NOON), ("Bob", NOON)),
    gone=(("Eve", NOON),),
)


def with_past(trend: Trend, *people: Contact) -> bytes:
    came, out = fresh(*people), BytesIO()
    summary = summarize(people, came.origin, trend)
    xlsx.write(build(people, came.origin), out, summary=summary, when=NOON)
    return out.getvalue()


def brought(data: bytes, *people: Contact) -> bytes:
    """Return the workbook brought up to date where more is known of the past than the list."""
    came, out = fresh(*people), BytesIO()
    arrivals = [Arrival(came)]

    def told(past: bool) -> Summary:
        return summarize(people, came.origin, IS if past else None)

    update_all(opened(BytesIO(data)), out, arrivals, summary=told)
    return out.getvalue()


def test_what_it_tells_of_the_past_is_brought_up_to_date_with_its_looks() -> None:
    after = brought(with_past(WAS, ANN, GERD), ANN, GERD, EVE)
    made = with_past(IS, ANN, GERD, EVE)
    assert read(after, "Summary") == read(made, "Summary")
    like = load_workbook(BytesIO(made))["Summary"]
    for line in load_workbook(BytesIO(after))["Summary"].iter_rows(max_col=4):
        for cell in line:
            assert cell.number_format == like[cell.coordinate].number_format
            assert cell.font.b == like[cell.coordinate].font.b
    chart = "xl/charts/chart1.xml"
    assert canonicalize(parts(after)[chart]) == canonicalize(parts(made)[chart])


def test_a_sheet_that_tells_no_past_is_not_made_wider() -> None:
    after = brought(DRAWN, ANN, GERD, CLUB, EVE)
    assert read(after, "Summary") == read(ours(ANN, GERD, CLUB, EVE), "Summary")


def test_a_new_type_moves_the_blocks_below_with_their_looks() -> None:
    after, _ = updated(ours(ANN, BOB), ANN, BOB, PAGE)
    made = load_workbook(BytesIO(ours(ANN, BOB, PAGE)))["Summary"]
    for line in load_workbook(BytesIO(after))["Summary"].iter_rows(max_col=2):
        for cell in line:
            like = made[cell.coordinate]
            assert (cell.value, cell.number_format) == (like.value, like.number_format)
            assert cell.font.b == like.font.b


def test_rows_that_are_too_many_now_are_blank() -> None:
    after, _ = updated(ours(ANN, GERD, PAGE), Contact(ANN.id, "Anna", "", "user"))
    assert "Germany" not in numbers(after)
    assert numbers(after)["Contacts"] == "1"


def test_nothing_else_is_touched() -> None:
    after, _ = updated(DRAWN, ANN, BOB, GERD, CLUB)
    changed = {SHEET, TABLE, SUMMARY, *CHARTS}
    assert [m for m in packed(after) if m.name not in changed] == [
        m for m in packed(DRAWN) if m.name not in changed
    ]


def test_an_unchanged_list_leaves_even_its_time() -> None:
    assert updated(ours(ANN, BOB), ANN, BOB)[0] == ours(ANN, BOB)


def test_a_sheet_that_was_rearranged_is_left_and_told() -> None:
    for change, value in (("A6", "Sorts"), ("B7", "=1+1"), ("A5", "my line"), ("A8", "=A7")):
        before = edited(ours(ANN, BOB), change, value)
        after, report = updated(before, ANN, BOB, EVE)
        assert parts(after)[SUMMARY] == parts(before)[SUMMARY]
        assert '"Summary" was rearranged' in report.notices[0]


def test_what_the_user_wrote_beside_the_numbers_stays() -> None:
    before = edited(ours(ANN, BOB), "C7", "more than last year")
    after, _ = updated(before, ANN, BOB, EVE)
    assert load_workbook(BytesIO(after))["Summary"]["C7"].value == "more than last year"
    assert numbers(after)["Contacts"] == "3"


@pytest.mark.parametrize(("cell", "value"), [("A1", "My numbers"), ("B2", "home")])
def test_a_sheet_that_is_not_ours_or_of_another_account_is_left(cell: str, value: str) -> None:
    before = edited(ours(ANN, BOB), cell, value)
    after, report = updated(before, ANN, BOB, EVE)
    assert parts(after)[SUMMARY] == parts(before)[SUMMARY]
    assert report.notices == ()


@pytest.mark.parametrize("cells", ["Orders!$C$7:$C$8", "Orders!$B$7:$B$8", "'Summary'!$C$7:$C$8"])
def test_a_chart_of_the_users_on_our_sheet_is_left(cells: str) -> None:
    own = {"xl/charts/chart1.xml": lambda text: text.replace("'Summary'!$B$7:$B$8", cells)}
    before = replaced(DRAWN, own)
    assert cells in parts(before)["xl/charts/chart1.xml"].decode()
    after, _ = updated(before, ANN, GERD, CLUB, PAGE)
    assert cells in parts(after)["xl/charts/chart1.xml"].decode()


def test_a_chart_that_shows_the_numbers_of_now_is_not_written_anew() -> None:
    after, _ = updated(DRAWN, ANN, BOB, GERD, CLUB)
    changed = {name for name in CHARTS if parts(after)[name] != parts(DRAWN)[name]}
    again, report = updated(after, ANN, BOB, contact(5, "Gerd"), CLUB)
    assert changed == CHARTS
    assert report.written
    assert parts(again)["xl/charts/chart1.xml"] == parts(after)["xl/charts/chart1.xml"]


@pytest.mark.parametrize("kept", ["nothing", "<((str|num)Cache)>.*?</\\1>"])
def test_nor_is_one_without_copies_of_values(kept: str) -> None:
    strip = dict.fromkeys(CHARTS, lambda text: re.sub(kept, "", text))
    before = replaced(DRAWN, strip)
    assert b"$A$16:$A$17<" in parts(before)["xl/charts/chart2.xml"]
    after, report = updated(before, contact(2, "Bobby"), GERD, CLUB)
    assert report.written
    assert [parts(after)[name] for name in CHARTS] == [parts(before)[name] for name in CHARTS]


def test_charts_of_the_users_show_the_cells_that_they_showed() -> None:
    own = {
        "xl/charts/chart1.xml": lambda text: text.replace("$A$7", "$A$4").replace("$B$7", "$B$4")
    }
    before = replaced(DRAWN, own)
    after, _ = updated(before, ANN, GERD, CLUB, EVE)
    for cells in (b"$A$4:$A$8", b"$B$4:$B$8"):
        assert cells in parts(before)["xl/charts/chart1.xml"]
        assert cells in parts(after)["xl/charts/chart1.xml"]


@needs_validator
def test_microsofts_validator_finds_nothing_in_it(tmp_path: Path) -> None:
    after, _ = updated(ours(ANN, BOB), ANN, BOB, GERD, CLUB, PAGE)
    (tmp_path / "after.xlsx").write_bytes(after)
    assert problems(tmp_path / "after.xlsx") == []


def test_one_of_our_own_workbooks_is_updated_with_all_its_looks() -> None:
    after, report = updated(ours(ANN, BOB), ANN, BOB, GERD, memory=TableMemory(owner="work"))
    assert read(after) == read(ours(ANN, BOB, GERD))
    assert '<ignoredError sqref="A1:D4"' in parts(after)[SHEET].decode()
    assert report.notices == ()
