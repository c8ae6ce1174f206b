"""The methods of an instance: paced, repeated where that helps, within one time budget."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

import msgspec

from workbook.accounts import settings
from workbook.accounts.accounts import Account
from workbook.contacts.contact import ContactList
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
from workbook.green_api import protocol
from workbook.green_api.contacts_stream import ContactsReader, DecodedAnswer
from workbook.green_api.http import Exchange, Sink, SmallBody
from workbook.green_api.other_methods import Checked, GroupData, InstanceSettings, decode
from workbook.store import call_slots

if TYPE_CHECKING:
    import stamina

ATTEMPTS = 5
LARGEST_LIST = 64 << 20  # bytes; an instance takes some 500
EMPTY_ATTEMPTS = 3  # every call costs quota on the Developer tariff

Result = TypeVar("Result")


def default_budget() -> float:
    """Return the seconds that one fetch may take in all: GETCONTACTS_RETRY_SECONDS, else 60."""
    text = os.environ.get("GETCONTACTS_RETRY_SECONDS") or "60"
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1.0
    if not 0 < seconds <= 86_400:
        raise WrongUsage("GETCONTACTS_RETRY_SECONDS must be a number of seconds, such as 60.")
    return seconds


def _silent(_: str) -> None:
    """Tell nobody."""


class _Attempts(msgspec.Struct):
    """The attempts at one call: when they end (time.monotonic), and how they went so far.

    `state` asks the instance for its state. `tell` is given a sentence about each wait.
    `next_wait`: the shortest wait before another attempt, in seconds.
    """

    deadline: float
    state: Callable[[_Attempts], str]
    tell: Callable[[str], None] = _silent
    number: int = 1
    empty: int = 0
    next_wait: float = 0.0
    last: ContactsError | None = None

    def again(self, error: Exception) -> bool | float:
        """Tell whether to try again, and the user why; a number is the seconds to wait first."""
        wait = self._again(error)
        self.number += 1
        if wait is not False and self.number <= ATTEMPTS:
            number = self.empty + 1 if isinstance(error, EmptyList) else self.number
            self.tell(_why_waiting(error, wait, number))
        return wait

    def _again(self, error: Exception) -> bool | float:
        self.last = error if isinstance(error, ContactsError) else None
        if isinstance(error, RateLimited) and error.retry_after is not None:
            self.next_wait = max(error.retry_after, call_slots.INTERVAL)
        if isinstance(error, NotReady) and error.state == protocol.UNCLEAR:
            error.state = self.state(self)
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
                return why in ("name", "connect", "timeout", "broken", "broken on the way")
        return False

    def cause(self, failure: ContactsError | None) -> ContactsError | None:
        """Return why an attempt failed: one that the budget cut short tells less than the last."""
        if isinstance(failure, Unreachable) and time.monotonic() >= self.deadline:
            return self.last or failure
        return failure


def _again(attempts: _Attempts) -> Iterable[stamina.Attempt]:
    """Go through the attempts from the first, failed one on, with waits between them.

    The library is imported here, for most runs have nothing to repeat.
    """
    import stamina
    import stamina.instrumentation

    stamina.instrumentation.set_on_retry_hooks([])  # the default one logs the exception
    return stamina.retry_context(
        on=attempts.again, attempts=ATTEMPTS, timeout=None, wait_initial=1.0, wait_max=15.0
    )


def _why_waiting(error: Exception, wait: bool | float, number: int) -> str:
    """Return a sentence of at most 40 characters: what happened, and which attempt comes next."""
    again = f"asking again ({number} of {ATTEMPTS})"
    match error:
        case EmptyList():
            return f"Empty answer, asking again ({number} of {EMPTY_ATTEMPTS})"
        case RateLimited() if wait is not True:
            return f"GREEN-API asks us to wait {wait:.0f} s"
        case RateLimited():
            return f"Too many calls, {again}"
        case NotReady():
            return f"It is starting, {again}"
        case ServiceDown(status=status):
            return f"HTTP {status}, {again}"
    return f"No connection, {again}"


class _NotEmpty(ContactsReader):
    def finish(self) -> DecodedAnswer:
        answer = super().finish()
        if not len(answer.contacts):
            raise EmptyList
        return answer


def _small(shape: type[Result]) -> Callable[[], SmallBody[Result]]:
    return lambda: SmallBody(lambda body: decode(body, shape))


class Client:
    """The methods of one instance that we need; `budget`: seconds that all calls may take together.

    `tell` is given a sentence about each wait before another attempt.
    Raises AddressRefused and WrongUsage before anything is sent, afterwards the errors of exit
    codes 3 to 7 and 9.
    """

    def __init__(
        self,
        account: Account,
        *,
        budget: float | None = None,
        ca_bundle: Path | None = None,
        tell: Callable[[str], None] = _silent,
    ) -> None:
        rules = settings.load()
        self._instance, self._tell = account.id_instance, tell
        self._limit_mib = rules.max_answer_mib
        self._deadline = time.monotonic() + (default_budget() if budget is None else budget)
        self._exchange = Exchange(account, rules.trusted_hosts, ca_bundle)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._exchange.close()

    @property
    def calls(self) -> int:
        """Return how many requests were sent."""
        return self._exchange.calls

    def left(self) -> float:
        """Return the seconds that are left for calls."""
        return self._deadline - time.monotonic()

    def renew(self, budget: float) -> None:
        """Start a new time budget, in seconds, for the calls from now on."""
        self._deadline = time.monotonic() + budget

    def contacts(
        self,
        on_bytes: Callable[[int], None] | None = None,
        new_list: Callable[[], ContactList] = ContactList,
    ) -> DecodedAnswer:
        """Return the whole list; raises EmptyList if it stays empty (green-api.md, 1).

        `on_bytes` is called with the number of bytes that have arrived, and contacts are added to a
        `new_list`.
        """
        limit = self._limit_mib
        return self._repeated(
            "getContacts", lambda: _NotEmpty(limit, on_bytes, contacts=new_list())
        )

    def state(self) -> str:
        """Return the stateInstance, "starting" while the instance is being created."""
        return self._repeated("getStateInstance", lambda: SmallBody(protocol.state_from))

    def settings(self) -> InstanceSettings:
        """Return the settings of the instance."""
        return self._repeated("getSettings", _small(InstanceSettings))

    def group_data(self, group_id: str) -> GroupData:
        """Return who is in a group; raises SenselessAnswer for a group we are not in."""
        key = "groupId" if group_id.endswith("@g.us") else "chatId"  # MAX (green-api.md, 8)
        return self._repeated("getGroupData", _small(GroupData), {key: group_id})

    def partner_instances(self) -> bytes:
        """Return a partner's list of instances as it came: it holds all their tokens."""
        return self._repeated(protocol.GET_INSTANCES, lambda: SmallBody(bytes, limit=LARGEST_LIST))

    def check_whatsapp(self, chat_id: str) -> Checked:
        """Return both ids of a person; raises QuotaExceeded after 100 a month (Developer)."""
        return self._repeated("checkWhatsapp", _small(Checked), {"chatId": chat_id})

    def _repeated(
        self,
        method: str,
        new_sink: Callable[[], Sink[Result]],
        payload: dict[str, object] | None = None,
    ) -> Result:
        attempts = _Attempts(self._deadline, self._state_now, self._tell)
        try:
            return self._once(method, new_sink(), attempts, payload)
        except ContactsError as error:
            failure = error.with_traceback(None)  # its frames hold the answer
        try:
            for attempt in _again(attempts):
                with attempt:
                    attempts.next_wait = attempt.next_wait
                    if attempt.num == 1:  # it was made, and failed
                        raise failure
                    return self._once(method, new_sink(), attempts, payload)
        except ContactsError as error:
            failure = error.with_traceback(None)
        raise failure

    def _once(
        self,
        method: str,
        sink: Sink[Result],
        attempts: _Attempts,
        payload: dict[str, object] | None = None,
    ) -> Result:
        wait = call_slots.turn(self._instance, method.lower(), attempts.deadline - time.monotonic())
        if wait is None:
            raise attempts.last or Unreachable(self._exchange.host, "timeout")
        time.sleep(wait)
        call_slots.before_call()
        failure = attempts.cause(self._exchange.call(method, sink, attempts.deadline, payload))
        if failure is not None:
            raise failure
        return sink.finish()

    def _state_now(self, attempts: _Attempts) -> str:
        """Ask which of two states it is, where GREEN-API has one text for both."""
        try:
            state = self._once("getStateInstance", SmallBody(protocol.state_from), attempts)
        except ContactsError:
            state = ""
        if state == "authorized":  # by now; the next attempt will tell
            return "starting"
        return state if state in ADVICE else "notAuthorized"
