"""Find what in a workbook shows contacts on hidden sheets, or can send them away; no I/O.

A workbook that comes by mail may hold our functions on a hidden sheet, and functions that carry
what they find to somebody else.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import msgspec

from workbook.merge.formulas import IN_NAME, Kind, Token, tokens

OURS = ("GETCONTACTS", "GETCONTACT", "GETCONTACTSINFO")
# ask an address of their own choosing while the workbook calculates, or when somebody clicks
SENDERS = (
    *("WEBSERVICE", "IMAGE", "HYPERLINK", "RTD", "DDE", "CALL", "SQL.REQUEST"),
    *("EVALUATE", "EXEC"),  # of old macros, in names: they can call any of these
)
_TOLD = frozenset({*OURS, *SENDERS})
NAMES = "the names of the workbook"  # where a function stands that no sheet calls
SHOWN = 5  # names in a sentence

_WORD = re.compile(f"[{IN_NAME}]+")
_HARMLESS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.ERROR, Kind.SPACE, Kind.OPERATOR})
_END = Token(Kind.SPACE, "")

Meanings = Mapping[str, frozenset[str]]  # defined name, casefolded -> functions that it stands for


class Sheet(msgspec.Struct, frozen=True):
    """What the formulas of one sheet call: `ours`, and those that can send data away.

    `tables`: whether there are any, one of which could be filled with contacts.
    """

    name: str
    hidden: bool
    ours: bool
    senders: frozenset[str] = frozenset()
    tables: bool = False


class Exposure(msgspec.Struct, frozen=True):
    """What of a workbook a user has to know before contacts may enter it.

    `links`: how many of its connections to the outside, by what they are called.
    """

    sheets: tuple[Sheet, ...] = ()
    links: Mapping[str, int] = {}

    @property
    def hidden(self) -> list[str]:
        """Return the sheets with our formulas that are not shown."""
        return [sheet.name for sheet in self.sheets if sheet.hidden and sheet.ours]

    @property
    def hidden_tables(self) -> list[str]:
        """Return the sheets with tables that are not shown, which may be filled once allowed."""
        return [sheet.name for sheet in self.sheets if sheet.hidden and sheet.tables]


def looked_at(
    name: str,
    hidden: bool,
    formulas: Iterable[str],
    names: Meanings | None = None,
    tables: bool = False,
) -> Sheet:
    """Return what the formulas of a sheet call, directly or by defined names."""
    called = {each for formula in formulas for each in functions(formula, names)}
    senders = frozenset(called & set(SENDERS))
    return Sheet(name, hidden, not called.isdisjoint(OURS), senders, tables)


def functions(formula: str, names: Meanings | None = None) -> frozenset[str]:
    """Return which functions of ours, and which that send, a formula calls or hands on.

    All its words count where it cannot be read.
    """
    words, known = _WORD.findall(formula), names or {}
    if not _stood_for(words, known):
        return frozenset()  # as nearly all are, and quick to tell
    found = tokens(formula)
    return _stood_for(words if found is None else _called(found), known)


def meanings(names: Mapping[str, Iterable[str]]) -> Meanings:
    """Return which defined names stand for such functions, be it by other names.

    `names` are their texts by name; one may have several, for sheets.
    """
    meant: dict[str, frozenset[str]] = defaultdict(frozenset)
    users: dict[str, set[str]] = defaultdict(set)
    for name, text in ((name.casefold(), text) for name, texts in names.items() for text in texts):
        meant[name] |= functions(text)
        for word in _WORD.findall(text):
            users[word.casefold()].add(name)
    waiting = [name for name, found in meant.items() if found]
    while waiting:
        name = waiting.pop()
        for user in users[name]:
            if not meant[name] <= meant[user]:
                meant[user] |= meant[name]
                waiting.append(user)
    return {name: found for name, found in meant.items() if found}


def _called(found: Iterable[Token]) -> list[str]:
    """Return what stands in a formula but for names of tables, whose columns follow in brackets."""
    return [at.text for at, after in pairwise([*found, _END]) if after.text[:1] != "["]


def _stood_for(words: Iterable[str], names: Meanings) -> frozenset[str]:
    """Return what of OURS and SENDERS words stand for, whatever files write before such names."""
    found = set[str]()
    for word in words:
        plain = word.upper().removeprefix("_XLFN.").removeprefix("_XLL.")
        found |= _TOLD & {plain, plain.rpartition(".")[2]}  # as Calc writes them: ORG.….GETCONTACT
        found |= names.get(word.casefold(), frozenset())
    return frozenset(found)


def sends(formula: str, names: Meanings) -> bool:
    """Tell whether a formula calls a function that can send away what it reads."""
    if functions(formula, names).isdisjoint(SENDERS):
        return False
    found = [token for token in tokens(formula) or () if token.kind not in _HARMLESS]
    return [*map(str.upper, map(_last, found))] not in [[each] for each in SENDERS]


def _last(token: Token) -> str:
    return token.text.rpartition(".")[2]


def sentences(exposure: Exposure) -> Iterator[str]:
    """Yield what is hidden in the workbook, and what in it can send data away."""
    if hidden := exposure.hidden:
        yield f"Formulas of contacts stand on sheets that are not shown: {_some(hidden)}."
    if tables := exposure.hidden_tables:
        yield f"A table on a sheet that is not shown may be filled, too: {_some(tables)}."
    senders = sorted({name for sheet in exposure.sheets for name in sheet.senders})
    where = [sheet.name for sheet in exposure.sheets if sheet.senders]
    if senders:
        yield f"{_some(senders)} on {_some(where)} can send what stands in the workbook away."
    links = [_counted(count, what) for what, count in exposure.links.items() if count]
    if links:
        yield f"The workbook is connected to the outside: {_some(links)}."


def _counted(count: int, what: str) -> str:
    if count == 1:
        return f"1 {what}"
    return f"{count:,} {what.removesuffix('y')}ies" if what.endswith("y") else f"{count:,} {what}s"


def _some(items: list[str]) -> str:
    more = f" and {len(items) - SHOWN:,} more" if len(items) > SHOWN else ""
    return ", ".join(items[:SHOWN]) + more
