"""Cell formats by their numbers: found again where they are there, added once where they are not."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
from lxml import etree

from tests.ooxml.update_files import book, parts, replaced
from workbook.merge.ranges import Range
from workbook.ooxml.package import Package
from workbook.ooxml.styles import Formats, styles_of_new_rows
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

STYLES = "xl/styles.xml"
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
GENERAL, TEXT, MONEY, RED, DATE = "01234"
FORMATS = (
    '<xf numFmtId="0" fontId="0" fillId="0"/><xf numFmtId="49" fontId="0" fillId="0"/>'
    '<xf numFmtId="4" fontId="0" fillId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="4" fontId="2" fillId="3" applyFill="1" applyFont="1"/>'
    '<xf numFmtId="14" fontId="0" fillId="0"/>'
    '<xf numFmtId="4" fontId="0" fillId="0"><alignment horizontal="right"/></xf>'
)


def package(formats: str = FORMATS, before: str = "") -> Package:
    """Return a workbook with these cell formats."""
    root = f'<styleSheet xmlns="{NAMESPACE}">{before}<cellXfs count="6">{formats}</cellXfs>'
    return Package(BytesIO(replaced(book(), {STYLES: lambda _: f"{root}</styleSheet>"})))


def put(there: Package, formats: Formats) -> etree._Element:
    """Return the styles as they are in the file then."""
    formats.put()
    return etree.fromstring(there.read(STYLES))


def test_what_shows_no_time_gets_a_format_that_does_and_else_stays() -> None:
    there = package()
    formats = Formats(there)
    assert [formats.dated(style) for style in (GENERAL, DATE, MONEY, "99", "x")] == [
        "6", DATE, MONEY, "99", "x",
    ]  # fmt: skip
    assert (formats.dated(TEXT), formats.dated(GENERAL)) == ("6", "6")
    root = put(there, formats)
    listed = root.find("{*}cellXfs")
    assert listed is not None
    assert (listed.get("count"), len(listed)) == ("7", 7)
    assert dict(listed[6].attrib) == {
        "numFmtId": "164", "fontId": "0", "fillId": "0", "applyNumberFormat": "1",
    }  # fmt: skip
    [number] = root.iter("{*}numFmt")
    assert dict(number.attrib) == {"numFmtId": "164", "formatCode": "yyyy-mm-dd hh:mm"}
    assert [etree.QName(each).localname for each in root] == ["numFmts", "cellXfs"]
    assert root[0].get("count") == "1"


@pytest.mark.parametrize(
    ("known", "number"),
    [
        ('<numFmt numFmtId="170" formatCode="0.0"/>', "171"),
        ('<numFmt numFmtId="170" formatCode="yyyy-mm-dd hh:mm"/>', "170"),
        ('<numFmt numFmtId="20" formatCode="0.0"/>', "164"),
    ],
)
def test_a_format_for_numbers_gets_the_next_number_or_is_there(known: str, number: str) -> None:
    there = package(before=f'<numFmts count="1">{known}</numFmts>')
    formats = Formats(there)
    formats.dated(GENERAL)
    listed = put(there, formats).find("{*}numFmts")
    assert listed is not None
    assert listed.get("count") == str(len(listed))
    assert [each.get("numFmtId") for each in listed if "yyyy" in each.get("formatCode", "")] == [
        number
    ]


def test_a_format_that_is_there_is_not_added_again() -> None:
    there = package()
    formats = Formats(there)
    assert formats.like(GENERAL, "#,##0") == formats.like(GENERAL, "#,##0") == "6"
    assert formats.like(MONEY, horizontal="right") == "5"
    assert formats.like("99", "#,##0") == "99"
    centred = formats.like("5", horizontal="center", wrapText="1")
    alignment = put(there, formats)[0][int(centred)][0]
    assert dict(alignment.attrib) == {"horizontal": "center", "wrapText": "1"}


def test_where_a_format_places_what_it_shows_stands_before_its_protection() -> None:
    there = package('<xf numFmtId="0"><protection locked="0"/></xf>')
    formats = Formats(there)
    assert formats.like("0", horizontal="right") == "1"
    new = put(there, formats)[0][1]
    assert dict(new.attrib) == {"numFmtId": "0", "applyAlignment": "1"}
    assert [etree.QName(each).localname for each in new] == ["alignment", "protection"]


def test_a_time_is_no_text_any_more() -> None:
    there = package('<xf numFmtId="49" quotePrefix="1"/>')
    formats = Formats(there)
    assert formats.dated("0") == "1"
    assert dict(put(there, formats)[-1][1].attrib) == {
        "numFmtId": "164", "applyNumberFormat": "1",
    }  # fmt: skip


def test_of_equal_formats_the_first_one_is_taken() -> None:
    formats = Formats(package(FORMATS + FORMATS))
    assert formats.like(GENERAL) == formats.like("6") == GENERAL


def test_in_which_order_a_format_says_what_it_is_makes_no_difference() -> None:
    one = '<xf numFmtId="4" fontId="1"><alignment horizontal="left" indent="1"/></xf>'
    other = '<xf fontId="1" numFmtId="4"><alignment indent="1" horizontal="left"/></xf>'
    assert Formats(package(one + other)).like("1") == "0"


@pytest.mark.parametrize(
    ("style", "is_there"),
    [
        *[("5", True), ("6", False), ("-1", False), ("x", False), ("²", False)],
        *[("000000000", True), ("0000000000", False), ("9" * 5_000, False)],
    ],
)
def test_a_format_is_known_by_its_number(style: str, is_there: bool) -> None:
    assert (Formats(package()).like(style, "0.00") != style) == is_there


@pytest.mark.parametrize(
    ("counts", "plain"),
    [
        ({MONEY: 2, RED: 2, GENERAL: 3}, MONEY),
        ({RED: 2, GENERAL: 1}, MONEY),
        ({RED: 1, MONEY: 1, GENERAL: 1, TEXT: 1}, None),
        ({"99": 3, RED: 1}, None),
        ({}, None),
    ],
)
def test_what_most_share_but_for_their_paint_is_plain(
    counts: dict[str, int], plain: str | None
) -> None:
    assert Formats(package()).plain(Counter(counts)) == plain


def test_paint_alone_is_taken_off_where_no_plain_format_is_there() -> None:
    there = package('<xf numFmtId="4" fontId="2" fillId="3" applyFill="1" applyFont="1" xfId="0"/>')
    formats = Formats(there)
    assert formats.plain(Counter({"0": 1})) == "1"
    assert dict(put(there, formats)[0][1].attrib) == {
        "numFmtId": "4", "fontId": "0", "fillId": "0", "xfId": "0",
    }  # fmt: skip


def test_nothing_is_written_where_nothing_was_added() -> None:
    there = package()
    formats = Formats(there)
    formats.dated(DATE)
    formats.put()
    assert not there.is_edited(STYLES)


def test_a_workbook_without_styles_has_no_formats() -> None:
    bare = replaced(book(), {"xl/_rels/workbook.xml.rels": lambda t: t.replace("/styles", "/x")})
    formats = Formats(Package(BytesIO(bare)))
    assert (formats.dated("0"), formats.like("0", "#,##0")) == ("0", "0")
    assert STYLES in parts(bare)


def of_new_rows(rows: str, *, columns: int = 1, below: str = GENERAL) -> list[str]:
    """Return the styles of new rows of a table whose rows have these, and the one below it that."""
    styles = enumerate(f"{RED}{rows}{below}{RED}", 3)
    lines = "".join(f'<row r="{at}" s="{style}" customFormat="1"/>' for at, style in styles)
    sheet = f'<worksheet xmlns="{NAMESPACE}"><sheetData>{lines}</sheetData></worksheet>'
    ref = Range(2, 3, 1 + columns, 3 + len(rows))
    table = Table("Contacts", "Sheet1", "table1.xml", "sheet1.xml", ref, etree.Element("table"))
    return styles_of_new_rows(Formats(package()), table, Grid(sheet.encode(), "sheet1.xml"))


@pytest.mark.parametrize(
    ("rows", "below", "style"),
    [
        (MONEY, DATE, MONEY),
        (DATE + MONEY + MONEY, GENERAL, MONEY),
        (DATE + MONEY + MONEY, DATE, MONEY),
        (MONEY + MONEY + DATE, GENERAL, MONEY),
        (DATE + DATE + MONEY + MONEY, TEXT, TEXT),
        (DATE + DATE + MONEY + TEXT + GENERAL, TEXT, TEXT),
        (MONEY + MONEY + RED + RED + DATE, TEXT, MONEY),
        (DATE + RED + RED, TEXT, RED),
        ("", TEXT, TEXT),
    ],
)
def test_new_rows_look_as_more_than_half_do_or_as_the_blank_row_below(
    rows: str, below: str, style: str
) -> None:
    assert of_new_rows(rows, below=below) == [style]


def test_each_column_has_its_own_style_for_new_rows() -> None:
    cells = '<c r="A2" s="4"/><c r="B2" s="2"/><c r="D2" s="1"/><c r="E2" s="4"/>'
    sheet = f'<worksheet xmlns="{NAMESPACE}"><sheetData><row r="2">{cells}</row></sheetData>'
    table = Table("", "", "", "", Range(2, 1, 4, 2), etree.Element("table"))
    grid = Grid(f"{sheet}</worksheet>".encode(), "sheet1.xml")
    assert styles_of_new_rows(Formats(package()), table, grid) == [MONEY, GENERAL, TEXT]


@pytest.mark.parametrize(
    ("rows", "columns", "every_second"), [(500, 1, False), (501, 1, True), (21, 5_000, True)]
)
def test_of_a_large_table_rows_all_over_it_are_looked_at(
    rows: int, columns: int, every_second: bool
) -> None:
    # most of all rows show dates, most of every second one money
    money = rows // 4 + 1
    styles = "".join((MONEY if at < 2 * money else DATE) + DATE for at in range(0, rows, 2))[:rows]
    assert of_new_rows(styles, columns=columns) == [MONEY if every_second else DATE] * columns
