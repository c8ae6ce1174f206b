"""What hostile and honest workbooks cost, measured: processor time and memory of a whole update."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from tests.ooxml.update_files import SHEET, book, replaced
from workbook.contacts.columns import Table
from workbook.export import xlsx

pytestmark = pytest.mark.long

SECONDS, MEMORY = 5, 300 << 10  # of an input of 64 KB; memory in KiB
A_ROW = 4  # KiB of memory for a row of an honest book
UPDATE = """
import resource, sys
from io import BytesIO
from tests.ooxml.update_files import ANN, BOB, EVE, updated
from workbook.errors import ContactsError
try:
    updated(open(sys.argv[1], "rb").read(), ANN, BOB, EVE)
except ContactsError as error:
    print(type(error).__name__)
else:
    print("updated")
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, used.ru_maxrss)
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
    ],
)
def test_small_files_cost_little(cells: str, count: int, tmp_path: Path) -> None:
    data = replaced(book(), {SHEET: rows(cells, count)})
    assert len(data) <= 64 << 10
    _, seconds, memory = cost(data, tmp_path / "small.xlsx")
    assert seconds <= SECONDS
    assert memory <= MEMORY


def test_the_longest_honest_book_is_updated(tmp_path: Path) -> None:
    count = 1_048_000
    values = ((f"{number}@c.us", "Anna") for number in range(1, count + 1))
    out = BytesIO()
    xlsx.write(Table(("id", "name"), values, count), out)
    outcome, _, memory = cost(out.getvalue(), tmp_path / "long.xlsx")
    assert outcome == "updated"
    assert memory <= A_ROW * count
