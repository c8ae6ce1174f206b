"""One request and its answer over a real socket; nothing that holds the URL leaves this room."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import requests
from urllib3.exceptions import NameResolutionError

from workbook.accounts import Account
from workbook.errors import ContactsError, SenselessAnswer, Unreachable
from workbook.green_api import protocol, transport

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
CHUNK = 64 * 1024

log = logging.getLogger("workbook.green_api")


class Sink(Protocol):
    """Where the bytes of a good answer go, unpacked, as they arrive."""

    def feed(self, data: bytes) -> None: ...


@dataclass(slots=True)
class SmallBody:
    """The body of an answer with a few values in it."""

    body: bytes = b""
    limit: int = 1024 * 1024

    def feed(self, data: bytes) -> None:
        self.body += data
        if len(self.body) > self.limit:
            raise SenselessAnswer("it is far longer than it should be")


class Exchange:
    """A session with one instance; `calls` counts the requests that were sent.

    Raises AddressRefused and WrongUsage before anything is sent.
    """

    def __init__(
        self, account: Account, trusted_hosts: list[str], ca_bundle: Path | None = None
    ) -> None:
        self.calls = 0
        self._account = account
        self._base = protocol.base_url(account.api_url, trusted_hosts)
        self.host = self._base.partition("://")[2].partition("/")[0]
        self._session, self._adapter = transport.session_for(self._base, ca_bundle)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def call(
        self, method: str, sink: Sink, deadline: float, payload: dict[str, object] | None = None
    ) -> ContactsError | None:
        """Call a method until `deadline` (time.monotonic) and return what went wrong.

        With a payload it is a POST. An error is returned and not raised, so that no traceback
        leads through a frame that knows the URL.
        """
        self.calls += 1
        started, seen = time.monotonic(), _Seen()
        failure: ContactsError | None = None
        try:
            with self._adapter.ends_by(deadline):
                failure = self._answer(method, sink, deadline - started, payload, seen)
        except ContactsError as ours:
            failure = ours
        except (requests.RequestException, OSError) as error:
            failure = self._failure(error, late=time.monotonic() >= deadline)
        took = time.monotonic() - started
        log.info("%s: %s, %.2f s, %d bytes", method, seen.status or "no answer", took, seen.size)
        return failure

    def _answer(
        self,
        method: str,
        sink: Sink,
        remaining: float,
        payload: dict[str, object] | None,
        seen: _Seen,
    ) -> ContactsError | None:
        with self._session.request(
            "GET" if payload is None else "POST",
            protocol.method_url(self._base, self._account, method),
            json=payload,
            timeout=(_within(CONNECT_SECONDS, remaining), _within(READ_SECONDS, remaining)),
            allow_redirects=False,
            stream=True,
        ) as response:
            seen.status = response.status_code
            if seen.status == 200:
                for chunk in seen.counted(response):
                    sink.feed(chunk)
                return None
            small = SmallBody()
            for chunk in seen.counted(response):
                small.feed(chunk)
            return protocol.error_for(seen.status, response.headers, small.body)

    def _failure(self, error: requests.RequestException | OSError, late: bool) -> ContactsError:
        """Return which of our errors one of requests' is; it keeps nothing of it."""
        if late or isinstance(error, requests.Timeout):
            return Unreachable(self.host, "timeout")
        if isinstance(error, requests.exceptions.ProxyError):
            return Unreachable(self.host, "proxy")
        if isinstance(error, requests.exceptions.SSLError):
            return Unreachable(self.host, "certificate")
        if isinstance(error, requests.exceptions.ContentDecodingError):
            return SenselessAnswer("it is packed in a way that cannot be unpacked")
        if isinstance(error, requests.exceptions.ChunkedEncodingError):
            return Unreachable(self.host, "broken")
        return Unreachable(self.host, _connection_problem(error))


@dataclass(slots=True)
class _Seen:
    """What may be logged of an answer."""

    status: int = 0
    size: int = 0

    def counted(self, response: requests.Response) -> Iterator[bytes]:
        for chunk in response.iter_content(CHUNK):
            self.size += len(chunk)
            yield chunk


def _within(most: float, remaining: float) -> float:
    return max(0.05, min(most, remaining))


def _connection_problem(error: BaseException) -> str:
    inner = error.args[0] if error.args else None
    reason = getattr(inner, "reason", inner)
    if isinstance(reason, NameResolutionError):
        return "name"
    return "connect" if reason is not inner else "broken"
