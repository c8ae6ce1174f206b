"""Get the lists of many accounts at once; a failure of one does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import suppress
from functools import partial
from itertools import islice

import msgspec

from workbook.accounts import accounts
from workbook.accounts.accounts import Account
from workbook.errors import ContactsError
from workbook.store import database
from workbook.sync import workers
from workbook.sync.latest import Latest, last_good

JOBS = 16
BLINK = 0.5  # seconds; Windows sees Ctrl-C only between two waits


Ready = tuple[Account, Account | ContactsError]  # one without its token, and one with it


class Gathered(msgspec.Struct, frozen=True):
    """What became of one account, and in how many seconds.

    `latest`: its list, which is the last good one where there was a `failure`; None without any.
    The account is without its token.
    """

    account: Account
    latest: Latest | None = None
    failure: ContactsError | None = None
    seconds: float = 0.0


def gather(
    chosen: Sequence[Account],
    fetch: Callable[[Account], Latest],
    *,
    jobs: int = JOBS,
    keep: bool = True,
    on_end: Callable[[Gathered], object] = lambda _: None,
) -> list[Gathered]:
    """Fetch the list of each account, `jobs` at a time, and return what became of them, in order.

    `keep`: take the last good list of an account that failed. `on_end` is called with each as it is
    done, by the caller's thread. Each instance has its own pace; one that is slow or refuses keeps
    nobody waiting. Whoever stops this keeps what was recorded so far.
    """
    with database.shared():
        ready = zip(chosen, accounts.with_tokens(chosen), strict=True)
        done: dict[str, Gathered] = {}
        for each in _all(partial(_gathered, fetch, keep), ready, jobs):
            done[each.account.id_instance] = each
            on_end(each)
    return [done[account.id_instance] for account in chosen]


def _gathered(fetch: Callable[[Account], Latest], keep: bool, ready: Ready) -> Gathered:
    account, known = ready
    started = time.monotonic()
    latest, failure = _tried(fetch, known)
    if failure is not None and keep:
        latest = _kept(account)
    return Gathered(account.without_token(), latest, failure, round(time.monotonic() - started, 3))


def _tried(
    fetch: Callable[[Account], Latest], known: Account | ContactsError
) -> tuple[Latest | None, ContactsError | None]:
    if isinstance(known, ContactsError):
        return None, known
    try:
        return fetch(known), None
    except ContactsError as error:
        return None, error.with_traceback(None)  # its frames hold the account


def _kept(account: Account) -> Latest | None:
    with suppress(ContactsError):
        kept = last_good(account)
        return Latest(kept, dropped_before=kept.dropped)
    return None


def _all(
    work: Callable[[Ready], Gathered], items: Iterable[Ready], jobs: int
) -> Iterator[Gathered]:
    """Yield what the work makes of each item as it ends, a few at a time."""
    waiting = iter(items)
    running: set[Future[Gathered]] = {
        workers.start(partial(work, item)) for item in islice(waiting, jobs)
    }
    while running:
        ended, running = wait(running, BLINK, FIRST_COMPLETED)
        yield from (future.result() for future in ended)
        running |= {workers.start(partial(work, item)) for item in islice(waiting, len(ended))}
