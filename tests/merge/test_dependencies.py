"""Which formulas read changed cells: by any spelling, through others, and where nobody can know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from workbook.merge.dependencies import NamedTable, Node, Sheets, reached
from workbook.merge.ranges import Range, letters

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


@pytest.mark.parametrize(("depth", "is_sure"), [(40, True), (5000, False)])
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


def test_a_formula_longer_than_any_spreadsheet_takes_is_not_sure() -> None:
    assert not SHEETS.sources("+".join(["B5"] * 9_000), "People").is_sure
