"""The buttons and formulas in a real LibreOffice Calc."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hosts.calc import Calc, environment_of, office
from tests.hosts.libreoffice import needs_uno
from workbook.simulator.simulator import Simulator

ANNA = {"id": "4915100000001@c.us", "name": "Anna", "contactName": "Anna Berg", "type": "user"}
BEN = {"id": "4915100000002@c.us", "name": "Ben", "contactName": "", "type": "user"}
CLUB = {"id": "120363043968066561@g.us", "name": "Football", "type": "group"}


@pytest.fixture(scope="module")
def service() -> Iterator[Simulator]:
    with Simulator(rate=0) as service:
        yield service


@pytest.fixture(scope="module")
def running(service: Simulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Calc]:
    folder = tmp_path_factory.mktemp("calc")
    with office(folder, environment_of(service, folder / "home")) as calc:
        yield calc


@pytest.fixture
def calc(running: Calc, service: Simulator) -> Iterator[Calc]:
    service.contacts = [ANNA, BEN, CLUB]
    running.new()
    yield running
    running.run("doc.close(True)")


def row(contact: dict[str, str]) -> list[str]:
    return [contact["id"], contact["name"], contact.get("contactName", ""), contact["type"]]


@needs_uno
class TestRefresh:
    def test_it_makes_the_table(self, calc: Calc) -> None:
        told = calc.press("refresh")
        assert told.startswith('3 contacts, on the new sheet "Contacts", from "environment".')
        head, *rows = calc.cells("A1:D4")
        assert head == ["id", "name", "contactName", "type"]
        assert rows == [row(ANNA), row(BEN), row(CLUB)]

    def test_notes_stay_with_their_people(self, calc: Calc, service: Simulator) -> None:
        calc.press("refresh")
        calc.enter("E1:E4", ["note"], ["about Anna"], ["about Ben"], ["about football"])
        service.contacts = [BEN | {"name": "Benedikt"}, CLUB, ANNA]
        calc.press("refresh")
        assert calc.cells("B2:B4") == [["Anna"], ["Benedikt"], ["Football"]]
        assert calc.cells("E2:E4") == [["about Anna"], ["about Ben"], ["about football"]]
