"""A table on a sheet as rows of text: its titles, its rows, and which of its cells are formulas."""

from __future__ import annotations

import pytest

from tests.ooxml.small_files import BOOK, NAMESPACES, grid, package, table, workbook
from workbook.merge.model import ExistingTable
from workbook.merge.refusals import BrokenPart, TitlesDisagree
from workbook.ooxml.package import Package
from workbook.ooxml.reading import counts_from_1904, existing, texts_of
from workbook.ooxml.table_part import Table

PEOPLE = package(workbook())
FROM_1904 = package(workbook("", '<workbookPr date1904="1"/>'))
HEAD = ("id", "name", "notes")


def cell(value: str) -> str:
    """Return a text cell, or for "=3" one whose formula gave 3."""
    if value.startswith("="):
        return f"<f>A1</f><v>{value[1:]}</v>"
    return f"<is><t>{value}</t></is>"


def rows(first: int, *lines: tuple[str, ...], left: str = "A") -> str:
    """Return rows from this one on, their cells from this column on."""
    text = ""
    for row, line in enumerate(lines, first):
        text += f'<row r="{row}">'
        for at, value in enumerate(line, ord(left)):
            kind = "" if value.startswith("=") else 't="inlineStr"'
            text += f'<c r="{chr(at)}{row}" {kind}>{cell(value)}</c>' if value else ""
        text += "</row>"
    return text


def read(there: Table, text: str, whole: Package = PEOPLE, room: int = 7) -> ExistingTable:
    sheet = grid(text)
    return existing(there, sheet, texts_of(whole, sheet), room, whole)


def lines(found: ExistingTable) -> list[tuple[str, ...]]:
    return [tuple(row) for row in found.rows]


def test_a_table_is_its_titles_its_rows_and_its_room() -> None:
    text = rows(1, HEAD, ("1@c.us", "Ann", ""), ("2@c.us", "", "note"))
    found = read(table("A1:C3", *HEAD), text)
    assert lines(found) == [("1@c.us", "Ann", ""), ("2@c.us", "", "note")]
    assert ([*found.header], found.room) == ([*HEAD], 7)
    assert ([*found.calculated], {*found.formulas}) == ([], set())


def test_what_stands_around_a_table_is_not_read() -> None:
    line = ("left", "1@c.us", "Ann", "note", "right")
    text = rows(2, line, ("", *HEAD, ""), line, ("", "Sum", "", "", ""), line)
    found = read(table("B3:D5", *HEAD, more='totalsRowCount="1"'), text)
    assert lines(found) == [("1@c.us", "Ann", "note")]


def test_rows_that_the_file_does_not_mention_are_blank() -> None:
    text = rows(1, HEAD) + rows(3, ("1@c.us", "", "x"))
    assert lines(read(table("A1:C4", *HEAD), text)) == [("",) * 3, ("1@c.us", "", "x"), ("",) * 3]


@pytest.mark.parametrize("ref", ["A1:C1", "A4:C4"])
def test_a_table_of_titles_alone_has_no_rows(ref: str) -> None:
    assert lines(read(table(ref, *HEAD), rows(1, HEAD) if ref == "A1:C1" else "")) == []


def test_nor_has_one_whose_totals_and_titles_leave_no_place() -> None:
    there = table("A1:C1", *HEAD, more='totalsRowCount="1"')
    assert lines(read(there, rows(1, HEAD))) == []


def test_without_a_row_of_titles_the_first_row_is_somebody() -> None:
    there = table("A1:C2", *HEAD, more='headerRowCount="0"')
    found = read(there, rows(1, ("1@c.us", "Ann", ""), ("2@c.us", "Bob", "")))
    assert lines(found) == [("1@c.us", "Ann", ""), ("2@c.us", "Bob", "")]
    assert [*found.header] == [*HEAD]


def test_titles_are_what_their_cells_say() -> None:
    text = rows(1, ("id", "name", "my notes"))
    assert [*read(table("A1:C1", *HEAD), text).header] == ["id", "name", "my notes"]


@pytest.mark.parametrize(
    ("said", "listed"), [("Name", "name"), ("mine", "name"), ("name", "mine"), ("", "group")]
)
def test_where_one_of_ours_is_said_otherwise_it_is_refused(said: str, listed: str) -> None:
    with pytest.raises(TitlesDisagree, match=f'"{said}" where .* "{listed}"'):
        read(table("A1:B1", "id", listed), rows(1, ("id", said)))


@pytest.mark.parametrize("said", [" name", "na me", "name "])
def test_a_title_of_ours_is_itself_with_blanks_around_it_and_not_within(said: str) -> None:
    there = table("A1:B1", "id", said)
    assert [*read(there, rows(1, ("id", said))).header] == ["id", said]
    other = table("A1:B1", "id", "name")
    if said.split() == ["name"]:
        assert [*read(other, rows(1, ("id", said))).header] == ["id", said]
        return
    with pytest.raises(TitlesDisagree):
        read(other, rows(1, ("id", said)))


@pytest.mark.parametrize("ref", ["A1:B2", "A1:D2"])
def test_a_table_that_is_wider_than_its_list_of_titles_is_refused(ref: str) -> None:
    with pytest.raises(BrokenPart, match="more or fewer columns"):
        read(table(ref, *HEAD), "")


def test_cells_that_a_formula_of_the_table_fills_are_blank_and_all_other_formulas_told() -> None:
    there = table("B2:D4", *HEAD, formulas={"name": "1+1"})
    text = rows(2, HEAD, ("1@c.us", "=5", "=6"), ("=2@c.us", "by hand", ""), left="B")
    found = read(there, text)
    assert lines(found) == [("1@c.us", "", "6"), ("2@c.us", "by hand", "")]
    assert {*found.formulas} == {(0, 2), (1, 0)}
    assert [*found.calculated] == ["name"]


def test_a_calculated_column_is_told_by_the_title_in_its_cell() -> None:
    there = table("A1:B1", "id", "mine", formulas={"mine": "1"})
    assert [*read(there, rows(1, ("id", "yours"))).calculated] == ["yours"]


@pytest.mark.parametrize(("whole", "day"), [(PEOPLE, "2026-11-23"), (FROM_1904, "2030-11-24")])
def test_a_number_in_a_column_of_times_is_a_time(whole: Package, day: str) -> None:
    text = '<row r="2"><c r="A2"><v>46349.5</v></c><c r="B2"><v>46349.5</v></c></row>'
    found = read(table("A1:B2", "id", "firstSeen"), rows(1, ("id", "firstSeen")) + text, whole)
    assert lines(found) == [("46349.5", f"{day}T12:00:00")]


@pytest.mark.parametrize(
    ("said", "is_so"),
    [
        ('<workbookPr date1904="1"/>', True),
        ('<workbookPr date1904="true"/>', True),
        ('<workbookPr date1904="0"/>', False),
        ("<workbookPr/>", False),
        ("", False),
    ],
)
def test_days_are_counted_from_1904_where_the_workbook_says_so(said: str, is_so: bool) -> None:
    assert counts_from_1904(package(workbook("", said))) is is_so


def test_a_table_costs_a_cell_for_each_of_its_columns_in_each_row() -> None:
    whole = package(workbook())
    whole.budget.slots = 9
    text = rows(1, HEAD, ("1@c.us",), ("2@c.us",))
    assert len(read(table("A1:C3", *HEAD), text, whole).rows) == 2
    assert whole.budget.slots == 0
    with pytest.raises(BrokenPart, match="much larger than what is in it"):
        read(table("A1:C2", *HEAD), text, whole)


def shared(*texts: str, named: str = "sharedStrings.xml") -> Package:
    """Return a workbook with shared strings, which may be named without being there."""
    items = "".join(f"<si><t>{text}</t></si>" for text in texts)
    strings = {"xl/sharedStrings.xml": f"<sst {NAMESPACES}>{items}</sst>"} if texts else {}
    return package({**workbook("", "", ("sharedStrings", named)), **strings})


def test_shared_strings_are_read_by_their_numbers() -> None:
    text = (
        rows(1, HEAD) + '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" t="s"><v>0</v></c></row>'
    )
    found = read(table("A1:C2", *HEAD), text, shared("Ann", "1@c.us"))
    assert lines(found) == [("1@c.us", "Ann", "")]


def test_shared_strings_that_are_missing_matter_where_a_cell_needs_them() -> None:
    there = table("A1:C2", *HEAD)
    assert lines(read(there, rows(1, HEAD, ("1@c.us",)), shared())) == [("1@c.us", "", "")]
    text = rows(1, HEAD) + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    with pytest.raises(BrokenPart, match=r"xl/sharedStrings\.xml is missing"):
        read(there, text, shared())


def test_a_workbook_that_names_no_shared_strings_has_none() -> None:
    text = rows(1, HEAD) + '<row r="2"><c r="A2" t="s"><v>0</v></c></row>'
    assert lines(read(table("A1:C2", *HEAD), text)) == [("", "", "")]
    assert BOOK in PEOPLE
