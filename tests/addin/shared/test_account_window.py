"""The account window on a real screen: seen, filled and closed with real keys."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
import tkinter as tk
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from addin.shared import account_form, account_window
from addin.shared.account_window import Window
from tests.hosts.display import MISSING, lasting_screen, picture, press
from workbook.accounts import accounts, settings
from workbook.accounts.accounts import Account
from workbook.simulator.simulator import Simulator

pytestmark = [
    pytest.mark.window,
    pytest.mark.skipif(bool(MISSING), reason=f"not installed here: {', '.join(MISSING)}"),
]


@pytest.fixture(scope="module")
def display() -> str:
    return lasting_screen()


class Shown:
    """A window in this process and the keys that are pressed in it."""

    def __init__(self, display: str) -> None:
        self.display = display
        self.root = tk.Tk(screenName=display)
        self.window = Window(self.root)
        self.root.update()
        self.root.focus_force()  # nobody else hands out the focus on this screen
        self.until(lambda: self.root.focus_get() is not None)

    def until(self, done: Callable[[], bool]) -> None:
        """Let the window live until something is so."""
        while not done():
            if self.is_open:
                self.root.update()
            time.sleep(0.01)

    @property
    def is_open(self) -> bool:
        try:
            return bool(self.root.winfo_exists())
        except tk.TclError:
            return False

    @property
    def said(self) -> str:
        return self.window.said.get() if self.is_open else "closed"

    @property
    def is_list_open(self) -> bool:
        popdown = self.root.tk.eval(f"ttk::combobox::PopdownWindow {self.window.chooser}")
        return bool(self.root.tk.getboolean(self.root.tk.eval(f"winfo viewable {popdown}")))

    @property
    def focus(self) -> tk.Misc | None:
        return self.root.focus_get()

    def keys(self, *keys: str) -> None:
        press(self.display, "key", *keys)

    def fill(self, simulator: Simulator, token: str = "") -> None:
        for name, text in {
            "alias": "shop",
            "api_url": simulator.api_url,
            "id_instance": simulator.id_instance,
            "token": token or simulator.token,
        }.items():
            self.window.fields[name].set(text)


@pytest.fixture
def shown(display: str) -> Iterator[Shown]:
    with showing(display) as shown:
        yield shown


@contextmanager
def showing(display: str) -> Iterator[Shown]:
    gc.disable()  # Tk's objects may be collected by the thread that made them only
    shown = Shown(display)
    try:
        yield shown
    finally:
        if shown.is_open:
            shown.root.destroy()
        del shown
        gc.collect()
        gc.enable()


def test_right_fields_are_saved_and_the_token_leaves_the_window(
    shown: Shown, simulator: Simulator
) -> None:
    shown.fill(simulator)
    shown.keys("Return")
    shown.until(lambda: "contacts can be read" in shown.said)
    assert accounts.find("shop").token == simulator.token
    assert shown.window.fields["token"].get() == ""
    assert shown.window.chosen.get() == "shop"


def test_what_is_wrong_is_said_in_the_window_and_nothing_is_kept(
    shown: Shown, simulator: Simulator
) -> None:
    shown.fill(simulator, token="mistyped")
    shown.keys("Return")
    shown.until(lambda: "apiTokenInstance (401)" in shown.said)
    assert shown.said.startswith("Nothing was saved.")
    assert accounts.known() == []
    assert shown.window.fields["token"].get() == "mistyped", "to be corrected, not typed anew"


def test_a_field_that_cannot_be_right_is_told_without_a_call(
    shown: Shown, simulator: Simulator
) -> None:
    shown.fill(simulator)
    shown.window.fields["id_instance"].set("seven")
    shown.keys("alt+s")
    shown.until(lambda: "idInstance is a number" in shown.said)
    assert simulator.calls == []


def test_the_window_lives_while_the_service_is_asked_and_escape_ends_it(
    shown: Shown, simulator: Simulator
) -> None:
    simulator.scenario = "never-answers"
    shown.fill(simulator)
    shown.keys("Return")
    shown.until(lambda: shown.said == account_window.CHECKING)
    shown.keys("alt+l", "End", "x")
    shown.until(lambda: shown.window.fields["alias"].get() == "shopx")
    shown.keys("Escape")
    shown.until(lambda: not shown.is_open)
    assert settings.load().accounts == {}


@pytest.mark.parametrize(
    ("letter", "name"), [("l", "alias"), ("u", "api_url"), ("i", "id_instance"), ("t", "token")]
)
def test_alt_and_the_underlined_letter_lead_to_the_field(
    shown: Shown, letter: str, name: str
) -> None:
    shown.keys(f"alt+{letter}")
    shown.until(lambda: shown.focus is shown.window.entries[name])


def test_tab_goes_through_everything_from_top_to_bottom(shown: Shown) -> None:
    window = shown.window
    shown.keys("alt+a")
    shown.until(lambda: shown.focus is window.chooser)
    for widget in (*window.entries.values(), window.check, window.save, window.close):
        shown.keys("Tab")
        shown.until(lambda widget=widget: shown.focus is widget)  # type: ignore[misc] # as it is now
    shown.keys("shift+Tab")
    shown.until(lambda: shown.focus is window.save)


def test_the_token_cannot_be_read_over_a_shoulder(shown: Shown) -> None:
    shown.window.close.focus_set()  # where no cursor blinks
    seen = []
    for token in ("wwwwwwww", "iiiiiiii", ""):
        shown.window.fields["token"].set(token)
        shown.root.update()
        seen.append(picture(shown.display))
    assert seen[0] == seen[1], "wide and narrow letters look the same"
    assert seen[0] != seen[2]


def test_the_id_suggests_the_address_that_belongs_to_it(shown: Shown) -> None:
    shown.keys("alt+i")
    shown.until(lambda: shown.focus is shown.window.entries["id_instance"])
    press(shown.display, "type", "7103000001")
    shown.keys("Tab")
    shown.until(lambda: shown.window.fields["api_url"].get() == "https://7103.api.green-api.com")


@pytest.mark.parametrize("name", ["api_url", "id_instance", "token"])
def test_a_pasted_request_fills_three_fields_and_shows_no_token(
    shown: Shown, simulator: Simulator, name: str
) -> None:
    url = f"{simulator.api_url}/waInstance{simulator.id_instance}/getContacts/{simulator.token}"
    shown.window.fields[name].set(f"curl '{url}'")
    values = {each: field.get() for each, field in shown.window.fields.items()}
    assert (values["api_url"], values["id_instance"]) == (simulator.api_url, simulator.id_instance)
    assert values["token"] == simulator.token
    shown.keys("alt+s")
    shown.until(lambda: shown.said.endswith("press Refresh."))


def test_a_wrong_field_is_told_when_it_is_left(shown: Shown) -> None:
    shown.keys("alt+u")
    shown.until(lambda: shown.focus is shown.window.entries["api_url"])
    shown.window.fields["api_url"].set("https://example.org")
    shown.keys("Tab")
    shown.until(lambda: "is not a GREEN-API address" in shown.said)
    shown.window.fields["api_url"].set("")
    shown.keys("shift+Tab", "Tab")
    shown.until(lambda: shown.said == "")


def test_return_on_close_closes(shown: Shown) -> None:
    shown.window.close.focus_set()
    shown.root.update()
    shown.keys("Return")
    shown.until(lambda: not shown.is_open)


def test_an_account_is_chosen_among_the_kept_ones_by_keyboard(
    display: str, simulator: Simulator
) -> None:
    for alias in ("home", "shop"):
        accounts.save(Account(alias, simulator.api_url, simulator.id_instance, simulator.token))
    with showing(display) as shown:
        assert shown.window.chosen.get() == "home"
        shown.keys("alt+a", "Down")
        shown.until(lambda: shown.is_list_open)
        shown.keys("Down", "Return")
        shown.until(lambda: shown.window.fields["alias"].get() == "shop")
        assert shown.said == account_window.KEPT_TOKEN
        shown.keys("alt+s")
        shown.until(lambda: "contacts can be read" in shown.said)
        assert accounts.find().alias == "shop"


def test_settings_that_cannot_be_read_are_told_in_the_window(display: str, home: Path) -> None:
    home.mkdir()
    (home / "settings.json").write_text("{")
    with showing(display) as shown:
        assert "settings.json cannot be read" in shown.said


def test_an_account_in_the_environment_is_told(
    display: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GREEN_API_ID_INSTANCE", "1101000002")
    monkeypatch.setenv("GREEN_API_TOKEN_INSTANCE", "t")
    with showing(display) as shown:
        assert shown.said == account_window.OVERRULED


def test_a_bug_is_told_without_its_words(
    shown: Shown, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> str:
        raise ZeroDivisionError(simulator.token)

    monkeypatch.setattr(account_form, "check_and_save", broken)
    shown.keys("alt+s")
    shown.until(lambda: "ZeroDivisionError" in shown.said)
    assert simulator.token not in shown.said


@pytest.fixture
def alone(display: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run the window as Excel starts it, and end it whatever becomes of the test."""
    command = [sys.executable, "-P", "-m", "addin.shared.account_window"]
    with subprocess.Popen(command, env={**os.environ, "DISPLAY": display}) as window:
        press(display, "search", "--sync", "--name", "GREEN-API account", "windowfocus", "--sync")
        try:
            yield window
        finally:
            window.kill()


def test_the_keyboard_alone_is_enough_in_a_process_of_its_own(
    alone: subprocess.Popen[bytes], display: str, simulator: Simulator
) -> None:
    for text in (simulator.api_url, simulator.id_instance, simulator.token):
        press(display, "type", "--delay", "2", text)
        press(display, "key", "Tab")
    press(display, "key", "Return")
    while not accounts.known():
        time.sleep(0.05)
    assert accounts.find("main").token == simulator.token
    press(display, "key", "Escape")
    assert alone.wait() == 0
