"""A real click with a mouse on a real toolbar, on a screen of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.hosts import display
from tests.hosts.calc import environment_of, office, until
from tests.hosts.libreoffice import needs_uno
from workbook.simulator.simulator import Simulator

ANNA = {"id": "4915100000001@c.us", "name": "Anna", "contactName": "Anna Berg", "type": "user"}


@needs_uno
@pytest.mark.window
@pytest.mark.skipif(bool(display.MISSING), reason=f"missing: {display.MISSING}")
def test_a_click_on_refresh_fills_the_sheet(simulator: Simulator, tmp_path: Path) -> None:
    simulator.contacts = [ANNA]
    environment = environment_of(simulator, tmp_path / "home")
    with (
        display.screen() as screen,
        office(tmp_path, environment, windows=True, display=screen) as calc,
    ):
        calc.new()
        x, y = until(lambda: calc.value("button(0)"))
        before = display.picture(screen)
        display.press(screen, "mousemove", str(x), str(y), "click", "1")
        until(lambda: calc.value("'Contacts' in doc.Sheets.ElementNames"))
        until(lambda: calc.cells("A2:D2") == [list(ANNA.values())])
        until(lambda: display.picture(screen) != before)
        (tmp_path / "clicked.ppm").write_bytes(display.picture(screen))  # to be looked at
