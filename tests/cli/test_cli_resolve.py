"""`getcontacts resolve`: whose hidden number it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.cli.command import getcontacts, use
from tests.simulator.scenarios import EVERY
from workbook.green_api.client import Client
from workbook.green_api.other_methods import Checked
from workbook.simulator.people import group, lid_of, person
from workbook.simulator.simulator import Simulator
from workbook.store import call_slots, pairs

ANNA = person("4915100000001@c.us", "Anna", "Anna Berg")
BEN_PHONE = "4915100000002"
BEN = person(lid_of(BEN_PHONE), "Ben")
STRANGER_ID = "288888888888888@lid"  # whose phone nobody can tell
STRANGER = person(STRANGER_ID, "Jo")
CLUB = group("120363043968066561@g.us", "Club")


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Simulator]:
    """Serve hidden numbers, in an empty working folder and without any pace."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(call_slots, "FASTER", {})
    with Simulator(contacts=[ANNA, BEN, STRANGER], rate=0) as simulator:
        use(simulator, monkeypatch)
        assert getcontacts("export", "list.csv").code == 0
        simulator.calls.clear()
        yield simulator


def asked(service: Simulator) -> list[str]:
    return [call.method for call in service.calls if call.method != "getsettings"]


def again(service: Simulator, *rows: dict[str, object]) -> None:
    service.contacts = rows
    assert getcontacts("export", "list.csv", "--overwrite").code == 0
    service.calls.clear()


def phones() -> list[str]:
    words = ("export", "-", "--format", "json", "--offline", "--columns", "phone")
    return [row["phone"] for row in json.loads(getcontacts(*words).out)]


def test_a_hidden_number_gets_the_phone_that_is_told(service: Simulator) -> None:
    ran = getcontacts("resolve")
    assert ran.code == 0
    assert "Found 1 of 2 hidden numbers; questions asked: 2." in ran.stderr
    assert phones() == ["+4915100000001", f"+{BEN_PHONE}", ""]
    assert "number revealed: Ben" in getcontacts("changes").out


def test_groups_are_asked_before_numbers_as_one_may_tell_many(service: Simulator) -> None:
    again(service, ANNA, BEN, CLUB)
    getcontacts("resolve")
    assert asked(service) == ["getgroupdata"]
    assert phones()[1] == f"+{BEN_PHONE}"


def test_only_one_kind_is_asked_if_wished(service: Simulator) -> None:
    again(service, ANNA, BEN, STRANGER, CLUB)
    getcontacts("resolve", "--numbers")
    getcontacts("resolve", "--groups")
    assert asked(service) == ["checkwhatsapp", "checkwhatsapp", "getgroupdata"]


def test_the_next_run_goes_on_where_the_last_one_ended(service: Simulator) -> None:
    told = getcontacts("resolve", "--limit", "1").stderr
    assert "Questions left: 1. Run getcontacts resolve again." in told
    getcontacts("resolve")
    getcontacts("resolve")
    assert asked(service) == ["checkwhatsapp", "checkwhatsapp"]


def test_nobody_is_asked_about_without_a_hidden_number(service: Simulator) -> None:
    again(service, ANNA, CLUB)
    ran = getcontacts("resolve")
    assert (asked(service), ran.stderr) == ([], "There are no hidden numbers in the list.\n")


def test_pairs_of_people_who_are_in_no_list_are_not_kept(service: Simulator) -> None:
    again(service, BEN, CLUB)
    service.contacts = [BEN, CLUB, *(person(f"49151000005{n}@c.us", "") for n in range(10, 60))]
    getcontacts("resolve", "--groups")
    assert set(pairs.replacements_of(service.id_instance)) <= {BEN["id"]}


def test_a_group_we_left_is_passed_over(service: Simulator) -> None:
    again(service, BEN, group("120363000000000403@g.us", "Old flat"))
    assert getcontacts("resolve", "--groups").code == 0
    assert getcontacts("resolve", "--groups").code == 0
    assert asked(service) == ["getgroupdata"]


def test_a_quota_ends_the_run_and_keeps_what_was_found(service: Simulator) -> None:
    getcontacts("resolve", "--limit", "1")
    service.scenario = replace(EVERY["checks-paused"], rows=EVERY["normal"].rows)
    ran = getcontacts("resolve")
    assert ran.code == 5
    assert "469" in ran.stderr
    assert phones()[1] == f"+{BEN_PHONE}"


def test_ctrl_c_ends_with_130_and_keeps_what_was_found(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = Client.check_whatsapp

    def interrupted(client: Client, chat_id: str) -> Checked:
        if asked(service):
            raise KeyboardInterrupt
        return answered(client, chat_id)

    monkeypatch.setattr(Client, "check_whatsapp", interrupted)
    ran = getcontacts("resolve")
    assert ran.code == 130
    assert "Found 1 of 2 hidden numbers" in ran.stderr
    assert phones()[1] == f"+{BEN_PHONE}"


def test_refused_credentials_are_told_before_anything_is_asked(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "b" * 50)
    assert getcontacts("resolve").code == 3
    assert asked(service) == []


def test_lid_mode_is_pointed_out(service: Simulator) -> None:
    service.scenario = "lid-mode"
    assert "enableLidMode" in getcontacts("resolve").stderr
    assert "enableLidMode" in getcontacts("status").stderr


def test_without_a_list_there_is_nothing_to_look_up(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator() as never_asked:
        use(never_asked, monkeypatch)
        assert getcontacts("resolve").code == 9


def test_namesakes_are_listed_and_joined_by_the_user_alone(service: Simulator) -> None:
    again(service, ANNA, person(STRANGER_ID, "Anna Berg"))
    told = getcontacts("resolve", "--maybe")
    assert told.out.count("=?") == 1
    assert asked(service) == []
    assert len(phones()) == 2
    assert getcontacts("resolve", "--same", "4915100000001", STRANGER_ID).code == 0
    assert phones() == ["+4915100000001"]
    assert getcontacts("resolve", "--apart", STRANGER_ID).code == 0
    assert len(phones()) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("--same", "4915100000001", "1"),
        ("--same", "4915100000001", "4915100000001"),
        ("--apart", "1"),
    ],
)
def test_what_cannot_be_joined_or_parted_is_refused(
    service: Simulator, words: tuple[str, ...]
) -> None:
    assert getcontacts("resolve", *words).code == 2
