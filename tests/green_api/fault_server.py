"""A server on loopback that does what no well-behaved one does: every connection gets a script."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from typing import Self

Script = Callable[[socket.socket], None]


def sending(data: bytes) -> Script:
    """Send these bytes and hang up."""
    return lambda connection: connection.sendall(data)


def answering(body: bytes, *headers: str, status: str = "200 OK") -> Script:
    """Answer as a good server does, with a length."""
    head = "\r\n".join((f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""))
    return sending(head.encode() + body)


def dripping(data: bytes, *, at_once: bytes = b"", pause: float = 0.05) -> Script:
    """Send `at_once`, then the data over and over, a byte at a time, until the client leaves."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(at_once)
        while True:
            for byte in data:
                connection.sendall(bytes((byte,)))
                time.sleep(pause)

    return drip


def endless(data: bytes, *, at_once: bytes = b"") -> Script:
    """Send `at_once`, then the data over and over, as fast as it goes, until the client leaves."""

    def flood(connection: socket.socket) -> None:
        connection.sendall(at_once)
        block = data * max(1, 65_536 // len(data))
        while True:
            connection.sendall(block)

    return flood


def resetting(data: bytes = b"") -> Script:
    """Send these bytes and break the connection, as a firewall does."""

    def reset(connection: socket.socket) -> None:
        connection.sendall(data)
        linger = struct.pack("ii", 1, 0)  # on, for no time: closing sends RST
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        connection.close()

    return reset


def chunked(*chunks: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Return an answer in these chunks."""
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body + end


def silent(connection: socket.socket) -> None:
    """Say nothing until the client leaves."""
    connection.recv(1)


class FaultServer:
    """Play one script per connection, in turn; the last one stays.

    `heads` are the heads of the requests. With `trust` it speaks TLS; `reading` off, a script
    begins before the request is read (and TLS is the script's business).
    """

    def __init__(
        self, *scripts: Script, trust: ssl.SSLContext | None = None, reading: bool = True
    ) -> None:
        self.heads: list[bytes] = []
        self._scripts, self._trust, self._reading = list(scripts), trust, reading
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._listening.settimeout(0.02)
        self._over = threading.Event()
        self._threads = [threading.Thread(target=self._accept)]
        self._connections: list[socket.socket] = []

    @property
    def port(self) -> int:
        return int(self._listening.getsockname()[1])

    @property
    def url(self) -> str:
        return f"{'https' if self._trust else 'http'}://localhost:{self.port}"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._threads[0].join()
        for connection in self._connections:
            with connection, contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads[1:]:
            thread.join()
        self._listening.close()

    def _accept(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(TimeoutError):
                connection, _ = self._listening.accept()
                connection.settimeout(None)
                spare = connection.dup()  # TLS takes over the first handle
                self._connections.append(spare)
                script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                thread = threading.Thread(target=self._serve, args=(connection, spare, script))
                self._threads.append(thread)
                thread.start()

    def _serve(self, connection: socket.socket, spare: socket.socket, script: Script) -> None:
        with connection, contextlib.suppress(OSError):  # the client may leave at any time
            if not self._reading:
                script(connection)
            elif self._trust is None:
                self._answer(connection, script)
            else:
                with self._trust.wrap_socket(connection, server_side=True) as secure:
                    self._answer(secure, script)
        with contextlib.suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    def _answer(self, connection: socket.socket, script: Script) -> None:
        head = b""
        while b"\r\n\r\n" not in head:
            got = connection.recv(65_536)
            if not got:
                return
            head += got
        self.heads.append(head)
        script(connection)
