"""The order of names: as in an alphabet, not as in a table of characters.

There is no well-kept library for it with wheels for every system (PyICU and icupy have none, pyuca
takes seconds for a big list), so this is the part of the Unicode Collation Algorithm that names
need: signs before digits before letters, scripts one after the other, accents behind letters and
case behind accents. What one language alone orders otherwise (Swedish Ä behind Z) is not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from operator import itemgetter
from string import punctuation
from typing import TypeVar
from unicodedata import category, combining, decimal, normalize

Named = TypeVar("Named")

# letters with a place of their own, in the order behind the letter before
_OWN = {
    "а": "ә", "г": "ґғ", "д": "ђ", "е": "є", "и": "іїй", "к": "қ", "л": "љ", "н": "њң", "о": "ө",
    "т": "ћ", "у": "ўүұ", "х": "һ", "ч": "џ",
}  # fmt: skip
_AFTER = "\U0010fffd\U0010fffe\U0010ffff"  # behind every letter that may follow
# letters that are read as others and do not decompose
_READ_AS = {
    "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ħ": "h", "ı": "i",
    "ŋ": "n", "ј": "и" + _AFTER[2],
}  # fmt: skip
_LETTERS = _READ_AS | {
    own: letter + after
    for letter, others in _OWN.items()
    for own, after in zip(others, _AFTER, strict=False)
}

_BLANK, _SIGN = "\x01", "/"  # before all digits; the second one before a sign that is not ASCII
_SIGNS = {sign: chr(2 + place) for place, sign in enumerate(punctuation)}
_ASCII = bytes(
    ord(_SIGNS.get(c, c.lower() if c.isalnum() else _BLANK)) for c in map(chr, range(128))
) + bytes(128)  # fmt: skip
_SELECTORS = "".join(map(chr, range(0xFE00, 0xFE10)))  # of how an emoji is drawn
_NOTHING = _AFTER[2]  # instead of a name of which nothing can be seen: it comes last


def in_order(named: Iterable[Named], name: Callable[[Named], str]) -> list[Named]:
    """Return these in the order of their names, nameless ones last.

    Accents and case are looked at only where the letters are the same.
    """
    by_letters = sorted(((_letters(name(each)), each) for each in named), key=itemgetter(0))
    return list(_told_apart(by_letters, name))


def _told_apart(
    by_letters: list[tuple[str, Named]], name: Callable[[Named], str]
) -> Iterator[Named]:
    for _, group in groupby(by_letters, key=itemgetter(0)):
        _, same = zip(*group, strict=True)
        yield from same if len(same) == 1 else sorted(same, key=lambda each: _details(name(each)))


def _details(name: str) -> tuple[str, str]:
    return normalize("NFC", name).casefold(), name.swapcase()


def _letters(name: str) -> str:
    if name.isascii():
        letters = name.encode().translate(_ASCII).decode()
    else:
        letters = normalize("NFC", name).translate(_LEADING)
    return letters if letters.strip(_BLANK) else _NOTHING


class _Leading(dict[int, str]):
    """What characters are worth before accents and case are looked at; filled as they come."""

    def __missing__(self, code: int) -> str:
        self[code] = worth = "".join(map(_worth, _parts(chr(code))))
        return worth


_LEADING = _Leading()


def _parts(character: str) -> str:
    folded = character.casefold()
    return folded if folded in _LETTERS else normalize("NFKD", folded)


def _worth(character: str) -> str:
    if character.isascii():
        return chr(_ASCII[ord(character)])
    kind = category(character)
    # 9: it joins letters in India
    if kind == "Cf" or combining(character) not in (0, 9) or character in _SELECTORS:
        return ""
    if (digit := decimal(character, None)) is not None:
        return str(digit)
    if kind[0] in "ZC":
        return _BLANK
    return _SIGN + character if kind[0] in "PS" else _LETTERS.get(character, character)
