"""The token is nowhere (CWE-532, CWE-598): every failure is run, then everything is searched.

What is searched after the whole suite is in tests/proof/canary.py.
"""

from __future__ import annotations

import gc
import io
import logging
import sqlite3
import subprocess
import sys
import time
import traceback
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from addin.excel.xlam.builder import build
from tests.addin.excel.xlam.vba import INTERPRETER, sources
from tests.cli.command import getcontacts, use
from tests.cli.test_exit_codes import SCENARIO_CODES
from tests.green_api.fault_server import FaultServer, answering
from tests.proof import canary
from tests.simulator.scenarios import EVERY
from workbook.accounts import accounts
from workbook.errors import ContactsError
from workbook.simulator.simulator import Simulator
from workbook.store import database
from workbook.sync import latest

SECONDS = 0.8
PROCESSES = Path("/proc/self").parent


@pytest.fixture
def everything_logged() -> Iterator[io.StringIO]:
    """Log at DEBUG whatever any library has to say, as a careless host program would."""
    heard = io.StringIO()
    handler = logging.StreamHandler(heard)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    for name in ("urllib3", "urllib3.connectionpool", "requests", "stamina"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    yield heard
    root.removeHandler(handler)
    root.setLevel(before)


def contents(folder: Path) -> Iterator[bytes]:
    """Return every file below a folder and every part of every zip among them."""
    for path in (each for each in folder.rglob("*") if each.is_file()):
        yield path.read_bytes()
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as parts:
                yield from (parts.read(name) for name in parts.namelist())


def told(error: BaseException) -> str:
    """Return all that an exception and the whole chain behind it would tell, locals included.

    The frame of the test itself, which knows the token, is left out.
    """
    ours = error.__traceback__
    while ours is not None and ours.tb_frame.f_code.co_filename == __file__:
        ours = ours.tb_next
    whole = traceback.TracebackException(type(error), error, ours, capture_locals=True)
    text = "".join(whole.format(chain=False))
    links = [each for each in (error.__cause__, error.__context__) if each is not None]
    return text + repr(vars(error)) + "".join(told(each) for each in links)


@pytest.mark.parametrize("scenario", EVERY)
def test_no_scenario_brings_the_token_to_light(
    scenario: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    everything_logged: io.StringIO,
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(EVERY[scenario], rate=0) as service:
        use(service, monkeypatch, SECONDS)
        ran = getcontacts("export", "-v")
        secret = service.token
    assert ran.code in (0, 3, 4, 5, 6, 7, 9)
    assert "Traceback" not in ran.stderr
    for place in (ran.out, ran.stderr, everything_logged.getvalue()):
        assert secret not in place
    assert not any(secret.encode() in content for content in contents(tmp_path))


@pytest.mark.parametrize("scenario", [each for each, code in SCENARIO_CODES.items() if code])
def test_no_exception_remembers_the_token(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(EVERY[scenario], rate=0) as service:
        use(service, monkeypatch, SECONDS)
        with pytest.raises(ContactsError) as failure:
            latest.latest(accounts.find())
        assert service.token not in told(failure.value)


def test_a_refused_connection_tells_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(rate=0) as service:
        use(service, monkeypatch, SECONDS)
    with pytest.raises(ContactsError) as failure:
        latest.latest(accounts.find())
    assert service.token not in told(failure.value)


def test_a_proxys_password_is_not_told(
    monkeypatch: pytest.MonkeyPatch, everything_logged: io.StringIO
) -> None:
    monkeypatch.setenv("GREEN_API_ID_INSTANCE", "1101000001")
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "secret-of-the-instance")
    monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", str(SECONDS))
    monkeypatch.setenv("HTTPS_PROXY", "http://me:proxy-password@127.0.0.1:9")
    ran = getcontacts("export", "-v")
    assert ran.code == 6
    for secret in ("proxy-password", "secret-of-the-instance"):
        assert secret not in ran.stderr + ran.out + everything_logged.getvalue()


def test_a_proxy_that_repeats_its_password_is_not_repeated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, everything_logged: io.StringIO
) -> None:
    monkeypatch.chdir(tmp_path)
    refusal = answering(b"me:proxy-password is refused", status="407 me:proxy-password")
    with FaultServer(refusal) as proxy:
        monkeypatch.setenv("GREEN_API_ID_INSTANCE", "1101000001")
        monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "secret-of-the-instance")
        monkeypatch.setenv("GETCONTACTS_RETRY_SECONDS", str(SECONDS))
        monkeypatch.setenv("HTTPS_PROXY", proxy.url.replace("//", "//me:proxy-password@"))
        ran = getcontacts("export", "-v")
        with pytest.raises(ContactsError) as failure:
            latest.latest(accounts.find())
        assert b"secret-of-the-instance" not in b"".join(proxy.heads), "only the host is told"
    assert ran.code == 6
    for secret in ("proxy-password", "secret-of-the-instance"):
        assert secret not in ran.stderr + ran.out + everything_logged.getvalue()
        assert secret not in told(failure.value)
        assert not any(secret.encode() in content for content in contents(tmp_path))


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="this system does not list command lines")
@pytest.mark.parametrize("words", [("export", "list.csv"), ("login", "--stdin"), ("status",)])
def test_no_list_of_processes_shows_the_token(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Simulator("never-answers", rate=0) as service:
        use(service, monkeypatch)
        lines = f"{service.api_url}\n{service.id_instance}\n{service.token}\n"
        command = [sys.executable, "-c", "from workbook.cli import main; main()", *words]
        process = subprocess.Popen(
            command, cwd=tmp_path, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdin is not None
        process.stdin.write(lines.encode())
        process.stdin.close()
        while not service.calls and process.poll() is None:
            time.sleep(0.02)
        shown = [each.read_bytes() for each in family(process.pid)]
        process.kill()
        process.wait()
    assert any(words[0].encode() in line for line in shown)
    assert not any(service.token.encode() in line for line in shown)


def family(pid: int) -> Iterator[Path]:
    """Return where the command lines of a process and its children are."""
    yield PROCESSES / str(pid) / "cmdline"
    for children in (PROCESSES / str(pid) / "task").glob("*/children"):
        for child in children.read_text().split():
            yield from family(int(child))


def test_the_database_and_its_log_hold_no_token(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(rate=0) as service:
        use(service, monkeypatch)
        assert getcontacts("export").code == 0
        with closing(sqlite3.connect(home / database.NAME)) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM piece").fetchone()  # keeps the log in place
            assert getcontacts("export").code == 0
            assert (home / f"{database.NAME}-wal").stat().st_size > 0
            assert not any(service.token.encode() in content for content in contents(tmp_path))


def test_the_add_in_file_holds_no_account(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(rate=0) as service:
        use(service, monkeypatch)
        addin = build(INTERPRETER)
        (tmp_path / "GetContacts.xlam").write_bytes(addin)
        code = "\n".join(sources(addin).values())
    secrets = (service.token, service.id_instance, service.api_url)
    assert not any(secret in code for secret in secrets)
    for content in contents(tmp_path):
        assert not any(secret.encode() in content for secret in secrets)


def test_a_warning_that_shows_what_is_handled_does_not_show_the_token(
    monkeypatch: pytest.MonkeyPatch, recwarn: pytest.WarningsRecorder
) -> None:
    with Simulator("reset", rate=0) as service:
        use(service, monkeypatch, SECONDS)
        with warnings.catch_warnings():
            warnings.simplefilter("always")
            with suppress(ContactsError):
                latest.latest(accounts.find())
            gc.collect()  # what was not closed says so now
        assert not [each for each in recwarn if service.token in str(each.message)]


def test_what_a_session_lets_out_is_found(tmp_path: Path) -> None:
    secret, kept = "5ec2e7" * 8, tmp_path / "credentials.json"
    with canary.watching(secret) as watch:
        kept.write_text(secret)
        kept.chmod(0o600)
        assert list(watch.found(tmp_path)) == []
        kept.chmod(0o644)
        with zipfile.ZipFile(tmp_path / "book.xlsx", "w", zipfile.ZIP_DEFLATED) as parts:
            parts.writestr("xl/workbook.xml", secret * 9)
        for careless in (
            f"import subprocess; subprocess.run(['true', '{secret}'])",
            f"import logging; logging.getLogger('requests').debug('{secret}')",
        ):
            exec(compile(careless, f"{canary.OURS[1]}__init__.py", "exec"))
            exec(compile(careless, __file__, "exec"))  # a test may
        found = list(watch.found(tmp_path))
    assert found[0].startswith("command line, tests/proof/test_canary.py")
    assert found[1].startswith("log of requests, tests/proof/test_canary.py")
    assert sorted(found[2:]) == ["book.xlsx", "credentials.json"]
