"""A table in a file brought up to date: what a user finds in the workbook afterwards."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Font, PatternFill
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
    contact,
    packed,
    parts,
    read,
    replaced,
    updated,
    zipped,
)
from workbook.contacts.columns import BASIC
from workbook.contacts.contact import Contact
from workbook.errors import WrongUsage
from workbook.merge.model import Missing, TableMemory, UpdateOptions

ANNA, DORA = contact(1, "Anna"), contact(4, "Dora")


class TestValues:
    def test_a_renamed_person_keeps_the_notes(self) -> None:
        after, report = updated(book(), ANNA, BOB)
        assert read(after)[1] == (ANN.id, "Anna", "", "user", "met in May")
        assert (report.changed, report.new) == (1, 0)

    def test_newcomers_come_below_and_the_table_reaches_over_them(self) -> None:
        after, report = updated(book(), ANN, BOB, EVE)
        assert read(after)[3] == (EVE.id, "Eve", "", "user", "")
        assert b'ref="A1:E4"' in parts(after)[TABLE]
        assert b'<dimension ref="A1:E4"' in parts(after)[SHEET]
        assert report.new == 1

    def test_a_table_that_does_not_begin_at_a1_is_met_where_it_is(self) -> None:
        after, _ = updated(book(at="C4"), ANNA, BOB, EVE)
        assert [row[2:4] for row in read(after)[4:]] == [
            (ANN.id, "Anna"),
            (BOB.id, "Bob"),
            (EVE.id, "Eve"),
        ]

    def test_a_name_that_excel_took_for_a_truth_value_is_that_name(self) -> None:
        there = book([(ANN.id, True, None, "user"), (BOB.id, False, None, "user")])
        after, report = updated(there, contact(1, "TRUE"), contact(2, "FALSE"))
        assert (after, report.changed) == (there, 0)
        assert updated(there, contact(1, "True"), contact(2, "FALSE"))[1].changed == 1

    def test_a_value_that_became_blank_is_blank(self) -> None:
        after, _ = updated(book(), contact(1), BOB)
        assert read(after)[1] == (ANN.id, "", "", "user", "met in May")

    def test_a_cell_that_the_file_does_not_mention_is_filled(self) -> None:
        after, _ = updated(book(), contact(1, "Ann", "Ann from work"), BOB)
        assert read(after)[1][2] == "Ann from work"

    @pytest.mark.parametrize(
        "name", ["=1+1", "#N/A", "_x0041_", "a\x07b", " edge ", "a\r\nb", "<&>", "\ufffe", "🙂"]
    )
    def test_any_name_stays_the_text_it_is(self, name: str) -> None:
        after, _ = updated(book(), contact(1, name), BOB)
        assert read(after)[1][1] == name
        assert updated(after, contact(1, name), BOB)[0] == after

    def test_escaped_characters_are_counted(self) -> None:
        _, report = updated(book(), contact(1, "a\x07b"), BOB)
        assert report.altered["control character escaped"] == 1

    def test_marking_is_written_into_our_status_column(self) -> None:
        there = book([(*ANN_ROW[:4], None)], (*BASIC, "status"))
        memory = TableMemory(written=["status"], last_seen={ANN.id: "2026-11-02"})
        after, report = updated(
            there, BOB, memory=memory, options=UpdateOptions(missing=Missing.MARK)
        )
        assert read(after)[1][4] == "not seen since 2026-11-02"
        assert report.unseen == (ANN.id,)

    def test_rows_are_never_removed_from_a_file(self) -> None:
        with pytest.raises(WrongUsage, match="in Excel only"):
            updated(book(), ANN, options=UpdateOptions(missing=Missing.REMOVE))


class TestWhatStays:
    def test_an_unchanged_list_gives_the_same_bytes(self) -> None:
        before = book()
        after, report = updated(before, ANN, BOB)
        assert after == before
        assert not report.written

    def test_every_other_part_is_copied_as_packed(self) -> None:
        before = replaced(book(), {"xl/custom/own.bin": lambda _: "whatever" * 999})
        after, _ = updated(before, ANNA, BOB, EVE)
        edited = {SHEET, TABLE}
        assert [m.name for m in packed(after)] == [m.name for m in packed(before)]
        assert [m for m in packed(after) if m.name not in edited] == [
            m for m in packed(before) if m.name not in edited
        ]

    def test_sorting_that_covered_other_rows_stays_where_it_was(self) -> None:
        sorting = '<sortState ref="A2:E2"><sortCondition ref="B2:B2"/></sortState><tableColumns'
        there = replaced(book(), {TABLE: lambda t: t.replace("<tableColumns", sorting)})
        after, _ = updated(there, ANN, BOB, EVE)
        assert b'<sortState ref="A2:E2"><sortCondition ref="B2:B2"/>' in parts(after)[TABLE]
        broken = replaced(there, {TABLE: lambda t: t.replace("B2:B2", "#REF!")})
        assert b'<sortCondition ref="#REF!"/>' in parts(updated(broken, ANN, BOB, EVE)[0])[TABLE]

    def test_the_table_part_stays_when_nobody_is_new(self) -> None:
        before = book()
        after, _ = updated(before, ANNA, BOB)
        changed = {name for name, text in parts(before).items() if parts(after)[name] != text}
        assert changed == {SHEET}

    def test_the_same_update_makes_the_same_bytes(self) -> None:
        there = book()  # once: each making of it stamps the time
        assert updated(there, ANNA, EVE)[0] == updated(there, ANNA, EVE)[0]

    def test_cells_keep_their_styles(self) -> None:
        after, _ = updated(book(dress=_in_colour), ANNA, BOB)
        assert b'<c r="B2" s="1" t="inlineStr"><is><t>Anna</t></is></c>' in parts(after)[SHEET]

    def test_hidden_rows_and_what_is_beside_the_table_stay(self) -> None:
        after, _ = updated(book(dress=_busy), ANNA, BOB, EVE)
        sheet = parts(after)[SHEET].decode()
        assert '<row r="3" hidden="1"' in sheet
        assert read(after)[3] == (EVE.id, "Eve", "", "user", "", "", "beside, below")

    def test_a_cell_of_ours_with_a_formula_is_left_and_told(self) -> None:
        row = (ANN.id, '=UPPER("ann")', None, "user", None)
        after, report = updated(book([row]), ANN)
        assert read(after)[1][1] == '=UPPER("ann")'
        assert report.left == ("B2",)


class TestNewRows:
    def test_rules_for_whole_columns_grow_and_others_do_not(self) -> None:
        after, _ = updated(book(dress=_ruled), ANN, BOB, EVE)
        sheet = parts(after)[SHEET].decode()
        assert '<conditionalFormatting sqref="E2:E4">' in sheet
        assert '<conditionalFormatting sqref="B2">' in sheet
        assert '<dataValidation sqref="D2:D4"' in sheet

    def test_calculated_columns_get_the_formula_of_the_table(self) -> None:
        formula = "LEN(Contacts[[#This Row],[name]])"
        there = book([(*ANN_ROW, f"={formula}")], (*HEADER, "len"), formulas={"len": formula})
        after, _ = updated(there, ANN, BOB)
        assert read(after)[2][5] == f"={formula}"

    def test_a_calculated_column_with_plain_references_moves_them(self) -> None:
        rows = [(*ANN_ROW, "=LEN(B2)+$H$1"), (*BOB_ROW, "=LEN(B3)+$H$1")]
        there = book(rows, (*HEADER, "len"), formulas={"len": "LEN(B2)+$H$1"})
        after, _ = updated(there, ANN, BOB, EVE)
        assert read(after)[3][5] == "=LEN(B4)+$H$1"

    @pytest.mark.parametrize(
        ("definition", "in_row_4"),
        [
            ("Settings!Tax*LEN(B2)", "=Settings!Tax*LEN(B4)"),
            ("SUM(A2:INDEX(A:D,ROW(),4))", "=SUM(A4:INDEX(A:D,ROW(),4))"),
            ("COUNTA(Contacts!A2:Contacts!D2)", "=COUNTA(Contacts!A4:Contacts!D4)"),
            ('"B2 ""is"" "&B2&#REF!', '="B2 ""is"" "&B4&#REF!'),
        ],
    )
    def test_a_formula_of_any_shape_is_right_in_a_new_row(
        self, definition: str, in_row_4: str
    ) -> None:
        there = book([(*ANN_ROW, None), BOB_ROW], (*HEADER, "x"), formulas={"x": definition})
        after, report = updated(there, ANN, BOB, EVE)
        assert read(after)[3][5] == in_row_4
        assert report.notices == ()

    def test_an_unfinished_formula_of_a_column_is_left_out_and_told(self) -> None:
        there = book([(*ANN_ROW, None)], (*HEADER, "x"), formulas={"x": 'LEN("B2'})
        after, report = updated(there, ANN, BOB)
        assert read(after)[2][5] == ""
        assert "no formula in x: it is not clear which one" in report.notices[0]

    def test_a_definition_is_held_against_formulas_that_rows_share(self) -> None:
        rows = [[*ANN_ROW, "=LEN(B2)"], [*BOB_ROW, "=1"], [EVE.id, *[None] * 4, "=1"]]
        shared = [
            ("<f>LEN(B2)</f>", '<f t="shared" ref="F2:F4" si="0">LEN(B2)</f>'),
            ('<c r="F3"><f>1</f>', '<c r="F3"><f t="shared" si="0"/>'),
            ('<c r="F4"><f>1</f>', '<c r="F4"><f t="shared" si="0"/>'),
        ]
        for definition, found in (("LEN(B2)", "=LEN(B5)"), ("LEN(B3)", "")):
            there = book(rows, (*HEADER, "x"), formulas={"x": definition})
            sheet = parts(there)[SHEET].decode()
            for plain, sharing in shared:
                sheet = sheet.replace(plain, sharing)
            there = zipped({**parts(there), SHEET: sheet.encode()})
            after, _ = updated(there, ANN, BOB, EVE, contact(4, "Dora"))
            assert read(after)[4][5] == found

    @pytest.mark.parametrize(("more", "found"), [((), "=LEN(B1048576)"), ((DORA,), "")])
    def test_a_formula_is_written_where_its_cells_are_on_the_sheet_for_all_new_rows(
        self, more: tuple[Contact, ...], found: str
    ) -> None:
        rows = [[*ANN_ROW, None], [*BOB_ROW, None]]
        there = book(rows, (*HEADER, "x"), formulas={"x": "LEN(B1048574)"})
        after, _ = updated(there, ANN, BOB, EVE, *more)
        assert {row[5] for row in read(after)[3:]} == {found}

    @pytest.mark.parametrize(
        ("ann", "bob", "eve", "found"),
        [
            ("=LEN(B2)", "=LEN(B3)", "=1", "=LEN(B5)"),
            ("=1", "=LEN(B3)", "=LEN(B4)", "=LEN(B5)"),
            ("=LEN(B2)", "=1", None, ""),
            ("=1", "=LEN(B3)", None, ""),
        ],
    )
    def test_a_definition_is_believed_where_more_rows_follow_it_than_not(
        self, ann: str, bob: str, eve: str | None, found: str
    ) -> None:
        rows = [[*ANN_ROW, ann], [*BOB_ROW, bob], [EVE.id, *[None] * 4, eve]]
        there = book(rows, (*HEADER, "x"), formulas={"x": "=LEN(B2)"})
        assert read(updated(there, ANN, BOB, EVE, DORA)[0])[4][5] == found

    def test_a_definition_without_a_formula_fills_nothing(self) -> None:
        there = book((ANN_ROW, BOB_ROW), formulas={"notes": ""})
        after, report = updated(there, ANN, BOB, EVE)
        assert read(after)[3] == (EVE.id, "Eve", "", "user", "")
        assert b"<f" not in parts(after)[SHEET]
        assert report.notices[0].startswith("The new rows have no formula in notes: ")

    def test_a_formula_that_cannot_be_moved_for_sure_is_left_out_and_told(self) -> None:
        rows = [(*ANN_ROW, "=LEN(B2)*2")]
        there = book(rows, (*HEADER, "len"), formulas={"len": "LEN(B9)"})
        after, report = updated(there, ANN, BOB)
        assert read(after)[2][5] == ""
        assert "no formula in len: it is not clear which one" in report.notices[0]

    @pytest.mark.parametrize("row", [2, 3])
    def test_a_cell_missing_from_a_calculated_column_is_no_hindrance(self, row: int) -> None:
        rows = [
            [*ANN_ROW, "=LEN(B2)+1"],
            [*BOB_ROW, "=LEN(B3)+1"],
            [EVE.id, *[None] * 4, "=LEN(B4)+1"],
        ]
        rows[row - 2][5] = None
        there = book(rows, (*HEADER, "len"), formulas={"len": "LEN(B2)+1"})
        assert read(updated(there, ANN, BOB, EVE, DORA)[0])[4][5] == "=LEN(B5)+1"

    def test_an_array_formula_comes_below_a_cell_that_is_missing(self) -> None:
        there = replaced(
            book([(*ANN_ROW, None)], (*HEADER, "n"), formulas={"n": "SUM({1,2})"}),
            {TABLE: lambda text: text.replace("Formula>SUM", 'Formula array="1">SUM')},
        )
        assert '<f t="array" ref="F3">' in parts(updated(there, ANN, BOB)[0])[SHEET].decode()

    def test_formulas_that_the_table_does_not_define_are_told(self) -> None:
        there = book([(*ANN_ROW, "=LEN(B2)")], (*HEADER, "len"))
        _, report = updated(there, ANN, BOB)
        assert "no formula in len" in report.notices[0]

    def test_an_array_formula_stays_one(self) -> None:
        there = replaced(
            book([(*ANN_ROW, "=SUM(1)")], (*HEADER, "n"), formulas={"n": "SUM({1,2})"}),
            {TABLE: lambda text: text.replace("Formula>SUM", 'Formula array="1">SUM')},
        )
        after, _ = updated(there, ANN, BOB)
        assert '<f t="array" ref="F3">SUM({1,2})</f>' in parts(after)[SHEET].decode()

    def test_blank_rows_at_the_end_of_the_table_are_used_first(self) -> None:
        after, report = updated(book([ANN_ROW, (None,) * 5]), ANN, BOB)
        assert read(after)[2][:2] == (BOB.id, "Bob")
        assert (report.new, len(read(after))) == (1, 3)

    def test_a_blank_row_that_gets_somebody_gets_the_formula_too(self) -> None:
        formula = "LEN(Contacts[[#This Row],[name]])"
        there = book([(None,) * 6], (*HEADER, "len"), formulas={"len": formula})
        waiting = replaced(there, {TABLE: lambda t: t.replace(" id=", ' insertRow="1" id=', 1)})
        after, _ = updated(waiting, ANN, BOB)
        assert [row[5] for row in read(after)[1:]] == [f"={formula}"] * 2
        assert b"insertRow" not in parts(after)[TABLE]

    def test_a_filter_is_told_of(self) -> None:
        flt = '<autoFilter ref="A1:E3"><filterColumn colId="4"><filters blank="1"/></filterColumn></autoFilter>'
        there = replaced(book(), {TABLE: lambda t: t.replace('<autoFilter ref="A1:E3"/>', flt)})
        after, report = updated(there, ANN, BOB, EVE)
        assert b'<autoFilter ref="A1:E4"><filterColumn colId="4">' in parts(after)[TABLE]
        assert "filtered" in report.notices[0]

    @pytest.mark.parametrize(
        ("flt", "way"),
        [
            ('<filterColumn colId="4"/>', "clear the filter (Data, Clear)."),
            ("", "show these rows (Format, Unhide)."),
        ],
    )
    def test_a_newcomer_in_a_hidden_row_is_told_with_the_way_to_see_him(
        self, flt: str, way: str
    ) -> None:
        def hide(sheet: Worksheet) -> None:
            for row in (3, 4):
                sheet.row_dimensions[row].hidden = True

        there = replaced(
            book([ANN_ROW, (None,) * 5], dress=hide),
            {
                TABLE: lambda t: t.replace(
                    '<autoFilter ref="A1:E3"/>', f'<autoFilter ref="A1:E3">{flt}</autoFilter>'
                )
            },
        )
        hidden = f"1 new person is in hidden rows: 3. To see them, {way}"
        assert hidden in updated(there, ANN, BOB)[1].notices
        two = f"2 new people are in hidden rows: 3, 4. To see them, {way}"
        assert two in updated(there, ANN, BOB, EVE)[1].notices

    @pytest.mark.parametrize("sheet_format", ["", "<sheetFormatPr/>"])
    def test_a_sheet_that_does_not_say_what_it_hides_hides_nothing(self, sheet_format: str) -> None:
        plain = {SHEET: lambda t: re.sub("<sheetFormatPr[^>]*/>", sheet_format, t)}
        assert updated(replaced(book(), plain), ANN, BOB, EVE)[1].notices == ()

    def test_a_newcomer_below_is_told_where_a_sheet_hides_all_that_it_does_not_mention(
        self,
    ) -> None:
        hiding = {SHEET: lambda t: t.replace("<sheetFormatPr ", '<sheetFormatPr zeroHeight="1" ')}
        notices = updated(replaced(book(), hiding), ANN, BOB, EVE)[1].notices
        assert notices[0].startswith("1 new person is in hidden rows: 4.")

    def test_in_rows_that_are_shown_nothing_is_told(self) -> None:
        assert updated(book([ANN_ROW, (None,) * 5]), ANN, BOB, EVE)[1].notices == ()

    def test_names_charts_and_pivots_on_plain_cells_are_told(self) -> None:
        name = '<definedNames><definedName name="All">Contacts!$A$2:$A$3</definedName></definedNames><calcPr'
        there = replaced(
            book(), {"xl/workbook.xml": lambda t: t.replace("<definedNames/><calcPr", name)}
        )
        _, report = updated(there, ANN, BOB, EVE)
        assert 'the name "All"' in report.notices[0]


class TestFormulasSeeTheNewValues:
    CHAIN = "xl/calcChain.xml"

    @pytest.mark.parametrize("kind", ["e", "b", "str"])
    def test_a_result_of_the_old_values_is_forgotten_with_its_kind(self, kind: str) -> None:
        cell = f'<c r="F2" t="{kind}"><f>B2</f><v>1</v></c>'
        there = replaced(
            book([(*ANN_ROW, "=B2")], (*HEADER, "same")),
            {SHEET: lambda t: t.replace('<c r="F2"><f>B2</f><v></v></c>', cell)},
        )
        assert cell in parts(there)[SHEET].decode()
        after, _ = updated(there, contact(1, "Anna"))
        assert '<c r="F2"><f>B2</f></c>' in parts(after)[SHEET].decode()

    def with_chain(self) -> bytes:
        formula = "LEN(Contacts[[#This Row],[name]])"
        there = book([(*ANN_ROW, f"={formula}")], (*HEADER, "len"), formulas={"len": formula})
        main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
        rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
        mime = "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"
        arrow = f'<Relationship Id="rId99" Type="{rel}" Target="calcChain.xml"/></Relationships>'
        kind = f'<Override PartName="/{self.CHAIN}" ContentType="{mime}"/></Types>'
        return replaced(
            there,
            {
                self.CHAIN: lambda _: f'<calcChain xmlns="{main}"><c r="F2" i="1"/></calcChain>',
                "xl/_rels/workbook.xml.rels": lambda t: t.replace("</Relationships>", arrow),
                "[Content_Types].xml": lambda t: t.replace("</Types>", kind),
                "xl/workbook.xml": lambda t: t.replace(' fullCalcOnLoad="1"', ""),
            },
        )

    def test_new_formulas_take_the_calculation_chain_away(self) -> None:
        after = parts(updated(self.with_chain(), ANN, BOB)[0])
        assert self.CHAIN not in after
        assert not any(b"calcChain" in text for text in after.values())
        assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]

    def test_new_values_alone_keep_the_chain_and_order_a_calculation(self) -> None:
        there = self.with_chain()  # once: each making of it stamps the time
        before, after = parts(there), parts(updated(there, ANNA)[0])
        changed = {name for name in before if after.get(name) != before[name]}
        assert changed == {SHEET, "xl/workbook.xml"}
        assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]

    def test_a_workbook_without_formulas_is_not_told_to_compute(self) -> None:
        there = replaced(
            book(), {"xl/workbook.xml": lambda t: t.replace(' fullCalcOnLoad="1"', "")}
        )
        assert b"fullCalcOnLoad" not in parts(updated(there, ANNA, EVE)[0])["xl/workbook.xml"]

    def test_a_result_beside_a_new_value_is_forgotten(self) -> None:
        there = replaced(
            book([(*ANN_ROW, "=LEN(B2)"), (*BOB_ROW, "=LEN(B3)")], (*HEADER, "len")),
            {SHEET: lambda t: t.replace("<v/>", "<v>3</v>").replace("<v></v>", "<v>3</v>")},
        )
        sheet = parts(updated(there, ANNA, BOB)[0])[SHEET].decode()
        assert "<f>LEN(B2)</f></c>" in sheet
        assert "<f>LEN(B3)</f><v>3</v></c>" in sheet


class TestReport:
    def test_it_names_the_sheet_the_table_and_the_cells_as_the_user_sees_them(self) -> None:
        rows = [ANN_ROW, (f" {ANN.id}", *BOB_ROW[1:]), (None, None, None, None, "a line of mine")]
        _, report = updated(book(rows), ANN)
        assert (report.sheet, report.table) == ("Contacts", "Contacts")
        assert (report.duplicates, report.nameless) == (((2, 3),), (4,))
        assert report.owned == BASIC

    def test_it_tells_who_has_another_id_now(self) -> None:
        lid = Contact("100000000000001@lid", "Ann", "", "user")
        after, report = updated(book([ANN_ROW]), lid, memory=TableMemory(same={ANN.id: lid.id}))
        assert report.moved == {ANN.id: lid.id}
        assert read(after)[1] == (lid.id, "Ann", "", "user", "met in May")


NAMES = st.text(max_size=8).filter(lambda text: text.isprintable() or "\x07" in text)
PEOPLE = st.lists(st.builds(contact, st.integers(1, 9), NAMES, NAMES), max_size=6)
WORDS = st.one_of(st.none(), st.sampled_from(["note", "7", "ÄÖ", "x y"]))


@st.composite
def sheets(draw: st.DrawFn) -> tuple[list[str], Rows]:
    header = draw(st.permutations([*HEADER, "tick"]))
    ids = draw(st.lists(st.integers(1, 9).map(lambda n: contact(n).id), max_size=5))
    blank_or = st.one_of(st.just(""), st.sampled_from(ids or [""]))
    rows = draw(st.lists(st.tuples(blank_or, *[WORDS] * 5), min_size=1, max_size=5))
    at = header.index("id")
    return header, [[*row[1 : at + 1], row[0] or None, *row[at + 1 :]] for row in rows]


WORKS = TableMemory(owner="work")  # whose the table is


class TestForAnyTable:
    @settings(max_examples=40, deadline=None)
    @given(sheets(), PEOPLE)
    def test_the_users_cells_stay_and_a_second_update_changes_no_byte(
        self, sheet: tuple[list[str], Rows], people: list[Contact]
    ) -> None:
        header, rows = sheet
        before = book(rows, header)
        after, _ = updated(before, *people, memory=WORKS)
        users = [header.index("notes"), header.index("tick")]
        notes = [tuple(line[at] for at in users) for line in read(before)]
        kept = [tuple(line[at] for at in users) for line in read(after)]
        assert kept == notes + [("", "")] * (len(kept) - len(notes))
        assert updated(after, *people, memory=WORKS)[0] == after


def _in_colour(sheet: Worksheet) -> None:
    for row, colour in ((2, "FFFF00"), (3, "00FF00")):
        for cell in sheet[row]:
            cell.fill = PatternFill("solid", fgColor=colour)


def _busy(sheet: Worksheet) -> None:
    sheet.row_dimensions[3].hidden = True
    sheet["G4"] = "beside, below"


def _ruled(sheet: Worksheet) -> None:
    rule = FormulaRule(formula=['$E2="x"'], font=Font(bold=True))  # type: ignore[no-untyped-call]  # of the stubs
    sheet.conditional_formatting.add("E2:E3", rule)
    sheet.conditional_formatting.add("B2", rule)
    listed = DataValidation(type="list", formula1='"user,group"')
    listed.add("D2:D3")
    sheet.add_data_validation(listed)
