"""GREEN-API's protocol without any I/O: addresses, and what each status and body means."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Collection, Mapping
from contextlib import suppress
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlsplit

import msgspec

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

GET_INSTANCES = "getInstances"  # of a partner (green-api.md, 5)
HOSTS = ("green-api.com", "greenapi.com")  # as GREEN-API's own Airtable adapter allows
UNCLEAR = "starting or notAuthorized"  # one text for both since 2024 (green-api/issues 571)

# statuses whose body must be read; for all others the status says enough
WORDY = (400, 466)
MOST_WORDS = 64 * 1024

_COUNT = re.compile("[0-9]{1,12}")  # not 4,000 digits in a sentence

# strict, since where two parsers disagree (a backslash!) a token would go to another host
_HOST = re.compile(r"(?=.{1,253}$)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*|[0-9a-f:.]+", re.ASCII)


def base_url(api_url: str, trusted_hosts: Collection[str] = ()) -> str:
    """Return the apiUrl in one form, if a token may be sent there.

    Allowed are https to GREEN-API's hosts and to `trusted_hosts`, and http to this machine; the
    path is empty or `/v3` (MAX, Telegram). Raises AddressRefused, WrongUsage.
    """
    text = api_url.strip()
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        parts, host, port = None, "", None
    host = host if _HOST.fullmatch(host) else ""
    if parts is None or not _may_know_the_token(parts.scheme, host, trusted_hosts):
        raise AddressRefused(host, _may_know_the_token("https", host, trusted_hosts))
    path = parts.path.rstrip("/")
    if parts.username is not None or parts.query or parts.fragment or path not in ("", "/v3"):
        raise WrongUsage("The apiUrl is only the address, like https://1103.api.green-api.com.")
    place = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{place}{f':{port}' if port is not None else ''}{path}"


def _may_know_the_token(scheme: str, host: str, trusted_hosts: Collection[str]) -> bool:
    if is_loopback(host):
        return scheme in ("http", "https")
    known = any(host == ours or host.endswith(f".{ours}") for ours in HOSTS)
    return scheme == "https" and (known or host in {h.strip().lower() for h in trusted_hosts if h})


def is_service(api_url: str) -> bool:
    """Tell whether an address is GREEN-API's own."""
    host = urlsplit(api_url).hostname or ""
    return any(host == ours or host.endswith(f".{ours}") for ours in HOSTS)


def is_loopback(host: str) -> bool:
    """Tell whether a host is this machine, without a name server."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def method_url(base: str, account: Account, method: str) -> str:
    """Return the URL of a method. It holds the token: build it late and never show it.

    A partner's method has no instance.
    """
    token = quote(account.token, safe="")
    if method == GET_INSTANCES:
        return f"{base}/partner/{method}/{token}"
    return f"{base}/waInstance{quote(account.id_instance, safe='')}/{method}/{token}"


def error_for(status: int, headers: Mapping[str, str], body: bytes) -> ContactsError:
    """Return the error for a status other than 200; status first, body second (green-api.md, 2)."""
    match status:
        case 400:
            return _bad_request(body)
        case 401 | 403:
            return CredentialsRefused(status)
        case 407:
            return Unreachable("", "proxy")
        case 429:
            return RateLimited(_seconds(headers))
        case 466 | 469:
            return _quota(status, body)
        case 499:
            return ServiceDown(status)
        case _ if 500 <= status <= 599:
            return ServiceDown(status)
        case _ if 300 <= status <= 399:
            return SenselessAnswer("it redirects to another address, which is not followed")
        case _:
            return SenselessAnswer(f"HTTP {status} instead of a list")


_STATES = (
    (b"starting or not authorized", UNCLEAR),
    (b"starting process", "starting"),
    (b"not authorized", "notAuthorized"),
    (b"is expired", "expired"),
    (b"is deleted", "deleted"),
)


def _bad_request(body: bytes) -> ContactsError:
    return _not_ready(body) or SenselessAnswer(
        "GREEN-API did not understand the request (HTTP 400)"
    )


def _not_ready(body: bytes) -> NotReady | None:
    # the same words come as "message", as "reason", or as plain text
    words = body[:MOST_WORDS].lower()
    return next((NotReady(state) for said, state in _STATES if said in words), None)


def _quota(status: int, body: bytes) -> QuotaExceeded:
    # the description contains phone numbers of other people, so take the two counts only
    spent = _object(body).get("invokeStatus")
    counts = spent if isinstance(spent, dict) else {}
    used, total = (_text(counts.get(key)) for key in ("used", "total"))
    told = _COUNT.fullmatch(used) and _COUNT.fullmatch(total) and int(total)  # 0: allowed
    return QuotaExceeded(status, *((used, total) if told else ("", "")))


def _seconds(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait: Retry-After is seconds, or a date to compare with `Date`."""
    wanted = headers.get("Retry-After", "").strip()
    if re.fullmatch(r"[0-9]{1,9}", wanted, re.ASCII):
        return float(wanted)
    then, now = _moment(wanted), _moment(headers.get("Date", ""))
    return max(0.0, then - now) if then is not None and now is not None else None


def _moment(http_date: str) -> float | None:
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return parsedate_to_datetime(http_date).timestamp()
    return None


def _object(body: bytes) -> dict[str, object]:
    try:
        decoded: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _text(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""


def state_from(body: bytes) -> str:
    """Return the stateInstance of a getStateInstance answer.

    `null` means "starting": the instance is being created, for up to five minutes. Raises
    SenselessAnswer.
    """
    if body.strip() == b"null":
        return "starting"
    state = _text(_object(body).get("stateInstance"))
    if not re.fullmatch(r"[A-Za-z]{1,40}", state):
        raise SenselessAnswer("it contains no state")
    return state


def not_a_list(start: bytes) -> ContactsError:
    """Return the error for a 200 that does not begin with `[` (green-api.md, 2.1, E to I)."""
    if start[:1] == b"{":
        return _not_ready(start) or SenselessAnswer(
            "GREEN-API reports a failure instead of sending a list"
        )
    if start[:4] == b"null":
        return SenselessAnswer("it is empty (null); the instance may still be starting")
    if start[:1] == b'"':
        return SenselessAnswer("it is a message instead of a list")
    if start[:1] == b"<":
        return SenselessAnswer("it is a web page, perhaps of a proxy, and not from GREEN-API")
    return SenselessAnswer("it is empty" if not start else "it is not JSON")
