"""A store: in a folder and in a bucket the same."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from workbook.errors import NotPrivate, StoreUnusable, WrongUsage
from workbook.fleet import extra, store
from workbook.fleet.store import Store


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "bucket":
        return store.opened(request.getfixturevalue("bucket"))
    return store.opened(str(tmp_path / "a" / "b"))


def test_an_object_is_made_once_and_the_second_who_tries_is_told(place: Store) -> None:
    assert place.create("run/1.json", b"first")
    assert not place.create("run/1.json", b"second")
    assert place.read("run/1.json") == b"first"


def test_an_object_is_replaced_and_deleted_and_what_is_missing_is_none(place: Store) -> None:
    assert place.read("a/b") is None
    place.put("a/b", b"1")
    place.put("a/b", b"2")
    assert place.read("a/b") == b"2"
    place.delete("a/b")
    place.delete("a/b")
    assert place.read("a/b") is None
    assert place.create("a/b", b"anew")


def test_a_folder_lists_its_own_objects_as_they_are_now(place: Store) -> None:
    assert place.names("shards/1") == []
    for name in ("shards/1/x", "shards/1/y", "shards/10/z"):
        place.put(name, b"")
    assert sorted(place.names("shards/1")) == ["x", "y"]
    place.delete("shards/1/x")
    assert place.names("shards/1") == ["y"]


def test_files_go_in_and_come_out(place: Store, tmp_path: Path) -> None:
    (there := tmp_path / "there").write_bytes(bytes(range(256)) * 1_000)
    place.send(there, "data/1.sqlite3")
    place.fetch("data/1.sqlite3", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == there.read_bytes()
    with pytest.raises(StoreUnusable, match="something in it is not there"):
        place.fetch("data/2.sqlite3", tmp_path / "none")


def test_of_many_at_once_one_makes_it(tmp_path: Path) -> None:
    place = store.opened(str(tmp_path))
    with ThreadPoolExecutor(8) as pool:
        made = [*pool.map(lambda n: place.create("run/1.json", b"%d" % n * 1_000), range(32))]
    assert made.count(True) == 1
    content = place.read("run/1.json")
    assert content is not None
    assert len(content) >= 1_000, "whole"
    assert place.names("run") == ["1.json"]


def test_a_folder_is_its_owners_alone(tmp_path: Path) -> None:
    place = store.opened(f"file://{tmp_path}/lists")
    place.put("shards/00000/1", b"")
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (tmp_path / "lists").rglob("*")]
    assert {mode & 0o077 for mode in modes} == {0}
    (tmp_path / "lists").chmod(0o777)
    with pytest.raises(NotPrivate):
        store.opened(str(tmp_path / "lists"))


@pytest.mark.parametrize("url", ["s3://key:secret@bucket/a", "s3://bucket/a?key=secret"])
def test_an_address_with_a_secret_is_refused_unshown(url: str) -> None:
    with pytest.raises(WrongUsage, match="AWS_SECRET_ACCESS_KEY") as told:
        store.opened(url)
    assert "secret@" not in str(told.value)


@pytest.mark.parametrize("url", ["gs://bucket/a", "https://a/b", "s3://bucket", "s3:///a"])
def test_an_address_of_another_kind_is_refused(url: str) -> None:
    with pytest.raises(WrongUsage, match="s3://BUCKET/PATH"):
        store.opened(url)


@pytest.mark.parametrize("url", ["", "file://"])
def test_a_variable_that_is_empty_does_not_mean_the_folder_where_one_is(url: str) -> None:
    with pytest.raises(WrongUsage, match="The store has no name"):
        store.opened(url)


def test_a_file_where_the_folder_should_be_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    place = store.opened(str(tmp_path / "file"))
    for use in (lambda: place.put("run/1.json", b""), lambda: place.read("run/1.json")):
        with pytest.raises(StoreUnusable, match="a file is where a folder should be"):
            use()


def test_a_bucket_that_is_not_there_or_has_no_key_is_told(
    bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreUnusable, match="something in it is not there"):
        store.opened(f"{bucket.removesuffix('/deep/down')}-none/a").put("b", b"")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(StoreUnusable, match="set AWS_ACCESS_KEY_ID"):
        store.opened(bucket).put("b", b"")


def test_a_key_that_comes_later_is_used(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with monkeypatch.context() as without:
        without.delenv("AWS_ACCESS_KEY_ID")
        with pytest.raises(StoreUnusable, match="set AWS_ACCESS_KEY_ID"):
            store.opened(bucket).put("b", b"")
    store.opened(bucket).put("b", b"")
    assert store.opened(bucket).read("b") == b""


def test_without_its_libraries_the_way_to_them_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(extra, "find_spec", lambda _: None)
    with pytest.raises(WrongUsage, match=r"pip install '\.\[fleet\]'"):
        store.opened("s3://bucket/path")
