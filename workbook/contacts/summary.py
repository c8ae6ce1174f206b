"""Numbers about a whole list: by type, by country, saved or not, and how they changed. No I/O."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import msgspec

from workbook.contacts.columns import Listed, Origin, People, Together
from workbook.contacts.contact import Contact, ContactList, Contacts, batches
from workbook.contacts.counting import countries_and_hidden, leaning

TOP_COUNTRIES = 10

Counts = tuple[tuple[str, int], ...]
Times = tuple[tuple[str, datetime], ...]


class Numbers(msgspec.Struct):
    """What is counted in a list, or how these counts changed; countries are those of the phones.

    `leaning`: how many more names are written right-to-left than left-to-right.
    """

    types: Counter[str] = msgspec.field(default_factory=Counter)
    countries: Counter[str] = msgspec.field(default_factory=Counter)
    saved: int = 0
    people: int = 0
    hidden: int = 0
    leaning: int = 0

    @property
    def total(self) -> int:
        """Return the number of contacts."""
        return self.types.total()

    def change(self, now: Contacts, then: Contacts) -> None:
        """Add by how much the counts of some contacts differ from those of some at another time."""
        self.add(numbers(now))
        self.add(numbers(then), -1)

    def add(self, other: Numbers, sign: int = 1) -> None:
        """Add the counts of others, or take them away."""
        self.saved += sign * other.saved
        self.people += sign * other.people
        self.hidden += sign * other.hidden
        self.leaning += sign * other.leaning
        for mine, more in ((self.types, other.types), (self.countries, other.countries)):
            for key, count in more.items():
                mine[key] += sign * count


class Trend(msgspec.Struct, frozen=True):
    """How a list changed: since the `last` one and over a `month`, None where that is not known.

    `growth`: days as text, and the number of contacts then. `new`, `renamed` and `gone`: the last
    ones of the month, as labels with their times; of who is gone, the time of the last list with
    them.
    """

    last: Numbers | None = None
    month: Numbers | None = None
    growth: Counts = ()
    new: Times = ()
    renamed: Times = ()
    gone: Times = ()


class OfAccount(msgspec.Struct, frozen=True):
    """The numbers of one of several accounts; all None where no list of it is there.

    `new`: how many came since the list before, None where that is not known. `problem`: in few
    words, why no newer list came.
    """

    account: str
    contacts: int | None = None
    people: int | None = None
    groups: int | None = None
    saved: int | None = None
    new: int | None = None
    fetched: datetime | None = None
    problem: str = ""


class Summary(msgspec.Struct, frozen=True):
    """The numbers of one list, with its account and time; without a `trend`, of it alone.

    `by_type`: user and group first, then other types by their numbers, the largest first.
    `countries`: the ten with most phones, the largest first; all others are in `other_countries`.
    `accounts`: of lists that are together, the numbers of each; `once`: whoever is in several of
    them counts once in all other numbers.
    """

    account: str
    fetched: datetime
    total: int
    by_type: Counts
    saved: int
    unsaved: int
    hidden: int
    countries: Counts
    other_countries: int
    mostly_rtl: bool
    trend: Trend | None = None
    accounts: tuple[OfAccount, ...] = ()
    once: bool = False


class CountedList(ContactList):
    """A list that is counted as it comes: to unpack it for that took 5 % of an export."""

    __slots__ = ("_tally",)

    def __init__(self) -> None:
        super().__init__()
        self._tally = Numbers(Counter(user=0, group=0))

    def append(self, batch: list[Contact]) -> None:
        super().append(batch)
        _add(self._tally, batch)

    def add_to(self, tally: Numbers) -> None:
        """Add the counts of these contacts."""
        tally.add(self._tally)


def numbers(contacts: Contacts) -> Numbers:
    """Count the contacts batch by batch; memory does not grow with the list."""
    tally = Numbers(Counter(user=0, group=0))
    if isinstance(contacts, CountedList):
        contacts.add_to(tally)
        return tally
    for batch in batches(contacts):
        _add(tally, batch)
    return tally


def summarize(contacts: Contacts, origin: Origin, trend: Trend | None = None) -> Summary:
    """Return the numbers of a list, and what is known of how they changed."""
    tally, accounts = _together(contacts) if isinstance(contacts, Together) else (None, ())
    once = isinstance(contacts, People)
    tally = numbers(contacts) if tally is None or once else tally
    top, others = _ranked(tally.countries)
    return Summary(
        account=origin.account,
        fetched=origin.fetched,
        total=tally.total,
        by_type=_by_type(tally.types),
        saved=tally.saved,
        unsaved=tally.people - tally.saved,
        hidden=tally.hidden,
        countries=top,
        other_countries=others,
        mostly_rtl=tally.leaning > 0,
        trend=trend,
        accounts=accounts,
        once=once,
    )


def _together(whole: Together) -> tuple[Numbers, tuple[OfAccount, ...]]:
    """Count all lists, going through each once."""
    total, accounts = numbers([]), []
    for each in whole.lists:
        tally = numbers(each.contacts)
        total.add(tally)
        accounts.append(_of_account(each, tally))
    accounts += [OfAccount(alias, problem=why) for alias, why in whole.absent.items()]
    return total, tuple(accounts)


def _of_account(listed: Listed, tally: Numbers) -> OfAccount:
    return OfAccount(
        listed.origin.account,
        tally.total,
        tally.types["user"],
        tally.types["group"],
        tally.saved,
        listed.new,
        listed.origin.fetched,
        listed.problem,
    )


def _add(tally: Numbers, batch: list[Contact]) -> None:
    types = Counter([c.type for c in batch])
    countries, hidden = countries_and_hidden(batch)
    tally.types.update(types)
    tally.countries.update(countries)
    tally.people += len(batch) - types["group"]
    tally.saved += sum([c.contact_name != "" and c.type != "group" for c in batch])
    tally.hidden += hidden
    tally.leaning += leaning([c.contact_name or c.name for c in batch])


def _by_type(types: Counter[str]) -> Counts:
    known = tuple((kind, types.pop(kind)) for kind in ("user", "group"))
    return known + tuple(types.most_common())


def _ranked(phones: Counter[str]) -> tuple[Counts, int]:
    del phones[""]
    ranked = sorted(phones.items(), key=lambda entry: (-entry[1], entry[0]))
    rest = sum(count for _, count in ranked[TOP_COUNTRIES:])
    return tuple(ranked[:TOP_COUNTRIES]), rest
