"""Send one request and read its answer; nothing that holds the URL leaves this module."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from ssl import SSLCertVerificationError
from typing import Generic, Protocol, TypeVar

import msgspec
import requests
from requests.exceptions import InvalidSchema, InvalidURL, ProxyError
from urllib3.exceptions import (
    DecodeError,
    HTTPError,
    LocationValueError,
    NameResolutionError,
    NewConnectionError,
    ReadTimeoutError,
)

from workbook.accounts.accounts import Account
from workbook.errors import ContactsError, SenselessAnswer, Unreachable
from workbook.green_api import protocol, transport

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
CHUNK = 64 * 1024

Result = TypeVar("Result")
ResultOf = TypeVar("ResultOf", covariant=True)

log = logging.getLogger("workbook.green_api")


class Sink(Protocol[ResultOf]):
    """Take the bytes of a good answer, unpacked, as they arrive, and make a result of them."""

    def feed(self, data: bytes) -> None: ...
    def finish(self) -> ResultOf: ...


class SmallBody(Generic[Result]):
    """Collect the body of an answer with a few values in it, for `decode`."""

    def __init__(self, decode: Callable[[bytes], Result], limit: int = 1024 * 1024) -> None:
        self.decode, self.body, self.limit = decode, b"", limit

    def feed(self, data: bytes) -> None:
        self.body += data
        if len(self.body) > self.limit:
            raise SenselessAnswer("it is far longer than it should be")

    def finish(self) -> Result:
        return self.decode(self.body)


class Exchange:
    """An HTTP session with one instance; `calls` counts the requests that were sent.

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
        self,
        method: str,
        sink: Sink[object],
        deadline: float,
        payload: dict[str, object] | None = None,
    ) -> ContactsError | None:
        """Call a method until `deadline` (time.monotonic) and return what went wrong.

        With a payload it is a POST. The error is returned and not raised, so that no traceback
        contains a frame that holds the URL.
        """
        if transport.proxy_for(self._base) is None:
            return Unreachable(self.host, "no proxy")
        seen, remaining = _Seen(), deadline - time.monotonic()
        with (
            self._watched(method, deadline, seen),
            self._session.request(
                "GET" if payload is None else "POST",
                protocol.method_url(self._base, self._account, method),
                json=payload,
                timeout=(_within(CONNECT_SECONDS, remaining), _within(READ_SECONDS, remaining)),
                allow_redirects=False,
                stream=True,
            ) as response,
        ):
            seen.status = response.status_code
            if seen.status != 200:
                words = seen.words(response)
                raise protocol.error_for(seen.status, response.headers, words)
            for chunk in _chunks(response):
                seen.size += len(chunk)
                sink.feed(chunk)
        return seen.failure

    @contextmanager
    def _watched(self, method: str, deadline: float, seen: _Seen) -> Iterator[None]:
        """End a call at its deadline, log it, and keep what went wrong as one of our errors."""
        self.calls += 1
        started = time.monotonic()
        try:
            with self._adapter.ends_by(deadline):
                yield
        except ContactsError as ours:
            seen.failure = ours.with_traceback(None)  # its frames hold the answer
        except (requests.RequestException, HTTPError, OSError) as error:
            seen.failure = self._failure(error, answered=seen.status != 0)
        if self._adapter.was_cut and isinstance(seen.failure, Unreachable | None):
            seen.failure = Unreachable(self.host, "timeout")
        took = time.monotonic() - started
        log.info("%s: %s, %.2f s, %d bytes", method, seen.status or "no answer", took, seen.size)

    def _failure(self, error: Exception, *, answered: bool) -> ContactsError:
        """Turn an error of requests into one of ours, which keeps no reference to it.

        What breaks before anything was `answered` may be the fault of a proxy on the way.
        """
        causes = list(_causes(error))
        if any(isinstance(cause, DecodeError) for cause in causes):
            return SenselessAnswer("it is compressed in a way that cannot be read")
        why = _why(causes)
        if why == "broken" and not answered and transport.proxy_for(self._base):
            why = "broken on the way"
        return Unreachable(self.host, why)


def _chunks(response: requests.Response) -> Iterator[bytes]:
    """Yield the body as it arrives; http.client raises ValueError for some broken lengths."""
    try:
        yield from response.iter_content(CHUNK)
        return
    except ValueError:  # never from decoding JSON: that happens outside of this generator
        pass
    raise requests.exceptions.ChunkedEncodingError


# the first that fits; ours was checked, so an address that is none is the proxy's
_REASONS: tuple[tuple[tuple[type[BaseException], ...], str], ...] = (
    ((InvalidURL, InvalidSchema, LocationValueError), "no proxy"),
    ((SSLCertVerificationError,), "certificate"),
    ((NameResolutionError,), "name"),
    ((NewConnectionError,), "connect"),
    ((requests.Timeout, TimeoutError, ReadTimeoutError), "timeout"),
)


def _why(causes: list[BaseException]) -> str:
    if any(isinstance(cause, ProxyError) for cause in causes):
        answered = type(causes[-1]) is OSError  # of http.client: "Tunnel connection failed: 407"
        return "proxy" if answered else "no proxy"
    reasons = (why for kinds, why in _REASONS if any(isinstance(each, kinds) for each in causes))
    why = next(reasons, "broken")
    ignored = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
    return "bundle" if why == "certificate" and ignored else why


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and the errors that requests and urllib3 have wrapped in it."""
    while isinstance(error, BaseException):
        yield error
        inside = (getattr(error, "reason", None), *error.args)
        error = next((each for each in inside if isinstance(each, BaseException)), None)


class _Seen(msgspec.Struct):
    """What is known of an answer and may be logged; `failure`: what went wrong."""

    status: int = 0
    size: int = 0
    failure: ContactsError | None = None

    def words(self, response: requests.Response) -> bytes:
        """Read the start of the body if it tells more than the status does."""
        words = b""
        if self.status in protocol.WORDY:
            try:
                words = next(response.iter_content(protocol.MOST_WORDS), b"")
            except requests.RequestException:
                if self.status == 400:  # without its body a 400 says nothing; try again
                    raise
        self.size = len(words)
        return words


def _within(most: float, remaining: float) -> float:
    return max(0.05, min(most, remaining))
