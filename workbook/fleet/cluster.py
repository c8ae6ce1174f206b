"""Dask: the workers that shards are given to, on this machine or where a scheduler has them."""

from __future__ import annotations

import ipaddress
import logging
import os
import signal
import sys
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from multiprocessing import resource_tracker
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit
from uuid import uuid4

import dask
from distributed import Client, Future, LocalCluster
from distributed.security import Security

from workbook.errors import NoCluster, NotPrivate, WrongUsage
from workbook.files import privacy
from workbook.fleet import task
from workbook.fleet.task import Counts

LOOK = 1.0  # seconds from one look at the scheduler to the next
PATIENCE = 30  # seconds until a scheduler answers, and until it has a worker
# Dask's own: a look at each thread every 10 ms, and memory given back at once; 20 % of the CPU
OFF: dict[str, object] = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    # pages that others of this machine could read
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


# what Dask raises where a process or a connection of its own ends, and for missing certificates
FAILURES = (OSError, RuntimeError, CancelledError)
NO_CERTIFICATES = (TypeError, ValueError)


@contextmanager
def connected(scheduler: str | None, workers: int) -> Iterator[Client]:
    """Give a client of a scheduler, else of so many workers that live as long as the block.

    Raises WrongUsage for a scheduler that would be spoken to in clear, NoCluster.
    """
    logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is told by us
    with dask.config.set(OFF):
        if scheduler is not None:
            with _client_of(scheduler) as client:
                yield client
            return
        with _local(workers) as cluster, Client(cluster) as client:
            yield client


def scratch() -> Path:
    """Return a private folder for what workers write, the same one in each run if possible.

    Dask's own, of a known name in the folder for temporary files, may have been laid there by
    another user, and Dask adds it to the places where modules are looked for. In the same one Dask
    clears what a killed run left.
    """
    mine = Path(tempfile.gettempdir(), f"getcontacts-fleet-{getattr(os, 'getuid', int)()}")
    try:
        with suppress(FileExistsError):
            mine.mkdir(0o700)
        privacy.check(mine, mine.lstat())
    except NotPrivate:
        return Path(tempfile.mkdtemp(prefix="getcontacts-fleet-"))
    return mine


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait for the end of the block; what is begun in it never hears of it.

    A terminal sends it to the workers, too, each of which would show where it was. A cluster that
    is half there cannot be closed.
    """
    waiting: list[int] = []
    before = signal.signal(signal.SIGINT, lambda number, _: waiting.append(number))
    if sys.platform != "win32":  # threads and processes take this over from who begins them
        resource_tracker.ensure_running()  # where it is begun later, it unblocks the signal
        mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        if sys.platform != "win32":
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, before)
    if waiting:
        raise KeyboardInterrupt


@contextmanager
def _local(workers: int) -> Iterator[LocalCluster]:
    cluster = None
    with ExitStack() as stack:
        with suppress(*FAILURES), _uninterrupted():
            place = {"temporary-directory": str(scratch())}
            stack.enter_context(dask.config.set(place))  # also for a worker that is begun anew
            # others of this machine can reach a port on loopback, and a scheduler runs all it gets
            cluster = LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="tls://127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                security=Security.temporary(),
                silence_logs=logging.CRITICAL,
            )
            stack.enter_context(cluster)
        if cluster is None:
            raise NoCluster("", "start")
        yield cluster


@contextmanager
def _client_of(scheduler: str) -> Iterator[Client]:
    check(scheduler)
    client, why = None, "silent"
    try:
        client = Client(scheduler, timeout=PATIENCE)
        client.wait_for_workers(1, timeout=PATIENCE)
        why = ""
    except (*FAILURES, *NO_CERTIFICATES):
        why = "alone" if client is not None else why
    if client is None:
        raise NoCluster(scheduler, why)
    with client:
        if why:
            raise NoCluster(scheduler, why)
        yield client


def check(scheduler: str) -> None:
    """Raise WrongUsage for an address that is none, or that is not protected on its way."""
    parts = urlsplit(scheduler)
    if parts.scheme not in ("tcp", "tls") or not parts.hostname:
        raise WrongUsage("Write the scheduler as Dask does: tls://HOST:8786.")
    if parts.scheme == "tcp" and not _is_loopback(parts.hostname):
        raise WrongUsage(
            f"{scheduler} is on another machine, and whoever reaches a scheduler without TLS can "
            "run anything on its workers, where your tokens are. Let Dask use TLS, and write "
            f"tls://{parts.netloc}."
        )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def worked(client: Client, url: str, shards: Iterable[int]) -> Iterator[tuple[int, Counts | None]]:
    """Give each shard to a worker; yield what came back of it as it ends, None where none did."""
    lost = False
    try:
        yield from _ended(client, url, shards)
    except FAILURES:
        lost = True
    if lost:
        raise NoCluster(str(getattr(client.scheduler, "address", "")), "lost")


def _ended(client: Client, url: str, shards: Iterable[int]) -> Iterator[tuple[int, Counts | None]]:
    run = uuid4().hex[:8]  # another run may have shards of these numbers at the same scheduler
    tasks = {
        client.submit(task.work, url, number, key=f"shard-{number}-{run}", pure=False): number
        for number in shards
    }
    ended: SimpleQueue[Future[Counts]] = SimpleQueue()
    for future in tasks:
        future.add_done_callback(ended.put)
    while tasks:
        try:
            future = ended.get(timeout=LOOK)
        except Empty:  # of a scheduler that is gone nothing ends
            if client.status not in ("running", "connecting"):
                raise ConnectionError from None
            continue
        yield tasks.pop(future), future.result() if future.status == "finished" else None
        future.release()
