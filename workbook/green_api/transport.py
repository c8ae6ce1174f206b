"""Sessions of requests with our certificates, the system's proxy, and an end to every wait."""

from __future__ import annotations

import logging
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies, select_proxy
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from workbook.errors import WrongUsage
from workbook.green_api.protocol import is_loopback

if TYPE_CHECKING:
    import ssl

# loggers whose records hold the path (urllib3) or the exception (stamina), and so the token
TALKATIVE = (
    "urllib3.connection",
    "urllib3.connectionpool",
    "urllib3.poolmanager",
    "urllib3.response",
    "urllib3.util.retry",
    "stamina",
)


def _nothing(_: logging.LogRecord) -> bool:
    return False


def session_for(base: str, ca_bundle: Path | None = None) -> tuple[requests.Session, Adapter]:
    """Return a session for one address, and the adapter that can cut its connection.

    It uses the machine's certificates or `ca_bundle`, and the system's proxy except for this
    machine; no netrc, no cookies. Raises WrongUsage for a bundle that cannot be read.
    """
    for name in TALKATIVE:  # silent whatever level anybody sets later
        logging.getLogger(name).addFilter(_nothing)
    parts = urlsplit(base)
    adapter = Adapter(_trust(ca_bundle) if parts.scheme == "https" else None)
    session = requests.Session()
    session.trust_env = not is_loopback(parts.hostname or "")
    session.auth = _no_netrc
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers["User-Agent"] = "getcontacts"
    session.mount("http://", adapter)
    session.mount("https://", adapter)
    return session, adapter


def proxy_for(url: str) -> str | None:
    """Return host and port of the proxy on the way to an address, "" without one.

    None: what the system says is no address. requests would answer it with a TypeError.
    """
    if is_loopback(urlsplit(url).hostname or ""):
        return ""
    way = select_proxy(url, get_environ_proxies(url))
    if not way:
        return ""
    with suppress(LocationParseError):
        proxy = parse_url(way)
        return proxy.netloc if proxy.host else None  # netloc: without a password
    return None


def _no_netrc(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _trust(ca_bundle: Path | None) -> ssl.SSLContext:
    import ssl

    if ca_bundle is None and sys.platform in ("win32", "darwin"):
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # there the system itself judges
    with suppress(OSError):  # ssl.SSLError is one of them
        if ca_bundle is not None:
            return _context(str(ca_bundle.resolve()), ca_bundle.stat().st_mtime_ns)
        return _context(None, os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR"))
    raise WrongUsage(f"{ca_bundle} is no readable file of certificates (PEM).")


@lru_cache(maxsize=4)
def _context(ca_bundle: str | None, *state: str | int | None) -> ssl.SSLContext:
    """Return the one context of this process, as long as the `state` of its source is the same.

    Reading a machine's certificates takes some 50 ms of CPU.
    """
    import ssl

    if ca_bundle is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(ca_bundle)
        # as curl and OpenSSL do. Without VERIFY_X509_STRICT, which Python has set by default since
        # 3.13: many companies' own authorities are not marked as critical
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        return context
    import truststore

    # truststore knows where each Linux has its certificates, but reads them at every handshake
    wrapping = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context = wrapping.wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), server_hostname="any").context
    context.sslsocket_class = ssl.SSLSocket  # its own lets only one thread shake hands at a time
    return context


class Adapter(HTTPAdapter):
    """The adapter of requests with our TLS context, no retries, and a connection that can be cut.

    A read timeout does not end an answer that sends a byte at a time; `ends_by` does. A session
    has one connection at a time, so its calls follow each other.
    """

    def __init__(self, trust: ssl.SSLContext | None) -> None:
        self.was_cut = False
        self.trust = trust
        self._deadline = float("inf")
        self._spare: socket.socket | None = None
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self.trust)
        self.poolmanager.pool_classes_by_scheme = self._pools()

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **kwargs, ssl_context=self.trust)
        manager.pool_classes_by_scheme = self._pools()
        return manager

    def get_connection_with_tls_context(
        self, request: Any, verify: Any, proxies: Any = None, cert: Any = None
    ) -> Any:
        # verify with our context only: no bundle of requests, and none that the environment names
        return super().get_connection_with_tls_context(request, True, proxies, None)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        conn.cert_reqs = "CERT_REQUIRED"

    def _pools(self) -> dict[str, Any]:
        watched = self._watched

        class Plain(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return watched(super()._new_conn())

        class Secure(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return watched(super()._new_conn())

        return {
            "http": type("PlainPool", (HTTPConnectionPool,), {"ConnectionCls": Plain}),
            "https": type("SecurePool", (HTTPSConnectionPool,), {"ConnectionCls": Secure}),
        }

    def _watched(self, connected: socket.socket) -> socket.socket:
        # TLS takes over the socket object, already during the handshake; keep a second handle
        self._drop_spare()
        self._spare = connected.dup()
        if time.monotonic() >= self._deadline:  # connecting took all the time
            self._cut()
        return connected

    @contextmanager
    def ends_by(self, deadline: float) -> Iterator[None]:
        """Cut the connection at `deadline` (time.monotonic), whatever it waits for."""
        self._deadline, self.was_cut = deadline, False
        timer = threading.Timer(max(0.0, deadline - time.monotonic()), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        self.was_cut = True
        if self._spare is not None:
            with suppress(OSError):  # it may be closed already
                self._spare.shutdown(socket.SHUT_RDWR)

    def _drop_spare(self) -> None:
        if self._spare is not None:
            self._spare.close()
            self._spare = None

    def close(self) -> None:
        super().close()
        self._drop_spare()
