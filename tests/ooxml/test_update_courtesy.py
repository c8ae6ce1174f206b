"""What an update only looks at may be missing or damaged: the list comes up to date all the same."""

from __future__ import annotations

import os
from io import BytesIO

import pytest
from openpyxl.chart import BarChart, Reference
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.test_update_room import with_totals
from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    SHEET,
    TABLE,
    book,
    contact,
    parts,
    read,
    replaced,
    updated,
    zipped,
)
from workbook.merge.refusals import BrokenPart, FilledByQuery, MappedToXml, NotAWorkbook
from workbook.ooxml.workbook_file import opened

ANNA = contact(1, "Anna")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
RELS, WORKBOOK_RELS = "xl/worksheets/_rels/sheet1.xml.rels", "xl/_rels/workbook.xml.rels"


def arrow(rels: str, kind: str, target: str, data: bytes | None = None) -> bytes:
    """Return a workbook with one more arrow between its parts, which leads to `target`."""
    more = f'<Relationship Id="rId77" Type="{OFFICE}/{kind}" Target="{target}"/></Relationships>'
    return replaced(data or book(), {rels: lambda t: t.replace("</Relationships>", more)})


def drawn(sheet: Worksheet) -> None:
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=5, min_row=2, max_row=3))
    sheet.add_chart(chart, "H1")


class TestArrowsThatLeadNowhere:
    @pytest.mark.parametrize("target", ["NULL", "../gone.xml", "/xl/gone.xml", "..\\gone.xml"])
    @pytest.mark.parametrize("kind", ["drawing", "comments", "image", "table", "vmlDrawing"])
    def test_from_the_sheet(self, kind: str, target: str) -> None:
        after, report = updated(arrow(RELS, kind, target), ANNA, BOB, EVE)
        assert [part for part in parts(after) if "gone" in part or "NULL" in part] == []
        assert (report.changed, report.new) == (1, 1)

    @pytest.mark.parametrize("kind", ["pivotCacheDefinition", "externalLink", "chartsheet"])
    def test_from_the_workbook(self, kind: str) -> None:
        after, report = updated(arrow(WORKBOOK_RELS, kind, "NULL"), ANNA, BOB, EVE)
        assert f'/{kind}" Target="NULL"' in parts(after)[WORKBOOK_RELS].decode()
        assert (report.changed, report.new) == (1, 1)

    def test_to_comments_of_a_table_with_totals(self) -> None:
        assert updated(arrow(RELS, "comments", "NULL", with_totals()), ANN, BOB, EVE)[1].new == 1


@pytest.mark.parametrize("part", ["xl/drawings/drawing1.xml", "xl/charts/chart1.xml"])
@pytest.mark.parametrize("text", ["", "<cut", "\ufffe"])
def test_a_damaged_drawing_or_chart_stays_as_it_is(part: str, text: str) -> None:
    there = replaced(book(dress=drawn), {part: lambda _: text})
    after, report = updated(there, ANNA, BOB, EVE)
    assert parts(after)[part] == text.encode()
    assert (report.changed, report.new) == (1, 1)


def test_rows_that_keep_their_blanks_are_read_and_keep_them() -> None:
    there = replaced(
        book(), {SHEET: lambda t: t.replace("<sheetData>", '<sheetData xml:space="preserve">')}
    )
    after, _ = updated(there, ANNA, BOB, EVE)
    assert read(after)[3][1] == "Eve"
    assert b'<sheetData xml:space="preserve"><row' in parts(after)[SHEET]


def test_shared_strings_that_no_cell_needs_may_be_missing() -> None:
    _, report = updated(arrow(WORKBOOK_RELS, "sharedStrings", "sharedStrings.xml"), ANNA, BOB)
    assert report.changed == 1


def test_shared_strings_that_a_cell_needs_are_named() -> None:
    notes = '<c r="E2" t="inlineStr"><is><t>met in May</t></is></c>'
    shared = replaced(book(), {SHEET: lambda t: t.replace(notes, '<c r="E2" t="s"><v>0</v></c>')})
    with pytest.raises(BrokenPart, match=r"sharedStrings\.xml is missing"):
        opened(BytesIO(arrow(WORKBOOK_RELS, "sharedStrings", "sharedStrings.xml", shared)))


def test_backslashes_lead_to_parts_as_well() -> None:
    back = replaced(
        book(),
        {
            WORKBOOK_RELS: lambda t: t.replace("/xl/worksheets/sheet1", "worksheets\\sheet1"),
            RELS: lambda t: t.replace("/xl/tables/table1", "..\\tables\\table1"),
        },
    )
    assert b"..\\tables" in parts(back)[RELS]
    assert updated(back, ANNA, BOB, EVE)[1].changed == 1


@pytest.mark.skipif(os.name == "nt", reason="zipfile reads them as slashes there")
def test_parts_that_are_named_with_backslashes_are_found_and_keep_their_names() -> None:
    named = {n.replace("/", "\\") if n == TABLE else n: text for n, text in parts(book()).items()}
    after, _ = updated(zipped(named), ANN, BOB, EVE)
    assert [*parts(after)] == [*named]
    assert b'ref="A1:E4"' in parts(after)[TABLE.replace("/", "\\")]


@pytest.mark.parametrize(
    ("kind", "refusal", "words"),
    [("queryTable", FilledByQuery, "query"), ("xml", MappedToXml, "mapped to an XML file")],
)
def test_a_table_that_something_else_fills_says_what_it_is(
    kind: str, refusal: type[Exception], words: str
) -> None:
    filled = replaced(book(), {TABLE: lambda t: t.replace(" id=", f' tableType="{kind}" id=', 1)})
    with pytest.raises(refusal, match=words):
        opened(BytesIO(filled))


def test_an_ods_that_is_called_xlsx_is_named_as_such() -> None:
    ods = zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "a.xml": b"<a/>"})
    with pytest.raises(NotAWorkbook, match=r"OpenDocument format \.ods"):
        opened(BytesIO(ods))
