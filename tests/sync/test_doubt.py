"""Refreshing when the service sends less than it has, or everybody under another id."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from tests.simulator.scenarios import EVERY
from workbook.accounts.accounts import Account
from workbook.contacts.changes import Kind
from workbook.contacts.contact import phone
from workbook.contacts.identity import link
from workbook.errors import NotReady, OtherPeople
from workbook.green_api.contacts_stream import ContactsReader
from workbook.simulator.behaviour import only
from workbook.simulator.people import account as people
from workbook.simulator.people import person
from workbook.simulator.replies import encoded, spent, status_false
from workbook.simulator.scenarios import SCENARIOS
from workbook.simulator.simulator import Simulator
from workbook.store import pairs, snapshots, versions
from workbook.store.snapshots import Snapshot
from workbook.sync import history
from workbook.sync.latest import last_good, latest
from workbook.sync.recording import record

ROWS = people()
NOW = datetime(2026, 11, 20, tzinfo=UTC)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Serve without any pace."""
    with Simulator(rate=0) as simulator:
        yield simulator


def account(service: Simulator) -> Account:
    return Account("shop", service.api_url, service.id_instance, service.token)


def asked(service: Simulator) -> list[str]:
    return [call.method for call in service.calls]


def test_a_shrunken_answer_is_asked_for_again_then_the_state_then_it_is_used(
    service: Simulator,
) -> None:
    latest(account(service))
    service.contacts = [*ROWS[:80], person("4915100000777@c.us", "New")]
    found = latest(account(service))
    assert asked(service) == ["getcontacts"] * 3 + ["getstateinstance"]
    assert found.loss is not None
    assert len(found.snapshot.contacts) == len(ROWS) + 1
    missing = len(ROWS) - 80
    [news], [warning] = found.told()
    assert news == "Since the list before: 1 new."
    assert warning.startswith(f"{missing} of {len(ROWS)} missing; nobody was removed.")


def test_a_second_answer_that_is_whole_is_believed(service: Simulator) -> None:
    latest(account(service))
    shrunken = SCENARIOS["shrunken"]
    service.scenario = replace(shrunken, data=tuple(reversed(shrunken.data)))
    found = latest(account(service))
    assert asked(service) == ["getcontacts"] * 3
    assert found.loss is None
    assert found.told() == (["Since the list before: nothing changed."], [])


def test_a_shrunken_answer_is_not_used_where_the_state_explains_it(service: Simulator) -> None:
    latest(account(service))
    shrunken = SCENARIOS["shrunken"].data[-1]
    service.scenario = replace(SCENARIOS["sleepMode"], data=(shrunken,))
    with pytest.raises(NotReady):
        latest(account(service))
    assert len(last_good(account(service)).contacts) == len(ROWS)


def test_a_second_answer_that_fails_leaves_the_first_one(service: Simulator) -> None:
    latest(account(service))
    shrunken = SCENARIOS["shrunken"].data[-1]
    service.scenario = replace(
        SCENARIOS["shrunken"], data=(shrunken, lambda rows: status_false("internal limits"))
    )
    found = latest(account(service))
    assert found.loss is not None
    assert len(found.snapshot.contacts) == len(ROWS)


def test_without_time_for_a_second_question_nobody_is_removed_either(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    latest(account(service))
    monkeypatch.setattr("workbook.sync.latest.PAUSE", 60.0)
    service.contacts = ROWS[:80]
    found = latest(account(service), budget=10)
    assert asked(service) == ["getcontacts", "getcontacts", "getstateinstance"]
    assert len(found.snapshot.contacts) == len(ROWS)


def test_a_loss_can_be_accepted(service: Simulator) -> None:
    latest(account(service))
    service.contacts = ROWS[:80]
    found = latest(account(service), accept_loss=True)
    assert len(found.snapshot.contacts) == 80
    assert found.told()[0][0].startswith(f"Since the list before: {len(ROWS) - 80} not seen since")


def test_shrunken_answers_again_and_again_wear_nothing_down(service: Simulator) -> None:
    latest(account(service))
    for left in (150, 100, 60, 30):
        service.contacts = ROWS[:left]
        found = latest(account(service))
    assert len(found.snapshot.contacts) == len(ROWS)


STRANGERS = [person(f"4930900{at:04}@c.us", f"Stranger {at}") for at in range(250)]


def test_a_list_of_other_people_is_not_believed_and_nothing_of_it_is_kept(
    service: Simulator,
) -> None:
    before = [*latest(account(service)).snapshot.contacts]
    service.contacts = STRANGERS
    for _ in range(2):
        with pytest.raises(OtherPeople, match="sent other people"):
            latest(account(service))
    assert [*last_good(account(service)).contacts] == before
    assert history.known_changes(service.id_instance) == []


def test_a_list_of_other_people_can_be_accepted(service: Simulator) -> None:
    latest(account(service))
    service.contacts = STRANGERS
    latest(account(service), accept_loss=True)
    assert len(last_good(account(service)).contacts) == len(STRANGERS)
    assert latest(account(service)).told() == (["Since the list before: nothing changed."], [])


def test_known_pairs_tell_that_other_ids_are_the_same_people(service: Simulator) -> None:
    service.contacts = STRANGERS
    latest(account(service))
    moved = [link(f"77{at:09}@lid", str(row["id"]), "you", NOW) for at, row in enumerate(STRANGERS)]
    pairs.keep(service.id_instance, [pair for pair in moved if pair])
    service.contacts = [person(f"77{at:09}@lid", "") for at in range(len(STRANGERS))]
    assert latest(account(service)).loss is None


def sending(service: Simulator, *rows: object) -> None:
    service.contacts = json.dumps(rows).encode()


def test_whoever_lacks_in_an_answer_with_an_alien_row_stays_in_the_list(service: Simulator) -> None:
    latest(account(service))
    sending(service, *ROWS[2:], None)
    now = latest(account(service))
    assert {contact.id for contact in now.snapshot.contacts} == {row["id"] for row in ROWS}
    assert now.loss is not None
    assert any("rows that are no contacts" in warning for warning in now.told()[1])


def test_an_answer_with_an_alien_row_is_asked_for_again_if_somebody_lacks(
    service: Simulator,
) -> None:
    latest(account(service))
    sending(service, *ROWS, None)
    latest(account(service))
    assert asked(service) == ["getcontacts"] * 2
    sending(service, *ROWS[1:], None)
    latest(account(service))
    assert asked(service) == ["getcontacts"] * 4 + ["getstateinstance"]


def test_an_answer_with_an_alien_row_counts_no_absence(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(versions, "APART", timedelta(microseconds=1))
    counts = []
    for rows in (ROWS, ROWS[1:], [*ROWS[1:], None], ROWS[1:]):
        sending(service, *rows)
        latest(account(service))
        seen = history.gone(service.id_instance).get(str(ROWS[0]["id"]))
        counts.append(seen[1] if seen else None)
    assert counts == [None, 1, 1, 2]


def test_a_loss_that_is_known_is_not_fetched_twice_again(service: Simulator) -> None:
    latest(account(service))
    service.contacts = ROWS[:80]
    latest(account(service))
    service.calls.clear()
    found = latest(account(service))
    assert asked(service) == ["getcontacts", "getstateinstance"]
    assert found.loss is not None
    assert len(found.snapshot.contacts) == len(ROWS)


def kept_since(service: Simulator, days: int) -> None:
    """Keep the list that the service has, as fetched some days ago."""
    reader = ContactsReader()
    reader.feed(encoded(ROWS))
    then = datetime.now(UTC) - timedelta(days=days)
    record(service.id_instance, Snapshot("shop", then, reader.finish().contacts))


@pytest.mark.parametrize("state", ["sleepMode", "suspended", "yellowCard"])
def test_a_list_that_is_the_same_for_a_day_is_told_as_perhaps_old(
    service: Simulator, state: str
) -> None:
    kept_since(service, days=2)
    service.scenario = EVERY[state]
    [warning] = latest(account(service)).told()[1]
    assert warning.startswith(
        f'The list may be an old one, for the instance is in the state "{state}"; '
    )


def test_a_list_that_is_the_same_for_a_day_is_fresh_where_the_state_is_good(
    service: Simulator,
) -> None:
    kept_since(service, days=2)
    assert latest(account(service)).told()[1] == []
    assert asked(service) == ["getcontacts", "getstateinstance"]


def test_the_state_is_not_asked_where_the_list_is_young_or_has_changed(
    service: Simulator,
) -> None:
    service.scenario = EVERY["suspended"]
    latest(account(service))
    assert latest(account(service)).stale == ""
    assert asked(service) == ["getcontacts"] * 2


def test_a_list_that_changed_today_is_no_old_one(service: Simulator) -> None:
    kept_since(service, days=2)
    service.scenario = EVERY["suspended"]
    service.contacts = [*ROWS, person("4915100000777@c.us", "New")]
    assert latest(account(service)).stale == ""
    assert asked(service) == ["getcontacts"]


def test_a_doubted_list_of_a_suspended_account_is_told_as_perhaps_old(service: Simulator) -> None:
    latest(account(service))
    shrunken = SCENARIOS["shrunken"].data[-1]
    service.scenario = replace(EVERY["suspended"], data=(shrunken,))
    loss, stale = latest(account(service)).told()[1]
    assert "missing; nobody was removed" in loss
    assert '"suspended"' in stale


def test_where_the_state_is_not_told_nothing_is_said_of_it(service: Simulator) -> None:
    kept_since(service, days=2)
    quota = only("getstateinstance", lambda request: spent("getstateinstance", 1))
    service.scenario = replace(EVERY["suspended"], quota=(quota,))
    assert latest(account(service)).told()[1] == []


def test_a_first_list_says_nothing_about_changes(service: Simulator) -> None:
    found = latest(account(service))
    assert found.told() == ([], [])
    assert latest(account(service), max_age=60).told() == ([], [])


@pytest.mark.parametrize("first", ["lid-mode", "normal"])
def test_lid_mode_is_pointed_out_when_it_begins(service: Simulator, first: str) -> None:
    service.scenario = first
    first_told = latest(account(service)).hint
    service.scenario = "lid-mode"
    second_told = latest(account(service)).hint
    assert bool(first_told) is (first == "lid-mode")
    assert bool(second_told) is (first == "normal")
    assert "enableLidMode" in first_told + second_told


def test_hidden_ids_with_their_phones_are_the_same_people(service: Simulator) -> None:
    before = {phone(contact) for contact in latest(account(service)).snapshot.contacts}
    service.scenario = "lid-phones"
    now = latest(account(service))
    after = [phone(contact) for contact in now.snapshot.contacts if phone(contact)]
    assert now.loss is None
    assert set(after) <= before
    assert len(after) > 0.8 * len(before)
    moved = [
        change for change in history.known_changes(service.id_instance) if change.kind is Kind.MOVED
    ]
    assert len(moved) == len(after)


def test_without_an_answer_about_lid_mode_nothing_is_said(service: Simulator) -> None:
    quota = only("getsettings", lambda request: spent("getsettings", 1))
    service.scenario = replace(SCENARIOS["lid-mode"], quota=(quota,))
    assert latest(account(service)).hint == ""


def test_people_listed_twice_are_one_row(service: Simulator) -> None:
    service.scenario = "lid-twins"
    found = latest(account(service))
    kept = snapshots.last_good(service.id_instance)
    assert kept is not None
    assert len(found.snapshot.contacts) < len(kept.contacts)
    ids = {contact.id for contact in found.snapshot.contacts}
    assert ids == {contact.id for contact in last_good(account(service)).contacts}
