"""Keyrings to test with: one in memory, one that never answers, one that refuses, one that forgets."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import keyring
from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


class InMemory(KeyringBackend):
    """Keep passwords as long as the test lasts."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # keyring has no types there
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Hanging(InMemory):
    """Wait, as a locked keyring waits for a person, until the test is over."""

    def __init__(self) -> None:
        super().__init__()
        self.over = threading.Event()

    def get_password(self, service: str, username: str) -> str | None:
        self.over.wait()
        return None

    def set_password(self, service: str, username: str, password: str) -> None:
        self.over.wait()


class Locked(InMemory):
    """Refuse as a locked keyring does, with the secret in the words of the refusal."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("locked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise KeyringLocked(f"cannot store {password}")


class Odd(Locked):
    """Fail with an error of its own making, as plug-ins do."""

    def get_password(self, service: str, username: str) -> str | None:
        raise LookupError("no such object path")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise LookupError(f"no such object path for {password}")


class Forgetful(InMemory):
    """Take everything and keep nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        return


class PlaintextKeyring(InMemory):
    """Be named as the one of keyrings.alt that keeps passwords in a file of plain text."""


def chain_with_plain_text_first() -> InMemory:
    """Return a chain of keyrings as keyring makes it where there are several."""
    first = PlaintextKeyring()
    first.backends = [first, InMemory()]  # type: ignore[attr-defined]
    return first


@contextmanager
def used(ring: InMemory) -> Iterator[InMemory]:
    """Use this keyring inside the block."""
    former = keyring.get_keyring()
    keyring.set_keyring(ring)
    try:
        yield ring
    finally:
        keyring.set_keyring(former)
        if isinstance(ring, Hanging):
            ring.over.set()
