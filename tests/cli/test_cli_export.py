"""`getcontacts export` as its users meet it."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from tests.cli.command import getcontacts, use
from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve a believable account, in an empty working folder."""
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as simulator:
        use(simulator, monkeypatch)
        yield simulator


def read(path: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)["Contacts"].iter_rows(values_only=True))


def test_without_words_it_makes_contacts_xlsx(service: Simulator) -> None:
    ran = getcontacts("export")
    assert ran.code == 0
    rows = read("contacts.xlsx")
    assert rows[0] == ("id", "name", "contactName", "type")
    assert f"{len(rows) - 1} contacts" in ran.stderr
    assert ran.out == ""


@pytest.mark.parametrize("ending", ["xlsx", "csv", "json", "vcf"])
def test_the_ending_tells_the_format(service: Simulator, ending: str) -> None:
    assert getcontacts("export", f"list.{ending}").code == 0
    start = Path(f"list.{ending}").read_bytes()[:4]
    assert {"xlsx": b"PK\x03\x04", "csv": b"\xef\xbb\xbfi", "json": b'[\n{"', "vcf": b"BEGI"}[
        ending
    ].startswith(start[:2])


def test_cards_are_counted_and_so_is_who_gets_none(service: Simulator) -> None:
    report = json.loads(getcontacts("export", "people.vcf", "--json").out)
    cards = Path("people.vcf").read_bytes().count(b"BEGIN:VCARD")
    assert report["total"] == cards
    everybody = json.loads(getcontacts("export", "all.json", "--json").out)["total"]
    assert cards + report["dropped"]["without a phone to call"] == everybody > cards


def test_a_type_a_sort_and_a_count_select_from_the_whole_list(service: Simulator) -> None:
    words = ("--type", "group", "--sort", "name", "--count", "3")
    ran = getcontacts("export", "-", "--format", "json", *words)
    rows = json.loads(ran.out)
    assert len(rows) == 3
    assert {row["type"] for row in rows} == {"group"}
    names = [row["name"].casefold() for row in rows]
    assert names == sorted(names)


def test_columns_come_in_the_order_they_were_named(service: Simulator) -> None:
    getcontacts("export", "list.csv", "--columns", "label,phone,ID")
    with Path("list.csv").open(encoding="utf-8-sig", newline="") as file:
        assert next(csv.reader(file)) == ["label", "phone", "id"]


def test_the_second_run_replaces_what_the_first_one_wrote(service: Simulator) -> None:
    assert getcontacts("export").code == 0
    assert getcontacts("export", "--columns", "full").code == 0
    assert len(read("contacts.xlsx")[0]) > 4


def test_a_file_that_was_changed_is_left_alone(service: Simulator) -> None:
    Path("contacts.xlsx").write_text("my notes")
    ran = getcontacts("export")
    assert ran.code == 8
    assert "--overwrite" in ran.stderr
    assert Path("contacts.xlsx").read_text() == "my notes"
    assert service.calls == []


def test_overwrite_replaces_any_file_and_keeps_what_somebody_wrote(service: Simulator) -> None:
    for number in (1, 2):
        Path("contacts.xlsx").write_text(f"notes {number}")
        ran = getcontacts("export", "--overwrite")
        assert (ran.code, read("contacts.xlsx")[0][0]) == (0, "id")
        kept = Path(f"contacts.xlsx.bak{number}")
        assert f"What was there before is kept in {kept.resolve()}." in ran.stderr
        assert kept.read_text() == f"notes {number}"


def test_overwrite_keeps_nothing_of_what_we_wrote_or_where_that_is_meant(
    service: Simulator,
) -> None:
    getcontacts("export")
    assert getcontacts("export", "--overwrite", "--columns", "full").code == 0
    Path("contacts.xlsx").write_text("notes")
    assert getcontacts("export", "--overwrite", "--no-backup").code == 0
    assert list(Path().glob("*.bak*")) == []
    assert getcontacts("export", "--no-backup").code == 2


def test_a_backup_replaces_no_file_of_the_users(service: Simulator) -> None:
    Path("contacts.xlsx").write_text("notes")
    Path("contacts.xlsx.bak1").write_text("mine")
    getcontacts("export", "--overwrite")
    assert Path("contacts.xlsx.bak1").read_text() == "mine"
    assert Path("contacts.xlsx.bak2").read_text() == "notes"


def test_offline_writes_the_last_good_list_and_tells_its_age(service: Simulator) -> None:
    getcontacts("export", "first.json")
    calls = len(service.calls)
    ran = getcontacts("export", "second.json", "--offline")
    assert Path("second.json").read_bytes() == Path("first.json").read_bytes()
    assert "old" in ran.stderr
    assert len(service.calls) == calls


def test_offline_before_any_list_says_what_to_do(service: Simulator) -> None:
    ran = getcontacts("export", "--offline")
    assert (ran.code, service.calls) == (9, [])
    assert "Fetch one first" in ran.stderr


def test_the_report_counts_what_was_written_dropped_and_changed(service: Simulator) -> None:
    service.contacts = [
        {"id": "4915100000001@c.us", "name": "A\ud83d", "type": "user"},
        {"id": "null@c.us", "name": "ghost", "type": "user"},
        {"id": "120363043968066561@g.us", "name": "Team\x07", "type": "group"},
    ]
    report = json.loads(getcontacts("export", "--json").out)
    assert report["rows"] == {"user": 1, "group": 1}
    assert report["dropped"] == {"junk id": 1}
    assert sum(report["altered"].values()) == 2
    assert (report["calls"], report["total"]) == (1, 2)


def test_quiet_means_silent(service: Simulator) -> None:
    ran = getcontacts("export", "-q")
    assert (ran.code, ran.out, ran.stderr) == (0, "", "")


def test_verbose_logs_the_call_without_its_address(service: Simulator) -> None:
    ran = getcontacts("export", "-v")
    assert "getContacts: 200" in ran.stderr
    assert "waInstance" not in ran.stderr
    assert service.token not in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--count", "0"],
        ["--count", "-1"],
        ["--count", "many"],
        ["--columns", "id,shoe size"],
        ["--columns", ","],
        ["--sort", "shoe size"],
        ["--format", "pdf"],
        ["list.pdf"],
        ["list"],
        ["."],
        ["no/such/folder/list.xlsx"],
        ["-"],
        ["-", "--format", "csv", "--json"],
        ["/dev/null", "--format", "csv"],
        ["list.xlsx", "--shoe-size"],
        ["list.xlsx", "--delimiter", ";"],
        ["list.json", "--no-bom"],
        ["list.csv", "--delimiter", "||"],
        ["bad\0name.xlsx"],
    ],
)
def test_what_cannot_be_is_refused_before_any_call(service: Simulator, words: list[str]) -> None:
    ran = getcontacts("export", *words)
    assert ran.code == 2
    assert ran.stderr.strip()
    assert "Traceback" not in ran.stderr
    assert service.calls == []


def test_a_certificate_file_that_is_none_is_refused(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREEN_API_URL", "https://1101.api.green-api.com")
    Path("bundle.pem").write_text("no certificate")
    ran = getcontacts("export", "--ca-bundle", "bundle.pem")
    assert ran.code == 2
    assert "bundle.pem" in ran.stderr


def test_a_sheet_turns_around_where_names_are_right_to_left(service: Simulator) -> None:
    service.contacts = [{"id": f"97250000000{n}@c.us", "name": "דנה כהן"} for n in range(9)]
    getcontacts("export", "auto.xlsx")
    getcontacts("export", "never.xlsx", "--ltr")
    turned = [
        bool(openpyxl.load_workbook(name)["Contacts"].sheet_view.rightToLeft)
        for name in ("auto.xlsx", "never.xlsx")
    ]
    assert turned == [True, False]


@pytest.mark.parametrize(
    ("words", "begins"),
    [
        (["list.csv"], "\ufeffid,name"),
        (["list.csv", "--no-bom"], "id,name"),
        (["list.csv", "--delimiter", ";"], "\ufeffid;name"),
        (["list.csv", "--delimiter", "tab"], "\ufeffid\tname"),
        (["-", "--format", "csv"], "id,name"),
        (["-", "--format", "csv", "--bom", "--delimiter", ";"], "\ufeffid;name"),
    ],
)
def test_a_csv_has_the_delimiter_and_the_mark_that_was_asked_for(
    service: Simulator, words: list[str], begins: str
) -> None:
    ran = getcontacts("export", *words)
    assert ran.code == 0, ran.stderr
    written = ran.stdout if words[0] == "-" else Path("list.csv").read_bytes()
    assert written.decode().startswith(begins)


def test_a_list_of_nobody_and_one_for_a_pipe_are_told_in_a_sentence(service: Simulator) -> None:
    piped = getcontacts("export", "-", "--format", "csv")
    assert "went to standard output." in piped.stderr
    service.contacts = [person("4915100000001@c.us", "Anna")]
    assert (
        "0 contacts are in none.csv."
        in getcontacts("export", "none.csv", "--type", "group", "--accept-loss").stderr
    )
    assert "1 contact (1 user) is in one.csv." in getcontacts("export", "one.csv").stderr


def test_what_was_left_out_and_altered_is_told_with_its_reasons(service: Simulator) -> None:
    anna = person("4915100000001@c.us", "x" * 40_000)
    service.contacts = [anna, anna, anna, person("", "Nobody")]
    said = getcontacts("export", "one.xlsx").stderr.splitlines()
    assert said[1:] == [
        "1 value changed: 1 longer than a cell, cut.",
        "getcontacts: 3 rows were left out: 1 junk id, 2 same id again.",
    ]
    said = getcontacts("export", "one.vcf").stderr.splitlines()
    assert said[2] == "3 rows were left out: 1 junk id, 2 same id again.", "not for the first time"


def test_quiet_keeps_warnings_and_strict_makes_them_an_exit_code(service: Simulator) -> None:
    anna = person("4915100000001@c.us", "Anna")
    service.contacts = [anna, anna]
    words = ("export", "one.csv", "-q", "--strict")
    ran = getcontacts(*words)
    assert ran.stderr == "getcontacts: 1 row was left out: 1 same id again.\n"
    assert (ran.code, Path("one.csv").exists()) == (9, True)
    again = getcontacts(*words)
    assert (again.code, again.stderr) == (0, ""), "known since the run before"
    service.contacts = [anna, anna, anna]
    assert getcontacts("export", "one.csv", "-q").code == 0
    assert getcontacts(*words).code == 0


def test_quiet_tells_of_a_list_that_is_not_believed(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.contacts = [person(f"49151000000{n:02}@c.us", f"Name {n}") for n in range(62)]
    getcontacts("export", "one.csv")
    service.contacts = service.contacts[:20]
    ran = getcontacts("export", "one.csv", "-q")
    assert ran.stderr.startswith("getcontacts: 42 of 62 missing; nobody was removed.")
    assert ran.code == 0
    report = json.loads(getcontacts("export", "one.csv", "--json").out)
    assert report["warnings"][0].startswith("42 of 62 missing")


def two_accounts(service: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("URL", "ID_INSTANCE", "TOKEN_INSTANCE"):
        monkeypatch.delenv(f"GREEN_API_{name}")
    accounts.save(Account("shop5", service.api_url, service.id_instance, service.token))
    accounts.save(Account("shop6", service.api_url, "1101000006", service.token))


def test_a_list_of_other_people_leaves_the_file_until_it_is_accepted(service: Simulator) -> None:
    getcontacts("export")
    before = Path("contacts.xlsx").read_bytes()
    service.contacts = [person(f"4930900{at:04}@c.us", f"Stranger {at}") for at in range(50)]
    ran = getcontacts("export")
    assert ran.code == 9
    assert "--accept-loss" in ran.stderr
    assert Path("contacts.xlsx").read_bytes() == before
    assert getcontacts("export", "--accept-loss").code == 0
    assert len(read("contacts.xlsx")) == 51


def test_the_account_is_named_as_soon_as_there_are_several(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "contacts (" in getcontacts("export", "one.csv").stderr
    two_accounts(service, monkeypatch)
    said = getcontacts("export", "five.csv", "--account", "shop5").stderr
    assert ' contacts of "shop5" (' in said
    ran = getcontacts("export", "six.csv", "--account", "shop6")
    assert ran.code == 3
    assert ran.stderr.startswith("getcontacts: shop6: GREEN-API refused")


def test_what_to_type_next_means_the_same_account(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    two_accounts(service, monkeypatch)
    getcontacts("export", "five.csv", "--account", "shop5")
    service.contacts = []
    ran = getcontacts("export", "five.csv", "--account", "shop5")
    assert ran.stderr.rstrip().endswith("is kept: getcontacts export --account shop5 --offline.")


@pytest.mark.parametrize("name", ["list.xlsx", "list.csv", "list.vcf"])
def test_another_accounts_list_is_not_replaced(
    service: Simulator, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    two_accounts(service, monkeypatch)
    getcontacts("export", name, "--account", "shop5")
    before, calls = Path(name).read_bytes(), len(service.calls)
    ran = getcontacts("export", name, "--account", "shop6")
    assert (ran.code, Path(name).read_bytes(), len(service.calls)) == (8, before, calls)
    assert 'holds the list of "shop5"' in ran.stderr
    assert getcontacts("export", name, "--account", "shop5").code == 0
    Path(name).unlink()
    assert getcontacts("export", name, "--account", "shop6").code == 3, "nothing is there"


def test_two_accounts_at_once_are_wrong_usage(service: Simulator) -> None:
    ran = getcontacts("export", "--account", "one", "--account", "two")
    assert (ran.code, service.calls) == (2, [])
    assert "more than once" in ran.stderr


def test_the_same_list_makes_the_same_bytes_if_that_is_wanted(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    for name in ("one.xlsx", "two.xlsx"):
        assert getcontacts("export", name, "--columns", "basic,fetched").code == 0
    assert Path("one.xlsx").read_bytes() == Path("two.xlsx").read_bytes()
    fetched = openpyxl.load_workbook("one.xlsx")["Contacts"]["E2"].value
    assert str(fetched).startswith("2023-11-1")


@pytest.mark.parametrize("wrong", ["abc", "1.5", "-1", "9" * 20])
def test_a_wish_for_no_time_is_refused_before_any_call(
    wrong: str, service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", wrong)
    ran = getcontacts("export")
    assert (ran.code, service.calls) == (2, [])
    assert "SOURCE_DATE_EPOCH" in ran.stderr
