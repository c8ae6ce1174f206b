"""Cell formats by their numbers: found again where they are there, added once where they are not."""

from __future__ import annotations

from collections import Counter
from io import BytesIO

import pytest
from lxml import etree

from tests.ooxml.update_files import book, parts, replaced
from workbook.ooxml.package import Package
from workbook.ooxml.styles import Formats

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


def test_of_equal_formats_the_first_one_is_taken() -> None:
    formats = Formats(package(FORMATS + FORMATS))
    assert formats.like(GENERAL) == formats.like("6") == GENERAL


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
