"""Decide which account is meant, and find its credentials; the service is not asked."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase

import msgspec

from workbook.accounts import credentials, fields, settings, token_command
from workbook.accounts.settings import Settings, StoredAccount
from workbook.errors import ContactsError, NoAccount, TokensLeft, WrongUsage, some_aliases

ENVIRONMENT = "environment"  # alias of the account in the environment, and where its token is
URL, ID, TOKEN = "GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE"


class Account(msgspec.Struct, frozen=True):
    """An instance and its credentials, under an alias; it never shows its token."""

    alias: str
    api_url: str
    id_instance: str
    token: str

    def __repr__(self) -> str:
        return f"Account({self.alias!r}, {self.api_url!r}, {self.id_instance!r})"

    def __rich_repr__(self) -> list[tuple[str, object]]:
        return [("alias", self.alias), ("id_instance", self.id_instance)]

    def without_token(self) -> Account:
        """Return the account for what needs no more than to know whose contacts it holds."""
        return msgspec.structs.replace(self, token="")


class AccountInfo(msgspec.Struct, frozen=True):
    """An account without its token; `where` the token is: "keyring", a path, or "" for nowhere."""

    alias: str
    api_url: str
    id_instance: str
    where: str
    default: bool


def find(alias: str | None = None) -> Account:
    """Return the named account, else the environment's, else the default or only stored one.

    Raises NoAccount, and WrongUsage where several are stored and none is the default, or where
    the environment lacks a part of an account.
    """
    named = identify(alias)
    return named if named.token else _complete(named)


def identify(alias: str | None = None) -> Account:
    """Return the account that `find` returns, without looking for its token.

    Its token is "" unless the environment names the account. Raises what `find` raises, except
    for a missing token.
    """
    stored = settings.load()
    if alias in (None, "", ENVIRONMENT) and (account := _from_environment()):
        return account
    chosen = _stored_alias(alias or _default(stored), stored)
    at = stored.accounts[chosen]
    return Account(chosen, at.api_url, at.id_instance, "")


def matching(patterns: Sequence[str] = ()) -> list[Account]:
    """Return the accounts whose alias fits a pattern such as shop-*, all without one, by alias.

    They are without their tokens, and each instance is there once, under its first alias; the
    environment's account comes last. Raises NoAccount where a pattern fits none or there is none,
    WrongUsage as `known`.
    """
    stored = settings.load().accounts
    named = sorted(stored.items(), key=lambda named: in_order(named[0]))
    everybody = [Account(alias, at.api_url, at.id_instance, "") for alias, at in named]
    if outside := _from_environment():
        everybody.append(outside)
    found = {each.id_instance: each for each in reversed(everybody) if fits(each, patterns)}
    for pattern in patterns or ("*",):
        if not any(fits(each, (pattern,)) for each in everybody):
            raise NoAccount(pattern if everybody else None, tuple(stored))
    return [*reversed(found.values())]


def called(aliases: Collection[str]) -> list[Account]:
    """Return the accounts that have or had one of these aliases, as `matching`; perhaps none."""
    stored = settings.load().accounts
    instances = {
        at.id_instance
        for alias, at in stored.items()
        if not {alias, *at.former}.isdisjoint(aliases)
    }
    everybody = matching() if aliases and are_several() else []
    return [each for each in everybody if each.alias in aliases or each.id_instance in instances]


def in_order(alias: str) -> list[str | int]:
    """Return what sorts shop-9 before shop-11."""
    parts = re.split(r"([0-9]+)", alias.casefold())
    return [int(part) if at % 2 else part for at, part in enumerate(parts)]


def fits(account: Account, patterns: Sequence[str]) -> bool:
    """Tell whether the alias fits one of these patterns; every one fits none of them."""
    alias = account.alias.casefold()
    return not patterns or any(fnmatchcase(alias, each.casefold()) for each in patterns)


def with_tokens(chosen: Iterable[Account]) -> list[Account | ContactsError]:
    """Return each of these accounts with its token, or why it has none.

    The file is read once and the keyring asked once. Raises WrongUsage for a broken file.
    """
    wanted = list(chosen)
    of = credentials.kept(each.id_instance for each in wanted if not each.token)
    if not token_command.is_set():
        return [_with_token(each, of) for each in wanted]
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(token_command.AT_ONCE) as pool:
        return [*pool.map(lambda each: _with_token(each, of), wanted)]


def _with_token(account: Account, of: credentials.Kept) -> Account | ContactsError:
    try:
        return account if account.token else _complete(account, of)
    except ContactsError as error:
        return error.with_traceback(None)


def _complete(named: Account, of: credentials.Kept | None = None) -> Account:
    host = host_of(named.api_url, named.id_instance)
    token = credentials.token_of(named.alias, named.id_instance, host, of)
    return checked(named.alias, named.api_url, named.id_instance, token)


def known() -> list[AccountInfo]:
    """Return all accounts: the environment's first, then the stored ones by alias.

    Raises WrongUsage for settings or an environment that cannot be read.
    """
    stored = settings.load()
    places = credentials.places(at.id_instance for at in stored.accounts.values())
    default = "" if (account := _from_environment()) else _only_or_default(stored)
    listed = [
        AccountInfo(alias, at.api_url, at.id_instance, places.get(at.id_instance, ""),
              alias == default)
        for alias, at in sorted(stored.accounts.items())
    ]  # fmt: skip
    if account:
        environment = AccountInfo(
            ENVIRONMENT, account.api_url, account.id_instance, ENVIRONMENT, True
        )
        return [environment, *listed]
    return listed


def are_several() -> bool:
    """Tell whether there is more than one account, so that messages must say which one is meant."""
    return len(settings.load().accounts) + any(map(os.environ.get, (URL, ID, TOKEN))) > 1


def save(account: Account, *, plain_file: bool = False) -> str:
    """Store an account; return where its token is kept: "keyring", or the path of a file.

    `plain_file`: keep the token in the file, even if there is a keyring.

    The first account becomes the default. An alias that is stored already gets the new values.
    Raises NotWritable, and WrongUsage for a broken settings file or the alias "environment".
    """
    _free_for_us(account.alias)
    former = settings.load()
    host = host_of(account.api_url, account.id_instance)
    where = credentials.keep(account.id_instance, account.token, host, plain_file=plain_file)
    settings.update(lambda stored: _with(stored, account))
    _drop_unused(former)
    return where


def save_all(many: Sequence[Account], *, plain_file: bool = False) -> str:
    """Store many accounts in one step, each under an alias that is its own or free; as `save`.

    None of them becomes the default, unless there is only one account then.
    """
    hosts = [host_of(each.api_url, each.id_instance) for each in many]
    secrets = [(a.id_instance, a.token, host) for a, host in zip(many, hosts, strict=True)]
    where = credentials.keep_all(secrets, plain_file=plain_file)
    settings.update(lambda stored: _with_all(stored, many))
    return where


def _with_all(stored: Settings, many: Iterable[Account]) -> Settings:
    there = dict(stored.accounts)
    for each in many:
        former = there[each.alias].former if each.alias in there else []
        there[each.alias] = StoredAccount(
            api_url=each.api_url, id_instance=each.id_instance, former=former
        )
    return msgspec.structs.replace(stored, accounts=there)


def forget(alias: str) -> None:
    """Delete an account and its token from the settings, the file and the keyring.

    Raises NoAccount for an unknown alias, TokensLeft when all is deleted except what a silent
    keyring may hold.
    """
    stored = settings.load()
    chosen = _stored_alias(alias, stored)
    id_instance = stored.accounts[chosen].id_instance
    shared = [each for each, at in stored.accounts.items() if at.id_instance == id_instance]
    settings.update(lambda now: _without(now, chosen))
    if shared == [chosen] and not credentials.drop(id_instance):
        raise TokensLeft((id_instance,))


def make_default(alias: str) -> None:
    """Make a stored account the one that is used when none is named.

    Raises NoAccount for an unknown alias.
    """
    chosen = _stored_alias(alias, settings.load())
    settings.update(lambda now: msgspec.structs.replace(now, default=chosen))


def rename(alias: str, new: str) -> None:
    """Give a stored account another alias; what named it by the old one still does.

    Raises NoAccount for an unknown alias, WrongUsage for one that is taken or no alias.
    """
    new = _free_for_us(new)
    stored = settings.load()
    chosen = _stored_alias(alias, stored)
    if _spelled(new, stored) not in (chosen, new) or (new in stored.accounts and new != chosen):
        raise WrongUsage(f'There is an account "{_spelled(new, stored)}" already.')
    settings.update(lambda now: _renamed(now, chosen, new))


def aliases_of(id_instance: str) -> set[str]:
    """Return all aliases that an instance has or had here."""
    mine = [(a, at) for a, at in settings.load().accounts.items() if at.id_instance == id_instance]
    return {each for alias, at in mine for each in (alias, *at.former)}


def host_of(api_url: str, id_instance: str) -> str:
    """Return scheme, host and port of an apiUrl: whom a token is for. Raises WrongUsage."""
    address = fields.api_url(api_url) or fields.suggested_url(id_instance)
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}".casefold()


def checked(alias: str, api_url: str, id_instance: str, token: str) -> Account:
    """Return an account of four texts, without the characters that were copied along.

    Whether a token may be sent to the host of `api_url` is decided elsewhere.
    Raises WrongUsage, which names the wrong field and never quotes the token.
    """
    alias, id_instance = fields.alias(alias), fields.id_instance(id_instance)
    token = fields.token(token)
    return Account(
        alias, fields.api_url(api_url) or fields.suggested_url(id_instance), id_instance, token
    )


def _free_for_us(alias: str) -> str:
    """Return an alias, tidied. Raises WrongUsage for the one of the environment's account."""
    if fields.alias(alias).casefold() == ENVIRONMENT:
        raise WrongUsage(
            f'"{ENVIRONMENT}" is the account that the GREEN_API_… variables name; '
            "choose another alias."
        )
    return fields.alias(alias)


def _from_environment() -> Account | None:
    given = {name: fields.tidy(os.environ.get(name, "")) for name in (URL, ID, TOKEN)}
    if not any(given.values()):
        return None
    if missing := [name for name in (ID, TOKEN) if not given[name]]:
        raise WrongUsage(
            f"The environment names half an account: {' and '.join(missing)} must be set, too."
        )
    return checked(ENVIRONMENT, given[URL], given[ID], given[TOKEN])


def _default(stored: Settings) -> str:
    if len(stored.accounts) > 1 and stored.default not in stored.accounts:
        raise WrongUsage(
            f"There are several accounts; name one of them with --account: "
            f"{some_aliases(tuple(stored.accounts))}."
        )
    return _only_or_default(stored)


def _only_or_default(stored: Settings) -> str:
    if stored.default in stored.accounts:
        return stored.default
    return next(iter(stored.accounts)) if len(stored.accounts) == 1 else ""


def _stored_alias(alias: str, stored: Settings) -> str:
    """Return an alias as it is stored, whatever its case, or renamed; raises NoAccount."""
    chosen = _spelled(alias, stored)
    if chosen in stored.accounts:
        return chosen
    for renamed, at in stored.accounts.items():
        if alias.strip().casefold() in map(str.casefold, at.former):
            return renamed
    raise NoAccount(alias or None, tuple(stored.accounts))


def _spelled(alias: str, stored: Settings) -> str:
    if alias in stored.accounts:
        return alias
    same = [each for each in stored.accounts if each.casefold() == alias.strip().casefold()]
    return same[0] if same else alias


def _with(stored: Settings, account: Account) -> Settings:
    chosen = _spelled(account.alias, stored)
    others = {alias: _not_former(at, chosen) for alias, at in stored.accounts.items()}
    former = others[chosen].former if chosen in others else []
    at = StoredAccount(api_url=account.api_url, id_instance=account.id_instance, former=former)
    accounts = {**others, chosen: at}
    default = stored.default if stored.default in accounts else chosen
    return msgspec.structs.replace(stored, accounts=accounts, default=default)


def _not_former(at: StoredAccount, alias: str) -> StoredAccount:
    left = [each for each in at.former if each.casefold() != alias.casefold()]
    return msgspec.structs.replace(at, former=left)


def _renamed(stored: Settings, alias: str, new: str) -> Settings:
    others = {each: _not_former(at, new) for each, at in stored.accounts.items()}
    at = others.pop(alias)
    at = msgspec.structs.replace(at, former=[*at.former, alias])
    accounts = {**others, new: _not_former(at, new)}
    default = new if stored.default == alias else stored.default
    return msgspec.structs.replace(stored, accounts=accounts, default=default)


def _without(stored: Settings, alias: str) -> Settings:
    accounts = {each: at for each, at in stored.accounts.items() if each != alias}
    default = "" if stored.default == alias else stored.default
    return msgspec.structs.replace(stored, accounts=accounts, default=default)


def _drop_unused(former: Settings) -> None:
    still = {at.id_instance for at in settings.load().accounts.values()}
    for id_instance in {at.id_instance for at in former.accounts.values()} - still:
        credentials.drop(id_instance)
