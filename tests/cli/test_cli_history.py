"""`getcontacts changes`, `history` and `purge`, and what `export` says about changes."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from tests.cli.command import getcontacts, use
from tests.store.lists import traces
from workbook.accounts import settings
from workbook.accounts.settings import Settings
from workbook.simulator.people import account, person
from workbook.simulator.simulator import Simulator

ANNA = person("4915100000001@c.us", "Anna", "Anna Berg")
BEN = person("4915100000002@c.us", "Ben")
CARA = person("4915100000003@c.us", "Cara")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve two people, in an empty working folder and without any pace."""
    monkeypatch.chdir(tmp_path)
    with Simulator(contacts=[ANNA, BEN], rate=0) as simulator:
        use(simulator, monkeypatch)
        assert getcontacts("export", "list.csv").code == 0
        yield simulator


def refreshed(service: Simulator, *rows: dict[str, object]) -> str:
    """Export another list and return what was said about it."""
    service.contacts = rows
    ran = getcontacts("export", "list.csv", "--overwrite")
    assert ran.code == 0
    return ran.stderr


def changed(service: Simulator) -> None:
    refreshed(service, {**ANNA, "name": "Änne"}, CARA)


def test_export_says_in_a_sentence_what_changed(service: Simulator) -> None:
    told = refreshed(service, {**ANNA, "name": "Anne"}, CARA)
    assert "1 new, 1 renamed, 1 not seen since 20" in told
    assert "before: nothing changed." in refreshed(service, {**ANNA, "name": "Anne"}, CARA)


def test_a_home_of_before_is_told_once_that_history_has_no_end(service: Simulator) -> None:
    assert "kept for ever" not in refreshed(service, ANNA)
    settings.save(Settings(history_days=0))
    assert "kept for ever" in refreshed(service, ANNA, BEN)
    assert "kept for ever" not in refreshed(service, ANNA)


def test_a_report_of_export_counts_changes(service: Simulator) -> None:
    service.contacts = [ANNA, CARA]
    report = json.loads(getcontacts("export", "list.csv", "--overwrite", "--json").out)
    assert report["changes"] == {"new": 1, "not seen": 1}
    assert report["missing"] == 0


def test_a_loss_is_reported_until_it_is_accepted(service: Simulator) -> None:
    rows = account()
    refreshed(service, *rows)
    told = refreshed(service, *rows[:80])
    assert f"{len(rows) - 80} of {len(rows)} missing; nobody was removed." in told
    ran = getcontacts("export", "list.csv", "--overwrite", "--accept-loss")
    assert "80 contacts" in ran.stderr


def test_export_has_columns_of_the_past_on_request(service: Simulator) -> None:
    changed(service)
    words = ("--offline", "--columns", "id,firstSeen,lastSeen,status,statusDate")
    assert getcontacts("export", "past.csv", *words).code == 0
    with Path("past.csv").open(encoding="utf-8-sig", newline="") as file:
        anna, cara = csv.DictReader(file)
    assert (anna["status"], cara["status"]) == ("renamed", "new")
    assert datetime.fromisoformat(anna["statusDate"]).tzinfo is not None
    assert anna["firstSeen"] < cara["firstSeen"] or anna["firstSeen"][:16] == cara["firstSeen"][:16]
    assert anna["lastSeen"] == cara["lastSeen"] != ""


def test_changes_are_lines_for_people(service: Simulator) -> None:
    changed(service)
    new, renamed, gone = getcontacts("changes").out.splitlines()
    assert new.endswith("new: Cara (4915100000003@c.us)")
    assert renamed.endswith('renamed: Anna Berg (4915100000001@c.us)  "Anna" -> "Änne"')
    assert "not seen since 20" in gone


def test_changes_are_an_array_for_programs(service: Simulator) -> None:
    changed(service)
    new, renamed, gone = json.loads(getcontacts("changes", "--json").out)
    assert (new["change"], new["id"], new["account"]) == ("new", CARA["id"], "environment")
    assert (renamed["column"], renamed["before"], renamed["after"]) == ("name", "Anna", "Änne")
    assert gone["change"] == "not seen"
    assert datetime.fromisoformat(gone["lastSeen"]) <= datetime.fromisoformat(gone["time"])


def test_changes_are_rows_of_a_csv_or_of_a_workbook(service: Simulator) -> None:
    changed(service)
    lines = getcontacts("changes", "--csv").out.splitlines()
    assert getcontacts("changes", "--xlsx", "changes.xlsx").code == 0
    sheet = openpyxl.load_workbook("changes.xlsx").worksheets[0]
    assert len(lines) == sheet.max_row == 4
    assert lines[0].endswith("time,change,id,label,column,before,after,lastSeen,account")


def test_a_workbook_of_changes_that_somebody_wrote_in_is_kept(service: Simulator) -> None:
    Path("changes.xlsx").write_text("mine")
    assert getcontacts("changes", "--xlsx", "changes.xlsx").code == 8
    assert getcontacts("changes", "--xlsx", "changes.xlsx", "--overwrite").code == 0
    assert Path("changes.xlsx.bak1").read_text() == "mine"


def test_only_the_last_changes_are_told_if_asked_for(service: Simulator) -> None:
    changed(service)
    refreshed(service, {**ANNA, "name": "Änne"}, CARA, BEN)
    assert len(getcontacts("changes").out.splitlines()) == 4
    (back,) = getcontacts("changes", "--last").out.splitlines()
    assert back.endswith("back: Ben (4915100000002@c.us)")


def test_changes_are_told_from_a_day_on(service: Simulator) -> None:
    changed(service)
    assert len(getcontacts("changes", "--since", "2026-01-01").out.splitlines()) == 3
    later = getcontacts("changes", "--since", "2126-01-01")
    assert (later.code, later.out, later.stderr) == (0, "", "Nothing changed.\n")


@pytest.mark.parametrize(
    "words", [("--since", "yesterday"), ("--since", "2026-01-01", "--last"), ("--json", "--csv")]
)
def test_what_makes_no_sense_is_wrong_usage(service: Simulator, words: tuple[str, ...]) -> None:
    assert getcontacts("changes", *words).code == 2


def test_without_a_list_there_is_no_past(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator() as never_asked:
        use(never_asked, monkeypatch)
        assert getcontacts("changes").code == 9
        assert getcontacts("history", "1").code == 9


@pytest.mark.parametrize("spelled", ["4915100000001@c.us", "+49 151 0000-0001", "004915100000001"])
def test_a_person_is_found_by_id_or_phone(service: Simulator, spelled: str) -> None:
    changed(service)
    told = getcontacts("history", spelled).out
    assert told.startswith("Anna Berg\n  4915100000001@c.us\n  first seen 20")
    assert '"Anna" -> "Änne"' in told


def test_a_person_who_is_gone_has_a_history(service: Simulator) -> None:
    changed(service)
    told = getcontacts("history", "4915100000002").out
    assert "not in the list any more" in told
    assert getcontacts("history", "4915100000099").code == 2


def test_a_name_cannot_steer_the_terminal(service: Simulator) -> None:
    refreshed(service, {**ANNA, "name": "\x1b[31mred\u202e"}, BEN)
    assert "\x1b" not in getcontacts("changes").out + getcontacts("history", "4915100000001").out


def test_a_purged_person_is_nowhere(service: Simulator) -> None:
    refreshed(service, {**ANNA, "contactName": "Secretname One"}, BEN, CARA)
    refreshed(service, {**ANNA, "contactName": "Secretname Two"}, BEN, CARA)
    assert b"Secretname" in traces()
    ran = getcontacts("purge", "--person", "+4915100000001", "--yes")
    assert (ran.code, "Deleted: 4915100000001@c.us." in ran.stderr) == (0, True)
    assert b"Secretname" not in traces()
    assert b"4915100000001" not in traces()
    assert b"Ben" in traces()
    assert getcontacts("history", "4915100000001").code == 2


def test_nobody_is_purged_where_two_may_be_meant(service: Simulator) -> None:
    settings.save(Settings(country="US"))
    two = [{**ANNA, "id": f"{digits}@c.us"} for digits in ("2025550123", "12025550123")]
    refreshed(service, *two)
    before = traces()
    ran = getcontacts("purge", "--person", "2025550123", "--yes")
    assert (ran.code, "+2025550123 or +12025550123" in ran.stderr) == (2, True)
    assert traces() == before
    assert getcontacts("purge", "--person", "+2025550123", "--yes").code == 0


BRAZIL = [{**ANNA, "id": f"{digits}@c.us"} for digits in ("553187654321", "5531987654321")]


def test_a_person_is_purged_by_the_number_that_is_dialled(service: Simulator) -> None:
    refreshed(service, BRAZIL[0], BEN)
    ran = getcontacts("purge", "--person", "+55 31 98765-4321", "--yes")
    assert (ran.code, "Deleted: 553187654321@c.us." in ran.stderr) == (0, True)
    assert b"553187654321" not in traces()


def test_who_is_purged_is_asked_where_a_number_is_listed_in_both_forms(service: Simulator) -> None:
    refreshed(service, *BRAZIL, BEN)
    before = traces()
    ran = getcontacts("purge", "--person", "+55 31 98765-4321", "--yes")
    assert ran.code == 2
    assert "Give the id of the one you mean: 5531987654321@c.us or 553187654321@c.us." in ran.stderr
    assert traces() == before
    assert getcontacts("purge", "--person", "5531987654321@c.us", "--yes").code == 0
    assert b"553187654321@c.us" in traces()


def test_a_person_is_purged_under_every_id(service: Simulator) -> None:
    refreshed(service, {**BEN, "newChatId": "102388094480549@lid"}, ANNA)
    getcontacts("purge", "--person", "4915100000002", "--yes")
    assert b"102388094480549" not in traces()


def test_a_number_that_the_list_reveals_is_told_once(service: Simulator) -> None:
    hidden = person("102388094480549@lid", "Jo")
    refreshed(service, ANNA, hidden)
    refreshed(service, ANNA, {**hidden, "phoneNumber": 4915100000009})
    assert getcontacts("changes").out.count("number revealed: Jo") == 1
    told = getcontacts("history", "+49 151 00000009").out
    assert "102388094480549@lid is 4915100000009@c.us (phoneNumber" in told


def test_a_phone_beside_an_id_that_is_that_phone_is_no_news(service: Simulator) -> None:
    refreshed(service, ANNA)
    refreshed(service, {**ANNA, "phoneNumber": 4915100000001})
    assert "revealed" not in getcontacts("changes").out


def test_a_purged_account_is_gone_with_its_token_and_lists(service: Simulator) -> None:
    lines = "\n".join((service.api_url, service.id_instance, service.token))
    getcontacts("login", "shop", "--stdin", stdin=lines)
    assert getcontacts("purge", "--account", "shop", "--yes").code == 0
    assert b"Anna" not in traces()
    assert "shop" not in getcontacts("accounts").out
    assert getcontacts("purge", "--account", "nobody", "--yes").code == 3


def test_nothing_is_purged_without_a_yes(service: Simulator) -> None:
    for words in (("--person", "4915100000001"), ("--account", "environment"), ()):
        assert "Nothing was deleted" in getcontacts("purge", *words, stdin="n\n").stderr
    assert b"Anna" in traces()
    assert getcontacts("purge", "--person", "1", "--yes").code == 2


def test_after_one_list_there_is_nothing_to_compare_yet(service: Simulator) -> None:
    assert "nothing to compare" in getcontacts("changes").stderr
    changed(service)
    assert "nothing to compare" not in getcontacts("changes").stderr


def test_a_name_is_answered_with_the_ids_of_those_who_have_it(service: Simulator) -> None:
    ran = getcontacts("history", "anna b")
    assert (ran.code, "An id or a phone is needed, not a name" in ran.stderr) == (2, True)
    assert "Perhaps: Anna Berg (4915100000001@c.us)." in ran.stderr


def test_a_person_is_told_to_programs(service: Simulator) -> None:
    refreshed(service, {**ANNA, "name": "Anne"}, BEN)
    told = json.loads(getcontacts("history", "+4915100000001", "--json").out)
    assert (told["ids"], told["listed"]) == ([ANNA["id"]], True)
    [change] = told["changes"]
    assert (change["change"], change["before"], change["after"]) == ("renamed", "Anna", "Anne")
