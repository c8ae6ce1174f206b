"""Keep tokens in the system's keyring, else in a file that its owner alone can read.

A token is kept with the hosts it was stored for: "token https://host …". One that stands alone was
kept by getcontacts 0.1.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from workbook.accounts import settings, system_keyring, token_command
from workbook.errors import HostChanged, NoAccount, NotWritable, TokenNotKept, WrongUsage
from workbook.files import atomic
from workbook.files.system_errors import undeletable

FILE = "credentials.json"
KEYRING = "keyring"
LARGEST_COPY = 1 << 20  # bytes of a file in which a token is looked for


class KeyringSilent(NoAccount):
    """The token is not in the file, and no keyring answers that could hold it."""

    text_several = (
        "Their tokens were not found: no keyring answers here (it is locked, or this runs without "
        "a desktop). Unlock it and repeat, or keep the tokens in a file: login --plain-file"
    )

    def sentence(self) -> str:
        return (
            f'The token of "{self.alias}" was not found: no keyring answers here (it is locked, or '
            "this runs without a desktop). Unlock it and repeat, set the GREEN_API_... variables "
            "of the environment, or run: getcontacts login"
        )


def path() -> Path:
    """Return the path of the file of tokens, which may be missing."""
    return settings.home() / FILE


def keep(id_instance: str, token: str, host: str, *, plain_file: bool = False) -> str:
    """Keep a token for a host; return where: "keyring", or the path of the file.

    The file is used where there is no keyring at all, or with `plain_file`. Raises TokenNotKept
    where there is one that does not take it, NotWritable.
    """
    secret = " ".join((token, *sorted({host, *_hosts_of(id_instance, token)})))
    if not plain_file:
        reply = system_keyring.store(id_instance, secret)
        if reply.answer:
            _drop_from_file(id_instance)  # the file is read first
            return KEYRING
        if reply.name:
            raise TokenNotKept(reply.name, reply.plain_text)
    with settings.lock():
        _write({**_read(), id_instance: secret})
    return str(path())


def keep_all(secrets: Sequence[tuple[str, str, str]], *, plain_file: bool = False) -> str:
    """Keep many tokens, each with its instance in front and its host behind it; as `keep`.

    The file is written once. Of the keyring each is asked for, until one is not taken.
    """
    if not plain_file and keyring_name():
        return [keep(*secret) for secret in secrets][-1]
    with settings.lock():
        _write({**_read(), **{each: f"{token} {host}" for each, token, host in secrets}})
    return str(path())


def _hosts_of(id_instance: str, token: str) -> list[str]:
    """Return the hosts that this same token is kept for already, under another alias perhaps."""
    secret = _read().get(id_instance) or (system_keyring.read([id_instance]).answer or {}).get(
        id_instance, ""
    )
    kept, *hosts = secret.split(" ")
    return hosts if kept == token else []


class Kept:
    """What the file and the keyring hold, by instance; None of a keyring that does not answer."""

    def __init__(self, in_file: dict[str, str], in_keyring: dict[str, str] | None) -> None:
        self.in_file, self.in_keyring = in_file, in_keyring


def kept(id_instances: Iterable[str]) -> Kept:
    """Read the file once, and ask the keyring once, for all that the file does not hold.

    Raises WrongUsage for a broken file. Neither is asked where a command is (`token_command`).
    """
    if token_command.is_set():
        return Kept({}, {})
    there = _read()
    missing = [each for each in id_instances if each not in there]
    return Kept(there, system_keyring.read(missing).answer if missing else {})


def token_of(alias: str, id_instance: str, host: str, of: Kept | None = None) -> str:
    """Return the token of an account, from the file, else from the keyring, if it is for the host.

    Where there is a command for tokens, it alone is asked (`token_command`). `of`: what `kept`
    returned, where many are looked for. Raises NoAccount where there is none, KeyringSilent where
    the keyring does not answer, CommandSilent, HostChanged, WrongUsage for a broken file.
    """
    if token_command.is_set():
        return token_command.token_of(alias)
    of = kept([id_instance]) if of is None else of
    secret, is_in_file = of.in_file.get(id_instance), id_instance in of.in_file
    if not is_in_file:
        if of.in_keyring is None:
            raise KeyringSilent(alias)
        secret = of.in_keyring.get(id_instance)
    if not secret:
        raise NoAccount(alias)
    token, *hosts = secret.split(" ")
    if not hosts:
        _bind(id_instance, token, host, is_in_file=is_in_file)
    elif host not in hosts:
        raise HostChanged(alias, hosts[0], host)
    return token


def _bind(id_instance: str, token: str, host: str, *, is_in_file: bool) -> None:
    """Keep a token of 0.1 for the host of its account, once and for all."""
    secret = f"{token} {host}"
    if not is_in_file:
        system_keyring.store(id_instance, secret)
        return
    with contextlib.suppress(NotWritable), settings.lock():  # else the next run does it
        tokens = _read()
        if tokens.get(id_instance) == token:
            _write({**tokens, id_instance: secret})


def places(id_instances: Iterable[str]) -> dict[str, str]:
    """Return, by instance whose token is found, where it is: "keyring", or the path of the file.

    The keyring is asked once, for all that the file does not hold.
    Raises WrongUsage for a broken file.
    """
    wanted = list(id_instances)
    there = kept(wanted)
    found = {each: str(path()) for each in wanted if each in there.in_file}
    return found | dict.fromkeys(there.in_keyring or {}, KEYRING)


def drop(id_instance: str) -> bool:
    """Delete a token from keyring and file; return False if a silent keyring may still hold it.

    Raises NotWritable, NotDeleted, and WrongUsage for a broken file.
    """
    reply = system_keyring.delete(id_instance)
    was_in_file = _drop_from_file(id_instance)
    return bool(reply.answer) or (was_in_file and not reply.name)


def copies() -> list[Path]:
    """Return the files of the home that may hold tokens and are not ours, as editors leave them.

    They are known by their names, or by a token in them, as far as it can be read now.
    """
    secrets = [secret.split(" ")[0].encode() for secret in _secrets_there()]
    with contextlib.suppress(OSError):  # no home, or none that may be looked into
        return sorted(each for each in settings.home().iterdir() if _is_copy(each, secrets))
    return []


def _is_copy(file: Path, secrets: Iterable[bytes]) -> bool:
    if file.name == FILE or not file.is_file():
        return False
    if "credentials" in file.name.casefold():
        return True
    with contextlib.suppress(OSError):  # one that nobody may read
        if file.stat().st_size <= LARGEST_COPY:
            content = file.read_bytes()
            return any(secret in content for secret in secrets)
    return False


def _secrets_there() -> list[str]:
    with contextlib.suppress(WrongUsage):  # a broken file
        instances = {at.id_instance for at in settings.load().accounts.values()}
        kept = system_keyring.read(instances - _read().keys()).answer or {}
        return [*_read().values(), *kept.values()]
    return []


def keyring_name() -> str:
    """Return the name of the keyring, "" where there is none."""
    return system_keyring.is_there().name


def _read() -> dict[str, str]:
    return settings.understood(path(), settings.read_private(path()) or b"{}", dict[str, str])


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
            try:
                path().unlink(missing_ok=True)
            except OSError as error:
                raise undeletable(path(), error) from error
    return True
