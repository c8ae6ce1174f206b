"""Whose each row of a table is, where several accounts may have rows in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from workbook.contacts.matching import Persons
from workbook.merge.model import ACCOUNT, ID, Arrival, ExistingTable
from workbook.merge.refusals import ADD_ACCOUNT, SecondAccount


def rows_of_each(
    existing: ExistingTable,
    ours: Mapping[str, int],
    arrivals: Sequence[Arrival],
    persons: Sequence[Persons],
    add_account: str = ADD_ACCOUNT,
) -> list[list[int]]:
    """Return the rows of each account; `persons`: who is in its list. Raises SecondAccount.

    `add_account`: the command that adds a column for accounts.
    """
    if ACCOUNT not in ours:
        refuse_second(arrivals, add_account)
        return [[*range(len(existing.rows))]]
    named = _by_alias(existing, ours)
    blank = named.pop("", [])
    found = [[row for alias in each for row in named.get(alias, ())] for each in _aliases(arrivals)]
    for row in blank:
        text = existing.rows[row][ours[ID]]
        at = _whose(text, arrivals, persons, alone=not named)
        if at is not None:
            found[at].append(row)
    return [sorted(rows) for rows in found]


def refuse_second(arrivals: Sequence[Arrival], add_account: str) -> None:
    """Raise SecondAccount for more accounts than a table without a column "account" can have."""
    owner = arrivals[0].memory.owner or arrivals[0].account
    for each in arrivals:
        if each.account != owner:
            raise SecondAccount(owner, each.account, add_account)


def unnamed_owner(
    existing: ExistingTable, ours: Mapping[str, int], arrivals: Sequence[Arrival]
) -> str:
    """Return whose all rows are that name nobody, as the column is new; "" unless it is another's.

    Those were written before there was such a column.
    """
    owners = {each.memory.owner for each in arrivals} - {""}
    if ACCOUNT not in ours or len(owners) != 1 or owners & {each.account for each in arrivals}:
        return ""
    return "" if _by_alias(existing, ours).keys() - {""} else owners.pop()


def _by_alias(existing: ExistingTable, ours: Mapping[str, int]) -> dict[str, list[int]]:
    named: dict[str, list[int]] = defaultdict(list)
    for at, row in enumerate(existing.rows):
        named[row[ours[ACCOUNT]].strip()].append(at)
    return named


def _aliases(arrivals: Sequence[Arrival]) -> list[set[str]]:
    """Return the aliases of each account, of now and before; one alias is never two accounts'."""
    taken = {each.account for each in arrivals}
    aliases = []
    for each in arrivals:
        former = {*each.memory.aliases} - taken
        taken |= former
        aliases.append({each.account} | former)
    return aliases


def _whose(
    text: str, arrivals: Sequence[Arrival], persons: Sequence[Persons], *, alone: bool
) -> int | None:
    """Return whose row it is that names no account: added by hand, or older than the column.

    `alone`: no row names one.
    """
    owners = [at for at, each in enumerate(arrivals) if each.memory.owner == each.account]
    unknown = len(arrivals) == 1 and not arrivals[0].memory.owner
    owner = owners[0] if owners else 0 if unknown else None
    if alone or len(arrivals) == 1:
        return owner
    return next((at for at, each in enumerate(persons) if each.of(text) in each), owner)
