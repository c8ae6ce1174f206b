"""What people type as their name stays text, in every format, on Excel's sheet and on a terminal.

CWE-1236 (formulas in files), OWASP ASVS 5.0 1.2.10, CWE-150 (escape sequences), CWE-93 (line
breaks in vCards), Unicode UTS 36 (bidirectional overrides).
"""

from __future__ import annotations

import csv as stdlib_csv
import json as stdlib_json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from io import BytesIO, StringIO
from itertools import permutations
from pathlib import Path

import openpyxl
import pytest
import vobject
import xlwings as xw

from addin.excel import sheet as sheets
from tests.cli.command import Ran, getcontacts, use
from tests.export.xlsx_files import SHEET, SHOP, loaded, parts, sheet_of, texts, written
from tests.hosts.excel_engine import running
from tests.hosts.libreoffice import convert, needs_libreoffice
from tests.hosts.ooxml_validator import needs_validator, problems
from tests.proof import corpus
from tests.proof.report import tried
from workbook.cli import console
from workbook.contacts.columns import PRESETS, build
from workbook.contacts.contact import Contact
from workbook.contacts.summary import summarize
from workbook.export import csv, json, vcard
from workbook.simulator.simulator import Simulator

NAMES = corpus.names()
WRITABLE = [*NAMES, *corpus.SURROGATES]
TOO_LONG = sum(len(name.encode("utf-16-le")) > 2 * 32_767 for name in NAMES)
HOSTILE_FEW = [*corpus.TERMINAL, *corpus.BIDI, *corpus.VCARD]


def people(names: Sequence[str]) -> list[Contact]:
    """Return people of whom everything that is text is one of these names."""
    return [
        Contact(f"4915{number:09}@c.us", name, name[::-1], name[:30])
        for number, name in enumerate(names, 100_000_000)
    ]


def workbook_of(names: Sequence[str]) -> bytes:
    table = build(people(names), SHOP, PRESETS["full"])
    return written(table, summary=summarize(people(names), SHOP))


def test_no_name_is_more_than_text_in_a_workbook() -> None:
    content = workbook_of(WRITABLE)
    xml = parts(content)[SHEET]
    for telltale in ("<f>", "<f ", 't="e"', 't="b"', 't="n"', "<hyperlink"):
        assert telltale not in xml
    for sheet in loaded(content):
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}
        assert not sheet._hyperlinks  # type: ignore[attr-defined]  # the stubs miss it
    tried("text", 3 * len(WRITABLE))


def test_every_name_comes_back_from_a_workbook_letter_by_letter() -> None:
    table = build(people(WRITABLE), SHOP)
    made = [tuple(row) for row in build(people(WRITABLE), SHOP).rows]
    assert texts(sheet_of(written(table))) == made
    changed = sum(row[1] != name for row, name in zip(made, WRITABLE, strict=True))
    assert changed == len(corpus.SURROGATES) + TOO_LONG == 4
    assert table.altered["lone surrogate replaced"] == 3 * len(corpus.SURROGATES)
    tried("text", len(WRITABLE))


@needs_validator
def test_microsofts_validator_finds_nothing_wrong(tmp_path: Path) -> None:
    path = tmp_path / "names.xlsx"
    path.write_bytes(workbook_of(WRITABLE))
    assert problems(path) == []
    tried("text", len(WRITABLE))


@needs_libreoffice
def test_libreoffice_reads_every_name_of_a_workbook_as_text(tmp_path: Path) -> None:
    path = tmp_path / "names.xlsx"
    path.write_bytes(workbook_of(WRITABLE))
    sheet = openpyxl.load_workbook(convert(path, "xlsx", tmp_path / "again")).worksheets[0]
    again = list(sheet.iter_rows(min_row=2, max_col=3))
    assert not [cell.value for row in again for cell in row if cell.data_type not in "sn"]
    read = [plain(str(row[1].value or "")) for row in again]
    assert read == [plain(str(row[1])) for row in build(people(WRITABLE), SHOP).rows]
    tried("text", len(WRITABLE))


def plain(text: str) -> str:
    """Return a text without what LibreOffice itself does not keep or escapes in its own way."""
    return re.sub("[\x00-\x1f\ufffe\uffff]|_?x[0-9A-Fa-f]{4}_", "", text).strip()


def csv_of(names: Sequence[str], delimiter: str = ",") -> tuple[bytes, Counter[str]]:
    out, table = BytesIO(), build(people(names), SHOP)
    csv.write(table, out, delimiter=delimiter)
    return out.getvalue(), table.altered


def decoded(content: bytes) -> StringIO:
    return StringIO(content.decode("utf-8-sig"), newline="")


@needs_libreoffice
def test_libreoffice_finds_no_formula_in_csv(tmp_path: Path) -> None:
    names = [name for name in WRITABLE if "\x00" not in name]
    (tmp_path / "names.csv").write_bytes(csv_of(names)[0])
    book = openpyxl.load_workbook(convert(tmp_path / "names.csv", "xlsx", tmp_path / "again"))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert len(cells) >= 4 * len(names)
    assert not [cell.value for cell in cells if cell.data_type in "fe"]
    tried("text", 3 * len(names))


@pytest.mark.parametrize(("delimiter", "separator"), [*permutations(",;\t", 2)])
def test_csv_taken_apart_at_another_separator_holds_no_formula_either(
    delimiter: str, separator: str
) -> None:
    content, _ = csv_of(WRITABLE, delimiter)
    fields = re.split(f"[{separator}\r\n]", content.decode("utf-8-sig"))
    bare = [field.strip().strip('"\u200b\ufeff \xa0') for field in fields]
    assert not [field for field in bare if field.startswith(("=", "+", "@", "＝", "＋", "＠"))]
    tried("text", len(fields))


def test_every_name_that_csv_changes_is_counted() -> None:
    names = [name for name in NAMES if "'" not in name]
    content, altered = csv_of(names)
    fields = [field for row in stdlib_csv.reader(decoded(content)) for field in row]
    assert altered["apostrophe before a possible formula"] == sum("'" in each for each in fields)


def test_every_name_makes_one_card_with_one_phone() -> None:
    out = BytesIO()
    vcard.write(people(WRITABLE), out)
    cards = list(vobject.readComponents(out.getvalue().decode()))
    phones = [[line.value for line in card.contents["tel"]] for card in cards]
    assert phones == [[f"+4915{n:09}"] for n in range(100_000_000, 100_000_000 + len(WRITABLE))]
    assert {key for card in cards for key in card.contents} == {
        "version",
        "fn",
        "n",
        "tel",
        "categories",
    }
    tried("text", len(WRITABLE))


def test_every_name_comes_back_from_json() -> None:
    out = BytesIO()
    json.write(build(people(NAMES), SHOP), out)
    names = [row["name"] for row in stdlib_json.loads(out.getvalue())]
    assert names == [row[1] for row in build(people(NAMES), SHOP).rows]
    tried("text", len(NAMES))


def test_excel_takes_no_name_for_anything_else() -> None:
    # the corpus' empty text is a blank cell, and the longest of all is as long as a cell may be
    made = [tuple(row) for row in build(people(WRITABLE), SHOP).rows]
    with running() as excel:
        sheets.create(xw.Book.caller(), build(people(WRITABLE), SHOP))
        rows = excel.sheet("Contacts").values(f"A2:D{len(made) + 1}")
    # where a cell has a formula, that is what stands here
    assert [tuple(value or "" for value in row) for row in rows] == made
    tried("text", 4 * len(rows))


def service_of(names: Sequence[str]) -> Simulator:
    rows = [
        {"id": each.id, "name": each.name, "contactName": each.contact_name, "type": each.type}
        for each in people(names)
    ]
    return Simulator(contacts=rows, rate=0)


def steering(said: str) -> set[str]:
    """Return the characters of a text that would steer a terminal or turn its lines around."""
    kinds = {c: unicodedata.category(c) for c in said if c not in "\n\u200c\u200d"}
    return {c for c, kind in kinds.items() if kind in ("Cc", "Cf", "Zl", "Zp")}


def told(ran: Ran, code: int = 0) -> str:
    """Return what a run showed, when it ended as it should."""
    assert ran.code == code, ran.stderr
    return ran.stderr + ran.out


def test_no_name_steers_the_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = HOSTILE_FEW
    with service_of(names) as before:
        use(before, monkeypatch)
        shown = told(getcontacts("export", "one.csv"))
    with service_of(names[1:] + names[:1]) as after:
        use(after, monkeypatch)
        monkeypatch.setenv("GREEN_API_ID_INSTANCE", before.id_instance)
        shown += told(getcontacts("export", "two.csv", "--accept-loss"))
    shown += told(getcontacts("changes"))
    for contact in people(names):
        shown += told(getcontacts("history", contact.id))
    shown += told(getcontacts("resolve", "--maybe"))
    assert len(shown.splitlines()) > 4 * len(names)
    assert steering(shown) == set()
    tried("text", 4 * len(names))


def test_no_name_steers_the_preview(capsys: pytest.CaptureFixture[str]) -> None:
    rows = [list(row) for row in build(people(HOSTILE_FEW), SHOP).rows]
    console.preview(["id", "name", "contactName", "type"], rows)
    shown = capsys.readouterr().out
    assert shown.count("\n") < len(rows) + 8, "one line a person"
    assert steering(shown) == set()
    tried("text", len(rows))


@pytest.mark.parametrize("text", corpus.TERMINAL)
def test_no_argument_steers_the_terminal(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with service_of(["Anna"]) as service:
        use(service, monkeypatch)
        assert getcontacts("export", "one.csv").code == 0
    for words in (
        ["export", "--account", text],
        ["export", "--columns", text],
        ["export", "--sort", text],
        ["export", f"no folder {text}/x.csv"],
        ["export", f"x.{text}"],
        ["changes", "--since", text],
        ["history", text],
        ["logout", text],
        ["resolve", "--apart", text],
        [text],
        [f"--{text}"],
    ):
        ran = getcontacts(*words)
        assert ran.code in (2, 3), (words, ran.stderr)
        assert steering(ran.stderr + ran.out) == set(), words
    tried("words", 11)


@pytest.mark.parametrize("words", [["export", "-", "--format", "csv"], ["changes", "--csv"]])
def test_data_for_a_terminal_is_made_harmless_data_for_a_pipe_is_not(
    words: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with service_of(["Anna"]) as before:
        use(before, monkeypatch)
        assert getcontacts("export", str(tmp_path / "one.csv")).code == 0
    with service_of(HOSTILE_FEW) as service:
        use(service, monkeypatch)
        monkeypatch.setenv("GREEN_API_ID_INSTANCE", before.id_instance)
        assert getcontacts("export", str(tmp_path / "one.csv")).code == 0
        assert "\x1b" in getcontacts(*words).out
        assert steering(getcontacts(*words, terminal=True).out) == set()


def test_no_type_steers_the_terminal_from_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service_of(HOSTILE_FEW) as service:
        use(service, monkeypatch)
        shown = told(getcontacts("export", str(tmp_path / "one.csv"), "--json"))
    assert len(stdlib_json.loads(shown)["rows"]) > len(HOSTILE_FEW) // 2
    assert steering(shown) <= {"\x7f"}, "a terminal shows nothing for it"
