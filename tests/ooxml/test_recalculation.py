"""The order to compute every formula on the next opening, and the order of calculation."""

from __future__ import annotations

import re

import pytest

from tests.ooxml.small_books import TYPES, book, sheet, text
from tests.ooxml.small_files import BOOK
from workbook.ooxml.package import Package
from workbook.ooxml.recalculation import compute_on_opening, forget_chain, has_chain
from workbook.ooxml.relationships import rels_of

CHAIN = "xl/calcChain.xml"
ORDER = '<calcPr fullCalcOnLoad="1"/>'


def ordered(within: str) -> str:
    """Return what stands behind the sheets in a workbook part that had this there."""
    there = book({"S": sheet({})}, within)
    compute_on_opening(there)
    return text(there, BOOK).partition("</sheets>")[2].removesuffix("</workbook>")


class TestTheNextOpening:
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("", ORDER),
            ("<definedNames/>", f"<definedNames/>{ORDER}"),
            ("<externalReferences/><definedNames/><extLst/>", f"<externalReferences/><definedNames/>{ORDER}<extLst/>"),
            ("<functionGroups/><pivotCaches/>", f"<functionGroups/>{ORDER}<pivotCaches/>"),
            ("<oleSize/>", f"{ORDER}<oleSize/>"),
        ],
    )  # fmt: skip
    def test_the_order_stands_where_the_schema_wants_it(self, before: str, after: str) -> None:
        assert ordered(before) == after

    def test_in_a_workbook_of_nothing_else_it_stands_alone(self) -> None:
        there = book({})
        there.put(BOOK, b"<workbook><oleSize/><extLst/></workbook>")
        compute_on_opening(there)
        assert text(there, BOOK).endswith(f"<workbook>{ORDER}<oleSize/><extLst/></workbook>")

    @pytest.mark.parametrize("said", ["", ' fullCalcOnLoad="0"'])
    def test_one_that_is_there_is_kept_and_completed(self, said: str) -> None:
        assert ordered(f'<calcPr calcId="9"{said}/>') == '<calcPr calcId="9" fullCalcOnLoad="1"/>'

    @pytest.mark.parametrize("said", ["1", "true"])
    def test_one_that_says_so_keeps_its_bytes(self, said: str) -> None:
        there = book({"S": sheet({})}, f'<calcPr fullCalcOnLoad="{said}"/>')
        compute_on_opening(there)
        assert not there.is_edited(BOOK)


LISTED = '<Override PartName="{}"/>'
OTHERS = LISTED.format(f"/{BOOK}") + '<Default Extension="xml"/>'


def chained(*names: str) -> Package:
    """Return a workbook with an order of calculation, which it names so, and a theme."""
    listed = "".join(LISTED.format(name) for name in names)
    return book(
        {"S": sheet({})},
        arrows={BOOK: [("calcChain", CHAIN), ("theme", "xl/theme.xml")]},
        types=f"<Types>{listed}{OTHERS}</Types>",
        calcChain="<calcChain/>",
    )


class TestTheOrderOfCalculation:
    def test_it_is_there_or_not(self) -> None:
        assert has_chain(chained())
        assert not has_chain(book({"S": sheet({})}))

    @pytest.mark.parametrize("name", [f"/{CHAIN}", CHAIN])
    def test_it_goes_with_all_that_leads_to_it_and_with_nothing_else(self, name: str) -> None:
        there = chained(name)
        forget_chain(there)
        assert CHAIN not in there
        assert not has_chain(there)
        assert text(there, TYPES).endswith(f"<Types>{OTHERS}</Types>")
        arrows = text(there, rels_of(BOOK))
        assert re.findall('Type="x/([^"]*)"', arrows) == ["worksheet", "theme"]

    def test_what_is_listed_without_a_name_or_kind_stays(self) -> None:
        there = chained("")
        forget_chain(there)
        assert text(there, TYPES).endswith(f"<Types>{LISTED.format('')}{OTHERS}</Types>")

    def test_where_there_is_none_nothing_is_touched(self) -> None:
        there = book({"S": sheet({})})
        forget_chain(there)
        assert not any(there.is_edited(each) for each in there.names())
