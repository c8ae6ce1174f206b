"""Who may work on something: one at a time, whoever dies, sleeps or is late."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from workbook.errors import ClaimLost, StoreUnusable
from workbook.fleet import claims, store
from workbook.fleet.claims import Claim, claimed, newest, take
from workbook.fleet.store import Store

KEY = "shards/00007"


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody lose a claim because the machine stood still for a moment."""
    for name, seconds in {"LEASE": 60.0, "MARGIN": 0.3, "BEAT": 0.1, "LOOK": 0.05}.items():
        monkeypatch.setattr(claims, name, seconds)


@contextmanager
def soon() -> Iterator[None]:
    """Let whoever is silent be given up within a second in the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(claims, "LEASE", 0.9)
        yield


@pytest.fixture
def place(tmp_path: Path) -> Store:
    return store.opened(str(tmp_path / "store"))


def held(place: Store) -> Claim:
    claim = take(place, KEY, wait=False)
    assert claim is not None
    return claim


def die(claim: Claim) -> None:
    """Fall silent as a killed process does."""
    claim.end()


def taken_over(place: Store) -> Claim:
    with soon():
        return held(place)


def wait_until_lost(claim: Claim) -> None:
    with soon():
        while not is_lost(claim):
            time.sleep(0.02)


def is_lost(claim: Claim) -> bool:
    try:
        claim.check()
    except ClaimLost:
        return True
    return False


def state(place: Store) -> object:
    record = newest(place, KEY)
    return record and msgspec.json.decode(record.state)


def test_while_one_lives_no_other_gets_it(place: Store) -> None:
    with claimed(place, KEY) as claim:
        assert take(place, KEY, wait=False) is None
        claim.check()
    held(place).give_up()


def test_what_one_wrote_is_what_the_next_one_finds(place: Store) -> None:
    with claimed(place, KEY) as claim:
        assert bytes(claim.state) == b"null"
        claim.put({"done": 1})
        claim.put({"done": 2}, held=False)
    with claimed(place, KEY) as claim:
        assert (msgspec.json.decode(claim.state), claim.taken_over) == ({"done": 2}, 0)


def test_one_who_stops_leaves_the_state_as_it_was(place: Store) -> None:
    with claimed(place, KEY) as claim:
        claim.put({"done": 1}, held=False)
    with pytest.raises(ZeroDivisionError), claimed(place, KEY):
        raise ZeroDivisionError
    assert state(place) == {"done": 1}
    held(place).give_up()


def test_of_one_who_died_the_next_takes_over_and_knows_it(place: Store) -> None:
    die(held(place))
    claim = taken_over(place)
    assert claim.taken_over == 1
    die(claim)
    assert taken_over(place).taken_over == 2


def test_one_who_was_taken_over_writes_nothing_and_asks_nothing(place: Store) -> None:
    late = held(place)
    die(late)
    claim = taken_over(place)
    with pytest.raises(ClaimLost):
        late.put("late", held=False)
    wait_until_lost(late)
    claim.put("right", held=False)
    assert state(place) == "right"


def test_one_who_was_silent_for_too_long_knows_it_before_anybody_takes_over(place: Store) -> None:
    silent = held(place)
    die(silent)
    wait_until_lost(silent)
    assert newest(place, KEY) == silent._record, "nobody has yet"


def test_one_who_slept_and_wakes_finds_out_by_his_next_beat(
    place: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    asleep = threading.Event()
    monkeypatch.setattr(Claim, "_live", lambda _: asleep.set())
    sleeper = held(place)
    other = taken_over(place)
    sleeper._renewed = time.monotonic()  # as far as he knows
    sleeper._beat()
    assert is_lost(sleeper)
    assert not is_lost(other)


def test_a_name_that_was_cleared_away_gives_no_claim(place: Store) -> None:
    late = held(place)
    die(late)
    taken_over(place).give_up()
    for number in range(3):
        with claimed(place, KEY) as claim:
            claim.put(number, held=False)
    late._renewed = time.monotonic()  # as far as he knows
    with pytest.raises(ClaimLost):
        late.put("late", held=False)
    assert state(place) == 2


def test_what_one_wrote_counts_though_the_next_one_comes_at_once(
    place: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim, create, others = held(place), place.create, list[Claim | None]()

    def followed(name: str, content: bytes) -> bool:
        monkeypatch.setattr(place, "create", create)
        made = create(name, content)
        others.append(take(place, KEY, wait=False))
        return made

    monkeypatch.setattr(place, "create", followed)
    claim.put("right", held=False)
    [other] = others
    assert other is not None
    assert msgspec.json.decode(other.state) == "right"
    other.give_up()


def test_little_is_left_of_what_was(place: Store) -> None:
    for number in range(5):
        with claimed(place, KEY) as claim:
            claim.put(number)
            claim.put(number, held=False)
    assert len(place.names(KEY)) == 1


def test_of_many_who_want_it_one_at_a_time_has_it(place: Store) -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with claimed(place, KEY) as claim:
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)
            claim.put(number, held=False)

    with ThreadPoolExecutor(4) as pool:
        [*pool.map(work, range(60))]
    assert most == [1] * 60


def test_a_record_of_another_kind_is_told_and_not_overwritten(place: Store) -> None:
    place.put(f"{KEY}/00000001.json", b"<html>")
    with pytest.raises(StoreUnusable, match="not written by this version"):
        take(place, KEY, wait=False)
