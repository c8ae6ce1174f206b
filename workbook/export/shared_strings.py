"""The strings of a new workbook, shared by its cells as in Excel's own files; it knows no zip.

Numbers and the iPhone's preview showed the text of inline strings as blank (2012 to 2018), and
exceljs before 4.4 reads it as null.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from tempfile import SpooledTemporaryFile

from workbook.contacts.columns import UNIQUE

PART = "xl/sharedStrings.xml"
KNOWN = 20_000  # texts that are found again; what comes later is written as often as it comes
IN_MEMORY = CHUNK = 1 << 18  # bytes

_BEGIN = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
)
_END = b"</sst>"
_ITEM = b'<si><t xml:space="preserve">%b</t></si>'
_BETWEEN_ITEMS = b'</t></si><si><t xml:space="preserve">'
_INLINE = re.compile(rb' t="inlineStr"><is>(<t\b[^>]*>[^<]*</t>)</is>')
_TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
    b'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)
_ARROW = (
    b'<Relationship Id="strings" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
    b'relationships/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
)


class SharedStrings:
    """Numbers texts as they come, and keeps them in memory that does not grow.

    It tells no `count` and no `uniqueCount`: they are optional (ECMA-376 part 1, 18.4.9), and not
    known when the part begins.
    """

    def __init__(self) -> None:
        self._spool = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - see close
        self._spool.write(_BEGIN)
        self._known = {b"": b""}
        self._next = 0

    def numbers(self, texts: Sequence[bytes], title: str = "") -> Sequence[bytes]:
        """Return the number of each text, of XML, of a column with this title; b"" of a blank."""
        if title in UNIQUE:
            if b"" not in texts:
                return self._added(texts)
            numbers = iter(self._added([text for text in texts if text]))
            return [next(numbers) if text else b"" for text in texts]
        known = self._known
        new = [*dict.fromkeys([text for text in texts if text not in known])]
        numbered = dict(zip(new, self._added(new), strict=True))
        if len(known) < KNOWN:
            known.update(numbered)
            return [known[text] for text in texts]
        return [numbered[text] if text in numbered else known[text] for text in texts]

    def _added(self, texts: Sequence[bytes]) -> Sequence[bytes]:
        if texts:
            self._spool.write(_ITEM % _BETWEEN_ITEMS.join(texts))
        first, self._next = self._next, self._next + len(texts)
        return [b"%d" % number for number in range(first, self._next)]

    def of_part(self, name: str, part: bytes) -> bytes:
        """Return a part of openpyxl's with its inline strings shared, and with arrows to them."""
        if name == "[Content_Types].xml":
            return part.replace(b"</Types>", _TYPE)
        if name == "xl/_rels/workbook.xml.rels":
            return part.replace(b"</Relationships>", _ARROW)
        return _INLINE.sub(self._shared, part)

    def _shared(self, found: re.Match[bytes]) -> bytes:
        self._spool.write(b"<si>%b</si>" % found[1])
        self._next += 1
        return b' t="s"><v>%d</v>' % (self._next - 1)

    def part(self) -> Iterator[bytes]:
        """Yield the part with all of the strings, once they have come."""
        self._spool.write(_END)
        self._spool.seek(0)
        while chunk := self._spool.read(CHUNK):
            yield chunk

    def close(self) -> None:
        """Forget the strings."""
        self._spool.close()
