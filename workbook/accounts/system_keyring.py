"""Ask the keyring of the system: in bounded time, and whatever its backend raises."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Generic, TypeVar

import msgspec
from msgspec.structs import replace

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

SERVICE = "getcontacts"  # the user name there is the idInstance
LOADING = 30.0  # seconds to import and choose a backend, which takes up to 7 s on Windows
PATIENCE = 3.0  # seconds after that; a locked keyring may wait for a password that nobody types
_UNKNOWN = "keyring of this system"


class Reply(msgspec.Struct, Generic[T], frozen=True):
    """The answer, None if none came, and the name of the backend, "" if there is none."""

    answer: T | None
    name: str
    plain_text: bool = False


def store(id_instance: str, secret: str) -> Reply[bool]:
    """Store a secret and read it again, as some backends keep nothing and say nothing.

    A backend that keeps plain text is not given any.
    """

    def stored(ring: KeyringBackend) -> bool:
        if _keeps_plain_text(ring):
            return False
        ring.set_password(SERVICE, id_instance, secret)
        return ring.get_password(SERVICE, id_instance) == secret

    return _ask(stored)


def read(id_instances: Iterable[str]) -> Reply[dict[str, str]]:
    """Return the secrets that are there, by instance."""

    def those(ring: KeyringBackend) -> dict[str, str]:
        found = {each: ring.get_password(SERVICE, each) for each in id_instances}
        return {each: secret for each, secret in found.items() if secret}

    return _ask(those)


def delete(id_instance: str) -> Reply[bool]:
    """Delete a secret, if there is one."""

    def deleted(ring: KeyringBackend) -> bool:
        if ring.get_password(SERVICE, id_instance) is not None:
            ring.delete_password(SERVICE, id_instance)
        return True

    return _ask(deleted)


def is_there() -> Reply[bool]:
    """Ask for the name of the backend alone, which needs no password."""
    return _ask(lambda _: True)


def _ask(question: Callable[[KeyringBackend], T]) -> Reply[T]:
    """Ask in a thread of its own, and leave it behind if it takes too long."""
    replies: list[Reply[T]] = []
    loaded = threading.Event()

    def ask() -> None:
        # backends are plug-ins that raise anything: whatever it is, this keyring does not answer
        with contextlib.suppress(Exception):
            try:
                ring = _ring()
                if ring is None:
                    replies.append(Reply(None, ""))
                    return
                replies.append(Reply(None, str(ring.name), _keeps_plain_text(ring)))
            finally:
                loaded.set()
            replies.append(replace(replies[0], answer=question(ring)))

    asking = threading.Thread(target=ask, name="keyring", daemon=True)
    asking.start()
    if not loaded.wait(LOADING):
        return Reply(None, _UNKNOWN)
    asking.join(PATIENCE)
    return replies[-1] if replies else Reply(None, "")


def _ring() -> KeyringBackend | None:
    import keyring
    from keyring.backends import fail, null

    ring = keyring.get_keyring()
    return None if isinstance(ring, fail.Keyring | null.Keyring) else ring


def _keeps_plain_text(ring: KeyringBackend) -> bool:
    """Tell whether passwords would go into keyrings.alt's file of plain text."""
    first = next(iter(getattr(ring, "backends", ())), ring)  # a chain gives them to its first one
    return any("plaintext" in each.__name__.casefold() for each in type(first).__mro__)
