"""Which formulas read changed cells: by any spelling, through others, and where nobody can know."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbook.merge.dependencies import (
    WIDE,
    Area,
    NamedTable,
    Node,
    Sheets,
    Sources,
    reached,
)
from workbook.merge.ranges import Range, letters, parse

TABLES = {
    "Contacts": NamedTable("People", Range(1, 1, 3, 9), Range(1, 2, 3, 8), ("id", "na]me", "x")),
    "Rates": NamedTable("Other", Range(1, 1, 1, 9), Range(1, 2, 1, 9), ("rate",)),
}
NAMES = {"All": ["People!$A$2:$A$8"], "Twice": ["All"], "Tax": ["Other!$B$1"], "Self": ["Self"]}
SHEETS = Sheets(TABLES, {**NAMES, "Relative": ["People!A2"]})
B5 = ("People", Range(2, 5, 2, 5))  # the cell that was changed


def node(text: str, sheet: str = "Other", row: int = 1) -> Node:
    return Node(sheet, row, Range(9, row, 9, row), text)


def found(*nodes: Node, changed: tuple[str, Range] = B5) -> tuple[set[int], bool]:
    sources = [SHEETS.sources(each.text, each.sheet) for each in nodes]
    places, _ = reached(nodes, sources, [changed])
    return {*places}, all(source.is_sure for source in sources)


@pytest.mark.parametrize(
    "formula",
    [
        "People!B5",
        "SUM(people!$A$1:$C$9)",
        "COUNTA('People'!B:B)",
        "SUM(People!5:5)",
        "ROWS(Contacts)",
        "COUNTA(contacts[na']me])",
        "SUM(Contacts[[id]:[x]])",
        "Contacts[[#All],[na']me]]",
        "INDEX(People!A1:C9,2,2)",
        "IF(1,People!B1:People!B7)",
    ],
)
def test_a_formula_that_reads_the_changed_cell_is_found(formula: str) -> None:
    assert found(node(formula)) == ({0}, True)


@pytest.mark.parametrize(
    "formula",
    [
        "B5",
        "People!A5",
        "People!B6:B99",
        "Contacts[id]",
        "Contacts[[#Headers],[id]]",
        "Rates[rate]",
        "Tax*2",
        '"People!B5"',
        "[1]People!B5",
        "'[Book.xlsx]People'!B5",
        "LET(x,1,x)",
        "Self",
        "NOW()",
    ],
)
def test_another_formula_is_not(formula: str) -> None:
    assert found(node(formula)) == (set(), True)


def test_a_formula_of_a_row_reads_its_own_row_alone() -> None:
    rows = [node("Contacts[[#This Row],[na']me]]", "People", row) for row in (4, 5, 6)]
    assert found(*rows) == ({1}, True)


@pytest.mark.parametrize(
    ("formula", "finds"),
    [
        ("SUBTOTAL(109,[na']me])", ({0}, True)),
        ("SUBTOTAL(109,[id])", (set(), True)),
        ("SUBTOTAL(109,[rate])", (set(), False)),
    ],
)
def test_columns_without_a_table_are_those_of_the_table_on_the_sheet(
    formula: str, finds: tuple[set[int], bool]
) -> None:
    assert found(node(formula, "People")) == finds


def test_a_table_all_of_whose_columns_are_named_is_the_one() -> None:
    rate = ("Other", Range(1, 5, 1, 5))
    assert found(node("SUM([rate])"), changed=rate) == ({0}, True)


def test_a_name_is_followed_and_a_name_in_a_name() -> None:
    assert found(node("COUNTA(Twice)"), changed=("People", Range(1, 3, 1, 3))) == ({0}, True)


@pytest.mark.parametrize(
    "formula",
    ['INDIRECT("People!B5")', "SUM(OFFSET(A1,1,1))", "A1:INDEX(A:A,3)", "SUM(A:C!B5)", "Relative",
     "Unknown[x]", "[@x]", 'LEN("open'],
)  # fmt: skip
def test_where_cells_are_found_only_on_computing_it_is_said_so(formula: str) -> None:
    assert not found(node(formula))[1]


@pytest.mark.parametrize(("depth", "is_sure"), [(49, True), (50, False), (5000, False)])
def test_names_that_lead_to_names_twice_each_end(depth: int, is_sure: bool) -> None:
    names = {f"n_{at}": [f"n_{at + 1}+n_{at + 1}"] for at in range(depth)}
    sheets = Sheets(TABLES, {**names, f"n_{depth}": ["People!$B$5"]})
    sources = sheets.sources("n_0", "Other")
    assert sources.is_sure == is_sure
    assert sources.areas == ((("people", Range(2, 5, 2, 5)),) if is_sure else ())


@given(st.permutations(range(9)))
def test_a_chain_of_formulas_is_followed_in_whatever_order_they_stand(order: list[int]) -> None:
    chain = [
        Node("People", 5, Range(3 + at, 5, 3 + at, 5), f"{letters(2 + at)}5+1") for at in range(9)
    ]
    assert found(*(chain[at] for at in order))[0] == {*range(9)}


def test_a_circle_of_formulas_ends() -> None:
    nodes = [Node("Other", 1, Range(1, 1, 1, 1), "B1"), Node("Other", 1, Range(2, 1, 2, 1), "A1")]
    assert found(*nodes)[0] == set()


def test_all_cells_of_an_array_are_its_result() -> None:
    array = Node("Other", 1, Range(1, 1, 1, 9), "People!B1:B9*2")
    assert found(array, Node("Other", 1, Range(2, 1, 2, 1), "A7"))[0] == {0, 1}


def test_a_closure_that_takes_too_many_steps_is_told_as_not_whole() -> None:
    wide = Range(1, 1, 100, 100)
    nodes = [
        Node("Other", 1, replace(wide, top=at, bottom=at + 99), "People!B5") for at in range(400)
    ]
    sources = [SHEETS.sources(each.text, each.sheet) for each in nodes]
    places, is_whole = reached(nodes, sources, [B5])
    assert 0 < len(places) < 400
    assert not is_whole


def test_the_more_formulas_there_are_the_more_steps_they_may_take() -> None:
    columns = [("People", Range(at, 5, at, 5)) for at in range(2, 42)]
    nodes = [node("People!B5")] * 32_000
    places, is_whole = reached(nodes, [SHEETS.sources("People!B5", "Other")] * len(nodes), columns)
    assert (len(places), is_whole) == (len(nodes), True)


@pytest.mark.parametrize(
    "changed",
    [
        [("People", Range(at, 5, at, 5)) for at in range(1, 16_001)],
        [("People", Range(1, 1, 1, WIDE + 1))] * 16_000,
    ],
)
def test_a_look_among_many_areas_takes_as_many_steps(changed: list[Area]) -> None:
    nodes = [node("People!A5")] * 100
    sources = [SHEETS.sources("People!A5", "Other")] * 100
    places, is_whole = reached(nodes, sources, changed)
    assert (len(places), is_whole) == (1_003_200 // 16_002, False)


def test_a_long_list_of_changed_cells_costs_the_closure_nothing() -> None:
    changed = [("People", Range(2, row, 2, row)) for row in range(1, 50_000)]
    nodes = [node("People!B7")]
    places, is_whole = reached(nodes, [SHEETS.sources("People!B7", "Other")], changed)
    assert is_whole
    assert {*places} == {0}


def test_formulas_are_taken_apart_only_as_far_as_the_budget_goes() -> None:
    left = [100]

    def spend(steps: int) -> bool:
        left[0] -= steps
        return left[0] >= 0

    some = Sheets(TABLES, NAMES, spend)
    known = [some.sources(f"SUM(People!B{row}:B99)", "Other").is_sure for row in range(1, 10)]
    assert known == [True] * 5 + [False] * 4  # of 19 characters each


@pytest.mark.parametrize(("longer", "is_sure"), [(0, True), (1, False)])
def test_a_formula_longer_than_any_spreadsheet_takes_is_not_sure(
    longer: int, is_sure: bool
) -> None:
    assert SHEETS.sources("B5+".ljust(16_383 + longer) + "1", "People").is_sure == is_sure


@pytest.mark.parametrize("text", [None, ""])
def test_a_formula_without_a_text_is_not_sure(text: str | None) -> None:
    assert SHEETS.sources(text, "People") == Sources(is_sure=False)


WIDE_TABLE = NamedTable(
    "Far", Range(3, 4, 82, 9), Range(3, 5, 82, 8), tuple(f"t{n}" for n in range(80))
)  # C4:CD9
MANY = Sheets(
    {"Far": WIDE_TABLE, "Pets": NamedTable("Near", Range(3, 4, 5, 9), Range(3, 5, 5, 8), ("a", "B", "c")),
     "Plants": NamedTable("near", Range(7, 4, 8, 9), Range(7, 5, 8, 9), ("a", "z"))},
    {"Area": ["Far!$A$1:$B$2"], "Half": ["Far!$A$1:B$2", "Far!$A$1:$B2"], "Mixed": ["Far!$A$1+Far!A1+Far!$A$1"],
     "Two": ["Far!$A$1", "Near!$B$2"], "Shout": ["two"], "Late": ['INDIRECT("A1")'],
     "Areas": ["+".join(f"Far!$A${n}" for n in range(1, 25))]},
)  # fmt: skip


def areas(*texts: str) -> tuple[Area, ...]:
    return tuple((sheet, cells(text)) for sheet, _, text in (each.partition("!") for each in texts))


def cells(text: str) -> Range:
    found = parse(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("formula", "read"),
    [
        ("A1+Near!B2+A1", ("far!A1", "near!B2", "far!A1")),
        ("Pets[b]", ("near!D5:D8",)),
        ("pets[ B ]", ("near!D5:D8",)),
        ("Pets[[c]:[b]]", ("near!D5:E8",)),
        ("Pets[[a]:[z]]", ("near!C5:E8",)),  # one that it has not: all, to be safe
        ("Pets[#Data]", ("near!C5:E8",)),
        ("Pets[[#Totals],[a]]", ("near!C4:C9",)),
        ("Pets[[#headers],[a]]", ("near!C4:C9",)),
        ("Pets[#All]", ("near!C4:E9",)),
        ("Pets", ("near!C4:E9",)),
        ("Pets+1", ("near!C4:E9",)),
        ("Two+1", ("far!A1", "near!B2")),
        ("SHOUT", ("far!A1", "near!B2")),
        ("Far!Area", ("far!A1:B2",)),
        ("Area+Area", ("far!A1:B2",)),
        ("[t7]", ("far!J5:J8",)),
        ("[t7]+Two", ("far!J5:J8", "far!A1", "near!B2")),
        ("unknown", ()),
    ],
)
def test_what_a_formula_reads_is_told_area_by_area(formula: str, read: tuple[str, ...]) -> None:
    assert MANY.sources(formula, "Far") == Sources(areas(*read))


@pytest.mark.parametrize(
    ("formula", "columns"),
    [
        ("Pets[[#This Row],[b]]", ["near!D5:D8"]),
        ("Pets[@b]", ["near!D5:D8"]),
        ("[@b]", ["near!D5:D8"]),
        ("[@A]", ["near!C5:C8", "near!G5:G9"]),  # both tables of the sheet have it
        ("[@z]", ["near!H5:H9"]),
    ],
)
def test_columns_of_the_own_row_are_told_apart(formula: str, columns: list[str]) -> None:
    found = MANY.sources(formula, "NEAR")
    assert found.is_sure
    assert {*found.own_row} == {*areas(*columns)}
    assert found.areas == ()


@pytest.mark.parametrize(
    ("formula", "home"),
    [
        ("[@b]", "Far"),
        ("[t1]", "Nowhere"),
        ("Half", "Far"),
        ("Mixed", "Far"),
        ("Late", "Far"),
        ("1+Late+Two", "Far"),
        ("indirect(A1)", "Far"),
        ("EVALUATE(A1)", "Far"),
        ("FormulaText(A1)", "Far"),
        ("Jan:Mar!A1+A1", "Far"),
        ("'Jan:Mar'!A1+A1", "Far"),
        ("INDEX(A1:A9,1):A3", "Far"),
        ("unknown[x]", "Far"),
        ("A1&{", "Far"),
    ],
)
def test_where_one_part_cannot_be_followed_the_whole_is_not_sure(formula: str, home: str) -> None:
    assert not MANY.sources(formula, home).is_sure


def costly(answers: Sequence[bool]) -> tuple[Sheets, list[int]]:
    """Return sheets with a wide table and a long name, and what is spent as long as these say yes."""
    costs: list[int] = []

    def spend(steps: int) -> bool:
        costs.append(steps)
        return answers[len(costs) - 1]

    long = "+".join(f"Far!$A${n}" for n in range(1, 25))
    return Sheets({"Far": WIDE_TABLE}, {"Areas": [long]}, spend), costs


@pytest.mark.parametrize(
    ("formula", "costs"),
    [
        ("A1+A2", [5]),
        ("NOW()", [5]),
        ("Far[t1]", [7, 10, 0]),  # its text, its titles, the areas that are joined
        ("[t1]", [4, 10, 0]),
        ("[@t1]", [5, 10, 0]),
        ("+".join(f"[@t{n}]" for n in range(1, 10)), [53, *[10, 0] * 7, *[10, 1] * 2]),
        ("Areas", [5, 24 * 8 + 15 + 23, 3, 3]),
        ("+".join(["A1"] * 23) + "+Far[t1]", [76, 10, 3]),
        ("+".join(["[@t1]", *["A1"] * 15]), [50, 10, 2]),
    ],
)
def test_texts_titles_and_areas_are_paid_for(formula: str, costs: list[int]) -> None:
    sheets, spent = costly([True] * 99)
    assert sheets.sources(formula, "Far").is_sure
    assert spent == costs


@pytest.mark.parametrize(("formula", "steps"), [("Areas", 4), ("[@t1]", 3), ("Far[t1]", 3)])
def test_where_the_budget_says_no_a_formula_is_not_sure(formula: str, steps: int) -> None:
    for refused in range(steps):
        sheets, _ = costly([at != refused for at in range(9)])
        assert not sheets.sources(formula, "Far").is_sure


def test_a_formula_that_was_looked_at_costs_nothing_again() -> None:
    sheets, spent = costly([True] * 99)
    first = sheets.sources("A1", "Far")
    assert sheets.sources("A1", "FAR") == first
    assert sheets.sources("A1", "Other") != first
    assert spent == [2, 2]


@pytest.mark.parametrize(("length", "is_whole"), [(99, True), (100, False)])
def test_formulas_that_would_take_too_many_passes_are_told_as_not_whole(
    length: int, is_whole: bool
) -> None:
    texts = ["People!B5", *(f"A{at}" for at in range(1, length))]
    chain = [Node("Other", 1, Range(1, at, 1, at), text) for at, text in enumerate(texts, 1)]
    nodes = [*chain[1::2][::-1], *chain[::2]]  # by turns far ahead and far behind
    sources = [SHEETS.sources(each.text, each.sheet) for each in nodes]
    places, whole = reached(nodes, sources, [B5])
    assert (len(places), whole) == (length, is_whole)


@pytest.mark.parametrize(
    ("changed", "formula", "is_met"),
    [
        ("B3:C5", "A1:B3", True),
        ("B3:C5", "C5:D9", True),
        ("B3:C5", "A3:A5", False),
        ("B3:C5", "D3:D5", False),
        ("B3:C5", "B1:C2", False),
        ("B3:C5", "B6:C7", False),
        ("B:C", "C9", True),
        ("B:C", "A1:A9", False),
        ("B:C", "D9", False),
        ("1:2", "C2:D9", True),
        ("1:2", "C3:D9", False),
        ("A1:A10000", "A10000", True),
        ("A1:A10001", "A10001", True),
        ("A1:A10001", "A10002", False),
    ],
)
def test_cells_are_met_up_to_their_edges(changed: str, formula: str, is_met: bool) -> None:
    there = "People", cells(changed)
    assert found(node(formula, "PEOPLE"), changed=there)[0] == ({0} if is_met else set())
    assert found(node(formula, "Other"), changed=there)[0] == set()


def test_plain_and_wide_areas_of_one_sheet_are_both_kept() -> None:
    wide, plain = ("People", Range(1, 1, 1, WIDE + 1)), ("People", Range(3, 5, 3, 5))
    nodes = [node("People!A7"), node("People!C5"), node("People!B5"), node("People!A2:C9")]
    sources = [SHEETS.sources(each.text, each.sheet) for each in nodes]
    assert reached(nodes, sources, [plain, wide]) == (frozenset({0, 1, 3}), True)
    assert reached(nodes, sources, []) == (frozenset(), True)
    assert reached([], [], [plain]) == (frozenset(), True)


def test_a_formula_has_a_result_unless_it_is_said_that_it_has_none() -> None:
    assert node("A1").has_result
