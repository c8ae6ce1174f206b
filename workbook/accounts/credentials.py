"""Keep tokens in the system's keyring, else in a file that its owner alone can read."""

from __future__ import annotations

import contextlib
import stat
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from workbook.accounts import settings
from workbook.errors import NoAccount
from workbook.files import atomic

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

T = TypeVar("T")

FILE = "credentials.json"
KEYRING = "keyring"
SERVICE = "getcontacts"  # in the keyring; the user name there is the idInstance
PATIENCE = 3.0  # seconds; a locked keyring may wait for a password that nobody types


@dataclass(eq=False)
class KeyringSilent(NoAccount):
    """The token is not in the file, and no keyring answers that could hold it."""

    def sentence(self) -> str:
        return (
            f'The token of "{self.alias}" was not found: no keyring answers here (it is locked, or '
            "this runs without a desktop). Unlock it and repeat, set the GREEN_API_... variables "
            "of the environment, or run: getcontacts login"
        )


def path() -> Path:
    """Return the path of the file of tokens, which may be missing."""
    return settings.home() / FILE


def keep(id_instance: str, token: str) -> str:
    """Keep a token; return where: "keyring", or the path of the file.

    Raises NotWritable where it can be kept in neither.
    """
    if _asked(lambda ring: _kept(ring, id_instance, token)):
        _drop_from_file(id_instance)  # the file is read first
        return KEYRING
    with settings.lock():
        _write({**_read(), id_instance: token})
    return str(path())


def token_of(alias: str, id_instance: str) -> str:
    """Return the token of an account, from the file, else from the keyring.

    Raises NoAccount where there is none, KeyringSilent where the keyring does not answer,
    WrongUsage for a broken file.
    """
    token = _read().get(id_instance)
    if token is None:
        answer = _asked(lambda ring: _those(ring, [id_instance]))
        if answer is None:
            raise KeyringSilent(alias)
        token = answer.get(id_instance)
    if not token:
        raise NoAccount(alias)
    return token


def places(id_instances: Iterable[str]) -> dict[str, str]:
    """Return, by instance whose token is found, where it is: "keyring", or the path of the file.

    The keyring is asked once, for all that the file does not hold.
    Raises WrongUsage for a broken file.
    """
    wanted, there = list(id_instances), _read()
    found = {each: str(path()) for each in wanted if each in there}
    if missing := [each for each in wanted if each not in there]:
        found |= dict.fromkeys(_asked(lambda ring: _those(ring, missing)) or {}, KEYRING)
    return found


def drop(id_instance: str) -> bool:
    """Delete a token from keyring and file; return False if a silent keyring may still hold it.

    Raises NotWritable, and WrongUsage for a broken file.
    """
    answered = _asked(lambda ring: _dropped(ring, id_instance))
    was_in_file = _drop_from_file(id_instance)
    return bool(answered) or (was_in_file and not _has_ring())


def keyring_name() -> str:
    """Return the name of the keyring, "" where there is none that answers."""
    return _asked(lambda ring: str(ring.name)) or ""


def _has_ring() -> bool:
    """Return whether there is a keyring, whether it answers or not."""
    with contextlib.suppress(Exception):  # as in _asked
        return _ring() is not None
    return False


def _ring() -> KeyringBackend | None:
    import keyring
    from keyring.backends import fail, null

    ring = keyring.get_keyring()
    return None if isinstance(ring, fail.Keyring | null.Keyring) else ring


def _kept(ring: KeyringBackend, id_instance: str, token: str) -> bool:
    ring.set_password(SERVICE, id_instance, token)
    return ring.get_password(SERVICE, id_instance) == token  # some keep nothing and say nothing


def _those(ring: KeyringBackend, id_instances: Iterable[str]) -> dict[str, str]:
    asked = {each: ring.get_password(SERVICE, each) for each in id_instances}
    return {each: token for each, token in asked.items() if token}


def _dropped(ring: KeyringBackend, id_instance: str) -> bool:
    if ring.get_password(SERVICE, id_instance) is not None:
        ring.delete_password(SERVICE, id_instance)
    return True


def _asked(question: Callable[[KeyringBackend], T]) -> T | None:
    """Ask the keyring; return None where there is none or it does not answer in time."""
    answers: list[T] = []

    def ask() -> None:
        # backends are plug-ins that raise anything: whatever it is, this keyring does not answer
        with contextlib.suppress(Exception):
            if (ring := _ring()) is not None:
                answers.append(question(ring))

    asking = threading.Thread(target=ask, name="keyring", daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return answers[0] if answers else None


def _read() -> dict[str, str]:
    file = path()
    with contextlib.suppress(OSError):  # not there, or not ours to change
        if stat.S_IMODE(file.stat().st_mode) & 0o077:
            file.chmod(0o600)
    return settings.understood(file, settings.read_private(file) or b"{}", dict[str, str])


def _write(tokens: dict[str, str]) -> None:
    import msgspec

    settings.made_home()
    text = msgspec.json.format(msgspec.json.encode(tokens), indent=2)
    settings.write_private(path(), text + b"\n")


def _drop_from_file(id_instance: str) -> bool:
    with contextlib.suppress(OSError):  # no folder, or none that may be looked into
        atomic.clear_leftovers(path())  # of a login that was killed
    if id_instance not in _read():
        return False
    with settings.lock():
        tokens = _read()
        tokens.pop(id_instance, None)
        if tokens:
            _write(tokens)
        else:
            path().unlink(missing_ok=True)
    return True
