"""Workbooks full of what people put beside a list: all of it is there after an update, as it was."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import xlsxwriter
import xlwings
from openpyxl import load_workbook

from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    SHEET,
    TABLE,
    Packed,
    contact,
    packed,
    parts,
    read,
    replaced,
    updated,
)

# openpyxl only reads here; that it would drop what it does not know is why nothing is saved with it
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")

ANNA = contact(1, "Anna")
SUMS = "xl/worksheets/sheet2.xml"
PEOPLE = (ANN, BOB, EVE)
LENGTH = "LEN(Contacts[[#This Row],[name]])"


def crowded(*, macros: bytes | None = None) -> bytes:
    """Return what XlsxWriter can put around a table with three people and two columns of notes."""
    stream = BytesIO()
    made = xlsxwriter.Workbook(stream, {"in_memory": True})
    if macros:
        (vba := BytesIO(macros)).seek(0)
        made.add_vba_project(vba, True)
    sheet = made.add_worksheet("People")
    _add_table(made, sheet)
    _add_rules(made, sheet)
    _add_guests(made, sheet)
    made.define_name("Everybody", "=People!$B$3:$B$5")
    made.add_worksheet("Sums").write_formula("A1", '=COUNTIF(People!F3:F5,"yes")', None, 1)
    made.close()
    return stream.getvalue()


def _add_table(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    text, wide = made.add_format({"num_format": "@"}), made.add_format({"bg_color": "#FFEEAA"})
    titles = ["notes", "id", "name", "contactName", "tick", "length"]
    columns: list[dict[str, object]] = [{"header": title, "format": text} for title in titles]
    columns[4]["format"] = wide
    columns[5] = {"header": "length", "formula": f"={LENGTH}"}
    data = [[f"about {each.name}", each.id, each.name, "", "yes"] for each in PEOPLE]
    options = {"name": "Contacts", "columns": columns, "data": data}
    sheet.add_table("A2:F5", {**options, "style": "Table Style Light 11"})
    for row, each in enumerate(PEOPLE, 3):
        sheet.write_formula(f"F{row}", f"={LENGTH}", None, len(each.name))


def _add_rules(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    red = made.add_format({"bg_color": "#FF0000"})
    sheet.conditional_format(
        "E3:E5", {"type": "text", "criteria": "begins with", "value": "n", "format": red}
    )
    sheet.conditional_format("F3:F5", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("E3:E5", {"validate": "list", "source": ["yes", "no"]})
    sheet.ignore_errors({"number_stored_as_text": "A3:F5"})
    sheet.freeze_panes(2, 0)
    sheet.set_column("A:A", 24)
    sheet.set_row(3, 40)


def _add_guests(made: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet) -> None:
    chart = made.add_chart({"type": "column"})
    chart.add_series({"categories": "=People!$C$3:$C$5", "values": "=People!$F$3:$F$5"})
    sheet.insert_chart("H2", chart)
    sheet.write_comment("A3", "She prefers mornings.")
    sheet.add_sparkline("G3", {"range": "People!F3:F5"})
    sheet.insert_textbox("H20", "a box")
    sheet.write_url("A1", "https://example.org/", string="our people")


def macros() -> bytes:
    """Return a macro project that Excel itself made, from xlwings' template."""
    template = Path(xlwings.__file__).parent / "quickstart_addin_ribbon.xlam"
    with ZipFile(template) as archive:
        return archive.read("xl/vbaProject.bin")


def others(data: bytes) -> list[Packed]:
    """Return the parts that neither hold the table nor refer to all of its rows."""
    ours = (SHEET, TABLE, SUMS, "xl/workbook.xml", "xl/charts/chart1.xml")
    return [each for each in packed(data) if each.name not in ours]


@pytest.mark.parametrize("with_macros", [False, True])
def test_all_parts_but_the_table_and_old_results_are_the_same_packed_bytes(
    with_macros: bool,
) -> None:
    before = crowded(macros=macros() if with_macros else None)
    after, report = updated(before, ANNA, BOB, EVE, contact(4, "Dan"))
    assert (report.changed, report.new) == (1, 1)
    assert others(after) == others(before)
    assert ("xl/vbaProject.bin" in parts(after)) == with_macros


def test_rows_notes_and_formulas_stand_where_they_belong() -> None:
    after, _ = updated(crowded(), ANNA, EVE, BOB, contact(4, "Dan"))
    rows = [row[:6] for row in read(after, "People")[2:]]
    assert rows == [
        ("about Ann", ANN.id, "Anna", "", "yes", f"={LENGTH}"),
        ("about Bob", BOB.id, "Bob", "", "yes", f"={LENGTH}"),
        ("about Eve", EVE.id, "Eve", "", "yes", f"={LENGTH}"),
        ("", contact(4).id, "Dan", "", "", f"={LENGTH}"),
    ]


def test_rules_of_both_generations_grow() -> None:
    after = load_workbook(BytesIO(updated(crowded(), *PEOPLE, contact(4))[0]))["People"]
    assert {str(rule.sqref) for rule in after.conditional_formatting} == {"E3:E6", "F3:F6"}
    assert [str(each.sqref) for each in after.data_validations.dataValidation] == ["E3:E6"]
    sheet = parts(updated(crowded(), *PEOPLE, contact(4))[0])[SHEET].decode()
    assert "<xm:sqref>F3:F6</xm:sqref></x14:conditionalFormatting>" in sheet
    assert '<ignoredError sqref="A3:F6"' in sheet
    assert "<xm:f>People!F3:F6</xm:f>" in sheet


def test_what_covered_all_rows_grows_and_is_told() -> None:
    before = crowded()
    after, report = updated(before, *PEOPLE, contact(4))
    assert report.notices[0] == (
        "These covered all rows of the table, and the new ones now too: a sparkline on People, "
        'a formula on Sums, the name "Everybody", a chart.'
    )
    for part, old, new in (
        (SUMS, b'People!F3:F5,"yes")</f><v>1</v>', b'People!F3:F6,"yes")</f>'),
        ("xl/workbook.xml", b">People!$B$3:$B$5<", b">People!$B$3:$B$6<"),
    ):
        text = (parts(data)[part].partition(b"?>")[2].strip() for data in (before, after))
        assert next(text).replace(old, new) == next(text)
    assert parts(after)["xl/charts/chart1.xml"].count(b"$6</c:f>") == 2


def test_comments_stay_at_the_same_person() -> None:
    after = load_workbook(BytesIO(updated(crowded(), EVE, ANNA, BOB, contact(4))[0]))["People"]
    comment = after["A3"].comment
    assert comment is not None
    assert comment.text == "She prefers mornings."
    assert after["B3"].value == ANN.id


def test_a_filtered_table_keeps_its_filter_and_hidden_rows() -> None:
    hidden = '<filterColumn colId="4"><filters><filter val="yes"/></filters></filterColumn>'
    before = replaced(
        crowded(),
        {
            TABLE: lambda t: t.replace(
                '<autoFilter ref="A2:F5"/>', f'<autoFilter ref="A2:F5">{hidden}</autoFilter>'
            ),
            SHEET: lambda t: t.replace('<row r="5"', '<row r="5" hidden="1"'),
        },
    )
    after, _ = updated(before, *PEOPLE, contact(4))
    assert hidden in parts(after)[TABLE].decode()
    assert '<row r="5" hidden="1"' in parts(after)[SHEET].decode()


@needs_validator
@pytest.mark.parametrize("with_macros", [False, True])
def test_microsofts_validator_finds_nothing_new(with_macros: bool, tmp_path: Path) -> None:
    suffix = "xlsm" if with_macros else "xlsx"
    data = crowded(macros=macros() if with_macros else None)
    before, after = tmp_path / f"before.{suffix}", tmp_path / f"after.{suffix}"
    before.write_bytes(data)
    hostile = contact(4, "=cmd|'/C calc'!A0 \x07 _x0041_")
    after.write_bytes(updated(data, ANNA, BOB, hostile)[0])
    assert set(problems(after)) <= set(problems(before))


@needs_libreoffice
def test_libreoffice_shows_the_new_values_and_computes_the_formulas(tmp_path: Path) -> None:
    (tmp_path / "after.xlsx").write_bytes(
        updated(crowded(), ANNA, BOB, EVE, contact(4, "Daniel"))[0]
    )
    shown = convert(tmp_path / "after.xlsx", "csv", tmp_path).read_text("utf-8-sig").splitlines()
    assert [line.split(",")[2:6] for line in shown[2:]] == [
        ["Anna", "", "yes", "4"],
        ["Bob", "", "yes", "3"],
        ["Eve", "", "yes", "3"],
        ["Daniel", "", "", "6"],
    ]
