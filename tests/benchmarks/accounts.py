"""Measure many accounts: one sheet of all, the cost of one more, an import, a TLS connection.

    .venv/bin/python -m tests.benchmarks.accounts --accounts 500 --contacts 2000

Whole processes against a light service on this machine, in a process of its own. The loop of single
runs is timed for a few accounts and multiplied. Prints Markdown tables.
"""

from __future__ import annotations

import argparse
import os
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from workbook.accounts import accounts
from workbook.accounts.accounts import Account

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from workbook.cli import main; main()"]
FIRST = 1_101_000_000
SINGLES = 5  # runs that stand for the loop
HANDSHAKES = 100

SERVER = """
import sys
from functools import partial
from workbook.simulator.people import crowd
from workbook.simulator.scenarios import Scenario
from workbook.simulator.simulator import Simulator
many, size, first, apart = map(int, sys.argv[1:])
body = crowd(size)
def scenario(n):
    return Scenario(description="", rows=partial(crowd, size, n * size) if apart else lambda: body)
with Simulator(others={str(first + n): scenario(n) for n in range(many)}, rate=0) as service:
    print(service.api_url, service.token, flush=True)
    sys.stdin.read()
"""
TLS = """
import socketserver, ssl, sys, trustme
authority = trustme.CA()
authority.cert_pem.write_to_path(sys.argv[1])
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
authority.issue_cert("127.0.0.1").configure_cert(context)
class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        while self.rfile.readline().strip():
            pass
        self.wfile.write(b"HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\nConnection: close\\r\\n\\r\\n[]")
class Server(socketserver.ThreadingTCPServer):
    def get_request(self):
        connected, address = super().get_request()
        return context.wrap_socket(connected, server_side=True), address
with Server(("127.0.0.1", 0), Handler) as server:
    print(server.server_address[1], flush=True)
    server.serve_forever()
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took: seconds from start to end, seconds of CPU, MiB at its highest."""

    seconds: float
    cpu: float
    mib: float


@contextmanager
def serving(program: str, *words: str) -> Iterator[list[str]]:
    """Run a server in a process of its own; give the words that it says."""
    with subprocess.Popen(
        [sys.executable, "-c", program, *words],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()
        process.terminate()


def taken(*words: str) -> Taken:
    """Run the command to its end and return what it took."""
    started = time.perf_counter()
    process = subprocess.Popen([*COMMAND, *words], cwd=ROOT, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{words} failed with {process.returncode}")
    seconds = time.perf_counter() - started
    return Taken(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def new_home() -> Iterator[Path]:
    """Let everything be kept in a new folder, and tokens in its file."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["GETCONTACTS_HOME"] = f"{folder}/home"
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
        yield Path(folder)


@contextmanager
def fleet(many: int, size: int, *, apart: bool = False) -> Iterator[Path]:
    """Serve so many accounts of so many contacts, all of them logged in.

    `apart`: nobody is in the lists of two of them.
    """
    words = [str(number) for number in (many, size, FIRST, int(apart))]
    with serving(SERVER, *words) as (url, token), new_home() as folder:
        accounts.save_all(
            [Account(f"shop-{n:05}", url, str(FIRST + n), token) for n in range(many)]
        )
        yield folder


def one_sheet(many: int, size: int) -> str:
    """Compare one run for all accounts with a loop of single runs."""
    with fleet(many, size) as folder:
        singles = [
            taken("export", "-q", f"{folder}/{n}.xlsx", "--account", f"shop-{n:05}")
            for n in range(SINGLES)
        ]
        together = taken("export", "-q", f"{folder}/all.xlsx", "--all-accounts")
    loop = many * statistics.median(each.seconds for each in singles)
    cpu = many * statistics.median(each.cpu for each in singles)
    return (
        f"| {many:,} x {size:,} | {together.seconds:.1f} s | {loop:.0f} s "
        f"| {loop / together.seconds:.1f}x | {together.cpu:.1f} s | {cpu / together.cpu:.1f}x "
        f"| {together.mib:.0f} MiB |"
    )


def by_person(many: int, size: int, *, apart: bool) -> str:
    """Return what a row for each person over all accounts takes."""
    with fleet(many, size, apart=apart) as folder:
        words = ("export", "-q", f"{folder}/people.xlsx", "--all-accounts", "--by", "person")
        took = taken(*words)
    people = many * size if apart else size
    return (
        f"| {many:,} x {size:,}, {people:,} people | {took.seconds:.1f} s | {took.cpu:.1f} s "
        f"| {took.mib:.0f} MiB |"
    )


def slope(counts: list[int], size: int) -> Iterator[str]:
    """Yield what one more account costs, from one number of accounts to the next."""
    before: tuple[int, Taken] | None = None
    for many in counts:
        with fleet(many, size) as folder:
            now = taken("export", "-q", f"{folder}/all.xlsx", "--all-accounts")
        each = ""
        if before is not None:
            each = f"{1000 * (now.cpu - before[1].cpu) / (many - before[0]):.1f} ms"
        yield f"| {many:,} | {now.seconds:.1f} s | {now.cpu:.1f} s | {each} | {now.mib:.0f} MiB |"
        before = many, now


def imported(many: int) -> Iterator[str]:
    """Yield what an import takes, and what finding one of few and one of many accounts takes."""
    for count in (10, many):
        with new_home() as folder:
            lines = [f"shop-{n:05},,{FIRST + n},secret-{n}" for n in range(count)]
            (folder / "accounts.csv").write_text("\n".join(lines))
            took = taken("accounts", "import", f"{folder}/accounts.csv")
            accounts.identify("shop-00007")
            started = time.perf_counter()
            for _ in range(100):
                accounts.identify("shop-00007")
            found = 10 * (time.perf_counter() - started)
        yield f"| {count:,} | {took.cpu:.1f} s | {took.mib:.0f} MiB | {found:.2f} ms |"


def handshake() -> str:
    """Return the CPU that a connection over https takes in this process, in ms."""
    from workbook.green_api import transport

    with tempfile.TemporaryDirectory() as folder:
        authority, store = Path(folder) / "ca.pem", Path(folder) / "store.pem"
        with serving(TLS, str(authority)) as (port,):
            machine = ssl.get_default_verify_paths().cafile
            known = Path(machine).read_bytes() if machine else b""
            store.write_bytes(known + authority.read_bytes())
            os.environ["SSL_CERT_FILE"] = str(store)
            base, costs = f"https://127.0.0.1:{port}", []
            for _ in range(HANDSHAKES):
                started = time.process_time()
                session, _adapter = transport.session_for(base)
                with session:
                    assert session.get(base, timeout=30).status_code == 200
                costs.append(1000 * (time.process_time() - started))
    return f"| {costs[0]:.0f} ms | {statistics.median(costs[1:]):.1f} ms |"


def main() -> None:
    """Measure all of it and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--accounts", type=int, default=500)
    parser.add_argument("--contacts", type=int, default=2_000)
    parser.add_argument("--slope", type=int, nargs="*", default=[10, 100, 500, 2_000])
    parser.add_argument("--imported", type=int, default=10_000)
    chosen = parser.parse_args()
    print("| accounts x contacts | one run | loop | faster | CPU | less CPU | memory |")
    print("|---:|---:|---:|---:|---:|---:|---:|")
    print(one_sheet(chosen.accounts, chosen.contacts), flush=True)
    print("\n| by person | one run | CPU | memory |")
    print("|---:|---:|---:|---:|")
    for apart in (False, True):
        print(by_person(chosen.accounts, chosen.contacts, apart=apart), flush=True)
    print("\n| accounts of 200 | one run | CPU | each more | memory |")
    print("|---:|---:|---:|---:|---:|")
    for line in slope(chosen.slope, 200):
        print(line, flush=True)
    print("\n| imported | CPU | memory | to find one |")
    print("|---:|---:|---:|---:|")
    for line in imported(chosen.imported):
        print(line, flush=True)
    print("\n| first connection over https, CPU | each more |")
    print("|---:|---:|")
    print(handshake(), flush=True)


if __name__ == "__main__":
    main()
