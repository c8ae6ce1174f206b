"""The token is nowhere but where it is used: looked for in a scheduler and in what workers leave."""

from __future__ import annotations

import json
import re
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen
from urllib.parse import urljoin

import pytest
from distributed import Client, wait

from tests.fleet import processes
from tests.fleet.processes import ended, one_at_work, started
from workbook.fleet import records, store
from workbook.fleet.claims import newest
from workbook.simulator.simulator import TOKEN

CONTROL = "decafbad" * 6  # planted as a careless program would have passed on the token
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc shows a process's memory")


@dataclass(frozen=True)
class Cluster:
    """A scheduler and its workers, each a process, and where they put things."""

    folder: Path
    scheduler: Popen[str]
    workers: list[Popen[str]]
    address: str
    pages: str

    def places_of(self, secret: str) -> set[str]:
        """Return where a secret is found."""
        there = {
            "memory": secret.encode() in memory(self.scheduler.pid),
            "pages": any(secret in page for page in self._pages()),
            "logs": any(secret in log.read_text() for log in self.folder.glob("*.log")),
            "folders": any(secret.encode() in content for content in self._files()),
        }
        return {place for place, found in there.items() if found}

    def _pages(self) -> Iterator[str]:
        """Yield the pages of the dashboard, and all that they lead to."""
        seen: set[str] = set()
        left = [f"{self.pages}/info/main/workers.html", f"{self.pages}/json/identity.json"]
        while left:
            address = left.pop().partition("#")[0]
            if address in seen or not address.startswith(
                (f"{self.pages}/info", f"{self.pages}/json")
            ):
                continue  # the others are drawn from the scheduler's memory as one looks
            seen.add(address)
            with suppress(OSError):  # what a worker tells itself waits for one that is asleep
                text = urllib.request.urlopen(address, timeout=2).read().decode("utf-8", "replace")
                yield text
                left += [urljoin(address, link) for link in re.findall(r'href="(.*?)"', text)]
        assert len(seen) > 5

    def _files(self) -> Iterator[bytes]:
        for file in (self.folder / "scratch").rglob("*"):
            with suppress(OSError):
                if file.is_file():
                    yield file.read_bytes()


def memory(pid: int) -> bytes:
    """Return all that a process has in its memory and may write to."""
    parts = []
    maps = Path(f"/proc/{pid}/maps").read_text().splitlines()
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as file:
        for line in maps:
            span, modes, *_ = line.split()
            begin, end = (int(each, 16) for each in span.split("-"))
            if modes.startswith("rw"):
                with suppress(OSError, ValueError, OverflowError):
                    file.seek(begin)
                    parts.append(file.read(end - begin))
    return b"".join(parts)


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    (folder / "scratch").mkdir(parents=True)
    about = folder / "scheduler.json"
    with ExitStack() as stack:

        def run(name: str, *words: str) -> Popen[str]:
            log = stack.enter_context((folder / f"{name}.log").open("w"))
            process = started(*words, log=log, also={"TMPDIR": str(folder / "scratch")})
            stack.callback(process.wait, 30)
            stack.callback(process.terminate)
            return process

        scheduler = run(
            "scheduler", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0",
            "--dashboard-address", "127.0.0.1:0", "--scheduler-file", str(about),
        )  # fmt: skip
        while not about.exists() or not about.read_bytes():
            time.sleep(0.1)
        known = json.loads(about.read_bytes())
        workers = [
            run(
                f"worker-{number}", "distributed.cli.dask_worker", known["address"], "--nthreads",
                "1", "--local-directory", str(folder / "scratch"),
            )
            for number in range(2)
        ]  # fmt: skip
        pages = f"http://127.0.0.1:{known['services']['dashboard']}"
        yield Cluster(folder, scheduler, workers, known["address"], pages)


def careless(secret: str) -> None:
    """Do what a program does that passes a token on, and leave it where a worker is killed."""
    import tempfile

    Path(tempfile.mkstemp()[1]).write_text(secret)
    raise ValueError(f"https://api/{secret}")


@pytest.mark.slow
def test_the_token_is_in_no_scheduler_page_log_or_folder_and_the_control_in_all(
    tmp_path: Path,
) -> None:
    reached = threading.Event()
    with processes.serving(60) as service, cluster(tmp_path / "dask") as dask:
        service._on_call = lambda _: reached.set() if len(service.calls) >= 20 else None
        run = started(
            "workbook", "fleet", "run", "--store", str(tmp_path / "store"), "--shards", "6",
            "--jobs", "1", "--json", "--scheduler", dask.address,
        )  # fmt: skip
        assert reached.wait(60)
        busy = one_at_work(dask.workers[0])
        busy.suspend()
        assert any(file.suffix == ".sqlite3" for file in dask.folder.rglob("*")), "it was at work"
        in_flight = dask.places_of(TOKEN)
        busy.kill()
        code, out, err = ended(run)
        assert (code, json.loads(out)["accounts"]) == (0, 60), err
        assert (in_flight, dask.places_of(TOKEN)) == (set(), set())
        with Client(dask.address) as client:
            planted = client.submit(careless, CONTROL, key=f"control-{CONTROL}")
            wait([planted])
            assert dask.places_of(CONTROL) == {"memory", "pages", "logs", "folders"}


@pytest.mark.long  # Dask waits for half a minute whether it comes back
def test_a_scheduler_that_dies_ends_the_run_and_the_store_is_free(tmp_path: Path) -> None:
    reached = threading.Event()
    words = ("workbook", "fleet", "run", "--store", str(tmp_path / "store"), "--shards", "6")
    with processes.serving(60) as service, cluster(tmp_path / "dask") as dask:
        service._on_call = lambda _: reached.set() if len(service.calls) >= 20 else None
        soon = {"DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
        run = started(*words, "--jobs", "1", "--scheduler", dask.address, also=soon)
        assert reached.wait(60)
        dask.scheduler.kill()
        code, _, err = ended(run)
    assert (code, "it was lost in the run" in err) == (6, True), err
    record = newest(store.opened(str(tmp_path / "store")), records.RUN)
    assert record is not None
    assert not record.held
