"""The csv that the table becomes."""

from __future__ import annotations

import csv as stdlib_csv
from collections.abc import Sequence
from datetime import UTC, datetime
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.hosts.libreoffice import convert, needs_libreoffice
from workbook.contacts.columns import BASIC, Origin, Table, build
from workbook.contacts.contact import Contact
from workbook.export import csv
from workbook.export.formats import DELIMITERS

SHOP = Origin("shop", datetime(2026, 11, 23, 13, 5, tzinfo=UTC))
LEADS = "=+-@＝＋－＠\t\r\n"


def written(
    *rows: Sequence[str], header: tuple[str, ...] = BASIC, delimiter: str = ",", mark: bool = True
) -> tuple[bytes, Table]:
    table = Table(header, rows, len(rows))
    out = BytesIO()
    csv.write(table, out, delimiter=delimiter, mark=mark)
    return out.getvalue(), table


def read(content: bytes, delimiter: str = ",") -> list[list[str]]:
    lines = StringIO(content.decode("utf-8-sig"), newline="")
    return list(stdlib_csv.reader(lines, strict=True, delimiter=delimiter))


def name_as_written(name: str) -> tuple[str, Table]:
    content, table = written(("1@c.us", name, "", "user"))
    return read(content)[1][1], table


def test_it_is_utf_8_with_a_mark_and_lines_end_as_in_rfc_4180() -> None:
    content, _ = written(("1@c.us", "Дана", "", "user"))
    assert content == "\ufeffid,name,contactName,type\r\n1@c.us,Дана,,user\r\n".encode()


def test_the_mark_can_be_left_out() -> None:
    assert written(mark=False)[0] == b"id,name,contactName,type\r\n"


@pytest.mark.parametrize("delimiter", DELIMITERS.values())
def test_fields_come_back_whatever_stands_between_them(delimiter: str) -> None:
    row = ["1@c.us", "Berg, Anna; Ben", "two\twords", 'say "hi"']
    content, table = written(row, delimiter=delimiter)
    assert read(content, delimiter) == [[*BASIC], row]
    assert content.split(b"\r\n")[0].count(delimiter.encode()) == 3
    assert not table.altered


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_a_lead_behind_a_comma_is_found_where_commas_do_not_part_fields(delimiter: str) -> None:
    content, table = written(("1@c.us", "x,=1+1", "", "user"), delimiter=delimiter)
    assert read(content, delimiter)[1][1] == "x,'=1+1"
    assert table.altered == {"apostrophe before a possible formula": 1}


def test_the_stream_stays_open_for_its_owner() -> None:
    out = BytesIO()
    csv.write(Table(BASIC, [], 0), out)
    assert not out.closed


@pytest.mark.parametrize(
    "name", ['say "hi"', "a,b", "two\nlines", "two\r\nlines", "😀 דנה", " edge "]
)
def test_ordinary_names_come_back_as_they_were(name: str) -> None:
    assert name_as_written(name)[0] == name


@pytest.mark.parametrize("lead", LEADS)
def test_a_lead_that_makes_formulas_gets_an_apostrophe_and_is_counted(lead: str) -> None:
    name, table = name_as_written(f"{lead}cmd|'/C calc'!A0")
    assert name.startswith(f"'{lead}")
    assert table.altered == {"apostrophe before a possible formula": 1}


@pytest.mark.parametrize(
    "unseen", [" ", "\xa0", "\x00", "\u200b", "\ufeff", "\u202e", "\x7f \u2060"]
)
def test_a_lead_behind_what_is_trimmed_or_unseen_is_found(unseen: str) -> None:
    name, _ = name_as_written(f"{unseen}=1+1")
    assert name == f"'{unseen}=1+1"


@pytest.mark.parametrize(
    "name", ["x;=1+1", "x; @SUM(1)", "x\t=1+1", "x\n=1+1", "x;-1+1|cmd", 'x;"=1+1"']
)
def test_a_lead_behind_what_parts_fields_elsewhere_is_found(name: str) -> None:
    as_written, _ = name_as_written(name)
    assert as_written == f"{name[:2]}'{name[2:]}"


@pytest.mark.parametrize("name", ["Anna ;-)", "a-b", "1=1", "me@home", "R&D + more", "'quoted'"])
def test_a_name_that_no_spreadsheet_mistakes_is_left_alone(name: str) -> None:
    as_written, table = name_as_written(name)
    assert as_written == name
    assert not table.altered


def test_phones_are_digits_only_and_not_counted_as_altered() -> None:
    table = build([Contact("4915100000001@c.us")], SHOP, ("phone", "id"))
    out = BytesIO()
    csv.write(table, out)
    assert read(out.getvalue())[1] == ["4915100000001", "4915100000001@c.us"]
    assert not table.altered


@pytest.mark.parametrize("contact_id", ["-70000000000001", "102388094480549@lid", "007"])
def test_ids_stay_as_they_are(contact_id: str) -> None:
    content, _ = written((contact_id,), header=("id",))
    assert read(content)[1] == [contact_id]


@pytest.mark.parametrize("contact_id", ["@anna", "=1+1@c.us", "-1+cmd|' /C calc'!A0"])
def test_an_id_that_is_no_number_is_treated_as_any_text(contact_id: str) -> None:
    content, _ = written((contact_id,), header=("id",))
    assert read(content)[1] == [f"'{contact_id}"]


@given(st.lists(st.tuples(st.text(), st.text())))
def test_whatever_the_names_no_field_begins_as_a_formula(pairs: list[tuple[str, str]]) -> None:
    content, table = written(*pairs, header=("name", "contactName"))
    fields = [field for row in read(content)[1:] for field in row]
    assert not [field for field in fields if field.strip().startswith(tuple(LEADS))]
    changed = sum(f != name for f, name in zip(fields, (n for p in pairs for n in p), strict=True))
    assert table.altered.total() == changed


def test_a_table_longer_than_a_batch_is_written_whole() -> None:
    content, _ = written(*[(f"{n}@c.us", "", "", "user") for n in range(5_000)])
    assert [row[0] for row in read(content)[1:]] == [f"{n}@c.us" for n in range(5_000)]


@needs_libreoffice
def test_libreoffice_finds_no_formula_in_it(tmp_path: Path) -> None:
    hostile = [f"{lead}1+1" for lead in LEADS] + [" =1+1", "x;=1+1", '"=1+1', "x\n=1+1"]
    content, _ = written(*[(f"{n}@c.us", name, "", "user") for n, name in enumerate(hostile)])
    (tmp_path / "names.csv").write_bytes(content)
    sheet = openpyxl.load_workbook(convert(tmp_path / "names.csv", "xlsx", tmp_path)).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert sheet.max_row >= len(hostile)
    assert not [cell.value for cell in cells if cell.data_type == "f"]
