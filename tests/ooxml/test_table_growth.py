"""A table that gets rows: what reaches over them, what goes down with its totals, what stays."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.ooxml.sheet_and_table import sheet, table, texts
from workbook.merge.ranges import Range
from workbook.merge.references import Growth
from workbook.merge.refusals import BrokenPart
from workbook.ooxml import worksheet
from workbook.ooxml.budget import Budget
from workbook.ooxml.table_growth import grow_rules, grow_table, push_totals, reach_over
from workbook.ooxml.table_part import Table
from workbook.ooxml.worksheet import Grid

X14 = 'xmlns:x14="x14" xmlns:xm="xm"'
PLAIN = table("B1:C3")  # rows 2 and 3
WITH_TOTALS = table("B1:C4", totalsRowCount="1")  # the same rows


def refs(root: etree._Element) -> list[str]:
    """Return where the elements of a table reach, itself first."""
    return [each.get("ref", "") for each in root.iter() if each.get("ref") is not None]


class TestTheTableItself:
    SORTED = '<autoFilter ref="{0}"/><sortState ref="{1}"><sortCondition ref="{2}"/></sortState>'

    def test_it_its_filter_and_its_sorting_reach_over_the_new_rows(self) -> None:
        grows = table("B1:C3", inside=self.SORTED.format("B1:C3", "B2:C3", "C2:C3"))
        assert grow_table(grows, 2) is True
        assert refs(grows.root) == ["B1:C5", "B1:C5", "B2:C5", "C2:C5"]

    def test_a_filter_and_a_sorting_above_totals_stay_above_them(self) -> None:
        inside = self.SORTED.format("B1:C3", "B2:C3", "C2:C3")
        grows = table("B1:C4", inside=inside, totalsRowCount="1")
        grow_table(grows, 2)
        assert refs(grows.root) == ["B1:C6", "B1:C5", "B2:C5", "C2:C5"]

    @pytest.mark.parametrize("ref", ["B2:C2", "B2:C9", "#REF!", ""])
    def test_a_sorting_of_other_rows_stays(self, ref: str) -> None:
        grows = table("B1:C3", inside=self.SORTED.format("B1:C3", ref, ref))
        grow_table(grows, 1)
        assert refs(grows.root) == ["B1:C4", "B1:C4", ref, ref]

    def test_without_new_rows_nothing_changes(self) -> None:
        stays = table("B1:C3")
        assert grow_table(stays, 0) is False
        assert refs(stays.root) == ["B1:C3"]

    @pytest.mark.parametrize("new", [0, 1])
    def test_one_that_waited_for_its_first_row_waits_no_more(self, new: int) -> None:
        waiting = table("B1:C2", insertRow="1")
        assert grow_table(waiting, new) is True
        assert waiting.root.get("insertRow") is None


def rules_after(before: str, grows: Table, new: int = 2) -> list[str]:
    """Return the ranges of all rules and links of a sheet."""
    grid = sheet("", behind=before)
    grow_rules(grows, grid, Growth("Sheet", grows.body, grows.ref, new))
    return [
        place
        for each in grid.root.iter("{*}*")
        if (place := each.get("sqref", each.get("ref", each.text))) is not None
    ]


class TestRules:
    @pytest.mark.parametrize(
        "rule",
        [
            '<conditionalFormatting sqref="{0}"/>',
            '<dataValidations><dataValidation sqref="{0}"/></dataValidations>',
            '<ignoredErrors><ignoredError sqref="{0}"/></ignoredErrors>',
            f"<extLst><x14:dataValidation {X14}><xm:sqref>{{0}}</xm:sqref></x14:dataValidation></extLst>",
        ],
    )
    @pytest.mark.parametrize(
        ("before", "after"),
        [
            ("B2:B3", "B2:B5"),
            ("B2:B3 H9 C1:C3", "B2:B5 H9 C1:C5"),
            ("A2:D3", "A2:D3 B4:C5"),
            ("B2", "B2"),
            ("B3:B3", "B3:B3"),
            ("D2:D3", "D2:D3"),
        ],
    )
    def test_those_of_whole_columns_grow(self, rule: str, before: str, after: str) -> None:
        assert rules_after(rule.format(before), PLAIN) == [after]

    def test_those_of_the_totals_go_down_with_them(self) -> None:
        rule = '<conditionalFormatting sqref="B2:B3 C4 D4 B4:C4"/>'
        assert rules_after(rule, WITH_TOTALS) == ["B2:B5 C6 D4 B6:C6"]

    def test_a_link_of_the_totals_goes_down_and_others_stay(self) -> None:
        links = "".join(f'<hyperlink ref="{at}"/>' for at in ("B3", "B4", "A4", "here"))
        assert rules_after(f"<hyperlinks>{links}</hyperlinks>", WITH_TOTALS) == [
            "B3",
            "B6",
            "A4",
            "here",
        ]

    def test_one_for_no_cells_stays_as_it_is(self) -> None:
        rule = f"<conditionalFormatting/><x14:conditionalFormatting {X14}><xm:sqref/></x14:conditionalFormatting>"
        grid = sheet("", behind=rule)
        grow_rules(PLAIN, grid, Growth("Sheet", PLAIN.body, PLAIN.ref, 1))
        first, second = grid.root[-2:]
        assert first.get("sqref") is None
        assert second[0].text in (None, "")

    def test_another_element_of_the_sheet_is_no_rule(self) -> None:
        assert rules_after('<pageSetup sqref="B2:B3"/>', PLAIN) == ["B2:B3"]

    @pytest.mark.parametrize(("characters", "enough"), [(5, True), (4, False)])
    def test_very_many_ranges_are_refused(self, characters: int, enough: bool) -> None:
        grid = sheet("", behind='<conditionalFormatting sqref="B2:B3"/>')
        grid.budget = Budget.of(1)
        grid.budget.characters = characters
        growth = Growth("Sheet", PLAIN.body, PLAIN.ref, 1)
        if enough:
            grow_rules(PLAIN, grid, growth)
        else:
            with pytest.raises(BrokenPart, match="very many ranges"):
                grow_rules(PLAIN, grid, growth)


def pushed(rows: str, grows: Table = WITH_TOTALS, new: int = 2) -> Grid:
    grid = sheet(rows)
    push_totals(grows, grid, new)
    return grid


class TestTotals:
    ROW = '<row r="4">{}</row>'

    def test_cells_of_the_table_go_down_and_those_beside_it_stay(self) -> None:
        cells = "".join(f'<c r="{at}4"><v>{at}</v></c>' for at in "ABCD")
        assert texts(pushed(self.ROW.format(cells))) == {"A4": "A", "D4": "D", "B6": "B", "C6": "C"}

    def test_cells_that_do_not_say_their_place_are_told_by_their_order(self) -> None:
        cells = "".join(f"<c><v>{at}</v></c>" for at in "ABCD")
        assert texts(pushed(self.ROW.format(cells))) == {"A4": "A", "D4": "D", "B6": "B", "C6": "C"}

    def test_they_come_among_the_cells_that_are_there_with_their_own_look(self) -> None:
        below = '<row r="6" s="9" customFormat="1"><c r="A6"/><c r="D6"/></row>'
        grid = pushed(self.ROW.format('<c r="B4" s="5"/><c r="C4"/>') + below)
        assert [(c.get("r"), c.get("s")) for c in grid.row(6)] == [
            ("A6", None),
            ("B6", "5"),
            ("C6", None),
            ("D6", None),
        ]
        assert len(grid.row(4)) == 0

    def test_they_leave_their_row_even_where_the_new_one_is_held_apart(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(worksheet, "ROWS", 1)
        cells = '<c r="B4"><v>1</v></c><c r="C4"><v>2</v></c>'
        assert texts(pushed(self.ROW.format(cells))) == {"B6": "1", "C6": "2"}

    def test_a_table_without_them_has_nothing_to_move(self) -> None:
        assert texts(pushed('<row r="3"><c r="B3"><v>1</v></c></row>', PLAIN)) == {"B3": "1"}

    def test_a_formula_that_they_share_is_spelled_out_in_each(self) -> None:
        first = '<row r="2"><c r="B2"><f t="shared" si="0" ref="B2:C4">A2</f></c></row>'
        shared = '<c r="B4"><f t="shared" si="0"/></c><c r="C4"><f t="shared" si="0"/></c>'
        grid = pushed(first + self.ROW.format(shared))
        assert texts(grid) == {"B2": "=A2", "B6": "=A4", "C6": "=B4"}
        assert [dict(cell[0].attrib) for cell in grid.row(6)] == [{}, {}]

    def test_a_formula_that_is_shared_from_the_first_row_on_is_known(self) -> None:
        first = '<row r="1"><c r="B1"><f t="shared" si="0" ref="B1:B2">A1</f></c></row>'
        totals = '<row r="2"><c r="B2"><f t="shared" si="0"/></c></row>'
        grows = table("B1:C2", headerRowCount="0", totalsRowCount="1")
        assert texts(pushed(first + totals, grows, 1)) == {"B1": "=A1", "B3": "=A2"}

    def test_a_shared_formula_that_nobody_spells_is_refused(self) -> None:
        with pytest.raises(BrokenPart, match=r"sheet1\.xml has a formula that cannot be read"):
            pushed(self.ROW.format('<c r="B4"><f t="shared" si="7"/></c>'))

    def test_an_array_formula_is_said_to_be_where_it_is_now(self) -> None:
        cells = '<c r="B4"><f t="array" ref="B4">SUM(1)</f></c><c r="C4"><f>A1</f></c>'
        grid = pushed(self.ROW.format(cells))
        assert [dict(cell[0].attrib) for cell in grid.row(6)] == [{"t": "array", "ref": "B6"}, {}]
        assert texts(grid) == {"B6": "=SUM(1)", "C6": "=A1"}


@pytest.mark.parametrize(
    ("stated", "after"),
    [
        ('<dimension ref="B2:C3"/>', "B2:D9"),
        ('<dimension ref="A1:Z99"/>', "A1:Z99"),
        ('<dimension ref="nowhere"/>', "nowhere"),
        ("<dimension/>", None),
    ],
)
def test_the_used_range_that_a_sheet_states_holds_the_cells(stated: str, after: str | None) -> None:
    grid = sheet("", before=stated)
    reach_over(grid, Range(3, 9, 4, 9))
    assert grid.root[0].get("ref") == after


def test_a_used_range_that_a_sheet_does_not_state_is_not_made() -> None:
    grid = sheet("")
    reach_over(grid, Range(1, 1, 1, 1))
    assert len(grid.root) == 1
