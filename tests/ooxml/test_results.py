"""Results that are forgotten: which ones, where old ones may stay, and what is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise

import pytest
from msgspec.structs import replace

from tests.ooxml.small_books import book, grid, part, sheet, table, text, the_table
from tests.ooxml.small_files import MAIN, TABLE, Arrow
from workbook.merge.dependencies import Area
from workbook.merge.ranges import LAST_COLUMN, LAST_ROW, Range
from workbook.ooxml.package import Package
from workbook.ooxml.results import (
    Forgotten,
    Places,
    about_results,
    forget_results,
    grids,
    names,
    put_grids,
)
from workbook.ooxml.worksheet import Grid

A1, B2 = Range(1, 1, 1, 1), Range(2, 2, 2, 2)
NOTHING = Forgotten(0, (), (), {}, ())


def people(
    own: Mapping[str, str], other: Mapping[str, str], within: str = "", **parts: str
) -> tuple[Package, dict[str, Grid]]:
    """Return a workbook with the table A1:B3 on People, its formulas there and on Other."""
    arrows: dict[str, list[Arrow]] = {part(1): [("table", TABLE), ("drawing", "xl/drawing.xml")]}
    arrows["xl/drawing.xml"] = [("chart", "xl/chart.xml")] if "chart" in parts else []
    there = book(
        {"People": sheet(own), "Other": sheet(other)},
        within,
        arrows,
        **{"tables/table1": table("A1:B3", "id", "name"), **parts},
    )
    found, its_grid = the_table(there)
    return there, grids(there, found, its_grid)


def forgotten(
    own: Mapping[str, str], other: Mapping[str, str], within: str = "", *changed: Area
) -> Forgotten:
    """Return what is forgotten where a cell, B2 of the table, has another value now."""
    there, its_grids = people(own, other, within)
    return forget_results(there, its_grids, changed or [("People", B2)])


class TestSheetsWithFormulas:
    def test_they_are_found_by_name_the_tables_own_as_it_is_at_hand(self) -> None:
        there = book(
            {"People": sheet({"A1": "=1"}), "Texts": sheet({"A1": "x"}), "Sums": sheet({"A1": "=1"})},
            arrows={part(1): [("table", TABLE)]},
            **{"tables/table1": table("A1:B3", "id", "name")},
        )  # fmt: skip
        found, own = the_table(there)
        its_grids = grids(there, found, own)
        assert [*its_grids] == ["People", "Sums"]
        assert its_grids["People"] is own

    def test_damaged_ones_are_left_out(self) -> None:
        there, _ = people({"A1": "=1"}, {"A1": "=1"})
        there.put(part(2), b"<worksheet")
        assert [*grids(there, *the_table(there))] == ["People"]

    def test_only_the_chosen_ones_are_put(self) -> None:
        there, its_grids = people({"A1": "=1"}, {"A1": "=1"})
        put_grids(there, its_grids, ["Other"])
        assert [there.is_edited(part(at)) for at in (1, 2)] == [False, True]


class TestWhatIsForgotten:
    def test_a_result_of_a_changed_cell_goes_and_its_formula_stays(self) -> None:
        there, its_grids = people({}, {"A1": "=People!B2", "A2": "=People!B3", "A3": "7"})
        done = forget_results(there, its_grids, [("People", B2)])
        assert (done.results, done.sheets, done.unsure) == (1, ("Other",), ())
        assert done.cells == {"Other": [A1]}
        put_grids(there, its_grids, done.sheets)
        assert '<c r="A1"><f>People!B2</f></c>' in text(there, part(2))
        assert "<f>People!B3</f><v>7</v>" in text(there, part(2))

    def test_sheets_are_named_in_their_order_and_results_counted(self) -> None:
        cells = {"D1": "=People!B2", "D2": "=D1", "D3": "=1"}
        done = forgotten(cells, {"A1": "=People!D2"})
        assert (done.results, done.sheets) == (3, ("People", "Other"))
        first, last = forgotten({"D1": "=Other!A1"}, {"A1": "=People!B2"}).sheets
        assert (first, last) == ("People", "Other")

    @pytest.mark.parametrize(
        "cell",
        [
            "<c><f>People!B2</f></c>",
            "<c><f>People!B2</f><v/></c>",
            "<c><f>People!B2</f><v></v></c>",
        ],
    )
    def test_a_formula_without_a_result_has_none_to_forget_but_gets_one(self, cell: str) -> None:
        done = forgotten({}, {"A1": cell})
        assert (done.results, done.sheets, dict(done.cells)) == (0, (), {"Other": [A1]})

    def test_one_that_has_two_by_mistake_is_counted_once(self) -> None:
        assert forgotten({}, {"A1": "<c><f>People!B2</f><v/><v>7</v></c>"}).results == 1

    @pytest.mark.parametrize(
        ("formula", "shown"),
        [
            ('<f t="array" ref="A1:B2">People!B2:B3</f>', Range(1, 1, 2, 2)),
            ('<f t="dataTable" ref="A1:A3" r1="B2"/>', None),
            ('<f t="array" ref="odd">People!B2</f>', A1),
            ('<f t="array">People!B2</f>', A1),
            ('<f t="shared" ref="A1:A3" si="0">People!B2</f>', A1),
            ('<f ref="A1:A3">People!B2</f>', A1),
        ],
    )
    def test_an_array_shows_results_in_all_of_its_cells(
        self, formula: str, shown: Range | None
    ) -> None:
        done = forgotten({}, {"A1": f"<c>{formula}<v>7</v></c>"})
        assert dict(done.cells) == ({"Other": [shown]} if shown else {})

    def test_all_cells_of_an_array_lose_theirs_and_texts_beside_it_do_not(self) -> None:
        array = '<c><f t="array" ref="B2:C3">People!B2</f><v>7</v></c>'
        around = {
            "A2": "<c><v>1</v></c>",
            "B1": "<c><v>1</v></c>",
            "D3": "<c><v>1</v></c>",
            "C4": "<c><v>1</v></c>",
        }
        inside = {"C2": "<c><v>1</v></c>", "B3": "<c><v>1</v></c>", "C3": "<c><v>1</v></c>"}
        cells = dict(sorted({**around, **inside, "B2": array}.items(), key=lambda at: at[0][::-1]))
        there, its_grids = people({}, cells)
        assert forget_results(there, its_grids, [("People", B2)]).results == 4
        put_grids(there, its_grids, ["Other"])
        assert text(there, part(2)).count("<v>1</v>") == 4

    def test_what_reads_a_cell_of_an_array_is_forgotten_too(self) -> None:
        array = '<c><f t="array" ref="A1:A3">People!B2:B3</f><v>7</v></c>'
        assert forgotten({"D1": "=Other!A3"}, {"A1": array}).sheets == ("People", "Other")

    def test_tables_and_names_lead_to_cells(self) -> None:
        name = '<definedNames><definedName name="All">People!$A$2:$B$3</definedName></definedNames>'
        assert forgotten({}, {"A1": "=COUNTA(All)"}, name).results == 1
        assert forgotten({}, {"A1": "=COUNTA(Contacts[name])"}).results == 1
        assert forgotten({}, {"A1": "=COUNTA(Contacts[id])"}).results == 0
        assert forgotten({}, {"A1": "=COUNTA(Contacts[#All])"}).results == 1

    def test_titles_of_a_table_are_among_all_but_not_among_its_rows(self) -> None:
        title = ("People", Range(2, 1, 2, 1))
        assert forgotten({}, {"A1": "=COUNTA(Contacts[name])"}, "", title).results == 0
        assert forgotten({}, {"A1": "=COUNTA(Contacts[#All])"}, "", title).results == 1

    def test_a_formula_of_its_own_row_reads_that_alone(self) -> None:
        formula = "=Contacts[[#This Row],[name]]"
        assert dict(forgotten({"D2": formula, "D3": formula}, {}).cells) == {"People": [Range(4, 2, 4, 2)]}  # fmt: skip


class TestWhereOldOnesMayStay:
    LATE = '=INDIRECT("People!B2")'

    def test_a_formula_that_finds_its_cells_late_and_what_reads_it(self) -> None:
        done = forgotten({"D1": "=Other!A1"}, {"A1": self.LATE, "A2": "=1"})
        assert (done.results, done.unsure) == (0, ("People", "Other"))

    def test_only_sheets_with_such_are_named(self) -> None:
        assert forgotten({"D1": "=1"}, {"A1": self.LATE}).unsure == ("Other",)
        assert forgotten({"D1": self.LATE}, {"A1": "=1"}).unsure == ("People",)

    def test_one_that_reads_a_changed_cell_too_is_forgotten_for_sure(self) -> None:
        done = forgotten({}, {"A1": f"{self.LATE}+People!B2"})
        assert (done.results, done.unsure) == (1, ())

    @pytest.mark.parametrize("value", ["", "<v/>"])
    def test_one_without_a_result_has_no_old_one(self, value: str) -> None:
        cell = f"<c><f>{self.LATE[1:]}</f>{value}</c>"
        assert forgotten({}, {"A1": cell}).unsure == ()

    def test_a_table_of_data_is_not_followed(self) -> None:
        cell = '<c><f t="dataTable" ref="A1:A3" r1="B2"/><v>7</v></c>'
        done = forgotten({"D1": "=Other!A3"}, {"A1": cell})
        assert (done.results, done.unsure) == (0, ("People", "Other"))

    def test_one_that_cannot_be_read_is_not_followed(self) -> None:
        assert forgotten({}, {"A1": "=1+)"}).unsure == ("Other",)

    def test_where_the_budget_is_spent_nothing_is_sure(self) -> None:
        there, its_grids = people({}, {"A1": "=People!B3"})
        there.budget.characters = 0
        assert forget_results(there, its_grids, [("People", B2)]).unsure == ("Other",)

    def test_of_a_chain_that_is_too_long_all_sheets_may_hold_old_ones(self) -> None:
        rows = [200 + at // 2 * (-1) ** at for at in range(2, 150)]  # 201, 199, 202, 198, ...
        links = {f"A{row}": f"=A{before}" for before, row in pairwise(rows)}
        cells = {f"A{rows[0]}": "=People!B2", **links}
        done = forgotten({"D9": "=1"}, dict(sorted(cells.items())))
        assert done.unsure == ("People", "Other")

    @pytest.mark.parametrize(("formula", "named"), [("INDIRECT(1)", ("",)), ("People!B3", ())])
    def test_charts_are_named_by_nothing(self, formula: str, named: tuple[str, ...]) -> None:
        there, its_grids = people({}, {"A1": "=1"}, drawing="<d/>", chart=a_chart(formula))
        assert forget_results(there, its_grids, [("People", B2)]).unsure == named


def a_chart(*formulas: str) -> str:
    """Return a chart that keeps cells of these formulas."""
    kept = "".join(f"<ref><f>{each}</f><strCache/></ref>" for each in formulas)
    return f"<chart {MAIN}>{kept}</chart>"


class TestCopies:
    def test_those_of_changed_cells_are_told_apart_and_are_no_results(self) -> None:
        chart = a_chart("People!B2", "People!B3", "Other!A1", "Other!A2")
        cells = {"A1": "=People!B2", "A2": "=1"}
        done = forget_results(*people({}, cells, drawing="<d/>", chart=chart), [("People", B2)])
        assert [each.formula for each in done.copies] == ["People!B2", "Other!A1"]
        assert (done.results, dict(done.cells)) == (1, {"Other": [A1]})


class TestPlaces:
    def of(self, *areas: Range) -> list[tuple[int, int]]:
        """Return which cells of a block of three rows and columns are in the areas."""
        cells = {f"{column}{row}": "x" for row in (1, 2, 3) for column in "ABC"}
        there = grid(book({"S": sheet({**cells, f"A{LAST_ROW}": "x"})}), "S")
        return [(row, column) for row, column, _ in Places(areas).cells(there)]

    def test_they_are_in_the_order_of_the_sheet_each_once(self) -> None:
        assert self.of(Range(2, 2, 3, 3), A1, A1, Range(1, 1, 2, 1)) == [
            (1, 1), (1, 2), (2, 2), (2, 3), (3, 2), (3, 3),
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("area", "places"),
        [
            (Range(2, 2, 2, LAST_ROW), [(2, 2), (3, 2)]),
            (Range(2, 1, LAST_COLUMN, 1), [(1, 2), (1, 3)]),
            (Range(1, 3, LAST_COLUMN, LAST_ROW), [(3, 1), (3, 2), (3, 3), (LAST_ROW, 1)]),
            (Range(1, 2, 5_000, 4), [(2, 1), (2, 2), (2, 3), (3, 1), (3, 2), (3, 3)]),
            (Range(4, 1, LAST_COLUMN, LAST_ROW), []),
            (Range(1, LAST_ROW, 1, LAST_ROW), [(LAST_ROW, 1)]),
        ],
    )
    def test_an_area_may_be_as_large_as_a_sheet(
        self, area: Range, places: list[tuple[int, int]]
    ) -> None:
        assert self.of(area) == places

    def test_large_and_small_ones_go_together(self) -> None:
        both = [(1, 1), (1, 3), (2, 3), (3, 3)]
        assert self.of(A1, Range(3, 1, 3, LAST_ROW)) == both
        assert self.of(Range(3, 1, 3, LAST_ROW), A1) == both


class TestWords:
    FORGOTTEN = replace(NOTHING, results=1, sheets=("Sums",))

    def test_nothing_is_said_of_nothing(self) -> None:
        assert [*about_results(NOTHING)] == []

    @pytest.mark.parametrize(
        ("count", "sheets", "words"),
        [
            (1, ("Sums",), "1 result of formulas on Sums."),
            (2, ("Sums", "Other"), "2 results of formulas on Sums, Other."),
            (1_000, ("Sums",), "1,000 results of formulas on Sums."),
        ],
    )
    def test_forgotten_ones_are_counted_and_their_sheets_named(
        self, count: int, sheets: tuple[str, ...], words: str
    ) -> None:
        [told] = about_results(replace(NOTHING, results=count, sheets=sheets))
        assert told == (
            f"Forgotten as of the old list: {words} "
            "Excel and LibreOffice compute them on opening; programs that only read stored "
            "results find none there until one of the two has saved the workbook."
        )

    def test_computed_ones_are_not_told_as_forgotten(self) -> None:
        done = "Computed by LibreOffice: 1 result."
        assert [*about_results(self.FORGOTTEN, done)] == [done]
        why = "Results were not computed: no."
        first, second = about_results(self.FORGOTTEN, why)
        assert (first, second.partition(":")[0]) == (why, "Forgotten as of the old list")

    @pytest.mark.parametrize(
        ("unsure", "where"),
        [
            (("Sums",), "on Sums"),
            (("Sums", "Other"), "on Sums, Other"),
            (("Sums", ""), "on Sums and in charts"),
            (("",), "in charts"),
        ],
    )
    def test_it_is_said_where_old_ones_may_stay(self, unsure: tuple[str, ...], where: str) -> None:
        assert [*about_results(replace(NOTHING, unsure=unsure))] == [
            f"Results {where} may be of the old list until Excel or LibreOffice opens the "
            "workbook: some formulas there find their cells only then."
        ]


class TestNames:
    def test_each_has_the_texts_of_all_its_scopes(self) -> None:
        listed = '<definedName name="a">A1</definedName><definedName name="b"/><definedName name="a">B1</definedName>'
        there = book({"S": sheet({})}, f"<definedNames>{listed}</definedNames>")
        assert names(there) == {"a": ["A1", "B1"], "b": [""]}

    def test_a_workbook_may_have_none(self) -> None:
        assert names(book({"S": sheet({})})) == {}

    def test_one_without_a_name_has_an_empty_one(self) -> None:
        there = book({"S": sheet({})}, "<definedNames><definedName>A1</definedName></definedNames>")
        assert names(there) == {"": ["A1"]}
