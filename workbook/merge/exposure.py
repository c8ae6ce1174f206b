"""What in a workbook shows contacts where nobody looks, or can send them away; no I/O.

A workbook that comes by mail may hold our functions on a hidden sheet, and functions that carry
what they find to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

import msgspec

from workbook.merge.formulas import Kind, Token, tokens

OURS = ("GETCONTACTS", "GETCONTACT", "GETCONTACTSINFO")
# ask an address of their own choosing while the workbook calculates, or when somebody clicks
SENDERS = ("WEBSERVICE", "IMAGE", "HYPERLINK", "RTD", "DDE", "CALL", "SQL.REQUEST")
SHOWN = 5  # names in a sentence

# no sheet's name has brackets; in those of a table an apostrophe ends nothing
_TEXT = re.compile(r'"[^"]*"|\'[^\'\[\]]*\'(?=!)')
_CALLED = re.compile(r"(?<![\w.])([A-Za-z_.][\w.]*+)\s*+\(")  # nothing is tried twice


_READING = frozenset({Kind.CELL, Kind.ROWS, Kind.COLUMNS, Kind.BRACKETS})
_END = Token(Kind.SPACE, "")


class Sheet(msgspec.Struct, frozen=True):
    """What the formulas of one sheet call: `ours`, and those that can send data away."""

    name: str
    hidden: bool
    ours: bool
    senders: frozenset[str] = frozenset()


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


def looked_at(name: str, hidden: bool, formulas: Iterable[str]) -> Sheet:
    """Return what the formulas of a sheet call."""
    called = {function for formula in formulas for function in functions(formula)}
    return Sheet(name, hidden, not called.isdisjoint(OURS), frozenset(called & set(SENDERS)))


def functions(formula: str) -> Iterator[str]:
    """Yield the functions that a formula calls, without what files write before their names."""
    for name in _CALLED.findall(_TEXT.sub(" ", formula)):
        whole = name.upper().removeprefix("_XLFN.").removeprefix("_XLL.")
        yield whole
        yield whole.rpartition(".")[2]  # as Calc writes them: ORG.….GETCONTACT


def sends(formula: str, names: Mapping[str, Iterable[str]]) -> bool:
    """Tell whether a formula reads something and calls a function that can send it away.

    `names` are the texts of defined names by name, which may call such a function, too.
    """
    meant = {name.casefold(): texts for name, texts in names.items()}
    waiting, known, reads, calls = [formula], set[str](), False, False
    while waiting:
        for token, following in pairwise([*(tokens(waiting.pop()) or ()), _END]):
            name = token.text.casefold()
            is_called = token.kind is Kind.NAME and following.text == "("
            calls |= is_called and not set(SENDERS).isdisjoint(functions(f"{token.text}("))
            reads |= token.kind in _READING or (token.kind is Kind.NAME and not is_called)
            if token.kind is Kind.NAME and name in meant and name not in known:
                known.add(name)
                waiting += meant[name]
    return reads and calls


def sentences(exposure: Exposure) -> Iterator[str]:
    """Yield what is hidden in the workbook, and what in it can send data away."""
    if hidden := exposure.hidden:
        yield f"Formulas of contacts stand on sheets that are not shown: {_some(hidden)}."
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
