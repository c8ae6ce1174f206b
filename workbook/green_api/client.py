"""An instance's methods: calls in their turn, repeated where that helps, within one time budget."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

import msgspec
import stamina
import stamina.instrumentation

from workbook.accounts import settings as kept
from workbook.accounts.accounts import Account
from workbook.errors import (
    ADVICE,
    ContactsError,
    EmptyList,
    NotReady,
    RateLimited,
    ServiceDown,
    Unreachable,
    WrongUsage,
)
from workbook.green_api import other_methods, protocol, transport
from workbook.green_api.contacts_stream import ContactsReader, DecodedAnswer
from workbook.green_api.http import Exchange, Sink, SmallBody
from workbook.green_api.other_methods import Checked, GroupData, InstanceSettings
from workbook.store import call_slots

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


class _Attempts(msgspec.Struct):
    """One method's attempts: when they end (time.monotonic) and how they went so far.

    `next_wait` is the least that would be waited before another one, in seconds.
    """

    deadline: float
    empty: int = 0
    next_wait: float = 0.0
    last: ContactsError | None = None

    def again(self, error: Exception) -> bool | float:
        """Tell whether to try again; a number is the seconds to wait first."""
        self.last = error if isinstance(error, ContactsError) else None
        if isinstance(error, RateLimited) and error.retry_after is not None:
            self.next_wait = max(error.retry_after, call_slots.INTERVAL)
        if time.monotonic() + self.next_wait >= self.deadline:
            return False
        match error:
            case EmptyList():
                self.empty += 1
                return self.empty < EMPTY_ATTEMPTS
            case RateLimited(retry_after=float()):
                return self.next_wait
            case NotReady(state="starting") | RateLimited() | ServiceDown():
                return True
            case Unreachable(why=why):
                return why in ("name", "connect", "timeout", "broken")
        return False


class Client:
    """The methods of one instance we need; `budget` is the seconds all calls may take together.

    Raises AddressRefused and WrongUsage before anything is sent, afterwards the errors of exit
    codes 3 to 7 and 9.
    """

    def __init__(
        self, account: Account, *, budget: float | None = None, ca_bundle: Path | None = None
    ) -> None:
        settings = kept.load()
        self._instance = account.id_instance
        self._limit_mib = settings.max_answer_mib
        self._deadline = time.monotonic() + (default_budget() if budget is None else budget)
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

    def contacts(self, on_bytes: Callable[[int], None] | None = None) -> DecodedAnswer:
        """Return the whole list; raises EmptyList when it stays empty (green-api.md, 1).

        `on_bytes` is told how much of the answer has arrived.
        """
        return self._repeated(lambda attempts: self._contacts(attempts, on_bytes))

    def _contacts(
        self, attempts: _Attempts, on_bytes: Callable[[int], None] | None = None
    ) -> DecodedAnswer:
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
        return protocol.state_from(self._small("getStateInstance", attempts))

    def settings(self) -> InstanceSettings:
        """Return what the instance is set to."""
        return self._read("getSettings", InstanceSettings)

    def group_data(self, group_id: str) -> GroupData:
        """Return who is in a group; raises SenselessAnswer for a group we are not in."""
        return self._read("getGroupData", GroupData, {"groupId": group_id})

    def check_whatsapp(self, chat_id: str) -> Checked:
        """Return both ids of a person; raises QuotaExceeded after 100 a month (Developer)."""
        return self._read("checkWhatsapp", Checked, {"chatId": chat_id})

    def left(self) -> float:
        """Return the seconds that are left for calls."""
        return self._deadline - time.monotonic()

    def renew(self, budget: float) -> None:
        """Give the calls from now on a time budget of their own."""
        self._deadline = time.monotonic() + budget

    def _read(
        self, method: str, shape: type[Result], payload: dict[str, object] | None = None
    ) -> Result:
        return self._repeated(
            lambda attempts: other_methods.read(self._small(method, attempts, payload), shape)
        )

    def _small(
        self, method: str, attempts: _Attempts, payload: dict[str, object] | None = None
    ) -> bytes:
        small = SmallBody()
        self._call(method, small, attempts, payload)
        return small.body

    def _repeated(self, once: Callable[[_Attempts], Result]) -> Result:
        try:
            return self._attempted(once)
        except ContactsError as error:
            failure = error.with_traceback(None)  # its frames hold the answer
        raise failure

    def _attempted(self, once: Callable[[_Attempts], Result]) -> Result:
        attempts = _Attempts(self._deadline)
        for attempt in stamina.retry_context(
            on=attempts.again, attempts=ATTEMPTS, timeout=None, wait_initial=1.0, wait_max=15.0
        ):
            with attempt:
                attempts.next_wait = attempt.next_wait
                return self._clearly(once, attempts)
        raise AssertionError  # the loop returns or raises

    def _clearly(self, once: Callable[[_Attempts], Result], attempts: _Attempts) -> Result:
        try:
            return once(attempts)
        except NotReady as refused:
            if refused.state != protocol.UNCLEAR:
                raise
        raise self._clearer(attempts)

    def _call(
        self,
        method: str,
        sink: Sink,
        attempts: _Attempts,
        payload: dict[str, object] | None = None,
    ) -> None:
        wait = call_slots.turn(self._instance, method.lower(), attempts.deadline - time.monotonic())
        if wait is None:
            raise attempts.last or Unreachable(self._exchange.host, "timeout")
        time.sleep(wait)
        failure = self._exchange.call(method, sink, attempts.deadline, payload)
        if isinstance(failure, Unreachable) and time.monotonic() >= attempts.deadline:
            # cut short by the budget, it tells less than the answer to the attempt before
            failure = attempts.last or failure
        if failure is not None:
            raise failure

    def _clearer(self, attempts: _Attempts) -> ContactsError:
        """Ask which of two states it is, where one text stands for both."""
        try:
            state = self._state(attempts)
        except ContactsError:
            state = ""
        if state == "authorized":  # by now; the next attempt will tell
            return NotReady("starting")
        return NotReady(state if state in ADVICE else "notAuthorized")
