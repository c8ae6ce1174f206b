"""Nothing is lost and nothing is told, whichever call fails: every one of a run is made to."""

from __future__ import annotations

import io
import logging
import shutil
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
import stamina

from tests.command import Ran, getcontacts, use
from tests.proof import tried
from tests.torture import Failure, suffer
from workbook import snapshots, store, vault
from workbook.green_api import pace
from workbook.green_api.people import person
from workbook.green_api.simulator import Simulator

ANNA, JO = person("4915100000001@c.us", "Anna"), person("4915100000002@c.us", "Jo")
NEW = person("4915100000003@c.us", "Newcomer")
CODES = {0, 2, 3, 4, 5, 6, 7, 8, 9}  # the README's, without "a bug" and "stopped"
NO_CLEANING = ("unlink", "list", "lock")  # where these fail, what is left waits for the next run

how_much = pytest.mark.parametrize(
    "sample", [True, pytest.param(False, marks=pytest.mark.long)], ids=["sample", "whole"]
)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of files, with a kept list below `home`."""
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Answer at once, and let nobody wait between attempts."""
    monkeypatch.setattr(pace, "INTERVAL", 0.0)
    monkeypatch.setattr(vault, "PATIENCE", 1.0)
    with (
        Simulator(contacts=[ANNA, JO], rate=0) as service,
        stamina.set_testing(True, attempts=100, cap=True),
    ):
        use(service, monkeypatch, 5)
        yield service


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Log at DEBUG whatever any library has to say."""
    heard = io.StringIO()
    handler, root = logging.StreamHandler(heard), logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(handler)
    root.setLevel(before)


@dataclass(frozen=True, slots=True)
class Baseline:
    """A folder as it was before a run, to be put back."""

    folder: Path
    kept: Path

    @classmethod
    def of(cls, folder: Path) -> Baseline:
        """Keep a copy of the folder."""
        kept = folder.with_name(f"{folder.name}-before")
        shutil.copytree(folder, kept)
        return cls(folder, kept)

    def restore(self) -> None:
        """Put everything back, in the same folders: the working directory is one of them."""
        for path in self.folder.rglob("*"):
            if path.is_file():
                path.unlink()
        shutil.copytree(self.kept, self.folder, dirs_exist_ok=True)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def assert_sound(home: Path) -> None:
    """Let SQLite look at its own file."""
    with closing(sqlite3.connect(home / store.NAME)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def kept_names(instance: str) -> set[str]:
    kept = snapshots.last_good(instance)
    return {contact.name for contact in kept.contacts} if kept else set()


def holds(book: Path, name: str) -> bool:
    with zipfile.ZipFile(book) as parts:
        assert parts.testzip() is None
        return any(name.encode() in parts.read(part) for part in parts.namelist())


def assert_untold(secret: str, ran: Ran, log: io.StringIO, *folders: Path) -> None:
    assert "Traceback" not in ran.stderr
    for said in (ran.out, ran.stderr, log.getvalue()):
        assert secret not in said
    log.seek(0)
    log.truncate()
    for file in (file for folder in folders for file in folder.rglob("*") if file.is_file()):
        assert secret.encode() not in file.read_bytes(), file.name


@how_much
def test_an_export_leaves_the_old_file_or_the_new_one(
    sample: bool, place: Path, home: Path, service: Simulator, log: io.StringIO
) -> None:
    book = place / "contacts.xlsx"
    assert getcontacts("export").code == 0
    service.contacts = [ANNA, JO, NEW]
    old, before = book.read_bytes(), Baseline.of(place.parent)

    def check(failure: Failure, ran: Ran) -> None:
        assert ran.code in CODES, ran.stderr
        assert (book.read_bytes() == old) == (ran.code != 0), ran.stderr
        assert ran.code or holds(book, "Newcomer")
        assert_sound(home)
        assert kept_names(service.id_instance) >= {"Anna", "Jo"}
        assert_untold(service.token, ran, log, place, home)
        assert failure.kind in NO_CLEANING or names(place) == ["contacts.xlsx"]
        again = getcontacts("export", "-q")
        assert (again.code, again.stderr, names(place)) == (0, "", ["contacts.xlsx"])
        assert holds(book, "Newcomer")

    cases = suffer(
        place.parent, lambda _: getcontacts("export"), check, before.restore, sample=sample
    )
    print(f"{cases} failures tried")
    tried("loss", cases)
    tried("words", cases)
