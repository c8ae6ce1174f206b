"""A running Calc with our extension for each file of tests, and a new document for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
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
def opened(service: Simulator, folder: Path) -> Iterator[Callable[[], Calc]]:
    """Give what makes a new document, in a new office where LibreOffice has ended by itself.

    That was seen twice after a document had closed whose formulas had just got their results (7.4).
    """
    environment, offices = environment_of(service, folder / "home"), list[Calc]()

    def new() -> Calc:
        for calc in offices[-1:]:
            with suppress(AssertionError):
                calc.new()
                return calc
        place = folder / f"office{len(offices)}"
        place.mkdir()
        offices.append(stack.enter_context(office(place, environment)))
        offices[-1].new()
        return offices[-1]

    with ExitStack() as stack:
        yield new


@pytest.fixture
def calc(opened: Callable[[], Calc], service: Simulator) -> Iterator[Calc]:
    service.contacts = [ANNA, BEN, CLUB]
    calc = opened()
    yield calc
    calc.run("close()")
