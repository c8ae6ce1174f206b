"""What is written into a cell, and what the table around it says then."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from lxml import etree

from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    SHEET,
    TABLE,
    book,
    parts,
    read,
    replaced,
    updated,
)
from workbook.ooxml.writing import forget_result, set_number, set_text

NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NS = f"{{{NAMESPACE}}}"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"
OLD = "<f>A1</f><v>7</v><is><t>old</t></is><extLst/>"


def cell(
    inner: str = OLD, attributes: str = 't="str" cm="1" vm="2" s="3" r="B2"'
) -> etree._Element:
    return etree.fromstring(f'<c xmlns="{NAMESPACE}" {attributes}>{inner}</c>')


def said(of: etree._Element) -> tuple[dict[str, str], list[str]]:
    """Return the attributes of a cell, and what is in it."""
    return {str(k): str(v) for k, v in of.attrib.items()}, [
        etree.QName(each).localname for each in of
    ]


def test_a_text_replaces_all_that_was_in_a_cell_but_its_style_and_extensions() -> None:
    there = cell()
    set_text(there, NS, "Ann", Counter())
    assert said(there) == ({"t": "inlineStr", "s": "3", "r": "B2"}, ["is", "extLst"])
    assert "".join(there.itertext()) == "Ann"
    set_text(there, NS, "", Counter())
    assert said(there) == ({"s": "3", "r": "B2"}, ["extLst"])


def test_so_does_a_number() -> None:
    there = cell()
    set_number(there, NS, 46350.5)
    assert said(there) == ({"s": "3", "r": "B2"}, ["v", "extLst"])
    assert there.findtext(f"{NS}v") == "46350.5"


def test_of_a_result_that_is_forgotten_the_formula_stays() -> None:
    there = cell("<f>A1</f><v>7</v>", 't="str" s="3"')
    forget_result(there, NS)
    assert said(there) == ({"s": "3"}, ["f"])


@pytest.mark.parametrize(
    ("text", "is_kept"),
    [("Ann", False), ("An n", False), (" Ann", True), ("Ann ", True), ("An\nn", True)],
)
def test_blanks_and_lines_that_programs_would_drop_are_marked(text: str, is_kept: bool) -> None:
    there = cell("")
    set_text(there, NS, text, Counter())
    held = there.find(f"{NS}is/{NS}t")
    assert held is not None
    assert (held.text, held.get(SPACE)) == (text, "preserve" if is_kept else None)


@pytest.mark.parametrize(
    ("text", "held"),
    [("_x0041_", "_x005F_x0041_"), ("a_xyz", "a_xyz"), ("a\x07b", "a_x0007_b"), ("ü😀", "ü😀")],
)
def test_what_a_part_cannot_hold_is_escaped(text: str, held: str) -> None:
    there = cell("")
    set_text(there, NS, text, Counter())
    assert "".join(there.itertext()) == held


def test_filter_sorting_and_the_used_range_reach_over_new_rows() -> None:
    sorting = (
        '<autoFilter ref="A1:E3"/><sortState ref="A2:E3"><sortCondition ref="B2:B3"/>'
        '<sortCondition ref="B2:B2"/></sortState>'
    )
    there = replaced(book(), {TABLE: lambda text: re.sub("<autoFilter[^>]*/>", sorting, text)})
    after = parts(updated(there, ANN, BOB, EVE)[0])
    assert re.findall(r' ref="([^"]+)"', after[TABLE].decode()) == [
        "A1:E4", "A1:E4", "A2:E4", "B2:B4", "B2:B2",
    ]  # fmt: skip
    assert b'<dimension ref="A1:E4"' in after[SHEET]


def test_a_table_that_waits_for_its_first_row_waits_no_more() -> None:
    waiting = replaced(
        book([(None,) * 5]), {TABLE: lambda text: text.replace(" ref=", ' insertRow="1" ref=', 1)}
    )
    after, _ = updated(waiting, ANN)
    assert b"insertRow" not in parts(after)[TABLE]
    assert read(after)[1][1] == "Ann"
