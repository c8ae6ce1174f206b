"""Dask: the workers that shards are given to, on this machine or where a scheduler has them."""

from __future__ import annotations

import ipaddress
import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import dask
from distributed import Client, LocalCluster, as_completed
from distributed.security import Security

from workbook.errors import NoCluster, WrongUsage
from workbook.fleet import task
from workbook.fleet.task import Counts

PATIENCE = 30  # seconds until a scheduler answers, and until it has a worker
# Dask's own: a look at each thread every 10 ms, and memory given back at once; 20 % of the CPU
OFF: dict[str, object] = {
    "distributed.worker.profile.enabled": False,
    "distributed.nanny.pre-spawn-environ.MALLOC_TRIM_THRESHOLD_": None,
    # pages that others of this machine could read
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


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
        # others of this machine can reach a port on loopback, and a scheduler runs what it is sent
        with (
            LocalCluster(
                n_workers=workers,
                threads_per_worker=1,
                host="tls://127.0.0.1",
                dashboard_address=None,
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                security=Security.temporary(),
                silence_logs=logging.CRITICAL,
            ) as cluster,
            Client(cluster) as client,
        ):
            yield client


@contextmanager
def _client_of(scheduler: str) -> Iterator[Client]:
    check(scheduler)
    why = "silent"
    try:
        client = Client(scheduler, timeout=PATIENCE)
    except (OSError, TimeoutError, TypeError, ValueError):  # also for certificates that are missing
        client = None
    if client is None:
        raise NoCluster(scheduler, why)
    with client:
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
            why = ""
        except TimeoutError:
            why = "alone"
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
    tasks = {
        client.submit(task.work, url, number, key=f"shard-{number}", pure=False): number
        for number in shards
    }
    for future in as_completed(list(tasks)):
        yield tasks[future], future.result() if future.status == "finished" else None
        future.release()
