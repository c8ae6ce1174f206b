"""Who of a list is asked for: by what a contact is, and by when it came."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from workbook.accounts.accounts import Account
from workbook.contacts.contact import Contact, Contacts, country, saved, select
from workbook.contacts.phone_numbers import country_named
from workbook.errors import WrongUsage
from workbook.export.formats import Wishes
from workbook.store import pairs
from workbook.sync import history
from workbook.sync.latest import Latest

LAST = "last"


def selected(wishes: Wishes, account: Account, latest: Latest) -> Contacts:
    """Return the contacts that were asked for, in their order; raises WrongUsage."""
    contacts: Contacts = latest.snapshot.contacts
    if tests := _tests(wishes, account, latest):
        contacts = [each for each in contacts if all(test(each) for test in tests)]
    return select(contacts, wishes.kind, wishes.count, wishes.sort)


def check(wishes: Wishes) -> None:
    """Raise WrongUsage for what `selected` would refuse, before anything is fetched."""
    select([], wishes.kind, wishes.count, wishes.sort)
    if wishes.new_since not in (None, LAST):
        moment(str(wishes.new_since))


def countries(text: str | None) -> frozenset[str]:
    """Return the English names of the countries in a list such as "DE,IL". Raises WrongUsage."""
    return frozenset(country_named(each) for each in (text or "").split(",") if each.strip())


def moment(text: str) -> datetime:
    """Return the time that a text tells; a day is its first moment, here. Raises WrongUsage."""
    try:
        return datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        pass
    raise WrongUsage(f'"{text}" is no date; write it as 2026-11-20 or 2026-11-20T15:30.')


def _tests(wishes: Wishes, account: Account, latest: Latest) -> list[Callable[[Contact], bool]]:
    tests: list[Callable[[Contact], bool]] = []
    if wishes.excluded is not None:
        excluded = wishes.excluded.with_pairs(pairs.known(account.id_instance))
        tests.append(lambda contact: not excluded.names(contact))
    if wishes.saved is not None:
        tests.append(lambda contact: saved(contact) == wishes.saved)
    if wishes.countries:
        tests.append(lambda contact: country(contact) in wishes.countries)
    if wishes.new_since is not None:
        after = latest.snapshot.fetched if wishes.new_since == LAST else moment(wishes.new_since)
        came = history.came_since(account.id_instance, after)
        tests.append(lambda contact: contact.id in came)
    return tests
