"""Copies of cells in charts and pivot tables: which there are, and what becomes of each."""

from __future__ import annotations

import re

import pytest

from tests.ooxml.small_books import book, part, sheet, text
from tests.ooxml.small_files import BOOK, MAIN, Arrow
from workbook.ooxml.copies import copies, renew
from workbook.ooxml.package import Package

CHART, PIVOT = "xl/chart.xml", "xl/pivot.xml"
SHOWN = "xl/shown.xml"  # a pivot table on a sheet
CELLS = {"B2": "Ann", "B3": "Bob", "C2": "<c><v>5</v></c>", "C3": '<c t="n"><v>7</v></c>'}


def drawn(inner: str, cells: dict[str, str] | None = None, after: str = "") -> Package:
    """Return a workbook with a chart and the sheet People; B are names, C numbers."""
    return book(
        {"People": sheet(CELLS | (cells or {}), after), "Other": sheet({"A1": "elsewhere"})},
        arrows={part(1): [("drawing", "xl/drawing.xml")], "xl/drawing.xml": [("chart", CHART)]},
        drawing="<d/>",
        chart=f"<chart {MAIN}>{inner}</chart>",
    )


def ref(formula: str, *points: str, kind: str = "str", more: str = "") -> str:
    """Return a reference of a chart with its copy of so many points."""
    kept = "".join(f'<pt idx="{at}"><v>{each}</v></pt>' for at, each in enumerate(points))
    count = f'<ptCount val="{len(points)}"/>'
    return f"<ref><f>{formula}</f><{kind}Cache>{more}{count}{kept}</{kind}Cache></ref>"


def now(package: Package) -> str:
    """Return what is within the chart after it was brought up to date."""
    assert [*renew(package, copies(package))] == []
    inner = re.search("<chart[^>]*>(.*)</chart>", text(package, CHART))
    assert inner is not None
    return inner[1]


class TestWhichThereAre:
    @pytest.mark.parametrize("kept", ["strCache", "numCache", "multiLvlStrCache", "lvl"])
    def test_a_reference_of_a_chart_is_one_where_cells_are_kept(self, kept: str) -> None:
        [copy] = copies(drawn(f"<ref><f>People!B2</f><{kept}/></ref>"))
        assert (copy.part, copy.formula) == (CHART, "People!B2")
        assert copy.node.text == "People!B2"
        assert copy.node.has_result

    @pytest.mark.parametrize(
        "inner", ["<ref><f>People!B2</f></ref>", "<ref><f>People!B2</f><Cached/></ref>"]
    )
    def test_one_without_is_none(self, inner: str) -> None:
        assert copies(drawn(inner)) == []

    def test_one_without_a_formula_is_one_of_nothing(self) -> None:
        assert [each.formula for each in copies(drawn("<ref><f/><strCache/></ref>"))] == [""]

    def test_a_chart_that_is_nothing_but_a_formula_is_none(self) -> None:
        there = drawn("")
        there.put(CHART, b"<f>People!B2</f>")
        assert copies(there) == []

    def test_all_charts_are_looked_through_a_damaged_one_is_passed_over(self) -> None:
        targets: list[Arrow] = [("chart", "xl/odd.xml"), ("chart", CHART), ("chart", "xl/new.xml")]
        there = book(
            {"People": sheet({})},
            arrows={part(1): [("drawing", "xl/drawing.xml")], "xl/drawing.xml": targets},
            drawing="<d/>", odd="<c", chart=f"<c {MAIN}>{ref('A1')}{ref('A2')}</c>", new=f"<c>{ref('A3')}</c>",
        )  # fmt: skip
        assert [(each.part, each.formula) for each in copies(there)] == [
            (CHART, "A1"), (CHART, "A2"), ("xl/new.xml", "A3"),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("source", "formula"),
        [
            ('<worksheetSource name="Contacts"/>', "Contacts"),
            ('<worksheetSource ref="A1:B3" sheet="it\'s"/>', "'it''s'!A1:B3"),
            ('<consolidation><rangeSet ref="A1:B3" sheet="x"/></consolidation>', "'x'!A1:B3"),
            ('<worksheetSource name="" ref="A1" sheet="x"/>', "'x'!A1"),
        ],
    )
    def test_a_pivot_table_keeps_what_its_source_names(self, source: str, formula: str) -> None:
        [copy] = copies(with_pivots(source))
        assert (copy.part, copy.formula) == ("xl/pivot1.xml", formula)
        assert not copy.node.has_result

    def test_one_of_another_workbook_keeps_nothing_of_this_one(self) -> None:
        other = '<worksheetSource xmlns:r="urn:r" r:id="r1" ref="A1:B3" sheet="People"/>'
        assert copies(with_pivots(other)) == []

    def test_a_damaged_one_is_passed_over(self) -> None:
        there = with_pivots("", '<worksheetSource name="Contacts"/>')
        there.put("xl/pivot1.xml", b"<p")
        assert [each.part for each in copies(there)] == ["xl/pivot2.xml"]


class TestCharts:
    def test_texts_and_numbers_are_those_of_the_cells(self) -> None:
        there = drawn(ref("People!$B$2:$B$3", "An") + ref("People!C2:C3", "1", kind="num"))
        names, numbers = (
            ref("People!$B$2:$B$3", "Ann", "Bob"),
            ref("People!C2:C3", "5", "7", kind="num"),
        )
        assert now(there) == names + numbers

    def test_one_that_says_so_already_keeps_its_bytes(self) -> None:
        there = drawn(ref("People!$B$2:$B$3", "Ann", "Bob"))
        now(there)
        assert not there.is_edited(CHART)

    @pytest.mark.parametrize(
        "kept",
        [
            '<strCache><ptCount val="3"/><pt idx="0"><v>Ann</v></pt><pt idx="1"><v>Bob</v></pt></strCache>',
            '<strCache><pt idx="0"><v>Ann</v></pt><pt idx="1"><v>Bob</v></pt></strCache>',
            '<strCache><ptCount/><pt idx="0"><v>Ann</v></pt><pt idx="1"><v>Bob</v></pt></strCache>',
            '<strCache><ptCount val="2"/><pt><v>Ann</v></pt><pt idx="2"><v>Bob</v></pt></strCache>',
            '<strCache><ptCount val="2"/><pt idx="0"/><pt idx="1"><v>Bob</v></pt></strCache>',
        ],
    )
    def test_one_that_says_it_otherwise_is_written_anew(self, kept: str) -> None:
        there = drawn(f"<ref><f>People!$B$2:$B$3</f>{kept}</ref>")
        assert now(there) == ref("People!$B$2:$B$3", "Ann", "Bob")

    @pytest.mark.parametrize("count", ["", "<ptCount/>"])
    def test_so_is_one_point_that_nobody_counted(self, count: str) -> None:
        kept = f'{count}<pt idx="0"><v>Ann</v></pt>'
        there = drawn(f"<ref><f>People!B2</f><strCache>{kept}</strCache></ref>")
        assert now(there) == ref("People!B2", "Ann")

    def test_a_point_without_a_number_is_the_first_one(self) -> None:
        kept = '<ptCount val="1"/><pt><v>Ann</v></pt>'
        there = drawn(f"<ref><f>People!B2</f><strCache>{kept}</strCache></ref>")
        now(there)
        assert not there.is_edited(CHART)

    def test_one_of_no_value_keeps_its_bytes(self) -> None:
        there = drawn('<ref><f>People!Z1</f><strCache><ptCount val="1"/></strCache></ref>')
        now(there)
        assert not there.is_edited(CHART)

    def test_a_row_goes_from_left_to_right_and_leaves_out_what_has_no_value(self) -> None:
        cells = {"A5": "before", "B5": "Ann", "C5": '<c s="1"/>', "D5": "Bob", "E5": "behind"}
        kept = '<ptCount val="3"/><pt idx="0"><v>Ann</v></pt><pt idx="2"><v>Bob</v></pt>'
        assert now(drawn(ref("People!B5:D5"), cells)) == (
            f"<ref><f>People!B5:D5</f><strCache>{kept}</strCache></ref>"
        )

    @pytest.mark.parametrize("sheet_name", ["People", "PEOPLE", "'People'"])
    def test_the_sheet_is_found_however_it_is_spelled(self, sheet_name: str) -> None:
        there = drawn(ref(f"{sheet_name}!B2", "old"))
        assert now(there) == ref(f"{sheet_name}!B2", "Ann")

    def test_cells_of_several_sheets_are_read(self) -> None:
        formulas = ("People!B2", "Other!A1", "People!B3")
        there = drawn("".join(ref(each) for each in formulas))
        assert re.findall("<v>(.*?)</v>", now(there)) == ["Ann", "elsewhere", "Bob"]

    @pytest.mark.parametrize(
        "formula",
        [
            "(People!$B$2,People!$B$3)",
            "People!$B$2:$C$3",
            "People!$A$2:$B$3",
            "SUM(People!B2)",
            "-People!B2",
            "People!B2+1",
            "B2",
            "Nowhere!B2",
            "Contacts[name]",
            "[1]People!B2",
            "People!#REF!",
            "1+",
            "",
            "People!B2:B10002",
        ],
    )
    def test_what_is_no_line_of_cells_has_no_copy_any_more(self, formula: str) -> None:
        assert now(drawn(ref(formula, "Ann"))).removesuffix("</ref>") in (
            f"<ref><f>{formula}</f>",
            "<ref><f/>",
        )

    @pytest.mark.parametrize("formula", ["People!B2:People!B3", "People!$B$2:B3"])
    def test_one_range_may_be_spelled_in_several_ways(self, formula: str) -> None:
        assert now(drawn(ref(formula))) == ref(formula, "Ann", "Bob")

    def test_a_line_of_ten_thousand_cells_is_kept(self) -> None:
        assert '<ptCount val="10000"/>' in now(drawn(ref("People!B2:B10001")))

    @pytest.mark.parametrize(
        ("kind", "cell", "is_kept"),
        [
            ("str", '<c t="str"><f>A1</f><v>Ann</v></c>', True),
            ("str", '<c t="str"><v>An\u200bna</v></c>', False),
            ("str", "<c><v>5</v></c>", False),
            ("str", '<c t="n"><v>5</v></c>', False),
            ("str", '<c t="b"><v>1</v></c>', False),
            ("num", "<c><v>5</v></c>", True),
            ("num", '<c t="n"><v>5</v></c>', True),
            ("num", '<c t="str"><v>5</v></c>', False),
            ("num", '<c t="e"><v>#N/A</v></c>', False),
            ("num", "<c><f>A1</f></c>", False),
            ("multiLvlStr", '<c t="str"><v>Ann</v></c>', False),
        ],
    )
    def test_only_cells_of_its_kind_with_a_value_are_copied(
        self, kind: str, cell: str, is_kept: bool
    ) -> None:
        assert ("Cache>" in now(drawn(ref("People!F9", kind=kind), {"F9": cell}))) == is_kept

    @pytest.mark.parametrize(
        ("formula", "is_kept"),
        [("People!B5:B6", True), ("People!B5:B7", False), ("People!B7:B9", False), ("People!B8:B9", True)],
    )  # fmt: skip
    def test_hidden_rows_are_not_copied(self, formula: str, is_kept: bool) -> None:
        there = drawn(ref(formula), {"B6": "Eve", "B7": "Dan", "B8": "Kim"})
        hidden = text(there, part(1)).replace('<row r="7"', '<row r="7" hidden="1"')
        there.put(part(1), hidden.encode())
        assert ("Cache>" in now(there)) == is_kept

    def test_a_damaged_sheet_is_not_copied(self) -> None:
        there = drawn(ref("Other!A1", "x") + ref("People!B2"))
        there.put(part(2), b"<worksheet")
        assert now(there) == "<ref><f>Other!A1</f></ref>" + ref("People!B2", "Ann")

    @pytest.mark.parametrize("was", ["Ann", "old"])
    def test_each_copy_of_a_reference_is_looked_at(self, was: str) -> None:
        kept = '<lvl/><strCache><ptCount val="1"/><pt idx="0"><v>{}</v></pt></strCache><lvl/>'
        there = drawn(f"<ref><f>People!B2</f>{kept.format(was)}</ref>")
        assert now(there) == ref("People!B2", "Ann")

    def test_all_else_in_it_stays_where_the_schema_wants_it(self) -> None:
        form, more = "<formatCode>0</formatCode>", "<extLst/>"
        kept = '<ptCount val="1"/><pt idx="0"><v>{}</v></pt>'
        there = drawn(
            f"<ref><f>People!C2</f><numCache>{form}{kept.format(1)}{more}</numCache></ref>"
        )
        assert f"{form}{kept.format(5)}{more}" in now(there)

    def test_without_a_format_the_points_come_first(self) -> None:
        there = drawn("<ref><f>People!C2</f><numCache><extLst/></numCache></ref>")
        assert '<numCache><ptCount val="1"/><pt idx="0"><v>5</v></pt><extLst/>' in now(there)


def with_pivots(*sources: str, attributes: str = "", after: str = "") -> Package:
    """Return a workbook with a cache for each source; the first one is shown on the first sheet."""
    caches = [f"xl/pivot{at}.xml" for at, _ in enumerate(sources, 1)]
    parts = {
        f"pivot{at}": f"<p {MAIN} {attributes}><cacheSource>{each}</cacheSource></p>"
        for at, each in enumerate(sources, 1)
    }
    arrows: dict[str, list[Arrow]] = {
        BOOK: [("pivotCacheDefinition", each) for each in caches],
        part(1): [("pivotTable", SHOWN)],
        SHOWN: [("pivotCacheDefinition", caches[0])],
    }
    texts = {"Pivot": sheet({}, after), "Other": sheet({}, "<sheetProtection sheet='1'/>")}
    return book(texts, "", arrows, shown="<p/>", **parts)


class TestPivotTables:
    SOURCE = '<worksheetSource name="Contacts"/>'
    OLD = "the old list until Excel opens the workbook, which refreshes that."

    @pytest.mark.parametrize(
        ("count", "words"),
        [
            (1, "A pivot table shows"),
            (2, "2 pivot tables show"),
            (1_000, "1,000 pivot tables show"),
        ],
    )
    def test_they_are_refreshed_on_opening_and_counted(self, count: int, words: str) -> None:
        there = with_pivots(*[self.SOURCE] * count)
        assert [*renew(there, copies(there))] == [f"{words} {self.OLD}"]
        assert ' refreshOnLoad="1"' in text(there, f"xl/pivot{count}.xml")

    @pytest.mark.parametrize("source", ['<worksheetSource name="x"/>', '<rangeSet name="x"/>'])
    def test_of_whatever_source_one_cache_is_one(self, source: str) -> None:
        there = with_pivots(source + source)
        assert [*renew(there, copies(there))] == [f"A pivot table shows {self.OLD}"]
        assert ' refreshOnLoad="1"' in text(there, "xl/pivot1.xml")

    def test_one_that_is_refreshed_anyway_keeps_its_bytes(self) -> None:
        there = with_pivots(self.SOURCE, attributes='refreshOnLoad="true"')
        assert [*renew(there, copies(there))] == [f"A pivot table shows {self.OLD}"]
        assert not there.is_edited("xl/pivot1.xml")

    @pytest.mark.parametrize("said", ["1", "true"])
    def test_one_on_a_protected_sheet_is_told_apart(self, said: str) -> None:
        protection = f'<sheetProtection sheet="{said}"/>'
        there = with_pivots(self.SOURCE, self.SOURCE, after=protection)
        assert [*renew(there, copies(there))] == [
            f"A pivot table shows {self.OLD}",
            "A pivot table on a protected sheet shows the old list: unprotect the sheet in Excel, "
            "then press Refresh All (Data).",
        ]
        edited = [there.is_edited(f"xl/pivot{at}.xml") for at in (1, 2)]
        assert edited == [False, True]

    def test_where_all_are_on_protected_sheets_none_is_refreshed(self) -> None:
        there = with_pivots(self.SOURCE, after='<sheetProtection sheet="1"/>')
        [told] = renew(there, copies(there))
        assert told.startswith("A pivot table on a protected sheet shows the old list")

    @pytest.mark.parametrize("after", ['<sheetProtection sheet="0"/>', "<sheetProtection/>"])
    def test_protection_that_is_off_is_none(self, after: str) -> None:
        there = with_pivots(self.SOURCE, after=after)
        assert [*renew(there, copies(there))] == [f"A pivot table shows {self.OLD}"]

    def test_a_damaged_sheet_protects_nothing(self) -> None:
        there = with_pivots(self.SOURCE)
        there.put(part(1), b"<worksheet")
        assert [*renew(there, copies(there))] == [f"A pivot table shows {self.OLD}"]

    def test_nothing_is_told_of_nothing(self) -> None:
        there = with_pivots(self.SOURCE)
        assert [*renew(there, [])] == []
        assert not there.is_edited("xl/pivot1.xml")
