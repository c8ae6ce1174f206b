"""The same table as different programs write it: Excel, strict files, LibreOffice, stream writers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.ooxml.update_files import (
    ANN,
    ANN_ROW,
    BOB,
    BOB_ROW,
    EVE,
    HEADER,
    SHEET,
    TABLE,
    book,
    contact,
    parts,
    read,
    replaced,
    updated,
)
from workbook.contacts.contact import Contact
from workbook.merge.refusals import BrokenPart

ANNA = contact(1, "Anna")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHARED = "xl/sharedStrings.xml"

Change = Callable[[str], str]


def shared(item: str) -> bytes:
    """Return a workbook in which Ann's name is this shared string."""
    strings = f'<sst xmlns="{MAIN}" count="2" uniqueCount="2"><si><t>?</t></si>{item}</sst>'
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    rel = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    arrow = f'<Relationship Id="rId88" Type="{rel}" Target="sharedStrings.xml"/></Relationships>'
    name = '<c r="B2" t="s"><v>1</v></c>'
    return replaced(
        _without_shared(book()),
        {
            SHARED: lambda _: strings,
            SHEET: lambda t: re.sub(r'<c r="B2".*?</c>', name, t),
            "xl/_rels/workbook.xml.rels": lambda t: t.replace("</Relationships>", arrow),
            "[Content_Types].xml": lambda t: t.replace(
                "</Types>", f'<Override PartName="/{SHARED}" ContentType="{kind}"/></Types>'
            ),
        },
    )


def _without_shared(data: bytes) -> bytes:
    gone = {
        "xl/_rels/workbook.xml.rels": lambda t: re.sub(
            r"<Relationship [^>]*sharedStr[^>]*>", "", t
        ),
        "[Content_Types].xml": lambda t: re.sub(r"<Override [^>]*sharedStrings[^>]*>", "", t),
    }
    return replaced(data, gone)


class TestStrings:
    @pytest.mark.parametrize(
        "item",
        [
            "<si><t>Ann</t></si>",
            "<si><r><rPr><b/></rPr><t>A</t></r><r><t>nn</t></r></si>",
            '<si><t>Ann</t><rPh sb="0" eb="1"><t>アン</t></rPh><phoneticPr fontId="1"/></si>',
            "<si><t>A_x006E_n</t></si>",
        ],
    )
    def test_shared_strings_are_read_in_all_their_forms(self, item: str) -> None:
        before = shared(item)
        assert updated(before, ANN, BOB)[0] == before

    @pytest.mark.parametrize("item", ["<si><t>Ann</t>", "<si>&who;</si>", "<si><t>A</b></si>"])
    def test_shared_strings_that_cannot_be_read_are_named(self, item: str) -> None:
        with pytest.raises(BrokenPart, match=SHARED):
            updated(shared(item), ANN, BOB)

    def test_many_shared_strings_keep_their_numbers(self) -> None:
        many = "".join(f"<si><t>Ann {n}</t></si>" for n in range(1, 999))
        before = shared(many)
        assert updated(before, contact(1, "Ann 1"), BOB)[0] == before

    def test_the_shared_strings_stay_when_a_name_changes(self) -> None:
        before = shared("<si><t>Ann</t></si>")
        after, _ = updated(before, ANNA, BOB)
        assert read(after)[1][1] == "Anna"
        assert parts(after)[SHARED] == parts(before)[SHARED]

    def test_inline_strings_with_formats_are_read(self) -> None:
        rich = "<is><r><rPr><i/></rPr><t>A</t></r><r><t>nn</t></r></is>"
        before = replaced(book(), {SHEET: lambda t: t.replace("<is><t>Ann</t></is>", rich)})
        assert updated(before, ANN, BOB)[0] == before

    def test_a_pair_of_escaped_surrogates_is_one_character(self) -> None:
        before = replaced(book(), {SHEET: lambda t: t.replace(">Ann<", ">_xD83D__xDE42_<")})
        assert updated(before, contact(1, "🙂"), BOB)[0] == before

    def test_a_number_where_an_id_was_is_still_that_id(self) -> None:
        max_ = Contact("10000001", "Max", "", "user")
        before = book([(10000001, "Max", None, "user", "his note")])
        assert updated(before, max_)[0] == before

    @pytest.mark.parametrize(
        "cell",
        [
            '<c r="B2" t="s"><v>99</v></c>',
            '<c r="B2"><v>no number</v></c>',
            '<c r="B2"><v>1e999999999</v></c>',
            '<c r="B2" t="d"><v>2026-11-23</v></c>',
            '<c r="B2" t="e"><v>#N/A</v></c>',
            '<c r="B2" t="str"><v>other</v></c>',
            '<c r="B2" t="b"><v>1</v></c>',
            '<c r="B2" t="inlineStr"/>',
        ],
    )
    def test_whatever_stands_in_a_cell_of_ours_becomes_the_name(self, cell: str) -> None:
        odd = replaced(book(), {SHEET: lambda t: re.sub(r'<c r="B2".*?</c>', cell, t)})
        assert read(updated(odd, ANN, BOB)[0])[1][1] == "Ann"

    def test_ticks_and_errors_in_the_users_columns_stay(self) -> None:
        before = book([(*ANN_ROW[:4], True), (*BOB_ROW[:4], "#N/A")])
        after, _ = updated(before, ANNA, BOB)
        assert [row[4] for row in read(after)] == ["notes", "True", "#N/A"]


def _strict(text: str) -> str:
    return text.replace(MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
        "http://purl.oclc.org/ooxml/officeDocument/relationships",
    )


def _prefixed(text: str) -> str:
    return re.sub(
        r"<(/?)(?=[A-Za-z])", r"<\1x:", text.replace(f'xmlns="{MAIN}"', f'xmlns:x="{MAIN}"')
    )


def _placeless(text: str) -> str:
    return re.sub(r'(<(?:c|row)) r="\w+"', r"\1", text)


def _like_excel(text: str) -> str:
    root = (
        f'<worksheet xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        f'mc:Ignorable="x14ac" xmlns:x14ac="http://schemas.microsoft.com/office/spreadsheetml/'
        f'2009/9/ac" xmlns="{MAIN}"'
    )
    rows = re.sub(r"<row ", '<row spans="1:5" x14ac:dyDescent="0.25" ', text)
    return rows.replace(f'<worksheet xmlns="{MAIN}"', root)


class TestFiles:
    def test_a_strict_file_is_updated_and_stays_strict(self) -> None:
        every = dict.fromkeys(parts(book()), _strict)
        after, report = updated(replaced(book(), every), ANNA, BOB, EVE)
        assert (report.changed, report.new) == (1, 1)
        assert MAIN.encode() not in b"".join(parts(after).values())

    @pytest.mark.parametrize("change", [_prefixed, _placeless, _like_excel])
    def test_other_spellings_of_a_sheet_are_understood(self, change: Change) -> None:
        complete = [[value or "" for value in row] for row in (ANN_ROW, BOB_ROW)]
        before = replaced(book(complete), {SHEET: change})
        assert updated(before, ANN, BOB)[0] == before
        after, _ = updated(before, ANNA, BOB, EVE)
        assert [row[1] for row in read(after)] == ["name", "Anna", "Bob", "Eve"]

    def test_cells_that_are_not_mentioned_keep_their_place(self) -> None:
        sparse = replaced(book(), {SHEET: lambda t: re.sub(r'<c r="[BC]2".*?(/>|</c>)', "", t)})
        after, _ = updated(sparse, contact(1, "Ann", "Annie"), BOB)
        assert read(after)[1] == (ANN.id, "Ann", "Annie", "user", "met in May")

    def test_a_cell_that_is_made_looks_like_its_column(self) -> None:
        columns = '<cols><col min="2" max="3" style="1"/></cols><sheetData>'
        styled = replaced(
            book(dress=lambda sheet: setattr(sheet["F1"], "number_format", "@")),
            {
                SHEET: lambda t: re.sub(r'<c r="C2".*?(/>|</c>)', "", t).replace(
                    "<sheetData>", columns
                )
            },
        )
        after, _ = updated(styled, contact(1, "Ann", "Annie"), BOB)
        assert '<c r="C2" s="1" t="inlineStr">' in parts(after)[SHEET].decode()

    def test_a_cell_that_is_made_in_a_row_with_a_look_has_it(self) -> None:
        styled = replaced(
            book(dress=lambda sheet: setattr(sheet["F1"], "number_format", "@")),
            {
                SHEET: lambda t: re.sub(r'<c r="C2".*?(/>|</c>)', "", t).replace(
                    '<row r="2"', '<row r="2" s="1" customFormat="1"'
                )
            },
        )
        after, _ = updated(styled, contact(1, "Ann", "Annie"), BOB)
        assert '<c r="C2" s="1" t="inlineStr">' in parts(after)[SHEET].decode()

    def test_rows_that_are_not_mentioned_are_blank(self) -> None:
        sparse = replaced(
            book([ANN_ROW, (None,) * 5, BOB_ROW]),
            {SHEET: lambda t: re.sub(r'<row r="3".*?</row>', "", t)},
        )
        after, report = updated(sparse, ANNA, BOB)
        assert (report.changed, report.new) == (1, 0)
        assert [row[1] for row in read(after)] == ["name", "Anna", "", "Bob"]

    def test_a_table_without_a_header_row_is_read_by_its_own_titles(self) -> None:
        headless = replaced(
            book(),
            {
                TABLE: lambda t: re.sub(
                    "<autoFilter[^>]*/>", "", t.replace("A1:E3", "A2:E3")
                ).replace('headerRowCount="1"', 'headerRowCount="0"')
            },
        )
        after, report = updated(headless, ANNA, BOB)
        assert (read(after)[1][1], report.changed) == ("Anna", 1)

    def test_a_dynamic_array_formula_keeps_its_mark_in_new_rows(self) -> None:
        there = replaced(
            book([(*ANN_ROW, "=SUM(1)")], (*HEADER, "n"), formulas={"n": "SUM(1)"}),
            {
                TABLE: lambda t: t.replace("Formula>SUM", 'Formula array="1">SUM'),
                SHEET: lambda t: re.sub(r'<c r="F2"( s="\d+")?', '<c r="F2" cm="1"', t),
            },
        )
        assert '<c r="F3" cm="1">' in parts(updated(there, ANN, BOB)[0])[SHEET].decode()


@needs_libreoffice
class TestLibreOffice:
    def test_a_file_saved_by_libreoffice_is_updated(self, tmp_path: Path) -> None:
        (tmp_path / "a.xlsx").write_bytes(
            book([(*ANN_ROW, "=LEN(B2)"), (*BOB_ROW, "=LEN(B3)")], (*HEADER, "len"))
        )
        before = convert(tmp_path / "a.xlsx", "xlsx", tmp_path / "saved").read_bytes()
        assert updated(before, ANN, BOB)[0] == before
        after, report = updated(before, ANNA, BOB, EVE)
        assert (report.changed, report.new) == (1, 1)
        (tmp_path / "b.xlsx").write_bytes(after)
        shown = convert(tmp_path / "b.xlsx", "csv", tmp_path).read_text("utf-8-sig").splitlines()
        assert shown[1:] == [
            f"{ANN.id},Anna,,user,met in May,4",
            f"{BOB.id},Bob,,user,,3",
            f"{EVE.id},Eve,,user,,",
        ]

    def test_what_was_updated_is_read_back_by_libreoffice_unharmed(self, tmp_path: Path) -> None:
        hostile = [
            contact(1, "=1+1"),
            contact(2, "_x0041_"),
            contact(3, " edge "),
            contact(4, "#N/A"),
        ]
        (tmp_path / "a.xlsx").write_bytes(updated(book(), *hostile)[0])
        saved = convert(tmp_path / "a.xlsx", "xlsx", tmp_path / "saved").read_bytes()
        assert updated(saved, *hostile)[0] == saved


def test_a_workbook_without_properties_counts_days_as_most_do() -> None:
    bare = replaced(book(), {"xl/workbook.xml": lambda t: re.sub("<workbookPr[^>]*/>", "", t)})
    after, _ = updated(bare, ANNA, BOB)
    assert [row[1] for row in read(after)] == ["name", "Anna", "Bob"]
