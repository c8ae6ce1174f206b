"""A cell as text: what it shows, by whichever kind of value a program wrote there."""

from __future__ import annotations

import pytest
from lxml import etree

from workbook.merge.refusals import BrokenPart
from workbook.ooxml.cell_text import Texts, unescaped

TEXTS = Texts("", ["zero", "one"])


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ('<c t="s"><v>1</v></c>', "one"),
        ('<c t="s"><v> 0\n</v></c>', "zero"),
        ('<c t="s"><v>000000001</v></c>', "one"),
        ('<c t="inlineStr"><is><t>Ann</t></is></c>', "Ann"),
        ('<c t="inlineStr"><is><r><t>An</t></r><r><rPr/><t>n_x0021_</t></r></is></c>', "Ann!"),
        ('<c t="inlineStr"><is><t>安</t><rPh><t>an</t></rPh></is></c>', "安"),
        ('<c t="inlineStr"><is><r><t>Ann</t></r></is></c>', "Ann"),
        ('<c t="inlineStr"><is><r><t/></r><r><t>Ann</t></r></is></c>', "Ann"),
        ('<c t="inlineStr"><is><t>An</t><t>n</t></is></c>', "Ann"),
        ('<c t="str"><f>A1</f><v>_x0041_nn</v></c>', "Ann"),
        ('<c t="b"><v>1</v></c>', "TRUE"),
        ('<c t="b"><v> true </v></c>', "TRUE"),
        ('<c t="b"><v>0</v></c>', "FALSE"),
        ('<c t="e"><v>#N/A</v></c>', "#N/A"),
        ('<c t="d"><v>2026-11-20</v></c>', "2026-11-20"),
        ('<c t="d"><v>7.0</v></c>', "7.0"),
        ("<c><v>7.0</v></c>", "7"),
        ('<c t="n"><v>1.5E3</v></c>', "1500"),
    ],
)
def test_a_cell_is_read_by_its_kind(cell: str, text: str) -> None:
    assert TEXTS.of(etree.fromstring(cell)) == text


@pytest.mark.parametrize("value", ["", "<v/>", "<v></v>", "<is/>", "<is><t/></is>"])
@pytest.mark.parametrize("kind", ["s", "str", "inlineStr", "b", "e", "d", "n"])
def test_a_cell_without_a_value_is_blank(kind: str, value: str) -> None:
    assert TEXTS.of(etree.fromstring(f'<c t="{kind}">{value}</c>')) == ""


@pytest.mark.parametrize("number", ["2", "-1", "x", "1.0", "²", "0000000001", "9" * 5_000])
def test_a_shared_text_that_is_not_there_is_blank(number: str) -> None:
    assert TEXTS.of(etree.fromstring(f'<c t="s"><v>{number}</v></c>')) == ""


def test_no_shared_text_can_be_told_where_their_part_is_missing() -> None:
    texts = Texts("", [], "xl/sharedStrings.xml")
    assert texts.of(etree.fromstring("<c><v>7</v></c>")) == "7"
    with pytest.raises(BrokenPart, match="sharedStrings"):
        texts.of(etree.fromstring('<c t="s"><v>0</v></c>'))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a_x000A_b", "a\nb"),
        ("_x005F_x0041_", "_x0041_"),
        ("_xd83d__xDE00_", "😀"),
        ("_xD83D_!", "\N{REPLACEMENT CHARACTER}!"),
        ("_x41_ _xyz", "_x41_ _xyz"),
    ],
)
def test_an_escape_stands_for_its_character(text: str, plain: str) -> None:
    assert unescaped(text) == plain
