"""One list per account for all cells of this process: fetched once, waited for briefly, shared.

A fetch runs in a thread of its own. The cell that starts it waits for a moment; when that is over,
the fetch goes on, and the cells that come later find what it brought.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, wait
from functools import cached_property, partial
from threading import Lock
from typing import TypeVar

import msgspec

from addin.shared import error_text
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.accounts.settings import Settings
from workbook.contacts.lookup import People
from workbook.errors import ContactsError, NoSnapshot
from workbook.store.snapshots import Snapshot
from workbook.sync import workers
from workbook.sync.latest import last_good, latest
from workbook.sync.many import JOBS

PATIENCE = 3.0  # seconds after the start of a fetch for which cells wait for it
MINUTE = 60.0  # at most one fetch a minute, whatever the settings say
ALIASES = 100  # that are kept looked up: cells can name any number of them
ANSWERS = 3  # that are kept of a list
FETCHES = JOBS  # at once, where the lists of all accounts are shown
SAME = 2.0  # seconds for which an alias is not looked up again: keyrings are slow


Result = TypeVar("Result")


class CachedList:
    """A list, and everybody in it to be found at once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._answers: dict[Hashable, list[list[str]]] = {}

    def answer(self, question: Hashable, make: Callable[[], list[list[str]]]) -> list[list[str]]:
        """Return what `make` returned for this question: each recalculation asks again.

        To make 100,000 rows anew took 200 ms and 41 MiB each time. Nobody may change them.
        """
        found = self._answers.get(question)
        if found is None:
            found = make()
            if len(self._answers) >= ANSWERS:  # another thread may clear it at any time
                self._answers.clear()
            self._answers[question] = found
        return found

    @cached_property
    def people(self) -> People:
        """Return the index, made when the first cell asks."""
        return People(self.snapshot.contacts)


class FormulaList(msgspec.Struct, frozen=True):
    """What a cell may show now: the last good list, if any, and what went wrong last.

    `coming`: a newer list is on its way.
    """

    account: Account
    country: str
    kept: CachedList | None
    problem: str
    coming: bool


class KeyringSlow(ContactsError):
    """The system's keyring has not given the token yet."""

    exit_code = 3
    text = (
        "The keyring of this computer, where the token is kept, has not answered yet. "
        "Unlock it, and calculate the formula again in a few seconds."
    )


class _LookedUp(msgspec.Struct, frozen=True):
    """An account and the settings, or why there is none; `at` (of time.monotonic) is when."""

    what: tuple[Account, Settings] | ContactsError
    at: float


def _looked_up(alias: str) -> _LookedUp:
    what: tuple[Account, Settings] | ContactsError
    try:
        what = accounts.find(alias or None), settings.load()
    except ContactsError as error:
        what = error
    return _LookedUp(what, time.monotonic())  # the end: a keyring that is silent takes seconds


class _LookUp:
    """The way from an alias to its account: who is meant is quick to learn, the token may not be.

    A keyring is asked in a thread of its own, by the first cell that may see the contacts.
    """

    def __init__(self, alias: str) -> None:
        self.at = time.monotonic()
        self.who: Account | ContactsError
        try:
            self.who = accounts.identify(alias or None)
        except ContactsError as error:
            self.who = error
        self._finding: Future[_LookedUp] | None = None
        self._lock = Lock()

    @property
    def is_recent(self) -> bool:
        at = self.at
        if self._finding is not None:
            if not self._finding.done():
                return True
            at = at if self._finding.exception() else self._finding.result().at
        return time.monotonic() - at <= SAME

    def found(self) -> tuple[Account, Settings]:
        """Return account and settings. Raises what accounts.find raises, KeyringSlow."""
        who = _or_raised(self.who)
        with self._lock:  # two cells would start two, and the one wait for the other's
            if self._finding is None:
                self.at = time.monotonic()
                self._finding = workers.start(lambda: _looked_up(who.alias))
            finding = self._finding
        if not finding.done():
            wait([finding], max(0.0, self.at + PATIENCE - time.monotonic()))
        if not finding.done():
            raise KeyringSlow
        return _or_raised(finding.result().what)


def _or_raised(what: Result | ContactsError) -> Result:
    if isinstance(what, ContactsError):
        raise what.with_traceback(None)  # which would grow with every cell
    return what


class _Known(msgspec.Struct):
    """What is known of one account; times are of time.monotonic."""

    kept: CachedList | None = None
    problem: str = ""
    started: float = 0.0
    asked: float = float("-inf")  # when the last attempt that went to the service was over
    fetch: Future[None] | None = None

    @property
    def coming(self) -> bool:
        return self.fetch is not None and not self.fetch.done()

    def is_due(self, max_age: float) -> bool:
        if self.coming or time.monotonic() - self.asked < max_age:
            return False
        return self.kept is None or self.kept.snapshot.age() >= max_age

    def keep(self, snapshot: Snapshot) -> None:
        if self.kept is None or snapshot.fetched > self.kept.snapshot.fetched:
            self.kept = CachedList(snapshot)


class Lists:
    """The lists of this process, to be asked from any thread; no lock is held while waiting."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: dict[Account, _Known] = {}
        self._found: dict[str, _LookUp] = {}
        self.bug = ""  # the last one of a function that has nowhere to say it

    def of(self, alias: str) -> FormulaList:
        """Return what there is to show of an account ("" for the default), after a few seconds.

        Raises what accounts.find raises.
        """
        account, set_up = self._look_up(alias).found()
        known, fetch = self._asked(account, max(MINUTE, set_up.formula_max_age))
        if fetch is not None:
            wait([fetch], max(0.0, known.started + PATIENCE - time.monotonic()))
            if fetch.done() and (bug := fetch.exception()):
                known.problem = error_text.sentence(bug)
        return FormulaList(account, set_up.country, known.kept, known.problem, known.coming)

    def of_all(self, chosen: Sequence[Account]) -> list[FormulaList]:
        """Return what there is to show of several accounts, with or without their tokens.

        Kept lists are shown at once; only where one has none, new ones are waited for briefly.
        At most FETCHES are on their way at a time, so the others come with later cells.
        """
        set_up = settings.load()
        known = [self._of_instance(each) for each in chosen]
        fetches = self._asked_of_all(chosen, known, max(MINUTE, set_up.formula_max_age))
        if any(each.kept is None for each in known):
            wait(fetches, PATIENCE)
        return [
            FormulaList(account, set_up.country, each.kept, each.problem, each.coming)
            for account, each in zip(chosen, known, strict=True)
        ]

    def _of_instance(self, account: Account) -> _Known:
        with self._lock:
            mine = [k for a, k in self._known.items() if a.id_instance == account.id_instance]
            known = mine[-1] if mine else self._known.setdefault(account, _Known())
        if known.kept is None:
            self._bring_kept(account, known)
        return known

    def _asked_of_all(
        self, chosen: Sequence[Account], known: Sequence[_Known], max_age: float
    ) -> list[Future[None]]:
        with self._lock:
            free = FETCHES - sum(each.coming for each in self._known.values())
            due = [pair for pair in zip(chosen, known, strict=True) if pair[1].is_due(max_age)]
            for account, each in due[: max(0, free)]:
                each.started = time.monotonic()
                each.fetch = workers.start(partial(self._find_and_fetch, account, each, max_age))
            return [each.fetch for each in known if each.fetch is not None]

    def _find_and_fetch(self, account: Account, known: _Known, max_age: float) -> None:
        try:
            found = accounts.find(account.alias)
        except ContactsError as error:
            known.problem, known.asked = error_text.sentence(error), time.monotonic()
            return
        self._fetch(found, known, max_age)

    def keep(self, account: Account, snapshot: Snapshot) -> None:
        """Show this list from now on: somebody else has fetched it."""
        with self._lock:
            known = self._known.setdefault(account, _Known())
            known.keep(snapshot)
            known.problem = ""

    @property
    def coming(self) -> bool:
        """Tell whether any newer list is on its way."""
        with self._lock:
            return any(known.coming for known in self._known.values())

    def identified(self, alias: str) -> Account:
        """Return the account of an alias ("" for the default), perhaps without its token.

        Raises what accounts.identify raises.
        """
        return _or_raised(self._look_up(alias).who)

    def _look_up(self, alias: str) -> _LookUp:
        """Return the look-up of an alias, the same one for all its spellings."""
        with self._lock:
            found = self._recent(alias)
            if found is None:
                found = _LookUp(alias)
                kept_as = found.who.alias if isinstance(found.who, Account) else alias
                found = self._recent(kept_as) or found
                if len(self._found) >= ALIASES - 1:
                    self._found.clear()
                self._found[alias] = self._found[kept_as] = found
            return found

    def _recent(self, alias: str) -> _LookUp | None:
        found = self._found.get(alias)
        return found if found is not None and found.is_recent else None

    def _asked(self, account: Account, max_age: float) -> tuple[_Known, Future[None] | None]:
        with self._lock:
            known = self._known.setdefault(account, _Known())
            if known.is_due(max_age):
                known.started = time.monotonic()
                known.fetch = workers.start(partial(self._fetch, account, known, max_age))
            return known, known.fetch

    def _fetch(self, account: Account, known: _Known, max_age: float) -> None:
        """Bring the kept list first: something to show while the service thinks."""
        calls = 1
        try:
            if known.kept is None:
                self._bring_kept(account, known)
            newest = latest(account, max_age)
            known.keep(newest.snapshot)
            calls = newest.calls
            problem = "" if newest.loss is None else newest.loss.sentence()
        except ContactsError as error:
            problem = error_text.sentence(error)
        finally:
            if calls:
                known.asked = time.monotonic()
        known.problem = problem

    def _bring_kept(self, account: Account, known: _Known) -> None:
        try:
            known.keep(last_good(account))
        except NoSnapshot:
            return


shared = Lists()
