"""Limit the work and memory for one workbook file, so that a small file cannot take hours."""

from __future__ import annotations

import msgspec

from workbook.ooxml.markup import marks

# a small file gets the base; a list of people has 3 to 9 marks, 10 to 30 bytes a packed byte
_MARKS, _MARKS_A_BYTE = 250_000, 12
_BYTES, _BYTES_A_BYTE = 128 << 20, 64
_CHARACTERS, _CHARACTERS_A_BYTE = 200_000, 8
_MOST_BYTES = 768 << 20
_ADDED = 16 << 20


class Budget(msgspec.Struct):
    """What is left for one file: bytes unpacked, marks of XML, cells of its table, formulas.

    A mark is a "<" or "=": an element has two, an attribute one. `slots` are cells of the table as
    it is held, `characters` those of formulas that are taken apart, `added` bytes that new rows
    get beside contacts.
    """

    unpacked: int
    marks: int
    slots: int
    characters: int
    added: int

    @classmethod
    def of(cls, packed: int) -> Budget:
        """Return the budget of a file with so many bytes."""
        marks = _MARKS + _MARKS_A_BYTE * packed
        return cls(
            min(_MOST_BYTES, _BYTES + _BYTES_A_BYTE * packed),
            marks,
            marks,
            _CHARACTERS + _CHARACTERS_A_BYTE * packed,
            _ADDED,
        )

    def takes(self, data: bytes) -> bool:
        """Spend a part's marks; tell whether there were enough."""
        self.marks -= marks(data)
        return self.marks >= 0

    def unpacks(self, size: int) -> bool:
        """Spend unpacked bytes; tell whether there were enough."""
        self.unpacked -= size
        return self.unpacked >= 0

    def holds(self, cells: int) -> bool:
        """Spend cells of the table; tell whether there were enough."""
        self.slots -= cells
        return self.slots >= 0

    def grows(self, size: int) -> bool:
        """Spend bytes that new rows get beside contacts; tell whether there were enough."""
        self.added -= size
        return self.added >= 0

    def reads(self, characters: int) -> bool:
        """Spend characters of formulas; tell whether there were enough."""
        self.characters -= characters
        return self.characters >= 0
