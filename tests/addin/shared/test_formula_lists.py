"""One list for all cells: how often it is fetched, how long a cell waits, what it is given."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest

from addin.shared import formula_lists
from tests.hosts.excel_side import (
    ANNA,
    CROWD,
    excel_account,
    held_back,
    keep_a_list,
    requests,
    restart,
)
from workbook.accounts import accounts, credentials, settings
from workbook.accounts.accounts import Account
from workbook.errors import NoAccount
from workbook.simulator.simulator import Simulator
from workbook.store.snapshots import Snapshot
from workbook.sync import latest


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with excel_account(monkeypatch) as simulator:
        yield simulator


def ids(answer: formula_lists.FormulaList) -> set[str]:
    assert answer.kept is not None
    return {contact.id for contact in answer.kept.snapshot.contacts}


def until(true: object) -> None:
    """Wait for what another thread is about to do."""
    assert callable(true)
    while not true():
        time.sleep(0.01)


def test_a_thousand_cells_in_eight_threads_make_one_request(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formula_lists, "PATIENCE", 30.0)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: formula_lists.shared.of(""), range(1_000)))
    assert requests(service) == 1
    assert {len(ids(answer)) for answer in answers} == {len(CROWD)}


def test_a_kept_list_that_is_young_is_shown_without_a_request(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=0.5)
    answer = formula_lists.shared.of("")
    assert ANNA in ids(answer)
    assert requests(service) == 1  # of whoever fetched it


def test_a_kept_list_older_than_a_minute_is_fetched_anew(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=1.5)
    service.contacts = CROWD[:1]
    assert ids(formula_lists.shared.of("")) == {ANNA}


def test_a_kept_list_that_grows_old_in_memory_is_fetched_anew(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=0.9)
    formula_lists.shared.of("")
    service.contacts = CROWD[:1]
    monkeypatch.setattr(Snapshot, "age", lambda _: 61.0)
    assert ids(formula_lists.shared.of("")) == {ANNA}


def test_a_setting_lets_cells_be_content_for_longer(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.save(settings.Settings(formula_max_age=600))
    keep_a_list(monkeypatch, minutes_ago=5)
    formula_lists.shared.of("")
    assert requests(service) == 1


def test_a_setting_of_nothing_does_not_fetch_for_every_cell(service: Simulator) -> None:
    settings.save(settings.Settings(formula_max_age=0))
    for _ in range(20):
        formula_lists.shared.of("")
    assert requests(service) == 1


def test_when_the_service_fails_the_last_good_list_is_shown(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=60)
    service.scenario = "quota"
    answer = formula_lists.shared.of("")
    assert len(ids(answer)) == len(CROWD)
    assert "quota" in answer.problem


def test_after_a_failure_no_cell_tries_again_at_once(service: Simulator) -> None:
    service.scenario = "quota"
    problems = {formula_lists.shared.of("").problem for _ in range(50)}
    assert requests(service) == 1
    assert len(problems) == 1


def test_after_a_failure_another_account_is_tried_at_once(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "mistyped")
    assert "401" in formula_lists.shared.of("").problem
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", service.token)
    monkeypatch.setattr(formula_lists, "SAME", 0)
    assert ANNA in ids(formula_lists.shared.of(""))


def test_a_cell_waits_for_a_moment_and_the_fetch_goes_on_without_it(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    service.scenario = held_back(gate)
    monkeypatch.setattr(formula_lists, "PATIENCE", 0.2)
    first = formula_lists.shared.of("")
    assert first.coming
    assert first.kept is None
    gate.set()
    until(lambda: not formula_lists.shared.of("").coming)
    assert formula_lists.shared.of("").kept is not None
    assert requests(service) == 1


def test_cells_that_come_later_do_not_wait_again_for_the_same_fetch(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Event()
    service.scenario = held_back(gate)
    monkeypatch.setattr(formula_lists, "PATIENCE", 0.2)
    formula_lists.shared.of("")
    waits: list[float] = []
    monkeypatch.setattr(formula_lists, "wait", lambda _, seconds: waits.append(seconds))
    answers = [formula_lists.shared.of("") for _ in range(200)]
    gate.set()
    assert waits == [0.0] * 200
    assert all(answer.coming for answer in answers)


def test_while_the_service_thinks_the_old_list_is_shown(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_a_list(monkeypatch, minutes_ago=60)
    gate = Event()
    service.scenario = held_back(gate)
    monkeypatch.setattr(formula_lists, "PATIENCE", 0.5)
    answer = formula_lists.shared.of("")
    gate.set()
    assert answer.coming
    assert len(ids(answer)) == len(CROWD)


def test_what_a_formula_has_fetched_is_there_after_a_restart(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    formula_lists.shared.of("")
    restart(monkeypatch)
    assert ANNA in ids(formula_lists.shared.of(""))
    assert requests(service) == 1


def test_a_list_that_a_button_has_fetched_is_shown_at_once(service: Simulator) -> None:
    formula_lists.shared.of("")
    service.contacts = CROWD[:1]
    account = accounts.find()
    formula_lists.shared.keep(account, latest.latest(account).snapshot)
    assert ids(formula_lists.shared.of("")) == {ANNA}


def test_a_button_that_succeeds_ends_an_earlier_problem(service: Simulator) -> None:
    service.scenario = "quota"
    assert formula_lists.shared.of("").problem
    service.scenario = "normal"
    account = accounts.find()
    formula_lists.shared.keep(account, latest.latest(account).snapshot)
    assert formula_lists.shared.of("").problem == ""


def test_a_list_that_lost_too_much_is_told_and_nobody_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    crowd = [{**CROWD[0], "id": f"49151000{number:05}@c.us"} for number in range(60)]
    with excel_account(monkeypatch, crowd) as service:
        monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", "60")  # it asks twice
        monkeypatch.setattr(formula_lists, "PATIENCE", 30.0)
        keep_a_list(monkeypatch, minutes_ago=60)
        service.contacts = crowd[:10]
        answer = formula_lists.shared.of("")
    assert len(ids(answer)) == 60
    assert answer.problem.startswith("50 of 60 missing; nobody was removed.")


def test_an_account_nobody_knows_is_told_before_anything_is_asked(service: Simulator) -> None:
    with pytest.raises(NoAccount):
        formula_lists.shared.of("nobody")
    assert service.calls == []


@pytest.mark.parametrize(("seconds", "lookups"), [(2.0, 1), (0.0, 3)])
def test_an_account_that_was_not_found_is_not_looked_up_again_at_once(
    monkeypatch: pytest.MonkeyPatch, seconds: float, lookups: int
) -> None:
    looked_up = []

    def silent(alias: str | None) -> Account:
        looked_up.append(alias)
        raise NoAccount()

    restart(monkeypatch)
    accounts.save(Account("shop", "https://1101.api.green-api.com", "1101000001", "a-token"))
    monkeypatch.setattr(formula_lists, "SAME", seconds)
    monkeypatch.setattr(accounts, "find", silent)
    for _ in range(3):
        with pytest.raises(NoAccount):
            formula_lists.shared.of("")
    assert len(looked_up) == lookups


def looked_up_for(monkeypatch: pytest.MonkeyPatch, *spellings: str) -> list[str]:
    """Return the aliases whose accounts, and so whose tokens, cells with these made us look up."""
    find, looked_up = accounts.find, []

    def noted(alias: str | None = None) -> Account:
        looked_up.append(alias or "")
        return find(alias)

    restart(monkeypatch)
    monkeypatch.setattr(accounts, "find", noted)
    monkeypatch.setattr(formula_lists, "SAME", 3_600.0)
    for spelling in spellings:
        formula_lists.shared._look_up(spelling).found()
    return looked_up


def test_spellings_of_one_alias_are_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    accounts.save(Account("Shop", "https://1101.api.green-api.com", "1101000001", "a-token"))
    assert looked_up_for(monkeypatch, "shop", "SHOP", "Shop", " shop ", "") == ["Shop"]


def test_two_kept_accounts_that_differ_by_case_stay_apart(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    url = "https://1101.api.green-api.com"
    kept = {
        alias: settings.StoredAccount(api_url=url, id_instance=instance)
        for alias, instance in (("shop", "1101000001"), ("Shop", "1101000002"))
    }
    for at in kept.values():
        credentials.keep(at.id_instance, "a-token", url)
    settings.save(settings.Settings(accounts=kept, default="shop"))
    assert looked_up_for(monkeypatch, "shop", "Shop", "") == ["shop", "Shop"]
    assert formula_lists.shared.identified("Shop").id_instance == "1101000002"


def test_however_many_accounts_cells_name_few_are_remembered(service: Simulator) -> None:
    for number in range(3 * formula_lists.ALIASES):
        with pytest.raises(NoAccount) as told:
            formula_lists.shared.of(f"{number}" * 5_000)
        assert len(str(told.value)) < 300, "so it fits into the cell"
    assert len(formula_lists.shared._found) <= formula_lists.ALIASES


def test_the_seconds_count_from_the_end_of_a_look_up(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, looked_up, now = accounts.find, [], 1_000.0

    def slow(alias: str | None) -> Account:
        nonlocal now
        looked_up.append(alias)
        now += 2 * formula_lists.SAME
        return find(alias)

    monkeypatch.setattr(formula_lists, "PATIENCE", 30.0)
    monkeypatch.setattr(time, "monotonic", lambda: now)
    monkeypatch.setattr(accounts, "find", slow)
    formula_lists.shared._look_up("").found()
    formula_lists.shared._look_up("").found()
    assert len(looked_up) == 1


def test_a_slow_keyring_holds_no_cell_longer_than_the_first(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    find, answers, looked_up = accounts.find, Event(), []

    def slow(alias: str | None) -> Account:
        looked_up.append(alias)
        answers.wait(30)
        return find(alias)

    monkeypatch.setattr(accounts, "find", slow)
    monkeypatch.setattr(formula_lists, "PATIENCE", 0.05)
    for _ in range(50):
        with pytest.raises(formula_lists.KeyringSlow, match="has not answered"):
            formula_lists.shared.of("")
    answers.set()
    monkeypatch.setattr(formula_lists, "PATIENCE", 30.0)
    assert ANNA in ids(formula_lists.shared.of(""))
    assert len(looked_up) == 1


def test_who_is_meant_is_told_without_asking_a_keyring(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "find", None)
    assert formula_lists.shared.identified("").id_instance == service.id_instance


def test_a_bug_in_the_thread_is_told_and_not_lost(
    service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError(f"at {service.api_url} with {service.token}")

    monkeypatch.setattr(formula_lists, "latest", broken)
    problem = formula_lists.shared.of("").problem
    assert "bug" in problem
    assert "RuntimeError at test_formula_lists.py" in problem
    assert service.token not in problem
