"""Which references to plain cells of a table grow with it, all over a workbook, and what is told."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from tests.ooxml.small_books import book, grid, part, sheet, table, text, the_table
from tests.ooxml.small_files import BOOK, MAIN, TABLE, Arrow
from workbook.merge.references import Followed, Growth
from workbook.merge.refusals import BrokenPart
from workbook.ooxml.package import Package
from workbook.ooxml.reference_updates import Told, follow
from workbook.ooxml.table_part import tables
from workbook.ooxml.worksheet import Grid

GREW, STAYED, NEITHER = (
    Followed(None, *each) for each in ((True, False), (False, True), (False, False))
)
GROWN = "These covered all rows of the table, and the new ones now too: "
CHART, PIVOT = "xl/chart.xml", "xl/pivot.xml"
DRAWN: dict[str, list[Arrow]] = {
    part(1): [("table", TABLE), ("drawing", "xl/drawing.xml")],
    "xl/drawing.xml": [("chart", CHART)],
}


def people(
    own: str = "", other: str = "", within: str = "", more: str = "", **parts: str
) -> Package:
    """Return a workbook with the table A2:B10 on the sheet People, titles above, and Other."""
    parts = {"tables/table1": table("A1:B10", "id", "name", more=more), **parts}
    arrows: dict[str, list[Arrow]] = {part(1): [("table", TABLE)]}
    if "chart" in parts:
        arrows = {**DRAWN}
    if "pivot" in parts:
        arrows[BOOK] = [("pivotCacheDefinition", PIVOT)]
    return book({"People": own or sheet({}), "Other": other or sheet({})}, within, arrows, **parts)


def grown(package: Package) -> tuple[Grid, Told]:
    """Let all follow three new rows of the table; return its sheet and what is told."""
    found, own = the_table(package)
    return own, follow(package, found, own, Growth("People", found.body, found.ref, 3))


def formulas(package: Package, name: str = "Other") -> list[str]:
    """Return the texts of all formulas on a sheet as it is after the table grew."""
    own, _ = grown(package)
    there = own if name == "People" else grid(package, name)
    return re.findall("<f[^>]*>([^<]*)</f>", b"".join(there.written()).decode())


def sentences(package: Package) -> list[str]:
    return [*grown(package)[1].sentences()]


class TestWhatIsTold:
    @pytest.mark.parametrize(
        ("what", "count", "words"),
        [
            ("a formula on Sums", 1, "a formula on Sums"),
            ("a formula on Sums", 2, "2 formulas on Sums"),
            ("a chart", 1_234, "1,234 charts"),
            ("a pivot table", 3, "3 pivot tables"),
            ("a sparkline on Sums", 2, "2 sparklines on Sums"),
            ("a dropdown or format on Sums", 2, "2 dropdowns or formats on Sums"),
            ('the name "All"', 2, 'the name "All"'),
            ("a formula on a formula", 2, "2 formulas on a formula"),
        ],
    )
    def test_things_of_one_kind_are_counted_but_a_name_is_one(
        self, what: str, count: int, words: str
    ) -> None:
        told = Told(Counter({what: count}))
        assert [*told.sentences()] == [f"{GROWN}{words}."]

    def test_what_stayed_is_told_after_what_grew_with_what_to_do(self) -> None:
        told = Told()
        told.note("a chart", GREW)
        for _ in range(2):
            told.note("a formula on Sums", STAYED)
        told.note("a formula on Sums", GREW)
        told.note("a pivot table", NEITHER)
        assert [*told.sentences()] == [
            f"{GROWN}a chart, a formula on Sums.",
            "Not in the new rows: 2 formulas on Sums; they refer to plain cells. "
            "Let them refer to the table to grow with it.",
        ]

    def test_nothing_is_said_of_nothing(self) -> None:
        assert [*Told().sentences()] == []


class TestCells:
    @pytest.mark.parametrize(
        ("place", "formula", "after"),
        [
            *((at, "SUM(A2:A10)", "SUM(A2:A13)") for at in ("D1", "D2", "D10", "D11", "D99")),
            *((at, "SUM(A$2:A10)", "SUM(A$2:A13)") for at in ("D1", "D11", "D99")),
            *((at, "SUM(A$2:A10)", "SUM(A$2:A10)") for at in ("D2", "D10")),
            *((at, "SUM(A$2:A$10)", "SUM(A$2:A$13)") for at in ("A2", "B10", "D2")),
            *((at, "SUM(A2:A10)", "SUM(A2:A10)") for at in ("A2", "B2", "A10", "B10")),
            ("C2", "SUM(A2:A10)", "SUM(A2:A13)"),
            ("A11", "SUM(A2:A10)", "SUM(A2:A13)"),
        ],
    )
    def test_on_the_tables_sheet_it_depends_on_where_a_formula_stands(
        self, place: str, formula: str, after: str
    ) -> None:
        assert formulas(people(sheet({place: f"={formula}"})), "People") == [after]

    def test_a_row_left_of_the_table_is_beside_it_too(self) -> None:
        there = people(
            sheet({"A2": "=SUM(B2:B10)+SUM(B$2:B$10)+SUM(B$2:B10)"}),
            **{"tables/table1": table("B1:C10", "id", "name")},
        )
        assert formulas(there, "People") == ["SUM(B2:B13)+SUM(B$2:B$13)+SUM(B$2:B10)"]

    @pytest.mark.parametrize("formula", ["People!A2:A10", "people!A$2:A10", "People!A$2:$B$10"])
    def test_on_another_sheet_any_range_of_all_rows_grows(self, formula: str) -> None:
        there = people(other=sheet({"A2": f"={formula}"}))
        assert formulas(there) == [formula.replace("10", "13")]
        assert sentences(people(other=sheet({"A2": f"={formula}"}))) == [
            f"{GROWN}a formula on Other."
        ]

    def test_a_range_without_a_sheet_is_of_the_sheet_where_it_stands(self) -> None:
        there = people(other=sheet({"A2": "=SUM(A2:A10)"}))
        before = text(there, part(2))
        assert sentences(there) == []
        assert text(there, part(2)) == before

    def test_the_name_of_the_tables_sheet_is_the_same_in_any_case(self) -> None:
        there = people(sheet({"A2": "=SUM(A2:A10)"}))
        found, own = the_table(there)
        told = follow(there, found, own, Growth("PEOPLE", found.body, found.ref, 3))
        assert [*told.sentences()] == []

    def test_beside_the_table_only_what_grows_is_told(self) -> None:
        cells = {"D2": "=SUM(A1:A10)", "E2": "=SUM(A1:A10)+SUM(B2:B10)", "D10": "=SUM(A1:A10)"}
        assert sentences(people(sheet(cells))) == [f"{GROWN}a formula on People."]

    @pytest.mark.parametrize("place", ["D1", "D11"])
    def test_above_and_below_it_what_stays_is_told_too(self, place: str) -> None:
        [told] = sentences(people(sheet({place: "=SUM(A1:A10)"})))
        assert told.startswith("Not in the new rows: a formula on People;")

    def test_formulas_are_counted_and_those_of_the_first_and_last_row_are_seen(self) -> None:
        cells = {"A1": "=People!A2:A10", "B1": "=People!B2:B10", "A1048576": "=People!B2:B10"}
        assert sentences(people(other=sheet(cells))) == [f"{GROWN}3 formulas on Other."]
        assert formulas(people(other=sheet(cells)))[-1] == "People!B2:B13"

    def test_a_reference_to_the_row_of_totals_goes_down_with_it_untold(self) -> None:
        there = people(other=sheet({"A1": "=People!B10"}), more='totalsRowCount="1"')
        assert formulas(there) == ["People!B13"]
        assert sentences(there) == []

    def test_on_another_sheet_no_row_is_beside_the_table(self) -> None:
        [told] = sentences(people(other=sheet({"D2": "=SUM(People!A1:A10)"})))
        assert told.startswith("Not in the new rows: a formula on Other;")

    @pytest.mark.parametrize("cells", [{"A1": "=People!A1:A10", "A2": "=1+1"}, {"A1": "text"}])
    def test_only_what_changed_is_written(self, cells: dict[str, str]) -> None:
        there = people(other=sheet(cells))
        grown(there)
        assert not any(there.is_edited(each) for each in (part(1), part(2), TABLE, BOOK))

    def test_the_tables_own_sheet_is_changed_in_place(self) -> None:
        there = people(sheet({"D1": "=SUM(A2:A10)"}))
        own, _ = grown(there)
        assert not there.is_edited(part(1))
        assert b"A2:A13" in b"".join(own.written())

    def test_a_damaged_sheet_is_left_alone_and_the_others_follow(self) -> None:
        there = book(
            {"People": sheet({}), "Odd": "<worksheet", "Other": sheet({"A1": "=People!A2:A10"})},
            arrows={part(1): [("table", TABLE)]},
            **{"tables/table1": table("A1:B10", "id", "name")},
        )
        assert sentences(there) == [f"{GROWN}a formula on Other."]
        assert text(there, part(2)) == "<worksheet"


class TestSharedFormulas:
    def shared(self, formula: str) -> Package:
        """Return a workbook in which two cells share a formula, and two others another one."""
        first, last = '<c><f t="shared" ref="A1:A2" si="0">', '<c><f t="shared" si="0"/></c>'
        again = first.replace('"0"', '"1"')
        cells = {
            "A1": f"{first}{formula}</f></c>",
            "B1": f"{again}People!$B1</f></c>",
            "A2": last,
            "B2": last.replace('"0"', '"1"'),
        }
        return people(other=sheet(cells))

    def test_those_that_share_a_formula_that_grows_are_spelled_out(self) -> None:
        there = self.shared("SUM(People!A$2:A$10)+B1")
        assert formulas(there) == [
            "SUM(People!A$2:A$13)+B1",
            "People!$B1",
            "SUM(People!A$2:A$13)+B2",
        ]
        assert text(there, part(2)).count("<f>") == 2

    def test_so_are_those_of_which_only_one_grows(self) -> None:
        there = self.shared("SUM(People!A2:A10)")
        assert formulas(there) == ["SUM(People!A2:A13)", "People!$B1", "SUM(People!A3:A11)"]

    def test_those_of_another_formula_go_on_sharing_it(self) -> None:
        there = self.shared("SUM(People!A$2:A$10)")
        grown(there)
        assert '<c r="B2"><f t="shared" si="1"/></c>' in text(there, part(2))

    def test_one_that_would_leave_the_sheet_is_passed_over(self) -> None:
        cells = {
            "A1": '<c><f t="shared" ref="A1:A2" si="0">A1048576+SUM(People!A$2:A$10)</f></c>',
            "A2": '<c><f t="shared" si="0"/></c>',
        }
        there = people(other=sheet(cells))
        assert sentences(there) == [f"{GROWN}a formula on Other."]
        assert '<c r="A2"><f t="shared" si="0"/></c>' in text(there, part(2))


class TestRules:
    RULE = "<{0}>SUM(People!$A$2:$A$10)</{0}>"

    @pytest.mark.parametrize("name", ["formula", "formula1", "formula2", "f"])
    def test_each_kind_grows_on_another_sheet(self, name: str) -> None:
        there = people(other=sheet({}, self.RULE.format(name)))
        assert sentences(there) == [f"{GROWN}a dropdown or format on Other."]
        assert f"<{name}>SUM(People!$A$2:$A$13)</{name}>" in text(there, part(2))

    def test_it_is_told_for_the_tables_own_sheet_as_well(self) -> None:
        there = people(sheet({}, "<formula>$A$2:$A$10</formula><formula1>$B$2:$B$10</formula1>"))
        own, told = grown(there)
        assert [*told.sentences()] == [f"{GROWN}2 dropdowns or formats on People."]
        assert b"".join(own.written()).count(b"$13</f") == 2

    @pytest.mark.parametrize("cells", ["People!A2:A10", "People!A$2:A10"])
    def test_one_without_a_dollar_is_meant_for_one_row_but_a_sparkline_is_not(
        self, cells: str
    ) -> None:
        [rule] = sentences(people(other=sheet({}, f"<formula>{cells}</formula>")))
        assert rule.startswith("Not in the new rows: a dropdown or format on Other;")
        line = f"<sparkline><f>{cells}</f></sparkline>"
        assert sentences(people(other=sheet({}, line))) == [f"{GROWN}a sparkline on Other."]

    def test_a_sheet_that_calls_itself_one_is_one(self) -> None:
        there = people(other="<f>People!A2:A10<sheetData/></f>")
        [told] = sentences(there)
        assert told.startswith("Not in the new rows: a dropdown or format on Other;")

    def test_an_empty_one_is_nothing(self) -> None:
        assert sentences(people(other=sheet({}, "<formula/><sparkline><f/></sparkline>"))) == []


class TestDefinitions:
    COLUMN = '<tableColumn name="n"><{0}>{1}</{0}></tableColumn>'

    def own(self, name: str, formula: str) -> Package:
        columns = ("id", self.COLUMN.format(name, formula))
        return people(**{"tables/table1": table("A1:B10", *columns)})

    @pytest.mark.parametrize(
        ("name", "formula", "after"),
        [
            ("calculatedColumnFormula", "SUM($A$2:$A$10)", "SUM($A$2:$A$13)"),
            ("calculatedColumnFormula", "SUM($A$2:$A10)", None),
            ("calculatedColumnFormula", "SUM(A2:A10)", None),
            ("totalsRowFormula", "SUM(A2:A10)", "SUM(A2:A13)"),
            ("totalsRowFormula", "SUM(A$2:A10)", "SUM(A$2:A13)"),
        ],
    )
    def test_the_tables_own_follow_untold(self, name: str, formula: str, after: str | None) -> None:
        there = self.own(name, formula)
        assert sentences(there) == []
        assert there.is_edited(TABLE) == (after is not None)
        assert f">{after or formula}</{name}>" in text(there, TABLE)

    @pytest.mark.parametrize("name", ["calculatedColumnFormula", "totalsRowFormula"])
    def test_an_empty_one_is_nothing(self, name: str) -> None:
        assert sentences(self.own(name, "")) == []

    def test_the_table_at_hand_is_the_one_that_is_changed(self) -> None:
        there = self.own("totalsRowFormula", "SUM(A2:A10)")
        found, own = the_table(there)
        follow(there, found, own, Growth("People", found.body, found.ref, 3))
        assert found.root.findtext(".//{*}totalsRowFormula") == "SUM(A2:A13)"

    def second(self, formula: str, first: list[str], last: list[str]) -> Package:
        """Return a workbook with another table, and which ones the sheets around People claim."""
        column = self.COLUMN.format("totalsRowFormula", formula)
        arrows: dict[str, list[Arrow]] = {
            part(1): [("table", f"xl/{each}") for each in first],
            part(2): [("table", TABLE), *(("table", f"xl/{each}") for each in last)],
        }
        return book(
            {"Other": sheet({}), "People": sheet({})},
            arrows=arrows,
            **{"tables/table1": table("A1:B10", "id", "name"), "more": table("A1:A9", column)},
        )

    def follow(self, there: Package) -> str:
        """Let all follow the table Contacts, and return the other one."""
        found = next(each for each in tables(there) if each.sheet == "People")
        follow(there, found, grid(there, "People"), Growth("People", found.body, found.ref, 3))
        return text(there, "xl/more.xml")

    def test_another_tables_follow_from_its_own_sheet(self) -> None:
        there = self.second("People!A2:A10+A2:A10", ["more.xml"], [])
        assert ">People!A2:A13+A2:A10<" in self.follow(there)

    @pytest.mark.parametrize("again", ["more.xml", "MORE.xml"])
    def test_one_that_several_sheets_claim_belongs_to_the_first(self, again: str) -> None:
        assert ">A2:A10<" in self.follow(self.second("A2:A10", [again], ["more.xml"]))
        assert ">A2:A10<" in self.follow(self.second("A2:A10", ["more.xml"], [again]))

    def test_what_comes_after_such_a_one_and_after_one_that_is_missing_follows_too(self) -> None:
        there = self.second("A2:A10", ["nowhere.xml"], ["nowhere.xml", "more.xml"])
        assert ">A2:A13<" in self.follow(there)


class TestNames:
    def named(self, **texts: str) -> Package:
        listed = "".join(
            f'<definedName name="{name}">{said}</definedName>' for name, said in texts.items()
        )
        return people(within=f"<definedNames>{listed}</definedNames>")

    def test_each_is_told_by_its_name(self) -> None:
        there = self.named(All="People!$A$2:$A$10", My_List="People!$A$1:$A$10")
        assert sentences(there) == [
            f'{GROWN}the name "All".',
            'Not in the new rows: the name "My_List"; they refer to plain cells. '
            "Let them refer to the table to grow with it.",
        ]
        assert ">People!$A$2:$A$13<" in text(there, BOOK)

    def test_excels_own_are_told_as_people_know_them(self) -> None:
        there = self.named(**{"_xlnm.Print_Area": "People!$A$2:$A$10"})
        assert sentences(there) == [f'{GROWN}the name "Print Area".']

    def test_that_of_a_filter_follows_untold(self) -> None:
        there = self.named(**{"_xlnm._FilterDatabase": "People!$A$2:$A$10"})
        assert sentences(there) == []
        assert ">People!$A$2:$A$13<" in text(there, BOOK)

    @pytest.mark.parametrize("said", ["People!$A2:$A10", "$A$2:$A$10", "", "Other!$A$2:$A$10"])
    def test_what_is_no_fixed_range_of_the_table_stays(self, said: str) -> None:
        there = self.named(All=said)
        grown(there)
        assert not there.is_edited(BOOK)

    def test_one_without_a_name_does_no_harm(self) -> None:
        there = people(
            within="<definedNames><definedName>People!$A$2:$A$10</definedName></definedNames>"
        )
        assert sentences(there) == [f'{GROWN}the name "".']


class TestCharts:
    def drawn(self, *texts: str) -> Package:
        listed = "".join(f"<f>{each}</f>" for each in texts)
        return people(drawing="<d/>", chart=f"<chart {MAIN}>{listed}</chart>")

    @pytest.mark.parametrize(
        ("texts", "words"),
        [
            (("People!$A$2:$A$10", "People!$B$2:$B$10"), f"{GROWN}a chart."),
            (("People!$A$2:$A$10", "Other!$B$2"), f"{GROWN}a chart."),
            (("People!$A$2:$A$10", "People!$B$1:$B$10"), "Not in the new rows: a chart; "),
            (("People!$A2:$A10",), "Not in the new rows: a chart; "),
            (("Other!$A$2:$A$10", "$A$2:$A$10", ""), ""),
            ((), ""),
        ],
    )
    def test_it_is_told_once_and_grew_if_all_of_it_did(
        self, texts: tuple[str, ...], words: str
    ) -> None:
        told = sentences(self.drawn(*texts))
        assert len(told) == bool(words)
        assert "".join(told).startswith(words)

    def test_what_of_it_covers_all_rows_is_written(self) -> None:
        there = self.drawn("People!$A$2:$A$10", "People!$B$1:$B$10")
        grown(there)
        assert "<f>People!$A$2:$A$13</f><f>People!$B$1:$B$10</f>" in text(there, CHART)

    def test_one_that_stays_keeps_its_bytes_and_a_damaged_one_too(self) -> None:
        for there in (self.drawn("People!$A$1:$A$10"), people(drawing="<d/>", chart="<c")):
            grown(there)
            assert not there.is_edited(CHART)


class TestPivotTables:
    def sourced(self, source: str) -> Package:
        return people(
            pivot=f"<pivot {MAIN}><cacheSource><worksheetSource {source}/></cacheSource></pivot>"
        )

    @pytest.mark.parametrize(
        ("ref", "after"),
        [("A1:B10", "A1:B13"), ("A1:A10", "A1:A13"), ("$B$1:$B$10", "B1:B13")],
    )
    def test_one_of_titles_and_all_rows_grows(self, ref: str, after: str) -> None:
        there = self.sourced(f'ref="{ref}" sheet="People"')
        assert sentences(there) == [f"{GROWN}a pivot table."]
        assert f'ref="{after}"' in text(there, PIVOT)

    @pytest.mark.parametrize("ref", ["A2:B10", "A1:C10", "B3:B10"])
    def test_one_of_other_cells_that_end_with_them_stays(self, ref: str) -> None:
        there = self.sourced(f'ref="{ref}" sheet="People"')
        [told] = sentences(there)
        assert told.startswith("Not in the new rows: a pivot table;")
        assert not there.is_edited(PIVOT)

    @pytest.mark.parametrize(
        "source",
        [
            'ref="A1:B10" sheet="Other"',
            'ref="A1:B9" sheet="People"',
            'ref="A1:B11" sheet="People"',
            'ref="odd" sheet="People"',
            'sheet="People"',
            'ref="A1:B10"',
            'name="Contacts"',
            'ref="A1:B10" sheet="People" r:id="rId1" xmlns:r="urn:r"',
        ],
    )
    def test_any_other_is_not_told(self, source: str) -> None:
        there = self.sourced(source)
        assert sentences(there) == []
        assert not there.is_edited(PIVOT)

    def test_each_range_of_a_consolidation_follows_by_itself(self) -> None:
        ranges = '<rangeSet ref="A1:A10" sheet="Other"/><rangeSet ref="A1:A10" sheet="People"/>'
        there = people(pivot=f"<pivot {MAIN}><consolidation>{ranges}</consolidation></pivot>")
        assert sentences(there) == [f"{GROWN}a pivot table."]
        assert ranges.replace('A10" sheet="People', 'A13" sheet="People') in text(there, PIVOT)

    @pytest.mark.parametrize("damage", ["<p", f"<pivot {MAIN}/>"])
    def test_one_without_a_source_is_passed_over(self, damage: str) -> None:
        arrows: dict[str, list[Arrow]] = {
            part(1): [("table", TABLE)],
            BOOK: [("pivotCacheDefinition", "xl/odd.xml"), ("pivotCacheDefinition", PIVOT)],
        }
        there = book(
            {"People": sheet({})},
            arrows=arrows,
            **{
                "tables/table1": table("A1:B10", "id", "name"),
                "odd": damage,
                "pivot": text(self.sourced('ref="A1:B10" sheet="People"'), PIVOT),
            },
        )
        assert sentences(there) == [f"{GROWN}a pivot table."]


class TestBudget:
    def two(self) -> Package:
        """Return a workbook with two formulas, the first of which has the last row's number."""
        return people(sheet({"A1": "=People!A9+10", "A2": "=People!A9+1"}))

    def test_formulas_that_name_the_last_row_are_paid_for(self) -> None:
        there = self.two()
        there.budget.characters = len("People!A9+10")
        assert sentences(there) == []

    def test_of_another_sheet_nothing_is_told_that_is_not_written(self) -> None:
        cells = {"A1": "=SUM(People!A2:A10)", "A2": "=SUM(People!A1:A10)"}
        there = people(other=sheet(cells))
        there.budget.characters = len("SUM(People!A2:A10)")
        assert sentences(there) == []
        assert not there.is_edited(part(2))

    def test_where_there_are_very_many_the_workbook_is_refused(self) -> None:
        there = self.two()
        there.budget.characters = len("People!A9+10") - 1
        with pytest.raises(BrokenPart, match="very many formulas that refer to the table"):
            grown(there)
