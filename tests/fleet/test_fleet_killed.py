"""Whoever is killed in a run: nothing is lost, little is asked again, nobody too soon."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import psutil
import pytest

from tests.cli.command import getcontacts
from tests.fleet import processes
from tests.fleet.processes import ended, lists, started, workers_of
from workbook.fleet import claims, records, store, task
from workbook.fleet.claims import claimed
from workbook.fleet.reading import state
from workbook.fleet.records import Run, Wish
from workbook.simulator.simulator import Call

MANY, SHARDS = 160, 16
LARGEST = 18  # accounts in a shard


def words(place: Path | str, *more: str) -> tuple[str, ...]:
    run = ("workbook", "fleet", "run", "--store", str(place), "--shards", str(SHARDS))
    return (*run, "--jobs", "2", "--json", *more)


@pytest.mark.slow
def test_two_workers_killed_in_a_run_lose_nothing(tmp_path: Path) -> None:
    place, reached = tmp_path / "store", {40: threading.Event(), 100: threading.Event()}

    def seen(_: Call) -> None:
        for count, event in reached.items():
            if len(service.calls) >= count:
                event.set()

    with processes.serving(MANY) as service:
        service._on_call = seen
        driver = started(*words(place))
        for event in reached.values():
            assert event.wait(120)
            processes.one_at_work(driver).kill()
        code, out, err = ended(driver)
        told, calls = json.loads(out), lists(service)
        exported = getcontacts("export", "-q", str(tmp_path / "a.csv"), "--from-store", str(place))
    assert (code, told["accounts"], told["failed"]) == (0, MANY, 0), err
    assert (len(calls), exported.code) == (MANY, 0)
    assert len((tmp_path / "a.csv").read_bytes().splitlines()) == MANY * 50 + 1
    extra = sum(map(len, calls.values())) - MANY
    assert 0 <= extra <= told["repeated"] <= 2 * LARGEST
    assert told["repeated"] > 0, "they were at work"
    assert processes.shortest(service) >= 1.0
    assert {call.status for each in calls.values() for call in each} == {200}


@pytest.mark.slow
def test_who_takes_over_at_once_waits_until_the_dead_one_is_silent_for_long(tmp_path: Path) -> None:
    place, reached = store.opened(str(tmp_path / "store")), threading.Event()
    work = f"from workbook.fleet import task; task.work({place.url!r}, 0)"
    with processes.serving(1) as service, claimed(place, records.RUN) as claim:
        claim.put(Run(datetime.now(UTC).isoformat(), Wish(1)))
        service._on_call = lambda _: reached.set()
        worker = subprocess.Popen([sys.executable, "-c", work], cwd=processes.ROOT)
        assert reached.wait(60)
        worker.kill()
        worker.wait()
        assert task.work(place.url, 0) == {"accounts": 1, "failed": 0, "exit_code": 0}
        [calls] = lists(service).values()
    assert len(calls) == 2
    assert processes.shortest(service) >= claims.LEASE - 1
    assert (done := records.shard_state(place, 0)) is not None
    assert (done.calls, done.repeated) == (1, 1)


@pytest.mark.slow
def test_a_killed_drivers_run_is_taken_up_by_the_next(tmp_path: Path) -> None:
    place, reached = tmp_path / "store", threading.Event()
    with processes.serving(MANY) as service:
        service._on_call = lambda _: reached.set() if len(service.calls) > MANY // 2 else None
        driver = started(*words(place))
        assert reached.wait(120)
        workers = workers_of(driver)
        driver.kill()
        driver.communicate()
        before = state(store.opened(str(place)))
        code, out, err = ended(started(*words(place)))
        calls = lists(service)
    assert before.run is not None
    assert (before.run.goes_on, before.manifest, 0 < before.done < SHARDS) == (True, None, True)
    told = json.loads(out)
    assert (code, told["accounts"], told["began"]) == (0, MANY, before.run.began), err
    assert sum(map(len, calls.values())) - MANY <= 2 * LARGEST
    assert processes.shortest(service) >= 1.0
    assert not any(map(processes.is_alive, workers)), "they end with their driver"


@pytest.mark.slow
@pytest.mark.parametrize("calls", [0, 1], ids=["as it starts", "at work"])
def test_ctrl_c_reaches_all_processes_and_none_complains(calls: int, tmp_path: Path) -> None:
    with processes.serving(20) as service:
        driver = started(*words(tmp_path / "store"))
        while not (workers := workers_of(driver)) or len(service.calls) < calls:
            time.sleep(0.05)
        for each in (psutil.Process(driver.pid), *workers):
            each.send_signal(signal.SIGINT)
        code, _, err = ended(driver)
    assert (code, err) == (130, "")
    assert not any(map(processes.is_alive, workers))


@pytest.mark.slow
def test_of_two_drivers_one_gets_the_store_and_the_other_a_sentence(tmp_path: Path) -> None:
    asked, over = threading.Event(), threading.Event()

    def held_up(_: Call) -> None:
        asked.set()
        over.wait(60)

    with processes.serving(20) as service:
        service._on_call = held_up
        first = started(*words(tmp_path / "store"))
        assert asked.wait(60)
        second, _, why = ended(started(*words(tmp_path / "store")))
        over.set()
        code, _, err = ended(first)
        calls = lists(service)
    assert (code, second) == (0, 8), err
    assert "Another run of getcontacts is at work" in why
    assert [len(each) for each in calls.values()] == [1] * 20


@pytest.mark.slow
def test_a_bucket_does_what_a_folder_does(tmp_path: Path, bucket: str) -> None:
    out = str(tmp_path / "all.csv")
    with processes.serving(40) as service:
        code, said, err = ended(started(*words(bucket, "--results", "parquet")))
        exported = getcontacts("export", "-q", out, "--from-store", bucket)
        calls = lists(service)
    assert (code, json.loads(said)["accounts"]) == (0, 40), err
    assert (exported.code, len(calls)) == (0, 40), exported.stderr
    assert len(Path(out).read_bytes().splitlines()) == 40 * 50 + 1
