"""Find the person of a list that an id in a cell means; no sheet is read here."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from functools import cached_property
from itertools import chain

# what a spreadsheet makes of an id of digits alone (MAX, Telegram) once it takes it for a number
_SPELLED = re.compile(r"-?[0-9]+(?:\.0+|(?:\.[0-9]+)?[eE]\+?[0-9]{1,2})")
EXACT = 10**15  # from here on a spreadsheet has replaced the last digits of a number by zeros


class Persons:
    """The people of one list, each under the id that the list uses now.

    `same` maps a former id to the id that replaced it, as the service said. If a person has
    several ids, the last one of that chain counts, provided that it is in the list.
    """

    def __init__(self, listed: Collection[str], same: Mapping[str, str]) -> None:
        self._listed = {each: each for each in listed}  # one text for each, whoever asks
        self._same = same
        self._present: dict[str, str] = {}
        for former in same:
            for known in successors(former, same):
                if known in self._listed:
                    self._present[self._last(known)] = known

    def of(self, text: str) -> str:
        """Return the id in the list that a cell's text means; for a stranger, the stripped text.

        Blanks around it, another case and another form of a number are accepted if only one id
        of the list fits.
        """
        found = self._listed.get(text) or self._loose.get(loosely(text)) or text.strip()
        return self._present.get(self._last(found), found) if self._same else found

    def __contains__(self, person: str) -> bool:
        return person in self._listed

    def among(self, listed: Collection[str]) -> Persons:
        """Return the people of a part of this list, in a time that only that part counts for."""
        ends = map(self._last, listed)
        formers = dict.fromkeys(chain.from_iterable(self._formers.get(end, ()) for end in ends))
        return Persons(listed, {former: self._same[former] for former in formers})

    @cached_property
    def _formers(self) -> dict[str, list[str]]:
        """Return the ids that were replaced, by the last one that came of them."""
        formers: dict[str, list[str]] = defaultdict(list)
        for former in self._same:
            formers[self._last(former)].append(former)
        return formers

    def _last(self, known: str) -> str:
        return successors(known, self._same)[-1]

    @cached_property
    def _loose(self) -> dict[str, str]:
        return _unambiguous(self._listed)


def successors(start: str, same: Mapping[str, str]) -> list[str]:
    """Return an id and all ids that replaced it, in order.

    A circle ends with its smallest id, so every id of a circle leads to the same end.
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
    """Return an id without blanks around it, in lower case, and as a plain number if it is one."""
    return plain_number(text.strip().casefold())


def plain_number(text: str) -> str:
    """Return 10000001 for 10000001.0 and 1.0000001E7; return any other text unchanged.

    A number of more than 15 digits stays unchanged, too: a spreadsheet has lost its last digits.
    """
    if not _SPELLED.fullmatch(text):
        return text
    number = Decimal(text)
    exact = number == number.to_integral_value() and abs(number) < EXACT
    return str(int(number)) if exact else text
