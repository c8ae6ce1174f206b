"""What refers to plain cells of the table: all rows grow, other cells stay, and both are told."""

from __future__ import annotations

from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.formatting.rule import FormulaRule
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    BOB_ROW,
    EVE,
    HEADER,
    SHEET,
    TABLE,
    Rows,
    book,
    parts,
    read,
    replaced,
    updated,
)

WORKBOOK, RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
GROWN = "These covered all rows of the table, and the new ones now too:"
STAYED = "Not in the new rows:"
ROWS = (ANN_ROW, BOB_ROW)
PIVOT = "xl/pivotCache/pivotCacheDefinition1.xml"


def told(data: bytes) -> str:
    """Return all that is told when a row is added."""
    return " ".join(updated(data, ANN, BOB, EVE)[1].notices)


def with_name(name: str, formula: str) -> bytes:
    names = f'<definedNames><definedName name="{name}">{formula}</definedName></definedNames>'
    return replaced(book(), {WORKBOOK: lambda t: t.replace("<definedNames/>", names)})


def with_pivot(source: str, there: bytes | None = None) -> bytes:
    """Return a workbook with a pivot table's cache of this source."""
    cache = f'<pivotCacheDefinition xmlns="{MAIN}"><cacheSource type="worksheet">{source}</cacheSource></pivotCacheDefinition>'
    arrow = f'<Relationship Id="rId77" Type="{OFFICE}/pivotCacheDefinition" Target="/{PIVOT}"/>'
    return replaced(
        there or book(),
        {
            PIVOT: lambda _: cache,
            RELS: lambda t: t.replace("</Relationships>", arrow + "</Relationships>"),
        },
    )


@pytest.mark.parametrize(
    ("formula", "grown"),
    [
        ("Contacts!$A$2:$A$3", "Contacts!$A$2:$A$4"),
        ("'Contacts'!$A$2:$E$3", "'Contacts'!$A$2:$E$4"),
        ("SUM(Contacts!$E$2:$E$3)", "SUM(Contacts!$E$2:$E$4)"),
        ("Contacts!$A$2:Contacts!$A$3", "Contacts!$A$2:Contacts!$A$4"),
    ],
)
def test_a_name_for_all_rows_of_the_table_grows_and_is_told(formula: str, grown: str) -> None:
    there = with_name("All", formula)
    assert f">{grown}<" in parts(updated(there, ANN, BOB, EVE)[0])[WORKBOOK].decode()
    assert told(there) == f'{GROWN} the name "All".'


@pytest.mark.parametrize(
    "formula",
    [
        "'Contacts'!$A$1:$E$3",
        "Contacts!$D$2:$F$3",
        "SUM(Contacts!E2:E3)",
        "$F$1,Contacts!$A2:$B3",
    ],
)
def test_a_name_for_other_cells_that_end_with_the_table_stays_and_is_told(formula: str) -> None:
    there = with_name("All", formula)
    assert parts(updated(there, ANN, BOB, EVE)[0])[WORKBOOK] == parts(there)[WORKBOOK]
    assert told(there).startswith('Not in the new rows: the name "All"; they refer to plain cells.')


@pytest.mark.parametrize(
    "formula",
    [
        "Contacts[id]",
        "Contacts!$1:$1",
        "Contacts!$A$2:$A$2",
        "Other!$A$2:$A$3",
        "Contacts!$G$2:$G$3",
    ],
)
def test_a_name_that_does_not_end_with_the_table_is_not(formula: str) -> None:
    assert told(with_name("All", formula)) == ""


def test_the_print_area_is_told_as_such() -> None:
    assert 'the name "Print Area"' in told(with_name("_xlnm.Print_Area", "Contacts!$A$1:$E$3"))


def test_the_hidden_name_of_a_filter_is_nobodys_business() -> None:
    assert told(with_name("_xlnm._FilterDatabase", "Contacts!$A$1:$E$3")) == ""


@pytest.mark.parametrize(
    ("source", "now", "words"),
    [
        ('ref="A1:E3" sheet="Contacts"', 'ref="A1:E4"', f"{GROWN} a pivot table."),
        ('ref="A1:F3" sheet="Contacts"', 'ref="A1:F3"', f"{STAYED} a pivot table;"),
        ('ref="A1:E9" sheet="Other"', 'ref="A1:E9"', ""),
        ('name="Contacts"', 'name="Contacts"', "A pivot table shows the old list"),
    ],
)
def test_a_pivot_table_on_all_rows_grows_and_one_on_other_cells_is_told(
    source: str, now: str, words: str
) -> None:
    there = with_pivot(f"<worksheetSource {source}/>")
    assert now in parts(updated(there, ANN, BOB, EVE)[0])[PIVOT].decode()
    assert told(there).startswith(words)
    assert bool(told(there)) == bool(words)


def sheet_with(formula: str, cell: str, sheet: str = "Other", rows: Rows = ROWS) -> bytes:
    def dress(own: Worksheet) -> None:
        book_ = own.parent
        assert book_ is not None
        book_.create_sheet("Other")
        book_[sheet][cell] = f"={formula}"

    return book(rows, dress=dress)


def formula_after(data: bytes, cell: str, sheet: str = "Other") -> str:
    after = load_workbook(BytesIO(updated(data, ANN, BOB, EVE)[0]))
    return str(after[sheet][cell].value)


@pytest.mark.parametrize(
    ("formula", "after"),
    [
        ("COUNTA(Contacts!A2:A3)", "COUNTA(Contacts!A2:A4)"),
        ("VLOOKUP(A1,Contacts!$A$2:$E$3,2,0)", "VLOOKUP(A1,Contacts!$A$2:$E$4,2,0)"),
        ("SUM(A2:A3)+COUNTA(Contacts!B$2:B$3)", "SUM(A2:A3)+COUNTA(Contacts!B$2:B$4)"),
    ],
)
def test_a_formula_on_all_rows_grows_and_is_told(formula: str, after: str) -> None:
    there = sheet_with(formula, "B2")
    assert formula_after(there, "B2") == f"={after}"
    assert told(there) == f"{GROWN} a formula on Other."


@pytest.mark.parametrize("formula", ["COUNTA(Contacts!A1:A3)", "SUM(Contacts!D2:F3)"])
def test_a_formula_on_other_cells_stays_and_is_told(formula: str) -> None:
    there = sheet_with(formula, "B2")
    assert formula_after(there, "B2") == f"={formula}"
    assert told(there).startswith(f"{STAYED} a formula on Other;")


@pytest.mark.parametrize("formula", ["Contacts!A3", "SUM(Contacts!A:A)", "SUM(Contacts!A2:A99)"])
def test_a_formula_that_reaches_over_the_new_rows_or_means_one_is_not_told(formula: str) -> None:
    there = sheet_with(formula, "B2")
    assert formula_after(there, "B2") == f"={formula}"
    assert told(there) == ""


@pytest.mark.parametrize("row", [2, 3])
def test_a_formula_beside_a_row_of_the_table_may_read_other_cells_untold(row: int) -> None:
    assert told(sheet_with("SUM(D2:F3)", f"H{row}", "Contacts")) == ""
    assert told(sheet_with("SUM(D2:F3)", "H9", "Contacts")).startswith(STAYED)


def test_a_running_total_beside_the_table_stays_a_running_total() -> None:
    there = sheet_with("SUM(E$2:E3)", "G3", "Contacts")
    assert formula_after(there, "G3", "Contacts") == "=SUM(E$2:E3)"
    assert told(there) == ""


def test_a_count_beside_the_table_counts_the_new_rows_too() -> None:
    there = sheet_with("COUNTA(A2:A3)", "H2", "Contacts")
    assert formula_after(there, "H2", "Contacts") == "=COUNTA(A2:A4)"
    assert told(there) == f"{GROWN} a formula on Contacts."


def test_a_column_of_the_table_that_reads_all_rows_reads_the_new_ones_too() -> None:
    definition = "COUNTIF($B$2:$B$3,B2)"
    rows = [(*ANN_ROW, f"={definition}"), (*BOB_ROW, "=COUNTIF($B$2:$B$3,B3)")]
    there = book(rows, (*HEADER, "x"), formulas={"x": definition})
    assert [row[5] for row in read(updated(there, ANN, BOB, EVE)[0])[1:]] == [
        f"=COUNTIF($B$2:$B$4,B{row})" for row in (2, 3, 4)
    ]
    assert b"COUNTIF($B$2:$B$4,B2)</calculated" in parts(updated(there, ANN, BOB, EVE)[0])[TABLE]


def test_a_table_of_one_row_is_no_reason_to_make_a_range_of_a_cell() -> None:
    there = sheet_with("Contacts!$B$2&COUNTA(Contacts!$B$2:$B$2)", "B2", rows=[ANN_ROW])
    after = load_workbook(BytesIO(updated(there, ANN, EVE)[0]))
    assert after["Other"]["B2"].value == "=Contacts!$B$2&COUNTA(Contacts!$B$2:$B$3)"


def test_a_dropdown_and_a_format_on_all_rows_grow_and_are_told() -> None:
    def dress(sheet: Worksheet) -> None:
        listed = DataValidation(type="list", formula1="Contacts!$B$2:$B$3")
        listed.add("H2")
        sheet.add_data_validation(listed)
        twice = FormulaRule(formula=["COUNTIF($A$2:$A$3,$A2)>1"])  # type: ignore[no-untyped-call]  # of the stubs
        sheet.conditional_formatting.add("H5:H6", twice)

    sheet = parts(updated(book(dress=dress), ANN, BOB, EVE)[0])[SHEET].decode()
    assert "<formula1>Contacts!$B$2:$B$4</formula1>" in sheet
    assert "<formula>COUNTIF($A$2:$A$4,$A2)&gt;1</formula>" in sheet
    assert told(book(dress=dress)) == f"{GROWN} 2 dropdowns or formats on Contacts."


def test_a_chart_on_a_sheet_of_its_own_grows_and_is_told() -> None:
    def dress(sheet: Worksheet) -> None:
        chart = BarChart()
        chart.add_data(Reference(sheet, min_col=5, min_row=2, max_row=3))
        assert sheet.parent is not None
        sheet.parent.create_chartsheet().add_chart(chart)

    there = book(dress=dress)
    after = parts(updated(there, ANN, BOB, EVE)[0])["xl/charts/chart1.xml"].decode()
    assert "$E$2:$E$4" in after
    assert told(there) == f"{GROWN} a chart."


@pytest.mark.parametrize(("corner", "over"), [("B4", True), ("B9", False), ("H1", False)])
def test_a_chart_over_the_new_rows_is_told(corner: str, over: bool) -> None:
    def draw(sheet: Worksheet) -> None:
        chart = BarChart()
        at = AnchorMarker(col=sheet[corner].column - 1, row=sheet[corner].row - 1)
        to = AnchorMarker(col=at.col + 2, row=at.row + 5)
        chart.anchor = TwoCellAnchor(_from=at, to=to)  # type: ignore[assignment]  # of the stubs
        sheet.add_chart(chart)

    assert ("lies over the new rows" in told(book(dress=draw))) == over


def test_nothing_is_told_when_nobody_is_new() -> None:
    _, report = updated(with_name("All", "Contacts!$A$2:$A$3"), ANN)
    assert report.notices == ()


def test_a_calculation_order_is_put_where_the_schema_wants_it() -> None:
    calculated = book([(ANN.id, "Ann", None, "user", "=1+1")])
    bare = replaced(
        calculated,
        {
            WORKBOOK: lambda t: t.replace(
                '<calcPr calcId="124519" fullCalcOnLoad="1"/>', "<extLst/>"
            )
        },
    )
    after = parts(updated(bare, BOB)[0])[WORKBOOK].decode()
    assert '<definedNames/><calcPr fullCalcOnLoad="1"/><extLst/>' in after


def test_a_sheet_that_states_no_used_range_is_not_given_one() -> None:
    bare = replaced(book(), {SHEET: lambda t: t.replace('<dimension ref="A1:E3"/>', "")})
    assert b"<dimension" not in parts(updated(bare, ANN, BOB, EVE)[0])[SHEET]
