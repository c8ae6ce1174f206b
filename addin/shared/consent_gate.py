"""Before a formula sees a contact: which workbook asks, and whether it may see them.

A spreadsheet program tells it as text: full name, path and window of the calling workbook, a line
each. A workbook that was never saved is known by its window; it keeps its consent at its first
save and at Save As, for the window stays the same. A window can show another workbook, too, after
its own was closed: so the file has to be one that was written since the window was seen last, and
none that came from the internet.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import field
from pathlib import Path

import msgspec

from addin.shared import words
from workbook.errors import ContactsError
from workbook.files.place import is_marked, place_of
from workbook.sync import consent

CLOCK = 5.0  # seconds by which the clocks of two computers, or a file's time, may be wrong
SAME = 2.0  # seconds for which an answer serves all cells: each one asks
ANEW = (
    "This add-in was built by an older getcontacts, which cannot tell which workbook asks. "
    "Close Excel and run: getcontacts addin install"
)


class NotAllowed(ContactsError):
    """The workbook was not allowed to see the contacts; `where` names the button in words."""

    where: str = field(default_factory=lambda: words.here().allow)
    exit_code = 8
    text = "This workbook may not see your contacts yet: {where}."


class NoCell(ContactsError):
    """Something else than a cell of a workbook calls the function."""

    exit_code = 8
    text = "Contacts are shown in the cells of a workbook alone."


class AddinTooOld(ContactsError):
    """The add-in does not say which workbook asks."""

    exit_code = 8
    text = ANEW


class Caller(msgspec.Struct, frozen=True):
    """The workbook that asks: its place, "" before it is saved, and its window, "" without one.

    `name`: what it is called meanwhile, "" where that is not told.
    """

    place: str
    window: str
    name: str = ""


class _Seen(msgspec.Struct, frozen=True):
    """The workbook that an allowed window showed; `at` (of time.time) is when."""

    caller: Caller
    at: float

    def became(self, now: Caller) -> bool:
        """Tell whether the same workbook asks again, be it saved meanwhile."""
        if not now.place:
            return not self.caller.place and self.caller.name in ("", now.name)
        if now.place == self.caller.place:  # its consent was taken back
            return False
        path = Path(now.place)
        try:
            written = path.stat().st_mtime
        except (OSError, ValueError):  # an address, or a file that is gone
            return False
        is_new = self.at - CLOCK <= written <= time.time() + CLOCK
        return is_new and not is_marked(path)


def caller_of(told: object, locate: Callable[[str], str] = place_of) -> Caller:
    """Return who asks, from the text of a spreadsheet program.

    Raises AddinTooOld where there is no text, NoCell where no cell asks.
    """
    if not isinstance(told, str):
        raise AddinTooOld
    name, _, rest = told.partition("\n")
    path, _, window = rest.partition("\n")
    if not name or "\n" in window:  # a line of a name would be the place of another workbook
        raise NoCell
    return Caller(locate(name), window) if path else Caller("", window, name)


class Gate:
    """What this process knows of consent: answers of a moment ago, and allowed windows."""

    def __init__(self) -> None:
        self._answers: dict[tuple[str, str], tuple[float, bool]] = {}
        self._windows: dict[tuple[str, str], _Seen] = {}  # by window and account

    def check(self, told: object, instance: str, locate: Callable[[str], str] = place_of) -> None:
        """Let a formula pass, by what a spreadsheet program told of its workbook.

        Raises AddinTooOld, NoCell, NotAllowed.
        """
        if not self.lets(told, instance, locate):
            raise NotAllowed

    def lets(self, told: object, instance: str, locate: Callable[[str], str] = place_of) -> bool:
        """Tell whether a formula may pass. Raises AddinTooOld, NoCell."""
        key = (str(told), instance)
        at, may = self._answers.get(key, (float("-inf"), False))
        if time.monotonic() - at > SAME:
            may = self.may(caller_of(told, locate), instance)
            self._answers[key] = time.monotonic(), may
        return may

    def check_known(self, told: object, locate: Callable[[str], str] = place_of) -> None:
        """Let pass what may see any contacts of this user. Raises as `check`."""
        caller = caller_of(told, locate)
        windows = {window for window, _ in self._windows} - {""}
        if not (consent.is_known(caller.place) or caller.window in windows):
            raise NotAllowed

    def allow(self, caller: Caller, instance: str, hidden: Iterable[str] = ()) -> None:
        """Let a workbook see the contacts of an account; `hidden`: its hidden sheets, as named."""
        if caller.place:
            consent.allow(caller.place, instance, hidden)
        self._windows[caller.window, instance] = _Seen(caller, time.time())
        self._answers.clear()

    def may(self, caller: Caller, instance: str) -> bool:
        """Tell whether a workbook may see the contacts of an account."""
        window = (caller.window, instance)
        if not consent.may_see(caller.place, instance):
            seen = self._windows.get(window) if caller.window else None
            if seen is None or not seen.became(caller):
                return False  # never allowed here, or taken back
            if caller.place:  # saved for the first time, or under another name
                consent.allow(caller.place, instance)
        self._windows[window] = _Seen(caller, time.time())
        return True


gate = Gate()
