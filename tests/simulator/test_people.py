"""The made-up people are believable, the same every time, and nobody real."""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from workbook.simulator.names import HOSTILE, REGIONS
from workbook.simulator.people import account, crowd, day_of, on_day, twin


def test_the_account_is_believable() -> None:
    rows = account()
    kinds = Counter((row["type"], str(row["id"]).partition("@")[2]) for row in rows)
    assert 200 <= len(rows) <= 250
    assert (kinds["group", "g.us"], kinds["user", "lid"]) >= (25, 10)
    assert sum(row["type"] == "group" and not row["name"] for row in rows) == 3
    people = [row for row in rows if row["type"] == "user"]
    assert 20 < sum(not row["contactName"] for row in people) < len(people) / 2
    assert any(not row["contactName"] and not row["name"] for row in people)


@pytest.mark.parametrize("letter", ["e", "ü", "я", "א", "م", "α", "田", "प", "🌻"])
def test_the_account_speaks_many_scripts(letter: str) -> None:
    assert any(letter in str(row["name"]) for row in account())


def test_nobody_real_is_called() -> None:
    phones = [str(row["id"]).partition("@") for row in account()]
    numbers = [digits for digits, _, kind in phones if kind == "c.us"]
    assert max(map(len, numbers)) <= 14
    assert all(number.startswith(tuple(r.prefix for r in REGIONS)) for number in numbers)


def test_the_account_is_the_same_every_time_and_no_id_comes_twice() -> None:
    assert account() == account()
    assert len({row["id"] for row in account()}) == len(account())


def test_some_names_attack_a_sheet() -> None:
    assert {row["name"] for row in account()} >= set(HOSTILE)


def test_a_hidden_id_leads_back_to_its_phone_and_no_other_does() -> None:
    assert twin(twin("4915100000002@c.us")) == "4915100000002@c.us"
    assert twin("102388094480549@lid") == ""
    assert twin("null@c.us") == ""


@pytest.mark.parametrize("n", [0, 1, 7_999, 8_001])
def test_a_crowd_has_as_many_contacts_as_asked_for(n: int) -> None:
    rows = json.loads(crowd(n))
    assert len(rows) == len({row["id"] for row in rows}) == n


def test_a_crowd_of_any_size_takes_no_more_thought_than_a_small_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encode, encoded = json.dumps, Counter[int]()

    def dumps(row: object, **how: Any) -> str:
        encoded[size] += 1
        return encode(row, **how)

    monkeypatch.setattr(json, "dumps", dumps)
    for size in (10_000, 100_000):
        crowd(size)
    assert encoded[10_000] == encoded[100_000] > 0


def test_a_crowd_weighs_what_real_lists_weigh() -> None:
    body = crowd(100_000)
    assert 95 < len(body) / 100_000 < 115
    assert 95 <= sum(body.count(json.dumps(name).encode()) for name in HOSTILE) <= 105


@pytest.mark.parametrize("day", range(1, 15))
def test_each_day_three_are_new_one_is_renamed_and_one_is_gone(day: int) -> None:
    before, now = ({row["id"]: row for row in on_day(each)} for each in (day, day + 1))
    both = before.keys() & now.keys()
    assert len(now.keys() - before.keys()) == 3
    assert len(before.keys() - now.keys()) == 1
    assert len([id_ for id_ in both if before[id_] != now[id_]]) == 1


@pytest.mark.parametrize("day", [1, 2, 5])
def test_a_list_tells_its_day(day: int) -> None:
    assert day_of({str(row["id"]) for row in on_day(day)}) == day
