"""A formula taken apart into tokens, so that its references can be found and moved; no evaluation.

The grammar is that of files (ECMA-376 part 1, 18.17.2; MS-XLSX, 2.2.2): English names, commas, A1.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum

import msgspec

from workbook.merge.ranges import LAST_COLUMN, LAST_ROW, letters, number


class Kind(StrEnum):
    """What a token is; `SHEET` ends with its "!", `BRACKETS` hold titles or a workbook's number."""

    TEXT = "text"
    SHEET = "sheet"
    ERROR = "error"
    CELL = "cell"
    ROWS = "rows"
    COLUMNS = "columns"
    NUMBER = "number"
    NAME = "name"
    BRACKETS = "brackets"
    SPACE = "space"
    OPERATOR = "operator"


class Token(msgspec.Struct, frozen=True):
    """A piece of a formula; all of them joined are the formula again."""

    kind: Kind
    text: str


IN_NAME = r"A-Za-z0-9_.?\\\u0080-\U0010ffff"
_ENDS = rf"(?![{IN_NAME}!(\[])"  # a function, a sheet or a table may begin like a cell: LOG10(
_TOKEN = re.compile(
    rf"""
      (?P<text> "(?:[^"]|"")*" )
    | (?P<sheet> '(?:[^']|'')*'! | [{IN_NAME}]+! )
    | (?P<error> \#(?: N/A | DIV/0! | GETTING_DATA | [A-Z_]+[!?] ) )
    | (?P<rows> \$?[0-9]{{1,7}}:\$?[0-9]{{1,7}} {_ENDS} )
    | (?P<columns> \$?[A-Za-z]{{1,3}}:\$?[A-Za-z]{{1,3}} {_ENDS} )
    | (?P<cell> \$?[A-Za-z]{{1,3}}\$?[0-9]{{1,7}} {_ENDS} )
    | (?P<number> (?: [0-9]+(?:\.[0-9]*)? | \.[0-9]+ ) (?: [eE][+-]?[0-9]+ )? )
    | (?P<name> [{IN_NAME}]+ )
    | (?P<space> \s+ )
    | (?P<operator> [-+*/^&=<>:,;%@\#(){{}}!] )
    """,
    re.VERBOSE,
)
_COORDINATE = re.compile(r"(\$?)([A-Za-z]+|[0-9]+)")
_PAIRS = {")": "(", "}": "{"}


def tokens(formula: str) -> list[Token] | None:
    """Return the tokens of a formula, with or without its "="; None when it cannot be read."""
    found: list[Token] = []
    at = 0
    while at < len(formula):
        token = _token_at(formula, at)
        if token is None:
            return None
        found.append(token)
        at += len(token.text)
    return found if _is_balanced(found) else None


def moved(formula: str, rows: int, columns: int = 0) -> str | None:
    """Return what a formula becomes so many rows below and columns to the right.

    None when it cannot be read, or when a reference would leave the sheet.
    """
    found = tokens(formula)
    if found is None:
        return None
    texts = [_moved(token, rows, columns) for token in found]
    return None if None in texts else "".join(filter(None, texts))


def entered_in(entered: str, from_row: int, to_row: int) -> str:
    """Return what Range.Formula gave in one row as it is entered in another.

    A number or text stays, and so does a formula that cannot be moved.
    """
    there = moved(entered, to_row - from_row) if entered.startswith("=") else None
    return entered if there is None else there


def _token_at(formula: str, at: int) -> Token | None:
    if formula[at] == "[":
        end = _end_of_brackets(formula, at)
        return None if end is None else Token(Kind.BRACKETS, formula[at:end])
    match = _TOKEN.match(formula, at)
    if match is None:
        return None
    kind, text = Kind(str(match.lastgroup)), match[0]
    if kind is Kind.NAME and any(map(str.isspace, text)):
        return None  # a blank that only some programs take for one
    if kind is Kind.CELL and not _is_on_a_sheet(text):
        kind = Kind.NAME
    return Token(kind, text)


def _end_of_brackets(formula: str, at: int) -> int | None:
    """Return where brackets end that begin here; within them ' escapes the next character."""
    depth = 0
    while at < len(formula):
        character = formula[at]
        depth += (character == "[") - (character == "]")
        at += 2 if character == "'" else 1
        if not depth:
            return at
    return None


def _is_balanced(found: Sequence[Token]) -> bool:
    open_: list[str] = []
    for token in found:
        if token.text in "({":
            open_.append(token.text)
        elif token.text in _PAIRS and (not open_ or open_.pop() != _PAIRS[token.text]):
            return False
    return not open_


def _is_on_a_sheet(cell: str) -> bool:
    (_, column), (_, row) = _COORDINATE.findall(cell)
    return number(column) <= LAST_COLUMN and 1 <= int(row) <= LAST_ROW


def _moved(token: Token, rows: int, columns: int) -> str | None:
    if token.kind not in (Kind.CELL, Kind.ROWS, Kind.COLUMNS):
        return token.text
    colon = "" if token.kind is Kind.CELL else ":"
    parts = [*_moved_parts(token.text, rows, columns)]
    return None if None in parts else colon.join(filter(None, parts))


def _moved_parts(text: str, rows: int, columns: int) -> Iterator[str | None]:
    for fixed, name in _COORDINATE.findall(text):
        if fixed:
            yield f"${name}"
        elif name.isdigit():
            row = int(name) + rows
            yield str(row) if 1 <= row <= LAST_ROW else None
        else:
            column = number(name) + columns
            kept = name if not columns else letters(column)
            yield kept if 1 <= column <= LAST_COLUMN else None
