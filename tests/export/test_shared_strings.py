"""The strings of a new workbook: shared, each where it belongs, in memory that does not grow."""

from __future__ import annotations

import json
import re
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from tests.export.xlsx_files import BELIEVABLE, full_workbook, loaded, parts, table_of, written
from tests.hosts.exceljs import run_node
from workbook.contacts.contact import Contact
from workbook.export import shared_strings
from workbook.export.shared_strings import PART, SharedStrings

READ = """
const ExcelJS = require('exceljs');
(async () => {
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(JSON.parse(require('fs').readFileSync(0, 'utf8')));
  const told = {};
  book.eachSheet(sheet => {
    told[sheet.name] = [];
    sheet.eachRow(row => row.eachCell(cell => told[sheet.name].push([cell.address, cell.text])));
  });
  console.log(JSON.stringify(told));
})();
"""


def items(content: bytes) -> list[str]:
    return re.findall("<si><t[^>]*>(.*?)</t></si>", parts(content)[PART], re.S)


def test_no_string_stands_in_a_cell() -> None:
    assert not [name for name, xml in parts(full_workbook()).items() if "inlineStr" in xml]


def test_a_string_that_comes_again_is_kept_once() -> None:
    content = written(table_of(*((f"{n}@c.us", "Ann", "", "user") for n in range(600))))
    assert items(content).count("Ann") == items(content).count("user") == 1
    assert len(items(content)) == 4 + 600 + 2


def test_beyond_a_bounded_table_strings_may_come_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_strings, "KNOWN", 100)
    rows = [(f"{n}@c.us", f"N{n % 500}", "", "user") for n in range(1_000)]
    content = written(table_of(*rows))
    assert items(content).count("N0") == 1
    assert items(content).count("N400") == 2
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    assert [cell.value for cell in sheet["B"]][1:] == [row[1] for row in rows]


def test_no_count_is_guessed() -> None:
    xml = parts(full_workbook())[PART]
    assert "count" not in xml.partition("<si>")[0].lower()


def test_the_part_is_named_where_others_look_for_it() -> None:
    texts = parts(full_workbook())
    assert 'PartName="/xl/sharedStrings.xml"' in texts["[Content_Types].xml"]
    assert 'Target="sharedStrings.xml"' in texts["xl/_rels/workbook.xml.rels"]


@given(st.lists(st.lists(st.text(min_size=1, max_size=3), min_size=1, max_size=9), max_size=9))
def test_each_number_leads_to_its_string(batches: list[list[str]]) -> None:
    strings = SharedStrings()
    told = [strings.numbers([each.encode() for each in batch]) for batch in batches]
    kept = b"".join(strings.part()).split(b'<t xml:space="preserve">')[1:]
    strings.close()
    found = [
        [kept[int(at)].partition(b"</t></si>")[0].decode() for at in numbers] for numbers in told
    ]
    assert found == batches


def test_strings_are_not_held_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_strings, "IN_MEMORY", 10)
    assert len(items(full_workbook())) > 20


@pytest.mark.validator
def test_exceljs_reads_every_cell(tmp_path: Path) -> None:
    odd = Contact("49151@c.us", " <&> \U0001f600\ntwo ", "=1+1", "user")
    path, script = tmp_path / "contacts.xlsx", tmp_path / "read.js"
    path.write_bytes(full_workbook([*BELIEVABLE, odd]))
    script.write_text(READ, encoding="utf-8")
    told = json.loads(run_node(script, json.dumps(str(path))))
    book = loaded(path.read_bytes())
    assert [*told] == book.sheetnames
    for sheet in book.worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
        assert [at for at, _ in told[sheet.title]] == [cell.coordinate for cell in cells]
        texts = dict(told[sheet.title])
        for cell in cells:
            assert cell.data_type != "s" or texts[cell.coordinate] == unescape(str(cell.value))
