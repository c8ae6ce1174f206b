"""SIGKILL at any moment: the old file or the new one is whole, and the next run clears up."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.cli.command import getcontacts, use
from tests.ooxml.update_files import book as book_of
from tests.ooxml.update_files import read
from tests.proof.report import tried
from tests.proof.test_torture import (
    ANNA,
    BEN,
    NEW,
    Baseline,
    assert_private,
    assert_sound,
    holds,
    kept_names,
    login,
    names,
)
from tests.proof.torture import counted, how_much
from workbook.accounts import accounts, settings
from workbook.files.atomic import SUFFIX
from workbook.simulator.simulator import Simulator

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here, so no quick deaths")

# Imports once, then forks a child per line of stdin; how each ended is a line of stdout.
PARENT = """
import json, os, signal, sys, time
from functools import partial
from pathlib import Path
from tests.cli.command import getcontacts
from tests.proof.torture import Failure, Torture
from workbook.store import call_slots

call_slots.INTERVAL = 0.0
root, words, stdin = json.loads(sys.argv[1])
run = partial(getcontacts, *words, stdin=stdin)

def end(): os.kill(os.getpid(), signal.SIGKILL)

def child(kind, nth):
    torture = Torture(Path(root), Failure(kind, nth, end, False) if kind else None)
    with torture.applied(): code = run().code
    os._exit(code)

run()  # imports
began = time.monotonic()
print(run().code, time.monotonic() - began, flush=True)
for line in sys.stdin:
    kind, nth, seconds = json.loads(line)
    process = os.fork()
    if not process: child(kind, nth)
    if not kind:
        time.sleep(seconds)
        os.kill(process, signal.SIGKILL)
    print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)
"""


@dataclass(slots=True)
class Deaths:
    """A command that dies when it is told to: within a call, or after some time."""

    process: subprocess.Popen[str]
    lasts: float = field(init=False)

    def __post_init__(self) -> None:
        code, lasts = self._line().split()
        assert code == "0"
        self.lasts = float(lasts)

    def in_call(self, kind: str, nth: int) -> bool:
        """Die instead of the n-th call of a kind; tell whether there was one.

        How many calls an answer takes to arrive is not the same each time.
        """
        return self._asked(kind, nth, 0) == -9

    def after(self, seconds: float) -> bool:
        """Die after some seconds; tell whether the command was still running."""
        return self._asked("", 0, seconds) == -9

    def _asked(self, *what: object) -> int:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(what) + "\n")
        self.process.stdin.flush()
        return int(self._line())

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def dying(root: Path, *words: str, stdin: str = "") -> Iterator[Deaths]:
    """Run a command again and again, in processes of their own."""
    what = json.dumps([str(root), words, stdin])
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, what],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])},
    ) as process:
        yield Deaths(process)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder of files."""
    folder = tmp_path / "out"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Answer at once."""
    with Simulator(contacts=[ANNA, BEN], rate=0) as service:
        use(service, monkeypatch)
        yield service


def calls_of(root: Path, *words: str, stdin: str = "", every: int) -> list[tuple[str, int]]:
    """Return each so-manieth call of a run, by kind and number."""
    calls = counted(root, lambda _: getcontacts(*words, stdin=stdin))
    return [(kind, nth) for kind in sorted(calls) for nth in range(1, calls[kind] + 1)][::every]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file that an export left, a new list to come, and what may be found after a death."""

    place: Path
    home: Path
    service: Simulator
    before: Baseline
    old: bytes

    @classmethod
    def ready(cls, place: Path, home: Path, service: Simulator) -> Exported:
        """Export once; from now on there is somebody new."""
        assert getcontacts("export").code == 0
        service.contacts = [ANNA, BEN, NEW]
        old = (place / "contacts.xlsx").read_bytes()
        return cls(place, home, service, Baseline.of(place.parent), old)

    def check(self) -> None:
        """Find one of the two files whole, and a next run that clears up."""
        book = self.place / "contacts.xlsx"
        assert book.read_bytes() == self.old or holds(book, "Newcomer")
        litter = [name for name in names(self.place) if name != "contacts.xlsx"]
        assert len(litter) <= 1
        assert all(name.endswith(SUFFIX) for name in litter)
        assert_sound(self.home)
        assert kept_names(self.service.id_instance) >= {"Anna", "Ben"}
        assert getcontacts("export", "-q").code == 0
        assert names(self.place) == ["contacts.xlsx"]
        assert holds(book, "Newcomer")


@how_much("times", 12, 200)
def test_an_export_killed_at_any_moment_leaves_a_whole_file(
    times: int, place: Path, home: Path, service: Simulator
) -> None:
    export, chance = Exported.ready(place, home, service), random.Random(times)
    with dying(place.parent, "export") as deaths:
        killed = 0
        for _ in range(times):
            export.before.restore()
            killed += deaths.after(chance.uniform(0, deaths.lasts))
            export.check()
    assert killed > times / 4, "or nothing was tried"
    tried("loss", times)


@how_much("every", 8, 1)
def test_an_export_killed_in_any_call_leaves_a_whole_file(
    every: int, place: Path, home: Path, service: Simulator
) -> None:
    export = Exported.ready(place, home, service)
    calls = calls_of(place.parent, "export", every=every)
    with dying(place.parent, "export") as deaths:
        for kind, nth in calls:
            export.before.restore()
            assert deaths.in_call(kind, nth) or kind == "receive"
            export.check()
    tried("loss", len(calls))


@how_much("every", 8, 1)
def test_an_update_killed_in_any_call_leaves_the_notes(
    every: int, place: Path, home: Path, service: Simulator
) -> None:
    book = place / "book.xlsx"
    book.write_bytes(book_of([(ANNA["id"], "Anna", "", "user", "likes tea")]))
    words, before = ("export", "book.xlsx", "--update"), Baseline.of(place.parent)
    calls = calls_of(place.parent, *words, every=every)
    with dying(place.parent, *words) as deaths:
        for kind, nth in calls:
            before.restore()
            assert deaths.in_call(kind, nth) or kind == "receive"
            assert read(book.read_bytes())[1][4] == "likes tea"
            assert getcontacts(*words).code == 0
            assert names(place) == ["book.xlsx"]
            assert len(read(book.read_bytes())) == 3
            assert_sound(home)
    for promise in ("loss", "notes"):
        tried(promise, len(calls))


@how_much("every", 4, 1)
def test_a_login_killed_in_any_call_leaves_the_accounts(
    every: int, place: Path, home: Path, service: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE"):
        monkeypatch.delenv(name)
    assert login("main", service).code == 0
    before = Baseline.of(place.parent)
    words = ("login", "second", "--stdin")
    with Simulator(rate=0, id_instance="1101000002", token="d" * 50) as second:
        lines = f"{second.api_url}\n{second.id_instance}\n{second.token}"
        calls = calls_of(place.parent, *words, stdin=lines, every=every)
        with dying(place.parent, *words, stdin=lines) as deaths:
            for kind, nth in calls:
                before.restore()
                assert deaths.in_call(kind, nth) or kind == "receive"
                assert accounts.find("main").token == service.token
                assert_private(home, second.token)
                assert login("second", second).code == 0
                assert settings.load().accounts.keys() == {"main", "second"}
                assert not [name for name in names(home) if name.endswith(SUFFIX)]
    for promise in ("loss", "token"):
        tried(promise, len(calls))
