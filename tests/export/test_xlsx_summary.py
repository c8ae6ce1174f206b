"""The second sheet of a workbook, and how the whole workbook looks in other programs."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from msgspec.structs import replace
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet

from tests.export.xlsx_files import (
    BELIEVABLE,
    ROW,
    SHEET,
    SHOP,
    full_workbook,
    parts,
    sheet_of,
    table_of,
    written,
)
from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.hosts.ooxml_validator import needs_validator, problems
from workbook.contacts.columns import PRESETS, safe_text
from workbook.contacts.contact import Contact
from workbook.contacts.summary import Numbers, OfAccount, Summary, Trend, summarize
from workbook.export import summary_lines, xlsx
from workbook.export.sheet_xml import escape
from workbook.export.summary_lines import Value

SUMMARY = summarize(BELIEVABLE, SHOP)


def content_with(summary: Summary) -> bytes:
    return written(table_of(ROW), summary=summary)


def sheet_with(summary: Summary) -> Worksheet:
    return sheet_of(content_with(summary), 1)


def told(summary: Summary) -> dict[Any, Any]:
    rows = sheet_with(summary).iter_rows(max_col=2, values_only=True)
    return {label: value for label, value in rows if label}


def charts(summary: Summary) -> list[str]:
    return [xml for name, xml in parts(content_with(summary)).items() if "/charts/" in name]


def test_the_second_sheet_is_the_summary_unless_nobody_wants_it() -> None:
    assert sheet_with(SUMMARY).title == "Summary"
    assert "xl/worksheets/sheet2.xml" not in parts(written(table_of(ROW)))


def test_it_says_whose_list_it_is_and_from_when() -> None:
    numbers = told(SUMMARY)
    assert numbers["Account"] == "shop"
    assert numbers["Fetched"].astimezone() == SHOP.fetched


def test_it_counts_types_people_and_countries() -> None:
    numbers = told(SUMMARY)
    assert (numbers["Contacts"], numbers["Groups"]) == (8, 2)
    assert (numbers["In the phone book"], numbers["Not in the phone book"]) == (3, 3)
    assert (numbers["Number hidden by WhatsApp"], numbers["Germany"], numbers["Russia"]) == (
        1,
        2,
        1,
    )
    assert "Other countries" not in numbers


def test_countries_beyond_the_ten_are_told_in_one_line() -> None:
    assert told(replace(SUMMARY, other_countries=7))["Other countries"] == 7


def test_its_values_are_written_and_not_calculated() -> None:
    cells = [cell for row in sheet_with(SUMMARY).iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} == {"s", "n", "d"}


@pytest.mark.parametrize("alias", ["=1+1", "#N/A", "bell\x07", "_x0041_", "lone \udc00"])
def test_texts_from_elsewhere_stay_text_there_too(alias: str) -> None:
    others = replace(SUMMARY, account=alias, by_type=((alias, 1),))
    sheet = sheet_with(others)
    assert sheet["B2"].data_type == sheet["A7"].data_type == "s"
    assert unescape(str(sheet["B2"].value)) == alias.replace("\udc00", "\ufffd")


def test_two_charts_draw_the_counts_that_stand_beside_them() -> None:
    by_type, by_country = charts(SUMMARY)
    assert "<c:f>'Summary'!$A$7:$A$8</c:f>" in plain(by_type)
    assert "<c:f>'Summary'!$B$7:$B$8</c:f>" in plain(by_type)
    assert "<c:f>'Summary'!$B$16:$B$19</c:f>" in plain(by_country)


def plain(xml: str) -> str:
    """Return the XML as if the namespace had Excel's prefix, whatever openpyxl wrote."""
    return xml if "<c:f>" in xml else xml.replace("<f>", "<c:f>").replace("</f>", "</c:f>")


def test_charts_hold_the_values_for_previews_that_calculate_nothing() -> None:
    by_type, by_country = charts(SUMMARY)
    assert all(word in by_type for word in ("<v>People</v>", "<v>6</v>", "<v>Groups</v>"))
    assert all(word in by_country for word in ("<v>Germany</v>", "<v>United States</v>"))


def test_charts_cover_neither_numbers_nor_each_other() -> None:
    drawing = sheet_with(SUMMARY)._charts  # type: ignore[attr-defined]  # there is no other way
    first, second = (chart.anchor for chart in drawing)
    assert first._from.col > 1
    assert second._from.col > 1
    assert first.to.row < second._from.row


def test_what_would_be_a_chart_of_one_bar_or_none_is_not_drawn() -> None:
    nobody = summarize([], SHOP)
    assert charts(nobody) == []
    assert told(nobody)["Contacts"] == 0


PAST = Numbers(Counter(user=-1, group=2), Counter(Germany=3), saved=1, people=-1)
TREND = Trend(
    last=PAST,
    growth=(("2026-11-22", 7), ("2026-11-23", 8)),
    new=(("=1+1", SHOP.fetched),),
    gone=(("Ben", SHOP.fetched),),
)


def test_it_tells_how_the_counts_changed_where_that_is_known() -> None:
    sheet = sheet_with(replace(SUMMARY, trend=TREND))
    assert [cell.value for cell in sheet["C3:D3"][0]] == ["since last list", "in 30 days"]
    changed = {row[0]: row[2] for row in sheet.iter_rows(values_only=True) if row[2] is not None}
    assert (changed["Contacts"], changed["People"], changed["Groups"]) == (1, -1, 2)
    assert (changed["Not in the phone book"], changed["Germany"]) == (-2, 3)
    assert sheet["C4"].number_format == "+#,##0;-#,##0;0"
    assert sheet["D4"].value is None


def test_long_renames_are_made_small_rather_than_cut() -> None:
    renamed = replace(TREND, renamed=(("Anna Beispiel " * 9, SHOP.fetched),))
    sheet = sheet_with(replace(SUMMARY, trend=renamed))
    [cell] = [row[0] for row in sheet.iter_rows() if "Beispiel" in str(row[0].value)]
    assert cell.alignment.shrink_to_fit


def test_names_of_the_month_are_texts_with_their_dates() -> None:
    rows = [*sheet_with(replace(SUMMARY, trend=TREND)).iter_rows(max_col=2)]
    labels = [row[0].value for row in rows]
    name, moment = rows[labels.index("New in 30 days") + 1]
    assert (name.value, name.data_type, moment.data_type) == ("=1+1", "s", "d")
    assert "Renamed in 30 days" not in labels


def test_growth_is_a_line_over_its_days() -> None:
    line, *_ = charts(replace(SUMMARY, trend=TREND))
    assert "<lineChart>" in line
    assert "<v>2026-11-22</v>" in line


KEPT = "GREEN-API cannot answer now (HTTP 502); its list of 2026-11-23 09:00 was kept"
SEVERAL = replace(
    SUMMARY,
    account="3 accounts",
    accounts=(
        OfAccount("shop", 5, 4, 1, 2, 3, SHOP.fetched),
        OfAccount("דנה", 3, 2, 1, 1, None, SHOP.fetched, KEPT),
        OfAccount("lima", problem="no list of it is kept here"),
    ),
)


def test_of_several_accounts_each_has_a_line_and_all_have_their_total() -> None:
    rows = [[*row[:8]] for row in sheet_with(SEVERAL).iter_rows(values_only=True)]
    at = next(n for n, row in enumerate(rows) if row[0] == "By account")
    time = SHOP.fetched.replace(tzinfo=None)
    assert rows[at][1:] == ["contacts", "people", "groups", "saved", "new", "list of", "problem"]
    assert rows[at + 1 :] == [
        ["shop", 5, 4, 1, 2, 3, time, None],
        ["דנה", 3, 2, 1, 1, None, time, KEPT],
        ["lima", *[None] * 6, "no list of it is kept here"],
        ["All accounts", 8, 6, 2, 3, 3, None, None],
    ]
    assert rows[1][1] == "3 accounts, 2 failed"


def test_they_stand_below_the_charts_in_columns_that_are_wide_enough() -> None:
    sheet = sheet_with(SEVERAL)
    labels = [cell.value for cell in sheet["A"]]
    drawn = sheet._charts  # type: ignore[attr-defined]  # there is no other way
    assert labels.index("By account") > max(chart.anchor.to.row for chart in drawn)
    assert [sheet.column_dimensions[at].width for at in "EFGH"] == [12, 12, 17, 12]
    row = labels.index("shop") + 1
    assert {sheet.cell(row, at).number_format for at in range(2, 7)} == {"#,##0"}
    assert sheet.cell(row, 7).data_type == "d"


COUNT = st.integers(0, 3_000_000)
TEXT = st.text(min_size=1) | st.sampled_from(
    [" a & b ", "<t>2000002</t>", "_x0041_", "\r\n", "\x07", "=1+1", "\\1"]
)
# in the first half of a second: dates cannot hold its parts exactly, and a reader rounds
MOMENT = st.datetimes(datetime(1901, 1, 1), datetime(2200, 1, 1)).map(
    lambda moment: moment.replace(microsecond=moment.microsecond // 2)
)
TIMES = st.lists(st.tuples(TEXT, MOMENT), max_size=3).map(tuple)
COUNTS = st.lists(st.tuples(TEXT, COUNT), max_size=3).map(tuple)
ACCOUNTS = st.builds(
    OfAccount, TEXT, COUNT, COUNT, COUNT, COUNT, st.none() | COUNT, st.none() | MOMENT, TEXT
)
SUMMARIES = st.builds(
    replace,
    st.just(SUMMARY),
    account=TEXT,
    fetched=MOMENT,
    total=COUNT,
    by_type=COUNTS.filter(len),
    countries=COUNTS,
    trend=st.none() | st.builds(Trend, st.just(PAST), st.none(), COUNTS, TIMES, TIMES, TIMES),
    accounts=st.lists(ACCOUNTS, max_size=3).map(tuple),
)


def held(value: Value) -> object:
    """Return what is read again from a cell with this value, to the second."""
    if isinstance(value, datetime):
        return value.replace(microsecond=0)
    return (
        escape(safe_text(value, Counter()).encode(), Counter()).decode()
        if isinstance(value, str)
        else value
    )


@given(SUMMARIES)
@hypothesis_settings(max_examples=30)
def test_each_value_is_in_its_cell_and_each_chart_has_a_copy(summary: Summary) -> None:
    lines, content = summary_lines.of(summary), content_with(summary)
    told = {row: [value for _, value in cells] for row, cells in lines.cells()}
    cells = [c for row in sheet_of(content, 1).iter_rows() for c in row if c.value is not None]
    expected = {(row, at): held(v) for row in told for at, v in enumerate(told[row], 1) if v != ""}
    assert {(c.row, c.column): now(c.value) for c in cells} == expected
    for xml, (block, _) in zip(charts(summary), lines.charts, strict=True):
        copies = ElementTree.fromstring(xml).iterfind(".//{*}pt/{*}v")
        shown = [str(held(line[at])) for at in (0, 1) for line in block.lines]
        assert [copy.text for copy in copies] == shown


def now(value: object) -> object:
    """Return a time that was read without the parts of a second, which dates cannot hold exactly."""
    return (
        (value + timedelta(milliseconds=1)).replace(microsecond=0)
        if isinstance(value, datetime)
        else value
    )


def test_few_columns_are_printed_upright_and_every_page_has_a_number() -> None:
    few, many = parts(written(table_of(ROW))), parts(full_workbook())
    for sheet, way in ((few[SHEET], "portrait"), (many[SHEET], "landscape")):
        assert f'orientation="{way}" fitToHeight="0"' in sheet
        assert "&amp;C&amp;P / &amp;N" in sheet
    assert "&amp;C&amp;P / &amp;N" in many["xl/worksheets/sheet2.xml"]
    assert 'fitToPage="1"' in many["xl/worksheets/sheet2.xml"]


@needs_validator
@pytest.mark.parametrize("contacts", [BELIEVABLE, [], BELIEVABLE[:1]])
def test_microsofts_validator_has_nothing_to_say(contacts: list[Contact], tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(full_workbook(contacts, rtl=True))
    assert problems(path) == []


@needs_validator
@pytest.mark.parametrize("summary", [replace(SUMMARY, trend=TREND), SEVERAL])
def test_the_validator_accepts_the_past_and_several_accounts(
    summary: Summary, tmp_path: Path
) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(content_with(summary))
    assert problems(path) == []


@needs_validator
def test_the_validator_accepts_several_sheets_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xlsx, "ROWS_PER_SHEET", 3)
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(full_workbook())
    assert problems(path) == []


@needs_libreoffice
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext (poppler) is missing")
def test_nothing_is_too_narrow_in_print(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(full_workbook())
    pdf = convert(path, "pdf", tmp_path)
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True).stdout
    assert "###" not in text
    assert "4915100000003-1479621234@g.us" in text
    assert "Contacts by type" in text
    assert text.count("United") == 3  # the row, the count, the chart


@needs_libreoffice
def test_libreoffice_keeps_table_and_charts_when_it_saves_the_workbook(tmp_path: Path) -> None:
    path = tmp_path / "contacts.xlsx"
    path.write_bytes(full_workbook())
    saved = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "saved"))
    assert saved.sheetnames == ["Contacts", "Summary"]
    contacts, summary = saved.worksheets
    assert contacts.tables["Contacts"].column_names == list(PRESETS["full"])
    assert len(summary._charts) == 2  # type: ignore[attr-defined]  # there is no other way
