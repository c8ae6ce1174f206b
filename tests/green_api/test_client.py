"""The methods of an instance over real HTTP: what is repeated, how often, and what comes of it."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina
from msgspec.structs import replace

from tests.green_api.fault_server import FaultServer, answering, resetting
from tests.green_api.fault_server import silent as never
from tests.simulator.scenarios import EVERY
from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings
from workbook.errors import (
    AddressRefused,
    AnswerTooLarge,
    ClaimLost,
    ContactsError,
    CredentialsRefused,
    EmptyList,
    NotReady,
    QuotaExceeded,
    RateLimited,
    SenselessAnswer,
    ServiceDown,
    Unreachable,
    WrongUsage,
)
from workbook.green_api.client import ATTEMPTS, Client, default_budget
from workbook.green_api.contacts_stream import DecodedAnswer
from workbook.simulator.behaviour import AUTHORIZED, NOT_AUTHORIZED, Condition, Scenario, fine
from workbook.simulator.people import person
from workbook.simulator.replies import silent
from workbook.simulator.simulator import Simulator
from workbook.store import call_slots

UNCLEAR_WORDS = NOT_AUTHORIZED.refusal
ENDLESS = ("never-answers", "drips")


@pytest.fixture
def fast(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Repeat as often as ever, but without the waits."""
    with stamina.set_testing(True, attempts=100, cap=True):
        yield


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Collect what would have been waited, and wait for nothing."""
    waited: list[float] = []
    monkeypatch.setattr(time, "sleep", lambda seconds: waited.append(seconds) if seconds else None)
    return waited


def account_of(sim: Simulator) -> Account:
    return Account("demo", sim.api_url, sim.id_instance, sim.token)


def fetched(sim: Simulator, budget: float = 20.0) -> DecodedAnswer:
    with Client(account_of(sim), budget=budget) as client:
        return client.contacts()


def calls(sim: Simulator, method: str = "getcontacts") -> int:
    return sum(call.method == method for call in sim.calls)


def test_the_whole_list_is_fetched_in_one_call() -> None:
    people = [person(f"4915100{n:06}@c.us", f"Person {n}") for n in range(3_000)]
    with Simulator(contacts=people, rate=0) as sim:
        answer = fetched(sim)
        assert [contact.name for contact in answer.contacts] == [row["name"] for row in people]
        assert calls(sim) == len(sim.calls) == 1


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("scenario", "attempts"),
    [
        ("normal", 1),
        ("quirks", 1),
        ("weird", 1),
        ("max", 1),
        ("telegram", 1),
        ("lid-mode", 1),
        ("wrong-charset", 1),
        ("not-utf8", 1),
        ("bom", 1),
        ("suspended", 1),
        ("yellowCard", 1),
        ("sleepMode", 1),
        ("state-unknown", 1),
        ("starting", 3),
        ("rate-limited", 3),
        ("rate-limited-retry-after", 2),
        ("bad-gateway", 3),
        ("reset-then-list", 2),
        ("empty-then-list", 3),
    ],
)
def test_a_list_is_had_after_as_many_calls_as_it_takes(scenario: str, attempts: int) -> None:
    with Simulator(EVERY[scenario], rate=0) as sim:
        assert len(fetched(sim).contacts) > 0
        assert calls(sim) == attempts


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("scenario", "error", "attempts"),
    [
        ("starting-forever", NotReady("starting"), 5),
        ("state-null", NotReady("starting"), 5),
        ("not-authorized-old", NotReady("notAuthorized"), 1),
        ("not-authorized", NotReady("notAuthorized"), 1),
        ("not-authorized-200", NotReady("notAuthorized"), 1),
        ("pendingCode", NotReady("notAuthorized"), 1),
        ("expired", NotReady("expired"), 1),
        ("deleted", NotReady("deleted"), 1),
        ("forbidden-empty", CredentialsRefused(403), 1),
        ("forbidden-json", CredentialsRefused(403), 1),
        ("forbidden-html", CredentialsRefused(403), 1),
        ("not-found", SenselessAnswer("HTTP 404 instead of a list"), 1),
        ("bad-request", SenselessAnswer("GREEN-API did not understand the request (HTTP 400)"), 1),
        ("rate-limited-forever", RateLimited(), 5),
        ("quota", QuotaExceeded(466, "1000", "1000"), 1),
        ("quota-chats", QuotaExceeded(466), 1),
        ("timeout-499", ServiceDown(499), 5),
        ("500", ServiceDown(500), 5),
        ("bad-gateway-forever", ServiceDown(502), 5),
        ("503", ServiceDown(503), 5),
        ("504", ServiceDown(504), 5),
        ("null-body", SenselessAnswer("it is empty (null); the instance may still be starting"), 1),
        ("json-string", SenselessAnswer("it is a message instead of a list"), 1),
        ("nested", SenselessAnswer("it is not valid JSON"), 1),
        ("truncated", SenselessAnswer("it ends in the middle"), 1),
        ("not-objects", SenselessAnswer("most rows of the list are no contacts"), 1),
        ("empty", EmptyList(), 3),
        ("not-authorized-empty", EmptyList(), 3),
    ],
)
def test_what_no_repeating_mends_becomes_one_of_our_errors(
    scenario: str, error: ContactsError, attempts: int
) -> None:
    with Simulator(EVERY[scenario], rate=0) as sim:
        with pytest.raises(type(error)) as told:
            fetched(sim)
        assert str(told.value) == str(error)
        assert calls(sim) == attempts


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("scenario", "why", "attempts"), [("reset", "broken", 5), ("cut-off", "broken", 5)]
)
def test_a_broken_connection_is_tried_again(scenario: str, why: str, attempts: int) -> None:
    with Simulator(EVERY[scenario], rate=0) as sim:
        with pytest.raises(Unreachable) as told:
            fetched(sim)
        assert told.value.why == why
        assert calls(sim) == attempts


@pytest.mark.usefixtures("fast")
def test_a_refused_token_is_never_tried_again() -> None:
    with Simulator(rate=0) as sim:
        wrong = Account("demo", sim.api_url, sim.id_instance, "another-token")
        with Client(wrong) as client, pytest.raises(CredentialsRefused, match="401"):
            client.contacts()
        assert len(sim.calls) == 1


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("scenario", ENDLESS)
def test_what_never_ends_ends_with_the_budget(
    scenario: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("workbook.green_api.http.READ_SECONDS", 86_400)
    with Simulator(EVERY[scenario], rate=0) as sim:
        with pytest.raises(Unreachable, match="did not answer in time"):
            fetched(sim, budget=0.4)
        assert calls(sim) == 1


def test_waits_grow_and_are_never_the_same(waits: list[float]) -> None:
    with Simulator("503", rate=0) as sim, pytest.raises(ServiceDown):
        fetched(sim, budget=60)
    assert [int(wait) for wait in waits] == [1, 2, 4, 8]
    assert len({wait % 1 for wait in waits}) == 4, "jitter"


def test_an_empty_list_is_asked_for_three_times_only(waits: list[float]) -> None:
    with Simulator("empty", rate=0) as sim, pytest.raises(EmptyList):
        fetched(sim)
    assert len(waits) == 2
    assert all(wait >= 1 for wait in waits)


def test_a_service_that_says_when_is_asked_then(waits: list[float]) -> None:
    scenario = Scenario(description="", rate=(silent(429, Retry_After="7"), fine))
    with Simulator(scenario, rate=0) as sim:
        fetched(sim)
    assert waits == [7.0]


def test_a_service_that_says_now_is_still_given_its_second(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario = Scenario(description="", rate=(silent(429, Retry_After="0"), fine))
    monkeypatch.setattr(call_slots, "INTERVAL", 1.05)
    with Simulator(scenario, rate=0) as sim:
        fetched(sim)
    assert waits[0] == 1.05


def test_a_wait_longer_than_the_budget_is_not_begun(waits: list[float]) -> None:
    scenario = Scenario(description="", rate=(silent(429, Retry_After="3600"), fine))
    with Simulator(scenario, rate=0) as sim, pytest.raises(RateLimited, match="429"):
        fetched(sim)
    with Simulator("503", rate=0) as sim, pytest.raises(ServiceDown):
        fetched(sim, budget=0.9)
    assert waits == []


@pytest.mark.usefixtures("waits")
def test_the_calls_of_one_client_share_one_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    now = time.monotonic
    with Simulator("503", rate=0) as sim, Client(account_of(sim), budget=60) as client:
        with pytest.raises(ServiceDown):
            client.contacts()
        monkeypatch.setattr(time, "monotonic", lambda: now() + 60)
        with pytest.raises(Unreachable, match="did not answer in time"):
            client.state()
        assert len(sim.calls) == ATTEMPTS


def test_a_full_queue_is_not_waited_for_in_vain(
    waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_slots, "INTERVAL", 15.0)
    with Simulator(rate=0) as sim:
        for _ in range(3):
            call_slots.turn(sim.id_instance, "getcontacts", 60)
        with pytest.raises(Unreachable, match="did not answer in time"):
            fetched(sim, budget=1)
        assert (waits, sim.calls) == ([], [])


@pytest.mark.paced
def test_calls_one_after_the_other_keep_the_services_pace() -> None:
    began = time.monotonic()
    with Simulator(rate=0) as sim:  # a busy machine may bring a call late, and the next in time
        for _ in range(3):
            fetched(sim)
        assert all(call.at >= began + turn for turn, call in enumerate(sim.calls))


@pytest.mark.usefixtures("fast")
def test_words_that_mean_two_states_are_asked_about() -> None:
    pending = Condition("pendingCode", UNCLEAR_WORDS)
    with Simulator(Scenario(description="", conditions=(pending,)), rate=0) as sim:
        with pytest.raises(NotReady) as told:
            fetched(sim)
        assert told.value.state == "pendingCode"
        assert [call.method for call in sim.calls] == ["getcontacts", "getstateinstance"]


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("state", ["starting", "authorized"])
def test_an_instance_that_gets_ready_meanwhile_is_asked_again(state: str) -> None:
    getting = (Condition(state, UNCLEAR_WORDS), Condition(state, UNCLEAR_WORDS), AUTHORIZED)
    with Simulator(Scenario(description="", conditions=getting), rate=0) as sim:
        assert len(fetched(sim).contacts) > 0
        assert calls(sim) == 3


@pytest.mark.usefixtures("fast")
def test_a_state_that_cannot_be_asked_means_not_authorized() -> None:
    refusal = answering(f'{{"message":"{UNCLEAR_WORDS}"}}'.encode(), status="400 Bad Request")
    with FaultServer(refusal) as server:
        account = Account("demo", server.url, "1101000001", "token")
        with Client(account) as client, pytest.raises(NotReady, match="scan the QR code"):
            client.state()
        assert len(server.heads) == 2, "asked once more, and not for ever"


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize(
    ("scenario", "state"),
    [
        ("normal", "authorized"),
        ("blocked", "blocked"),
        ("suspended", "suspended"),
        ("yellowCard", "yellowCard"),
        ("state-unknown", "hibernating"),
        ("not-authorized", "notAuthorized"),
        ("state-null", "starting"),
    ],
)
def test_the_state_is_told_as_the_service_tells_it(scenario: str, state: str) -> None:
    with Simulator(EVERY[scenario], rate=0) as sim, Client(account_of(sim)) as client:
        assert client.state() == state


def test_an_answer_beyond_the_users_limit_is_refused_at_once() -> None:
    settings.save(Settings(max_answer_mib=1))
    with Simulator(contacts=b"[" + b" " * 2_000_000 + b"]", rate=0) as sim:
        with pytest.raises(AnswerTooLarge, match="larger than 1 MiB"):
            fetched(sim)
        assert calls(sim) == 1


def test_an_address_is_refused_before_any_call_unless_the_user_trusts_it() -> None:
    account = Account("demo", "https://gateway.example.com", "1101000001", "token")
    with pytest.raises(AddressRefused):
        Client(account)
    settings.save(Settings(trusted_hosts=["gateway.example.com"]))
    with Client(account) as client:
        assert client.calls == 0


def test_a_bundle_that_is_none_is_refused_before_any_call(tmp_path: Path) -> None:
    account = Account("demo", "https://api.green-api.com", "1101000001", "token")
    with pytest.raises(WrongUsage, match="no readable file of certificates"):
        Client(account, ca_bundle=tmp_path)


def test_progress_is_told_in_bytes() -> None:
    told: list[int] = []
    with Simulator(rate=0) as sim, Client(account_of(sim)) as client:
        client.contacts(told.append)
        assert client.calls == 1
    assert told == sorted(told)
    assert told[-1] > 10_000


def test_the_budget_is_the_environments_or_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GETCONTACTS_RETRY_SECONDS", raising=False)
    assert default_budget() == 60
    monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", "2.5")
    assert default_budget() == 2.5


@pytest.mark.parametrize("text", ["0", "-1", "nan", "inf", "90000", "a minute"])
def test_a_budget_that_is_none_is_wrong_usage(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", text)
    with pytest.raises(WrongUsage, match="GETCONTACTS_RETRY_SECONDS must be a number of seconds"):
        default_budget()


def everything_about(error: BaseException | None) -> Iterator[str]:
    """Yield all that a caller could show: each error of the chain, its frames, their values."""
    while error is not None:
        shown = traceback.TracebackException.from_exception(error, capture_locals=True)
        yield from shown.format()
        yield from (repr(error), str(error), repr(vars(error)))
        error = error.__cause__ or error.__context__


@pytest.mark.usefixtures("fast")
@pytest.mark.parametrize("scenario", EVERY)
def test_the_token_is_in_no_error_and_no_log(
    scenario: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), Simulator(EVERY[scenario], rate=0) as sim:
        for name in ("urllib3.connectionpool", "urllib3.util.retry", "stamina", "requests"):
            caplog.set_level(logging.DEBUG, name)
        shown = ""
        try:
            fetched(sim, budget=0.3 if scenario in ENDLESS else 20)
        except ContactsError as error:
            shown = "".join(everything_about(error))
        assert "getContacts: " in caplog.text
        for secret in (sim.token, sim.token[:12], "/waInstance"):
            assert secret not in caplog.text + shown


ECHOED = Account("demo", "", "1101000001", "d75b3a66374942c5b3c019c698abc2067e151558")


def echoing(wrapped: str, status: str) -> FaultServer:
    path = f"/waInstance1101000001/getContacts/{ECHOED.token}"
    return FaultServer(answering(wrapped.replace("PATH", path).encode(), status=status))


@pytest.mark.parametrize("status", ["200 OK", "400 Bad Request", "466 Quota"])
@pytest.mark.parametrize("wrapped", ['{"path":"PATH"}', '"PATH"', '[{"id":"1"},"PATH"', "PATH"])
def test_a_body_that_repeats_the_token_leaves_nothing_of_it(wrapped: str, status: str) -> None:
    with echoing(wrapped, status) as server, Client(at(server)) as client:
        for method in (client.contacts, client.state):
            with pytest.raises((SenselessAnswer, QuotaExceeded)) as told:
                method()
            shown = "".join(everything_about(told.value))
            assert "test_client.py" in shown
            assert ECHOED.token not in shown


def at(server: FaultServer) -> Account:
    return replace(ECHOED, api_url=server.url)


def test_a_retry_is_not_logged_by_the_retry_library(caplog: pytest.LogCaptureFixture) -> None:
    with Simulator(EVERY["reset-then-list"], rate=0) as sim:
        caplog.set_level(logging.DEBUG)
        fetched(sim)
    assert {record.name for record in caplog.records} == {"workbook.green_api"}


def test_an_attempt_that_the_budget_cuts_short_tells_what_was_said_before(fast: None) -> None:
    busy = answering(b"", status="429 Too Many Requests")
    with FaultServer(busy, never) as server:
        account = Account("a", server.url, "1101000001", "token")
        with Client(account, budget=1.0) as client, pytest.raises(RateLimited):
            client.contacts()


def test_a_connection_that_breaks_in_time_tells_nothing_of_what_was_said_before(fast: None) -> None:
    busy = answering(b"", status="429 Too Many Requests")
    with FaultServer(busy, resetting()) as server:
        account = Account("a", server.url, "1101000001", "token")
        with Client(account) as client, pytest.raises(Unreachable) as told:
            client.contacts()
    assert told.value.why == "broken"


def test_no_call_is_made_that_is_not_allowed_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    def lost() -> None:
        raise ClaimLost("shards/00007")

    monkeypatch.setattr(call_slots, "before_call", lost)
    with Simulator() as sim, pytest.raises(ClaimLost, match="given to another process"):
        fetched(sim)
    assert sim.calls == []
