"""How a reply's bytes leave the simulator: whole, slowly, in part, or not at all."""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Callable

LONGEST = 300.0  # seconds after which nothing is held back any more
PIECE = 65_536  # bytes of a slow body sent at once
PAUSE = 0.02  # seconds between two pieces


class Wire:
    """The client's end of one connection; `spent` once nothing more may follow on it."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.spent = False

    def send(self, data: bytes) -> None:
        """Send all of it."""
        self._connection.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Wait, and tell whether the client is still listening; at once false when it leaves.

        The simulator ends all waiting by shutting the connection down itself.
        """
        self._connection.settimeout(seconds)
        try:
            self._connection.recv(1, socket.MSG_PEEK)
        except TimeoutError:
            return True
        except OSError:
            return False
        finally:
            self._connection.settimeout(None)
        return False

    def reset(self) -> None:
        """Break the connection off (RST), as a crashed machine does."""
        self.spent = True
        linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        socket.close(self._connection.detach())


Deliver = Callable[[Wire, bytes, bytes], None]


def whole(wire: Wire, head: bytes, body: bytes) -> None:
    """Send everything at once."""
    wire.send(head)
    wire.send(body)


def slow(wire: Wire, head: bytes, body: bytes) -> None:
    """Send the body in pieces with pauses."""
    wire.send(head)
    for start in range(0, len(body), PIECE):
        wire.send(body[start : start + PIECE])
        if not wire.wait(PAUSE):
            wire.spent = True
            break


def reset(wire: Wire, head: bytes, body: bytes) -> None:
    """Send nothing and break the connection off."""
    wire.reset()


def hold(wire: Wire, head: bytes, body: bytes) -> None:
    """Send nothing until the client leaves or LONGEST is over."""
    wire.spent = True
    wire.wait(LONGEST)
