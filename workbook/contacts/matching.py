"""Which person of the list an id in a cell stands for; it reads no sheet and changes nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import cached_property

# what a spreadsheet makes of an id of digits alone (MAX, Telegram) once it takes it for a number
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE]\+?[0-9]{1,2})?", re.ASCII)
_DIGITS = re.compile(r"-?[0-9]+", re.ASCII)
EXACT = 10**15  # from here on a spreadsheet has replaced the last digits of a number by zeros


class Persons:
    """The people of one list, each under the id by which the list has them now.

    `same` maps a former id to the one that replaced it, as the service itself said. Of several ids
    of one person the last in that chain counts, if it is in the list.
    """

    def __init__(self, listed: Collection[str], same: Mapping[str, str]) -> None:
        self._listed = frozenset(listed)
        self._same = same
        self._present: dict[str, str] = {}
        for former in same:
            for known in chain(former, same):
                if known in self._listed:
                    self._present[self._last(known)] = known

    def of(self, text: str) -> str:
        """Return the id in the list that is meant, or, for a stranger, the text without blanks.

        Edge blanks, another case and a number's spelling are seen through where only one is meant.
        """
        found = text if text in self._listed else self._loose.get(loosely(text)) or text.strip()
        return self._present.get(self._last(found), found) if self._same else found

    def __contains__(self, person: str) -> bool:
        return person in self._listed

    def _last(self, known: str) -> str:
        return chain(known, self._same)[-1]

    @cached_property
    def _loose(self) -> dict[str, str]:
        return _unambiguous(self._listed)


def chain(start: str, same: Mapping[str, str]) -> list[str]:
    """Return an id and all that replaced it in turn.

    A circle ends at its smallest id, so that whoever is in it comes to the same.
    """
    passed = [start]
    while (following := same.get(passed[-1])) is not None:
        if following in passed:
            circle = passed[passed.index(following) :]
            return [*passed, min(circle)]
        passed.append(following)
    return passed


def _unambiguous(listed: Iterable[str]) -> dict[str, str]:
    by_spelling: dict[str, str] = {}
    for person in listed:
        spelling = loosely(person)
        by_spelling[spelling] = "" if spelling in by_spelling else person
    return by_spelling


def loosely(text: str) -> str:
    """Return how an id is spelled apart from blanks, case and what makes a number of it."""
    return plain_number(text.strip().casefold())


def plain_number(text: str) -> str:
    """Return 10000001 for 10000001.0 and 1.0000001E7, any other text as it is.

    Past 15 digits a spreadsheet has lost some, so nothing is made of such a number.
    """
    if not _NUMBER.fullmatch(text) or _DIGITS.fullmatch(text):
        return text
    number = Decimal(text)
    exact = number == number.to_integral_value() and abs(number) < EXACT
    return str(int(number)) if exact else text
