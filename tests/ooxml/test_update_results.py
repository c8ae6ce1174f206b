"""Results that were stored before an update: whoever reads the file finds no old one as new."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    BOB_ROW,
    EVE,
    HEADER,
    SHEET,
    book,
    contact,
    fresh,
    parts,
    replaced,
    updated,
)
from workbook.ooxml import libreoffice
from workbook.ooxml.workbook_file import opened, update

ANNA = contact(1, "Anna")
WORKBOOK, SECOND, THIRD = "xl/workbook.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"


def with_formulas(**formulas: str) -> bytes:
    """Return a workbook with formulas on the sheets Sums and Other, each with the result 7."""

    def dress(sheet: Worksheet) -> None:
        other = sheet.parent
        assert other is not None
        for title in ("Sums", "Other"):
            other.create_sheet(title)
        for cell, formula in formulas.items():
            name, _, place = cell.partition("_")
            other[name][place] = f"={formula}"

    made = replaced(book(dress=dress), {WORKBOOK: lambda t: t.replace(' fullCalcOnLoad="1"', "")})
    return replaced(made, dict.fromkeys((SHEET, SECOND, THIRD), _with_results))


def _with_results(text: str) -> str:
    return re.sub(r"<v\s*/>|<v></v>", "<v>7</v>", text)


def results(data: bytes) -> dict[str, object]:
    """Return the stored results of all formulas by sheet and cell, as a reader finds them."""
    formulas, values = (load_workbook(BytesIO(data), data_only=only) for only in (False, True))
    return {
        f"{sheet.title}_{cell.coordinate}": values[sheet.title][cell.coordinate].value
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


@pytest.mark.parametrize(
    "formula",
    [
        "COUNTA(Contacts[id])",
        "COUNTA(Contacts!A:A)",
        "Contacts!B2&1",
        "COUNTA(Contacts[#All])",
        "VLOOKUP(1,Contacts!$A$1:$E$9,2,FALSE)",
    ],
)
def test_a_result_on_another_sheet_that_reads_the_table_is_forgotten(formula: str) -> None:
    after, report = updated(with_formulas(Sums_A1=formula, Other_A1="1+1"), ANNA, BOB, EVE)
    assert results(after) == {"Sums_A1": None, "Other_A1": 7}
    assert b'fullCalcOnLoad="1"' in parts(after)[WORKBOOK]
    assert report.notices[0].startswith(
        "Forgotten as of the old list: 1 result of formulas on Sums."
    )


def test_a_result_of_a_result_is_forgotten_too() -> None:
    there = with_formulas(Sums_A1="COUNTA(Contacts[id])", Other_A1="Sums!A1*2", Other_A2="A1+1")
    assert set(results(updated(there, ANN, BOB, EVE)[0]).values()) == {None}


def test_where_nothing_is_written_every_result_stays() -> None:
    there = with_formulas(Sums_A1="COUNTA(Contacts[id])")
    assert updated(there, ANN, BOB)[0] == there


def test_a_result_of_what_did_not_change_stays() -> None:
    there = with_formulas(Sums_A1="Contacts!B3", Sums_A2="COUNTA(Contacts[notes])")
    assert set(results(updated(there, ANNA, BOB)[0]).values()) == {7}


def test_even_where_no_result_is_old_all_is_computed_on_opening() -> None:
    after, _ = updated(with_formulas(Other_A1="1+1"), ANNA, BOB)
    assert b'fullCalcOnLoad="1"' in parts(after)[WORKBOOK]


def test_a_name_leads_to_the_table_as_well() -> None:
    name = '<definedNames><definedName name="All">Contacts!$A$2:$A$9</definedName></definedNames>'
    there = replaced(
        with_formulas(Sums_A1="COUNTA(All)"),
        {WORKBOOK: lambda t: t.replace("<definedNames/>", name)},
    )
    assert results(updated(there, ANN, BOB, EVE)[0]) == {"Sums_A1": None}


def test_where_nobody_can_follow_the_result_stays_and_the_sheet_is_named() -> None:
    there = with_formulas(Sums_A1='INDIRECT("Contacts!B2")', Other_A1="Sums!A1", Other_A2="1+1")
    after, report = updated(there, ANNA, BOB)
    assert set(results(after).values()) == {7}
    assert report.notices[0].startswith("Results on Sums, Other may be of the old list until")


def test_all_cells_of_an_array_are_forgotten_and_stay_cells() -> None:
    array = '<f t="array" ref="A1:A2">Contacts!B2:B3</f><v>7</v>'
    spilled = '<row r="2"><c r="A2" t="str"><v>Bob</v></c></row></sheetData>'
    there = replaced(
        with_formulas(Sums_A1="1+1"),
        {SECOND: lambda t: t.replace("<f>1+1</f><v>7</v>", array).replace("</sheetData>", spilled)},
    )
    sums = parts(updated(there, ANNA, BOB)[0])[SECOND].decode()
    assert '<f t="array" ref="A1:A2">Contacts!B2:B3</f></c>' in sums
    assert '<c r="A2"/>' in sums


def test_an_array_as_large_as_a_sheet_takes_no_longer_than_its_cells() -> None:
    array = '<f t="array" ref="A1:XFD1048576">Contacts!B2</f><v>7</v>'
    there = replaced(
        with_formulas(Sums_A1="1+1", Sums_B2="2"),
        {SECOND: lambda t: t.replace("<f>1+1</f><v>7</v>", array)},
    )
    assert results(updated(there, ANNA, BOB)[0]) == {"Sums_A1": None, "Sums_B2": None}


def test_a_row_that_did_not_change_keeps_the_result_of_its_own_formula() -> None:
    formula = "LEN(Contacts[[#This Row],[name]])"
    rows = [(*ANN_ROW, f"={formula}"), (*BOB_ROW, f"={formula}")]
    there = replaced(
        book(rows, (*HEADER, "len"), formulas={"len": formula}), {SHEET: _with_results}
    )
    assert results(updated(there, ANNA, BOB)[0]) == {"Contacts_F2": None, "Contacts_F3": 7}


@needs_libreoffice
def test_libreoffice_computes_what_was_forgotten(tmp_path: Path) -> None:
    there = with_formulas(Sums_A1="COUNTA(Contacts!A2:A9)", Other_A1="Sums!A1*10")
    path = tmp_path / "after.xlsx"
    path.write_bytes(updated(there, ANN, BOB, EVE)[0])
    computed = convert(path, "xlsx", tmp_path / "out").read_bytes()
    assert results(computed) == {"Sums_A1": 3, "Other_A1": 30}


def recalculated(data: bytes) -> tuple[bytes, tuple[str, ...]]:
    out = BytesIO()
    report = update(opened(BytesIO(data)), out, fresh(ANN, BOB, EVE), recalculate=True)
    return out.getvalue(), report.notices


class TestRecalculate:
    @needs_libreoffice
    def test_libreoffices_results_are_stored_and_nothing_else_of_its_copy(self) -> None:
        there = with_formulas(
            Sums_A1="COUNTA(Contacts!A2:A9)",
            Sums_A2='"a<b"&Contacts!B4',
            Sums_A3="Contacts!B4=1",
            Sums_A4="NA()+ROWS(Contacts!A2:A9)",
            Other_A1="1+1",
        )
        after, notices = recalculated(there)
        assert results(after) == {
            "Sums_A1": 3,
            "Sums_A2": "a<bEve",
            "Sums_A3": False,
            "Sums_A4": "#N/A",
            "Other_A1": 7,
        }
        assert notices == ("Computed by LibreOffice: 4 results.",)
        plain = parts(updated(there, ANN, BOB, EVE)[0])
        assert {name for name, text in parts(after).items() if plain[name] != text} == {SECOND}

    @needs_libreoffice
    def test_new_rows_of_a_column_of_formulas_have_results_too(self) -> None:
        formula = "LEN(Contacts[[#This Row],[name]])"
        rows = [(*ANN_ROW, f"={formula}"), (*BOB_ROW, f"={formula}")]
        there = book(rows, (*HEADER, "len"), formulas={"len": formula})
        assert results(recalculated(there)[0])["Contacts_F4"] == 3

    @pytest.mark.parametrize(
        ("formula", "reason"),
        [
            ('_xlfn.WEBSERVICE("http://127.0.0.1:9/")', "with WEBSERVICE, which fetch data"),
            ('RTD("a",,"b")', "with RTD"),
            ('DDE("soffice","a","b")', "with DDE"),
            ("cmd|'/C calc'!A0", "a formula that getcontacts cannot read"),
        ],
    )
    def test_a_workbook_that_reaches_out_is_not_computed(
        self, formula: str, reason: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libreoffice, "computed", pytest.fail)
        there = with_formulas(Sums_A1="COUNTA(Contacts[id])", Other_A1=formula)
        after, notices = recalculated(there)
        assert notices[0].startswith("Results were not computed: ")
        assert reason in notices[0]
        assert results(after)["Sums_A1"] is None

    @pytest.mark.parametrize("kind", ["externalLink", "connections"])
    def test_a_workbook_with_links_is_not_computed(
        self, kind: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libreoffice, "computed", pytest.fail)
        office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
        arrow = f'<Relationship Id="rId9" Type="{office}/{kind}" Target="x.xml"/></Relationships>'
        there = replaced(
            with_formulas(Sums_A1="COUNTA(Contacts[id])"),
            {"xl/_rels/workbook.xml.rels": lambda t: t.replace("</Relationships>", arrow)},
        )
        assert recalculated(there)[1][0].startswith("Results were not computed: the workbook has")

    def test_a_link_to_click_on_is_no_hindrance(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libreoffice, "program", lambda: None)

        def dress(sheet: Worksheet) -> None:
            sheet["G1"].hyperlink = "https://example.com/"
            sheet["H1"] = "=COUNTA(Contacts[id])"

        assert "LibreOffice is not installed" in recalculated(book(dress=dress))[1][0]

    def test_where_libreoffice_is_missing_it_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(libreoffice, "program", lambda: None)
        _, notices = recalculated(with_formulas(Sums_A1="COUNTA(Contacts[id])"))
        assert notices[0] == "Results were not computed: LibreOffice is not installed here."
        assert notices[1].startswith("Forgotten as of the old list")
