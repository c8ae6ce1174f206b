"""`getcontacts export --update`: a sheet that people write in, kept up to date."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import TableColumn

from tests.cli.command import getcontacts, use
from tests.hosts.libreoffice import needs_libreoffice
from tests.ooxml.update_files import book, read
from workbook.files import owner_files
from workbook.simulator.people import group, lid_of, person
from workbook.simulator.simulator import Simulator

ANNA, BEN, TEAM = "4915100000001@c.us", "4915100000002@c.us", "120363043968066561@g.us"
BOOK = "book.xlsx"


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve three contacts, already written into a book in which the user made notes."""
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as simulator:
        simulator.contacts = [person(ANNA, "Anna"), person(BEN, "Ben"), group(TEAM, "Team")]
        use(simulator, monkeypatch)
        getcontacts("export", BOOK)
        take_notes()
        yield simulator


def take_notes() -> None:
    """Add a column `note` to the table, and a note for each row."""
    book = openpyxl.load_workbook(BOOK)
    sheet = book["Contacts"]
    for row, text in enumerate(("note", "likes tea", "owes 5", "our team"), start=1):
        sheet.cell(row, 5, text)
    table = sheet.tables["Contacts"]
    table.ref = table.autoFilter.ref = "A1:E4"
    table.tableColumns.append(TableColumn(id=5, name="note"))
    book.save(BOOK)


def rows() -> dict[object, tuple[object, ...]]:
    lines = openpyxl.load_workbook(BOOK)["Contacts"].iter_rows(values_only=True)
    return {line[0]: line[1:] for line in lines}


def test_notes_stay_with_their_people(service: Simulator) -> None:
    service.contacts = [
        group(TEAM, "Team 2"),
        person("4915100000003@c.us", "Carl"),
        person(BEN, "Benjamin"),
        person(ANNA, "Anna"),
    ]
    ran = getcontacts("export", BOOK, "--update")
    assert ran.code == 0, ran.stderr
    assert rows()[ANNA] == ("Anna", None, "user", "likes tea")
    assert rows()[BEN] == ("Benjamin", None, "user", "owes 5")
    assert rows()[TEAM] == ("Team 2", None, "group", "our team")
    assert rows()["4915100000003@c.us"][0] == "Carl"
    assert "1 new" in ran.stderr


@pytest.mark.parametrize("as_sent", [int, str])
def test_who_is_hidden_now_with_the_phone_beside_it_keeps_row_and_notes(
    service: Simulator, as_sent: type
) -> None:
    hidden = person(lid_of("4915100000002"), "Ben")
    service.contacts = [person(ANNA, "Anna"), {**hidden, "phoneNumber": as_sent("4915100000002")}]
    ran = getcontacts("export", BOOK, "--update")
    assert ran.code == 0, ran.stderr
    assert rows()[hidden["id"]] == ("Ben", None, "user", "owes 5")
    assert BEN not in rows()
    service.contacts = [person(ANNA, "Anna"), person(BEN, "Ben")]
    getcontacts("export", BOOK, "--update")
    assert rows()[BEN] == ("Ben", None, "user", "owes 5")


@pytest.mark.parametrize("hidden", [0, "", None])
def test_a_number_that_stays_hidden_is_somebody_else(service: Simulator, hidden: object) -> None:
    stranger = {**person(lid_of("4915100000002"), "Ben"), "phoneNumber": hidden}
    service.contacts = [person(ANNA, "Anna"), group(TEAM, "Team"), stranger]
    getcontacts("export", BOOK, "--update")
    assert rows()[BEN][-1] == "owes 5"
    assert rows()[stranger["id"]] == ("Ben", None, "user", None)


def test_a_list_that_changes_nothing_leaves_the_same_bytes(service: Simulator) -> None:
    before = Path(BOOK).read_bytes()
    ran = getcontacts("export", BOOK, "--update", "--backup")
    assert ran.code == 0
    assert f"with the list of {datetime.now():%Y-%m-%d }" in ran.stderr
    assert "nothing was written" in ran.stderr
    assert Path(BOOK).read_bytes() == before
    assert not Path(f"{BOOK}.bak").exists()


def test_somebody_who_is_missing_is_kept_and_told(service: Simulator) -> None:
    service.contacts = [person(ANNA, "Anna")]
    ran = getcontacts("export", BOOK, "--update")
    assert rows()[BEN][-1] == "owes 5"
    assert "2 rows kept, of people who are not in the list now." in ran.stderr


def test_another_book_in_the_place_of_ours_keeps_the_users_columns(service: Simulator) -> None:
    assert getcontacts("export", "full.xlsx", "--columns", "full").code == 0
    users = (ANNA, "my own status", "call after 5")
    Path("full.xlsx").write_bytes(book([users, (BEN, None, None)], ("id", "status", "phone")))
    ran = getcontacts("export", "full.xlsx", "--update")
    assert "Left alone as yours" in ran.stderr
    assert read(Path("full.xlsx").read_bytes())[1] == users


def test_columns_that_are_asked_for_are_added_and_kept_up_to_date(service: Simulator) -> None:
    ran = getcontacts("export", BOOK, "--update", "--columns", "basic,phone")
    assert "Columns added at the right end: phone." in ran.stderr
    assert rows()[ANNA][-1] == "+4915100000001"
    service.contacts = [person(ANNA, "Anna"), person("4915100000042@c.us", "Neo")]
    getcontacts("export", BOOK, "--update")
    assert rows()["4915100000042@c.us"][-1] == "+4915100000042"


def test_columns_that_were_not_asked_for_are_not_added(service: Simulator) -> None:
    Path("few.xlsx").write_bytes(book([(ANNA, "mine")], ("id", "notes")))
    ran = getcontacts("export", "few.xlsx", "--update")
    assert "Not in the table, and not added: name, contactName, type." in ran.stderr


def test_a_column_of_ours_that_was_deleted_is_the_users_when_it_comes_again(
    service: Simulator,
) -> None:
    getcontacts("export", "mine.xlsx", "--columns", "id,status")
    Path("mine.xlsx").write_bytes(book([(ANNA, None)], ("id", "notes")))
    getcontacts("export", "mine.xlsx", "--update")
    Path("mine.xlsx").write_bytes(book([(ANNA, "new 2026-11-20")], ("id", "status")))
    getcontacts("export", "mine.xlsx", "--update")
    assert read(Path("mine.xlsx").read_bytes())[1] == (ANNA, "new 2026-11-20")


def test_the_summary_tells_of_the_whole_list_however_few_are_wanted(service: Simulator) -> None:
    getcontacts("export", "mine.xlsx")
    service.contacts = [person(ANNA, "Anna B."), person(BEN, "Ben"), group(TEAM, "Team")]
    assert (
        getcontacts("export", "mine.xlsx", "--update", "--type", "user", "--count", "1").code == 0
    )
    numbers = {line[0]: line[1] for line in read(Path("mine.xlsx").read_bytes(), "Summary")}
    assert (numbers["Contacts"], numbers["Groups"]) == ("3", "1")


def test_without_a_column_for_it_nobody_is_marked_and_the_way_is_told(service: Simulator) -> None:
    service.contacts = [person(ANNA, "Anna")]
    ran = getcontacts("export", BOOK, "--update", "--missing", "mark")
    assert "Nobody was marked as missing" in ran.stderr
    assert "--columns basic,status" in ran.stderr


def test_rows_that_are_marked_are_counted(service: Simulator) -> None:
    getcontacts("export", "marks.xlsx", "--columns", "basic,status")
    service.contacts = [person(ANNA, "Anna")]
    ran = getcontacts("export", "marks.xlsx", "--update", "--missing", "mark")
    assert "2 rows marked as not seen from now on." in ran.stderr
    assert "Nobody was marked" not in ran.stderr


def test_nobody_is_marked_by_an_answer_with_a_row_that_is_no_contact(service: Simulator) -> None:
    getcontacts("export", "marks.xlsx", "--columns", "basic,status")
    for rows_sent in (
        [person(ANNA, "Anna"), group(TEAM, "Team"), None],
        [person(ANNA, "A."), {}],
    ):
        service.contacts = json.dumps([*rows_sent, person(TEAM, "Team")]).encode()
        ran = getcontacts("export", "marks.xlsx", "--update", "--missing", "mark")
        assert ran.code == 0, ran.stderr
        assert "no contact" in ran.stderr
        assert "marked" not in ran.stderr.replace("nobody was marked", "")
    service.contacts = [person(ANNA, "Anna"), group(TEAM, "Team")]
    ran = getcontacts("export", "marks.xlsx", "--update", "--missing", "mark")
    assert "1 row marked as not seen from now on." in ran.stderr


def test_a_plain_export_does_not_replace_a_book_with_notes(service: Simulator) -> None:
    service.contacts = [person(ANNA, "Anna Berg")]
    getcontacts("export", BOOK, "--update")
    ran = getcontacts("export", BOOK)
    assert ran.code == 8
    assert rows()[ANNA][-1] == "likes tea"


def test_a_backup_is_the_book_as_it_was(service: Simulator) -> None:
    before = Path(BOOK).read_bytes()
    service.contacts = [person(ANNA, "Anna Berg")]
    getcontacts("export", BOOK, "--update", "--backup")
    assert Path(f"{BOOK}.bak").read_bytes() == before


def test_the_report_tells_what_was_updated(service: Simulator) -> None:
    service.contacts = [person(ANNA, "Anna Berg"), person(BEN, "Ben")]
    report = json.loads(getcontacts("export", BOOK, "--update", "--json").out)
    assert report["update"]["changed"] == 1
    assert report["update"]["unseen"] == [TEAM]
    assert report["update"]["written"] is True


def test_a_second_account_is_refused(service: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    before = Path(BOOK).read_bytes()
    with Simulator(rate=0, id_instance="1101000002") as other:
        use(other, monkeypatch)
        ran = getcontacts("export", BOOK, "--update")
    assert ran.code != 0
    assert "account" in ran.stderr
    assert Path(BOOK).read_bytes() == before


@pytest.mark.parametrize("columns", ["basic", "basic,account"])
def test_a_book_that_was_moved_is_not_taken_for_another_accounts(
    columns: str, service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    getcontacts("export", "mine.xlsx", "--columns", columns)
    before = Path("mine.xlsx").rename("moved.xlsx").read_bytes()
    others = [person(f"491520000000{n}@c.us", "Eve") for n in range(4)]
    with Simulator(rate=0, id_instance="1101000002", contacts=others) as second:
        use(second, monkeypatch)
        ran = getcontacts("export", "moved.xlsx", "--update")
    assert (ran.code, "account" in ran.stderr) == (8, True)
    assert Path("moved.xlsx").read_bytes() == before


def test_an_account_may_be_given_another_alias(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    getcontacts("export", "mine.xlsx", "--columns", "basic,account")
    lines = f"{service.api_url}\n{service.id_instance}\n{service.token}"
    assert getcontacts("login", "shop", "--stdin", stdin=lines).code == 0
    for name in ("GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE"):
        monkeypatch.delenv(name)
    ran = getcontacts("export", "mine.xlsx", "--update")
    assert ran.code == 0, ran.stderr
    people = read(Path("mine.xlsx").read_bytes())[1:]
    assert [row[4] for row in people] == ["shop"] * 3


def test_two_instances_under_one_alias_are_not_mixed(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    getcontacts("export", "mine.xlsx", "--columns", "basic,account")
    with Simulator(rate=0, id_instance="1101000002", contacts=[person(BEN, "B.")]) as second:
        use(second, monkeypatch)
        ran = getcontacts("export", "mine.xlsx", "--update")
        adopted = getcontacts("export", "mine.xlsx", "--update", "--adopt")
    assert (ran.code, "2 of the 3 people" in ran.stderr) == (8, True)
    assert adopted.code == 0, adopted.stderr


@pytest.mark.parametrize(
    "words",
    [
        [BOOK, "--backup"],
        [BOOK, "--missing", "mark"],
        [BOOK, "--update", "--missing", "remove"],
        ["no-such/folder.xlsx", "--update"],
        ["no-such.xlsm", "--update"],
        ["list.csv", "--update"],
        ["-", "--update"],
        ["-", "--update", "--format", "xlsx"],
        [BOOK, "--update", "--changes"],
    ],
)
def test_what_cannot_be_updated_is_refused_before_any_call(
    service: Simulator, words: list[str]
) -> None:
    calls = len(service.calls)
    ran = getcontacts("export", *words)
    assert ran.code == 2
    assert len(service.calls) == calls


def test_a_file_that_is_no_workbook_is_refused(service: Simulator) -> None:
    Path("notes.xlsx").write_text("my notes")
    ran = getcontacts("export", "notes.xlsx", "--update")
    assert ran.code in (2, 8)
    assert Path("notes.xlsx").read_text() == "my notes"


def test_changes_stand_on_a_sheet_of_their_own(service: Simulator) -> None:
    service.contacts = [person(ANNA, "=1+1")]
    getcontacts("export", "fresh.xlsx", "--changes")
    book = openpyxl.load_workbook("fresh.xlsx")
    assert book.sheetnames == ["Contacts", "Summary", "Changes"]
    told = list(book["Changes"].iter_rows(min_row=2))
    assert {row[6].value for row in told} >= {"=1+1"}
    assert {cell.data_type for row in told for cell in row} <= {"s", "n", "inlineStr", "d"}
    assert all(isinstance(row[0].value, datetime) for row in told)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("list.xls", "old format .xls; save it as .xlsx"),
        ("list.xlsb", "binary format .xlsb"),
        ("list.xltx", "is a template (.xltx)"),
        ("tool.xlam", "is an add-in"),
        ("list.ods", "OpenDocument format .ods; save it as .xlsx"),
    ],
)
def test_a_workbook_of_another_format_is_told_what_it_is(
    service: Simulator, name: str, words: str
) -> None:
    Path(name).write_bytes(b"mine")
    ran = getcontacts("export", name, "--update")
    assert ran.code == 8
    assert words in ran.stderr
    assert Path(name).read_bytes() == b"mine"


def test_recalculate_goes_with_an_update_alone(service: Simulator) -> None:
    ran = getcontacts("export", "new.xlsx", "--recalculate")
    assert ran.code == 2
    assert "--recalculate and --force-open go with --update" in ran.stderr


@needs_libreoffice
def test_recalculated_results_are_in_the_file_for_readers_that_compute_nothing(
    service: Simulator,
) -> None:
    book = openpyxl.load_workbook(BOOK)
    book.create_sheet("Sums")["A1"] = "=COUNTA(Contacts!A2:A99)"
    book.save(BOOK)
    names = {ANNA: "Anna", BEN: "Ben", "4915100000003@c.us": "Carl"}
    service.contacts = [group(TEAM, "Team"), *(person(id_, name) for id_, name in names.items())]
    ran = getcontacts("export", BOOK, "--update", "--recalculate")
    assert "Computed by LibreOffice: 1 result." in ran.stderr
    assert openpyxl.load_workbook(BOOK, data_only=True)["Sums"]["A1"].value == 4


def test_people_without_room_are_told_and_the_others_are_updated(service: Simulator) -> None:
    book = openpyxl.load_workbook(BOOK)
    book["Contacts"]["A5"] = "my total"
    book.save(BOOK)
    service.contacts = [person(ANNA, "Anna B."), person("4915100000003@c.us", "Carl")]
    ran = getcontacts("export", BOOK, "--update", "--accept-loss", "-q", "--strict")
    assert ran.code == 9
    assert ran.stderr.startswith(
        "getcontacts: 1 new person has no room below the table, for something in A5 is in the way"
    )
    assert rows()[ANNA][0] == "Anna B."
    assert "my total" in rows()


THERE, HERE = "another-computer.example", platform.node()


def lock(computer: str) -> Path:
    """Leave LibreOffice's lock file beside the book."""
    place = Path(f".~lock.{BOOK}#")
    place.write_text(f",anna,{computer},27.11.2026 06:00,file:///home/anna/.config/libreoffice/4;")
    return place


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Let LibreOffice run, or not, on this machine."""
    runs = [False]
    monkeypatch.setattr(owner_files, "office_runs", lambda: runs[0])
    return runs


@pytest.mark.parametrize(("computer", "runs"), [(THERE, False), (HERE, True), ("", False)])
def test_a_book_that_is_open_in_libreoffice_is_left_alone(
    service: Simulator, office: list[bool], computer: str, runs: bool
) -> None:
    office[0], beside, before = runs, lock(computer), Path(BOOK).read_bytes()
    service.calls.clear()
    ran = getcontacts("export", BOOK, "--update")
    assert ran.code == 8
    assert f"seems to be open in another program or on another computer, for {beside.name}" in (
        ran.stderr
    )
    assert (Path(BOOK).read_bytes(), service.calls) == (before, [])


@pytest.mark.skipif(os.name == "nt", reason="there Excel holds its file open, if it is open")
def test_a_book_that_is_open_in_excel_is_updated_only_if_the_user_is_sure(
    service: Simulator,
) -> None:
    Path(f"~${BOOK}").write_bytes(b"\x04Anna")
    service.contacts = [person(ANNA, "Anni"), person(BEN, "Ben"), group(TEAM, "Team")]
    assert getcontacts("export", BOOK, "--update").code == 8
    assert rows()[ANNA][0] == "Anna"
    assert getcontacts("export", BOOK, "--update", "--force-open").code == 0
    assert rows()[ANNA][0] == "Anni"


def test_a_lock_file_that_libreoffice_left_here_is_ignored_and_told(
    service: Simulator, office: list[bool]
) -> None:
    beside = lock(HERE)
    ran = getcontacts("export", BOOK, "--update")
    assert ran.code == 0
    said = f"{beside.name} was left beside it by a program that runs no more"
    assert ran.stderr.count(said) == 1
    assert beside.exists()


@pytest.mark.skipif(os.name == "nt", reason="links need a right there")
def test_a_book_behind_a_link_is_left_alone_where_it_is_open_under_either_name(
    service: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    Path("elsewhere/link.xlsx").symlink_to(tmp_path / BOOK)
    for beside in (Path("elsewhere/.~lock.link.xlsx#"), Path(f".~lock.{BOOK}#")):
        beside.write_text(f",anna,{THERE},27.11.2026 06:00,;")
        assert getcontacts("export", "elsewhere/link.xlsx", "--update").code == 8
        beside.unlink()
    assert getcontacts("export", "elsewhere/link.xlsx", "--update").code == 0


def test_force_open_goes_with_an_update_only(service: Simulator) -> None:
    ran = getcontacts("export", BOOK, "--force-open")
    assert (ran.code, "--force-open go with --update" in ran.stderr) == (2, True)


def test_a_file_that_is_not_there_is_made_so_that_cron_needs_one_command(
    service: Simulator,
) -> None:
    first = getcontacts("export", "new.xlsx", "--update")
    assert (first.code, "3 contacts" in first.stderr) == (0, True)
    service.contacts = [person(ANNA, "Anni"), person(BEN, "Ben"), group(TEAM, "Team")]
    second = getcontacts("export", "new.xlsx", "--update")
    assert "new.xlsx is up to date: 0 rows new, 1 changed" in second.stderr


def test_where_missing_people_are_to_be_marked_the_new_file_has_a_column_for_it(
    service: Simulator,
) -> None:
    words = ("new.xlsx", "--update", "--missing", "mark")
    getcontacts("export", *words)
    service.contacts = [person(ANNA, "Anna"), person(BEN, "Ben")]
    assert getcontacts("export", *words).code == 0
    sheet = openpyxl.load_workbook("new.xlsx")["Contacts"]
    assert sheet["E4"].value == "not seen"
    assert isinstance(sheet["F4"].value, datetime)


@pytest.mark.parametrize("words", [[], ["--columns", "full"]])
def test_a_book_with_notes_is_left_alone_and_update_is_the_first_way_on(
    service: Simulator, words: list[str]
) -> None:
    before = Path(BOOK).read_bytes()
    ran = getcontacts("export", BOOK, *words)
    assert ran.code == 8
    assert ran.stderr.index("--update (your notes stay)") < ran.stderr.index("--overwrite")
    assert Path(BOOK).read_bytes() == before


def test_a_book_that_cannot_be_updated_is_not_told_to_be(service: Simulator) -> None:
    Path("other.xlsx").write_text("mine")
    ran = getcontacts("export", "other.xlsx")
    assert (ran.code, "--update" in ran.stderr) == (8, False)


def test_the_demonstration_never_leads_to_replacing_a_book(service: Simulator) -> None:
    ran = getcontacts("demo", BOOK)
    assert ran.code == 8
    assert "Name another file: getcontacts demo" in ran.stderr
    assert "--overwrite" not in ran.stderr


def test_what_replaces_a_file_is_no_update(service: Simulator) -> None:
    ran = getcontacts("export", BOOK, "--update", "--overwrite")
    assert (ran.code, "give one" in ran.stderr) == (2, True)


def test_what_shapes_a_new_file_goes_with_an_update(service: Simulator) -> None:
    words = ("--update", "--no-summary", "--rtl")
    assert getcontacts("export", "new.xlsx", *words).code == 0
    assert openpyxl.load_workbook("new.xlsx").sheetnames == ["Contacts"]
    assert getcontacts("export", "new.xlsx", *words).code == 0


def test_after_a_purge_a_file_of_ours_is_told_to_be_unknown(service: Simulator) -> None:
    getcontacts("export", "list.csv")
    getcontacts("purge", "--yes")
    said = getcontacts("export", "list.csv").stderr
    assert "nothing is kept here of getcontacts having written it" in said
    assert "not as getcontacts last wrote it" not in said
