"""The local GREEN-API does what was seen of the real one: order of checks, limits, bodies, faults."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPMessage, IncompleteRead
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.simulator.scenarios import DRIP, EVERY
from workbook.errors import WrongUsage
from workbook.simulator.delivery import Wire
from workbook.simulator.instance import Instance, read
from workbook.simulator.people import LEFT_GROUP, account, group, lid_of, person, twin
from workbook.simulator.replies import Request
from workbook.simulator.scenarios import SCENARIOS, Scenario
from workbook.simulator.simulator import TOKEN, Call, Simulator

ID = "1101000001"
ANNA, BOB, CLUB = (
    person("4915100000002@c.us", "Anna"),
    person("447700900002@c.us", "Bob"),
    "1-2@g.us",
)
FEW = [ANNA, group(CLUB, "Club"), BOB]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@pytest.fixture
def service() -> Iterator[Simulator]:
    """Run a GREEN-API without a limit of calls."""
    with Simulator(rate=0) as simulator:
        yield simulator


def path(method: str = "getContacts", token: str = TOKEN, id_instance: str = ID) -> str:
    """Return where a method is called."""
    return f"/waInstance{id_instance}/{method}/{token}"


def ask(service: Simulator, target: str, body: object = None, verb: str = "") -> Answer:
    """Make one call on a connection of its own, POST where there is a body."""
    connection = HTTPConnection(urlsplit(service.api_url).netloc, timeout=5)
    sent = None if body is None else json.dumps(body)
    try:
        connection.request(verb or ("POST" if sent else "GET"), target, sent)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def fails(service: Simulator) -> type[BaseException]:
    """Return how a call ends that gets no answer."""
    with pytest.raises((OSError, HTTPException)) as failure:
        ask(service, path())
    return failure.type


# Addresses and the order of checks


@pytest.mark.parametrize(
    "target",
    [
        path("getContacts"),
        path("GETCONTACTS"),
        path("GetContacts"),
        "/v3" + path(),
        path() + "/",
        path() + "?",
    ],
)
def test_methods_are_found_under_all_their_spellings(service: Simulator, target: str) -> None:
    assert ask(service, target).status == 200


@pytest.mark.parametrize(
    "target", ["/", "/waInstance", "/" + path(), path("getContact"), "/x" + path()]
)
def test_anything_else_is_not_found(service: Simulator, target: str) -> None:
    assert ask(service, target).status == 404


@pytest.mark.parametrize(
    ("verb", "method"),
    [("POST", "getContacts"), ("PUT", "getContacts"), ("GET", "checkWhatsapp"), ("GET", "nothing")],
)
def test_a_wrong_verb_or_method_repeats_the_token_twice(
    service: Simulator, verb: str, method: str
) -> None:
    answer = ask(service, path(method), verb=verb)
    assert (answer.status, answer.json["statusCode"]) == (404, 404)
    assert answer.json["message"] == f"Cannot {verb} {path(method)}"
    assert answer.body.decode().count(TOKEN) == 2


def test_an_options_request_is_answered_without_a_body(service: Simulator) -> None:
    answer = ask(service, path(token=""), verb="OPTIONS")
    assert (answer.status, answer.body) == (204, b"")


def test_a_wrong_token_is_refused_without_a_word(service: Simulator) -> None:
    answer = ask(service, path(token="0" * 50))
    assert (answer.status, answer.body, answer.headers["Content-Length"]) == (401, b"", "0")
    assert answer.headers["Content-Type"] == "application/json"
    assert ask(service, f"/waInstance{ID}/getContacts").status == 401


def test_a_wrong_id_is_forbidden(service: Simulator) -> None:
    assert ask(service, path(id_instance="7105")).status == 403


@pytest.mark.parametrize(
    ("scenario", "start"),
    [("forbidden-empty", b""), ("forbidden-json", b"{"), ("forbidden-html", b"<")],
)
def test_forbidden_comes_in_three_shapes(service: Simulator, scenario: str, start: bytes) -> None:
    service.scenario = EVERY[scenario]
    answer = ask(service, path())
    assert answer.status == 403
    assert answer.body[:1] == start


def test_checks_come_in_the_order_id_token_rate_quota_state_parameters() -> None:
    scenario = Scenario(
        description="Everything is wrong.",
        quota=SCENARIOS["quota"].quota,
        conditions=SCENARIOS["expired"].conditions,
    )
    instance = Instance(ID, TOKEN, "", 1.0)
    instance.play(scenario, None)

    def status(target: str, now: float) -> int:
        return instance.answer(read(Request("GET", target + "?count=x")), now).status

    assert status(path(token="0", id_instance="7105"), 0) == 403
    assert status(path(token="0"), 0) == 401
    assert [status(path(), 0), status(path(), 0.5)] == [466, 429]
    instance.play(SCENARIOS["expired"], None)
    assert status(path(), 2) == 400
    instance.play(SCENARIOS["normal"], None)
    assert status(path(), 4) == 400


# Limits


def test_a_method_answers_once_a_second() -> None:
    instance = Instance(ID, TOKEN, "", 1.0)
    instance.play(SCENARIOS["normal"], [])
    calls = [("getContacts", 0.0), ("getContacts", 0.9), ("getContacts", 1.0), ("getSettings", 1.1)]
    replies = [instance.answer(read(Request("GET", path(name))), now) for name, now in calls]
    assert [reply.status for reply in replies] == [200, 429, 200, 200]


def test_a_call_too_many_is_told_with_the_rate_but_not_with_a_time(service: Simulator) -> None:
    service.scenario = "rate-limited"
    answers = [ask(service, path()) for _ in range(3)]
    assert [answer.status for answer in answers] == [429, 429, 200]
    for answer in answers:
        assert answer.headers["X-RateLimit-Remaining"] == "0"
        assert answer.headers["X-RateLimit-Replenish-Rate"] == "1"
        assert answer.headers["Retry-After"] is None


def test_one_variant_tells_when_to_come_back(service: Simulator) -> None:
    service.scenario = EVERY["rate-limited-retry-after"]
    assert ask(service, path()).headers["Retry-After"] == "2"
    assert ask(service, path()).status == 200


def test_of_calls_at_once_one_gets_through() -> None:
    with Simulator() as service:
        threads = [threading.Thread(target=ask, args=(service, path())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert Counter(call.status for call in service.calls) == {200: 1, 429: 7}


def test_a_spent_month_is_466_and_spelled_quote(service: Simulator) -> None:
    service.scenario = "quota"
    answer = ask(service, path())
    assert (answer.status, answer.json["invokeStatus"]["status"]) == (466, "QUOTE_EXCEEDED")
    assert (answer.json["invokeStatus"]["used"], answer.json["invokeStatus"]["total"]) == (
        1000,
        1000,
    )
    assert ask(service, path("getStateInstance")).status == 200


def test_too_many_chats_name_other_people(service: Simulator) -> None:
    service.scenario = EVERY["quota-chats"]
    answer = ask(service, path())
    assert answer.status == 466
    assert "@c.us" in answer.json["correspondentsStatus"]["description"]


def test_the_hundred_and_first_check_of_a_month_is_refused(service: Simulator) -> None:
    target, anna = path("checkWhatsapp"), {"phoneNumber": 4915100000002}
    statuses = [ask(service, target, anna).status for _ in range(101)]
    assert statuses == [200] * 100 + [466]


def test_paused_checks_are_469_and_the_rest_goes_on(service: Simulator) -> None:
    service.scenario = EVERY["checks-paused"]
    assert ask(service, path("checkWhatsapp"), {"phoneNumber": 1}).status == 469
    assert ask(service, path()).status == 200


# The list


def test_rows_have_the_four_keys_and_groups_no_contact_name(service: Simulator) -> None:
    for row in ask(service, path()).json:
        keys = ["id", "name", "contactName", "type"]
        assert list(row) == [key for key in keys if row["type"] == "user" or key != "contactName"]


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("?group=true", [CLUB]),
        ("?group=false", [ANNA["id"], BOB["id"]]),
        ("?count=1", [BOB["id"]]),  # the last ones (green-api/issues 298)
        ("?group=false&count=9", [ANNA["id"], BOB["id"]]),
    ],
)
def test_filters_are_honoured(service: Simulator, query: str, ids: list[object]) -> None:
    service.contacts = FEW
    assert [row["id"] for row in ask(service, path() + query).json] == ids


@pytest.mark.parametrize("query", ["?count=0", "?count=-1", "?count=all", "?group=yes"])
def test_bad_parameters_are_refused(service: Simulator, query: str) -> None:
    answer = ask(service, path() + query)
    assert answer.status == 400
    assert answer.json["message"].startswith("Validation failed. Details: ")


def test_an_answer_says_what_it_is(service: Simulator) -> None:
    headers = ask(service, path()).headers
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert headers["ETag"] == ask(service, path()).headers["ETag"]
    assert headers["Access-Control-Allow-Origin"] == "*"


def test_a_list_can_be_empty_and_recover(service: Simulator) -> None:
    service.scenario = "empty-then-list"
    assert [len(ask(service, path()).json) > 0 for _ in range(4)] == [False, False, True, True]


def test_a_list_can_shrink_by_sixty_percent(service: Simulator) -> None:
    service.scenario, service.contacts = "shrunken", [person(f"{n}@c.us", "") for n in range(100)]
    assert [len(ask(service, path()).json) for _ in range(3)] == [100, 40, 40]


def test_rows_can_be_exchanged_and_taken_back_while_it_runs(service: Simulator) -> None:
    service.contacts = FEW
    assert ask(service, path()).json == FEW
    service.scenario = "empty"
    assert ask(service, path()).json == []
    service.scenario, service.contacts = "normal", None
    assert ask(service, path()).json == account()


def test_a_body_given_as_bytes_is_sent_as_it_is(service: Simulator) -> None:
    service.contacts = b"[1, 2"
    assert ask(service, path() + "?count=1").body == b"[1, 2"
    assert ask(service, path("getChats")).json == []
    service.scenario = "shrunken"
    assert [ask(service, path()).body for _ in range(2)] == [b"[1, 2", service.contacts]


def test_every_reported_quirk_is_there(service: Simulator) -> None:
    service.scenario = "quirks"
    rows = ask(service, path()).json
    ids = Counter(row["id"] for row in rows)
    assert {"null@c.us", "0@c.us", "", "status@broadcast", "102388094480549@c.us"} <= set(ids)
    assert max(ids.values()) == 2
    assert any("name" not in row for row in rows)
    assert any("newChatId" in row for row in rows)
    assert any(row.get("name") is None for row in rows)
    assert any(":3@" in row["id"] for row in rows)


def test_half_an_emoji_comes_as_an_escape(service: Simulator) -> None:
    service.scenario = EVERY["weird"]
    assert b'"half an emoji \\ud83d"' in ask(service, path()).body


@pytest.mark.parametrize(
    ("scenario", "hidden"), [("max", True), ("telegram", True), ("normal", False)]
)
def test_max_and_telegram_name_the_id_otherwise(
    service: Simulator, scenario: str, hidden: bool
) -> None:
    service.scenario = EVERY[scenario]
    rows = ask(service, path()).json
    assert all(("chatId" in row) == hidden and ("id" in row) != hidden for row in rows)
    assert any(row.get("phoneNumber") == 0 for row in rows) == hidden
    kind = {"max": "v3"}.get(scenario, "whatsapp" if scenario == "normal" else scenario)
    assert ask(service, path("getSettings")).json["typeInstance"] == kind


def test_lid_mode_hides_numbers_and_most_names(service: Simulator) -> None:
    service.scenario = "lid-mode"
    people = [row for row in ask(service, path()).json if row["type"] == "user"]
    assert all(row["id"].endswith("@lid") for row in people)
    assert 0 < sum(bool(row["contactName"]) for row in people) < len(people) / 8
    assert ask(service, path("getSettings")).json["enableLidMode"] == "yes"


def test_twins_are_listed_under_both_ids(service: Simulator) -> None:
    service.scenario = "lid-twins"
    rows = ask(service, path()).json
    ids = {row["id"] for row in rows}
    assert sum(twin(each) in ids for each in ids if each.endswith("@c.us")) > 20
    moved = [row for row in rows if "newChatId" in row]
    assert {row["id"].partition("@")[2] for row in moved} == {"c.us", "lid"}


# States


@pytest.mark.parametrize(
    ("scenario", "state", "status"),
    [
        ("normal", "authorized", 200),
        ("starting-forever", "starting", 400),
        ("not-authorized-old", "notAuthorized", 400),
        ("not-authorized", "notAuthorized", 400),
        ("not-authorized-empty", "notAuthorized", 200),
        ("not-authorized-200", "notAuthorized", 200),
        ("blocked", "blocked", 200),
        ("suspended", "suspended", 200),
        ("yellowCard", "yellowCard", 200),
        ("sleepMode", "sleepMode", 200),
        ("pendingCode", "pendingCode", 400),
    ],
)
def test_states_are_told_and_some_keep_the_list_back(
    service: Simulator, scenario: str, state: str, status: int
) -> None:
    service.scenario = EVERY[scenario]
    assert ask(service, path("getStateInstance")).json == {"stateInstance": state}
    assert ask(service, path()).status == status


def test_an_instance_that_is_still_being_created_has_no_state(service: Simulator) -> None:
    service.scenario = EVERY["state-null"]
    assert ask(service, path("getStateInstance")).json is None


@pytest.mark.parametrize("scenario", ["expired", "deleted"])
def test_an_expired_or_deleted_instance_refuses_everything(
    service: Simulator, scenario: str
) -> None:
    service.scenario = EVERY[scenario]
    answers = [ask(service, path(name)) for name in ("getStateInstance", "getContacts")]
    assert [answer.status for answer in answers] == [400, 400]
    assert scenario in answers[0].json["message"]


def test_starting_is_over_after_two_refusals(service: Simulator) -> None:
    service.scenario = "starting"
    assert [ask(service, path()).status for _ in range(2)] == [400, 400]
    assert ask(service, path("getStateInstance")).json == {"stateInstance": "authorized"}
    assert ask(service, path()).status == 200


def test_a_suspension_has_an_end(service: Simulator) -> None:
    service.scenario = "suspended"
    assert ask(service, path("getWaSettings")).json["suspendedUntil"] > 1_700_000_000


# Bodies and connections that are not as they should be


@pytest.mark.parametrize(
    "scenario",
    [
        *("starting-forever", "not-authorized-old", "not-authorized", "expired", "deleted"),
        *("forbidden-json", "not-found", "rate-limited-forever", "timeout-499", "500"),
    ],
)
def test_json_errors_repeat_the_token(service: Simulator, scenario: str) -> None:
    service.scenario = EVERY[scenario]
    answer = ask(service, path())
    assert answer.json["path"] == path()
    assert answer.json["statusCode"] == answer.status >= 400
    assert answer.json["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    ("scenario", "status", "start"),
    [
        ("timeout-499", 499, b'{"statusCode":499'),
        ("500", 500, b'{"statusCode":500'),
        ("bad-gateway-forever", 502, b"<html>"),
        ("503", 503, b"<html>"),
        ("504", 504, b"<html>"),
        ("bad-request", 400, b'{"code":'),
        ("html-200", 200, b"<!DOCTYPE html>"),
        ("null-body", 200, b"null"),
        ("status-false", 200, b'{"status":false,'),
        ("json-string", 200, b'"Error: forbidden"'),
        ("nested", 200, b"[" * 200_000),
        ("bom", 200, b"\xef\xbb\xbf[{"),
    ],
)
def test_each_fault_has_its_status_and_shape(
    service: Simulator, scenario: str, status: int, start: bytes
) -> None:
    service.scenario = EVERY[scenario]
    answer = ask(service, path())
    assert answer.status == status
    assert answer.body.startswith(start)


def test_a_bad_gateway_recovers_after_two_calls(service: Simulator) -> None:
    service.scenario = "bad-gateway"
    assert [ask(service, path()).status for _ in range(3)] == [502, 502, 200]


def test_a_truncated_list_has_the_length_it_claims(service: Simulator) -> None:
    service.scenario = "truncated"
    answer = ask(service, path())
    assert int(answer.headers["Content-Length"]) == len(answer.body)
    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        json.loads(answer.body)


def test_a_charset_can_be_a_lie(service: Simulator) -> None:
    service.scenario = EVERY["wrong-charset"]
    answer = ask(service, path())
    assert "iso-8859-1" in answer.headers["Content-Type"]
    assert answer.json == account()
    service.scenario = EVERY["not-utf8"]
    with pytest.raises(UnicodeDecodeError):
        ask(service, path()).body.decode()


def test_connections_can_break_off_before_and_in_the_middle(service: Simulator) -> None:
    service.scenario = "reset"
    assert issubclass(fails(service), ConnectionResetError)
    service.scenario = EVERY["cut-off"]
    assert fails(service) is IncompleteRead
    service.scenario = EVERY["reset-then-list"]
    assert issubclass(fails(service), ConnectionResetError)
    assert ask(service, path()).status == 200


def test_a_list_can_drip(service: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    service.scenario, service.contacts = EVERY["drips"], b"[  ]"
    waits: list[float] = []

    def wait(_: Wire, seconds: float) -> bool:
        waits.append(seconds)
        return True

    monkeypatch.setattr(Wire, "wait", wait)
    assert ask(service, path()).json == []
    # the client may be done before the wait after the last byte is counted
    assert waits[:3] == [DRIP] * 3, "one after each byte"


@pytest.mark.parametrize("scenario", ["never-answers", "drips", "large"])
def test_closing_sets_a_waiting_client_free(scenario: str) -> None:
    before = threading.active_count()
    ended = threading.Event()

    def wait(service: Simulator) -> None:
        fails(service)
        ended.set()

    with Simulator(EVERY[scenario], rate=0) as service:
        threading.Thread(target=wait, args=(service,)).start()
        while not service.calls:
            time.sleep(0.01)
    assert ended.wait(5)
    assert threading.active_count() <= before + 1


def test_a_large_list_arrives_whole(service: Simulator) -> None:
    service.scenario = "large"
    assert len(ask(service, path()).json) == 20_000


def test_a_redirect_repeats_the_token(service: Simulator) -> None:
    service.scenario = EVERY["redirect"]
    answer = ask(service, path())
    assert (answer.status, urlsplit(answer.headers["Location"]).path) == (302, path())


# Other methods


def test_the_settings_name_the_own_chat(service: Simulator) -> None:
    own = ask(service, path("getSettings")).json["wid"]
    assert own in {row["id"] for row in account()}
    settings = ask(service, path("getWaSettings")).json
    assert f"{settings['phone']}@c.us" == settings["chatId"] == own


def test_members_of_a_group_come_with_both_ids(service: Simulator) -> None:
    club = next(row for row in account() if row["name"] == "Family")
    data = ask(service, path("getGroupData"), {"groupId": club["id"]}).json
    assert (data["subject"], data["size"]) == ("Family", len(data["participants"]))
    known = [each for each in data["participants"] if each["id"].endswith("@c.us")]
    assert known
    assert all(each["lid"] == lid_of(each["id"].partition("@")[0]) for each in known)
    roles = [(each["isAdmin"], each["isSuperAdmin"]) for each in data["participants"]]
    assert (roles.count((True, True)), roles.count((True, False))) == (1, 1)


@pytest.mark.parametrize(
    ("group_id", "error"),
    [(LEFT_GROUP, "Error: forbidden"), ("120363000000000000@g.us", "Error: item-not-found")],
)
def test_a_group_one_cannot_see_is_a_text_with_200(
    service: Simulator, group_id: str, error: str
) -> None:
    answer = ask(service, path("getGroupData"), {"groupId": group_id})
    assert (answer.status, answer.json) == (200, error)


@pytest.mark.parametrize(
    "by", [{"phoneNumber": 4915100000002}, {"chatId": lid_of("4915100000002")}]
)
def test_a_check_tells_phone_and_hidden_id_by_either(
    service: Simulator, by: dict[str, object]
) -> None:
    service.contacts = FEW
    told = ask(service, path("checkWhatsapp"), by).json
    assert told["existsWhatsapp"] is True
    assert told["chatId"] == lid_of("4915100000002")
    assert told["phoneNumber"] == "4915100000002@c.us"


def test_some_numbers_stay_hidden_and_some_do_not_exist(service: Simulator) -> None:
    service.contacts = [person("288888888888888@lid", "Jo")]
    hidden = ask(service, path("checkWhatsapp"), {"chatId": "288888888888888@lid"}).json
    assert (hidden["existsWhatsapp"], hidden["phoneNumber"]) == (True, "")
    nobody = ask(service, path("checkWhatsapp"), {"phoneNumber": 4915100000999}).json
    assert (nobody["existsWhatsapp"], nobody["chatId"]) == (False, "")


def test_contact_info_is_for_people_only(service: Simulator) -> None:
    service.contacts = FEW
    assert ask(service, path("getContactInfo"), {"chatId": ANNA["id"]}).json["name"] == "Anna"
    refused = ask(service, path("getContactInfo"), {"chatId": CLUB})
    assert refused.status == 400
    assert "use the GetGroupData method" in refused.json["message"]


@pytest.mark.parametrize("method", ["getContactInfo", "getGroupData", "getAvatar", "checkWhatsapp"])
def test_a_missing_field_is_a_400(service: Simulator, method: str) -> None:
    assert ask(service, path(method), {"else": 1}).status == 400
    assert ask(service, path(method), [], verb="POST").status == 400
    assert ask(service, path(method), verb="POST").status == 400


def test_an_avatar_is_there_or_not(service: Simulator) -> None:
    ids = [f"49151000000{n}@c.us" for n in range(10, 20)]
    avatars = [ask(service, path("getAvatar"), {"chatId": each}).json for each in ids]
    assert {avatar["available"] for avatar in avatars} == {True, False}
    assert all(avatar["available"] == bool(avatar["urlAvatar"]) for avatar in avatars)


def test_chats_can_be_counted(service: Simulator) -> None:
    service.contacts = FEW
    assert [chat["id"] for chat in ask(service, path("getChats") + "?count=2").json] == [
        ANNA["id"],
        CLUB,
    ]


def test_a_partner_sees_all_instances_and_their_tokens(service: Simulator) -> None:
    instances = ask(service, f"/partner/getInstances/{service.partner_token}").json
    assert (instances[0]["idInstance"], instances[0]["apiTokenInstance"]) == (int(ID), TOKEN)
    assert {each["typeInstance"] for each in instances} == {"whatsapp", "telegram", "v3"}
    assert any(each["deleted"] for each in instances)
    assert any(each["isExpired"] for each in instances)
    assert ask(service, f"/partner/getInstances/{TOKEN}").status == 401


# The simulator itself


def test_calls_are_listed_and_heard_without_the_token() -> None:
    heard: list[Call] = []
    with Simulator(rate=0, on_call=heard.append) as service:
        ask(service, path("GetContacts"))
        ask(service, path(token="0"))
        ask(service, f"/waInstance{ID}/{TOKEN}")
        ask(service, path(), {})
    assert heard == service.calls
    seen = [(call.verb, call.method, call.status) for call in heard]
    assert seen[:2] == [("GET", "getcontacts", 200), ("GET", "getcontacts", 401)]
    assert seen[2:] == [("GET", "unknown", 404), ("POST", "unknown", 404)]
    assert TOKEN not in repr(heard) + repr(service)
    assert [call.at for call in heard] == sorted(call.at for call in heard)


def test_a_connection_serves_many_calls(service: Simulator) -> None:
    connection = HTTPConnection(urlsplit(service.api_url).netloc, timeout=5)
    seen = []
    for name in ("getContacts", "getStateInstance", "nothing"):
        connection.request("GET", path(name))
        response = connection.getresponse()
        response.read()
        seen.append((response.status, connection.sock))
    connection.close()
    assert [status for status, _ in seen] == [200, 200, 404]
    assert len({sock for _, sock in seen}) == 1


def test_its_own_credentials_and_port_can_be_chosen() -> None:
    with Simulator(id_instance="7", token="abc", rate=0) as service:
        assert ask(service, path(token="abc", id_instance="7")).status == 200
        port = int(urlsplit(service.api_url).port or 0)
        with pytest.raises(WrongUsage, match=str(port)), Simulator(port=port):
            pass
    with Simulator(port=port, rate=0) as again:
        assert again.api_url == f"http://127.0.0.1:{port}"


def test_a_bug_is_shown_and_a_client_that_leaves_is_not(capfd: pytest.CaptureFixture[str]) -> None:
    def bug(call: Call) -> None:
        raise ValueError("a bug")

    with Simulator("reset", rate=0) as service:
        fails(service)
    assert capfd.readouterr().err == ""
    with Simulator(rate=0, on_call=bug) as service:
        fails(service)
    assert "a bug" in capfd.readouterr().err


def test_an_unknown_scenario_is_told_with_the_known_ones() -> None:
    with pytest.raises(WrongUsage, match=r'"nice".*normal.*never-answers'):
        Simulator("nice")


def test_a_scenario_of_ones_own_can_be_played() -> None:
    mine = Scenario(description="Nobody home.", rows=lambda: [])
    with Simulator(mine, rate=0) as service:
        assert ask(service, path()).json == []
        assert service.scenario is mine


@pytest.mark.parametrize("scenario", EVERY.values(), ids=EVERY)
def test_every_scenario_is_described_by_one_short_sentence(scenario: Scenario) -> None:
    assert not scenario.description[0].islower()
    assert scenario.description.endswith(".")
    assert len(scenario.description) <= 80


def test_nothing_is_left_behind() -> None:
    before = threading.active_count()
    with Simulator(rate=0) as service:
        ask(service, path())
    assert threading.active_count() == before
    with pytest.raises(ConnectionRefusedError):
        ask(service, path())


def test_other_instances_beside_it_play_their_own_scenarios() -> None:
    with Simulator(others={"1101000002": "renewed-token", "1101000003": "normal"}) as service:
        statuses = [
            ask(service, f"/waInstance{each}/getContacts/{TOKEN}").status
            for each in (ID, "1101000002", "1101000003", "1101000004")
        ]
    assert statuses == [200, 401, 200, 403]
    assert [call.instance for call in service.calls][:2] == [ID, "1101000002"]
