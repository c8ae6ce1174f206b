"""Where tokens are kept: the system's keyring, else a file for its owner alone."""

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
SERVICE = "getcontacts"  # in the keyring; its user name is the idInstance, so aliases may change
PATIENCE = 3.0  # seconds; a locked keyring may wait for a person who is not there


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
    """Return where the file of tokens is or would be."""
    return settings.home() / FILE


def keep(id_instance: str, token: str) -> str:
    """Keep a token and return where: "keyring", or the file's path.

    Raises NotWritable where neither takes it.
    """
    if _asked(lambda ring: _kept(ring, id_instance, token)):
        _drop_from_file(id_instance)  # an old one there would be found first
        return KEYRING
    with settings.lock():
        _write({**_read(), id_instance: token})
    return str(path())


def token_of(alias: str, id_instance: str) -> str:
    """Return the token of an account, from the file before the keyring.

    Raises NoAccount where it is not kept, KeyringSilent where nobody can say so, WrongUsage where
    the file is broken.
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
    """Return where the tokens are that can be found: "keyring", or the file's path.

    The keyring is asked once for all, and only for what the file does not hold.
    Raises WrongUsage where the file is broken.
    """
    wanted, there = list(id_instances), _read()
    found = {each: str(path()) for each in wanted if each in there}
    if missing := [each for each in wanted if each not in there]:
        found |= dict.fromkeys(_asked(lambda ring: _those(ring, missing)) or {}, KEYRING)
    return found


def drop(id_instance: str) -> bool:
    """Forget a token wherever it is kept; False where a keyring that does not answer may have it.

    Raises WrongUsage where the file is broken, NotWritable.
    """
    answered = _asked(lambda ring: _dropped(ring, id_instance))
    was_in_file = _drop_from_file(id_instance)
    return bool(answered) or (was_in_file and not _has_ring())


def keyring_name() -> str:
    """Return the name of the keyring that is in use, "" without a usable one."""
    return _asked(lambda ring: str(ring.name)) or ""


def _has_ring() -> bool:
    """Tell whether there is a keyring at all, which may be one that does not answer."""
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
    """Put a question to the keyring; None where there is none or it does not answer in time."""
    answers: list[T] = []

    def ask() -> None:
        # Backends are plug-ins and raise what they like; any of it means that there is no keyring.
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
        atomic.clear_leftovers(path(), path().parent)  # of a login that was killed
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
