"""`export --exclude`: people who must not be written to are left out, whatever file names them."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from tests.cli.command import getcontacts, use
from workbook.contacts import exclusion
from workbook.contacts.contact import Contact
from workbook.contacts.identity import Pair
from workbook.errors import WrongUsage
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator

ANN, BOB, EVE = "12025550101@c.us", "12025550102@c.us", "12025550103@c.us"
PEOPLE = [person(ANN, "Ann"), person(BOB, "Bob"), person(EVE, "Eve")]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def ids(path: str) -> list[str]:
    return [str(row[0]) for row in openpyxl.load_workbook(path)["Contacts"].values][1:]


def book_of(title: str, *values: str) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (("note", title), *(("no", value) for value in values)):
        sheet.append(row)
    book.save("stop.xlsx")


@pytest.mark.parametrize(
    "text", [f"{BOB}\n", "+1 202-555-0102\n", "name;Phone\nBob;0012025550102\n"]
)
def test_a_person_is_left_out_by_id_and_by_phone(
    text: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "stop.txt").write_text(text)
    with Simulator(contacts=PEOPLE, rate=0) as service:
        use(service, monkeypatch)
        assert getcontacts("export", "-q", "a.xlsx", "--exclude", "stop.txt").code == 0
    assert ids("a.xlsx") == [ANN, EVE]


def test_a_column_of_a_workbook_names_them_and_rows_there_are_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    book_of("phone", "+12025550102", "+12025550103")
    with Simulator(contacts=PEOPLE[:2], rate=0) as service:
        use(service, monkeypatch)
        assert getcontacts("export", "-q", "a.xlsx").code == 0
        service.contacts = PEOPLE
        ran = getcontacts("export", "a.xlsx", "--update", "--exclude", "stop.xlsx")
    assert ran.code == 0
    assert ids("a.xlsx") == [ANN, BOB]
    assert "still in the table, for you to delete: Bob." in ran.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "names nobody"),
        (b"\n \n", "names nobody"),
        (b"\xff\xfe\x00", "cannot be read"),
        (b"12025550101@c.us\nBob\n", "Line 2 names nobody"),
    ],
)
def test_a_file_that_leaves_out_nobody_is_refused_before_any_call(
    content: bytes, said: str, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "stop.txt").write_bytes(content)
    with Simulator(rate=0) as service:
        use(service, monkeypatch)
        ran = getcontacts("export", "a.csv", "--exclude", "stop.txt")
        missing = getcontacts("export", "a.csv", "--exclude", "nowhere.xlsx")
    assert (ran.code, missing.code) == (2, 2)
    assert said in ran.stderr
    assert service.calls == []


def test_a_person_is_left_out_under_every_id() -> None:
    lid = "100000000000001@lid"
    pair = Pair(ANN, lid, "list", datetime(2026, 11, 27, tzinfo=UTC))
    excluded = exclusion.of([(1, "+12025550101")]).with_pairs([pair])
    assert excluded.names(Contact(lid))
    assert not excluded.names(Contact("100000000000002@lid"))


def test_a_text_that_means_nobody_is_no_exclusion() -> None:
    with pytest.raises(WrongUsage, match="Line 3"):
        exclusion.of([(1, ANN), (3, "somebody")])
