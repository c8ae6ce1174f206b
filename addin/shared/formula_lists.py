"""One list per account for all cells of this process: fetched once, waited for briefly, shared.

A fetch runs in a thread of its own. The cell that starts it waits for a moment; when that is over,
the fetch goes on, and the cells that come later find what it brought.
"""

from __future__ import annotations

import time
from concurrent.futures import Future, wait
from contextlib import suppress
from functools import cached_property, partial
from threading import Lock

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

PATIENCE = 3.0  # seconds after the start of a fetch for which cells wait for it
MINUTE = 60.0  # at most one fetch a minute, whatever the settings say
ALIASES = 100  # that are kept looked up: cells can name any number of them
SAME = 2.0  # seconds for which an alias is not looked up again: keyrings are slow


class CachedList:
    """A list, and everybody in it to be found at once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

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


def _as_kept(alias: str) -> str:
    """Return the alias under which the account is kept, which is quick to learn."""
    with suppress(ContactsError):  # the look-up raises it again
        return accounts.identify(alias or None).alias
    return alias


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
        self._found: dict[str, _LookedUp] = {}
        self.bug = ""  # the last one of a function that has nowhere to say it

    def of(self, alias: str) -> FormulaList:
        """Return what there is to show of an account ("" for the default), after a few seconds.

        Raises what accounts.find raises.
        """
        account, set_up = self._account(alias)
        known, fetch = self._asked(account, max(MINUTE, set_up.formula_max_age))
        if fetch is not None:
            wait([fetch], max(0.0, known.started + PATIENCE - time.monotonic()))
            if fetch.done() and (bug := fetch.exception()):
                known.problem = error_text.sentence(bug)
        return FormulaList(account, set_up.country, known.kept, known.problem, known.coming)

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

    def account(self, alias: str) -> Account:
        """Return the account of an alias ("" for the default); raises what accounts.find raises."""
        return self._account(alias)[0]

    def _account(self, alias: str) -> tuple[Account, Settings]:
        found = self._recent(alias)
        if found is None:
            kept_as = _as_kept(alias)
            found = self._recent(kept_as) or _looked_up(kept_as)
            if len(self._found) >= ALIASES - 1:
                self._found.clear()
            self._found[alias] = self._found[kept_as] = found
        if isinstance(found.what, ContactsError):
            raise found.what.with_traceback(None)  # which would grow with every cell
        return found.what

    def _recent(self, alias: str) -> _LookedUp | None:
        found = self._found.get(alias)
        return None if found is None or time.monotonic() - found.at > SAME else found

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
