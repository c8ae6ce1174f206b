"""A Windows for the tests of this folder, or the reason why there is none here."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts import wine
from tests.hosts.wine import Windows
from tests.windows import NONE_HERE, excel_program
from tests.windows.excel_program import AddIn, Excel
from workbook.simulator.simulator import Simulator

HERE = Path(__file__).parent
INSIDE = HERE / "inside"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all that stands here."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.windows)


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Windows]:
    """Run a Windows for all tests of this process."""
    base = tmp_path_factory.getbasetemp()
    with tempfile.TemporaryDirectory(prefix="getcontacts-windows-") as own:
        # not below the base, where a program of ours that is compiled there would hold a token
        shared = base.parent if base.name.startswith("popen-") else Path(own)
        try:
            with wine.windows(shared) as running:
                yield running
        except wine.Missing as missing:
            pytest.skip(f"{NONE_HERE}: {missing}")


@pytest.fixture
def service() -> Iterator[Simulator]:
    """Serve an account that answers as often as it is asked."""
    with Simulator(rate=0) as simulator:
        yield simulator


@pytest.fixture
def user(machine: Windows, request: pytest.FixtureRequest) -> Path:
    """Be a user whose folder has the name that the test gives, "Ann" if none; return it."""
    name = getattr(request, "param", "Ann")
    ran = machine.run(INSIDE / "user.py", name, console="utf-8")
    assert ran.code == 0, ran.err
    return machine.drive / "users" / name


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Return the folder for what a test keeps, which is not there yet."""
    return tmp_path / "home"


@pytest.fixture
def pc(machine: Windows, service: Simulator, home: Path) -> Windows:
    """Return a Windows whose environment names the account, with a home of this test's own."""
    return machine.within(
        GETCONTACTS_HOME=home,
        GREEN_API_URL=service.api_url,
        GREEN_API_ID_INSTANCE=service.id_instance,
        GREEN_API_TOKEN_INSTANCE=service.token,
    )


@pytest.fixture(scope="session")
def addin(machine: Windows, tmp_path_factory: pytest.TempPathFactory) -> AddIn:
    """Return the add-in that Windows' Python builds."""
    file = tmp_path_factory.mktemp("addin") / "GetContacts.xlam"
    ran = machine.getcontacts("addin", "build", file)
    assert ran.code == 0, ran.err
    return AddIn.of(file)


@pytest.fixture
def excel(pc: Windows, addin: AddIn) -> Iterator[Excel]:
    """Run Excel with the add-in, and the account of the environment."""
    with excel_program.excel(pc, addin) as program:
        yield program
