"""Many at once on one account: exports, cells and a purge share one pace and one database."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from addin.shared import formula_lists
from tests.cli.command import getcontacts, use
from tests.hosts.excel_side import GETCONTACTS, may_see, restart
from tests.proof.report import tried
from tests.proof.test_torture import assert_sound, holds
from tests.proof.torture import how_much
from workbook.export.output_file import alone
from workbook.simulator.simulator import Simulator
from workbook.store import call_slots
from workbook.sync.purge import purge_everything

pytestmark = pytest.mark.paced

COMMAND = [sys.executable, "-c", "from workbook.cli import main; main()"]


@pytest.fixture
def service(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Simulator]:
    """Serve one account that takes all calls: the times of their arrival are what counts."""
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as service:
        use(service, monkeypatch, 600)
        restart(monkeypatch)
        may_see(service)
        yield service


def start(*words: str) -> subprocess.Popen[str]:
    """Run the command in a process of its own."""
    return subprocess.Popen([*COMMAND, *words], stderr=subprocess.PIPE, text=True)


def ends(runs: list[subprocess.Popen[str]]) -> list[tuple[int, str]]:
    """Wait for all of them; return exit codes and what was said."""
    said = [run.communicate()[1] for run in runs]
    return [(run.returncode, words) for run, words in zip(runs, said, strict=True)]


def cells(count: int) -> tuple[list[threading.Thread], list[str]]:
    """Calculate a formula in so many threads, and keep what their first cells show."""
    shown: list[str] = []
    threads = [
        threading.Thread(target=lambda: shown.append(GETCONTACTS()[0][0])) for _ in range(count)
    ]
    for thread in threads:
        thread.start()
    return threads, shown


def assert_paced(service: Simulator, began: float) -> None:
    """Find no request before its turn; `began` (time.monotonic) is when nobody had come yet.

    A busy machine wakes one of them late and the next one in time, which brings two together;
    but it brings no call forward.
    """
    times = sorted(call.at for call in service.calls if call.method == "getcontacts")
    turns = [began + number * call_slots.INTERVAL for number in range(len(times))]
    early = [turn - at for at, turn in zip(times, turns, strict=True) if at < turn]
    assert early == []
    assert {call.status for call in service.calls} == {200}


def wait_for_cells(threads: list[threading.Thread]) -> None:
    for thread in threads:
        thread.join()
    while formula_lists.shared.of("").coming:  # a fetch that was in the queue behind the exports
        time.sleep(0.1)


@how_much("exports", 8, 8)
def test_exports_and_two_hundred_cells_take_turns(
    exports: int, service: Simulator, home: Path
) -> None:
    began = time.monotonic()
    runs = [start("export", f"{number}.xlsx", "-q") for number in range(exports)]
    threads, shown = cells(200)
    assert ends(runs) == [(0, "")] * exports
    wait_for_cells(threads)
    assert len(shown) == 200
    assert all(cell == "id" or "on its way" in cell for cell in shown)
    assert_paced(service, began)
    assert [call.status for call in service.calls].count(200) == exports + 1, "one for all cells"
    assert all(holds(Path(f"{number}.xlsx"), "@c.us") for number in range(exports))
    assert_sound(home)
    tried("pace", exports + 200)
    tried("loss", exports)


def test_of_two_exports_into_one_file_the_second_does_nothing(service: Simulator) -> None:
    with alone(Path("contacts.xlsx").absolute()):
        second = getcontacts("export", "contacts.xlsx")
    assert second.code == 8
    assert "Another run" in second.stderr
    assert service.calls == []
    assert getcontacts("export", "contacts.xlsx", "-q").code == 0


@how_much("exports", 8, 8)
def test_many_exports_into_one_file_leave_what_one_of_them_wrote(
    exports: int, service: Simulator, home: Path
) -> None:
    ended = ends([start("export", "-q") for _ in range(exports)])
    assert (0, "") in ended
    assert {code for code, _ in ended} <= {0, 8}
    assert holds(Path("contacts.xlsx"), "@c.us")
    assert getcontacts("export", "-q").code == 0, "whoever won is known to have won"
    assert [*home.glob(".out-*")] == []
    tried("loss", exports)


@how_much("exports", 4, 4)
def test_a_purge_in_the_middle_disturbs_nobody(
    exports: int, service: Simulator, home: Path
) -> None:
    began = time.monotonic()
    runs = [start("export", "-q", f"{number}.csv") for number in range(exports)]
    threads, shown = cells(50)
    while len(service.calls) < 2:
        time.sleep(0.05)
    purges = [start("purge", "--yes") for _ in range(exports - 1)]
    runs += [start("export", "-q", f"{number}.csv") for number in range(exports, 2 * exports)]
    told, said = ends(runs), ends(purges)
    disturbed = [run for run in told if run[0] or (run[1] and "history_days" not in run[1])]
    assert disturbed == []
    assert [code for code, _ in said] == [0] * len(purges), said
    wait_for_cells(threads)
    shows = ("id", "on its way", "may not see your contacts")  # the purge deletes consent, too
    other = [cell for cell in shown if not any(words in cell for words in shows)]
    assert other == []
    assert_paced(service, began)
    assert_sound(home)
    tried("pace", 50 + 3 * exports - 1)


def test_a_run_begins_while_everything_is_deleted(home: Path, tmp_path: Path) -> None:
    begun = threading.Event()

    def purge() -> None:
        while not begun.is_set():
            purge_everything()

    purging = threading.Thread(target=purge)
    purging.start()
    try:
        for _ in range(200):
            with alone(tmp_path / "book.xlsx"):
                """It was not told that the file cannot be written."""
    finally:
        begun.set()
        purging.join()


def test_a_purge_after_all_leaves_nothing(service: Simulator, home: Path) -> None:
    assert getcontacts("export", "-q").code == 0
    assert ends([start("purge", "--yes")])[0][0] == 0
    assert not home.exists()
