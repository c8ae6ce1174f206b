"""What GREEN-API's addresses, statuses and bodies mean; no socket is opened here."""

from __future__ import annotations

import json
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from workbook.accounts.accounts import Account
from workbook.errors import (
    AddressRefused,
    ContactsError,
    CredentialsRefused,
    NotReady,
    QuotaExceeded,
    RateLimited,
    SenselessAnswer,
    ServiceDown,
    Unreachable,
    WrongUsage,
)
from workbook.green_api import protocol

TOKEN = "d75b3a66374942c5b3c019c698abc2067e151558"
ACCOUNT = Account("shop", "https://1101.api.green-api.com", "1101000001", TOKEN)


def refusal(status: int, body: object = b"", **headers: str) -> ContactsError:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return protocol.error_for(status, named, sent)


@pytest.mark.parametrize(
    ("given", "tidy"),
    [
        ("https://1101.api.green-api.com", "https://1101.api.green-api.com"),
        ("https://api.greenapi.com//", "https://api.greenapi.com"),
        ("https://green-api.com", "https://green-api.com"),
        ("HTTPS://API.Green-Api.COM.", "https://api.green-api.com"),
        (" 1101.api.green-api.com\n", "https://1101.api.green-api.com"),
        ("https://3100.api.green-api.com/v3/", "https://3100.api.green-api.com/v3"),
        ("https://api.green-api.com:443", "https://api.green-api.com:443"),
        ("http://127.0.0.1:8080/", "http://127.0.0.1:8080"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:8080/v3", "http://[::1]:8080/v3"),
        ("https://localhost:8443", "https://localhost:8443"),
    ],
)
def test_addresses_that_may_know_the_token_are_tidied(given: str, tidy: str) -> None:
    assert protocol.base_url(given) == tidy


@pytest.mark.parametrize(
    "address",
    [
        "http://1101.api.green-api.com",
        "ftp://api.green-api.com",
        "https://example.com",
        "https://green-api.com.example.com",
        "https://evilgreen-api.com",
        "https://green-api.com.kz",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "https://api.green-api.com:99999",
        "https://[api.green-api.com",
        "https://x..green-api.com",
        f"https://{'x' * 64}.green-api.com",
        "",
    ],
)
def test_the_token_goes_to_no_other_address(address: str) -> None:
    with pytest.raises(AddressRefused, match="was not sent"):
        protocol.base_url(address)


@pytest.mark.parametrize("between", ["\\", "\\@", "%2f", "%5c", ";", " ", "／", "＼", "|", "\x00"])
def test_no_trick_with_the_host_sends_the_token_elsewhere(between: str) -> None:
    with pytest.raises((AddressRefused, WrongUsage)):
        protocol.base_url(f"https://example.com{between}.green-api.com")


@given(st.text("ev.il\\/:@#?%[]&;green-api.com0", max_size=30))
def test_whatever_is_let_through_the_socket_library_reads_the_same(tail: str) -> None:
    try:
        base = protocol.base_url(f"https://example.org{tail}.green-api.com")
    except (AddressRefused, WrongUsage):
        return
    host = parse_url(f"{base}/waInstance1").host
    assert host == urlsplit(base).hostname
    assert host is not None
    assert host.endswith(".green-api.com")


@pytest.mark.parametrize(
    "address",
    [
        "https://api.green-api.com/waInstance1101000001",
        "https://api.green-api.com/?x=1",
        "https://api.green-api.com/#x",
        "https://somebody@api.green-api.com",
        "https://api.green-api.com/v4",
    ],
)
def test_an_address_is_only_an_address(address: str) -> None:
    with pytest.raises(WrongUsage, match="only the address"):
        protocol.base_url(address)


def test_a_host_named_in_the_settings_is_trusted_over_https_only() -> None:
    trusted = [" Gateway.Example.com "]
    assert (
        protocol.base_url("https://gateway.example.com", trusted) == "https://gateway.example.com"
    )
    for address in ("http://gateway.example.com", "https://other.gateway.example.com"):
        with pytest.raises(AddressRefused):
            protocol.base_url(address, trusted)


def test_the_url_of_a_method_is_the_documented_one() -> None:
    url = protocol.method_url("https://api.green-api.com", ACCOUNT, "getContacts")
    assert url == f"https://api.green-api.com/waInstance1101000001/getContacts/{TOKEN}"


@given(st.text(min_size=1))
def test_no_token_leaves_its_place_in_the_path(token: str) -> None:
    odd = Account("shop", "", "1101000001", token.encode("utf-8", "replace").decode())
    parts = urlsplit(protocol.method_url("https://api.green-api.com", odd, "getContacts"))
    assert (parts.netloc, parts.query, parts.fragment) == ("api.green-api.com", "", "")
    assert parts.path.count("/") == 3


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("https://1101.api.green-api.com", True),
        ("https://green-api.com/v3", True),
        ("https://api.greenapi.com", True),
        ("https://greenapi.com", True),
        ("https://evilgreen-api.com", False),
        ("https://green-api.com.example.com", False),
        ("http://127.0.0.1:8080", False),
        ("", False),
    ],
)
def test_an_address_is_the_services_own_or_not(address: str, ours: bool) -> None:
    assert protocol.is_service(address) is ours


def test_a_partners_method_has_no_instance() -> None:
    url = protocol.method_url("https://api.green-api.com", ACCOUNT, protocol.GET_INSTANCES)
    assert url == f"https://api.green-api.com/partner/getInstances/{TOKEN}"


def test_the_body_is_read_of_those_statuses_that_it_says_more_about() -> None:
    body = {"message": "Instance is deleted", "invokeStatus": {"used": 1, "total": 2}}
    said = [
        status for status in range(300, 600) if str(refusal(status, body)) != str(refusal(status))
    ]
    assert said == [*protocol.WORDY]


@pytest.mark.parametrize(("blanks", "kind"), [(0, NotReady), (1, SenselessAnswer)])
def test_words_are_looked_for_in_64_kib(blanks: int, kind: type[ContactsError]) -> None:
    words = b"instance is deleted"
    assert isinstance(refusal(400, (b" " * blanks + words).rjust(64 * 1024 + blanks)), kind)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("body", [b"", b"<html>", {"statusCode": 401, "message": "x"}])
def test_refused_credentials_are_told_by_the_status_alone(status: int, body: object) -> None:
    error = refusal(status, body)
    assert isinstance(error, CredentialsRefused)
    assert error.status == status


@pytest.mark.parametrize(
    ("message", "state"),
    [
        ("instance in starting process try later", "starting"),
        ("instance account not authorized", "notAuthorized"),
        ("instance is starting or not authorized", protocol.UNCLEAR),
        ("Instance account is expired. Renew your instance from personal area", "expired"),
        ("Instance is deleted", "deleted"),
    ],
)
def test_a_400_says_in_words_which_state_it_is(message: str, state: str) -> None:
    shape_a = {"statusCode": 400, "path": f"/waInstance1/getContacts/{TOKEN}", "message": message}
    for body in (shape_a, {"status": False, "reason": message}, message.upper().encode()):
        error = refusal(400, body)
        assert isinstance(error, NotReady)
        assert error.state == state


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"[" * 200_000, {"message": "Validation failed. Details: x"}, None]
)
def test_any_other_400_makes_no_sense(body: object) -> None:
    assert isinstance(refusal(400, body), SenselessAnswer)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry_After": "7"}, 7.0),
        ({"Retry_After": " 0 "}, 0.0),
        ({"Retry_After": "999999"}, 999_999.0),
        ({"Retry_After": "-5"}, None),
        ({"Retry_After": "1.5"}, None),
        ({"Retry_After": "soon"}, None),
        (
            {
                "Retry_After": "Sun, 01 Nov 2026 10:00:30 GMT",
                "Date": "Sun, 01 Nov 2026 10:00:00 GMT",
            },
            30.0,
        ),
        (
            {
                "Retry_After": "Sun, 01 Nov 2026 09:00:00 GMT",
                "Date": "Sun, 01 Nov 2026 10:00:00 GMT",
            },
            0.0,
        ),
        ({"Retry_After": "Sun, 01 Nov 2026 10:00:30 GMT"}, None),
        ({"Retry_After": "soon", "Date": "Sun, 01 Nov 2026 10:00:00 GMT"}, None),
        ({"Retry_After": "Sun, 99 Nov 2026 10:00:30 GMT", "Date": "x"}, None),
    ],
)
def test_a_429_says_how_long_to_wait_where_it_does(
    headers: dict[str, str], seconds: float | None
) -> None:
    error = refusal(429, b"", **headers)
    assert isinstance(error, RateLimited)
    assert error.retry_after == seconds


def test_a_used_up_quota_tells_its_two_counts_and_nobodys_number() -> None:
    spent = {"method": "getcontacts", "used": 1000, "total": "1000", "description": "4915100000001"}
    error = refusal(466, {"invokeStatus": spent, "correspondentsStatus": {"used": 3}})
    assert isinstance(error, QuotaExceeded)
    assert "1000 of 1000 calls" in str(error)
    assert "4915100000001" not in f"{error} {error!r}"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        {"invokeStatus": []},
        {"invokeStatus": {"used": "=1+1", "total": 1}},
        {"invokeStatus": {"used": "1 of many", "total": 1}},
        {"invokeStatus": {"used": 1, "total": "1 call"}},
        {"invokeStatus": {"used": 1, "total": "many"}},
        {"invokeStatus": {"used": 1, "total": 0}},
    ],
)
def test_a_quota_without_counts_is_still_a_quota(body: object) -> None:
    error = refusal(466, body)
    assert isinstance(error, QuotaExceeded)
    assert (error.used, error.total) == ("", "")


def test_paused_number_checks_are_a_limit_of_their_own() -> None:
    assert "two hours" in str(refusal(469))


@pytest.mark.parametrize("status", [499, 500, 502, 503, 504, 599])
def test_a_service_that_is_down_is_told_with_its_status(status: int) -> None:
    error = refusal(status, b"<html>Cannot read properties of undefined</html>")
    assert isinstance(error, ServiceDown)
    assert str(status) in str(error)


@pytest.mark.parametrize(
    ("status", "redirects"), [(299, False), (300, True), (302, True), (399, True), (404, False)]
)
def test_another_address_is_not_followed_and_told(status: int, redirects: bool) -> None:
    assert ("redirects to another address" in str(refusal(status))) is redirects


@pytest.mark.parametrize("status", [201, 204, 302, 307, 404, 418, 600])
def test_any_other_status_makes_no_sense(status: int) -> None:
    body = {"message": f"Cannot GET /waInstance1/getContacts/{TOKEN}"}
    error = refusal(status, body)
    assert isinstance(error, SenselessAnswer)
    assert TOKEN not in f"{error} {error!r}"


def test_a_proxy_that_asks_for_a_password_is_told_as_one() -> None:
    error = refusal(407)
    assert isinstance(error, Unreachable)
    assert "proxy refused" in str(error)
    assert "GREEN-API could not be reached" in str(error)


@given(st.integers(100, 999), st.binary(), st.dictionaries(st.just("Retry-After"), st.text()))
def test_any_answer_but_200_is_one_of_our_errors(
    status: int, body: bytes, headers: dict[str, str]
) -> None:
    error = protocol.error_for(status, headers, body)
    assert error.exit_code in {3, 4, 5, 6, 7}
    assert error.sentence()


@pytest.mark.parametrize("state", ["authorized", "notAuthorized", "yellowCard", "somethingNew"])
def test_the_state_is_what_the_service_calls_it(state: str) -> None:
    assert protocol.state_from(json.dumps({"stateInstance": state, "more": 1}).encode()) == state


def test_an_instance_that_is_being_created_is_starting() -> None:
    assert protocol.state_from(b" null\n") == "starting"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"<html>",
        b'{"stateInstance":"=1+1"}',
        b'{"stateInstance":true}',
        b'{"stateInstance":"authorized!"}',
        b'{"stateInstance":"\xff"}',
        b"[" * 200_000,
    ],
)
def test_an_answer_without_a_state_makes_no_sense(body: bytes) -> None:
    with pytest.raises(SenselessAnswer, match="contains no state"):
        protocol.state_from(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"status":false,"reason":"limit"}', "reports a failure"),
        (b"null", "instance may still be starting"),
        (b"null\n", "instance may still be starting"),
        (b'"Error: forbidden"', "a message instead of a list"),
        (b"<!DOCTYPE html>", "a web page"),
        (b"", "it is empty"),
        (b"\xff\xfe[\x00]\x00", "not JSON"),
        (b"true", "not JSON"),
    ],
)
def test_a_200_that_is_no_list_is_told_as_what_it_is(body: bytes, said: str) -> None:
    error = protocol.not_a_list(body)
    assert error.exit_code == 7
    assert said in str(error)


def test_a_200_that_reports_a_state_is_told_as_that_state() -> None:
    error = protocol.not_a_list(b'{"status":false,"reason":"instance account not authorized"}')
    assert isinstance(error, NotReady)
    assert error.state == "notAuthorized"
