"""What hostile and honest workbooks cost, measured: processor time and memory of a whole update."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.ooxml.update_files import SHEET, TABLE, book, replaced
from workbook.contacts.columns import Table
from workbook.export import xlsx

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells the peak of a process"),
]

SECONDS, MEMORY = 5, 300 << 10  # of an input of 64 KB; memory in KiB
REFUSED = 700 << 10  # KiB
A_ROW = 4  # KiB of memory for a row of an honest book
UPDATE = """
import resource, sys
from io import BytesIO
from tests.ooxml.update_files import ANN, BOB, EVE, updated
from workbook.errors import ContactsError
from workbook.merge.model import UpdateOptions
try:
    adopted = UpdateOptions(adopt=True)  # whoever is in it
    updated(open(sys.argv[1], "rb").read(), ANN, BOB, EVE, options=adopted)
except ContactsError as error:
    print(type(error).__name__)
else:
    print("updated")
used = resource.getrusage(resource.RUSAGE_SELF)
peak = [line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")]
print(used.ru_utime + used.ru_stime, peak[0])  # ru_maxrss knows of the parent's memory, too
"""


def cost(data: bytes, path: Path) -> tuple[str, float, int]:
    """Return what came of an update, its seconds of processor time and its memory in KiB."""
    path.write_bytes(data)
    command = [sys.executable, "-c", UPDATE, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    outcome, seconds, memory = done.stdout.split()
    return outcome, float(seconds), int(memory)


def rows(cells: str, count: int) -> Callable[[str], str]:
    """Return what adds rows to a sheet."""
    return lambda part: part.replace("</sheetData>", f"<row>{cells}</row>" * count + "</sheetData>")


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        ("", 300_000),
        ("<c><v>1</v></c>" * 100, 400),
        ("<c><f>COUNTA(Contacts[id])</f><v>1</v></c>" * 50, 800),
        ('<c><f t="array" ref="Z9:DU108">B2</f><v>1</v></c>' * 9, 2_000),
        (f"<c><f>{'+'.join(['B2', 'A:A'] * 1_000)}</f></c>", 3_000),
        ('<c s="1"/>' * 900, 100),
    ],
)
def test_small_files_cost_little(cells: str, count: int, tmp_path: Path) -> None:
    data = replaced(book(), {SHEET: rows(cells, count)})
    assert len(data) <= 64 << 10
    _, seconds, memory = cost(data, tmp_path / "small.xlsx")
    assert seconds <= SECONDS
    assert memory <= MEMORY


def large(what: str) -> bytes:
    """Return a file of some megabytes that asks for far more than it may have."""
    noise = "".join(f"<row><c><v>{hash((what, at))}</v></c></row>" for at in range(400_000))
    bombs = {
        "many cells": "<row><c/></row>" * 8_000_000,
        "long text": f"<row><c t='inlineStr'><is><t>{'x' * (300 << 20)}</t></is></c></row>",
        "one row": f"<row>{'<c/>' * 9_000_000}</row>",
        "elements before the rows": "",
    }
    before = "<a/>" * 9_000_000 if what == "elements before the rows" else ""
    put = rows("", 0)
    return replaced(
        book(),
        {
            SHEET: lambda part: (
                put(part)
                .replace("<sheetData>", f"{before}<sheetData>")
                .replace("</sheetData>", f"{noise}{bombs[what]}</sheetData>")
            )
        },
    )


@pytest.mark.parametrize("what", ["many cells", "long text", "one row", "elements before the rows"])
def test_a_large_file_takes_memory_for_its_rows_and_a_refused_one_little(
    what: str, tmp_path: Path
) -> None:
    outcome, _, memory = cost(large(what), tmp_path / "large.xlsx")
    assert memory <= (A_ROW * 400_000 if outcome == "updated" else REFUSED)


def test_forty_mebibytes_of_shared_strings_are_read(tmp_path: Path) -> None:
    count = 900_000
    texts = "".join(f"<si><t>{at:07}@c.us and a long name with it</t></si>" for at in range(count))
    assert len(texts) >= 40 << 20
    sst = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{texts}</sst>'
    arrow = '<Relationship Id="s" Type="x/sharedStrings" Target="sharedStrings.xml"/>'
    cells = "".join(f'<row><c t="s"><v>{at}</v></c></row>' for at in range(count))
    data = replaced(
        book(),
        {
            "xl/_rels/workbook.xml.rels": lambda part: part.replace(
                "</Relationships>", f"{arrow}</Relationships>"
            ),
            "xl/sharedStrings.xml": lambda _: sst,
            SHEET: lambda part: part.replace("</sheetData>", f"{cells}</sheetData>"),
            TABLE: lambda part: part.replace("E3", f"E{count + 3}"),
        },
    )
    outcome, _, memory = cost(data, tmp_path / "strings.xlsx")
    assert outcome == "updated"
    assert memory <= A_ROW * count


def test_the_longest_honest_book_is_updated(tmp_path: Path) -> None:
    count = 1_048_000
    values = ((f"{number}@c.us", "Anna") for number in range(1, count + 1))
    out = BytesIO()
    xlsx.write(Table(("id", "name"), values, count), out)
    outcome, _, memory = cost(out.getvalue(), tmp_path / "long.xlsx")
    assert outcome == "updated"
    assert memory <= A_ROW * count
