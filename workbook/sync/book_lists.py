"""The lists of all accounts that a workbook has, for its Summary: those of a run and kept ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from workbook.contacts.columns import Listed, Origin, Together
from workbook.files.source_date_epoch import told
from workbook.sync import outcome
from workbook.sync.latest import kept
from workbook.sync.many import Gathered

NOT_KEPT = "no list of it is kept here"


def together(gathered: Sequence[Gathered], others: Mapping[str, str]) -> Together:
    """Return the lists of these accounts, and the last good ones of others: alias -> idInstance."""
    lists = [*_came(gathered), *_kept(others)]
    there = {each.origin.account for each in lists}
    absent = {e.account.alias: outcome.problem(e) for e in gathered} | dict.fromkeys(
        others, NOT_KEPT
    )
    return Together(lists, {alias: why for alias, why in absent.items() if alias not in there})


def _came(gathered: Sequence[Gathered]) -> Iterator[Listed]:
    for each in gathered:
        if each.latest is not None:
            snapshot = each.latest.snapshot
            origin = Origin(each.account.alias, told(snapshot.fetched))
            yield Listed(snapshot.contacts, origin, outcome.new(each), outcome.problem(each))


def _kept(others: Mapping[str, str]) -> Iterator[Listed]:
    for alias, instance in others.items():
        if (list_ := kept(instance)) is not None:
            yield Listed(list_.contacts, Origin(alias, told(list_.fetched)))
