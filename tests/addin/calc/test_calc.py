"""The buttons and formulas in a real LibreOffice Calc."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.hosts.calc import Calc, environment_of, office, until
from tests.hosts.libreoffice import needs_uno
from workbook.simulator.simulator import Simulator

# refreshes when it is opened, where its macros may run
FORM = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:ooo="http://openoffice.org/2004/office" xmlns:xlink="http://www.w3.org/1999/xlink"
 xmlns:dom="http://www.w3.org/2001/xml-events" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
<office:scripts><office:event-listeners><script:event-listener script:language="ooo:script"
 script:event-name="dom:load" xlink:href="org.getcontacts.calc:refresh" xlink:type="simple"/>
</office:event-listeners></office:scripts>
<office:body><office:spreadsheet><table:table table:name="Form"/></office:spreadsheet></office:body>
</office:document>"""
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


@needs_uno
class TestDocuments:
    def test_none_presses_a_button_by_being_opened(
        self, calc: Calc, service: Simulator, tmp_path: Path
    ) -> None:
        form, before = tmp_path / "form.fods", len(service.calls)
        form.write_text(FORM)
        calc.open(form)
        assert calc.value("doc.Events.getByName('OnLoad')")
        calc.value("dispatch('org.getcontacts.calc:refresh')")
        until(lambda: "Ctrl+Shift+Enter" in calc.press("help"))  # when nothing else is under way
        assert (calc.value("doc.Sheets.Count"), len(service.calls)) == (1, before)

    def test_none_calls_anything_but_our_buttons(self, calc: Calc) -> None:
        assert calc.value("answers('org.getcontacts.calc:refresh')")
        for word in ("evil", "refresh?x", "__init__", "", "refresh/../undo"):
            assert not calc.value("answers(address)", address=f"org.getcontacts.calc:{word}")
