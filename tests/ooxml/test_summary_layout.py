"""Where the lines of the sheet Summary are, and whether it is still as we wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.ooxml.small_files import grid
from workbook.contacts.summary import OfAccount, Summary, Trend
from workbook.export import summary_lines
from workbook.ooxml.cell_text import Texts
from workbook.ooxml.summary_layout import (
    FORMULA,
    NARROW,
    WIDE,
    Line,
    is_ours,
    layout,
    lines_for,
    lines_of,
    taken,
    width_of,
)

HEAD = [
    ("Contacts from GREEN-API", ""),
    ("Account", "work"),
    ("Fetched", "46349"),
    ("Contacts", "3"),
]
TYPES = [("By type", ""), ("People", "2"), ("Groups", "1")]
PEOPLE = [("People", ""), ("In the phone book", "1")]
COUNTRIES = [("Phones by country", ""), ("Peru", "1")]
GROWTH = [("Growth", ""), ("2026-11-22", "1")]
OF_OLD = [("Contacts by account", ""), ("home", "2"), ("lima", "1")]
TITLES = ("By account", *summary_lines.COLUMNS)
ACCOUNTS = [
    TITLES,
    ("home", "2", "1", "1", "0", "", "46349.5", ""),
    ("lima", "", "", "", "", "", "", "no list"),
    ("All accounts", "2", "1", "1", "0", "", "", ""),
]
Blocks = Sequence[Sequence[Line]]


def placed(*blocks: Sequence[Line], first: int = 1) -> dict[int, Line]:
    """Return these blocks as lines, with a blank row between two of them."""
    lines: dict[int, Line] = {}
    row = first
    for block in blocks:
        lines |= dict(enumerate(block, row))
        row += len(block) + 1
    return lines


def test_blocks_are_the_rows_below_their_headings() -> None:
    found = layout(placed(HEAD, TYPES, PEOPLE, COUNTRIES, GROWTH))
    assert found is not None
    assert found.blocks == {
        "By type": range(7, 9),
        "People": range(11, 12),
        "Phones by country": range(14, 15),
        "Growth": range(17, 18),
    }
    assert (found.account, found.accounts, found.problems) == ("work", {"work"}, {})


def test_more_than_one_blank_row_between_blocks_is_nothing() -> None:
    lines = {**placed(HEAD, TYPES), **placed(PEOPLE, first=30)}
    found = layout(lines)
    assert found is not None
    assert found.blocks["People"] == range(31, 32)


@pytest.mark.parametrize(
    "blocks",
    [
        [],
        [HEAD],
        [HEAD, TYPES],
        [HEAD, PEOPLE],
        [TYPES, PEOPLE],
        [HEAD, PEOPLE, TYPES],
        [HEAD, COUNTRIES, TYPES, PEOPLE],
        [HEAD, TYPES, PEOPLE, GROWTH, COUNTRIES],
        [HEAD, TYPES, PEOPLE, [("Mine", ""), ("a", "1")]],
        [HEAD, TYPES, PEOPLE, COUNTRIES, COUNTRIES],
        [HEAD, TYPES, PEOPLE, [("Growth", "")]],
        [HEAD, TYPES, [("People", "")]],
        [HEAD[:3], TYPES, PEOPLE],
        [[*HEAD, ("more", "1")], TYPES, PEOPLE],
        [[HEAD[0], HEAD[2], HEAD[1], HEAD[3]], TYPES, PEOPLE],
    ],
)
def test_blocks_in_another_order_missing_or_not_ours_are_rearranged(blocks: Blocks) -> None:
    assert layout(placed(*blocks)) is None


def test_a_sheet_that_begins_in_another_row_is_rearranged() -> None:
    assert layout(placed(HEAD, TYPES, PEOPLE)) is not None
    assert layout(placed(HEAD, TYPES, PEOPLE, first=2)) is None


@pytest.mark.parametrize("count", ["0", "-3", "12.5", 7, 46349.25])
@pytest.mark.parametrize("beside", [(), ("", ""), ("1", "-1"), ("", "2.0")])
def test_a_line_is_a_label_a_count_and_how_that_changed(
    count: str | float, beside: tuple[str, ...]
) -> None:
    lines = [*TYPES, ("Lists", count, *beside)]
    assert layout(placed(HEAD, lines, PEOPLE)) is not None


@pytest.mark.parametrize(
    "line",
    [
        ("People", ""),
        ("People", "many"),
        ("People", "12 of us"),
        ("People", "about 12"),
        ("People", "1."),
        ("People", "٣"),
        ("People", "1", "x"),
        ("People", "1", "", "x"),
        ("People", FORMULA),
        (FORMULA, "1"),
    ],
)
def test_one_line_that_is_otherwise_makes_the_sheet_rearranged(line: Line) -> None:
    assert layout(placed(HEAD, [*TYPES, line], PEOPLE)) is None
    assert layout(placed(HEAD, TYPES, [PEOPLE[0], line, *PEOPLE[1:]])) is None


def test_lines_of_accounts_tell_each_and_their_problems_but_not_the_total() -> None:
    found = layout(placed(HEAD, TYPES, PEOPLE, ACCOUNTS))
    assert found is not None
    assert found.blocks["By account"] == range(14, 17)
    assert found.problems == {"home": "", "lima": "no list"}
    assert found.accounts == {"home", "lima"}


def test_a_total_alone_is_of_no_account() -> None:
    found = layout(placed(HEAD, TYPES, PEOPLE, [TITLES, ACCOUNTS[-1]]))
    assert found is not None
    assert (found.problems, found.accounts) == ({}, {"work"})


def test_the_accounts_of_a_sheet_of_old_stand_in_a_block_of_their_own() -> None:
    found = layout(placed(HEAD, TYPES, PEOPLE, OF_OLD))
    assert found is not None
    assert (found.accounts, found.problems) == ({"home", "lima"}, {})


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (0, FORMULA),
        (1, "two"),
        (1, FORMULA),
        (5, "x"),
        (6, "yesterday"),
        (6, FORMULA),
        (7, FORMULA),
    ],
)
@pytest.mark.parametrize("row", [1, 3])
def test_lines_of_accounts_that_were_changed_are_rearranged(row: int, at: int, value: str) -> None:
    line = (*ACCOUNTS[row][:at], value, *ACCOUNTS[row][at + 1 :])
    changed = [*ACCOUNTS[:row], line, *ACCOUNTS[row + 1 :]]
    assert layout(placed(HEAD, TYPES, PEOPLE, changed)) is None


def test_so_are_those_whose_titles_were_changed() -> None:
    narrow = [line[:2] for line in ACCOUNTS]
    assert layout(placed(HEAD, TYPES, PEOPLE, narrow)) is None


@pytest.mark.parametrize(
    ("lines", "is_so"),
    [
        ({1: ("Contacts from GREEN-API", "")}, True),
        ({1: ("My contacts", "Contacts from GREEN-API")}, False),
        ({2: ("Contacts from GREEN-API", "")}, False),
        ({}, False),
    ],
)
def test_a_sheet_is_ours_by_its_first_cell(lines: dict[int, Line], is_so: bool) -> None:
    assert is_ours(lines) is is_so


@pytest.mark.parametrize(
    ("lines", "width"),
    [
        ({3: ("Fetched", "1", "since last list", "in 30 days")}, WIDE),
        ({3: ("Fetched", "1", "mine", "since last list")}, NARROW),
        ({3: ("Fetched", "since last list")}, NARROW),
        ({2: ("Fetched", "1", "since last list")}, NARROW),
        ({}, NARROW),
    ],
)
def test_four_columns_are_ours_where_changes_are_told(lines: dict[int, Line], width: int) -> None:
    assert width_of(lines) == width
    assert (NARROW, WIDE) == (2, 4)


def row(at: int, *values: str) -> str:
    """Return a row; a value such as "=1" is a formula with this result."""
    cells = ""
    for letter, value in zip("ABCDEFGHIJ", values, strict=False):
        kind = "" if value.startswith("=") else 't="str"'
        inside = f"<f>1</f><v>{value[1:]}</v>" if value.startswith("=") else f"<v>{value}</v>"
        cells += f'<c r="{letter}{at}" {kind}>{inside}</c>' if value else ""
    return f'<row r="{at}">{cells}</row>'


def said(*rows: str) -> dict[int, Line]:
    there = grid("".join(rows))
    return lines_of(there, Texts(there.ns, ()))


def test_lines_are_what_our_columns_say_without_blank_rows() -> None:
    assert said(
        row(1, "Contacts from GREEN-API"),
        row(2, "", "home", "note"),
        row(4, "", "", "note"),
        row(9, "a"),
    ) == {1: ("Contacts from GREEN-API", ""), 2: ("", "home"), 9: ("a", "")}


def test_where_changes_are_told_four_columns_are_read() -> None:
    lines = said(
        row(3, "Fetched", "1", "since last list", "x", "mine"), row(4, "a", "", "", "d", "e")
    )
    assert lines == {3: ("Fetched", "1", "since last list", "x"), 4: ("a", "", "", "d")}


def test_whatever_a_formula_gives_is_one() -> None:
    assert said(row(1, "=text", "=3"), row(2, "", "=")) == {
        1: (FORMULA, FORMULA),
        2: ("", FORMULA),
    }


def test_the_lines_of_accounts_are_read_as_far_as_they_reach_and_no_others() -> None:
    full = ("home", "2", "1", "1", "0", "5", "46349.5", "late", "mine")
    lines = said(
        row(1, "a", "1", "beside"),
        row(3, *TITLES, "mine"),
        row(4, *full),
        row(5, "Total", "2", "", "", "", "", "", "", "mine"),
        row(7, *TITLES),
    )
    assert lines[1] == ("a", "1")
    assert (lines[3], lines[4]) == (TITLES, full[:8])
    assert lines[5] == ("Total", "2", *[""] * 6)
    assert lines[7] == TITLES[:2]


def test_titles_that_are_not_all_ours_are_no_lines_of_accounts() -> None:
    lines = said(row(1, *TITLES[:-1], "trouble"), row(2, "home", "2", "1"))
    assert lines == {1: TITLES[:2], 2: ("home", "2")}


def test_the_last_row_of_a_sheet_is_read_too() -> None:
    assert said(row(1_048_576, "a", "1")) == {1_048_576: ("a", "1")}


def test_rows_are_taken_by_what_stands_beside_our_lines() -> None:
    there = grid(
        row(1, "a", "1", "beside")
        + row(2, "a", "1")
        + row(3, "a", "1", "", "", "", "", "", "last")
        + row(4, "a", "1", "", "", "", "", "", "", "outside")
        + row(5, *[*ACCOUNTS[1][:5], "5", "6", "late"])
        + row(6, "mine")
        + '<row r="7"><c r="E7" s="3"/></row>'
        + row(1_048_576, "mine")
    )
    lines = dict.fromkeys((1, 2, 3, 4), ("a", "1")) | {5: ACCOUNTS[1]}
    assert [*taken(there, lines)] == [range(at, at + 1) for at in (1, 3, 6, 1_048_576)]


FETCHED = datetime(2026, 11, 23, 12, 0, 0, 900_000)


def summary(
    trend: Trend | None = None, fetched: datetime = FETCHED, account: str = "work"
) -> Summary:
    """Return the numbers of two people."""
    types = (("user", 2), ("group", 0))
    return Summary(account, fetched, 2, types, 1, 1, 0, (("Peru", 2),), 0, False, trend)


def test_a_new_sheet_has_texts_and_numbers_for_its_cells() -> None:
    lines = lines_for(summary_lines.of(summary()), since_1904=False)
    assert lines == placed(
        [
            ("Contacts from GREEN-API", ""),
            ("Account", "work"),
            ("Fetched", 46_349.5),
            ("Contacts", 2),
        ],
        [("By type", ""), ("People", 2), ("Groups", 0)],
        [
            ("People", ""),
            ("In the phone book", 1),
            ("Not in the phone book", 1),
            ("Number hidden by WhatsApp", 0),
        ],
        [("Phones by country", ""), ("Peru", 2)],
    )


def test_with_a_past_all_lines_are_as_wide_as_the_head() -> None:
    lines = lines_for(
        summary_lines.of(summary(Trend(growth=(("2026-11-22", 1),)))), since_1904=False
    )
    assert {len(line) for line in lines.values()} == {4}
    assert lines[3][2:] == ("since last list", "in 30 days")
    assert lines[max(lines)] == ("2026-11-22", 1, "", "")


def test_lines_of_accounts_are_wider_than_the_head() -> None:
    of_accounts = (OfAccount("home", 2, fetched=FETCHED), OfAccount("lima", problem="=lost"))
    told = summary_lines.of(replace(summary(), accounts=of_accounts))
    lines = [line for line in lines_for(told, since_1904=False).values() if len(line) > 2]
    assert lines[0] == TITLES
    assert lines[1] == ("home", 2, "", "", "", "", 46_349.5, "")
    assert lines[2] == ("lima", *[""] * 6, "=lost")


def test_days_are_counted_from_where_the_workbook_counts_them() -> None:
    first = summary_lines.of(summary(fetched=datetime(1904, 1, 1)))
    assert repr(lines_for(first, since_1904=True)[3][1]) == "0.0"
    assert lines_for(first, since_1904=False)[3][1] == 1_462.0


def test_a_text_is_cut_to_what_a_cell_holds() -> None:
    lines = lines_for(summary_lines.of(summary(account="a" * 40_000)), since_1904=False)
    assert lines[2] == ("Account", "a" * 32_767)
