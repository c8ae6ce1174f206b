"""What charts and pivot tables keep of the table's cells: of now, taken out, or told."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from lxml import etree
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.ooxml.test_update_neighbours import OFFICE, PIVOT, with_pivot
from tests.ooxml.update_files import ANN, BOB, EVE, SHEET, book, contact, parts, replaced, updated
from workbook.contacts.contact import Contact
from workbook.ooxml.relationships import rels_of

ANNA = contact(1, "Anna")
CHART = "xl/charts/chart1.xml"
TABLE_OF_PIVOT = "xl/pivotTables/pivotTable1.xml"
WAITS = "A pivot table shows the old list until Excel opens the workbook, which refreshes that."


def charted(names: str = "=People!$B$2:$B$3", values: str = "=People!$E$2:$E$3") -> bytes:
    """Return a table with what two people owe, and a chart of names and values with its copies."""
    stream = BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    sheet = made.add_worksheet("People")
    columns = [{"header": title} for title in ("id", "name", "contactName", "type", "owes")]
    data = [[ANN.id, "Ann", "", "user", 5], [BOB.id, "Bob", "", "user", 7]]
    sheet.add_table("A1:E3", {"name": "Contacts", "columns": columns, "data": data})
    for cell, value in {"G2": "a", "G3": "b", "H2": 1, "H3": 2}.items():
        sheet.write(cell, value)
    chart = made.add_chart({"type": "bar"})
    chart.add_series({"categories": names, "values": values})
    sheet.insert_chart("J2", chart)
    made.close()
    return stream.getvalue()


def kept(data: bytes) -> list[list[str] | None]:
    """Return what the chart keeps for each of its references; None where it keeps nothing."""
    root = etree.fromstring(parts(data)[CHART])
    caches = [(ref, ref.find("{*}strCache"), ref.find("{*}numCache")) for ref in _references(root)]
    return [
        [f"{pt.get('idx')} {pt.findtext('{*}v')}" for pt in cache.iterfind("{*}pt")]
        if (cache := text if text is not None else number) is not None
        else None
        for _, text, number in caches
    ]


def _references(root: etree._Element) -> list[etree._Element]:
    return [*root.iter("{*}strRef", "{*}numRef")]


def after(data: bytes, *people: Contact) -> list[list[str] | None]:
    return kept(updated(data, *people)[0])


def test_a_chart_has_the_names_of_now() -> None:
    assert kept(charted()) == [["0 Ann", "1 Bob"], ["0 5", "1 7"]]
    assert after(charted(), ANNA, BOB) == [["0 Anna", "1 Bob"], ["0 5", "1 7"]]


def test_newcomers_are_in_it_and_cells_without_a_value_are_not() -> None:
    assert after(charted(), ANN, BOB, EVE) == [["0 Ann", "1 Bob", "2 Eve"], ["0 5", "1 7"]]
    assert b'<c:ptCount val="3"/>' in parts(updated(charted(), ANN, BOB, EVE)[0])[CHART]


def test_a_chart_of_one_row_has_the_name_of_now_and_one_of_a_block_no_copy() -> None:
    assert after(charted("=People!$A$2:$B$2"), ANNA, BOB)[0] == [f"0 {ANN.id}", "1 Anna"]
    assert after(charted("=People!$A$2:$B$3"), ANNA, BOB)[0] is None


def test_a_chart_of_one_cell_has_the_name_of_now() -> None:
    assert after(charted("=People!$B$3"), ANN, contact(2, "Bo"))[0] == ["0 Bo"]


@pytest.mark.parametrize(("last", "is_kept"), [("B10001", True), ("B10002", False)])
def test_a_copy_of_more_than_ten_thousand_cells_is_taken_out(last: str, is_kept: bool) -> None:
    names = after(charted(f"=People!$B$2:{last}"), ANNA, BOB)[0]
    assert names == (["0 Anna", "1 Bob"] if is_kept else None)


def test_the_format_of_numbers_stays_in_front_of_them() -> None:
    now = etree.fromstring(parts(updated(charted(), ANN, BOB, EVE)[0])[CHART])
    [numbers] = now.iter("{*}numCache")
    assert [etree.QName(each).localname for each in numbers] == [
        "formatCode",
        "ptCount",
        "pt",
        "pt",
    ]


def test_a_chart_of_cells_that_did_not_change_keeps_its_bytes() -> None:
    there = charted("=People!$G$2:$G$3", "=People!$H$2:$H$3")
    assert parts(updated(there, ANNA, BOB, EVE)[0])[CHART] == parts(there)[CHART]


def test_a_copy_that_cannot_be_told_is_taken_out() -> None:
    several = "(People!$B$2:$B$2,People!$B$3:$B$3)"
    there = replaced(charted(), {CHART: lambda t: t.replace("People!$B$2:$B$3", several)})
    assert after(there, ANNA, BOB) == [None, ["0 5", "1 7"]]


@pytest.mark.parametrize("name", ["An\nna", "An\u200bna"])
def test_so_is_one_of_a_name_that_no_chart_shows_as_it_is(name: str) -> None:
    assert after(charted(), contact(1, name), BOB) == [None, ["0 5", "1 7"]]


def test_so_is_one_of_cells_of_another_kind() -> None:
    assert after(charted(values="=People!$B$2:$B$3"), ANNA, BOB)[1] is None


def test_so_is_one_that_leaves_out_hidden_rows() -> None:
    there = replaced(charted(), {SHEET: lambda t: t.replace('<row r="2"', '<row r="2" hidden="1"')})
    assert after(there, ANNA, BOB) == [None, ["0 5", "1 7"]]


def test_so_are_results_that_are_forgotten() -> None:
    length = '<c r="E2"><f>LEN(B2)</f><v>3</v></c>'
    there = replaced(charted(), {SHEET: lambda t: re.sub(r'<c r="E2".*?</c>', length, t)})
    assert after(there, ANNA, BOB) == [["0 Anna", "1 Bob"], None]


def test_a_chart_whose_cells_are_found_late_is_told() -> None:
    there = replaced(
        charted("=People!Everybody"),
        {
            CHART: lambda t: t.replace(
                "<c:f>People!Everybody</c:f>",
                '<c:f>People!Everybody</c:f><c:strCache><c:ptCount val="1"/>'
                '<c:pt idx="0"><c:v>Ann</c:v></c:pt></c:strCache>',
                1,
            ),
            "xl/workbook.xml": lambda t: t.replace(
                "<calcPr",
                '<definedNames><definedName name="Everybody">INDIRECT(People!$G$2)'
                "</definedName></definedNames><calcPr",
            ),
        },
    )
    now, report = updated(there, ANNA, BOB)
    assert parts(now)[CHART] == parts(there)[CHART]
    assert report.notices[-1].startswith("Results in charts may be of the old list")


@pytest.mark.parametrize("source", ['name="Contacts"', 'ref="A1:E3" sheet="Contacts"'])
def test_a_pivot_table_of_the_table_is_refreshed_on_opening(source: str) -> None:
    now, report = updated(with_pivot(f"<worksheetSource {source}/>"), ANNA, BOB)
    assert b'refreshOnLoad="1"' in parts(now)[PIVOT]
    assert report.notices == (WAITS,)


@pytest.mark.parametrize(
    "source",
    ['name="Others"', 'ref="H1:J3" sheet="Contacts"', 'ref="A1:E3" sheet="Contacts" r:id="rId1"'],
)
def test_one_of_something_else_is_not(source: str) -> None:
    there = replaced(
        with_pivot(f"<worksheetSource {source.replace('r:id', 'id')}/>"),
        {PIVOT: lambda t: t.replace(' id="', ' xmlns:r="urn:r" r:id="')},
    )
    now, report = updated(there, ANNA, BOB)
    assert parts(now)[PIVOT] == parts(there)[PIVOT]
    assert report.notices == ()


def test_one_on_a_protected_sheet_is_told_for_excel_could_not_refresh_it() -> None:
    def dress(sheet: Worksheet) -> None:
        assert sheet.parent is not None
        sheet.parent.create_sheet("Pivot").protection.enable()

    there = replaced(
        with_pivot('<worksheetSource name="Contacts"/>', book(dress=dress)),
        {
            rels_of("xl/worksheets/sheet2.xml"): lambda _: arrow("pivotTable", TABLE_OF_PIVOT),
            rels_of(TABLE_OF_PIVOT): lambda _: arrow("pivotCacheDefinition", PIVOT),
        },
    )
    now, report = updated(there, ANNA, BOB)
    assert parts(now)[PIVOT] == parts(there)[PIVOT]
    assert report.notices[0].startswith("A pivot table on a protected sheet shows the old list")


def arrow(kind: str, target: str) -> str:
    """Return a list of relationships with one that leads to a part."""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{OFFICE}/{kind}" Target="/{target}"/></Relationships>'
    )


@needs_validator
def test_microsofts_validator_finds_nothing_in_a_chart_without_copies(tmp_path: Path) -> None:
    there = tmp_path / "after.xlsx"
    there.write_bytes(updated(charted("=People!$A$2:$B$3"), ANNA, BOB, EVE)[0])
    assert problems(there) == []


@needs_libreoffice
def test_libreoffice_draws_what_the_cells_say_where_a_copy_is_gone(tmp_path: Path) -> None:
    there = replaced(charted(), {SHEET: lambda t: t.replace('<row r="2"', '<row r="2" ht="15"')})
    now = replaced(
        updated(there, ANNA, BOB, EVE)[0],
        {CHART: lambda t: re.sub("<c:(str|num)Cache>.*?</c:\\1Cache>", "", t)},
    )
    assert kept(now) == [None, None]
    (tmp_path / "now.xlsx").write_bytes(now)
    drawn = convert(tmp_path / "now.xlsx", "xlsx", tmp_path / "saved").read_bytes()
    assert [each[:2] for each in kept(drawn) if each] == [["0 Anna", "1 Bob"], ["0 5", "1 7"]]
