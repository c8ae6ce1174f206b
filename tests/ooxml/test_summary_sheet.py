"""The sheet Summary brought up to date by itself: what is written, what is left, what is told."""

from __future__ import annotations

import re
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.ooxml.small_files import arrows
from tests.ooxml.test_update_summary import (
    CLUB,
    DRAWN,
    GERD,
    IS,
    PAGE,
    SUMMARY,
    WAS,
    ours,
    with_past,
)
from tests.ooxml.test_update_summary_accounts import PROBLEM, made, several
from tests.ooxml.update_files import ANN, BOB, EVE, fresh, parts, replaced
from workbook.contacts.contact import Contact
from workbook.contacts.summary import Summary, Trend, summarize
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.package import Package
from workbook.ooxml.reading import texts_of
from workbook.ooxml.summary import OTHERS, REARRANGED, tells_otherwise, update_summary
from workbook.ooxml.worksheet import Grid

ONE, TWO = ours(ANN, BOB), made(work=[ANN], home=[BOB])
PEOPLE = [ANN, BOB, EVE]
RELS = "xl/worksheets/_rels/sheet2.xml.rels"


def package(data: bytes) -> Package:
    return Package(BytesIO(data))


def texts(there: Package) -> Texts:
    return texts_of(there, Grid(there.read(SUMMARY), SUMMARY))


def alone(account: str = "work", trend: Trend | None = None) -> Summary:
    return summarize(PEOPLE, fresh(*PEOPLE, account=account).origin, trend)


def together(**lists: list[Contact]) -> Summary:
    whole = several(**lists)
    return summarize(whole, whole.origin)


def update(there: Package, now: Summary, *former: str) -> list[str]:
    return update_summary(there, texts(there), lambda _: now, former)


def cell(there: Package, name: str) -> str:
    """Return a cell of the sheet as the file has it, "" where it has none."""
    found = re.search(rf'<c r="{name}".*?(/>|</c>)', there.read(SUMMARY).decode())
    return found[0] if found else ""


def changed(data: bytes, before: str, after: str) -> bytes:
    """Return a workbook with other bytes on our sheet."""
    assert before in parts(data)[SUMMARY].decode()
    return replaced(data, {SUMMARY: lambda text: text.replace(before, after)})


def test_the_numbers_of_now_are_put_into_our_sheet() -> None:
    there = package(ONE)
    assert update(there, alone()) == []
    assert there.is_edited(SUMMARY)
    assert "<v>3</v>" in cell(there, "B4")


def test_a_workbook_without_our_sheet_is_left() -> None:
    there = package(replaced(ONE, {"xl/workbook.xml": lambda t: t.replace('"Summary"', '"Sum"')}))
    assert update(there, alone()) == []
    assert not there.is_edited(SUMMARY)


@pytest.mark.parametrize(("data", "past"), [(ONE, False), (with_past(WAS, ANN, GERD), True)])
def test_the_past_is_asked_for_where_the_sheet_tells_it(data: bytes, past: bool) -> None:
    asked: list[bool] = []

    def told(of_past: bool) -> Summary:
        asked.append(of_past)
        return alone(trend=IS if of_past else None)

    there = package(data)
    assert update_summary(there, texts(there), told) == []
    assert asked == [past]


def test_numbers_of_another_account_are_left_without_a_word() -> None:
    there = package(ONE)
    assert update(there, alone("home")) == []
    assert not there.is_edited(SUMMARY)


@pytest.mark.parametrize("former", [("work",), ("lima", "work")])
def test_those_of_an_account_that_was_renamed_are_brought_up_to_date(former: tuple[str]) -> None:
    there = package(ONE)
    assert update(there, alone("home"), *former) == []
    assert "home" in cell(there, "B2")


def test_numbers_of_more_accounts_than_came_are_left_and_told() -> None:
    there = package(TWO)
    assert update(there, together(work=[ANN, EVE])) == [OTHERS]
    assert not there.is_edited(SUMMARY)
    assert update(there, together(work=[ANN, EVE], casa=[BOB]), "home") == []
    assert there.is_edited(SUMMARY)


def test_a_sheet_that_is_not_in_our_order_is_left_and_told() -> None:
    there = package(changed(ONE, '<c r="B8" s="7"><v>0</v>', '<c r="B8" s="7"><f>1</f>'))
    assert update(there, alone()) == [REARRANGED]
    assert not tells_otherwise(there, texts(there), {"work": "lost"})
    assert not there.is_edited(SUMMARY)


@pytest.mark.parametrize(("end", "fits"), [(1_048_570, True), (1_048_571, False)])
def test_lines_that_would_come_below_the_last_row_are_not_written(end: int, fits: bool) -> None:
    anchor = f"<a><from><col>7</col><row>1</row></from><to><row>{end}</row></to></a>"
    arrow = arrows(("drawing", "/d.xml"))
    there = package(replaced(ONE, {RELS: lambda _: arrow, "d.xml": lambda _: f"<d>{anchor}</d>"}))
    told = update(there, together(work=[ANN], home=[BOB]))
    assert told == ([] if fits else [REARRANGED])
    assert there.is_edited(SUMMARY) is fits
    assert (cell(there, "A1048576") != "") is fits


def test_lines_begin_below_what_the_user_wrote_beside_them() -> None:
    mine = '<row r="20"><c r="F20"><v>1</v></c></row></sheetData>'
    there = package(changed(ONE, "</sheetData>", mine))
    assert update(there, together(work=[ANN], home=[BOB])) == []
    assert "By account" in cell(there, "A22")
    assert "<v>1</v>" in cell(there, "F20")


def test_what_was_longer_before_is_blank_and_lines_that_stay_keep_their_looks() -> None:
    there = package(TWO)
    assert update(there, together(work=[ANN, EVE], home=[BOB])) == []
    assert cell(there, "B19") == '<c r="B19" s="7"><v>2</v></c>'
    assert cell(there, "H21") == '<c r="H21" s="11"/>'
    assert update(there, together(work=[ANN, EVE]), "home") == []
    assert [cell(there, f"{letter}21") for letter in "ABFH"] == [
        f'<c r="{letter}21"/>' for letter in "ABFH"
    ]


def test_what_stands_beside_the_numbers_stays() -> None:
    noted = '<c r="B7" s="7"><v>2</v></c><c r="C7"><v>9</v></c><c r="F7"><v>8</v></c>'
    there = package(changed(ONE, '<c r="B7" s="7"><v>2</v></c>', noted))
    assert update(there, alone()) == []
    assert [cell(there, name)[-12:] for name in ("B7", "C7", "F7")] == [
        f"<v>{number}</v></c>" for number in (3, 9, 8)
    ]


def looks(data: bytes) -> list[tuple[object, ...]]:
    """Return how the lines of accounts look, from left to right and from top to bottom."""
    rows = load_workbook(BytesIO(data))["Summary"].iter_rows(min_row=17, max_row=21, max_col=8)
    return [
        (each.font.b, each.border.bottom.style, each.number_format, repr(each.alignment))
        for row in rows
        for each in row
        if each.value is not None or each.border.bottom.style
    ]


def test_the_first_lines_of_accounts_look_as_in_a_new_workbook() -> None:
    there, out = package(ONE), BytesIO()
    update(there, together(work=[ANN], home=[BOB]))
    there.write(out)
    assert looks(out.getvalue()) == looks(TWO)
    assert len(looks(TWO)) > 20


def test_lines_that_move_look_like_the_first_line_and_heading_of_types() -> None:
    painted = with_past(WAS, ANN, GERD)
    for before, after in (("A8", 4), ("B8", 7), ("C8", 8), ("D7", 8), ("B4", 7), ("A10", 10)):
        painted = changed(painted, f'<c r="{before}" s="{after}"', f'<c r="{before}" s="1"')
    there, lists = package(painted), [ANN, GERD, PAGE]
    assert update(there, summarize(lists, fresh(*lists).origin, IS)) == []
    styles = [re.findall(r's="(\d+)"', cell(there, name)) for name in ("A9", "B9", "C9", "D9")]
    assert styles == [["4"], ["7"], ["8"], ["8"]]
    assert 's="10"' in cell(there, "A11")
    assert 's="1"' in cell(there, "B4")
    assert 's="5"' not in cell(there, "A10")


@pytest.mark.parametrize(
    ("before", "after"), [("A1:B16", "A1:H21"), ("J30:K31", "A1:K31"), ("B2:B50", "A1:H50")]
)
def test_the_range_that_the_sheet_states_holds_all_lines(before: str, after: str) -> None:
    there = package(changed(ONE, 'ref="A1:B16"', f'ref="{before}"'))
    update(there, together(work=[ANN], home=[BOB]))
    assert f'<dimension ref="{after}"/>' in there.read(SUMMARY).decode()


@pytest.mark.parametrize(
    ("data", "now", "width"),
    [
        (ONE, alone(), "3"),
        (ONE, together(work=[ANN], home=[BOB]), "12"),
        (TWO, together(work=[ANN], home=[BOB], lima=[EVE]), "3"),
    ],
)
def test_columns_are_made_wider_with_the_first_lines_of_accounts_alone(
    data: bytes, now: Summary, width: str
) -> None:
    there = package(
        replaced(data, {SUMMARY: lambda t: t.replace('max="5" width="12"', 'max="5" width="3"')})
    )
    assert update(there, now) == []
    assert f'<col min="5" max="5" width="{width}"' in there.read(SUMMARY).decode()


def test_a_chart_of_ours_shows_the_rows_of_now() -> None:
    there = package(DRAWN)
    lists = [ANN, GERD, CLUB, PAGE]
    update(there, summarize(lists, fresh(*lists).origin))
    assert b"$B$7:$B$9" in there.read("xl/charts/chart1.xml")


def test_a_problem_of_now_that_the_sheet_does_not_tell_is_noticed() -> None:
    there = package(TWO)
    known = texts(there)
    assert not tells_otherwise(there, known, {})
    assert not tells_otherwise(there, known, {"home": PROBLEM, "work": ""})
    assert not tells_otherwise(there, known, {"lima": "lost"})
    assert tells_otherwise(there, known, {"home": ""})
    assert tells_otherwise(there, known, {"lima": "lost", "work": "lost"})


def test_a_sheet_is_not_even_read_where_there_is_no_problem() -> None:
    known, broken = texts(package(TWO)), package(replaced(TWO, {SUMMARY: lambda _: "<w"}))
    assert not tells_otherwise(broken, known, {})


def test_no_other_sheet_tells_a_problem_otherwise() -> None:
    there = package(replaced(TWO, {"xl/workbook.xml": lambda t: t.replace('"Summary"', '"Sum"')}))
    assert not tells_otherwise(there, texts(there), {"home": ""})
