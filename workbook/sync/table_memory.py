"""Collect what a plan must know of an existing table and of the people of its account."""

from __future__ import annotations

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.contacts import times
from workbook.files.source_date_epoch import told
from workbook.merge.model import TableMemory
from workbook.store import pairs
from workbook.store.managed_tables import ManagedTable
from workbook.sync import history


def table_memory(account: Account, managed: ManagedTable) -> TableMemory:
    """Return the memory of a table that is about to be filled for this account."""
    wrote = {**managed.before, managed.alias: managed.instance} if managed.instance else {}
    others = {alias for alias, instance in wrote.items() if instance != account.id_instance}
    gone = history.gone(account.id_instance)
    return TableMemory(
        owner=managed.alias if managed.instance != account.id_instance else account.alias,
        aliases=(wrote.keys() | accounts.aliases_of(account.id_instance)) - others,
        contested=account.alias in others,
        written=managed.titles,
        same=pairs.replacements_of(account.id_instance),
        absences={id_: times for id_, (_, times) in gone.items()},
        last_seen={id_: times.text_of(told(moment)) for id_, (moment, _) in gone.items()},
        made=managed.made,
    )
