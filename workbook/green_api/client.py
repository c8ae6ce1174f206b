"""An instance's methods: calls in their turn, repeated where that helps, within one time budget."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

import stamina
import stamina.instrumentation

from workbook import settings as kept
from workbook.accounts import Account
from workbook.errors import (
    ContactsError,
    EmptyList,
    NotReady,
    RateLimited,
    ServiceDown,
    Unreachable,
    WrongUsage,
)
from workbook.green_api import pace, protocol, transport
from workbook.green_api.exchange import Exchange, Sink, SmallBody
from workbook.green_api.reader import Answer, ContactsReader

ATTEMPTS = 5
EMPTY_ATTEMPTS = 3  # every call costs quota on the Developer tariff

Result = TypeVar("Result")


def default_budget() -> float:
    """Return the seconds one fetch may take in all: GETCONTACTS_RETRY_SECONDS, else 60."""
    text = os.environ.get("GETCONTACTS_RETRY_SECONDS") or "60"
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 86_400:
        raise WrongUsage("GETCONTACTS_RETRY_SECONDS must be a number of seconds, such as 60.")
    return seconds


@dataclass(slots=True)
class _Attempts:
    """One method's attempts: when they end (time.monotonic) and how they went so far."""

    deadline: float
    empty: int = 0
    last: ContactsError | None = None

    def again(self, error: Exception) -> bool | float:
        """Tell whether to try again; a number is the seconds to wait first."""
        self.last = error if isinstance(error, ContactsError) else None
        match error:
            case EmptyList():
                self.empty += 1
                return self.empty < EMPTY_ATTEMPTS
            case RateLimited(retry_after=float() as seconds):
                return seconds if time.monotonic() + seconds < self.deadline else False
            case NotReady(state="starting") | RateLimited() | ServiceDown():
                return True
            case Unreachable(why=why):
                return why in ("name", "connect", "timeout", "broken")
        return False


class Client:
    """The methods of one instance we need; `budget` is the seconds one of them may take in all.

    Raises AddressRefused and WrongUsage before anything is sent, afterwards the errors of exit
    codes 3 to 7 and 9.
    """

    def __init__(
        self, account: Account, *, budget: float | None = None, ca_bundle: Path | None = None
    ) -> None:
        settings = kept.load()
        self._instance = account.id_instance
        self._limit_mib = settings.max_answer_mib
        self._budget = default_budget() if budget is None else budget
        self._exchange = Exchange(account, settings.trusted_hosts, ca_bundle)
        transport.hush()
        stamina.instrumentation.set_on_retry_hooks([])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()

    @property
    def calls(self) -> int:
        """Return how many requests were sent."""
        return self._exchange.calls

    def contacts(self, on_bytes: Callable[[int], None] | None = None) -> Answer:
        """Return the whole list; raises EmptyList when it stays empty (green-api.md, 1).

        `on_bytes` is told how much of the answer has arrived.
        """
        return self._repeated(lambda attempts: self._contacts(attempts, on_bytes))

    def _contacts(
        self, attempts: _Attempts, on_bytes: Callable[[int], None] | None = None
    ) -> Answer:
        reader = ContactsReader(self._limit_mib, on_bytes)
        self._call("getContacts", reader, attempts)
        answer = reader.finish()
        if not len(answer.contacts):
            raise EmptyList
        return answer

    def state(self) -> str:
        """Return the stateInstance, "starting" while the instance is being created."""
        return self._repeated(self._state)

    def _state(self, attempts: _Attempts) -> str:
        small = SmallBody()
        self._call("getStateInstance", small, attempts)
        return protocol.state_from(small.body)

    def _repeated(self, once: Callable[[_Attempts], Result]) -> Result:
        attempts = _Attempts(time.monotonic() + self._budget)
        for attempt in stamina.retry_context(
            on=attempts.again,
            attempts=ATTEMPTS,
            timeout=self._budget,
            wait_initial=1.0,
            wait_max=15.0,
        ):
            with attempt:
                return once(attempts)
        raise AssertionError  # the loop returns or raises

    def _call(self, method: str, sink: Sink, attempts: _Attempts) -> None:
        wait = pace.turn(self._instance, method.lower())
        if time.monotonic() + wait >= attempts.deadline:
            raise attempts.last or Unreachable(self._exchange.host, "timeout")
        time.sleep(wait)
        failure = self._exchange.call(method, sink, attempts.deadline)
        if isinstance(failure, NotReady) and failure.state == protocol.UNCLEAR:
            failure = self._clearer(attempts)
        if failure is not None:
            raise failure

    def _clearer(self, attempts: _Attempts) -> ContactsError:
        """Ask which of two states it is, where one text stands for both."""
        try:
            state = self._state(attempts)
        except ContactsError:
            state = ""
        return NotReady(state if state == "starting" else "notAuthorized")
