"""An HTTP/1.1 server on loopback, in threads of its own; a function gives it the answers."""

from __future__ import annotations

import contextlib
import os
import socket
import socketserver
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from workbook.simulator.delivery import Wire
from workbook.simulator.replies import Reply, Request

HOST = "127.0.0.1"
LARGEST_BODY = 1_000_000  # bytes; no method takes more than a few fields


class Listener(ThreadingHTTPServer):
    """Listen from `with` to its end; then every connection is closed and every thread over."""

    request_queue_size = 128
    allow_reuse_address = os.name != "nt"  # there it lets two servers share a port

    def __init__(self, answer: Callable[[Request], Reply], port: int = 0) -> None:
        self.answer = answer
        self._busy: dict[Any, Thread] = {}
        self._main = Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        super().__init__((HOST, port), _Handler)

    def __enter__(self) -> Self:
        self._main.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.shutdown()
        for connection, thread in self._busy.copy().items():
            with contextlib.suppress(OSError):  # the client was faster
                connection.shutdown(socket.SHUT_RDWR)
            thread.join()
        self._main.join()
        self.server_close()

    def server_bind(self) -> None:
        """Bind without asking a name server who 127.0.0.1 is, which can take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve one connection on a thread that can be waited for and never keeps Python alive."""
        args = (request, client_address)
        thread = Thread(target=self.process_request_thread, args=args, daemon=True)
        self._busy[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection that is over."""
        self._busy.pop(request, None)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep silent about clients that left in the middle; show bugs."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Listener

    def _answer(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LARGEST_BODY)
        target = self.requestline.split()[1]  # self.path has lost a doubled slash
        reply = self.server.answer(Request(self.command, target, self.rfile.read(length)))
        wire = Wire(self.connection)
        reply.deliver(wire, reply.head(), reply.body)
        self.close_connection |= wire.spent

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer  # noqa: N815 - http.server's

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the request line holds the token."""
