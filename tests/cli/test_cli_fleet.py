"""`fleet run`, `fleet status` and `export --from-store`; the shards are worked on in this process."""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, nullcontext
from pathlib import Path

import msgspec
import openpyxl
import pyarrow.parquet
import pytest

from tests.cli.command import Ran, getcontacts
from tests.cli.fleet import fleet
from workbook.accounts import credentials, token_command
from workbook.accounts.accounts import Account
from workbook.fleet import claims, cluster, extra, records, shard, store, task
from workbook.fleet import run as driver
from workbook.fleet.task import Counts
from workbook.simulator.simulator import TOKEN, Simulator

GOOD = {"shop-1": "normal", "shop-2": "normal", "home": "quirks"}
STORE = ("--store", "store")
ChosenOf = Callable[[records.Run, int], list[Account]]


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work on shards in this process, one after the other, as a worker does."""

    def worked(_: None, url: str, shards: Iterable[int]) -> Iterator[tuple[int, Counts]]:
        yield from ((number, task.work(url, number)) for number in shards)

    monkeypatch.setattr(driver, "connected", lambda *_: nullcontext())
    monkeypatch.setattr(driver, "worked", worked)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    with fleet(GOOD, monkeypatch) as service:
        yield service


def run(*words: str, shards: int = 4) -> Ran:
    return getcontacts("fleet", "run", *STORE, "--shards", str(shards), *words)


def by_account(path: str) -> Counter[object]:
    header, *body = openpyxl.load_workbook(path)["Contacts"].iter_rows(values_only=True)
    return Counter(row[header.index("account")] for row in body)


def test_a_run_leaves_a_store_of_which_export_makes_the_workbook(three: Simulator) -> None:
    ran = run()
    assert (ran.code, "3 accounts are in" in ran.stderr) == (0, True), ran.stderr
    assert "the rest of the run" not in ran.stderr
    assert getcontacts("export", "-q", "direct.xlsx", "--all-accounts").code == 0
    exported = getcontacts("export", "all.xlsx", "--from-store", "store")
    assert exported.code == 0
    assert "3 accounts are in all.xlsx" in exported.stderr
    assert by_account("all.xlsx") == by_account("direct.xlsx")


def test_what_is_exported_may_be_brought_up_to_date_chosen_and_put_together(
    three: Simulator,
) -> None:
    run()
    words = ("--from-store", "store")
    for _ in range(2):
        assert getcontacts("export", "all.xlsx", "--update", *words).code == 0
    assert getcontacts("export", "shops.xlsx", "--accounts", "shop-*", *words).code == 0
    assert by_account("shops.xlsx").keys() == {"shop-1", "shop-2"}
    assert getcontacts("export", "people.xlsx", "--by", "person", *words).code == 0
    ran = getcontacts("export", "none.xlsx", "--accounts", "moon-*", *words)
    assert (ran.code, 'no account "moon-*"' in ran.stderr) == (3, True)


def test_the_lists_of_this_machine_stay_as_they_are(three: Simulator) -> None:
    run()
    getcontacts("export", "all.xlsx", "--from-store", "store")
    ran = getcontacts("export", "x.xlsx", "--offline", "--account", "home")
    assert (ran.code, "No list" in ran.stderr) == (9, True)


def test_history_goes_along_from_run_to_run(three: Simulator) -> None:
    run()
    three.contacts = None
    first = {each.name for each in Path("store/data").iterdir()}
    assert run().code == 0
    second = {each.name for each in Path("store/data").iterdir()}
    assert (len(second), first & second) == (4, set()), "what nothing means is swept away"
    getcontacts("export", "all.csv", "--columns", "id,firstSeen,fetched", "--from-store", "store")
    rows = [line.split(",") for line in Path("all.csv").read_text("utf-8-sig").splitlines()[1:]]
    assert all(seen <= fetched for _, _, seen, fetched in rows)


def test_files_of_somebody_else_in_the_folder_of_a_store_stay(three: Simulator) -> None:
    names = ("data/customers.sqlite3", "results/2025.jsonl", "run/1.log", "shards/00000/1.json")
    mine = [Path("store") / each for each in names]
    for file in mine:
        file.parent.mkdir(parents=True)
        file.write_text("precious")
    assert (run().code, run().code) == (0, 0)
    assert [file.read_text() for file in mine] == ["precious"] * 4


def test_somebodys_own_manifest_is_not_overwritten(three: Simulator) -> None:
    (manifest := Path("store/manifest.json")).parent.mkdir()
    manifest.write_text('{"name": "A page"}')
    ran = run()
    assert (ran.code, "not written by this version" in ran.stderr) == (8, True)
    assert (manifest.read_text(), three.calls) == ('{"name": "A page"}', [])


@pytest.mark.parametrize("results", records.RESULTS)
def test_the_rows_of_each_shard_lie_beside_it_for_programs(results: str, three: Simulator) -> None:
    assert run("--results", results).code == 0
    manifest = json.loads(Path("store/manifest.json").read_bytes())
    files = [Path("store") / each["results"] for each in manifest["shards"]]
    assert {file.suffix for file in files} == {f".{results}"}
    if results == "jsonl":
        rows = [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
    else:
        rows = [row for file in files for row in pyarrow.parquet.read_table(file).to_pylist()]
    assert {row["account"] for row in rows} == GOOD.keys()
    assert {row["saved"] for row in rows} == {True, False, None}


def test_some_failed_is_exit_10_and_status_and_export_say_which(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fleet({**GOOD, "shop-2": "renewed-token"}, monkeypatch):
        ran = run()
    assert ran.code == 10
    assert "2 of 3 accounts are in" in ran.stderr
    assert "1 account failed (shop-2). GREEN-API refused the apiTokenInstance" in ran.stderr
    status = getcontacts("fleet", "status", *STORE)
    assert "4 of 4 shards, 3 accounts, 1 failed." in status.out
    assert "1 account failed (shop-2)." in status.out
    exported = getcontacts("export", "all.xlsx", "--from-store", "store")
    assert exported.code == 10
    assert "1 account failed (shop-2). GREEN-API refused the apiTokenInstance" in exported.stderr
    assert by_account("all.xlsx").keys() == {"shop-1", "home"}


def test_of_one_that_failed_then_the_list_of_before_is_exported_unless_it_is_not_wanted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fleet(GOOD, monkeypatch):
        run()
    with fleet({**GOOD, "shop-2": "renewed-token"}, monkeypatch):
        run()
    for file, words in (("kept.xlsx", []), ("without.xlsx", ["--failed", "skip"])):
        assert getcontacts("export", file, "--from-store", "store", *words).code == 10
    assert by_account("kept.xlsx").keys() == GOOD.keys()
    assert by_account("without.xlsx").keys() == {"shop-1", "home"}


def test_one_account_and_one_call_are_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with fleet({"home": "normal"}, monkeypatch):
        assert re.search(r"1 account is in .* contacts, by 1 call\.", run().stderr)


def test_all_failed_by_one_cause_is_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with fleet({"a": "renewed-token", "b": "renewed-token"}, monkeypatch):
        assert run().code == 3
        assert (
            "brought no list, so that there is nothing to export."
            in getcontacts("fleet", "status", *STORE).out
        )


def test_for_programs_all_of_it_is_json(three: Simulator) -> None:
    told = json.loads(run("--json").out)
    assert (told["accounts"], told["failed"], told["calls"], told["repeated"]) == (3, 0, 3, 0)
    status = json.loads(getcontacts("fleet", "status", *STORE, "--json").out)
    assert (status["goes_on"], status["driver"], status["done"]) == (False, False, 4)
    assert status["manifest"]["rows"] == told["rows"]


def test_a_run_that_was_stopped_is_taken_up_without_asking_again(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(_: None, url: str, shards: Iterable[int]) -> Iterator[tuple[int, Counts]]:
        for number in [*shards][:3]:
            yield number, task.work(url, number)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(driver, "worked", stopped)
        ran = run()
    assert (ran.code, "What came is kept; the next run goes on" in ran.stderr) == (130, True)
    assert "was stopped: 3 of 4 shards" in getcontacts("fleet", "status", *STORE).out
    assert not Path("store/manifest.json").exists(), "it is written last"
    taken_up = run()
    assert (taken_up.code, "This was the rest of the run of" in taken_up.stderr) == (0, True)
    lists = [call.instance for call in three.calls if call.method == "getcontacts"]
    assert len(lists) == len(set(lists)) == 3


@pytest.mark.slow
def test_status_knows_a_driver_at_work_from_one_that_was_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(claims, "BEAT", 0.1)
    monkeypatch.setattr(claims, "LEASE", 30.0)
    claim = claims.take(store.opened("store"), records.RUN, wait=False)
    assert claim is not None
    claim.put(records.Run("2026-11-27T20:30:00+00:00", records.Wish(4)))
    assert "goes on: 0 of 4 shards" in getcontacts("fleet", "status", *STORE).out
    claim.end()  # as whoever is killed: nothing more is heard
    monkeypatch.setattr(claims, "LEASE", 1.0)
    status = getcontacts("fleet", "status", *STORE).out
    assert "was stopped: 0 of 4 shards" in status
    assert "The next one takes it up" in status


def test_a_second_driver_gets_a_sentence_and_the_store_is_the_first_ones(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "BEAT", 0.1)
    with claims.claimed(store.opened("store"), records.RUN) as first:
        ran = run()
        first.check()
    assert (ran.code, "Another run of getcontacts is at work" in ran.stderr) == (8, True)
    assert three.calls == []


def test_shards_are_as_many_as_the_store_has(three: Simulator) -> None:
    assert run(shards=3).code == 0
    ran = run(shards=5)
    assert (ran.code, "Give --shards 3" in ran.stderr) == (2, True)


def failing(run: records.Run, number: int, of: ChosenOf = shard.chosen_of) -> list[Account]:
    """Return whose lists a shard has, but fail for the one of shop-1."""
    if number == records.shard_of("1101000100", 4):
        raise ZeroDivisionError(TOKEN)
    return of(run, number)


def test_a_shard_that_nobody_could_work_on_is_told_and_keeps_what_it_had(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(shard, "chosen_of", failing)
        first = run()
        assert run().code == first.code == 10
    assert "Shard 3 could not be worked on. This is a bug in getcontacts" in first.stderr
    assert run().code == 0
    monkeypatch.setattr(shard, "chosen_of", failing)
    assert "1 account failed (shop-1). This is a bug" in run().stderr
    assert getcontacts("export", "all.xlsx", "--from-store", "store").code == 10
    assert by_account("all.xlsx").keys() == GOOD.keys()


def test_an_export_tells_of_a_shard_of_which_nothing_is_there(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shard, "chosen_of", failing)
    assert run().code == 10
    ran = getcontacts("export", "all.xlsx", "--from-store", "store")
    assert (ran.code, "Shard 3 could not be worked on." in ran.stderr) == (10, True)
    assert by_account("all.xlsx").keys() == GOOD.keys() - {"shop-1"}
    monkeypatch.setattr(shard, "chosen_of", lambda *_: 1 / 0)
    assert getcontacts("fleet", "run", "--store", "another", "--shards", "1").code == 1
    ran = getcontacts("export", "none.xlsx", "--from-store", "another")
    assert (ran.code, "getcontacts fleet status tells why" in ran.stderr) == (8, True)


@pytest.mark.parametrize("left", [30_000, None])
def test_a_damaged_database_of_a_shard_is_named_with_the_way_out(
    left: int | None, three: Simulator
) -> None:
    run(shards=1)
    [file] = Path("store/data").iterdir()
    if left:
        file.write_bytes(file.read_bytes()[:left])
    else:
        file.unlink()
    said = f"data/{file.name} in it is missing or damaged."
    exported = getcontacts("export", "all.xlsx", "--from-store", "store")
    assert (exported.code, said in exported.stderr) == (8, True)
    again = run(shards=1)
    assert (again.code, "delete shards/00000 there" in again.stderr) == (8, True)
    shutil.rmtree("store/shards/00000")
    assert run(shards=1).code == 0
    assert getcontacts("export", "all.xlsx", "--from-store", "store").code == 0


def test_a_list_that_is_not_in_the_store_is_a_failure_of_its_account(three: Simulator) -> None:
    run(shards=1)
    [file] = Path("store/data").iterdir()
    with closing(sqlite3.connect(file)) as database, database:
        database.execute("DELETE FROM snapshot WHERE alias = 'home'")
    ran = getcontacts("export", "all.xlsx", "--from-store", "store")
    said = "1 account failed (home). Its list is not in the store."
    assert (ran.code, said in ran.stderr) == (10, True)


def test_a_manifest_with_a_time_that_is_none_is_told(three: Simulator) -> None:
    run(shards=1)
    manifest = Path("store/manifest.json")
    told = json.loads(manifest.read_bytes())
    told["run"]["began"] = "yesterday"
    manifest.write_text(json.dumps(told))
    for words in (("fleet", "status", *STORE), ("export", "a.csv", "--from-store", "store")):
        ran = getcontacts(*words)
        assert (ran.code, "not written by this version" in ran.stderr) == (8, True)


def test_an_alias_from_a_store_leads_to_no_other_folder(three: Simulator) -> None:
    run(shards=1)
    manifest = Path("store/manifest.json")
    manifest.write_text(manifest.read_text().replace('"home"', '"../../home"'))
    (folder := Path("lists/of")).mkdir(parents=True)
    ran = getcontacts("export", f"{folder}/{{account}}.csv", "--from-store", "store")
    assert ran.code == 0, ran.stderr
    assert {each.name for each in Path("lists").rglob("*.csv")} == {
        *("shop-1.csv", "shop-2.csv", "_._.._home.csv"),
    }
    assert len([*folder.iterdir()]) == 3


def test_a_store_without_a_name_is_not_the_one_account(three: Simulator) -> None:
    ran = getcontacts("export", "all.xlsx", "--from-store", "")
    assert (ran.code, "The store has no name" in ran.stderr) == (2, True)


def test_only_counts_come_back_of_a_shard_whatever_happens(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    run()
    url = str(Path("store").absolute())
    assert task.work(url, 0).keys() == Counts.__annotations__.keys()
    monkeypatch.setattr(shard, "bring", lambda *_: 1 / 0)
    lost = [task.work(url, 0), task.work("ftp://a", 0), task.work("s3://a:b@c/d", 1)]
    assert lost == [{"accounts": 0, "failed": 0, "exit_code": code} for code in (1, 2, 2)]


def test_no_credentials_lie_in_a_shards_folder_nor_in_the_store(
    three: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (scratch := tmp_path / "scratch").mkdir()
    seen: set[str] = set()
    monkeypatch.setattr(task, "_scratch", lambda: str(scratch))
    three._on_call = lambda _: seen.update(each.name for each in scratch.rglob("*"))
    assert run().code == 0
    assert any(name.startswith("contacts.sqlite3") for name in seen)
    assert credentials.FILE not in seen
    assert list(scratch.iterdir()) == []
    assert TOKEN.encode() not in b"".join(
        each.read_bytes() for each in Path("store").rglob("*") if each.is_file()
    )


def test_a_command_for_tokens_is_asked_by_the_workers(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials.path().unlink()
    monkeypatch.setenv(token_command.VARIABLE, "")
    vault = Path("vault")
    vault.write_text(f"#!/bin/sh\necho {TOKEN}\n")
    vault.chmod(0o700)
    assert run("--credentials-from", str(vault.absolute())).code == 0
    vault.unlink()


@pytest.mark.parametrize("words", [["--scheduler", "tls://a:1"], []])
def test_the_scheduler_never_sees_the_command_and_a_shell_never_reads_it(words: list[str]) -> None:
    ran = run("--credentials-from", "vault 'read", *words)
    said = token_command.VARIABLE if words else "quoted as for a shell"
    assert (ran.code, said in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    "address", ["tcp://10.0.0.7:8786", "tcp://scheduler:8786", "tcp://[2001:db8::1]:1"]
)
def test_a_scheduler_on_another_machine_must_speak_tls(address: str) -> None:
    ran = getcontacts_with_a_scheduler(address)
    assert (ran.code, f"write tls://{address[6:]}" in ran.stderr) == (2, True)


@pytest.mark.parametrize("address", ["10.0.0.7:8786", "inproc://1", "ws://127.0.0.1:1", "tls://"])
def test_a_scheduler_is_written_as_dask_writes_it(address: str) -> None:
    assert getcontacts_with_a_scheduler(address).code == 2


def getcontacts_with_a_scheduler(address: str) -> Ran:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(driver, "connected", cluster.connected)
        return run("--scheduler", address)


def test_a_scheduler_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.3)
    ran = getcontacts_with_a_scheduler("tcp://127.0.0.1:1")
    assert (ran.code, "does not answer" in ran.stderr) == (6, True)


def test_without_dask_the_way_to_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    ran = run()
    assert (ran.code, "pip install '.[fleet]'" in ran.stderr) == (2, True)


@pytest.mark.parametrize(
    "words", [("fleet", "status", *STORE), ("export", "all.xlsx", "--from-store", "store")]
)
def test_an_empty_store_is_told(words: tuple[str, ...]) -> None:
    ran = getcontacts(*words)
    assert (ran.code, "begin one with getcontacts fleet run" in ran.stderr) == (8, True)


def test_an_instance_is_in_the_same_shard_on_every_machine() -> None:
    numbers = [records.shard_of(str(1101000000 + n), 64) for n in range(2_000)]
    assert numbers[:4] == [46, 34, 49, 41], "another place would lose the history"
    counts = Counter(numbers)
    assert (len(counts), max(counts.values()) < 70) == (64, True)


def test_a_store_of_a_later_version_is_left_alone(three: Simulator) -> None:
    run()
    [record] = Path("store/run").iterdir()
    content = msgspec.json.decode(record.read_bytes())
    record.write_bytes(msgspec.json.encode({**content, "state": [1]}))
    ran = run()
    assert (ran.code, "not written by this version" in ran.stderr) == (8, True)


@pytest.mark.parametrize("words", [["--offline"], ["--max-age", "1h"], ["--accept-loss"]])
def test_what_says_how_to_ask_does_not_go_with_a_store(words: list[str]) -> None:
    ran = getcontacts("export", "all.xlsx", "--from-store", "store", *words)
    assert (ran.code, "--from-store asks nobody" in ran.stderr) == (2, True)


def test_a_storage_that_makes_an_object_twice_is_not_used(
    three: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.Folder, "create", lambda *_: True)
    ran = run()
    assert (ran.code, "two runs could not be kept apart" in ran.stderr) == (8, True)
    assert three.calls == []
