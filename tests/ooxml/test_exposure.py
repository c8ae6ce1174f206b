"""What a workbook file shows where nobody looks, and what of it can send data away."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest

from tests.ooxml.update_files import SHEET, book, replaced, updated
from workbook.ooxml import markup
from workbook.ooxml.exposure import exposure, hidden_sheets, sending
from workbook.ooxml.package import Package

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def put(end: str, text: str) -> Callable[[str], str]:
    """Return what puts a text before the end of a part."""
    return lambda part: part.replace(end, text + end)


def hidden(part: str) -> str:
    """Hide the only sheet of a workbook."""
    return part.replace('state="visible"', 'state="hidden"')


@pytest.mark.parametrize(
    ("end", "text"),
    [
        ("</sheetData>", "<row><c><f>webservice(A1)</f></c></row>"),
        ("</sheetData>", "<row><c><f>&#87;EBSERVICE(A1)</f></c></row>"),
        ("</worksheet>", "<cfRule><formula>WEBSERVICE(A1)</formula></cfRule>"),
        ("</worksheet>", "<dataValidation><formula2>WEBSERVICE(A1)</formula2></dataValidation>"),
        ("</worksheet>", "<extLst><x:f xmlns:x='x'>WEBSERVICE(A1)</x:f></extLst>"),
    ],
)
def test_a_function_that_sends_is_found_wherever_it_stands(end: str, text: str) -> None:
    data = replaced(book(), {SHEET: put(end, text)})
    assert sending(Package(BytesIO(data))) == [
        "WEBSERVICE on Contacts can send what stands in the workbook away."
    ]


def test_a_formula_of_ours_behind_a_name_on_a_hidden_sheet_is_told() -> None:
    names = '<definedNames><definedName name="x">GETCONTACTS()</definedName></definedNames>'
    cell = put("</sheetData>", "<row><c><f>_xlfn.TAKE(x,9)</f></c></row>")
    data = replaced(book(), {WORKBOOK: put("</workbook>", names), SHEET: cell})
    assert exposure(BytesIO(data)).hidden == []
    assert exposure(BytesIO(replaced(data, {WORKBOOK: hidden}))).hidden == ["Contacts"]


@pytest.mark.parametrize(("state", "unseen"), [("hidden", {"Contacts"}), ("visible", set())])
def test_a_workbook_whose_only_window_is_hidden_shows_no_sheet(
    state: str, unseen: set[str]
) -> None:
    views = f'<bookViews><workbookView visibility="{state}"/></bookViews>'
    seen = re.compile("<bookViews>.*</bookViews>")
    data = replaced(book(), {WORKBOOK: lambda part: seen.sub(views, part)})
    assert hidden_sheets(Package(BytesIO(data))) == unseen


def test_names_that_send_are_told_even_if_no_cell_calls_them() -> None:
    names = '<definedNames><definedName name="x">WEBSERVICE(A1)</definedName></definedNames>'
    data = replaced(book(), {WORKBOOK: put("</workbook>", names)})
    [told] = sending(Package(BytesIO(data)))
    assert "WEBSERVICE on the names of the workbook" in told


def test_old_macro_sheets_and_web_add_ins_are_counted() -> None:
    macro = '<Relationship Id="m" Type="x/xlMacrosheet" Target="macrosheets/m.xml"/>'
    pane = '<Relationship Id="w" Type="x/webextensiontaskpanes" Target="xl/w.xml"/>'
    arrows = {RELATIONS: macro, "_rels/.rels": pane}
    data = replaced(book(), {name: put("</Relationships>", arrows[name]) for name in arrows})
    links = exposure(BytesIO(data)).links
    assert (links["old macro sheet"], links["web add-in"]) == (1, 1)


def test_a_long_list_is_looked_through_however_people_call_themselves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(markup, "TREE_MARKS", 9_000)
    data = book([(f"{at}@c.us", "CALL (me)", "IMAGE(x)") for at in range(900)])
    assert sending(Package(BytesIO(data))) == []
    assert exposure(BytesIO(data)).hidden == []


def test_a_sheet_that_is_damaged_does_not_fail_an_update_that_is_done() -> None:
    listed = '<sheet name="odd" sheetId="9" r:id="odd" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/>'
    arrow = '<Relationship Id="odd" Type="x/worksheet" Target="worksheets/odd.xml"/>'
    changes = {WORKBOOK: put("</sheets>", listed), RELATIONS: put("</Relationships>", arrow)}
    data = replaced(book(), {**changes, "xl/worksheets/odd.xml": lambda _: "<f>WEBSERVICE(A1)"})
    after, _ = updated(data)
    assert sending(Package(BytesIO(after))) == []
