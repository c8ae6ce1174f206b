"""New people below a table: what makes way, what is in the way, and what is done all the same."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    BOB_ROW,
    EVE,
    SHEET,
    TABLE,
    book,
    contact,
    parts,
    read,
    replaced,
    updated,
)
from tests.proof.dialects import DIALECTS

ANNA, DORA = contact(1, "Anna"), contact(4, "Dora")
NO_ROOM = (
    "1 new person has no room below the table, for {} is in the way. Move that away and repeat, "
    "or use Refresh in Excel, which inserts rows."
)
Dress = Callable[[Worksheet], None]


def put(cell: str, value: str) -> Dress:
    def dress(sheet: Worksheet) -> None:
        sheet[cell] = value

    return dress


def second(sheet: Worksheet) -> None:
    sheet["D4"], sheet["E4"] = "a", "b"
    sheet.add_table(Table(displayName="Below", ref="D4:E5"))


class TestWhatIsInTheWay:
    @pytest.mark.parametrize(
        ("dress", "what"),
        [
            (put("B4", "sum of all"), "something in B4"),
            (put("E4", "=1"), "something in E4"),
            (lambda sheet: sheet.merge_cells("E4:G4"), "a merged cell (E4:G4)"),
            (second, "another table (D4:E5)"),
        ],
    )
    def test_it_stays_and_known_people_are_updated_all_the_same(
        self, dress: Dress, what: str
    ) -> None:
        before = book(dress=dress)
        after, report = updated(before, ANNA, BOB, EVE)
        assert report.warnings == (NO_ROOM.format(what),)
        assert (report.changed, report.new, report.without_room) == (1, 0, 1)
        assert read(after)[1][1] == "Anna"
        assert read(after)[3:] == read(before)[3:]
        assert parts(after)[TABLE] == parts(before)[TABLE]

    def test_where_only_the_new_people_are_news_the_file_stays_as_it_is(self) -> None:
        before = book(dress=put("A4", "mine"))
        after, report = updated(before, ANN, BOB, EVE)
        assert after == before
        assert (report.written, len(report.warnings)) == (False, 1)

    @pytest.mark.parametrize("column", "BCDEF")
    def test_a_cell_below_any_column_of_the_table_is_in_the_way(self, column: str) -> None:
        there = book(at="B2", dress=put(f"{column}5", "my total"))
        after, report = updated(there, ANN, BOB, EVE)
        assert report.warnings == (NO_ROOM.format(f"something in {column}5"),)
        assert "my total" in read(after)[4]

    @pytest.mark.parametrize("column", "AG")
    def test_a_cell_below_beside_the_table_is_not(self, column: str) -> None:
        after, report = updated(book(at="B2", dress=put(f"{column}5", "mine")), ANN, BOB, EVE)
        assert (report.new, report.warnings) == (1, ())
        assert "mine" in read(after)[4]

    def test_it_is_in_the_way_only_where_new_rows_reach_it(self) -> None:
        there = book(dress=put("B6", "my total"))
        assert updated(there, ANN, BOB, EVE, DORA)[1].new == 2
        three = [contact(n, "x") for n in (5, 6, 7)]
        report = updated(there, ANN, BOB, *three)[1]
        assert report.new == 0
        assert report.warnings[0].startswith("3 new people have no room below the table")

    def test_a_blank_row_within_the_table_is_filled_even_then(self) -> None:
        there = book([ANN_ROW, (None,) * 5], dress=put("A4", "mine"))
        after, report = updated(there, ANN, EVE, DORA)
        assert read(after)[2][:2] == (EVE.id, "Eve")
        assert (report.new, report.without_room) == (1, 1)

    def test_the_end_of_the_sheet_is_told_as_such(self) -> None:
        _, report = updated(book(at="A1048574"), ANN, BOB, EVE)
        assert report.warnings == (NO_ROOM.format("the end of the sheet at row 1,048,576"),)


TOTALS = ("Total", None, None, None, "=SUBTOTAL(103,Contacts[notes])")


def with_totals(
    *, formula: str = TOTALS[4] or "", columns: str = "", dress: Dress = lambda sheet: None
) -> bytes:
    """Return a table with the rows of Ann and Bob and a row of totals in row 4."""
    there = book([ANN_ROW, BOB_ROW, (*TOTALS[:4], formula)], dress=dress)
    counted = ' totalsRowCount="1" id='
    return replaced(
        there,
        {
            TABLE: lambda t: t.replace(" id=", counted, 1).replace(
                '<autoFilter ref="A1:E4"', '<autoFilter ref="A1:E3"'
            )
        },
    )


class TestTotals:
    def test_they_go_down_and_newcomers_come_above(self) -> None:
        after, report = updated(with_totals(), ANN, BOB, EVE, DORA)
        assert [row[0] for row in read(after)[1:]] == [ANN.id, BOB.id, EVE.id, DORA.id, "Total"]
        assert read(after)[5][4] == "=SUBTOTAL(103,Contacts[notes])"
        assert (report.new, report.warnings) == (2, ())

    def test_the_table_holds_them_and_its_filter_does_not(self) -> None:
        table = parts(updated(with_totals(), ANN, BOB, EVE)[0])[TABLE].decode()
        assert 'ref="A1:E5"' in table
        assert '<autoFilter ref="A1:E4"' in table

    def test_cells_beside_the_table_and_heights_of_rows_stay(self) -> None:
        def dress(sheet: Worksheet) -> None:
            sheet["G4"] = "beside"
            sheet.row_dimensions[4].height = 40

        after, _ = updated(with_totals(dress=dress), ANN, BOB, EVE)
        assert [row[6] for row in read(after)] == ["", "", "", "beside", ""]
        assert '<row r="4" ht="40"' in parts(after)[SHEET].decode()
        assert '<row r="5">' in parts(after)[SHEET].decode()

    def test_cells_beside_them_stay_even_if_no_cell_says_its_place(self) -> None:
        def dress(sheet: Worksheet) -> None:
            sheet["G4"] = "beside"

        there = DIALECTS["cells without r"](with_totals(dress=dress))
        assert read(there)[3] == ("Total", "", "", "", TOTALS[4], "", "beside")
        after = read(updated(there, ANN, BOB, EVE)[0])
        assert after[3] == (EVE.id, "Eve", "", "user", "", "", "beside")
        assert after[4] == ("Total", "", "", "", TOTALS[4], "", "")

    def test_what_refers_to_their_cells_follows(self) -> None:
        def dress(sheet: Worksheet) -> None:
            sheet["G1"] = "=E4+$E$4+SUM(E2:E4)+E5"
            other = sheet.parent
            assert other is not None
            other.create_sheet("Other")["A1"] = "=Contacts!E4&'Contacts'!E$4&E4"

        after, _ = updated(with_totals(dress=dress), ANN, BOB, EVE)
        assert read(after)[0][6] == "=E5+$E$5+SUM(E2:E5)+E5"
        assert read(after, "Other")[0][0] == "=Contacts!E5&'Contacts'!E$5&E4"

    def test_names_and_links_of_theirs_follow(self) -> None:
        link = '</sheetData><hyperlinks><hyperlink ref="A4" location="Other!A1"/></hyperlinks>'
        name = '<definedNames><definedName name="Sum">Contacts!$E$4</definedName></definedNames>'
        there = replaced(
            with_totals(),
            {
                SHEET: lambda t: t.replace("</sheetData>", link),
                "xl/workbook.xml": lambda t: t.replace("<definedNames/>", name),
            },
        )
        after = parts(updated(there, ANN, BOB, EVE)[0])
        assert b'<hyperlink ref="A5"' in after[SHEET]
        assert b">Contacts!$E$5<" in after["xl/workbook.xml"]

    def test_what_stands_right_below_them_is_in_the_way(self) -> None:
        there = with_totals(dress=put("B5", "mine"))
        after, report = updated(there, ANNA, BOB, EVE)
        assert report.warnings == (NO_ROOM.format("something in B5"),)
        assert read(after)[1][1] == "Anna"
        assert read(after)[3][0] == "Total"

    def test_a_comment_on_them_keeps_them_where_they_are(self) -> None:
        from openpyxl.comments import Comment

        def dress(sheet: Worksheet) -> None:
            sheet["B4"].comment = Comment("look", "me")

        _, report = updated(with_totals(dress=dress), ANN, BOB, EVE)
        assert report.warnings == (NO_ROOM.format("a comment in its row of totals"),)

    def test_a_second_update_changes_nothing(self) -> None:
        after, _ = updated(with_totals(), ANN, BOB, EVE)
        assert updated(after, ANN, BOB, EVE)[0] == after

    def test_their_formulas_go_along_when_they_share_one(self) -> None:
        shared = '<c r="D4"><f t="shared" ref="D4:E4" si="3">LEN(D2)</f><v>1</v></c><c r="E4"><f t="shared" si="3"/><v>1</v></c>'
        there = replaced(
            with_totals(formula="=1"),
            {
                SHEET: lambda t: t.replace('<c r="E4"><f>1</f><v></v></c>', shared).replace(
                    '<c r="E4"><f>1</f><v/></c>', shared
                )
            },
        )
        assert "si=" in parts(there)[SHEET].decode()
        after, _ = updated(there, ANN, BOB, EVE)
        assert read(after)[4][3:] == ("=LEN(D2)", "=LEN(E2)")


@needs_libreoffice
def test_libreoffice_computes_totals_that_went_down(tmp_path: Path) -> None:
    (tmp_path / "after.xlsx").write_bytes(updated(with_totals(), ANN, BOB, EVE, DORA)[0])
    lines = convert(tmp_path / "after.xlsx", "csv", tmp_path).read_text("utf-8-sig").splitlines()
    assert lines[5].split(",") == ["Total", "", "", "", "1"]
