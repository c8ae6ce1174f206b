"""The results of the worksheet functions: asked for together, and told anew when they change.

Calc calculates each cell by itself. So a cell shows what is known at once, and all that is new is
asked for in one go as soon as Calc has nothing else to do; no cell ever waits.
"""

from __future__ import annotations

import threading
from datetime import datetime
from typing import Any, Dict, List, Set, Tuple

import uno
import unohelper
from com.sun.star.sheet import XVolatileResult

from .document import about, null_date, plain
from .talk import Job, Message, Talk, soon

AGAIN = 1.0  # seconds after which a list that is on its way is asked for again
TIMES = 60
FORMULAS = 0  # what a search looks into

Key = Tuple[str, str, Tuple[Any, ...]]  # function, the calling document as told, arguments


class Result(unohelper.Base, XVolatileResult):  # type: ignore[misc]
    """The result of one function and its arguments, whichever cells show it."""

    def __init__(self) -> None:
        self.listeners: List[Any] = []
        self.value: Any = ""
        self._is_new = False  # to a cell that came since it was told last

    def addResultListener(self, listener: Any) -> None:
        """Tell a cell, now and whenever the result changes."""
        self._is_new = True
        self.listeners.append(listener)
        listener.modified(self._event())

    def removeResultListener(self, listener: Any) -> None:
        """Tell a cell no longer."""
        self.listeners[:] = [each for each in self.listeners if each != listener]

    def tell(self, value: Any) -> bool:
        """Let all cells show a value; return whether one of them shows another one now."""
        is_new, self._is_new = self._is_new, False
        if value == self.value:
            return is_new
        self.value = value
        for listener in list(self.listeners):
            listener.modified(self._event())
        return True

    def _event(self) -> Any:
        event = uno.createUnoStruct("com.sun.star.sheet.ResultEvent")
        rows = isinstance(self.value, tuple)
        event.Value = uno.Any("[][]any", self.value) if rows else self.value
        event.Source = self
        return event


class Formulas:
    """All results of this office."""

    def __init__(self, context: Any, talk: Talk) -> None:
        self._context, self._talk = context, talk
        self._results: Dict[Key, Result] = {}
        self._day0: Dict[str, datetime] = {}
        self._docs: Dict[str, Any] = {}  # the documents that call, as told
        self._wanted: Dict[Key, int] = {}  # -> how often it was asked for again
        self._planned = False

    def result(self, name: str, doc: Any, *arguments: Any) -> Result:
        """Return the result of a function in a cell of a document."""
        told = _told(doc)
        if told not in self._docs:
            self._day0[told] = null_date(doc)
        self._docs[told] = doc  # one without a name may be called as one that was closed
        key = (name, told, arguments)
        found = self._results.get(key)
        if found is None:
            found = self._results[key] = Result()
        self._want(key, 0)
        return found

    def wake(self, doc: Any) -> None:
        """Let formulas that a document was saved with ask: opening it calculates nothing."""
        if _told(doc) not in self._docs and any(map(_calls_us, doc.Sheets)):
            doc.calculateAll()

    def ask_all(self) -> None:
        """Ask for all results again: there is a new list, or another consent."""
        self._results = {key: each for key, each in self._results.items() if each.listeners}
        for key in self._results:
            self._want(key, 0)

    def _want(self, key: Key, times: int) -> None:
        self._wanted[key] = times
        if not self._planned:
            self._planned = True
            soon(self._context, self._ask)

    def _ask(self) -> None:
        wanted, self._wanted, self._planned = self._wanted, {}, False
        request = {"formulas": [[name, told, _plain(args)] for name, told, args in wanted]}
        self._talk.add(Job(request, lambda answer: self._tell(wanted, answer)))

    def _tell(self, wanted: Dict[Key, int], answer: Message) -> None:
        values = answer.get("values") or [_lost(name, answer["lost"]) for name, _, _ in wanted]
        changed = set()
        for key, value in zip(wanted, values):
            if key in self._results and self._results[key].tell(_matrix(value, self._day0[key[1]])):
                changed.add(key[1])
        # where nothing changed, a cell that shows nothing would ask again, and so for ever
        self._calculate(changed)
        if answer.get("coming"):
            later = threading.Timer(AGAIN, soon, [self._context, lambda: self._once_more(wanted)])
            later.daemon = True
            later.start()

    def _calculate(self, documents: Set[str]) -> None:
        """Let sheets that are not in front show their new values, too."""
        for told in documents:
            try:
                self._docs[told].calculate()
            except Exception:  # it was closed meanwhile
                self._docs.pop(told, None)

    def _once_more(self, wanted: Dict[Key, int]) -> None:
        for key, times in wanted.items():
            if times < TIMES and key in self._results:
                self._want(key, times + 1)


def _calls_us(sheet: Any) -> bool:
    wanted = sheet.createSearchDescriptor()
    wanted.SearchString, wanted.SearchType = "GETCONTACT", FORMULAS
    return sheet.findFirst(wanted) is not None


def _told(doc: Any) -> str:
    """Return the calling document as a formula tells it: name, folder and window, a line each."""
    told = about(doc)
    name = told["place"] or told["name"]
    if "\n" in name:  # a line more, and it would be the place of another file
        return "\n\n"
    return f"{name}\n{told['place']}\n{told['window']}"


def _plain(arguments: Tuple[Any, ...]) -> List[Any]:
    return [[list(row) for row in each] if isinstance(each, tuple) else each for each in arguments]


def _matrix(value: Any, day0: datetime) -> Any:
    if not isinstance(value, list):
        return plain(value, day0)
    return tuple(tuple(plain(cell, day0) for cell in row) for row in value)


def _lost(name: str, sentence: str) -> Any:
    """Return what a cell shows when nobody answers; GETCONTACT stands in letters, and is blank."""
    return "" if name == "GETCONTACT" else sentence
