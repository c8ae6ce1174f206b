"""Read a cell as text: shared and inline strings, numbers, truth values; nothing is computed."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import etree

from workbook.contacts.matching import plain_number
from workbook.merge.refusals import BrokenPart

INLINE = "inlineStr"  # the kind of a cell that holds its own text

_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Return text with the character that each _xHHHH_ stands for (ECMA-376, 22.9.2.19)."""
    if "_x" not in text:
        return text
    units = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class Texts:
    """Reads the cells of one sheet; `ns` is the namespace of its part, in braces.

    `missing` names the part of the shared strings where it should be and is not.
    """

    def __init__(self, ns: str, shared: Sequence[str], missing: str = "") -> None:
        self._shared, self._missing = shared, missing
        self._value, self._inline = f"{ns}v", f"{ns}is"
        self._text, self._run = f"{ns}t", f"{ns}r"
        self.formula = f"{ns}f"

    def of(self, cell: etree._Element) -> str:
        """Return what a cell shows, "" when it is blank; a formula's is its last result.

        Raises BrokenPart for a shared string where their part is missing.
        """
        kind = cell.get("t", "")
        if kind == INLINE:
            inline = next(cell.iterchildren(self._inline), None)
            return "" if inline is None else self.of_item(inline)
        value = next(cell.iterchildren(self._value), None)
        return self.of_value(kind, "" if value is None else value.text or "")

    def of_value(self, kind: str, raw: str) -> str:
        """Return what a cell of a kind, "" for a number, shows for its value."""
        if kind == "s":
            return self._shared_at(raw)
        if kind == "str":
            return unescaped(raw)
        if kind == "b":
            return "TRUE" if raw.strip() in ("1", "true") else "FALSE" if raw else ""
        return raw if kind in ("e", "d") else plain_number(raw)

    def of_item(self, item: etree._Element) -> str:
        """Return the text of a shared or inline string, runs joined, readings left out."""
        if len(item) == 1 and item[0].tag == self._text:
            return unescaped(item[0].text or "")
        pieces = (each for each in item if each.tag in (self._text, self._run))
        texts = (t for piece in pieces for t in piece.iter(self._text))
        return "".join(unescaped(text.text or "") for text in texts)

    def _shared_at(self, raw: str) -> str:
        if self._missing:
            raise BrokenPart(self._missing, "is missing")
        index = raw.strip()
        is_known = index.isdecimal() and len(index) < 10 and int(index) < len(self._shared)
        return self._shared[int(index)] if is_known else ""
