"""A running Calc with our extension for each file of tests, and a new document for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.addin.calc.people import ANNA, BEN, CLUB
from tests.hosts.calc import Calc, environment_of, office
from workbook.simulator.simulator import Simulator


@pytest.fixture(scope="module")
def service() -> Iterator[Simulator]:
    with Simulator(rate=0) as service:
        yield service


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("calc")


@pytest.fixture(scope="module")
def running(service: Simulator, folder: Path) -> Iterator[Calc]:
    with office(folder, environment_of(service, folder / "home")) as calc:
        yield calc


@pytest.fixture
def calc(running: Calc, service: Simulator) -> Iterator[Calc]:
    service.contacts = [ANNA, BEN, CLUB]
    running.new()
    yield running
    running.run("close()")
