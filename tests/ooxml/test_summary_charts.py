"""The charts on the sheet Summary: which are ours, which rows they show, and what they cover."""

from __future__ import annotations

import re

import pytest

from tests.ooxml.small_files import RELS, SHEET, arrows, package
from workbook.export.summary_lines import COUNTRIES, GROWTH, PEOPLE, TYPES
from workbook.ooxml.package import Package
from workbook.ooxml.summary_charts import drawn_over, redirect
from workbook.ooxml.summary_layout import Layout

OLD = Layout({}, {TYPES: range(7, 9), PEOPLE: range(11, 14), COUNTRIES: range(16, 18)})
NEW = Layout({}, {TYPES: range(7, 10), PEOPLE: range(12, 15), COUNTRIES: range(17, 20)})
CHART, DRAWING = "xl/charts/c.xml", "xl/drawings/d.xml"


def sheet(*charts: str, drawing: str = "<d/>") -> Package:
    """Return a sheet with one drawing and these charts, named c0, c1, ..."""
    names = [f"c{at}" for at in range(len(charts))]
    return package(
        {
            RELS[SHEET]: arrows(("drawing", f"/{DRAWING}")),
            DRAWING: drawing,
            "xl/drawings/_rels/d.xml.rels": arrows(*(("chart", f"/{name}") for name in names)),
            **dict(zip(names, charts, strict=True)),
        }
    )


def shown(*cells: str, kind: str = "numRef") -> str:
    references = "".join(f"<{kind}><f>{each}</f></{kind}>" for each in cells)
    return f'<c xmlns="n">{references}</c>'


def after(*cells: str, kind: str = "numRef", old: Layout = OLD, new: Layout = NEW) -> list[str]:
    """Return what a chart of these cells shows afterwards."""
    there = sheet(shown(*cells, kind=kind))
    redirect(there, SHEET, old, new)
    return re.findall("<f>(.*?)</f>", there.read("c0").decode())


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ("Summary!$A$7:$A$8", "Summary!$A$7:$A$9"),
        ("Summary!$B$7:$B$8", "Summary!$B$7:$B$9"),
        ("'Summary'!$A$16:$A$17", "'Summary'!$A$17:$A$19"),
        ("Summary!B16:B17", "Summary!$B$17:$B$19"),
    ],
)
@pytest.mark.parametrize("kind", ["strRef", "numRef"])
def test_a_chart_of_a_block_of_ours_shows_the_rows_of_now(before: str, now: str, kind: str) -> None:
    assert after(before, kind=kind) == [now]


@pytest.mark.parametrize(
    "cells",
    [
        "Summary!$C$7:$C$8",
        "Summary!$A$7:$B$8",
        "Summary!$A$7:$A$9",
        "Summary!$A$6:$A$8",
        "Summary!$A$7",
        "Summary!$B$11:$B$13",
        "Orders!$A$7:$A$8",
        "$A$7:$A$8",
        "Summary!Table[A]",
        "",
    ],
)
def test_a_chart_of_anything_else_is_left(cells: str) -> None:
    assert after(cells) == [cells]


def test_each_reference_is_looked_at_by_itself() -> None:
    cells = ("Orders!$A$1", "Summary!$A$7:$A$8", "Summary!$B$16:$B$17", "Summary!$C$1")
    assert after(*cells) == [cells[0], "Summary!$A$7:$A$9", "Summary!$B$17:$B$19", cells[3]]


def test_growth_is_shown_further_and_a_block_that_is_gone_stays_in_its_chart() -> None:
    old = Layout({}, {**OLD.blocks, GROWTH: range(20, 22)})
    new = Layout({}, {TYPES: range(7, 9), GROWTH: range(16, 20)})
    assert after("Summary!$B$20:$B$21", old=old, new=new) == ["Summary!$B$16:$B$19"]
    assert after("Summary!$B$16:$B$17", old=old, new=new) == ["Summary!$B$16:$B$17"]
    assert after("Summary!$B$16:$B$19", old=new, new=old) == ["Summary!$B$20:$B$21"]


def test_of_types_the_first_six_are_drawn() -> None:
    many = Layout({}, {TYPES: range(7, 20)})
    assert after("Summary!$A$7:$A$8", new=many) == ["Summary!$A$7:$A$12"]
    assert after("Summary!$A$7:$A$12", old=many, new=OLD) == ["Summary!$A$7:$A$8"]
    assert after("Summary!$A$7:$A$19", old=many, new=OLD) == ["Summary!$A$7:$A$19"]


def test_only_charts_that_show_something_new_are_written_anew() -> None:
    same, moved = shown("Summary!$A$7:$A$8"), shown("Summary!$A$16:$A$17")
    there = sheet(same, moved, "<damaged", "<c><numRef/></c>", shown("Orders!A1", "Summary!B9"))
    new = Layout({}, {TYPES: range(7, 9), COUNTRIES: range(16, 20)})
    redirect(there, SHEET, OLD, new)
    assert [there.is_edited(f"c{at}") for at in range(5)] == [False, True, False, False, False]


def anchor(start: tuple[object, object] | None, end: object = None, high: object = None) -> str:
    """Return something drawn from a column and a row, down to a row or so high."""
    pieces = ""
    if start is not None:
        pieces += f"<from><col>{start[0]}</col><row>{start[1]}</row></from>"
    pieces += "" if end is None else f"<to><col>9</col><row>{end}</row></to>"
    pieces += "" if high is None else f'<ext cx="1" cy="{high}"/>'
    return f"<a>{pieces}</a>"


def covered(*anchors: str, columns: int = 8) -> list[tuple[int, int]]:
    """Return the first and the last row of what is drawn."""
    there = sheet(drawing=f'<d xmlns="n">{"".join(anchors)}</d>')
    return [(rows[0], rows[-1]) for rows in drawn_over(there, SHEET, columns)]


def test_what_is_drawn_covers_rows_down_to_its_end_or_by_its_height() -> None:
    assert covered(anchor((0, 1), end=4), anchor((7, 9), high=190_500 * 3)) == [(2, 5), (10, 13)]
    assert covered(anchor((0, 1), end=4, high=190_500 * 9)) == [(2, 11)]
    assert covered(anchor((0, 1), high=190_499)) == [(2, 2)]
    assert covered(anchor((0, 5), end=4)) == [(6, 6)]


def test_only_what_begins_in_the_first_columns_counts() -> None:
    assert covered(anchor((7, 1), end=1), anchor((8, 1), end=1), columns=8) == [(2, 2)]
    assert covered(anchor((8, 1), end=1), columns=9) == [(2, 2)]


def test_what_tells_no_place_is_in_the_first_cell() -> None:
    assert covered(anchor(None), anchor((0, 0))) == [(1, 1), (1, 1)]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ("3", 3),
        (" 3 ", 3),
        ("1234567", 1_234_567),
        ("12345678", 0),
        ("-3", 0),
        ("3.5", 0),
        ("²", 0),
        ("٣", 0),
        ("", 0),
        ("x", 0),
    ],
)
def test_a_row_is_a_number_of_at_most_seven_digits(text: str, row: int) -> None:
    assert covered(anchor((0, text))) == [(row + 1, row + 1)]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("190500", 1),
        ("99999999999", 524_934),
        ("999999999999", 0),
        ("²", 0),
        ("٣", 0),
        ("x", 0),
        ("", 0),
    ],
)
def test_a_height_is_a_number_of_at_most_eleven_digits(text: str, rows: int) -> None:
    assert covered(anchor((0, 0), high=text)) == [(1, 1 + rows)]


def test_a_drawing_that_is_damaged_or_missing_covers_nothing() -> None:
    assert [*drawn_over(sheet(drawing="<d"), SHEET, 8)] == []
    assert [*drawn_over(package({RELS[SHEET]: arrows(("drawing", "/none"))}), SHEET, 8)] == []
    assert [*drawn_over(package({}), SHEET, 8)] == []
