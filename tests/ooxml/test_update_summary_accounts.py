"""Our sheet of numbers where the workbook has the lists of several accounts."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from tests.ooxml.test_update_summary import CLUB, DRAWN, GERD, SUMMARY, WAS, with_past
from tests.ooxml.update_files import ANN, BOB, EVE, NOON, fresh, parts, read, saved
from workbook.contacts.columns import Listed, Origin, Together, build
from workbook.contacts.contact import Contact
from workbook.contacts.summary import Trend, summarize
from workbook.export import xlsx
from workbook.merge.model import Arrival, TableMemory, UpdateOptions, UpdateReport
from workbook.ooxml.workbook_file import opened, update_all

HEADER = ("account", "id", "name", "contactName", "type")
PROBLEM = "GREEN-API refused the apiTokenInstance (401); its list of 2026-11-23 12:00 was kept"
OF_OLD = [
    ("Contacts by account",),
    ("work", 2),
    ("home", 1),
    (),
    ("Lists of",),
    ("work", datetime(2026, 11, 22, 9)),
    ("home", datetime(2026, 11, 22, 9)),
]


def several(**lists: list[Contact]) -> Together:
    """Return lists by their aliases; that of home was kept."""
    return Together(
        Listed(people, Origin(alias, NOON), 1, PROBLEM if alias == "home" else "")
        for alias, people in lists.items()
    )


def made(**lists: list[Contact]) -> bytes:
    """Return a workbook of several accounts as `getcontacts export` makes it."""
    whole, out = several(**lists), BytesIO()
    summary = summarize(whole, whole.origin)
    xlsx.write(build(whole, whole.origin, HEADER), out, summary=summary, when=NOON)
    return out.getvalue()


def updated(
    data: bytes, aliases: tuple[str, ...] = (), problem: str = PROBLEM, /, **lists: list[Contact]
) -> tuple[bytes, UpdateReport]:
    """Return a workbook brought up to date with lists by their aliases, and the report.

    `aliases`: which the accounts had before; `problem`: the one of home.
    """
    whole, out = several(**lists), BytesIO()
    memory = TableMemory(owner="work", written=HEADER, aliases=aliases)
    arrivals = [Arrival(fresh(*people, account=alias), memory) for alias, people in lists.items()]
    book = opened(BytesIO(data), ["account"])
    options = UpdateOptions(HEADER)
    summary = summarize(whole, whole.origin)
    problems = {"home": problem}
    report = update_all(book, out, arrivals, options, summary=lambda _: summary, problems=problems)
    return out.getvalue(), report


def sheet_of(data: bytes) -> Worksheet:
    sheet = load_workbook(BytesIO(data))["Summary"]
    assert isinstance(sheet, Worksheet)
    return sheet


def told(data: bytes) -> list[tuple[str, ...]]:
    """Return the lines of the sheet in their order."""
    return [line for line in read(data, "Summary") if any(line)]


def of_old() -> bytes:
    """Return a workbook with the Summary of several accounts that version 0.4.0 wrote."""
    book = load_workbook(BytesIO(made(work=[ANN, GERD, CLUB], home=[BOB])))
    sheet = book["Summary"]
    assert isinstance(sheet, Worksheet)
    at = 1 + [cell.value for cell in sheet["A"]].index("By account")
    sheet.delete_rows(at, 9)
    for row, line in enumerate(OF_OLD, 22):
        for column, value in enumerate(line, 1):
            sheet.cell(row, column, value)
    sheet["B2"] = "2 accounts"
    sheet.column_dimensions["E"].width = 3
    for letter in "FGH":
        del sheet.column_dimensions[letter]
    return saved(book)


def test_it_gets_the_numbers_of_each_account_and_their_total() -> None:
    after, report = updated(
        made(work=[ANN, GERD, CLUB], home=[BOB]), work=[ANN, GERD, CLUB, EVE], home=[BOB]
    )
    assert read(after, "Summary") == read(made(work=[ANN, GERD, CLUB, EVE], home=[BOB]), "Summary")
    assert report.notices == ()


@pytest.mark.parametrize(("problem", "is_written"), [(PROBLEM, False), ("", True)])
def test_where_nobody_changed_only_another_problem_is_written(
    problem: str, is_written: bool
) -> None:
    data = made(work=[ANN], home=[BOB])
    assert updated(data, (), problem, work=[ANN], home=[BOB])[1].written is is_written


def test_one_account_more_moves_the_total_with_its_looks() -> None:
    before, lists = made(work=[ANN, GERD, CLUB], home=[BOB]), [ANN, GERD, CLUB]
    after, _ = updated(before, work=lists, home=[BOB], lima=[EVE])
    like = sheet_of(made(work=lists, home=[BOB], lima=[EVE]))
    for line in sheet_of(after).iter_rows(max_col=8):
        for cell in line:
            looks = like[cell.coordinate]
            assert (cell.value, cell.number_format) == (looks.value, looks.number_format)
            assert (cell.font.b, cell.border.bottom.style) == (
                looks.font.b,
                looks.border.bottom.style,
            )
            assert cell.value is None or repr(cell.alignment) == repr(looks.alignment)


@pytest.mark.parametrize("before", [of_old(), DRAWN, with_past(WAS, ANN, GERD)])
def test_a_sheet_of_before_gets_a_line_an_account(before: bytes) -> None:
    lists = {"work": [ANN, GERD, CLUB, EVE], "home": [BOB]}
    after, report = updated(before, (), **lists)
    assert told(after) == told(made(**lists))
    assert not any("Summary" in notice for notice in report.notices)
    assert [sheet_of(after).column_dimensions[at].width for at in "EFGH"] == [12, 12, 17, 12]


def test_a_line_of_growth_goes_on_with_all_accounts() -> None:
    whole, out = several(work=[ANN, GERD], home=[BOB]), BytesIO()
    trend = Trend(growth=(("2026-11-22", 1), ("2026-11-23", 2), ("2026-11-24", 3)))
    memory = TableMemory(owner="work", written=HEADER)
    arrivals = [
        Arrival(fresh(*each.contacts, account=each.origin.account), memory) for each in whole.lists
    ]
    update_all(
        opened(BytesIO(with_past(WAS, ANN, GERD)), ["account"]),
        out,
        arrivals,
        UpdateOptions(HEADER),
        summary=lambda past: summarize(whole, whole.origin, trend if past else None),
    )
    at = 1 + [cell.value for cell in sheet_of(out.getvalue())["A"]].index("2026-11-22")
    chart = parts(out.getvalue())["xl/charts/chart1.xml"].decode()
    assert f"$B${at}:$B${at + 2}<" in chart


def test_what_the_user_wrote_stays_where_the_lines_would_have_come() -> None:
    book = load_workbook(BytesIO(of_old()))
    book["Summary"]["F25"] = "to be called"
    after, _ = updated(saved(book), work=[ANN, GERD, CLUB, EVE], home=[BOB])
    sheet = sheet_of(after)
    labels = [cell.value for cell in sheet["A"]]
    assert sheet["F25"].value == "to be called"
    assert labels.index("By account") > 25
    assert "Lists of" not in labels


def test_a_sheet_that_speaks_of_an_account_more_is_left_and_told() -> None:
    before = made(work=[ANN], home=[BOB], lima=[EVE])
    after, report = updated(before, work=[ANN, GERD], home=[BOB])
    assert parts(after)[SUMMARY] == parts(before)[SUMMARY]
    assert "speaks of other accounts, too" in report.notices[-1]


def test_an_account_that_was_renamed_is_no_other_one() -> None:
    before = made(work=[ANN], home=[BOB])
    after, _ = updated(before, ("home",), work=[ANN, GERD], casa=[BOB])
    labels = [cell.value for cell in sheet_of(after)["A"]]
    assert "casa" in labels
    assert "home" not in labels


@pytest.mark.parametrize(
    ("line", "column", "value"),
    [
        ("home", 2, "=1+1"),
        ("home", 1, "=A1"),
        ("home", 8, "=A1"),
        ("home", 6, "many"),
        ("By account", 3, "humans"),
    ],
)
def test_lines_that_were_changed_are_left_and_told(line: str, column: int, value: str) -> None:
    book = load_workbook(BytesIO(made(work=[ANN], home=[BOB])))
    sheet = book["Summary"]
    assert isinstance(sheet, Worksheet)
    row = [cell.value for cell in sheet["A"]].index(line) + 1
    sheet.cell(row, column, value)
    _, report = updated(saved(book), work=[ANN, EVE], home=[BOB])
    assert '"Summary" was rearranged' in report.notices[-1]
