"""The one door to an account's contacts: when it asks, what it keeps, what a failure leaves."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import stamina

from tests.green_api.fault_server import FaultServer, answering, silent
from tests.simulator.scenarios import EVERY
from workbook.accounts.accounts import Account
from workbook.contacts.contact import ContactList
from workbook.errors import ContactsError, EmptyList, NoSnapshot, NotReady
from workbook.simulator.behaviour import Scenario, busy, nothing, only
from workbook.simulator.people import person
from workbook.simulator.simulator import Simulator
from workbook.store.snapshots import Snapshot
from workbook.sync.latest import last_good, latest
from workbook.sync.recording import record

ANNA, JO = person("4915100000001@c.us", "Anna"), person("4915100000002@c.us", "Jo")


@pytest.fixture(autouse=True)
def fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Repeat as often as ever, but without the waits."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


def account_of(sim: Simulator) -> Account:
    return Account("shop", sim.api_url, sim.id_instance, sim.token)


def names(snapshot: Snapshot) -> list[str]:
    return [contact.name for contact in snapshot.contacts]


def test_a_list_is_fetched_and_kept() -> None:
    with Simulator(contacts=[ANNA, JO], rate=0) as sim:
        found = latest(account_of(sim))
        assert names(found.snapshot) == ["Anna", "Jo"]
        assert found.calls == len(sim.calls) == 1
    assert names(last_good(account_of(sim))) == ["Anna", "Jo"]
    assert found.snapshot.fetched.tzinfo is UTC


def test_a_young_list_is_answered_without_a_call() -> None:
    with Simulator(contacts=[ANNA], rate=0) as sim:
        latest(account_of(sim))
        again = latest(account_of(sim), max_age=60)
        assert (names(again.snapshot), again.calls) == (["Anna"], 0)
        assert len(sim.calls) == 1


@pytest.mark.parametrize("age", [timedelta(minutes=2), timedelta(days=-365)])
def test_a_list_that_is_old_or_from_the_future_is_fetched_anew(age: timedelta) -> None:
    with Simulator(contacts=[ANNA], rate=0) as sim:
        old = Snapshot("shop", datetime.now(UTC) - age, ContactList())
        record(sim.id_instance, old)
        assert names(latest(account_of(sim), max_age=60).snapshot) == ["Anna"]


def test_without_an_age_every_call_asks() -> None:
    with Simulator(contacts=[ANNA], rate=0) as sim:
        latest(account_of(sim))
        sim.contacts = [ANNA, JO]
        assert names(latest(account_of(sim)).snapshot) == ["Anna", "Jo"]


@pytest.mark.parametrize(
    "scenario", ["empty", "not-authorized", "forbidden-html", "503", "truncated", "cut-off"]
)
def test_a_failed_fetch_leaves_the_last_good_list(scenario: str) -> None:
    with Simulator(contacts=[ANNA], rate=0) as sim:
        latest(account_of(sim))
        sim.contacts = None
        sim.scenario = EVERY[scenario]
        with pytest.raises(ContactsError):
            latest(account_of(sim))
        assert names(last_good(account_of(sim))) == ["Anna"]


def test_what_was_dropped_and_changed_is_told_of_a_kept_list_too() -> None:
    rows = [ANNA, ANNA, {"id": "null@c.us"}, {**JO, "name": "half \ud83d"}]
    with Simulator(contacts=rows, rate=0) as sim:
        told = latest(account_of(sim)).snapshot
        kept = latest(account_of(sim), max_age=60).snapshot
    for snapshot in (told, kept):
        assert snapshot.dropped == {"junk id": 1, "same id again": 1}
        assert +snapshot.altered == {"lone surrogate replaced": 1}


def test_without_a_kept_list_offline_is_refused() -> None:
    account = Account("shop", "https://1101.api.green-api.com", "1101000001", "token")
    with pytest.raises(NoSnapshot, match='No list of "shop" is kept here yet'):
        last_good(account)


def test_an_empty_list_names_the_last_good_one() -> None:
    with Simulator(contacts=[ANNA], rate=0) as sim:
        before = latest(account_of(sim)).snapshot.fetched.astimezone()
        sim.contacts = []
        with pytest.raises(EmptyList, match=f"{before:%Y-%m-%d %H:%M}.*export --offline"):
            latest(account_of(sim))


def test_an_empty_list_without_a_former_one_gives_the_docs_advice() -> None:
    with Simulator("empty", rate=0) as sim:
        with pytest.raises(EmptyList, match=r"Repeat in five minutes.*scan the QR code") as told:
            latest(account_of(sim))
        assert "--offline" not in str(told.value)
        assert [call.method for call in sim.calls] == ["getcontacts"] * 3 + ["getstateinstance"]


@pytest.mark.parametrize(
    ("scenario", "state"), [("not-authorized-empty", "notAuthorized"), ("blocked", "blocked")]
)
def test_an_empty_list_of_an_instance_that_is_not_ready_is_told_as_that(
    scenario: str, state: str
) -> None:
    with Simulator(EVERY[scenario], rate=0) as sim, pytest.raises(NotReady) as told:
        latest(account_of(sim))
    assert told.value.state == state


def test_where_the_state_cannot_be_asked_the_list_is_just_empty() -> None:
    mute = Scenario(description="", rate=(only("getstateinstance", busy),), data=(nothing,))
    with Simulator(mute, rate=0) as sim, pytest.raises(EmptyList):
        latest(account_of(sim))


def test_asking_why_a_list_is_empty_ends_with_the_budget_too() -> None:
    empty = answering(b"[]")
    with FaultServer(empty, empty, empty, silent) as server:
        account = Account("shop", server.url, "1101000001", "token")
        with pytest.raises(EmptyList):
            latest(account, budget=3)
    assert len(server.heads) == 4


def test_accounts_do_not_see_each_others_lists() -> None:
    with (
        Simulator(contacts=[ANNA], rate=0) as sim,
        Simulator(contacts=[JO], rate=0, id_instance="1101000002") as other,
    ):
        latest(account_of(sim))
        assert names(latest(account_of(other), max_age=60).snapshot) == ["Jo"]


def test_progress_is_told_while_the_list_arrives() -> None:
    told: list[int] = []
    with Simulator(rate=0) as sim:
        latest(account_of(sim), on_bytes=told.append)
    assert told[-1] > 10_000
