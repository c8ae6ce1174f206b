"""What refers to plain cells and does not grow: the report names it, so that nobody is misled."""

from __future__ import annotations

import pytest
from openpyxl.chart import BarChart
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, TwoCellAnchor
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.update_files import ANN, BOB, EVE, SHEET, book, parts, replaced, updated

WORKBOOK, RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PIVOT = "xl/pivotCache/pivotCacheDefinition1.xml"


def told(data: bytes) -> str:
    """Return all that is told when a row is added."""
    return " ".join(updated(data, ANN, BOB, EVE)[1].notices)


def with_name(name: str, formula: str) -> bytes:
    names = f'<definedNames><definedName name="{name}">{formula}</definedName></definedNames>'
    return replaced(book(), {WORKBOOK: lambda t: t.replace("<definedNames/>", names)})


def with_pivot(source: str) -> bytes:
    cache = f'<pivotCacheDefinition xmlns="{MAIN}"><cacheSource type="worksheet">{source}</cacheSource></pivotCacheDefinition>'
    arrow = f'<Relationship Id="rId77" Type="{OFFICE}/pivotCacheDefinition" Target="/{PIVOT}"/>'
    return replaced(
        book(),
        {
            PIVOT: lambda _: cache,
            RELS: lambda t: t.replace("</Relationships>", arrow + "</Relationships>"),
        },
    )


@pytest.mark.parametrize(
    "formula",
    [
        "Contacts!$A$2:$A$3",
        "'Contacts'!$A$1:$E$3",
        "SUM(Contacts!$E$2:$E$3)",
        "$F$1,Contacts!A2:B3",
    ],
)
def test_a_name_for_plain_cells_of_the_table_is_told(formula: str) -> None:
    assert 'the name "All"' in told(with_name("All", formula))


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


def test_a_pivot_table_on_plain_cells_is_told_and_one_on_the_table_is_not() -> None:
    plain = with_pivot('<worksheetSource ref="A1:E3" sheet="Contacts"/>')
    assert "a pivot table;" in told(plain)
    assert told(with_pivot('<worksheetSource name="Contacts"/>')) == ""
    assert told(with_pivot('<worksheetSource ref="A1:E9" sheet="Other"/>')) == ""


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
