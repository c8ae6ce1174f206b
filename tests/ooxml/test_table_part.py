"""Which table of a workbook is brought up to date, where it lies, and what its part says of it."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

import pytest

from tests.ooxml.sheet_and_table import MAIN, table
from tests.ooxml.update_files import zipped
from workbook.merge.model import CONTACTS, MEMBERS
from workbook.merge.ranges import Range
from workbook.merge.refusals import FilledByQuery, HoldsMembers, MappedToXml, NoTable
from workbook.ooxml.package import Package
from workbook.ooxml.table_part import chosen, ranges_of_tables, sheets, tables

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OF_MEMBERS = "id name group groupName"


def rels(*arrows: tuple[str, str]) -> bytes:
    """Return arrows of a kind to a target, with the ids r1, r2 and so on."""
    each = "".join(
        f'<Relationship Id="r{at}" Type="{OFFICE}/{kind}" Target="/{target}"/>'
        for at, (kind, target) in enumerate(arrows, 1)
    )
    return f"<Relationships>{each}</Relationships>".encode()


def listed(name: str, titles: str, more: str = "", ref: str = "A1:B2") -> bytes:
    """Return the part of a table."""
    columns = "".join(f'<tableColumn name="{title}"/>' for title in titles.split())
    head = f'<table xmlns="{MAIN}" displayName="{name}" ref="{ref}" {more}>'
    return f"{head}<tableColumns>{columns}</tableColumns></table>".encode()


def parts(
    tables: Mapping[str, bytes], tabs: str = "", more: tuple[str, ...] = ()
) -> dict[str, bytes]:
    """Return a workbook with two sheets: `tables` on the first, `more` of them on the other, too."""
    names = tabs or '<sheet name="One" r:id="r1"/><sheet name="Two" r:id="r2"/>'
    book = f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>{names}</sheets></workbook>'
    return {
        "_rels/.rels": rels(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": book.encode(),
        "xl/_rels/workbook.xml.rels": rels(
            ("worksheet", "xl/one.xml"), ("worksheet", "xl/two.xml"), ("chartsheet", "xl/c.xml")
        ),
        "xl/_rels/one.xml.rels": rels(
            ("drawing", "xl/d.xml"), *(("table", each) for each in tables)
        ),
        "xl/_rels/two.xml.rels": rels(*(("table", each) for each in more)),
        **tables,
    }


def package(*tables: bytes) -> Package:
    """Return a workbook with these tables on its first sheet."""
    return opened(parts({f"xl/t{at}.xml": each for at, each in enumerate(tables)}))


def opened(texts: dict[str, bytes]) -> Package:
    return Package(BytesIO(zipped(texts)))


class TestTheTableThatIsMeant:
    @pytest.mark.parametrize("name", ["Contacts", "contacts", "CONTACTS"])
    def test_is_the_one_of_its_name(self, name: str) -> None:
        other = listed("Other", "id name")
        assert chosen(package(other, listed(name, "a b"), other)).name == name

    @pytest.mark.parametrize("titles", ["id name", "name notes id"])
    def test_is_else_the_only_one_with_its_titles(self, titles: str) -> None:
        there = package(listed("A", "id"), listed("B", titles), listed("C", "name"))
        assert chosen(there).name == "B"
        assert chosen(there, CONTACTS).part == "xl/t1.xml"

    def test_is_not_told_where_several_have_them_or_none(self) -> None:
        with pytest.raises(NoTable, match=r"B, C") as two:
            chosen(package(listed("B", "id name"), listed("C", "id name"), listed("D", OF_MEMBERS)))
        assert two.value.alike == ("B", "C")
        with pytest.raises(NoTable) as none:
            chosen(package(listed("A", "id"), listed("B", "name")))
        assert none.value.alike == ()

    def test_of_contacts_is_never_one_of_members(self) -> None:
        there = package(listed("A", "a b"), listed("B", OF_MEMBERS))
        with pytest.raises(HoldsMembers):
            chosen(there)
        assert chosen(there, MEMBERS).name == "B"
        assert chosen(package(listed("B", OF_MEMBERS), listed("C", "id name"))).name == "C"

    @pytest.mark.parametrize(
        ("kind", "refusal"), [("xml", MappedToXml), ("queryTable", FilledByQuery)]
    )
    def test_is_filled_by_nothing_else(self, kind: str, refusal: type[Exception]) -> None:
        with pytest.raises(refusal, match='"B"'):
            chosen(package(listed("B", "id name", f'tableType="{kind}"')))

    def test_may_say_that_it_is_one_of_a_sheet(self) -> None:
        assert chosen(package(listed("B", "id name", 'tableType="worksheet"'))).name == "B"


class TestSheets:
    def test_come_in_the_order_of_the_tabs_each_part_once(self) -> None:
        tabs = "".join(
            f"<sheet {each}/>"
            for each in (
                'name="B" sheetId="1" r:id="r2"',
                'name="none" id="r1"',
                'name="nowhere" r:id="r9"',
                'name="chart" r:id="r3"',
                'r:id="r1"',
                'name="again" r:id="r2"',
            )
        )
        assert [*sheets(opened(parts({}, tabs)))] == [("B", "xl/two.xml"), ("", "xl/one.xml")]

    def test_that_two_arrows_lead_to_come_once_in_whatever_case(self) -> None:
        there = parts({})
        there["xl/_rels/workbook.xml.rels"] = rels(
            ("worksheet", "xl/One.xml"), ("worksheet", "xl/one.XML")
        )
        assert [*sheets(opened(there))] == [("One", "xl/One.xml")]


class TestTables:
    def test_belong_to_the_first_sheet_that_claims_them(self) -> None:
        found = {"xl/a.xml": listed("A", "a"), "xl/b.xml": listed("B", "b")}
        there = [*tables(opened(parts(found, more=("xl/A.xml", "xl/gone.xml"))))]
        assert [(each.name, each.sheet, each.sheet_part) for each in there] == [
            ("A", "One", "xl/one.xml"),
            ("B", "One", "xl/one.xml"),
        ]

    def test_of_later_sheets_are_found_too(self) -> None:
        there = parts({}, more=("xl/gone.xml", "xl/c.xml"))
        there["xl/c.xml"] = listed("C", "c", ref="B2:C3")
        assert [(each.name, each.sheet) for each in tables(opened(there))] == [("C", "Two")]
        assert [*ranges_of_tables(opened(there), "xl/two.xml")] == [Range(2, 2, 3, 3)]
        assert [*ranges_of_tables(opened(there), "xl/one.xml")] == []

    def test_that_are_nowhere_on_the_sheet_are_passed_over(self) -> None:
        nowhere = listed("A", "a", ref="#REF!"), listed("B", "b").replace(b" ref", b" xref")
        assert [each.name for each in tables(package(*nowhere, listed("C", "c")))] == ["C"]

    def test_are_named_as_users_see_them_else_by_their_name(self) -> None:
        plain = listed("A", "a", 'name="inner"')
        bare = plain.replace(b'displayName="A"', b"")
        assert [each.name for each in tables(package(plain, bare))] == ["A", "inner"]


class TestWhatATableSays:
    def test_its_rows_are_between_header_and_totals(self) -> None:
        for headers, totals, body in (
            ({}, {}, Range(2, 4, 3, 9)),
            ({"headerRowCount": "0"}, {}, Range(2, 3, 3, 9)),
            ({"headerRowCount": "1"}, {"totalsRowCount": "1"}, Range(2, 4, 3, 8)),
        ):
            assert table("B3:C9", **headers, **totals).body == body

    def test_its_totals_are_its_last_row(self) -> None:
        assert table("B3:C9").totals_row is None
        assert table("B3:C9", totalsRowCount="1").totals_row == Range(2, 9, 3, 9)

    def test_its_titles_are_as_users_see_them(self) -> None:
        assert table("A1:B2", "a_x000a_b id").titles == ["a\nb", "id"]

    def test_formulas_of_whole_columns_are_known_by_their_place(self) -> None:
        there = table("A1:C2", "a b c")
        for at in (0, 2):
            formula = there.root.makeelement(f"{{{MAIN}}}calculatedColumnFormula", {})
            formula.text = f"{at}"
            there.columns[at].append(formula)
        assert {at: each.text for at, each in there.formulas.items()} == {0: "0", 2: "2"}
