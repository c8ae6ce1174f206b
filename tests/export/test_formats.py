"""From an ending to a format, and from contacts to its bytes."""

from __future__ import annotations

import io
import json
from collections import Counter
from datetime import UTC, datetime

import openpyxl
import pytest

from workbook.contacts.columns import PRESETS, Origin
from workbook.contacts.contact import Contact, ContactList
from workbook.errors import WrongUsage
from workbook.export import formats
from workbook.export.formats import Wishes

ORIGIN = Origin("shop", datetime(2026, 11, 1, 12, tzinfo=UTC))
ANNA = Contact("4915100000001@c.us", "Anna", "Anna Berg", "user")
CLUB = Contact("120363043968066561@g.us", "Football", "", "group")
HEBREW = [Contact(f"97250000000{n}@c.us", "אנה ברג", "", "user") for n in range(5)]


def written(wishes: Wishes, *contacts: Contact) -> tuple[bytes, Counter[str]]:
    out = io.BytesIO()
    altered = formats.write(ContactList.pack(contacts), ORIGIN, wishes, out)
    return out.getvalue(), altered


def book(wishes: Wishes, *contacts: Contact) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(written(wishes, *contacts)[0]))


@pytest.mark.parametrize(
    ("out", "format_name"),
    [
        ("contacts.xlsx", "xlsx"),
        ("CONTACTS.XLSX", "xlsx"),
        ("a/b.c/list.csv", "csv"),
        ("list.tar.json", "json"),
        ("אנשי קשר.vcf", "vcf"),
    ],
)
def test_the_ending_tells_the_format(out: str, format_name: str) -> None:
    assert formats.format_of(out) == format_name


def test_a_format_that_is_named_goes_before_the_ending() -> None:
    assert formats.format_of("contacts.xlsx", "csv") == "csv"
    assert formats.format_of("-", "json") == "json"
    assert formats.format_of("contacts.txt", "vcf") == "vcf"


@pytest.mark.parametrize("out", ["contacts", "contacts.xls", "contacts.", ".xlsx", "a.xlsx/b", ""])
def test_any_other_ending_is_refused(out: str) -> None:
    with pytest.raises(
        WrongUsage, match=r"tells no format; use \.xlsx, \.csv, \.json, \.jsonl or \.vcf"
    ):
        formats.format_of(out)


def test_standard_output_has_no_ending() -> None:
    with pytest.raises(WrongUsage, match="--format xlsx, csv, json, jsonl, vcf or google-csv"):
        formats.format_of("-")


def test_a_workbook_has_contacts_and_a_summary() -> None:
    assert book(Wishes(), ANNA, CLUB).sheetnames == ["Contacts", "Summary"]
    assert book(Wishes(summary=False), ANNA, CLUB).sheetnames == ["Contacts"]


def test_a_workbook_holds_the_columns_that_were_asked_for() -> None:
    sheet = book(Wishes(columns=("phone", "id")), ANNA, CLUB)["Contacts"]
    assert list(sheet.values) == [
        ("phone", "id"),
        ("+4915100000001", "4915100000001@c.us"),
        (None, "120363043968066561@g.us"),
    ]


@pytest.mark.parametrize("summary", [True, False])
def test_a_sheet_of_hebrew_names_is_turned_around_unless_told(summary: bool) -> None:
    def turned(rtl: bool | None, *contacts: Contact) -> bool:
        sheet = book(Wishes(summary=summary, rtl=rtl), *contacts)["Contacts"]
        return bool(sheet.sheet_view.rightToLeft)

    assert turned(None, *HEBREW)
    assert not turned(False, *HEBREW)
    assert not turned(None, ANNA, CLUB)
    assert turned(True, ANNA, CLUB)


def test_csv_has_a_mark_for_excel_and_one_line_a_row() -> None:
    content, _ = written(Wishes("csv"), ANNA, CLUB)
    assert content.startswith(b"\xef\xbb\xbfid,name,contactName,type\r\n")
    assert content.count(b"\r\n") == 3


def test_json_is_an_array_of_rows() -> None:
    rows = json.loads(written(Wishes("json"), ANNA, CLUB)[0])
    assert [row["id"] for row in rows] == [ANNA.id, CLUB.id]


def test_jsonl_has_a_typed_object_a_line() -> None:
    wishes = Wishes("jsonl", ("id", "phone", "saved"))
    odd = Contact("1@c.us", "line\u2028break\n", type="user")
    lines = written(wishes, ANNA, CLUB, odd)[0].decode().split("\n")
    assert [json.loads(line) for line in lines[:2]] == [
        {"id": ANNA.id, "phone": "+4915100000001", "saved": bool(ANNA.contact_name)},
        {"id": CLUB.id, "phone": None, "saved": None},
    ]
    assert lines[3:] == [""]


def test_cards_are_of_people_one_can_call() -> None:
    content, _ = written(Wishes("vcf"), ANNA, CLUB)
    assert content.count(b"BEGIN:VCARD") == 1
    assert b"+4915100000001" in content


@pytest.mark.parametrize("columns", PRESETS.values(), ids=PRESETS)
def test_nobody_at_all_is_a_file_with_titles_alone(columns: tuple[str, ...]) -> None:
    titles = written(Wishes("csv", columns))[0].decode("utf-8-sig")
    assert titles == ",".join(columns) + "\r\n"
    assert json.loads(written(Wishes("json", columns))[0]) == []
    assert written(Wishes("vcf", columns))[0] == b""
    rows = [*book(Wishes("xlsx", columns))["Contacts"].iter_rows(values_only=True)]
    assert rows == [columns]


@pytest.mark.parametrize("format_name", ["xlsx", "csv"])
def test_what_is_not_exactly_as_it_was_sent_is_counted(format_name: str) -> None:
    endless = Contact("4915100000002@c.us", "x" * 40_000)
    _, altered = written(Wishes(format_name), ANNA, endless)
    assert altered.total() == 1


def test_warming_up_is_only_for_workbooks_and_harms_nobody() -> None:
    for format_name in formats.FORMATS:
        formats.warm_up(format_name)
    assert book(Wishes(), ANNA).sheetnames == ["Contacts", "Summary"]
