"""Workers of this machine: nobody else on it may speak to them or look at them."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path

import psutil
import pytest

from tests.fleet.processes import ROOT
from workbook.fleet import cluster

LOOK = """
import os, sys
from workbook.fleet import cluster
def folder(dask_worker):
    return dask_worker.local_directory
if __name__ == "__main__":
    with cluster.connected(None, 1) as client:
        client.restart()
        print(client.scheduler.address, *client.run(folder).values(), client.run(os.environ.get, "MALLOC_TRIM_THRESHOLD_"), flush=True)
        sys.stdin.read()
"""


def test_workers_write_where_no_other_user_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    mine = cluster.scratch()
    assert cluster.scratch() == mine, "what a killed run left there is cleared by the next"
    mine.chmod(0o777)
    another = cluster.scratch()
    assert another != mine
    assert {stat.S_IMODE(each.stat().st_mode) for each in (another, cluster.scratch())} == {0o700}


def ports(process: psutil.Process) -> list[int]:
    """Return the ports on which a process and its children listen; none but on loopback."""
    all_of_them = [process, *process.children(recursive=True)]
    open_ones = [each for one in all_of_them for each in one.net_connections("inet")]
    listening = [each for each in open_ones if each.status == psutil.CONN_LISTEN]
    assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
    return [each.laddr.port for each in listening]


@pytest.mark.slow
def test_it_takes_the_certificate_of_the_run_to_reach_a_worker(tmp_path: Path) -> None:
    (program := tmp_path / "look.py").write_text(LOOK)
    process = subprocess.Popen(
        [sys.executable, str(program)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        address, folder, threshold = process.stdout.readline().split(maxsplit=2)
        found = ports(psutil.Process(process.pid))
        pages = [answer(port) for port in found]
    finally:
        process.communicate("")
    assert address.startswith("tls://127.0.0.1:")
    assert "None" in threshold
    assert Path(folder).is_relative_to(cluster.scratch())
    assert len(found) >= 4
    assert set(pages) <= {"closed", "404"}


def answer(port: int) -> str:
    """Return what a stranger gets at a port."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/info/main/workers.html", timeout=5):
            return "a page"
    except urllib.error.HTTPError as error:
        return str(error.code)
    except OSError:
        return "closed"
