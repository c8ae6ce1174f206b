"""What prevents an update of a sheet, and how many rows a table can get below."""

from __future__ import annotations

import pytest

from tests.ooxml.small_files import RELS, SHEET, area, arrows, grid, package, table
from workbook.merge.refusals import MergedCells, SharedWorkbook, SheetProtected, SignedWorkbook
from workbook.ooxml.checks import Room, check_book, check_sheet, obstacles, room_below
from workbook.ooxml.package import Package

NOTHING = package({})
END = "the end of the sheet at row 1,048,576"
TOTALS = 'totalsRowCount="1"'
SHARED = "a formula that its row of totals shares with other cells"


def merged(*refs: str) -> str:
    cells = "".join(f'<mergeCell ref="{ref}"/>' for ref in refs)
    return f"<mergeCells>{cells}</mergeCells>"


def with_tables(*refs: str) -> Package:
    names = [f"xl/tables/table{at}.xml" for at in range(len(refs))]
    tables = {name: f'<table ref="{ref}"/>' for name, ref in zip(names, refs, strict=True)}
    listed = arrows(*(("table", f"/{name}") for name in names))
    return package({**tables, RELS[SHEET]: listed})


@pytest.mark.parametrize(
    ("part", "cause"),
    [
        ("_xmlsignatures/sig1.xml", SignedWorkbook),
        ("_XMLSIGNATURES\\sig1.XML", SignedWorkbook),
        ("xl/revisions/revisionHeaders.xml", SharedWorkbook),
    ],
)
def test_a_signature_or_a_record_of_changes_is_refused(part: str, cause: type[Exception]) -> None:
    with pytest.raises(cause):
        check_book(package({"a": "", part: "<a/>", "z": ""}))


@pytest.mark.parametrize(
    "part",
    [
        "_xmlsignatures/origin.sigs",
        "xl/_xmlsignatures/sig1.xml",
        "xl/vbaprojectsignature.xml",
        "xl/revisions/userNames.xml",
        "xl/revisions/revisionheaders.xml.rels",
    ],
)
def test_what_resembles_them_is_no_reason(part: str) -> None:
    check_book(package({part: "<a/>"}))


@pytest.mark.parametrize("yes", ["1", "true"])
def test_a_protected_sheet_is_refused_by_its_name(yes: str) -> None:
    with pytest.raises(SheetProtected, match="People"):
        check_sheet(table("A1:B3"), grid("", f'<sheetProtection sheet="{yes}"/>'))


@pytest.mark.parametrize("said", ['sheet="0"', 'objects="1"'])
def test_a_protection_that_was_switched_off_is_none(said: str) -> None:
    check_sheet(table("A1:B3"), grid("", f"<sheetProtection {said}/>"))


def test_merged_cells_that_meet_the_table_are_refused_and_named() -> None:
    with pytest.raises(MergedCells, match="B3:C4"):
        check_sheet(table("A1:B3"), grid("", merged("D1:E1", "B3:C4", "A1:A2")))


def test_merged_cells_beside_the_table_or_without_a_place_are_not() -> None:
    check_sheet(table("A1:B3"), grid("", merged("C1:C3", "A4:B4", "odd")))


@pytest.mark.parametrize(
    ("ref", "rows"), [("A1:B1", 1_048_575), ("A1:B1048575", 1), ("A1:B1048576", 0)]
)
def test_a_table_has_room_down_to_the_end_of_the_sheet(ref: str, rows: int) -> None:
    assert room_below(NOTHING, table(ref), grid("")) == Room(rows, END)


def test_the_first_thing_below_ends_the_room_whatever_it_is() -> None:
    there = grid('<row r="9"><c r="B9"><v>1</v></c></row>', merged("B7:C8"))
    mine = table("B2:C4")
    assert room_below(NOTHING, mine, there) == Room(2, "a merged cell (B7:C8)")
    assert room_below(with_tables("C6:D9"), mine, there) == Room(1, "another table (C6:D9)")
    assert room_below(with_tables("C8:D9"), mine, there).rows == 2


def test_the_last_row_of_a_sheet_can_be_in_the_way() -> None:
    there = grid('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')
    assert room_below(NOTHING, table("A1:A1048574"), there) == Room(1, "something in A1048576")


def test_a_table_right_below_leaves_no_room_and_the_table_itself_is_not_in_the_way() -> None:
    assert room_below(with_tables("A1:B3", "A4:A5"), table("A1:B3"), grid("")).rows == 0
    assert room_below(with_tables("A1:B3"), table("A1:B3"), grid("")).obstacle == END


@pytest.mark.parametrize(
    ("cells", "found"),
    [
        ('<c r="A5"><v>1</v></c><c r="D5"><v>1</v></c>', None),
        ('<c r="B5"><v>1</v></c>', "B5"),
        ('<c r="C5"><f>A1</f></c>', "C5"),
        ('<c r="B5" s="3"/><c r="C5"><is><t>x</t></is></c>', "C5"),
        ('<c r="B5"><!-- v --><extLst/></c>', None),
    ],
)
def test_only_cells_with_content_below_the_columns_are_in_the_way(
    cells: str, found: str | None
) -> None:
    told = room_below(NOTHING, table("B2:C4"), grid(f'<row r="5">{cells}</row>'))
    assert told == (Room(0, f"something in {found}") if found else Room(1_048_572, END))


def test_of_filled_cells_the_first_is_told_and_of_merged_ones_and_tables_all() -> None:
    cells = "".join(f'<row r="{at}"><c r="A{at}"><v>1</v></c></row>' for at in range(1, 5))
    there = grid(cells, merged("A3:B3", "A4:B4", "C4:D4"))
    found = obstacles(with_tables("A2:B2", "A3:B3", "C1:C9"), table("A9"), there, area("A2:B3"))
    assert [*found] == [
        (2, "another table (A2:B2)"),
        (3, "another table (A3:B3)"),
        (3, "a merged cell (A3:B3)"),
        (2, "something in A2"),
    ]


def commented(ref: str, kind: str = "comments", element: str = "comment") -> Package:
    comments = f'<x><authors/><list><{element} ref="Z1"/><{element} ref="{ref}"/></list></x>'
    return package({RELS[SHEET]: arrows((kind, "/c.xml")), "c.xml": comments})


@pytest.mark.parametrize(
    ("kind", "element"), [("comments", "comment"), ("threadedComment", "threadedComment")]
)
def test_a_comment_on_the_totals_keeps_them_where_they_are(kind: str, element: str) -> None:
    mine, there = table("B1:C4", more=TOTALS), grid("")
    told = room_below(commented("C4", kind, element), mine, there)
    assert told == Room(0, "a comment in its row of totals")


@pytest.mark.parametrize("ref", ["C3", "A4", "D4", "C5", "odd"])
def test_a_comment_elsewhere_does_not(ref: str) -> None:
    assert room_below(commented(ref), table("B1:C4", more=TOTALS), grid("")).rows > 9


def test_nor_do_comments_that_cannot_be_read_or_a_table_without_totals() -> None:
    lost = package({RELS[SHEET]: arrows(("comments", "/c.xml"))})
    assert room_below(lost, table("B1:C4", more=TOTALS), grid("")).rows > 9
    assert room_below(commented("C4"), table("B1:C4"), grid("")).rows > 9


def sharing(*cells: str) -> str:
    """Return rows in which these cells share a formula."""
    rows: dict[str, str] = {}
    for cell in cells:
        rows.setdefault(cell[1:], "")
        rows[cell[1:]] += f'<c r="{cell}"><f t="shared" si="0">1</f></c>'
    return "".join(f'<row r="{at}">{text}</row>' for at, text in sorted(rows.items()))


@pytest.mark.parametrize("other", ["B1", "B3", "B5", "A4", "D4"])
@pytest.mark.parametrize("mine", ["B4", "C4"])
def test_totals_that_share_a_formula_with_a_cell_elsewhere_stay(mine: str, other: str) -> None:
    there = grid(sharing(*sorted((mine, other))))
    assert room_below(NOTHING, table("B1:C4", more=TOTALS), there) == Room(0, SHARED)


@pytest.mark.parametrize("cells", [("B4", "C4"), ("A4", "D4"), ("A4", "B5"), ("C3", "D4")])
def test_totals_that_share_it_among_themselves_or_not_at_all_go_down(cells: tuple[str]) -> None:
    there = grid(sharing(*cells))
    assert SHARED not in room_below(NOTHING, table("B1:C4", more=TOTALS), there).obstacle


def test_two_formulas_of_their_own_are_not_shared() -> None:
    there = grid('<row r="3"><c r="B3"><f>1</f></c></row><row r="4"><c r="B4"><f>1</f></c></row>')
    assert room_below(NOTHING, table("B1:C4", more=TOTALS), there).obstacle == END
