"""What a workbook file shows where nobody looks, and what of it can send data away."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO

import pytest

from tests.ooxml.small_files import BOOK, RELS, arrows, package, workbook, worksheet
from tests.ooxml.update_files import SHEET, book, replaced, updated, zipped
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


def small(sheet: str = "", names: str = "", *others: tuple[str, str]) -> Package:
    """Return a workbook with this sheet and these defined names, which are pairs "name=text"."""
    listed = "".join(
        '<definedName name="{}">{}</definedName>'.format(*each.split("=")) for each in names.split()
    )
    parts = workbook(sheet, "", *others)
    named = f"<definedNames>{listed}</definedNames></workbook>"
    return package({**parts, BOOK: parts[BOOK].replace("</workbook>", named)})


def formula(text: str) -> str:
    return worksheet(f'<row r="1"><c r="A1"><f>{text}</f></c></row>')


@pytest.mark.parametrize(
    ("views", "states", "unseen"),
    [
        ("", ("", "hidden", "veryHidden", "visible"), {"b", "c"}),
        ("<v/>", ("", "hidden"), {"b"}),
        ('<v visibility="hidden"/><v visibility="visible"/>', ("", "hidden"), {"b"}),
        ('<v visibility="hidden"/><v/>', ("", ""), set()),
        ('<v visibility="hidden"/><v visibility="veryHidden"/>', ("", "visible"), {"a", "b"}),
    ],
)
def test_a_sheet_is_hidden_by_itself_or_with_all_windows(
    views: str, states: tuple[str, ...], unseen: set[str]
) -> None:
    sheets = "".join(
        f'<sheet name="{name}" {state and f"state={state!r}"}/>'
        for name, state in zip("abcd", states, strict=False)
    )
    text = f"<workbook><bookViews>{views}</bookViews><sheets>{sheets}</sheets></workbook>"
    parts = {RELS[""]: arrows(("officeDocument", BOOK)), BOOK: text}
    assert hidden_sheets(package(parts)) == unseen


@pytest.mark.parametrize(
    ("names", "text"),
    [
        ("ask=WEBSERVICE(1)", "ASK"),
        ("über=WEBSERVICE(1)", "über"),
        ("ask=WEBSERVICE(1) über=WEBSERVICE(1)", "über+1"),
        ("plain=1 ask=WEBSERVICE(1)", "1+Ask"),
    ],
)
def test_a_name_that_sends_is_found_in_any_case_and_alphabet(names: str, text: str) -> None:
    [told] = sending(small(formula(text), names))
    assert told.startswith("WEBSERVICE on the names of the workbook, People can send")


def test_a_function_that_is_spelled_in_pieces_is_found() -> None:
    [told] = sending(small(formula("<![CDATA[WEB]]>SERVICE(1)")))
    assert told.startswith("WEBSERVICE on People")


def test_a_sheet_in_utf_16_is_read_through() -> None:
    text = formula("WEBSERVICE(1)").encode("utf-16")
    parts = {name: part.encode() for name, part in workbook().items()}
    [told] = sending(Package(BytesIO(zipped({**parts, SHEET: text}))))
    assert told.startswith("WEBSERVICE on People")


def test_what_is_no_formula_sends_nothing() -> None:
    sheet = worksheet('<row r="1">WEBSERVICE(1)<c r="A1"><v>WEBSERVICE(1)</v><f/></c></row>')
    assert sending(small(sheet)) == []


def test_sheets_are_told_with_what_they_call_and_whether_they_have_tables() -> None:
    parts = workbook(formula("IMAGE(1)&amp;GETCONTACT(2)"))
    hide = {BOOK: parts[BOOK].replace('name="People"', 'name="People" state="hidden"')}
    bare = {name: text.encode() for name, text in {**parts, **hide}.items()}
    found = exposure(BytesIO(zipped(bare)))
    assert (found.hidden, found.hidden_tables) == (["People"], [])
    assert found.sheets[0].senders == {"IMAGE"}
    tables = {RELS[SHEET]: arrows(("table", "/t.xml")).encode()}
    assert exposure(BytesIO(zipped({**bare, **tables}))).hidden_tables == ["People"]


def test_links_are_counted_by_what_they_are() -> None:
    others = (
        ("externalLink", "a.xml"),
        ("externalLink", "b.xml"),
        ("connections", "c.xml"),
        ("connections", "lost.xml"),
        ("xlMacrosheet", "d.xml"),
        ("xlIntlMacrosheet", "e.xml"),
    )
    parts = {**workbook("", "", *others), "xl/c.xml": "<x><connection/><connection/><c/></x>"}
    bare = {name: text.encode() for name, text in parts.items()}
    assert exposure(BytesIO(zipped(bare))).links == {
        "external link": 2,
        "connection": 3,
        "old macro sheet": 2,
        "web add-in": 0,
    }
