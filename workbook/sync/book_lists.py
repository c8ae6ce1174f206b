"""The lists of all accounts that a workbook has: those of a run, and kept ones of the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from workbook.accounts.accounts import Account
from workbook.contacts.columns import Listed, Origin, Together
from workbook.errors import NoSnapshot
from workbook.files.source_date_epoch import told
from workbook.sync import outcome
from workbook.sync.latest import Latest, kept
from workbook.sync.many import Gathered


def together(everybody: Sequence[Gathered]) -> Together:
    """Return the whole lists of accounts, and which of these have none."""
    lists = (_listed(each) for each in everybody)
    absent = {e.account.alias: outcome.problem(e) for e in everybody if e.latest is None}
    return Together(filter(None, lists), absent)


def _listed(each: Gathered) -> Listed | None:
    if each.latest is None:
        return None
    snapshot = each.latest.snapshot
    origin = Origin(each.account.alias, told(snapshot.fetched))
    return Listed(snapshot.contacts, origin, outcome.new(each), outcome.problem(each))


def kept_lists(others: Mapping[str, str]) -> list[Gathered]:
    """Return the last good lists of accounts: alias -> idInstance."""
    accounts = (Account(alias, "", instance, "") for alias, instance in others.items())
    found = [with_list(Gathered(account)) for account in accounts]
    return [e if e.latest else replace(e, failure=NoSnapshot(e.account.alias)) for e in found]


def with_list(each: Gathered) -> Gathered:
    """Return what became of an account with its last good list, where it has no other one."""
    found = kept(each.account.id_instance) if each.latest is None else None
    return each if found is None else replace(each, latest=Latest(found))
