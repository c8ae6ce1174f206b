"""Ask who is in the groups of many accounts at once; a failure of one does not stop the others."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from workbook.accounts.accounts import Account
from workbook.contacts.contact import Contacts
from workbook.sync import members
from workbook.sync.latest import Latest
from workbook.sync.many import Gathered, gather
from workbook.sync.members import Known


def due(lists: Sequence[Gathered], max_age: float) -> dict[str, list[str]]:
    """Return the groups to ask about by idInstance, of accounts whose list came."""
    came = {each.account.id_instance: each.latest for each in lists if each.failure is None}
    return {
        instance: members.due(instance, members.chosen(got.snapshot.contacts, ()), max_age)
        for instance, got in came.items()
        if got is not None
    }


def ask(
    chosen: Sequence[Account],
    lists: Sequence[Gathered],
    groups: Mapping[str, Sequence[str]],
    *,
    jobs: int,
    ca_bundle: Path | None = None,
    on_group: Callable[[], object],
) -> list[Gathered]:
    """Ask each account about its groups; return what became of all accounts, in order.

    `on_group` is called after each group, by any thread. What came is kept however this ends. An
    account that failed here has no list in what is returned.
    """
    latest = {each.account.id_instance: each.latest for each in lists}

    def asking(account: Account) -> Latest:
        for progress in members.look_up(account, groups[account.id_instance], ca_bundle):
            if progress.asked:
                on_group()
        got = latest[account.id_instance]
        assert got is not None
        return got

    came = [each for each in chosen if each.id_instance in groups]
    done = {each.account.id_instance: each for each in gather(came, asking, jobs=jobs, keep=False)}
    return [done.get(each.account.id_instance, each) for each in lists]


def known(
    lists: Sequence[Gathered], asked: Sequence[Gathered], *, keep: bool = True
) -> list[Known]:
    """Return what is known of the groups of each account; `keep`: of those that failed, too."""
    failed = {each.account.id_instance for each in asked if each.failure is not None}

    def of(account: Account, contacts: Contacts) -> Known:
        groups = members.chosen(contacts, ())
        return members.known(account, contacts, groups, failed=account.id_instance in failed)

    return [
        of(each.account, each.latest.snapshot.contacts)
        for each in lists
        if each.latest is not None and (keep or each.account.id_instance not in failed)
    ]
