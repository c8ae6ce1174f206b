"""The workbook's sheets as a person finds them, and as a stream of bytes."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest

from tests.export.xlsx_files import (
    BELIEVABLE,
    ROW,
    SHEET,
    SHOP,
    WHEN,
    full_workbook,
    parts,
    sheet_of,
    table_of,
    texts,
    written,
)
from workbook.contacts.columns import BASIC, Table, build
from workbook.contacts.contact import Contact
from workbook.export import xlsx

DANA = ("972500000001@c.us", "דנה", "", "user")


def test_the_first_sheet_is_contacts_with_the_titles_and_the_rows_below() -> None:
    book = openpyxl.load_workbook(BytesIO(written(table_of(ROW, ROW))))
    assert book.sheetnames == ["Contacts"]
    rows = list(book["Contacts"].iter_rows(values_only=True))
    assert rows == [BASIC, ROW, ROW]


def test_the_rows_are_a_banded_table_with_filter_buttons() -> None:
    table = sheet_of(written(table_of(ROW, ROW))).tables["Contacts"]
    assert (table.ref, table.autoFilter.ref) == ("A1:D3", "A1:D3")
    assert table.column_names == list(BASIC)
    assert table.tableStyleInfo.showRowStripes


def test_the_header_stays_when_one_scrolls_and_on_every_printed_page() -> None:
    sheet = sheet_of(written(table_of(ROW)))
    assert sheet.freeze_panes == "A2"
    assert sheet.print_title_rows == "$1:$1"


def test_every_cell_has_the_text_format_but_the_times() -> None:
    header, *rows = sheet_of(full_workbook()).iter_rows()
    formats = {title.value: cell.number_format for title, cell in zip(header, rows[0], strict=True)}
    dated = [title for title, how in formats.items() if how == "yyyy-mm-dd hh:mm"]
    assert dated == ["fetched", "firstSeen", "lastSeen", "statusDate"]
    assert {*formats.values()} == {"@", "yyyy-mm-dd hh:mm"}
    assert {cell.number_format for cell in header} == {"@"}


def test_numbers_that_stand_as_text_are_not_marked_as_mistakes() -> None:
    xml = parts(written(table_of(ROW, ROW)))[SHEET]
    order = ["</sheetData>", "<pageSetup", "<ignoredErrors>", "<tableParts"]
    assert [xml.index(tag) for tag in order] == sorted(xml.index(tag) for tag in order)
    assert re.search(r'<ignoredError sqref="A1:D3" [^>]*numberStoredAsText="1"', xml)


def test_the_sheet_says_how_far_it_reaches() -> None:
    content = written(table_of(*[ROW] * 3_000))
    (sheet,) = openpyxl.load_workbook(BytesIO(content), read_only=True).worksheets
    assert sheet.calculate_dimension() == "A1:D3001"


def test_rows_beyond_one_batch_keep_order_and_numbers() -> None:
    rows = [(f"{n}@c.us", f"name {n}", "", "user") for n in range(2_345)]
    assert texts(sheet_of(written(table_of(*rows)))) == rows


def test_no_rows_make_a_header_and_no_table() -> None:
    sheet = sheet_of(written(table_of()))
    assert [cell.value for cell in sheet[1]] == list(BASIC)
    assert (sheet.max_row, dict(sheet.tables)) == (1, {})


def test_columns_are_as_wide_as_their_texts_within_bounds() -> None:
    rows = [("1", "x" * 30, "x" * 500, "user")]
    widths = sheet_of(written(table_of(*rows))).column_dimensions
    assert widths["B"].width > 30
    assert widths["C"].width == 60
    assert widths["D"].width == 10


@pytest.mark.parametrize("digits", [1, 18, 64])
def test_an_id_is_never_cut(digits: int) -> None:
    first = ("1@c.us", "", "", "user")
    longest = f"{'4' * digits}@c.us"
    sheet = sheet_of(written(table_of(*[first] * xlsx.SAMPLE, (longest, "", "", "user"))))
    fits = sheet.column_dimensions["A"].width >= len(longest)
    assert fits or sheet.cell(sheet.max_row, 1).alignment.shrink_to_fit


def test_a_wide_script_gets_twice_the_room_and_accents_none() -> None:
    rows = [("1", "漢" * 20, "e\N{COMBINING ACUTE ACCENT}" * 10, "user")]
    widths = sheet_of(written(table_of(*rows))).column_dimensions
    assert widths["B"].width > 40
    assert widths["C"].width < 20


@pytest.mark.parametrize(("rows", "turned"), [([DANA], True), ([ROW, DANA], False), ([], False)])
def test_the_sheet_is_turned_around_where_most_names_are(
    rows: list[tuple[str, ...]], turned: bool
) -> None:
    assert bool(sheet_of(written(table_of(*rows))).sheet_view.rightToLeft) is turned


@pytest.mark.parametrize("rtl", [True, False])
def test_whoever_asks_decides_about_the_direction(rtl: bool) -> None:
    content = full_workbook([Contact(*ROW), Contact(*DANA)], rtl=rtl)
    assert bool(sheet_of(content).sheet_view.rightToLeft) is rtl


@pytest.mark.parametrize(("rtl", "edge"), [(False, "left"), (True, "right")])
def test_names_of_either_direction_begin_at_one_edge_of_the_column(rtl: bool, edge: str) -> None:
    sheet = sheet_of(written(table_of(ROW, DANA), rtl=rtl))
    assert {cell.alignment.horizontal for row in sheet.iter_rows() for cell in row} == {edge}


def test_with_a_summary_all_names_decide_about_the_direction() -> None:
    contacts = [*[Contact(*ROW)] * xlsx.SAMPLE, *[Contact(*DANA)] * 2 * xlsx.SAMPLE]
    assert sheet_of(full_workbook(contacts)).sheet_view.rightToLeft


def test_a_list_longer_than_a_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_PER_SHEET", 3)
    rows = [(f"{n}@c.us", "", "", "user") for n in range(7)]
    book = openpyxl.load_workbook(BytesIO(written(table_of(*rows))))
    assert book.sheetnames == ["Contacts", "Contacts 2", "Contacts 3"]
    tables = [(table.name, table.ref) for sheet in book for table in sheet.tables.values()]
    assert tables == [("Contacts", "A1:D4"), ("Contacts_2", "A1:D4"), ("Contacts_3", "A1:D2")]
    assert [row for sheet in book for row in texts(sheet)] == rows


def test_a_full_sheet_does_not_begin_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "ROWS_PER_SHEET", 3)
    book = openpyxl.load_workbook(BytesIO(written(table_of(ROW, ROW, ROW))))
    assert book.sheetnames == ["Contacts"]


@pytest.mark.slow
def test_the_row_after_excels_last_one_stands_on_the_second_sheet() -> None:
    rows = 1_048_576
    table = Table(("type",), (("user",) for _ in range(rows)), rows)
    with ZipFile(BytesIO(written(table))) as archive:
        first, second = (archive.read(f"xl/worksheets/sheet{n}.xml") for n in (1, 2))
    assert first.count(b"<row ") == 1_048_576
    assert b'<c r="A1048576"' in first
    assert second.count(b"<row ") == 2


def test_a_row_that_the_length_does_not_count_is_not_lost_in_silence() -> None:
    with pytest.raises(ValueError, match="more rows"):
        written(Table(BASIC, [ROW, ROW], 1))


class Pipe(io.RawIOBase):
    """A stream like standard output: it cannot seek, and says where it is to nobody."""

    def __init__(self) -> None:
        self.content = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(data)  # type: ignore[call-overload]  # any buffer
        self.content += piece
        return len(piece)


@pytest.mark.parametrize("huge", [False, True])
def test_it_can_be_written_to_a_pipe(huge: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx, "HUGE", 0 if huge else xlsx.HUGE)
    pipe = Pipe()
    xlsx.write(table_of(ROW), pipe)  # type: ignore[arg-type]  # a RawIOBase writes bytes as well
    assert texts(sheet_of(pipe.content)) == [ROW]


def test_the_same_input_and_time_make_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    content = written(table_of(ROW))
    assert content == written(table_of(ROW))
    assert "2023-11-14T22:13:20Z" in parts(content)["docProps/core.xml"]


def test_the_same_bytes_are_made_by_another_process() -> None:
    code = (
        "import sys; from tests.export.xlsx_files import full_workbook;"
        "sys.stdout.buffer.write(full_workbook())"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    run = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True)
    assert run.stdout == full_workbook()


def test_entries_of_the_zip_carry_no_time_of_day() -> None:
    with ZipFile(BytesIO(full_workbook())) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_document_says_what_it_is_and_when_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    before = datetime.now(UTC).replace(microsecond=0, tzinfo=None)
    properties = openpyxl.load_workbook(BytesIO(written(table_of(ROW)))).properties
    assert (properties.title, properties.creator) == ("Contacts from GREEN-API", "getcontacts")
    assert properties.created is not None
    assert before <= properties.created == properties.modified


def test_nobody_is_asked_to_save_what_only_was_opened() -> None:
    assert 'fullCalcOnLoad="1"' not in parts(full_workbook())["xl/workbook.xml"]


@pytest.mark.skipif(os.name == "nt", reason="NUL does not tell how much it took")
def test_memory_does_not_grow_with_the_list() -> None:
    def rows(count: int) -> Iterator[tuple[str, ...]]:
        return ((f"{n}@c.us", "Anna", "", "user") for n in range(count))

    def peak(count: int) -> int:
        tracemalloc.start()
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - it has no path of its own
            xlsx.write(Table(BASIC, rows(count), count), nowhere)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(1)
    assert peak(30_000) < peak(3_000) + 1_000_000


def test_the_command_line_does_not_wait_for_openpyxl_before_it_writes() -> None:
    code = "import sys, workbook.export.xlsx; sys.exit('openpyxl' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_warming_up_imports_all_that_writing_takes() -> None:
    code = (
        "import io, sys, workbook.export.xlsx as xlsx, workbook.contacts.columns as table;"
        "xlsx.warm_up(); warm = set(sys.modules);"
        "xlsx.write(table.Table(('id',), [('1',)], 1), io.BytesIO());"
        "sys.exit(' '.join(n for n in set(sys.modules) - warm if n.startswith('openpyxl')))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stderr.strip() == ""


def test_warming_up_leaves_no_trace_in_what_is_written_later() -> None:
    before = full_workbook()
    xlsx.warm_up()
    assert full_workbook() == before


def test_every_column_is_written_as_the_table_made_it() -> None:
    header = tuple(build([], SHOP, ("label", "phone", "id")).header)
    table = build(BELIEVABLE, SHOP, header)
    made = [tuple(row) for row in build(BELIEVABLE, SHOP, header).rows]
    assert texts(sheet_of(written(table, when=WHEN))) == made
