"""Which part of a workbook leads to which, however a program spells it."""

from __future__ import annotations

import pytest

from tests.ooxml.small_files import BOOK, RELS, SHEET, arrows, package, workbook
from workbook.merge.refusals import BrokenPart, NotAWorkbook
from workbook.ooxml.package import Package
from workbook.ooxml.relationships import (
    Relation,
    all_reached,
    charts,
    looked_at,
    reached,
    relations,
    rels_of,
    workbook_part,
)


def leading(target: str, *, part: str = SHEET) -> str:
    """Return where a part leads with this target."""
    [only] = relations(package({RELS[part]: arrows(("k", target))}), part)
    return only.target


@pytest.mark.parametrize(
    ("part", "listed"),
    [
        ("", "_rels/.rels"),
        ("a.xml", "_rels/a.xml.rels"),
        ("xl/worksheets/sheet1.xml", "xl/worksheets/_rels/sheet1.xml.rels"),
    ],
)
def test_the_list_of_a_part_lies_beside_it(part: str, listed: str) -> None:
    assert rels_of(part) == listed


@pytest.mark.parametrize(
    ("target", "name"),
    [
        ("a.xml", "xl/worksheets/a.xml"),
        ("../tables/a.xml", "xl/tables/a.xml"),
        ("/xl/tables/a.xml", "xl/tables/a.xml"),
        ("./a%20b.xml", "xl/worksheets/a b.xml"),
        ("..\\tables\\a.xml", "xl/tables/a.xml"),
        ("../../../../a.xml", "a.xml"),
        ("a/", "xl/worksheets/a"),
    ],
)
def test_a_target_is_the_name_of_a_part(target: str, name: str) -> None:
    assert leading(target) == name


def test_of_a_kind_only_the_last_word_counts_and_what_is_outside_not_at_all() -> None:
    listed = (
        '<Relationships xmlns="n"><Relationship Id="a" Type="http://old/of/chart" Target="/a"/>'
        '<Other/><Relationship Id="b" Type="chart" Target="/b" TargetMode="Internal"/>'
        '<Relationship Id="c" Type="x/chart" Target="http://out" TargetMode="External"/>'
        "<Relationship/></Relationships>"
    )
    assert relations(package({RELS[SHEET]: listed}), SHEET) == [
        Relation("a", "chart", "a"),
        Relation("b", "chart", "b"),
        Relation("", "", "xl/worksheets"),
    ]


def test_a_part_without_a_list_leads_nowhere_and_a_broken_list_is_refused() -> None:
    assert relations(package({}), SHEET) == []
    with pytest.raises(BrokenPart, match=r"sheet1\.xml\.rels is not XML"):
        relations(package({RELS[SHEET]: "<a"}), SHEET)


def test_the_workbook_is_the_first_document_of_the_file() -> None:
    listed = arrows(
        ("thumbnail", "t.bin"), ("officeDocument", "xl/one.xml"), ("officeDocument", "2")
    )
    assert workbook_part(package({RELS[""]: listed})) == "xl/one.xml"


@pytest.mark.parametrize(
    ("arrow", "words"),
    [
        (("officeDocument", "xl/workbook.bin"), "binary format .xlsb"),
        (("thumbnail", "t.png"), "not an .xlsx or .xlsm"),
    ],
)
def test_a_file_without_a_workbook_of_xml_is_refused(arrow: tuple[str, str], words: str) -> None:
    with pytest.raises(NotAWorkbook, match=words):
        workbook_part(package({RELS[""]: arrows(arrow)}))


def test_what_is_reached_comes_once_in_the_order_and_spelling_of_its_first_arrow() -> None:
    listed = arrows(("t", "B.xml"), ("u", "c.xml"), ("t", "a.xml"), ("t", "b.XML"), ("v", "d.xml"))
    there = package({RELS[""]: listed})
    assert [*reached(there, "", "t")] == ["B.xml", "a.xml"]
    assert [*reached(there, "", "u", "t")] == ["B.xml", "c.xml", "a.xml"]
    assert [*reached(there, "")] == []


def test_what_several_parts_reach_comes_once() -> None:
    lists = {rels_of(part): arrows(("t", "/x.xml"), ("t", f"/{part}.xml")) for part in "ab"}
    assert [*all_reached(package(lists), ["a", "none", "b"], "t")] == ["x.xml", "a.xml", "b.xml"]


def drawn() -> Package:
    """Return a workbook with charts on a worksheet, on a sheet of its own, and on neither."""
    parts = workbook("", "", ("chartsheet", "c.xml"), ("drawing", "no.xml"))
    parts[RELS[SHEET]] = arrows(("drawing", "/d1"), ("chart", "/not-drawn"))
    parts["xl/_rels/c.xml.rels"] = arrows(("drawing", "/d2"))
    parts["_rels/d1.rels"] = arrows(("chart", "/one"), ("image", "/i"), ("chartEx", "/ex"))
    parts["_rels/d2.rels"] = arrows(("chart", "/two"), ("chart", "/ONE"))
    return package({**parts, "xl/_rels/no.xml.rels": arrows(("chart", "/three"))})


def test_charts_are_those_that_are_drawn_on_sheets() -> None:
    assert [*charts(drawn())] == ["one", "ex", "two"]


def test_what_is_only_looked_at_may_be_missing_or_damaged() -> None:
    there = package({"good": "<a/>", "bad": "<a", BOOK: "<b/>"})
    root = looked_at(there, "good")
    assert root is not None
    assert root.tag == "a"
    assert [looked_at(there, part) for part in ("bad", "none")] == [None, None]
