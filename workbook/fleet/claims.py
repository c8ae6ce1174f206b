"""The right to work on something in a store, for one process at a time, however it ends.

What a key is in lies in numbered records, of which each is made once and the last one counts. Who
holds a claim says every BEAT seconds that he lives; another may take it over who saw nothing of him
for LEASE seconds by his own clock. A holder that could not say so asks nothing more MARGIN before.
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import msgspec
from msgspec.structs import replace

from workbook.errors import ClaimLost, ContactsError, StoreUnusable
from workbook.fleet.store import Store

LEASE, MARGIN, BEAT = 8.0, 3.0, 1.0  # seconds
LOOK = 0.3  # seconds from one look at another's beat to the next
NOTHING = msgspec.Raw(b"null")
_OURS = re.compile(r"([0-9]{8,})\.(?:json|[0-9a-f]{32}\.beat)")


class Record(msgspec.Struct, frozen=True):
    """What a key is in: its state, and who `held` it when he wrote that.

    `taken_over`: from how many holders who fell silent, since it was given up last.
    """

    number: int
    owner: str
    held: bool
    state: msgspec.Raw = NOTHING
    taken_over: int = 0


def newest(store: Store, key: str) -> Record | None:
    """Return the last record of a key, None if there is none. Raises StoreUnusable."""
    while number := _last(store, key):
        content = store.read(_name(key, number))
        if content is not None:  # else it was deleted, and there is a later one
            return _decoded(store, content)
    return None


def _last(store: Store, key: str) -> int:
    return max((_number(name) for name in store.names(key) if name.endswith(".json")), default=0)


def _number(name: str) -> int:
    """Return the number of the record that an object is or is about, 0 for what is not ours."""
    found = _OURS.fullmatch(name)
    return int(found[1]) if found else 0


def _name(key: str, number: int) -> str:
    return f"{key}/{number:08}.json"


def _decoded(store: Store, content: bytes) -> Record:
    with suppress(msgspec.DecodeError):
        return msgspec.json.decode(content, type=Record)
    raise StoreUnusable(store.url, "unclear")


def is_alive(store: Store, key: str) -> bool:
    """Tell whether somebody alive holds a key; who was killed is found out in LEASE seconds."""
    record = newest(store, key)
    if record is None or not record.held:
        return False
    return not _is_silent(store, key, record, _beat(store, key, record))


class Claim:
    """A claim that this process holds; use it by `claimed`.

    `renewed`: the time (time.monotonic) before it was said last that we live.
    """

    def __init__(self, store: Store, key: str, record: Record, renewed: float) -> None:
        self._store, self._key, self._record = store, key, record
        self._calls = itertools.count()
        self._beats = 0
        self._renewed = renewed
        self._writing = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._live, name="claim", daemon=True)
        self._thread.start()

    @property
    def state(self) -> msgspec.Raw:
        """Return what the last record says."""
        return self._record.state

    @property
    def taken_over(self) -> int:
        """Return from how many silent holders the claim came to us: their work is lost."""
        return self._record.taken_over

    def check(self) -> None:
        """Raise ClaimLost unless it is sure that nobody else has the claim."""
        if time.monotonic() - self._renewed > LEASE - MARGIN:
            raise ClaimLost(self._key)

    def count_call(self) -> None:
        """Count a call that is about to be made, and `check`."""
        self.check()
        next(self._calls)  # of many threads

    def calls(self) -> int:
        """Return how many calls were counted; once, at the end."""
        return next(self._calls)

    def put(self, state: object, *, held: bool = True) -> None:
        """Write a new record; with `held` False the claim is given up. Raises ClaimLost."""
        with self._writing:
            self.check()
            if _last(self._store, self._key) != self._record.number:
                raise ClaimLost(self._key)
            after = replace(self._record, held=held, state=_raw(state))
            self._record = _made(self._store, self._key, after)
            self._clear()
        if not held:
            self.end()

    def end(self) -> None:
        """Say nothing any more."""
        self._ended.set()
        self._thread.join()

    def give_up(self) -> None:
        """Let others have the claim at once, if it is still held; the state stays."""
        if not self._ended.is_set():
            with suppress(ContactsError):
                self.put(self.state, held=False)
            self.end()

    def _live(self) -> None:
        while not self._ended.wait(BEAT):
            with self._writing, suppress(ContactsError):  # the next one may succeed in time
                self._beat()

    def _beat(self) -> None:
        now, self._beats = time.monotonic(), self._beats + 1
        self._store.put(_beat_name(self._key, self._record), b"%d" % self._beats)
        if _last(self._store, self._key) == self._record.number:
            self._renewed = now
        else:
            self._renewed = float("-inf")
            self._ended.set()

    def _clear(self) -> None:
        """Delete what came before this record."""
        ours = {_name("", self._record.number)[1:], _beat_name("", self._record)[1:]}
        with suppress(ContactsError):  # the next one does it
            for name in self._store.names(self._key):
                if name not in ours and 0 < _number(name) <= self._record.number:
                    self._store.delete(f"{self._key}/{name}")


def _beat_name(key: str, record: Record) -> str:
    return f"{key}/{record.number:08}.{record.owner}.beat"


def _raw(state: object) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(state))


def _made(store: Store, key: str, record: Record) -> Record:
    """Write a record under the number behind its own. Raises ClaimLost where another one did."""
    record = replace(record, number=record.number + 1)
    if not store.create(_name(key, record.number), msgspec.json.encode(record)):
        raise ClaimLost(key)
    return record


def take(store: Store, key: str, *, wait: bool) -> Claim | None:
    """Return the claim of a key; None where somebody alive has it, unless this shall `wait`."""
    while True:
        before = newest(store, key) or Record(0, "", False)
        seen = _beat(store, key, before)
        if before.held and not _is_silent(store, key, before, seen):
            if not wait:
                return None
        elif (claim := _taken(store, key, before, seen)) is not None:
            return claim


def _taken(store: Store, key: str, before: Record, seen: bytes | None) -> Claim | None:
    """Write the record that says that the claim is ours; None where another was faster."""
    now, over = time.monotonic(), before.taken_over + 1 if before.held else 0
    try:
        ours = replace(before, owner=uuid4().hex, held=True, taken_over=over)
        record = _made(store, key, ours)
    except ClaimLost:
        return None
    if newest(store, key) != record:  # others came meanwhile, and cleared the name away
        return None
    if _beat(store, key, before) != seen:
        time.sleep(LEASE - MARGIN)  # he was alive a moment ago, and may not know yet
    return Claim(store, key, record, now)


def _is_silent(store: Store, key: str, record: Record, seen: bytes | None) -> bool:
    """Watch a holder; tell whether he was silent for LEASE seconds, and nobody followed him."""
    end = time.monotonic() + LEASE
    while time.monotonic() < end:
        time.sleep(LOOK)
        if _last(store, key) != record.number or _beat(store, key, record) != seen:
            return False
    return True


def _beat(store: Store, key: str, record: Record) -> bytes | None:
    return store.read(_beat_name(key, record)) if record.held else None


@contextmanager
def claimed(store: Store, key: str) -> Iterator[Claim]:
    """Hold the claim of a key in the block; wait until nobody else does. Raises StoreUnusable."""
    claim = take(store, key, wait=True)
    assert claim is not None
    try:
        yield claim
    finally:
        claim.give_up()
