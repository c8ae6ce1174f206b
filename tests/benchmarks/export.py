"""Compare `getcontacts export` with the recipe people would write, whole processes, in turn.

    .venv/bin/python -m tests.benchmarks.export --sizes 1000 10000 100000

The recipe (requests, pandas, openpyxl) runs in a virtual environment of its own, which is made when
it is missing and holds what the extra `bench` lists and nothing of ours. So does ours, with what
every user has: beside our tests stands numpy, which openpyxl imports where it can. Prints medians
and ratios as a Markdown table, with a row for each kind of run: the first of a new home; one that
finds the same list kept, as a job of every hour; one that finds yesterday's, of which 1 % has
changed, as a job of every night; and the second of these over https.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
PEER, OURS = (ROOT / ".venv-bench" / name for name in ("recipe", "getcontacts"))
ROUNDS = {1_000: 9, 10_000: 7, 100_000: 5, 1_000_000: 3}

RECIPE = """
import re, sys
import pandas, requests
rows = requests.get(sys.argv[1], timeout=180).json()
illegal = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
frame = pandas.DataFrame(rows).map(lambda v: illegal.sub("", v) if isinstance(v, str) else v)
frame.to_excel(sys.argv[2], index=False, engine="openpyxl")
"""

FIRST, SAME, NEXT_DAY, HTTPS = KINDS = ("first run", "same list", "next day", "https")

SERVER = """
import ssl, sys, msgspec
from workbook.simulator.listener import Listener
from workbook.simulator.people import crowd
from workbook.simulator.simulator import Simulator
size, day, authority = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
contacts = crowd(size)
if day:
    rows = msgspec.json.decode(contacts)
    for number, row in enumerate(rows[::100]):
        row["name"] = f"Called otherwise {number}"
    contacts = msgspec.json.encode(rows)
if authority:
    import trustme
    context, made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), trustme.CA()
    made.cert_pem.write_to_path(authority)
    made.issue_cert("127.0.0.1").configure_cert(context)
    class Secure(Listener):
        def get_request(self):
            connection, address = super().get_request()
            return context.wrap_socket(connection, server_side=True), address
    import workbook.simulator.simulator as module
    module.Listener = Secure
with Simulator(contacts=contacts, rate=0) as service:
    url = service.api_url.replace("http:", "https:") if authority else service.api_url
    print(url, service.id_instance, service.token, flush=True)
    sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one process took: seconds from start to end, MiB at its highest."""

    seconds: float
    mib: float


@contextmanager
def service(size: int, day: int = 0, authority: str = "") -> Iterator[dict[str, str]]:
    """Run a server of `size` contacts in a process of its own; give the environment to ask it.

    On `day` 1 a contact in a hundred has another name. `authority`: where to put the certificate
    of who made its own, for https.
    """
    with subprocess.Popen(
        [sys.executable, "-c", SERVER, str(size), str(day), authority],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        names = ("GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE")
        account = dict(zip(names, process.stdout.readline().split(), strict=True))
        trust = dict.fromkeys(("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE"), authority)
        environment = {**os.environ, **account, **(trust if authority else {})}
        # compiled modules are kept, as on any user's machine; the first turn makes them
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        yield environment
        process.communicate()


def recipe(account: dict[str, str], out: str) -> list[str]:
    """Return the command of the recipe for an account."""
    url, instance, token = (
        account[f"GREEN_API_{name}"] for name in ("URL", "ID_INSTANCE", "TOKEN_INSTANCE")
    )
    address = f"{url}/waInstance{instance}/getContacts/{token}"
    return [f"{PEER}/bin/python", "-c", RECIPE, address, out]


def taken(command: list[str], environment: dict[str, str]) -> Taken:
    """Run a command to its end and return what it took."""
    started = time.perf_counter()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command[0]} failed with {process.returncode}")
    return Taken(seconds, usage.ru_maxrss / 1024)


def compare(size: int, kind: str) -> str:
    """Run both in turn and return one row of the table."""
    ours, peers = [], []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        authority = f"{folder}/authority.pem" if kind == HTTPS else ""
        days = (0, 1) if kind == NEXT_DAY else (0,)
        each_day = [stack.enter_context(service(size, day, authority)) for day in days]
        for turn in range(ROUNDS.get(size, 3) + 1):
            environment = each_day[turn % len(each_day)]
            home = f"{folder}/home{turn if kind == FIRST else 0}"
            out = f"{folder}/o{turn}.xlsx"
            command = [f"{OURS}/bin/python", "-m", "workbook", "export", "-q", out]
            ours.append(taken(command, {**environment, "GETCONTACTS_HOME": home}))
            peers.append(taken(recipe(environment, f"{folder}/p{turn}.xlsx"), environment))
    return row(f"{size:,} | {kind}", ours[1:], peers[1:])


def row(what: str, ours: list[Taken], peers: list[Taken]) -> str:
    """Return medians, and the median of the ratios of each turn."""
    faster = statistics.median(
        peer.seconds / our.seconds for our, peer in zip(ours, peers, strict=True)
    )
    smaller = statistics.median(peer.mib / our.mib for our, peer in zip(ours, peers, strict=True))
    seconds = [statistics.median(each.seconds for each in runs) for runs in (ours, peers)]
    mib = [statistics.median(each.mib for each in runs) for runs in (ours, peers)]
    return (
        f"| {what} | {seconds[0]:.2f} | {seconds[1]:.2f} | {faster:.1f}x "
        f"| {mib[0]:.0f} | {mib[1]:.0f} | {smaller:.1f}x |"
    )


def make_environments() -> None:
    """Make the environments of the recipe and of ours if they are missing; ours is run from here."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needs = {PEER: project["optional-dependencies"]["bench"], OURS: project["dependencies"]}
    for folder, packages in needs.items():
        if not folder.exists():
            subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
            subprocess.run([f"{folder}/bin/pip", "install", "-q", *packages], check=True)


def main() -> None:
    """Make the environments if they are missing, then compare size by size."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sizes", type=int, nargs="+", default=list(ROUNDS))
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    asked = parser.parse_args()
    make_environments()
    print("| contacts | run | ours, s | recipe, s | faster | ours, MiB | recipe, MiB | smaller |")
    print("|--:|---|--:|--:|--:|--:|--:|--:|")
    for size in asked.sizes:
        for kind in asked.kinds:
            print(compare(size, kind), flush=True)


if __name__ == "__main__":
    main()
