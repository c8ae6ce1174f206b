"""Many accounts at once, from a file or a partner's list: under which aliases they are kept."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from workbook.accounts import accounts, fields
from workbook.accounts.accounts import ENVIRONMENT, Account
from workbook.accounts.settings import StoredAccount
from workbook.errors import WrongUsage

COLUMNS = ("alias", "apiUrl", "idInstance", "apiTokenInstance")
MOST_IN_KEYRING = 50  # accounts; a keyring takes its time for each


class Offered(msgspec.Struct, frozen=True):
    """An account that may be kept; `api_url` is "" where nobody says it.

    `name` is what somebody calls it, and any text at all.
    """

    name: str
    api_url: str
    id_instance: str
    token: str

    def __repr__(self) -> str:
        return f"Offered({self.name!r}, {self.id_instance!r})"


class Import(msgspec.Struct, frozen=True):
    """What an import will keep, without the tokens' text: the `new` accounts, and the `known`."""

    new: tuple[Account, ...] = ()
    known: tuple[Account, ...] = ()

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Return all of them."""
        return self.new + self.known


def planned(offered: Iterable[Offered], stored: Mapping[str, StoredAccount]) -> Import:
    """Return under which alias each account, offered once, is kept. Raises WrongUsage.

    A known instance keeps its alias. A new one gets its name if that is an alias and free, else the
    name made one with the idInstance behind it, else the idInstance. No alias is ever two
    instances'.
    """
    aliases = {at.id_instance: alias for alias, at in reversed([*stored.items()])}
    former = (each for at in stored.values() for each in at.former)
    taken = {each.casefold() for each in (*stored, *former, ENVIRONMENT)}
    new, known = [], []
    for each in offered:
        id_instance = fields.id_instance(each.id_instance)
        if alias := aliases.get(id_instance):
            url = each.api_url or stored[alias].api_url
            known.append(accounts.checked(alias, url, id_instance, each.token))
        else:
            alias = _free_alias(each.name, id_instance, taken)
            taken.add(alias.casefold())
            new.append(accounts.checked(alias, each.api_url, id_instance, each.token))
    return Import(tuple(new), tuple(known))


def _free_alias(name: str, id_instance: str, taken: set[str]) -> str:
    tidy = re.sub(r"\s+", " ", fields.tidy(name))
    with suppress(WrongUsage):
        if fields.alias(tidy).casefold() not in taken:
            return fields.alias(tidy)
    for text in (f"{_letters(tidy)[:40]}-{id_instance}", id_instance):
        with suppress(WrongUsage):
            if (alias := fields.alias(text.lstrip("-_. "))).casefold() not in taken:
                return alias
    raise WrongUsage(f"Every alias for the instance {id_instance} is taken; rename one of them.")


def _letters(text: str) -> str:
    """Return a text with a hyphen for whatever no alias may have."""
    return re.sub(r"[^\w.\- ]+|_", "-", text).strip("-. ")


def keep(found: Import, *, plain_file: bool = False) -> str:
    """Keep these accounts; return where their tokens are, as `accounts.save`.

    More than 50 tokens go into the file. Nobody else is deleted. Raises NotWritable, TokenNotKept,
    and WrongUsage for a broken settings file.
    """
    in_file = plain_file or len(found.accounts) > MOST_IN_KEYRING
    return accounts.save_all(found.accounts, plain_file=in_file)


def in_file(path: Path) -> list[Offered]:
    """Return the accounts in a csv file with the columns alias, apiUrl, idInstance and the token.

    Their titles may stand in the first line, in any order. Raises WrongUsage, which names the line
    and never quotes a token.
    """
    rows = [*_rows(_text(path).splitlines())]
    titles = _titles(rows[0][1] if rows else [])
    body = rows[1:] if titles else rows
    offered = [_offered(path, line, row, titles or [*COLUMNS]) for line, row in body]
    if not offered:
        raise WrongUsage(f"{path} names no account; its columns are {', '.join(COLUMNS)}.")
    return _each_once(path, [line for line, _ in body], offered)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = "it is not UTF-8" if isinstance(error, ValueError) else str(error.strerror)
    raise WrongUsage(f"{path} cannot be read: {why}.")


def _rows(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    first = lines[0] if lines else ""
    delimiter = max(",;\t", key=first.count)
    for number, row in enumerate(csv.reader(lines, delimiter=delimiter), 1):
        if any(map(str.strip, row)):
            yield number, row


def _titles(row: Sequence[str]) -> list[str] | None:
    spelled = {title.casefold(): title for title in COLUMNS}
    found = [spelled.get(fields.tidy(cell).casefold(), "") for cell in row]
    return found if {"idInstance", "apiTokenInstance"} <= {*found} else None


def _offered(path: Path, line: int, row: Sequence[str], titles: Sequence[str]) -> Offered:
    by_title = dict(zip(titles, row, strict=False))
    alias, api_url, id_instance, token = (by_title.get(title, "") for title in COLUMNS)
    problem = ""
    try:
        fields.token(token)
        return Offered(alias, fields.api_url(api_url), fields.id_instance(id_instance), token)
    except WrongUsage as wrong:
        problem = wrong.said
    raise WrongUsage(f"Line {line} of {path}: {problem} Nothing was imported.")


def _each_once(path: Path, lines: Sequence[int], offered: list[Offered]) -> list[Offered]:
    times = Counter(each.id_instance for each in offered)
    for line, each in zip(lines, offered, strict=True):
        if times[each.id_instance] > 1:
            raise WrongUsage(
                f"Line {line} of {path} names the instance {each.id_instance}, as another line "
                "does. Nothing was imported."
            )
    return offered
