"""What every test stands on: a home of its own, no keyring and no account of whoever runs it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.proof import canary
from tests.windows import NONE_HERE
from workbook.simulator.simulator import Simulator
from workbook.store import call_slots
from workbook.sync import latest

# a busy machine is no bug; half of hypothesis' own number of examples: .ci/run has many more. The
# same ones each time, or a rare find would stop somebody else's change: new ones are looked for by
# python -m tests.proof
settings.register_profile("steady", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("few", settings.get_profile("steady"), max_examples=5)
settings.register_profile("thorough", settings.get_profile("steady"), max_examples=1_000)
settings.register_profile(
    "searching", settings.get_profile("thorough"), derandomize=False, database=None
)
settings.load_profile("steady")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Start a worker more than there are cores, for a quarter of the time tests wait.

    None for a single file, for they cost more time than they save; as many as cores with
    `--numprocesses=logical`, for what is slow does not wait.
    """
    if len(config.args) == 1 and ".py" in config.args[0]:
        return 0
    return None if config.option.numprocesses == "logical" else (os.cpu_count() or 1) + 1


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say it aloud where nothing was proven on Windows: a skip alone is overlooked."""
    skipped = (str(each.longrepr) for each in terminalreporter.getreports("skipped"))
    if reasons := [reason for reason in skipped if NONE_HERE in reason]:
        terminalreporter.write_line(f"{len(reasons)} tests not run. {reasons[0]}", red=True)


@pytest.fixture(scope="session", autouse=True)
def token_stays_where_it_is(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail the whole run where any of its tests brought the token to light (CWE-532, CWE-598)."""
    with canary.watching() as watch:
        yield
    found = list(watch.found(tmp_path_factory.getbasetemp()))
    assert found == [], "the token came to light"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keep everything of this test in a folder of its own, which is not there yet."""
    folder = tmp_path / "home"
    monkeypatch.setenv("GETCONTACTS_HOME", str(folder))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    for name in ("GREEN_API_URL", "GREEN_API_ID_INSTANCE", "GREEN_API_TOKEN_INSTANCE"):
        monkeypatch.delenv(name, raising=False)
    return folder


@pytest.fixture(autouse=True)
def unpaced(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let calls and second questions follow at once, but in tests of the pace."""
    if "paced" not in request.keywords:
        monkeypatch.setattr(call_slots, "INTERVAL", 0.0)
        monkeypatch.setattr(latest, "PAUSE", 0.0)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Run a GREEN-API of this test's own."""
    with Simulator() as simulator:
        yield simulator
