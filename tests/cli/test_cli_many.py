"""`export` of many accounts: into one file, or a file each, and what is told when some fail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from tests.cli.command import getcontacts
from tests.cli.fleet import fleet
from workbook.simulator.behaviour import Scenario, fine
from workbook.simulator.replies import silent
from workbook.simulator.simulator import Simulator

PEOPLE = [{"id": f"49151000000{n:02}@c.us", "name": f"Ann {n}", "type": "user"} for n in range(20)]
GOOD = {"shop-1": "normal", "shop-2": "normal", "home": "quirks"}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with fleet(GOOD, monkeypatch) as service:
        yield service


@pytest.fixture
def one_refused(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with fleet({**GOOD, "shop-2": "renewed-token"}, monkeypatch) as service:
        yield service


def rows(path: str) -> list[tuple[object, ...]]:
    return [*openpyxl.load_workbook(path)["Contacts"].iter_rows(values_only=True)]


def by_account(path: str) -> Counter[object]:
    header, *body = rows(path)
    return Counter(row[header.index("account")] for row in body)


def test_one_sheet_has_the_contacts_of_all_with_their_account_in_front(three: Simulator) -> None:
    ran = getcontacts("export", "all.xlsx", "--all-accounts")
    assert ran.code == 0
    assert "3 accounts are in all.xlsx" in ran.stderr
    assert rows("all.xlsx")[0] == ("account", "id", "name", "contactName", "type")
    counts = by_account("all.xlsx")
    assert counts["shop-1"] == counts["shop-2"] > 200
    assert counts["home"] > 10


def test_a_row_a_person_tells_which_accounts_know_them(three: Simulator) -> None:
    words = ("--all-accounts", "--by", "person", "--sort", "name")
    ran = getcontacts("export", "people.xlsx", *words)
    assert ran.code == 0, ran.stderr
    header, *body = rows("people.xlsx")
    assert header == ("id", "name", "contactName", "type", "accounts", "knownBy")
    assert f"3 accounts are in people.xlsx: {len(body):,} contacts" in ran.stderr
    assert len({row[0] for row in body}) == len(body)
    assert {row[4:] for row in body} >= {("shop-1, shop-2", 2), ("home", 1)}


def test_no_other_run_takes_such_a_file_for_a_list_of_its_own(three: Simulator) -> None:
    getcontacts("export", "people.xlsx", "--all-accounts", "--by", "person")
    before = Path("people.xlsx").read_bytes()
    for words in (
        ["--all-accounts", "--update"],
        ["--account", "home", "--update"],
        ["--account", "shop-2", "--update"],
        ["--account", "home"],
    ):
        ran = getcontacts("export", "people.xlsx", *words)
        assert ran.code == 8
        assert "--by person" in ran.stderr or "--update" not in words
    assert Path("people.xlsx").read_bytes() == before
    assert getcontacts("export", "people.xlsx", "--all-accounts", "--by", "person").code == 0


@pytest.mark.parametrize("out", ["people.xlsx", "{account}.xlsx"])
def test_a_row_a_person_needs_several_accounts_and_one_file(three: Simulator, out: str) -> None:
    words = ["--all-accounts"] if "{" in out else []
    ran = getcontacts("export", out, "--by", "person", *words)
    assert (ran.code, "--all-accounts --by person" in ran.stderr) == (2, True)


@pytest.mark.parametrize("words", [("--by", "person"), ()])
def test_a_file_with_notes_is_not_replaced_and_the_way_to_keep_them_is_told(
    three: Simulator, words: tuple[str, ...]
) -> None:
    getcontacts("export", "all.xlsx", "--all-accounts", *words)
    book = openpyxl.load_workbook("all.xlsx")
    book["Contacts"]["H2"] = "a note"
    book.save("all.xlsx")
    ran = getcontacts("export", "all.xlsx", "--all-accounts", *words)
    assert (ran.code, "Bring its table up to date with --update" in ran.stderr) == (8, True)
    assert getcontacts("export", "all.xlsx", "--all-accounts", *words, "--update").code == 0
    assert openpyxl.load_workbook("all.xlsx")["Contacts"]["H2"].value == "a note"


def test_for_programs_the_number_of_accounts_is_a_number(three: Simulator) -> None:
    ran = getcontacts("export", "-", "--format", "jsonl", "--all-accounts", "--by", "person")
    people = [*map(json.loads, ran.out.splitlines())]
    assert ("home, shop-1, shop-2", 3) in {(each["accounts"], each["knownBy"]) for each in people}
    assert "account" not in people[0]


def test_a_pattern_chooses_and_the_column_stays_where_it_was_put(three: Simulator) -> None:
    words = ("--accounts", "SHOP-*", "--columns", "id,account", "--count", "5")
    assert getcontacts("export", "all.xlsx", *words).code == 0
    assert rows("all.xlsx")[0] == ("id", "account")
    assert by_account("all.xlsx") == {"shop-1": 5, "shop-2": 5}
    assert {call.instance for call in three.calls} == {"1101000100", "1101000101"}


def test_some_failed_is_exit_10_and_the_others_are_written(one_refused: Simulator) -> None:
    ran = getcontacts("export", "all.xlsx", "--all-accounts")
    assert ran.code == 10
    assert "2 of 3 accounts are in all.xlsx" in ran.stderr
    assert "1 account failed (shop-2). GREEN-API refused the apiTokenInstance" in ran.stderr
    assert by_account("all.xlsx").keys() == {"home", "shop-1"}


def test_one_that_failed_keeps_its_last_good_rows_unless_they_are_not_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fleet(GOOD, monkeypatch):
        assert getcontacts("export", "-q", "all.xlsx", "--all-accounts").code == 0
    with fleet({**GOOD, "home": "renewed-token"}, monkeypatch):
        kept = getcontacts("export", "all.xlsx", "--all-accounts")
        skipped = getcontacts("export", "new.xlsx", "--all-accounts", "--failed", "skip")
    assert (kept.code, skipped.code) == (10, 10)
    assert "Its list of 20" in kept.stderr
    assert "was kept" not in skipped.stderr
    assert by_account("all.xlsx")["home"] > 10
    assert by_account("new.xlsx")["home"] == 0


@pytest.mark.parametrize(
    ("scenarios", "code"),
    [(("renewed-token", "renewed-token"), 3), (("renewed-token", "expired"), 10)],
)
def test_all_failed_is_the_code_of_the_one_cause_and_writes_nothing(
    scenarios: tuple[str, str], code: int, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fleet(dict(zip(("a", "b"), scenarios, strict=True)), monkeypatch):
        ran = getcontacts("export", "all.xlsx", "--all-accounts")
    assert ran.code == code
    assert "No list came, so all.xlsx was left as it was." in ran.stderr
    assert not (here / "all.xlsx").exists()


@pytest.mark.parametrize("by", ["account", "person"])
def test_all_failed_writes_nothing_to_standard_output(
    by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fleet({"a": "renewed-token", "b": "renewed-token"}, monkeypatch):
        ran = getcontacts("export", "-", "--format", "csv", "--all-accounts", "--by", by)
    assert (ran.code, ran.stdout) == (3, b"")
    assert "No list came, so nothing was written." in ran.stderr


def test_json_lists_every_account_with_what_became_of_it(one_refused: Simulator) -> None:
    ran = getcontacts("export", "all.xlsx", "--all-accounts", "--json")
    told = json.loads(ran.out)
    assert ran.code == told["exit_code"] == 10
    by_alias = {each["account"]: each for each in told["accounts"]}
    assert by_alias["shop-2"]["exit_code"] == 3
    assert "401" in by_alias["shop-2"]["error"]
    assert by_alias["shop-1"]["rows"]["user"] > 100
    assert told["total"] == sum(sum(each["rows"].values()) for each in told["accounts"])


def test_the_next_step_of_a_failure_means_the_account_that_failed(one_refused: Simulator) -> None:
    refused = getcontacts("export", "a.xlsx", "--account", "shop-2", "--json")
    unknown = getcontacts("changes", "--account", "shop-2", "--json")
    assert json.loads(refused.out)["next"] == "getcontacts login shop-2"
    assert "getcontacts login shop-2)" in json.loads(refused.out)["error"]
    assert "getcontacts login shop-2)" in refused.stderr
    assert json.loads(unknown.out)["next"] == "getcontacts export --account shop-2"
    assert "Fetch one first: getcontacts export --account shop-2" in unknown.stderr


def test_a_command_for_one_that_failed_of_many_names_an_account(one_refused: Simulator) -> None:
    ran = getcontacts("export", "all.xlsx", "--all-accounts")
    assert "getcontacts login ALIAS)" in ran.stderr
    assert "getcontacts login shop-2)" in getcontacts("runs").out


def test_an_alias_that_is_not_here_leads_to_the_list_of_those_that_are(three: Simulator) -> None:
    ran = getcontacts("changes", "--account", "shop-9", "--json")
    assert json.loads(ran.out)["next"] == "getcontacts accounts"


def test_of_very_many_accounts_only_the_first_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with fleet({f"shop-{number}": "normal" for number in range(24)}, monkeypatch):
        assert getcontacts("logout", "shop-0").code == 0  # the default one
        ran = getcontacts("export", "one.xlsx")
    assert ran.code == 2
    assert ran.stderr.rstrip().endswith("shop-19, shop-20 and 3 more.")


def test_a_file_each_is_named_by_the_alias(one_refused: Simulator, here: Path) -> None:
    (here / "lists").mkdir()
    ran = getcontacts("export", "lists/{account}.csv", "--all-accounts")
    assert ran.code == 10
    assert {file.name for file in (here / "lists").iterdir()} == {"shop-1.csv", "home.csv"}


def test_two_accounts_with_one_file_are_refused_before_any_call(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fleet({"shop.": "normal", "shop_": "normal"}, monkeypatch) as service:
        ran = getcontacts("export", "{account}.csv", "--all-accounts")
    assert ran.code == 2
    assert "Two accounts would write shop_.csv" in ran.stderr
    assert service.calls == []


def test_a_file_each_is_brought_up_to_date_in_place(three: Simulator) -> None:
    words = ("export", "-q", "{account}.xlsx", "--accounts", "shop-*", "--update")
    assert getcontacts(*words).code == 0
    book = openpyxl.load_workbook("shop-1.xlsx")
    sheet = book["Contacts"]
    sheet["F2"], sheet["B2"] = "a note", "an old name"
    noted, name = sheet["A2"].value, rows("shop-1.xlsx")[1][1]
    book.save("shop-1.xlsx")
    assert getcontacts(*words).code == 0
    assert rows("shop-1.xlsx")[1][:2] == (noted, name)
    assert rows("shop-1.xlsx")[1][5] == "a note"


def test_a_young_list_is_taken_without_asking(three: Simulator) -> None:
    getcontacts("export", "-q", "all.xlsx", "--accounts", "home")
    getcontacts("export", "-q", "all.xlsx", "--all-accounts", "--max-age", "1h")
    asked = Counter(call.instance for call in three.calls if call.method == "getcontacts")
    assert max(asked.values()) == 1
    ran = getcontacts("export", "-q", "all.xlsx", "--all-accounts", "--max-age", "soon")
    assert ran.code == 2
    assert "write 90s, 30m, 1h or 2d" in ran.stderr


def test_lists_go_to_standard_output_together(three: Simulator) -> None:
    ran = getcontacts("export", "-", "--format", "csv", "--all-accounts", "--count", "1")
    assert ran.out.splitlines()[0] == "account,id,name,contactName,type"
    assert len(ran.out.splitlines()) == 4


def test_a_file_of_more_accounts_is_not_replaced_by_one_of_fewer(three: Simulator) -> None:
    getcontacts("export", "-q", "all.xlsx", "--all-accounts")
    for words in (["--accounts", "shop-*"], ["--account", "shop-1"]):
        ran = getcontacts("export", "all.xlsx", *words)
        assert ran.code == 8
        assert "holds the list of" in ran.stderr
    assert getcontacts("export", "-q", "all.xlsx", "--all-accounts").code == 0


def note(path: str, account: str, text: str) -> object:
    """Write a note beside the first person of an account; return whose id that is."""
    book = openpyxl.load_workbook(path)
    sheet = book["Contacts"]
    at = next(row for row in range(2, sheet.max_row) if sheet.cell(row, 1).value == account)
    sheet.cell(at, 6).value = text
    book.save(path)
    return sheet.cell(at, 2).value


def noted(path: str) -> dict[object, object]:
    return {row[5]: (row[0], row[1]) for row in rows(path)[1:] if len(row) > 5 and row[5]}


def test_a_purge_of_one_leaves_the_backups_of_others_known(three: Simulator, here: Path) -> None:
    update = ("export", "one.xlsx", "--account", "shop-1", "--update", "--backup", "--columns")
    getcontacts("export", "one.xlsx", "--account", "shop-1")
    getcontacts(*update, "basic,phone")
    getcontacts("purge", "--account", "shop-2", "--yes")
    getcontacts(*update, "basic,phone,link")
    assert sorted(each.name for each in here.glob("*.bak*")) == ["one.xlsx.bak"]


def test_one_sheet_is_brought_up_to_date_and_notes_stay_with_person_and_account(
    three: Simulator,
) -> None:
    words = ("export", "all.xlsx", "--all-accounts", "--update")
    assert getcontacts(*words).code == 0
    ids = [note("all.xlsx", account, account) for account in ("shop-1", "shop-2")]
    ran = getcontacts(*words)
    assert ran.code == 0
    assert ids[0] == ids[1], "one person, in two accounts"
    assert noted("all.xlsx") == {account: (account, ids[0]) for account in ("shop-1", "shop-2")}


def test_people_of_an_account_that_failed_are_not_marked_as_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = ("export", "all.xlsx", "--all-accounts", "--update", "--missing", "mark")
    with fleet(GOOD, monkeypatch):
        assert getcontacts(*words).code == 0
    before = rows("all.xlsx")
    with fleet({**GOOD, "home": "empty"}, monkeypatch):
        ran = getcontacts(*words)
    assert ran.code == 10
    assert "2 of 3 accounts are in all.xlsx" in ran.stderr
    assert rows("all.xlsx") == before


def test_a_second_account_in_a_table_without_the_column_is_told_the_way_on(
    three: Simulator,
) -> None:
    assert getcontacts("export", "-q", "one.xlsx", "--account", "shop-1").code == 0
    asked = len(three.calls)
    for words in (["--account", "home"], ["--all-accounts"]):
        ran = getcontacts("export", "one.xlsx", "--update", *words)
        assert ran.code == 8
        assert "FILE --update --columns basic,account" in ran.stderr
    assert len(three.calls) == asked


@pytest.mark.parametrize("words", [("--account", "home"), ("--all-accounts",)])
def test_the_column_is_added_and_the_rows_there_name_their_account(
    words: tuple[str, ...], three: Simulator
) -> None:
    assert getcontacts("export", "-q", "one.xlsx", "--account", "shop-1").code == 0
    there = len(rows("one.xlsx")) - 1
    asked = ("--update", "--columns", "basic,account")
    ran = getcontacts("export", "one.xlsx", *asked, *words)
    assert ran.code == 0, ran.stderr
    assert rows("one.xlsx")[0][4] == "account"
    assert [row[4] for row in rows("one.xlsx")[1 : there + 1]] == ["shop-1"] * there
    assert by_account("one.xlsx")["home"] > 10


def summary(path: str) -> dict[object, object]:
    return {row[0]: row[1] for row in openpyxl.load_workbook(path)["Summary"].values if row[0]}


def accounts_told(path: str) -> dict[object, tuple[object, ...]]:
    """Return the lines of accounts by their aliases, with that of all together."""
    lines = [row[:8] for row in openpyxl.load_workbook(path)["Summary"].values]
    at = next(n for n, row in enumerate(lines) if row[0] == "By account")
    return {row[0]: row[1:] for row in lines[at + 1 :] if row[0]}


def test_the_summary_speaks_of_every_account_and_of_all_together(three: Simulator) -> None:
    assert getcontacts("export", "-q", "all.xlsx", "--accounts", "shop-*").code == 0
    assert summary("all.xlsx")["Account"] == "2 accounts"
    assert getcontacts("export", "-q", "all.xlsx", "--all-accounts", "--update").code == 0
    told, counts = summary("all.xlsx"), by_account("all.xlsx")
    assert told["Account"] == "3 accounts"
    assert told["Contacts"] == counts.total()
    each = accounts_told("all.xlsx")
    assert {alias: line[0] for alias, line in each.items()} == {
        **counts,
        "All accounts": counts.total(),
    }
    assert [line[4] for line in each.values()] == [None, 0, 0, 0]  # home's is a first list
    assert {type(each[alias][5]) for alias in counts} == {datetime}


def test_with_a_row_a_person_the_summary_counts_each_once(three: Simulator) -> None:
    words = ("-q", "people.xlsx", "--all-accounts", "--by", "person")
    assert getcontacts("export", *words).code == 0
    told, people = accounts_told("people.xlsx"), len(rows("people.xlsx")) - 1
    assert told["Each person once"][0] == summary("people.xlsx")["Contacts"] == people
    assert told["shop-1"][0] == told["shop-2"][0]
    assert {told["shop-1"][0], people} == {228, 265}


@pytest.fixture
def growing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Serve three accounts, of which shop-2 is refused after its first list, with one more person."""
    people = [*PEOPLE]
    usual = Scenario(description="", rows=lambda: people)
    refused = Scenario(description="", rows=lambda: people, gateway=(fine, silent(401)))
    scenarios = {"shop-1": usual, "shop-2": refused, "home": usual}
    with fleet(scenarios, monkeypatch):
        assert getcontacts("export", "-q", "all.xlsx", "--all-accounts").code == 0
        people.append({"id": "4915100000099@c.us", "name": "Eve", "type": "user"})
        yield


@pytest.mark.parametrize("words", [["--accounts", "h*"], ["--account", "home"]])
def test_an_update_of_one_account_tells_of_the_others_what_was_kept(
    growing: None, words: list[str]
) -> None:
    assert getcontacts("export", "-q", "all.xlsx", *words, "--update").code == 0
    told = accounts_told("all.xlsx")
    assert {alias: line[0] for alias, line in told.items()} == {
        "home": 21,
        "shop-1": 20,
        "shop-2": 20,
        "All accounts": 61,
    }
    assert summary("all.xlsx")["Account"] == "3 accounts"
    assert told["home"][4] == 1


def test_a_problem_is_told_and_forgotten_even_if_nobody_changed(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once = Scenario(description="", rows=lambda: PEOPLE, gateway=(fine, silent(401), fine))
    words = ("export", "-q", "all.xlsx", "--all-accounts", "--update")
    with fleet({"shop": replace(once, gateway=()), "home": once}, monkeypatch):
        told = [(getcontacts(*words).code, accounts_told("all.xlsx")["home"][6]) for _ in range(3)]
        same = Path("all.xlsx").read_bytes()
        assert getcontacts(*words).code == 0
    assert [code for code, _ in told] == [0, 10, 0]
    assert [problem is None for _, problem in told] == [True, False, True]
    assert Path("all.xlsx").read_bytes() == same


@pytest.mark.parametrize("failed", ["keep", "skip"])
@pytest.mark.parametrize("update", [["--update"], ["--overwrite"]])
def test_the_line_of_an_account_that_failed_says_why_and_what_was_kept(
    growing: None, failed: str, update: list[str]
) -> None:
    ran = getcontacts("export", "-q", "all.xlsx", "--all-accounts", "--failed", failed, *update)
    assert ran.code == 10
    told, why = accounts_told("all.xlsx"), "GREEN-API refused the apiTokenInstance (401)"
    assert summary("all.xlsx")["Account"] == "3 accounts, 1 failed"
    assert (told["shop-1"][0], told["shop-1"][4], told["shop-1"][6]) == (21, 1, None)
    contacts, *_, problem = told["shop-2"]
    if failed == "keep":
        assert contacts == 20
        assert str(problem).startswith(f"{why}; its list of 20")
        assert str(problem).endswith("was kept")
    else:
        assert (contacts, problem) == (None, why)
    assert told["All accounts"][0] == summary("all.xlsx")["Contacts"]
