"""Files and tables that are left alone: what the user is told, and that nothing was written."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.worksheet.table import Table

from tests.ooxml.update_files import (
    ANN,
    BOB,
    EVE,
    HEADER,
    SHEET,
    TABLE,
    book,
    contact,
    parts,
    replaced,
    saved,
    updated,
    zipped,
)
from workbook.errors import ContactsError
from workbook.merge.refusals import (
    BrokenPart,
    FilledByQuery,
    IdsAreFormulas,
    IdTitleMissing,
    MergedCells,
    NoTable,
    NotAWorkbook,
    SharedWorkbook,
    SheetProtected,
    SignedWorkbook,
    TitlesDisagree,
    TitleTwice,
    UpdateRefused,
)
from workbook.ooxml import package
from workbook.ooxml.workbook_file import opened

Change = Callable[[str], str]


def refusal(data: bytes) -> UpdateRefused:
    """Return why a workbook is not opened."""
    with pytest.raises(UpdateRefused) as caught:
        opened(BytesIO(data))
    assert caught.value.exit_code == 8
    assert caught.value.__context__ is None
    assert str(caught.value).endswith("Nothing was changed.")
    return caught.value


def with_sheet(change: Change) -> bytes:
    return replaced(book(), {SHEET: change})


class TestFiles:
    @pytest.mark.parametrize("data", [b"", b"id,name\n", b"PK\x03\x04 cut", zipped({"a": b"b"})])
    def test_what_is_no_workbook_is_refused(self, data: bytes) -> None:
        error = refusal(data)
        assert isinstance(error, NotAWorkbook)
        assert "not an .xlsx or .xlsm file" in str(error)

    def test_an_old_xls_is_named_as_such(self) -> None:
        assert ".xls;" in str(refusal(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600))

    def test_a_file_with_a_password_is_named_as_such(self) -> None:
        head = bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600
        assert "password" in str(refusal(head + "EncryptedPackage".encode("utf-16-le")))

    def test_an_xlsb_is_named_as_such(self) -> None:
        rels = replaced(
            book(), {"_rels/.rels": lambda t: t.replace("workbook.xml", "workbook.bin")}
        )
        assert ".xlsb" in str(refusal(rels))

    def test_a_zip_with_encrypted_members_is_refused(self) -> None:
        data = bytearray(book())
        data[data.index(b"PK\x01\x02") + 8] |= 1
        assert "password" in str(refusal(bytes(data)))

    def test_a_zip_that_names_a_part_twice_is_refused(self) -> None:
        stream = BytesIO(book())
        with ZipFile(stream, "a") as archive:
            archive.writestr(SHEET.upper(), b"<other/>")
        assert isinstance(refusal(stream.getvalue()), NotAWorkbook)

    @pytest.mark.parametrize(
        ("part", "cause", "words"),
        [
            ("_xmlsignatures/sig1.xml", SignedWorkbook, "would break the signature"),
            ("xl/revisions/revisionHeaders.xml", SharedWorkbook, "Stop sharing it in Excel"),
        ],
    )
    def test_a_workbook_that_is_signed_or_shared_is_left_alone(
        self, part: str, cause: type[UpdateRefused], words: str
    ) -> None:
        error = refusal(zipped({**parts(book()), part: b"<a/>"}))
        assert isinstance(error, cause)
        assert words in str(error)

    @pytest.mark.parametrize("left", ["_xmlsignatures/origin.sigs", "xl/revisions/userNames.xml"])
    def test_what_a_removed_signature_or_sharing_leaves_is_no_reason(self, left: str) -> None:
        assert opened(BytesIO(zipped({**parts(book()), left: b""}))).table.name == "Contacts"

    def test_a_damaged_part_is_named(self) -> None:
        data = bytearray(book())
        at = data.index(SHEET.encode()) + len(SHEET) + 20
        data[at : at + 40] = b"\xff" * 40
        assert SHEET in str(refusal(bytes(data)))

    def test_a_part_that_unpacks_to_too_much_is_not_unpacked(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(package, "PART_LIMIT", 1 << 20)
        bomb = with_sheet(lambda text: text + " " * (2 << 20))
        assert "larger than 1 MiB" in str(refusal(bomb))

    @pytest.mark.parametrize(
        "change",
        [
            lambda text: text[:-9],
            lambda text: '<!DOCTYPE x [<!ENTITY a "b">]>' + text,
            lambda text: '<!DOCTYPE x SYSTEM "file:///etc/hostname">' + text,
            lambda text: text.replace('<row r="2"', '<row r="1"'),
            lambda text: text.replace('<row r="2"', '<row r="two"'),
            lambda text: text.replace('<c r="B2"', '<c r="A2"'),
            lambda text: text.replace("sheetData", "otherData"),
            lambda text: text.replace("<sheetData>", "<sheetData>text"),
            lambda text: text.replace("<sheetData>", "<sheetData><cell/>"),
            lambda text: text.replace('<row r="3"', '<cell/><row r="3"'),
            lambda text: text.replace("</sheetData>", "</sheetDat>"),
            lambda text: text.replace(
                "<sheetData>", '<cols><col min="x" style="1"/></cols><sheetData>'
            ),
        ],
    )
    def test_a_part_that_cannot_be_read_is_named(self, change: Change) -> None:
        error = refusal(with_sheet(change))
        assert isinstance(error, BrokenPart)
        assert SHEET in str(error)

    def test_a_part_that_is_missing_is_named(self) -> None:
        rest = {name: text for name, text in parts(book()).items() if name != SHEET}
        assert "is missing" in str(refusal(zipped(rest)))

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_any_damage_is_a_sentence_or_harmless(self, data: st.DataObject) -> None:
        whole = parts(book())
        name = data.draw(st.sampled_from(sorted(whole)))
        text = bytearray(whole[name])
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(text)))
            stop = start + data.draw(st.integers(0, 12))
            text[start:stop] = data.draw(st.sampled_from([b"", b"<", b"9", b'"', b"A1", b"\xff"]))
        _survives(zipped({**whole, name: bytes(text)}))

    @settings(max_examples=60, deadline=None)
    @given(st.integers(0, 6000), st.binary(max_size=8))
    def test_any_damage_to_the_zip_is_a_sentence_or_harmless(self, at: int, junk: bytes) -> None:
        data = book()
        _survives(data[:at] + junk + data[at + len(junk) :])


def _survives(data: bytes) -> None:
    """Update a damaged file: refused with our sentence, else everybody is in what was written."""
    try:
        after, report = updated(data, ANN, BOB, contact(4))
    except ContactsError:
        return
    there = opened(BytesIO(after)).existing
    ids = [row[list(there.header).index("id")] for row in there.rows]
    came = {ANN.id, BOB.id, contact(4).id}
    assert len(came - {*ids}) == report.without_room
    assert updated(after, ANN, BOB, contact(4))[0] == after


class TestTables:
    def test_a_workbook_without_a_table_is_refused(self) -> None:
        assert isinstance(refusal(saved(Workbook())), NoTable)

    def test_a_table_of_another_name_is_found_by_its_titles(self) -> None:
        named = replaced(book(), {TABLE: lambda t: t.replace('"Contacts"', '"People"')})
        assert opened(BytesIO(named)).table.name == "People"

    def test_several_tables_that_could_be_meant_are_named(self) -> None:
        error = refusal(_two_tables("One", "Two"))
        assert isinstance(error, NoTable)
        assert "One, Two" in str(error)

    def test_the_table_called_contacts_is_preferred(self) -> None:
        assert opened(BytesIO(_two_tables("Other", "contacts"))).table.name == "contacts"

    def test_a_table_filled_by_a_query_is_refused(self) -> None:
        query = replaced(
            book(), {TABLE: lambda t: t.replace(" id=", ' tableType="queryTable" id=', 1)}
        )
        assert isinstance(refusal(query), FilledByQuery)

    def test_a_missing_id_title_is_refused_before_anything_is_asked(self) -> None:
        assert isinstance(refusal(book(header=("ID", *HEADER[1:]))), IdTitleMissing)

    def test_a_title_that_stands_twice_is_refused(self) -> None:
        assert isinstance(refusal(book(header=("id", "name", "name", "type", "n"))), TitleTwice)

    def test_ids_made_by_a_formula_are_refused(self) -> None:
        assert isinstance(refusal(book(formulas={"id": "1"})), IdsAreFormulas)

    def test_titles_that_disagree_are_refused(self) -> None:
        error = refusal(with_sheet(lambda t: t.replace("<t>name</t>", "<t>title</t>")))
        assert isinstance(error, TitlesDisagree)
        assert '"title"' in str(error)

    def test_a_list_of_columns_that_is_too_short_is_refused(self) -> None:
        cut = replaced(book(), {TABLE: lambda t: t.replace('ref="A1:E3"', 'ref="A1:XFD1048576"')})
        assert isinstance(refusal(cut), BrokenPart)


def _two_tables(one: str, other: str) -> bytes:
    made = Workbook()
    sheet = made.worksheets[0]
    for row in (["id", "name", "", "id", "name"], ["1", "a", "", "2", "b"]):
        sheet.append(row)
    sheet.add_table(Table(displayName=one, ref="A1:B2"))
    sheet.add_table(Table(displayName=other, ref="D1:E2"))
    return saved(made)


class TestSheets:
    @pytest.mark.parametrize("yes", ["1", "true"])
    def test_a_protected_sheet_is_refused(self, yes: str) -> None:
        locked = f'</sheetData><sheetProtection sheet="{yes}"/>'
        error = refusal(with_sheet(lambda text: text.replace("</sheetData>", locked)))
        assert isinstance(error, SheetProtected)
        assert '"Contacts"' in str(error)

    def test_merged_cells_in_the_table_are_refused(self) -> None:
        error = refusal(book(dress=lambda sheet: sheet.merge_cells("E2:F2")))
        assert isinstance(error, MergedCells)
        assert "E2:F2" in str(error)

    def test_merged_cells_elsewhere_are_nobodys_business(self) -> None:
        assert updated(book(dress=lambda sheet: sheet.merge_cells("G1:H2")), ANN, BOB, EVE)
