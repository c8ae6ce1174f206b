"""Whatever people call themselves stays text in a workbook (CWE-1236; OWASP ASVS 5.0, 1.2.10)."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.export.xlsx_files import SHEET, SHOP, parts, sheet_of, table_of, texts, written
from tests.hosts.libreoffice import convert, needs_libreoffice
from workbook.contacts.columns import build
from workbook.contacts.contact import Contact
from workbook.export.shared_strings import PART

LOOKS_LIKE_SOMETHING_ELSE = [
    "=1+1",
    "{=1+1}",
    "=cmd|'/C calc'!A0",
    "+1",
    "-1+1",
    "@SUM(1)",
    "＝1+1",
    "#N/A",
    "#REF!",
    "TRUE",
    "1e5",
    "1E+400",
    "0012345",
    "12345678901234567890",
    "2024-01-02",
    "1/2",
    "50%",
    "https://example.com",
    "mailto:x@example.com",
    "internal:Sheet1!A1",
    "'quoted",
    '<f>1</f>&amp;"',
    "]]>",
]
ANY_TEXT = st.text(st.characters(codec=None), max_size=20) | st.sampled_from(
    ["_x0041_", "_x005F_", "_x0041_x0042_", "__x0000_", "\x01x0041_", "\r\n", " \t\n ", "\ufffe"]
)


def xml_of(*names: str) -> str:
    return parts(written(table_of(*((name,) for name in names), header=["name"])))[SHEET]


@pytest.mark.parametrize("name", LOOKS_LIKE_SOMETHING_ELSE)
def test_a_name_that_looks_like_something_else_stays_text(name: str) -> None:
    cell = sheet_of(written(table_of((name,), header=["name"])))["A2"]
    assert (cell.value, cell.data_type, cell.hyperlink) == (name, "s", None)


def test_no_name_makes_a_formula_an_error_or_a_link_of_a_cell() -> None:
    xml = xml_of(*LOOKS_LIKE_SOMETHING_ELSE)
    assert xml.count('t="s"') == len(LOOKS_LIKE_SOMETHING_ELSE) + 1  # and the header
    for telltale in ("<f>", "<f ", 't="e"', 't="b"', 't="n"', "<hyperlink"):
        assert telltale not in xml


@pytest.mark.parametrize(
    ("name", "xml"),
    [
        ("bell\x07", "bell_x0007_"),
        ("nul\x00", "nul_x0000_"),
        ("cr\r\nlf", "cr_x000D_\nlf"),
        ("\ufffe\uffff", "_xFFFE__xFFFF_"),
        ("_x0041_", "_x005F_x0041_"),
        ("_x00e9_x00E9_", "_x005F_x00e9_x005F_x00E9_"),
        ("_x41_ _X0041_ x0041_", "_x41_ _X0041_ x0041_"),
        ("R&D <x>", "R&amp;D &lt;x&gt;"),
        ("tab\tand\nline", "tab\tand\nline"),
    ],
)
def test_what_xml_cannot_hold_is_written_as_excel_does(name: str, xml: str) -> None:
    content = written(table_of((name,), header=["name"]))
    assert f'<t xml:space="preserve">{xml}</t>' in parts(content)[PART]


def test_each_value_with_a_control_character_is_counted_once() -> None:
    table = table_of(("a\x01\x02", "\x03", "b", "\r"), ("c", "", "d\ufffe", "e"))
    written(table)
    assert table.altered == {"control character escaped": 4}


def test_each_value_with_a_look_alike_of_an_escape_is_counted_once() -> None:
    table = table_of(("_x0041__x0042_", "_x0043_", "_x_", "x0041_"))
    written(table)
    assert table.altered == {"look-alike of an escape escaped": 2}


def test_ordinary_names_are_not_counted() -> None:
    table = table_of(*[("R&D <x>", " דנה ", "😀\n", "_x_")] * 600)
    written(table)
    assert not table.altered


@pytest.mark.parametrize("name", [" before", "after ", "\tboth\n", "  ", "\n"])
def test_blanks_at_the_edges_are_kept(name: str) -> None:
    assert sheet_of(written(table_of((name,), header=["name"])))["A2"].value == name


def test_an_empty_text_is_a_blank_cell_that_holds_text_when_edited() -> None:
    sheet = sheet_of(written(table_of(("1@c.us", "", "Anna", "user"))))
    assert sheet["B2"].value is None
    assert sheet["B2"].number_format == "@"
    assert '<c r="B2" s=' in parts(written(table_of(("1@c.us", "", "", ""))))[SHEET]


@settings(max_examples=80)
@given(st.lists(st.builds(Contact, ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT), max_size=6))
def test_any_text_comes_back_as_the_table_made_it(contacts: list[Contact]) -> None:
    made = [tuple(row) for row in build(contacts, SHOP).rows]
    sheet = sheet_of(written(build(contacts, SHOP)))
    assert texts(sheet) == made


def test_hostile_and_harmless_names_in_one_batch_keep_their_places() -> None:
    names = [f"name {n}" for n in range(1_000)]
    names[3], names[400], names[999] = "\x00\x1f", "", "_x0041_ÿ"
    sheet = sheet_of(written(table_of(*((name,) for name in names), header=["name"])))
    assert [row[0] for row in texts(sheet)] == names


@needs_libreoffice
def test_libreoffice_reads_what_was_written(tmp_path: Path) -> None:
    names = [
        *LOOKS_LIKE_SOMETHING_ELSE,
        " edge ",
        "two\nlines",
        "_x0041_",
        "😀 דנה",
        'say "hi", you',
    ]
    path = tmp_path / "names.xlsx"
    path.write_bytes(
        written(
            table_of(*((f"{n}@c.us", name) for n, name in enumerate(names)), header=["id", "name"])
        )
    )
    with convert(path, "csv", tmp_path).open(encoding="utf-8", newline="") as lines:
        assert [row[1] for row in csv.reader(lines)][1:] == names
