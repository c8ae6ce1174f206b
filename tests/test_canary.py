"""The token is nowhere (CWE-532, CWE-598): every failure is run, then everything is searched."""

from __future__ import annotations

import io
import logging
import traceback
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command import getcontacts, use
from workbook import accounts, refresh
from workbook.errors import ContactsError
from workbook.green_api.simulator import SCENARIOS, Simulator

SECONDS = 1.5


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


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_scenario_brings_the_token_to_light(
    scenario: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    everything_logged: io.StringIO,
) -> None:
    monkeypatch.chdir(tmp_path)
    with Simulator(scenario, rate=0) as service:
        use(service, monkeypatch, SECONDS)
        ran = getcontacts("export", "-v")
        secret = service.token
    assert ran.code in (0, 3, 4, 5, 6, 7, 9)
    assert "Traceback" not in ran.stderr
    for place in (ran.out, ran.stderr, everything_logged.getvalue()):
        assert secret not in place
    assert not any(secret.encode() in content for content in contents(tmp_path))


@pytest.mark.parametrize("scenario", ["not-found", "500", "reset", "expired", "html-200", "drips"])
def test_no_exception_remembers_the_token(scenario: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(scenario, rate=0) as service:
        use(service, monkeypatch, SECONDS)
        with pytest.raises(ContactsError) as failure:
            refresh.latest(accounts.find())
        assert service.token not in told(failure.value)


def test_a_refused_connection_tells_no_address(monkeypatch: pytest.MonkeyPatch) -> None:
    with Simulator(rate=0) as service:
        use(service, monkeypatch, SECONDS)
    with pytest.raises(ContactsError) as failure:
        refresh.latest(accounts.find())
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
