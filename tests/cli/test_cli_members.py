"""The command `members`: who is in which group."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from msgspec.structs import replace

from tests.cli.command import getcontacts, use
from tests.store.lists import traces
from workbook.green_api.client import Client
from workbook.green_api.other_methods import GroupData
from workbook.simulator.behaviour import fine, only
from workbook.simulator.people import LEFT_GROUP
from workbook.simulator.replies import spent
from workbook.simulator.scenarios import SCENARIOS
from workbook.simulator.simulator import Simulator
from workbook.store import pairs

ANNA, HIDDEN = "4915100000001@c.us", "102388094480549@lid"
TEAM, GONE = "120363043968066561@g.us", LEFT_GROUP
CROWD = [
    {"id": ANNA, "name": "=1+1", "contactName": "Anna Berg", "type": "user"},
    {"id": HIDDEN, "name": "Jo", "contactName": "", "type": "user"},
    {"id": TEAM, "name": "Team", "type": "group"},
    {"id": GONE, "name": "Left", "type": "group"},
]
HEADER = ("group", "groupName", "id", "name", "contactName", "phone", "role")


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    monkeypatch.chdir(tmp_path)
    with Simulator(contacts=CROWD, rate=0) as simulator:
        use(simulator, monkeypatch)
        yield simulator


def asked(service: Simulator) -> int:
    return sum(call.method == "getgroupdata" for call in service.calls)


def rows(path: str) -> list[tuple[object, ...]]:
    return [*openpyxl.load_workbook(path)["Members"].iter_rows(values_only=True)]


def test_a_sheet_tells_who_is_in_each_group_with_phone_and_role(service: Simulator) -> None:
    ran = getcontacts("members")
    assert ran.code == 0, ran.stderr
    header, *body = rows("members.xlsx")
    assert header == HEADER
    assert {row[:2] for row in body} == {(TEAM, "Team")}
    assert sum(row[6] == "owner" for row in body) == 1
    assert f"{len(body)} members of 1 group are in members.xlsx." in ran.stderr


def test_a_member_who_is_in_the_list_has_the_names_of_the_list(service: Simulator) -> None:
    getcontacts("members", "members.json")
    body = json.loads(Path("members.json").read_text("utf-8"))
    assert {row["name"] for row in body if row["name"]} == {"=1+1", "Jo"}
    phones = {row["id"]: row["phone"] for row in body if row["id"].endswith("@c.us")}
    assert all(phone == f"+{id_.partition('@')[0]}" for id_, phone in phones.items())


def test_a_group_that_refuses_is_counted_and_told(service: Simulator) -> None:
    ran = getcontacts("members", "-q")
    assert ran.code == 0
    assert "1 group was refused with the word forbidden" in ran.stderr


def test_what_is_kept_is_not_asked_again_and_a_stopped_run_goes_on(service: Simulator) -> None:
    getcontacts("members", "--group", TEAM)
    assert asked(service) == 1
    getcontacts("members")
    assert asked(service) == 2, "the other group alone"
    getcontacts("members", "--max-age", "0s")
    assert asked(service) == 4


def test_many_groups_want_a_yes_before_any_of_them_is_asked(service: Simulator) -> None:
    service.contacts = [
        {"id": f"12036304396{n:07}@g.us", "name": "", "type": "group"} for n in range(101)
    ]
    ran = getcontacts("members")
    assert (ran.code, asked(service)) == (2, 0)
    assert "101 groups are to be asked" in ran.stderr
    assert "--yes" in ran.stderr


def test_a_file_that_was_changed_is_not_replaced(service: Simulator) -> None:
    Path("members.xlsx").write_text("mine")
    assert getcontacts("members").code == 8
    assert Path("members.xlsx").read_text() == "mine"
    assert asked(service) == 0


def test_a_group_that_is_not_in_the_list_is_wrong_usage(service: Simulator) -> None:
    ran = getcontacts("members", "--group", ANNA)
    assert (ran.code, asked(service)) == (2, 0)
    assert "There is no group" in ran.stderr


def test_the_roles_are_owner_and_admin(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as service:
        use(service, monkeypatch)
        getcontacts("members", "members.json")
    body = json.loads(Path("members.json").read_text("utf-8"))
    group = [row["role"] for row in body if row["group"] == body[0]["group"]]
    assert (group.count("owner"), group.count("admin")) == (1, 1)
    assert set(group) == {"owner", "admin", ""}


def test_a_group_of_max_is_asked_about_by_its_chat_id(service: Simulator) -> None:
    service.contacts = None
    service.scenario = "max"
    ran = getcontacts("members", "max.csv")
    assert "0 members of 1 group are in max.csv." in ran.stderr


def test_a_quota_that_is_used_up_keeps_what_came(service: Simulator) -> None:
    used_up = only("getgroupdata", lambda request: spent("getGroupData", 1_000))
    service.scenario = replace(SCENARIOS["normal"], quota=(fine, used_up))
    ran = getcontacts("members")
    assert ran.code == 5
    assert "What came is kept; the next run goes on from there." in ran.stderr
    service.scenario = "normal"
    before = asked(service)
    assert getcontacts("members").code == 0
    assert asked(service) == before + 1, "the other group alone"


def test_ctrl_c_keeps_what_came(service: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    asking = Client.group_data

    def interrupted(client: Client, group_id: str) -> GroupData:
        if group_id == GONE:
            raise KeyboardInterrupt
        return asking(client, group_id)

    with monkeypatch.context() as patch:
        patch.setattr(Client, "group_data", interrupted)
        ran = getcontacts("members")
    assert (ran.code, "What came is kept" in ran.stderr) == (130, True)
    assert not Path("members.xlsx").exists()
    assert getcontacts("members").code == 0
    assert asked(service) == 2


def test_nobody_is_asked_about_a_group_twice(service: Simulator) -> None:
    getcontacts("members")
    getcontacts("resolve", "--groups")
    assert asked(service) == 2, "resolve learns from the same answers"


def test_pairs_of_ids_that_groups_tell_are_kept_and_a_purge_forgets_members(
    service: Simulator,
) -> None:
    ran = getcontacts("members", "-", "--format", "json")
    [member, *_] = json.loads(ran.out)
    assert pairs.known(service.id_instance)
    assert getcontacts("purge", "--person", member["id"], "--yes").code == 0
    assert member["id"].encode() not in traces()
