"""The three worksheet functions, called as plain functions with what cells hold."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Event

import pytest

from addin.excel import udfs
from addin.shared import formula_lists
from tests.hosts.excel_side import (
    ANNA,
    CROWD,
    GETCONTACT,
    GETCONTACTS,
    GETCONTACTSINFO,
    excel_account,
    held_back,
    keep_a_list,
    requests,
    restart,
)
from tests.simulator.scenarios import EVERY
from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.contacts.contact import Contact
from workbook.contacts.lookup import People
from workbook.simulator.quirks import QUIRKS
from workbook.simulator.simulator import Simulator

HEADER = ["id", "name", "contactName", "type"]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with excel_account(monkeypatch) as simulator:
        yield simulator


def info(alias: object = None) -> dict[str, object]:
    return dict(GETCONTACTSINFO(alias))


def test_without_arguments_header_and_all_rows_spill(service: Simulator) -> None:
    rows = GETCONTACTS()
    assert rows[0] == HEADER
    assert rows[1] == [ANNA, "Anna", "Anna Berg", "user"]
    assert len(rows) == 1 + len(CROWD)
    assert {type(cell) for row in rows for cell in row} == {str}


@pytest.mark.parametrize(("kind", "many"), [("group", 1), ("User", 4), ([["groups"]], 1), ("", 5)])
def test_the_first_argument_chooses_people_or_groups(
    service: Simulator, kind: object, many: int
) -> None:
    assert len(GETCONTACTS(kind, None, False)) == many


def test_the_second_argument_limits_what_was_chosen(service: Simulator) -> None:
    rows = GETCONTACTS("user", 2.0)
    assert [row[3] for row in rows] == ["type", "user", "user"]


def test_the_third_argument_leaves_the_header_out(service: Simulator) -> None:
    assert GETCONTACTS(None, None, False) == GETCONTACTS()[1:]
    assert GETCONTACTS(headers=0.0)[0][0] == ANNA


def test_a_recalculation_makes_no_new_rows_of_the_same_list(service: Simulator) -> None:
    assert GETCONTACTS() is GETCONTACTS()
    assert GETCONTACTS("group") is GETCONTACTS("group")
    assert len(GETCONTACTS("group")) == 2


def test_the_fourth_argument_names_the_account(service: Simulator) -> None:
    from workbook.accounts import accounts

    url, instance = service.api_url, service.id_instance
    accounts.save(Account("Second", url, instance, service.token))
    assert GETCONTACTS(None, 1.0, False, "second")[0][0] == ANNA
    assert info("SECOND")["account"] == "Second"


def test_whatever_people_call_themselves_spills_as_text_in_even_rows(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with excel_account(monkeypatch, QUIRKS):
        rows = GETCONTACTS()
    assert {len(row) for row in rows} == {4}
    assert ["4915100000020@c.us", "=cmd|'/C calc'!A0", "=1+1", "user"] in rows
    assert max(len(cell) for row in rows for cell in row) <= 32_767


def test_a_kind_nobody_is_gives_one_cell_that_names_the_kinds(service: Simulator) -> None:
    [[said]] = GETCONTACTS("grup")
    assert said == 'No contact is a "grup"; there are: user (4), group (1).'


@pytest.mark.parametrize("wrong", [("user", -1.0), ("user", 100.0, "perhaps"), (["a", "b"],)])
def test_a_senseless_argument_gives_one_cell_and_no_request(
    service: Simulator, wrong: tuple[object, ...]
) -> None:
    [[said]] = GETCONTACTS(*wrong)
    assert said.endswith((".", "given."))
    assert requests(service) == 0


def test_without_an_account_one_cell_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    restart(monkeypatch)
    [[said]] = GETCONTACTS()
    assert said.startswith("There are no credentials yet.")
    assert "Account…" in said


@pytest.mark.parametrize(
    "scenario",
    ["quota", "expired", "not-authorized-200", "forbidden-html", "html-200", "null-body"],
)
def test_with_nothing_to_show_one_cell_holds_the_reason(service: Simulator, scenario: str) -> None:
    service.scenario = EVERY[scenario]
    [[said]] = GETCONTACTS()
    assert said == info()["last error"]
    assert len(said) > 40
    assert service.token not in said


def test_while_the_first_list_is_on_its_way_one_cell_says_so(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    service.scenario = held_back(gate)
    monkeypatch.setattr(formula_lists, "PATIENCE", 0.1)
    [[said]] = GETCONTACTS()
    age = info()["age"]
    gate.set()
    assert "on its way" in said
    assert "Ctrl+Alt+F9" in said
    assert age == "a new list is on its way"


def test_an_old_list_is_shown_when_there_is_no_newer_one_and_the_info_says_so(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=300)
    service.scenario = EVERY["expired"]
    assert GETCONTACTS()[1][0] == ANNA
    assert info()["age"] == "5 hours"
    assert "renew it" in str(info()["last error"])


def test_one_person_is_found_by_id_or_phone(service: Simulator) -> None:
    assert GETCONTACT(ANNA) == "Anna Berg"
    assert GETCONTACT(4915100000001.0) == "Anna Berg"
    assert GETCONTACT("+49 (151) 000-00001") == "Anna Berg"
    assert GETCONTACT("120363043968066561@g.us") == "Football"


def test_the_name_is_shown_where_the_phone_book_has_none(service: Simulator) -> None:
    assert GETCONTACT("0049 151 00000002") == "Ben"
    assert GETCONTACT("0049 151 00000002", "contactName") == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ID", ANNA),
        ("name", "Anna"),
        ("CONTACTNAME", "Anna Berg"),
        ("type", "user"),
        ("phone", "+4915100000001"),
        ("link", "https://wa.me/4915100000001"),
        ("account", "environment"),
        ([["country"]], "Germany"),
        (None, "Anna Berg"),
    ],
)
def test_the_field_is_any_column_in_any_case(service: Simulator, field: object, value: str) -> None:
    assert GETCONTACT(ANNA, field) == value


def test_a_national_number_is_found_where_the_settings_name_a_country(service: Simulator) -> None:
    settings.save(settings.Settings(country="DE"))
    assert GETCONTACT("0151 00000001") == "Anna Berg"
    assert GETCONTACT(15100000001.0) == "Anna Berg"


@pytest.mark.parametrize("who", ["", None, "4915100000009", "Anna", 1.5e16, True, 0.5])
def test_a_stranger_is_an_empty_text(service: Simulator, who: object) -> None:
    assert GETCONTACT(who) == ""


def test_a_mail_merge_never_prints_an_error_sentence(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.scenario = EVERY["expired"]
    assert GETCONTACT(ANNA) == ""
    assert GETCONTACT(ANNA, None, "nobody") == ""
    monkeypatch.setattr(formula_lists.Lists, "of", lambda *_: 1 / 0)
    assert GETCONTACT(ANNA) == ""
    assert "ZeroDivisionError" in str(info()["last error"])


def test_a_field_that_does_not_exist_is_told_to_whoever_writes_the_formula(
    service: Simulator,
) -> None:
    said = GETCONTACT(ANNA, "emial")
    assert said.startswith('There is no field "emial"; known: id, name, contactName, type, phone,')


def test_a_range_of_people_gives_as_many_cells(service: Simulator) -> None:
    cells = [[ANNA], ["nobody"], [12025550123.0], [None]]
    assert GETCONTACT(cells, "name") == [["Anna"], [""], ["Landlord"], [""]]


def test_the_blank_cells_of_a_whole_column_are_not_looked_up(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    find = People.find

    def counted(people: People, who: str, country: str) -> Contact | None:
        asked.append(who)
        return find(people, who, country)

    monkeypatch.setattr(People, "find", counted)
    column = [["id"], [ANNA], *[[None]] * 100_000, [ANNA]]
    shown = GETCONTACT(column, "name")
    assert asked == ["id", ANNA, ANNA]
    assert shown == [[""], ["Anna"], *[[""]] * 100_000, ["Anna"]]


@pytest.mark.parametrize("blank", [[None, None], (None, None)])
def test_blank_cells_are_seen_in_blocks_too(service: Simulator, blank: object) -> None:
    assert GETCONTACT([blank, [ANNA, None], blank]) == [["", ""], ["Anna Berg", ""], ["", ""]]


def test_the_info_is_a_block_of_two_columns(service: Simulator) -> None:
    rows = GETCONTACTSINFO()
    assert [name for name, _ in rows] == [
        "account", "list of", "age", "contacts", "people", "groups", "last error",
    ]  # fmt: skip
    assert info()["account"] == "environment"
    assert (info()["contacts"], info()["people"], info()["groups"]) == (5, 4, 1)
    assert str(info()["age"]).endswith(" seconds")
    assert info()["last error"] == ""


def test_without_an_account_the_info_keeps_its_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    restart(monkeypatch)
    assert len(GETCONTACTSINFO()) == 7
    assert info()["list of"] == "none yet"
    assert "no credentials" in str(info()["last error"])


def test_a_bug_is_one_short_sentence_without_secrets(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise KeyError(f"{service.api_url}/waInstance1/getContacts/{service.token}")

    monkeypatch.setattr(udfs, "build", broken)
    [[said]] = GETCONTACTS()
    assert said.startswith("This is a bug in getcontacts (KeyError at test_udfs.py:")
    assert service.token not in said
    assert "getContacts/" not in said
